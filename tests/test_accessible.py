"""Axe on whole pages, the theme's parts included: the explainer in each of its states, and a page of each kind."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page, expect

from tests.conftest import Guard
from tests.test_browser import BOOT, PRIVATE, explained

PAGES = (
    "502/", "layers/nginx/", "layers/", "stacks/nginx/", "stacks/", "timeouts/", "conditions/", "codes/", "compare/52x/",
    "monitor/", "prevent/", "api-clients/", "how-we-know/",
)  # fmt: skip


def empty(page: Page) -> None:
    """Do nothing: the page as it opens."""


def finding(page: Page) -> None:
    """Type a question."""
    page.locator("#xx-paste").press_sequentially("gateway")
    expect(page.locator(".xx-found a").first).to_be_visible()


def loading(page: Page) -> None:
    """Paste while Python is still on its way."""
    page.route("**/pyodide.asm.wasm", lambda route: None)
    page.reload()  # Python may have begun to load
    page.locator("#xx-paste").fill(PRIVATE)
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.locator("#xx-status")).to_contain_text("Loading Python")


def verdict(page: Page) -> None:
    """Get a verdict, and open what is handed on."""
    explained(page, PRIVATE)
    page.get_by_text("What goes along").click()


def cannot_tell(page: Page) -> None:
    """Paste what tells nobody."""
    explained(page, "HTTP/1.1 502 Bad Gateway\n\n")


def no_response(page: Page) -> None:
    """Paste what is no response."""
    explained(page, "The quick brown fox\njumps over the lazy dog\n" * 3)


def failed(page: Page) -> None:
    """Paste where Python cannot be had."""
    page.route("**/pyodide.asm.wasm", lambda route: route.fulfill(status=404, body=""))
    page.reload()  # Python may have begun to load
    page.locator("#xx-paste").fill(PRIVATE)
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.locator("#xx-status")).to_contain_text("could not start", timeout=BOOT)


STATES = (empty, finding, loading, verdict, cannot_tell, no_response, failed)


def check(page: Page) -> None:
    """Let axe look at the whole document, for findings of any severity."""
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize(("width", "scheme"), [(390, "dark"), (1280, "light")])
@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_every_state_of_the_explainer(
    page: Page, address: str, state: Callable[[Page], None], width: int, scheme: str
) -> None:
    """In no state has axe anything to mend, on a phone or a desktop, light or dark."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(address)
    state(page)
    check(page)


@pytest.mark.parametrize(("path", "scheme"), zip(PAGES, itertools.cycle(["light", "dark"])))  # each look costs 2 s
def test_every_kind_of_page(page: Page, guard: Guard, address: str, path: str, scheme: str) -> None:
    """On a page of each kind axe finds nothing, in the theme's parts neither."""
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.goto(address + path)
    check(page)
