"""The built site in real Chromium, behind a guard that lets nothing but the test server be asked."""

from __future__ import annotations

import json
import re
import statistics
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from explainer import explain
from explainer.build.captures import Capture
from explainer.build.serve import Served, serving
from tests.bench_page.inside import lookups
from tests.conftest import PREFIX, Guard
from tests.test_own import OWN, PASTE

BOOT = 60_000  # ms; a slow machine boots Python in a few seconds


def explained(page: Page, text: str) -> dict[str, object]:
    """Put a text into the box, press the button and wait for the verdict's JSON."""
    page.locator("#xx-paste").fill(text)
    return next_verdict(page, "document.querySelector('[data-go]').click()")


def next_verdict(page: Page, action: str) -> dict[str, object]:
    """Do something in the page, a JavaScript expression, and wait for the verdict that comes of it.

    The promise is evaluated from outside: waiting for an expression inside the page is what the content policy forbids.
    """
    verdict: dict[str, object] = page.evaluate(
        f"""() => new Promise((done, fail) => {{
          addEventListener("verdict", (event) => done(event.detail), {{ once: true }});
          setTimeout(fail, {BOOT}, new Error("no verdict came"));
          {action};
        }})"""
    )
    return verdict


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ("nginx, its app is down", "nginx wrote this response."),
        ("Envoy, no healthy upstream", "Envoy wrote this response."),
        ("an app's own 500 behind nginx", "Flask wrote this response."),
    ],
)
def test_examples(page: Page, guard: Guard, address: str, example: str, said: str) -> None:
    """One click on an example gives its verdict."""
    page.goto(address)
    page.get_by_role("button", name=example).click()
    expect(page.locator(".xx-answer")).to_contain_text(said, timeout=BOOT)
    expect(page.locator(".xx-for").first).to_be_visible()


def test_same_json_as_the_command(page: Page, guard: Guard, address: str, captures: tuple[Capture, ...]) -> None:
    """The page's verdicts are the command's, key by key."""
    page.goto(address + "explain/")
    chosen = [c for c in captures if c.form == "paste"][::40] + [c for c in captures if c.form == "verbose"][::15]
    for capture in chosen:
        assert explained(page, capture.text) == json.loads(json.dumps(explain(capture.text).as_dict())), capture.id


def test_real_curl_in_the_page(page: Page, guard: Guard, address: str, nginx: int) -> None:
    """What curl prints of a real nginx with a dead upstream gives the page the JSON that the command prints."""
    curl = ["curl", "-sSi", f"http://127.0.0.1:{nginx}/checkout"]
    text = subprocess.run(curl, capture_output=True, check=True).stdout.decode()
    command = [sys.executable, "-m", "explainer", "--json"]
    said = subprocess.run(command, input=text, capture_output=True, text=True, check=True).stdout
    page.goto(address)
    assert explained(page, text) == json.loads(said)


def test_worker_survives_navigation(page: Page, guard: Guard, address: str) -> None:
    """Reading another page and coming back starts no second Python."""
    page.goto(address + "explain/")
    explained(page, "HTTP/1.1 502 Bad Gateway\nServer: nginx\n\n")
    page.get_by_role("link", name="502 Bad Gateway", exact=True).click()
    expect(page.locator("h1")).to_contain_text("502")
    page.go_back()
    explained(page, "HTTP/1.1 503 Service Unavailable\nServer: nginx\n\n")
    assert sum(worker.url.endswith("/worker.js") for worker in page.workers) == 1
    assert sum(r.url.endswith("/worker.js") and not r.service_worker for r in guard.requests) == 1


def test_scripts_come_with_their_page(page: Page, guard: Guard, address: str) -> None:
    """A page without the box brings no script of it; whoever goes on from there finds a box and a table that work."""
    page.goto(address + "502/")
    assert not any(r.url.endswith("/explainer.js") for r in guard.requests)
    page.evaluate("globalThis.stayed = true")  # a page load would lose it
    page.get_by_label("Header").get_by_role("link").first.click()
    page.locator("#xx-paste").press_sequentially("1016")
    expect(page.locator(".xx-found a").first).to_contain_text("Origin DNS error")
    assert explained(page, "HTTP/1.1 502 Bad Gateway\nServer: nginx\n\n")["status"] == 502
    assert page.evaluate("globalThis.stayed")
    page.goto(address + "apart/")
    page.locator(".md-content a[href$='timeouts/']").first.click()
    page.get_by_label("It failed after").fill("7777")
    expect(page.locator(".xx-timer output")).to_contain_text("No default known here fits")


def test_nothing_pasted_leaves(page: Page, guard: Guard, address: str) -> None:
    """No request carries anything of the paste: all are plain GETs for files of the site."""
    page.goto(address)
    explained(page, "HTTP/1.1 502 Bad Gateway\nServer: nginx\nSet-Cookie: session=TOPSECRET\n\n")
    assert all(r.method in ("GET", "HEAD") and not r.post_data and "TOPSECRET" not in r.url for r in guard.requests)


def test_own_layers_in_the_page(page: Page, guard: Guard, address: str, tmp_path: Path) -> None:
    """A chosen file teaches the page one's own path and teams, survives a reload, stays here, and can be forgotten."""
    file = tmp_path / "own.yml"
    file.write_text(OWN)
    page.goto(address + "explain/")
    assert explained(page, PASTE)["generated_by"] is None
    assert not any(r.url.endswith("/own.zip") for r in guard.requests)
    page.get_by_text("Your own layers and teams").click()
    page.get_by_label("or choose a file").set_input_files(file)
    expect(page.locator("#xx-own-status")).to_contain_text("In use: Shop edge, Shop API, Team Fjord", timeout=BOOT)
    page.reload()
    assert explained(page, PASTE)["path"] == ["shop-edge", "shop-api"]
    expect(page.locator(".xx-facts")).to_contain_text("Team Fjord (#fjord)")
    assert not any("fjord" in (r.post_data or "") + r.url for r in guard.requests)
    page.get_by_text("Your own layers and teams").click()
    page.locator("#xx-own").fill(OWN.replace("load-balancer", "balancer"))
    page.get_by_role("button", name="Use it").click()
    expect(page.locator("#xx-own-status")).to_contain_text("your file:5: layers.shop-edge.role", timeout=BOOT)
    assert explained(page, PASTE)["generated_by"] is None
    page.get_by_role("button", name="Forget it").click()
    expect(page.locator("#xx-own-status")).to_contain_text("Nothing of your own")
    assert page.evaluate("localStorage.length") == 0 or page.evaluate("localStorage.getItem('5xx-own')") is None


HOSTILE = """HTTP/1.1 502 <img src=x onerror=alert(1)>
Server: nginx"><script>alert(2)</script>
X-Bad: javascript:alert(3) \u202egnirts \x1b[31m

<script>document.title = 'owned'</script><img src=x onerror="document.title='owned'">
<hr><center>nginx</center>
"""


def test_hostile_paste(page: Page, guard: Guard, address: str) -> None:
    """Markup in a paste stays text: it is shown, and nothing of it runs."""
    page.goto(address)
    page.on("dialog", lambda dialog: guard.trouble.append("a dialog opened"))
    explained(page, HOSTILE)
    expect(page.locator(".xx-paste")).to_contain_text("<script>document.title")
    assert page.locator("[data-result] :is(script, img, iframe)").count() == 0
    assert page.title() != "owned"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("just words", "There is no HTTP response in this text"),
        ("\x00\x01\x02\ufffd\ufffd" * 500, "binary data"),
    ],
)
def test_bad_input(page: Page, guard: Guard, address: str, text: str, said: str) -> None:
    """Text that holds no response gets a message and a command, and stays in the box."""
    page.goto(address)
    explained(page, text)
    expect(page.locator(".xx-answer")).to_contain_text(said)
    expect(page.locator("[data-result] [data-copy]").first).to_be_visible()
    assert page.locator("#xx-paste").input_value()


def test_empty_box(page: Page, guard: Guard, address: str) -> None:
    """An empty box says what to do and starts nothing."""
    page.goto(address)
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.locator("#xx-status")).to_contain_text("nothing to read yet")


def test_keyboard_only(page: Page, guard: Guard, address: str) -> None:
    """The cursor is in the box; Ctrl+Enter explains; Tab reaches the example buttons and the copy buttons."""
    page.goto(address)
    expect(page.locator("#xx-paste")).to_be_focused()
    page.keyboard.insert_text("HTTP/1.1 502 Bad Gateway\nServer: nginx\n\n<hr><center>nginx</center>")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".xx-answer")).to_contain_text("nginx wrote", timeout=BOOT)
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.copy !== undefined"):
            break
    assert page.evaluate("document.activeElement.dataset.copy !== undefined")


def test_dropped_file(page: Page, guard: Guard, address: str) -> None:
    """A dropped file is read and explained."""
    page.goto(address)
    page.evaluate("""() => {
      const data = new DataTransfer();
      data.items.add(new File(["HTTP/1.1 502 Bad Gateway\\r\\nServer: nginx\\r\\n\\r\\n<hr><center>nginx</center>"], "saved.txt"));
      document.querySelector("#xx-paste").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")
    expect(page.locator(".xx-answer")).to_contain_text("nginx wrote", timeout=BOOT)


def test_huge_file(page: Page, guard: Guard, address: str) -> None:
    """A file of 5 MB with its response at the end is read whole, while the box shows its beginning."""
    page.goto(address)
    page.evaluate("""() => {
      const text = "all work and no play\\n".repeat(237000) + "HTTP/1.1 502 Bad Gateway\\nServer: nginx\\n\\n<hr><center>nginx</center>";
      const data = new DataTransfer();
      data.items.add(new File([text], "huge.log"));
      document.querySelector("#xx-paste").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
    }""")
    expect(page.locator(".xx-answer")).to_contain_text("nginx wrote", timeout=BOOT)
    assert page.evaluate("document.querySelector('#xx-paste').value.length") == 100_000


def broken(page: Page, pattern: str, **answer: object) -> None:
    """Answer some of the runtime's files wrongly."""

    def handle(route: Route) -> None:
        route.fulfill(**answer)  # type: ignore[arg-type]

    page.context.route(pattern, handle)


def test_boot_fails(page: Page, address: str) -> None:
    """When Python's files are missing the page says so, names the command line and keeps the paste."""
    broken(page, "**/pyodide.asm.wasm", status=404, body="")
    page.goto(address)
    page.locator("#xx-paste").fill("HTTP/1.1 502 Bad Gateway\n\n")
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.locator("#xx-status")).to_contain_text("could not start", timeout=BOOT)
    expect(page.locator("#xx-status")).to_contain_text("5xx FILE")
    expect(page.locator("#xx-paste")).to_have_value("HTTP/1.1 502 Bad Gateway\n\n")


def test_wrong_wasm_type(page: Page, built: Path) -> None:
    """A server that does not know WebAssembly's type hangs stock Pyodide; here it boots all the same."""
    server = serving(Served(built, PREFIX, types={".wasm": "application/octet-stream"}))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}{PREFIX}explain/")
        assert explained(page, "HTTP/1.1 502 Bad Gateway\nServer: nginx\n\n")["status"] == 502
    finally:
        server.shutdown()
        server.server_close()


def test_content_policy_without_wasm(page: Page, built: Path) -> None:
    """A content policy that forbids WebAssembly hangs stock Pyodide; the page says so and names the missing word."""
    policy = {"Content-Security-Policy": "script-src 'self' 'unsafe-inline'"}
    server = serving(Served(built, PREFIX, headers=policy))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        page.goto(f"http://127.0.0.1:{server.server_port}{PREFIX}explain/")
        page.locator("#xx-paste").fill("HTTP/1.1 502 Bad Gateway\n\n")
        page.get_by_role("button", name="Explain", exact=True).click()
        expect(page.locator("#xx-status")).to_contain_text("could not start", timeout=BOOT)
        expect(page.locator("#xx-status")).to_contain_text("wasm-unsafe-eval")
    finally:
        server.shutdown()
        server.server_close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
def test_nothing_overflows(page: Page, guard: Guard, address: str, scheme: str, width: int) -> None:
    """No page is wider than its window, on a phone or a desktop."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    for path in (
        "",
        "502/",
        "cloudflare/522/",
        "layers/nginx/",
        "compare/502-503-504/",
        "timeouts/",
        "conditions/",
        "codes/",
        "statuses/",
        "cards/502/",
    ):
        page.goto(address + path)
        wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, path


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("handshake failed", "525"),
        ("upstream prematurely closed", "502"),
        ("client closed request", "499"),
        ("499", "499"),
        ("H12", "H12"),
        ("error 1016", "1016"),
        ("no healthy upstream", "503"),
        ("500.19", "Microsoft IIS: 500.19"),
        ("404", "How status codes work"),
        ("rate limited", "1015"),
    ],
)
def test_search_finds_it(page: Page, guard: Guard, address: str, words: str, first: str) -> None:
    """The site's search leads to a code or layer first by its name, its number or its own words; it loads when it is asked."""
    page.goto(address + "502/", wait_until="networkidle")
    assert not any(r.url.endswith("/entries.json") for r in guard.requests)
    box = page.locator(".md-search__input")
    page.keyboard.press("/")
    expect(box).to_be_focused()
    box.press_sequentially(words)  # real keys: the theme listens to keyup, which fill() does not send
    expect(page.locator(".md-search-result__item").first).to_contain_text(first, timeout=15_000)


def test_timers_by_seconds(page: Page, address: str, guard: Guard) -> None:
    """On the page of timers a number leaves the limits that fit it, and a heading sorts, by keyboard alone."""
    page.goto(f"{address}timeouts/")
    rows, seconds = page.locator(".md-content tbody tr:visible"), page.get_by_label("It failed after")
    everything = rows.count()
    seconds.fill("60.4")
    expect(seconds).to_have_css("outline-style", "solid")
    expect(page.locator(".xx-timer output")).to_contain_text("known defaults fit")
    assert 0 < rows.count() < everything
    assert "60" in {row.locator("td").first.inner_text() for row in rows.all()} <= {"59", "60", "61"}
    seconds.fill("7777")
    expect(page.locator(".xx-timer output")).to_contain_text("No default known here fits")
    seconds.fill("")
    expect(rows).to_have_count(everything)
    page.get_by_role("button", name="Layer", exact=True).press("Enter")
    names = [row.locator("td").nth(1).inner_text().lower() for row in rows.all()]
    assert names == sorted(names)
    expect(page.get_by_role("columnheader", name="Layer")).to_have_attribute("aria-sort", "ascending")


def test_cheat_sheet_is_one_page(page: Page, guard: Guard, address: str) -> None:
    """Printed on A4, the cheat sheet is one page, with every 5xx of IANA and Cloudflare that is in use."""
    page.goto(address + "cheatsheet/")
    assert page.locator(".xx-sheet tbody tr").count() == 18
    page.emulate_media(media="print")
    edges = page.evaluate("""["h1", ".xx-sheet table"].map((found) => {
        const box = document.querySelector(found).getBoundingClientRect();
        return [Math.round(box.left), Math.round(box.right)];
    })""")
    assert edges[0] == edges[1], "the table is as wide as the text, or it is cut off"
    printed = page.pdf(format="A4", margin={"top": "10mm", "right": "10mm", "bottom": "10mm", "left": "10mm"})
    assert printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page/") + printed.count(b"/Type /Page ") == 1


def test_drawings_hold_their_words(page: Page, built: Path) -> None:
    """In every drawing of a path no word leaves its box, its picture or the width of a phone, and it says in words what it shows."""
    for drawing in sorted(built.rglob("path.svg")):
        page.goto(drawing.as_uri())
        shown = page.evaluate("""() => {
            const whole = document.documentElement.viewBox.baseVal, texts = [...document.querySelectorAll("text")];
            const boxes = [...document.querySelectorAll("rect:not(.p)")].map((box) => box.getBBox());
            const inside = (a, b) => a.x >= b.x && a.y >= b.y && a.x + a.width <= b.x + b.width && a.y + a.height <= b.y + b.height;
            const bad = texts.filter((text) => !inside(text.getBBox(), whole)
                || !(text.matches(".b, .x") || boxes.some((box) => inside(text.getBBox(), box))));
            return {width: whole.width, bad: bad.map((text) => text.textContent), said: document.querySelector("desc").textContent};
        }""")
        assert shown["bad"] == [], drawing
        assert shown["width"] <= 400, drawing
        assert shown["said"].startswith("You, "), drawing


@pytest.mark.parametrize(
    ("typed", "first", "leads"),
    [
        ("52", "520", "cloudflare/520/"),
        ("gateway time", "504 Gateway Timeout", "504/"),
        ("H12", "H12", "layers/heroku-router/#H12"),
        ("error 1016", "1016 Origin DNS error", "cloudflare/1016/"),
        ("upstream prematurely closed", "502 upstream prematurely closed", "502/#nginx-"),
        ("500.19", "500.19", "layers/iis/#500.19"),
        ("no healthy upstream", "Envoy no healthy upstream", "layers/envoy/"),
        ("404", "404 Not Found", "statuses/#4xx"),
        ("haproxy", "HAProxy", "layers/haproxy/"),
    ],
)
def test_the_box_finds_while_one_types(
    page: Page, guard: Guard, address: str, typed: str, first: str, leads: str
) -> None:
    """A number, a name, a vendor's code or a piece of a log line shows its matches at once; Enter opens the first."""
    page.goto(address)
    box = page.locator("#xx-paste")
    expect(box).to_be_focused()
    page.keyboard.type(typed)
    expect(page.locator(".xx-found a").first).to_contain_text(first)
    page.keyboard.press("Enter")
    page.wait_for_url(f"{address}{leads}*")


def test_matches_by_keyboard(page: Page, guard: Guard, address: str) -> None:
    """The arrows choose a match and lead back to the box, Escape closes; a response is no question."""
    page.goto(address)
    page.keyboard.type("gateway")
    found = page.locator(".xx-found a")
    expect(found.first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(found.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(found.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator("#xx-paste")).to_be_focused()
    page.keyboard.press("Escape")
    expect(found).to_have_count(0)
    page.locator("#xx-paste").fill("HTTP/1.1 502 Bad Gateway\nServer: nginx\n")
    expect(found).to_have_count(0)


def test_matches_come_within_fifty_milliseconds(page: Page, guard: Guard, address: str) -> None:
    """From a key to its matches no more than 50 ms pass at the median of thirty keys."""
    assert statistics.median(lookups(page, address)) < 50


PRIVATE = """HTTP/2 502
server: cloudflare
cf-ray: 9632f1c9ba0d1e5b-FRA
set-cookie: session=SECRET123; HttpOnly
x-customer: Jane Doe

<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx/1.24.0</center>
</body>
</html>
"""


def test_a_link_hands_the_verdict_on_without_what_is_private(page: Page, guard: Guard, address: str) -> None:
    """The copied link opens the same verdict on the masked paste; no copied form holds a secret unless it is put back."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])

    def copied(name: str) -> str:
        page.get_by_role("button", name=name, exact=True).click()
        expect(page.get_by_role("button", name="Copied")).to_be_visible()
        expect(page.get_by_role("button", name=name, exact=True)).to_be_visible()
        return str(page.evaluate("navigator.clipboard.readText()"))

    page.goto(address + "explain/")
    verdict = explained(page, PRIVATE)
    for form in ("Copy as Markdown", "Copy for a chat", "Copy as JSON"):
        text = copied(form)
        assert "nginx wrote this" in text
        assert not [secret for secret in ("SECRET123", "Jane Doe") if secret in text]
    link = copied("Copy a link")
    page.get_by_text("What goes along: 2 places masked").click()
    expect(page.locator(".xx-going")).to_contain_text("x-customer: Xaxa Axa")
    expect(page.locator(".xx-going")).not_to_contain_text("SECRET123")
    page.get_by_role("button", name="Xaxa Axa").press("Enter")
    expect(page.locator(".xx-going")).to_contain_text("x-customer: Jane Doe")
    expect(page.get_by_role("button", name="Copy a link")).not_to_have_attribute("data-copy", link)
    other = copied("Copy a link")
    for address_of, holds in ((link, "Xaxa Axa"), (other, "Jane Doe")):
        assert next_verdict(page, f"location.hash = new URL({json.dumps(address_of)}).hash") == verdict
        expect(page.locator("#xx-paste")).to_have_value(re.compile(holds))
        expect(page.locator("#xx-paste")).not_to_have_value(re.compile("SECRET123"))


def test_it_works_without_a_network_after_first_use(page: Page, built: Path) -> None:
    """Once used, the explainer loads and answers with its server gone, the same verdict as before."""
    server = serving(Served(built, PREFIX))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}{PREFIX}"
    try:
        page.goto(address + "explain/")
        page.evaluate(
            """() => { globalThis.kept = new Promise((done) => navigator.serviceWorker.addEventListener("message",
              ({ data }) => { if (data.type === "kept") done(true); })); navigator.serviceWorker.startMessages(); }"""
        )
        verdict = explained(page, PRIVATE)
        assert page.evaluate("globalThis.kept")
    finally:
        server.shutdown()
        server.server_close()
    for path in ("explain/", ""):
        page.goto(address + path)
        assert explained(page, PRIVATE) == verdict
    page.locator("#xx-paste").fill("1016")
    expect(page.locator(".xx-found a").first).to_contain_text("Origin DNS error")


def test_retry_after_counts_down(page: Page, guard: Guard, address: str) -> None:
    """The time until a retry runs down from the response's own date, is over for an old one, and starts now without a date."""
    page.goto(address + "explain/")
    field = page.locator(".xx-facts time")
    explained(page, "HTTP/1.1 503 Service Unavailable\nServer: nginx\nRetry-After: 90\n\n")
    expect(field).to_contain_text(re.compile(r"90 s: in (90|8\d) s"))
    first = field.inner_text()
    expect(field).not_to_have_text(first, timeout=5_000)
    explained(
        page,
        "HTTP/1.1 503 Service Unavailable\nServer: nginx\nDate: Fri, 20 Nov 2026 09:14:22 GMT\nRetry-After: 90\n\n",
    )
    expect(field).to_have_text("90 s: that is over")
