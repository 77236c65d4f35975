"""The explainer in one file, opened from a disk with the network off: it does what the site's does, and asks for nothing."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from explainer import explain
from explainer.build import onefile
from explainer.build.captures import Capture
from explainer.build.link import linked
from explainer.build.policy import CARRIED, ONE_FILE, digest, matching
from explainer.catalogue import Catalogue
from explainer.render import as_text
from tests.conftest import Guard
from tests.test_browser import BOOT, PRIVATE, explained
from tests.test_own import OWN, PASTE

SITE = re.compile(r'data-base="([^"]*)"')


@pytest.fixture
def alone(page: Page, built: Path, tmp_path: Path) -> Iterator[Path]:
    """Give the file alone in a folder, with the network off; the test fails on any request and on any error in the page."""
    file, trouble = tmp_path / ONE_FILE, []
    file.write_bytes((built / ONE_FILE).read_bytes())
    page.context.set_offline(True)
    asked: list[str] = []
    page.context.on("request", lambda request: asked.append(request.url))
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda said: trouble.append(said.text) if said.type in ("error", "warning") else None)
    page.goto(file.as_uri())
    yield file
    assert not trouble
    assert [url for url in asked if not url.startswith(("blob:", "data:"))] == [file.as_uri()]


def test_same_verdicts_as_the_command(
    page: Page, alone: Path, captures: tuple[Capture, ...], catalogue: Catalogue
) -> None:
    """A paste gives the command's verdict, key by key, under the command's headline."""
    for capture in [c for c in captures if c.form == "paste"][::100]:
        verdict = explain(capture.text)
        assert explained(page, capture.text) == json.loads(json.dumps(verdict.as_dict())), capture.id
        said, printed = page.locator(".xx-answer").inner_text(), as_text(verdict, capture.text, catalogue)
        assert said
        assert "".join(printed.split()).startswith("".join(said.split())), capture.id


def test_lookup(page: Page, alone: Path) -> None:
    """A name finds its codes; the links lead to the site in a window of their own, and say that they need the network."""
    site = SITE.findall(alone.read_text("utf-8"))[0]
    page.locator("#xx-paste").press_sequentially("gateway time")
    first = page.get_by_role("link", name="504 Gateway Timeout (on the site, needs the network)")
    expect(first).to_have_attribute("href", f"{site}504/")
    page.evaluate("addEventListener('click', (event) => event.preventDefault())")  # or it would leave for the site
    first.click()
    expect(first).to_have_attribute("target", "_blank")


def test_handed_on(page: Page, alone: Path) -> None:
    """What is handed on is masked, and the link leads to the site's explainer."""
    site = SITE.findall(alone.read_text("utf-8"))[0]
    explained(page, PRIVATE)
    for name in ("Copy as Markdown", "Copy for a chat", "Copy as JSON"):
        form = page.get_by_role("button", name=name).get_attribute("data-copy") or ""
        assert "nginx wrote this" in form
        assert "SECRET123" not in form
    link = page.get_by_role("button", name="Copy a link")
    expect(link).to_have_attribute("data-copy", re.compile(re.escape(f"{site}explain/#paste=")))
    masked = link.get_attribute("data-copy")
    page.get_by_text("What goes along: 2 places masked").click()
    page.get_by_role("button", name="Xaxa Axa").press("Enter")
    expect(link).not_to_have_attribute("data-copy", masked or "")


def test_own_layers(page: Page, alone: Path) -> None:
    """The file learns one's own layers and teams, and is told what is wrong with them."""
    page.get_by_text("Your own layers and teams").click()
    for text, said in (
        (OWN.replace("load-balancer", "balancer"), "your file:5: layers.shop-edge.role"),
        (OWN, "In use: Shop edge, Shop API, Team Fjord"),
    ):
        page.locator("#xx-own").fill(text)
        page.get_by_role("button", name="Use it").click()
        expect(page.locator("#xx-own-status")).to_contain_text(said, timeout=BOOT)
    assert explained(page, PASTE)["path"] == ["shop-edge", "shop-api"]


def test_nothing_can_be_asked(page: Page, built: Path) -> None:
    """The policy stops what the scripts do not try: no request leaves and no other script runs, with the network on."""
    page.goto((built / ONE_FILE).as_uri())
    with socket.create_server(("127.0.0.1", 0)) as listener:
        stopped = page.evaluate(
            """(outside) => new Promise((done) => {
              const stopped = [];
              addEventListener("securitypolicyviolation", (event) => {
                if (stopped.push(event.effectiveDirective) === 3) done(stopped.sort());
              });
              new Image().src = outside;
              const request = new XMLHttpRequest();
              request.open("GET", outside);
              request.send();
              const script = document.createElement("script");
              script.textContent = "document.title = 'owned'";
              document.body.append(script);
            })""",
            f"http://127.0.0.1:{listener.getsockname()[1]}/",
        )
        listener.settimeout(0.3)
        with pytest.raises(TimeoutError):
            listener.accept()
    assert stopped == ["connect-src", "img-src", "script-src-elem"]
    assert page.title() != "owned"


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
def test_anybody_can_use_it(page: Page, alone: Path, width: int, scheme: str) -> None:
    """On a phone and a desktop, dark and light, nothing is wider than the window and axe finds nothing; keys suffice."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.locator("#xx-paste").focus()
    page.keyboard.insert_text(PRIVATE)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".xx-answer")).to_contain_text("nginx wrote", timeout=BOOT)
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    expect(page.locator("body")).to_have_css(
        "background-color", "rgb(20, 23, 27)" if scheme == "dark" else "rgb(255, 255, 255)"
    )
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_offered_with_its_size(page: Page, guard: Guard, address: str, built: Path) -> None:
    """The explainer's page offers the file with its size and downloads it; search, sitemap and service worker leave it out."""
    size = f"{(built / ONE_FILE).stat().st_size / 1e6:.1f} MB"
    page.goto(address + "explain/")
    expect(page.get_by_text("Take it along")).to_contain_text(size)
    with page.expect_download() as download:
        page.get_by_role("link", name="the explainer in one file").click()
    assert download.value.suggested_filename == ONE_FILE
    assert download.value.path().read_bytes() == (built / ONE_FILE).read_bytes()
    for listing in ("sitemap.xml", "search/search_index.json", "sw.js"):
        assert ONE_FILE not in (built / listing).read_text("utf-8"), listing


def test_opened_on_the_site(page: Page, guard: Guard, address: str) -> None:
    """Opened where it is served, it works under the headers that the build writes for it."""
    page.goto(address + ONE_FILE)
    assert explained(page, PRIVATE)["generated_by"] == "nginx"
    assert {r.url for r in guard.requests if not r.url.startswith("blob:")} <= {address + ONE_FILE, favicon(address)}


def favicon(address: str) -> str:
    """Give what a browser asks a server for by itself."""
    return "/".join(address.split("/")[:3]) + "/favicon.ico"


def test_policy_by_hash(built: Path) -> None:
    """The file's policy names its one script and its one style by hash, allows nothing inline besides, and is the header's."""
    text = (built / ONE_FILE).read_text("utf-8")
    carried = CARRIED.search(text)
    assert carried is not None
    policy = unescape(carried[1])
    for part in re.findall(r"<style>(.*?)</style>", text, re.DOTALL) + re.findall(
        r"<script>(.*?)</script>", text, re.DOTALL
    ):
        assert digest(part) in policy
    assert "'unsafe-inline'" not in policy
    assert not re.search(r"<[^>]+\s(?:style|on\w+)=", re.sub(r"<(script|style)\b.*?</\1>", "", text, flags=re.DOTALL))
    sent = matching(ONE_FILE, json.loads((built / "headers/rules.json").read_text("utf-8")))
    assert sent["Content-Security-Policy"] == f"{policy}; frame-ancestors 'none'"


def test_same_bytes(
    built: Path, catalogue: Catalogue, captures: tuple[Capture, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Made anew from the same entries and runtime, the file is the same, byte for byte."""
    monkeypatch.setattr(onefile, "CACHE", tmp_path)
    text = (built / ONE_FILE).read_text("utf-8")
    runtime = next(built.glob("assets/py/*"))
    assert onefile.one_file(catalogue, captures, runtime, SITE.findall(text)[0]) == text


@pytest.mark.parametrize(
    ("module", "gives"),
    [
        ("export default one;", "{ default: one }"),
        ("export{a as one,b};", "{ one: a, b }"),
        ("export function one() {}\nexport const two = 2;", "{ one, two }"),
        ("export async function one() {}", "{ one }"),
    ],
)
def test_linked_exports(module: str, gives: str) -> None:
    """Each form of export that the modules use ends in what the linked module gives."""
    assert f"return {gives};" in linked("x.js", lambda _: module, "file:///")


@pytest.mark.parametrize(
    "module", ['import * as all from "./y.js";', "export * from './y.js';", "f(import.meta.dirname);"]
)
def test_unknown_forms_are_refused(module: str) -> None:
    """What the linker would get wrong stops the build and names the module."""
    with pytest.raises(ValueError, match=r"x\.js cannot be linked"):
        linked("x.js", lambda _: module, "file:///")
