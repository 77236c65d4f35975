"""The checklist, the calculator and the post-mortem's outline in real Chromium: kept, counted, copied, and usable by anybody."""

from __future__ import annotations

import gzip
import re
from decimal import Decimal
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Browser, Dialog, Page, expect

from tests.conftest import Guard

PAGES = ("checklist/", "post-mortem/", "cost/")


CLOCK = "Date.prototype.toISOString = () => '{}.000Z'"  # playwright's own clock upsets the theme's timers


def ticked(page: Page, name: str, at: str) -> None:
    """Tick an item at a time."""
    page.evaluate(CLOCK.format(at))
    page.get_by_label(name, exact=True).check()


def clipboard(page: Page) -> str:
    """Read what was copied."""
    return str(page.evaluate("navigator.clipboard.readText()"))


def plain(text: str) -> str:
    """Read a no-break space as a space."""
    return text.replace("\u00a0", " ")


# --- the checklist ---


def test_state_is_kept(page: Page, guard: Guard, address: str) -> None:
    """A tick, its time and a note are there after a reload, and after instant navigation away and back."""
    page.add_init_script(CLOCK.format("2026-11-26T12:03:30"))
    page.goto(address + "checklist/")
    page.get_by_label("Exact code", exact=True).check()
    page.get_by_label("Note: DNS").fill("asked two resolvers")
    for step in ("reload", "instant"):
        if step == "reload":
            page.reload()
        else:
            page.evaluate("globalThis.sameDocument = true")
            page.get_by_role("link", name="What to send them").click()
            expect(page.locator("h1")).to_contain_text("What to send to the vendor")
            page.go_back()
            expect(page.locator("h1")).to_contain_text("In the incident")
            assert page.evaluate("globalThis.sameDocument"), "the page was loaded anew"
        expect(page.get_by_label("Exact code 12:03Z", exact=True)).to_be_checked()
        expect(page.get_by_label("Note: DNS")).to_have_value("asked two resolvers")
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(1)
    page.get_by_label("Exact code 12:03Z", exact=True).uncheck()
    expect(page.get_by_label("Exact code", exact=True)).not_to_be_checked()


COPIED = """\
- [x] Exact code (2026-11-25 23:58Z) 502, nginx and one line more
- [x] Layer (12:03Z)
- [ ] Since when, how many
- [ ] Deploys
- [ ] Configuration
- [ ] Logs and traces
- [ ] Upstream health
- [ ] Dependencies
- [ ] Resources
- [ ] TLS
- [ ] DNS: <b>not</b> asked yet
- [ ] Firewall and allow-lists
- [ ] CDN and hosting status
- [ ] Regions
- [ ] Evidence kept
- [ ] Trigger written down
- [ ] Alert added
"""


def test_copied_as_markdown(page: Page, guard: Guard, address: str) -> None:
    """The copy has a line for each item, in order, with the time, its day if that is not today, and the note on one line."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "checklist/")
    ticked(page, "Exact code", "2026-11-25T23:58:01")
    page.get_by_label("Note: exact code").fill(" 502, nginx\nand  one line more ")
    page.get_by_label("Note: DNS").fill("<b>not</b> asked yet")
    ticked(page, "Layer", "2026-11-26T12:03:59")
    said = page.locator(".xx-tools output")
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(said).to_have_text("Copied as Markdown.")
    assert clipboard(page) == COPIED
    expect(said).to_have_text("")  # so that the next copy is announced again
    expect(page.get_by_role("button", name="Copy as Markdown")).to_be_visible()


def test_copying_may_be_forbidden(page: Page, guard: Guard, address: str) -> None:
    """Where the browser lets nobody copy, the page says so."""
    page.add_init_script("navigator.clipboard.writeText = () => Promise.reject(new Error('no'))")
    page.goto(address + "checklist/")
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.locator(".xx-tools output")).to_have_text("This browser does not allow it.")


REFUSALS = {
    "no storage": "Object.defineProperty(globalThis, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } })",
    "storage full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }",
}


@pytest.mark.parametrize("refusal", REFUSALS)
def test_without_storage(page: Page, address: str, refusal: str) -> None:
    """Where the browser keeps nothing, ticks, notes and copying work all the same, and the page says what a reload does."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.add_init_script(REFUSALS[refusal])
    page.goto(address + "checklist/")
    page.get_by_label("Layer", exact=True).check()
    page.get_by_label("Note: layer").fill("nginx")
    page.get_by_label("Note: DNS").fill("fine")
    expect(page.get_by_text("This browser keeps nothing")).to_be_visible()
    expect(page.get_by_role("checkbox", name="Layer")).to_be_checked()
    expect(page.get_by_label("Note: layer")).to_have_value("nginx")
    page.get_by_role("button", name="Copy as Markdown").click()
    expect(page.locator(".xx-tools output")).to_have_text("Copied as Markdown.")
    assert re.search(r"^- \[x\] Layer \(\d\d:\d\dZ\) nginx$", clipboard(page), re.MULTILINE)
    assert "- [ ] DNS: fine\n" in clipboard(page)


def test_full_storage_and_instant_navigation(page: Page, guard: Guard, address: str) -> None:
    """What could not be stored is still there after instant navigation, for the page remembers it."""
    page.add_init_script(REFUSALS["storage full"])
    page.goto(address + "checklist/")
    page.get_by_label("Note: DNS").fill("fine")
    page.get_by_role("link", name="What to send them").click()
    expect(page.locator("h1")).to_contain_text("What to send to the vendor")
    page.go_back()
    expect(page.get_by_label("Note: DNS")).to_have_value("fine")


def test_start_over_asks(page: Page, guard: Guard, address: str) -> None:
    """Starting over asks first; a no leaves everything, a yes empties the list for good."""
    page.goto(address + "checklist/")
    page.get_by_label("Layer", exact=True).check()
    page.get_by_label("Note: DNS").fill("fine")
    for answer, left in ((Dialog.dismiss, 1), (Dialog.accept, 0)):
        page.once("dialog", answer)
        page.get_by_role("button", name="Start over").click()
        expect(page.get_by_role("checkbox", checked=True)).to_have_count(left)
    expect(page.locator(".xx-tools output")).to_have_text("The list is empty.")
    page.reload()
    expect(page.get_by_label("Note: DNS")).to_have_value("")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(0)


def test_two_windows(page: Page, guard: Guard, address: str) -> None:
    """Two windows with the list show and keep what is ticked in either."""
    page.goto(address + "checklist/")
    other = page.context.new_page()
    other.goto(address + "checklist/")
    other.get_by_label("Layer", exact=True).check()
    expect(page.get_by_role("checkbox", name="Layer")).to_be_checked()
    page.get_by_label("DNS", exact=True).check()
    expect(other.get_by_role("checkbox", checked=True)).to_have_count(2)


def test_checklist_by_keyboard(page: Page, guard: Guard, address: str) -> None:
    """Space ticks, Tab goes on through copy button and note, and each shows that it has the focus."""
    page.goto(address + "checklist/")
    page.get_by_label("Exact code", exact=True).focus()
    for step, place in enumerate(("INPUT", "BUTTON", "TEXTAREA", "INPUT")):
        if step:
            page.keyboard.press("Tab")
        focused = page.locator(":focus")
        assert focused.evaluate("(at) => at.tagName") == place
        expect(focused).to_have_css("outline-style", "solid")
        if place == "INPUT":
            page.keyboard.press("Space")
        if place == "TEXTAREA":
            page.keyboard.type("502 since noon")
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(2)
    expect(page.get_by_label("Note: exact code")).to_have_value("502 since noon")


def test_checklist_without_script(browser: Browser, address: str) -> None:
    """Without script the list is a list of real checkboxes with labels and note fields, and no button that does nothing."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "checklist/")
    boxes = page.get_by_role("checkbox")
    expect(boxes).to_have_count(COPIED.count("\n"))
    for name in re.findall(r"^- \[.\] ([^:(\n]+?)(?: \(|:|$)", COPIED, re.MULTILINE):
        page.get_by_label(name, exact=True).check()
        page.get_by_label(f"Note: {name}").fill(name)  # labels match whatever the case
    expect(page.get_by_role("checkbox", checked=True)).to_have_count(COPIED.count("\n"))
    expect(page.get_by_role("button", name="Copy as Markdown")).to_be_hidden()
    context.close()


def test_checklist_on_paper(page: Page, guard: Guard, address: str) -> None:
    """Printed, the list takes three pages of A4 at most and a long note is whole."""
    page.goto(address + "checklist/")
    page.get_by_label("Note: DNS").fill("one line\n" * 12)
    page.emulate_media(media="print")
    hidden = page.get_by_label("Note: DNS").evaluate("(note) => note.scrollHeight - note.clientHeight")
    assert hidden <= 0
    assert len(re.findall(rb"/Type /Page\b", page.pdf(format="A4"))) <= 3


# --- the calculator ---

FIELDS = ("rate", "share", "minutes", "value", "people", "wage", "slo")
RESULTS = ("failed", "lost", "staff", "budget", "used", "lasts")
RECKONED = {
    (1200, 50, 30, 40, 3, 80, 99.9): ("300", "12,000", "120", "43 min 12 s", "34.7 %", "1 h 26 min"),
    (12000, 100, 60, 19.99, 5, 95.5, 99.99): ("12,000", "239,880", "477.5", "4 min 19 s", "1,388.9 %", "4 min 19 s"),
    (90, 2.5, 45, 0, 1, 0, 99): ("1.69", "0", "0", "7 h 12 min", "0.3 %", "12 d"),
    (1000, 0, 30, 40, 3, 80, 99.9): ("0", "0", "120", "43 min 12 s", "0 %", "for ever"),
    (0, 10, 0, 0, 0, 0, 99.999): ("0", "0", "0", "26 s", "0 %", "4 min 19 s"),
    (60, 100, 43200, 1, 1, 1, 0): ("43,200", "43,200", "720", "30 d", "100 %", "30 d"),
}  # fmt: skip


def fill(page: Page, **values: object) -> None:
    """Write into the fields."""
    for name, value in values.items():
        page.locator(f".xx-cost input[name={name}]").fill(str(value))


def shown(page: Page) -> tuple[str, ...]:
    """Read the six results."""
    return tuple(plain(page.locator(f"[data-of={name}] dd > span").inner_text()) for name in RESULTS)


@pytest.mark.parametrize(("given", "expected"), RECKONED.items())
def test_reckoning(page: Page, guard: Guard, address: str, given: tuple[float, ...], expected: tuple[str, ...]) -> None:
    """The results are those that a pencil gives, the sum adds up, and nothing is asked of any server."""
    page.goto(address + "cost/")
    page.wait_for_load_state("networkidle")
    before = len(guard.requests)
    fill(page, **dict(zip(FIELDS, given, strict=True)))
    assert shown(page) == expected
    total = sum(Decimal(part.replace(",", "")) for part in expected[1:3])
    said = f"{total:,} lost in all, and {expected[4]} of the 30-day error budget."
    assert plain(page.locator(".xx-cost output").inner_text()) == said
    assert len(guard.requests) == before


def test_formulas_hold_the_numbers(page: Page, guard: Guard, address: str) -> None:
    """Under each result stands its formula in words and with the numbers that were typed."""
    page.goto(address + "cost/")
    fill(page, rate=12000, share=12.5, minutes=48, value=9.5, people=4, wage=70, slo=99.95)
    filled = [plain(page.locator(f"[data-of={name}] small").last.inner_text()) for name in RESULTS]
    assert filled == [
        "12,000 × 48 ÷ 60 × 12.5 %",
        "1,200 × 9.5",
        "4 × 70 × 48 ÷ 60",
        "30 d × (100 % − 99.95 %)",
        "48 min × 12.5 % ÷ 21 min 36 s",
        "21 min 36 s ÷ 12.5 %",
    ]


def test_page_without_script_says_the_same(browser: Browser, page: Page, address: str) -> None:
    """Without script the formulas, and the results of the numbers in the fields, stand there as the script writes them."""
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.goto(address + "cost/")
    page.goto(address + "cost/")
    fill(page, slo=99)
    fill(page, slo=99.9)
    assert still.locator(".xx-cost").inner_text() == page.locator(".xx-cost").inner_text()
    context.close()


@pytest.mark.parametrize(
    ("name", "typed", "message", "without"),
    [
        ("share", "120", "A number from 0 to 100.", ("failed", "lost", "used", "lasts")),
        ("share", "", "A number from 0 to 100.", ("failed", "lost", "used", "lasts")),
        ("minutes", "-1", "A number from 0 to 1,000,000.", ("failed", "lost", "staff", "used")),
        ("slo", "100", "A number from 0 to 99.9999.", ("budget", "used", "lasts")),
        ("wage", "1e300", "A number from 0 to 1,000,000,000.", ("staff",)),
        ("people", "e", "A number from 0 to 100,000.", ("staff",)),
    ],
)
def test_bad_number(
    page: Page, guard: Guard, address: str, name: str, typed: str, message: str, without: tuple[str, ...]
) -> None:
    """A number that cannot be is told at its field; what hangs on it shows none, the rest stays; mended, all is well."""
    page.goto(address + "cost/")
    field, says = page.locator(f".xx-cost input[name={name}]"), page.locator(f"#c-{name}-says")
    good, hint, result = field.input_value(), says.inner_text(), shown(page)
    label = page.locator(f"label[for=c-{name}]").inner_text()
    field.fill("")
    field.press_sequentially(typed)
    expect(says).to_have_text(message)
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_attribute("aria-describedby", f"c-{name}-says")
    expect(page.locator(".xx-cost output")).to_have_text(f"No number yet: {label}.")
    assert tuple(n for n, text in zip(RESULTS, shown(page), strict=True) if text == "?") == without
    field.fill(good)
    expect(says).to_have_text(hint)
    expect(field).to_have_attribute("aria-invalid", "false")
    assert shown(page) == result


def test_calculator_by_keyboard(page: Page, guard: Guard, address: str) -> None:
    """Tab goes through the fields in order, each shows its focus, and Enter leaves the page where it is."""
    page.goto(address + "cost/")
    page.locator("[name=rate]").focus()
    for name, typed in zip(FIELDS, ("600", "10", "60", "5", "2", "50", "99.5"), strict=True):
        expect(page.locator(f"[name={name}]")).to_be_focused()
        expect(page.locator(":focus")).to_have_css("outline-style", "solid")
        page.keyboard.press("Control+a")
        page.keyboard.type(typed)
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
    assert shown(page) == ("60", "300", "100", "3 h 36 min", "2.8 %", "1 d 12 h")
    assert page.url == address + "cost/"


SECONDS = {"d": 86400, "h": 3600, "min": 60, "s": 1}


def test_table_of_budgets(page: Page, guard: Guard, address: str) -> None:
    """Each time in the table of SLOs is what its row and column give, to the hundredth of a second."""
    page.goto(address + "cost/")
    rows = page.locator("table").first.locator("tbody tr").all()
    assert len(rows) == 6
    for row in rows:
        slo, *cells = [plain(cell.inner_text()) for cell in row.locator("td").all()]
        allowed = (100 - Decimal(slo.removesuffix(" %"))) / 100
        for cell, days, failing in zip(cells, (30, 365, 30, 30), ("1", "1", "0.1", "0.01"), strict=True):
            parts = re.findall(r"([\d.]+) (d|h|min|s)\b", cell)
            assert " ".join(f"{many} {unit}" for many, unit in parts) == cell
            told = sum(Decimal(many) * SECONDS[unit] for many, unit in parts)
            assert told == days * 86400 * allowed / Decimal(failing), (slo, cell)


# --- the outline, and all three ---


def test_outline_is_copied(page: Page, guard: Guard, address: str) -> None:
    """The outline's button copies it as it stands there, with each part of the guidance below it."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "post-mortem/")
    page.get_by_role("button", name="Copy", exact=True).click()
    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    outline = clipboard(page)
    assert outline == page.locator(".xx-tall code").text_content()
    assert outline.startswith("# 5xx on HOST, DATE\n\n**In one sentence:**")
    parts = page.locator("table").first.locator("tbody td:first-child").all_inner_texts()
    heads = re.findall(r"^(?:## |\*\*)(.+?)(?::\*\*)?$", outline, re.MULTILINE)
    assert [head.startswith(part) for head, part in zip(heads, parts, strict=True)] == [True] * len(parts)


def test_command_is_copied(page: Page, guard: Guard, address: str) -> None:
    """A command's button on the checklist copies that command."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "checklist/")
    button = page.locator("#tls").get_by_role("button")
    button.click()
    expect(button).to_have_text("Copied")
    assert clipboard(page).endswith("</dev/null 2>&1 | grep -E 'NotAfter|Verif'")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", PAGES)
def test_accessible(page: Page, guard: Guard, address: str, path: str, scheme: str) -> None:
    """Axe finds nothing to mend in a page's content."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address + path)
    if path == "cost/":
        fill(page, share=120)
    found = Axe().run(page, {"include": [[".md-content"]]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("path", PAGES)
def test_on_a_phone(page: Page, guard: Guard, address: str, path: str) -> None:
    """At 390 px nothing is wider than the window, and what one touches is 44 px high."""
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address + path)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    touched = ":is(.xx-list, .xx-cost) :is(label:has(input), button, textarea, input:not([type=checkbox]))"
    heights = page.locator(touched).evaluate_all("(all) => all.map((one) => one.getBoundingClientRect().height)")
    assert bool(heights) == (path != "post-mortem/")
    assert min(heights, default=44) >= 44


@pytest.mark.parametrize("path", PAGES)
def test_nothing_moves(page: Page, guard: Guard, address: str, path: str) -> None:
    """While a page loads with what was kept before, its layout does not shift."""
    page.goto(address + "checklist/")
    page.get_by_label("Layer", exact=True).check()
    page.get_by_label("Note: DNS").fill("a long note " * 20)
    page.add_init_script("""globalThis.shifted = 0; new PerformanceObserver((seen) => {
        for (const shift of seen.getEntries()) globalThis.shifted += shift.value;
    }).observe({ type: "layout-shift", buffered: true });""")
    page.goto(address + path)
    page.wait_for_load_state("networkidle")
    assert page.evaluate("globalThis.shifted") == 0


def test_scripts_are_small(built: Path) -> None:
    """The two scripts take less than 4 KB on the wire."""
    sizes = [len(gzip.compress((built / "assets" / name).read_bytes())) for name in ("checklist.js", "cost.js")]
    assert sum(sizes) < 4096, sizes
