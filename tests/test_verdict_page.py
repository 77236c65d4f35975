"""A verdict on the page for everyone: tabs by product, forced colours, narrow windows, paper, a screen reader's way through it."""

from __future__ import annotations

from itertools import pairwise

import pytest
from playwright.sync_api import Page, expect

from tests.conftest import Guard
from tests.test_browser import BOOT, HOSTILE, PRIVATE, explained

SILENT = "HTTP/1.1 502 Bad Gateway\nContent-Type: text/html\n\n<h1>sorry</h1>\n"


def chosen(page: Page) -> str:
    """Give the name of the tab that is chosen, after seeing that its checks alone are shown."""
    tab = page.get_by_role("tab", selected=True)
    expect(page.get_by_role("tabpanel")).to_have_count(1)
    assert page.get_by_role("tabpanel").get_attribute("aria-labelledby") == tab.get_attribute("id")
    return tab.inner_text()


def test_the_stack_that_was_seen_comes_first(page: Page, guard: Guard, address: str) -> None:
    """The product that the paste shows is chosen, by keyboard alone any other is, and Tab goes on to its commands."""
    page.goto(address + "explain/")
    explained(page, PRIVATE)
    assert chosen(page) == "nginx seen"
    page.get_by_role("tab", selected=True).focus()
    names = page.get_by_role("tab").all_inner_texts()
    for key, at in (
        ("End", -1),
        ("ArrowRight", 0),
        ("ArrowLeft", -1),
        ("Home", 0),
        ("ArrowRight", 1),
        ("ArrowDown", 2),
        ("ArrowUp", 1),
    ):
        page.keyboard.press(key)
        assert chosen(page) == names[at], key
        expect(page.get_by_role("tab", selected=True)).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('[role=tabpanel]') !== null")


@pytest.mark.parametrize("storage", [True, False])
def test_the_choice_is_remembered(page: Page, guard: Guard, address: str, storage: bool) -> None:
    """A choice holds for the next verdict of the same kind, after a reload too; without storage for this page."""
    if not storage:
        page.add_init_script(
            "Storage.prototype.setItem = Storage.prototype.getItem = (key) => { if (/^5xx-/.test(key)) throw new DOMException(key); return null; }"
        )
    page.goto(address + "explain/")
    explained(page, PRIVATE)
    page.get_by_role("tab", name="Puma").click()
    explained(page, SILENT)
    assert chosen(page) == "Puma"
    explained(page, PRIVATE)
    assert chosen(page) == "Puma"
    explained(
        page,
        "HTTP/1.1 503 X\nServer: Varnish\nX-Varnish: 5\n\n<title>503 Backend fetch failed</title><p>Varnish cache server</p>",
    )
    assert chosen(page) == "Varnish seen"
    if storage:
        page.reload()
        explained(page, PRIVATE)
        assert chosen(page) == "Puma"


def test_a_verdict_fits_a_narrow_window(page: Page, guard: Guard, address: str) -> None:
    """At 320 px, which is 1280 px at 400 %, nothing has to be scrolled sideways (WCAG 1.4.10), and no command is cut off."""
    page.set_viewport_size({"width": 320, "height": 800})
    page.goto(address + "explain/")
    for text in (PRIVATE, SILENT, HOSTILE, "502", "just words"):
        explained(page, text)
        wide = page.evaluate(
            """() => [document.documentElement, ...document.querySelectorAll(".xx-verdict :is(pre, .xx-cmd), .xx-facts, .xx-tabs")]
              .filter((part) => part.scrollWidth > part.clientWidth + 1).map((part) => part.outerHTML.slice(0, 80))"""
        )
        assert wide == [], text


def test_marks_hold_without_colour(page: Page, guard: Guard, address: str) -> None:
    """Where the system forces its colours, lines that speak for and against differ in their border from each other and the rest."""
    page.emulate_media(forced_colors="active")
    page.goto(address + "explain/")
    explained(page, PRIVATE)
    borders = page.evaluate(
        """() => [".xx-for", ".xx-against", ":not([class])"].map((kind) => {
          const style = getComputedStyle(document.querySelector(`.xx-paste > ${kind}`));
          return `${style.borderLeftStyle} ${style.borderLeftWidth}`;
        })"""
    )
    assert borders == ["solid 3px", "dashed 3px", "none 0px"]
    chosen_one, other = (page.get_by_role("tab", selected=on).first for on in (True, False))
    expect(chosen_one).to_have_css("text-decoration-line", "underline")
    expect(other).to_have_css("text-decoration-line", "none")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_more_contrast_and_less_motion(page: Page, guard: Guard, address: str, scheme: str) -> None:
    """Who asks for more contrast gets 7:1 for every text of the verdict, who asks for less motion gets none."""
    page.emulate_media(color_scheme=scheme, contrast="more", reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(address + "explain/")
    explained(page, PRIVATE)
    low = page.evaluate(
        """() => {
          const light = (colour) => { const [r, g, b] = colour.match(/[\\d.]+/g).map((n) => (n /= 255) <= .04045 ? n / 12.92 : ((n + .055) / 1.055) ** 2.4); return .2126 * r + .7152 * g + .0722 * b; };
          const ground = (part) => { for (let at = part; at; at = at.parentElement) { const colour = getComputedStyle(at).backgroundColor; if (!/, 0\\)$|transparent/.test(colour)) return colour; } return "rgb(255, 255, 255)"; };
          return [...document.querySelectorAll(".xx-verdict *")].filter((part) => [...part.childNodes].some((n) => n.nodeType === 3 && n.data.trim()) && part.checkVisibility()).filter((part) => {
            const [a, b] = [light(getComputedStyle(part).color), light(ground(part))].sort((x, y) => y - x);
            return (a + .05) / (b + .05) < 7;
          }).map((part) => part.outerHTML.slice(0, 90));
        }"""
    )
    assert low == []
    moving = page.evaluate(
        "[...document.querySelectorAll('*')].filter((part) => getComputedStyle(part).transitionDuration !== '0s').length"
    )
    assert moving == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_verdict_on_paper(page: Page, guard: Guard, address: str, scheme: str) -> None:
    """On paper the verdict stands alone, dark on white: no box, no button, the seen and the chosen stack open, on two pages or three."""
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    page.goto(address + "explain/")
    explained(page, PRIVATE)
    page.get_by_role("tab", name="Puma").click()
    page.emulate_media(media="print", color_scheme=scheme, reduced_motion="reduce")  # type: ignore[arg-type]
    for gone in ("#xx-paste", "[data-go]", ".xx-cmd button", ".xx-tabs", ".xx-hand", ".md-header", ".md-footer", "h1"):
        assert not [part for part in page.locator(gone).all() if part.is_visible()], gone
    shown = [part.inner_text() for part in page.locator(".xx-stack h4").all() if part.is_visible()]
    assert shown == ["nginx", "Cloudflare Tunnel and Workers", "Puma"]
    expect(page.locator(".xx-answer")).to_have_css("color", "rgb(0, 0, 0)")
    expect(page.locator("body")).to_have_css("background-color", "rgb(255, 255, 255)")
    printed = page.pdf(format="A4")
    assert 2 <= printed.count(b"/Type /Page\n") + printed.count(b"/Type /Page/") + printed.count(b"/Type /Page ") <= 3


def test_a_screen_reader_gets_it_in_order(page: Page, guard: Guard, address: str) -> None:
    """Headings step down one at a time, the answer is announced once, marked lines say what they are, buttons have names of their own."""
    page.goto(address + "explain/")
    page.evaluate(
        """() => { globalThis.told = []; const live = document.querySelector("#xx-status");
          new MutationObserver(() => told.push(live.textContent)).observe(live, { childList: true, characterData: true, subtree: true }); }"""
    )
    explained(page, PRIVATE)
    told = page.evaluate("globalThis.told.filter((said) => said.includes('wrote'))")
    assert told == ["502 nginx wrote this response. Likely. 2 signals agree; 1 speaks against."]
    levels = page.evaluate(
        "[...document.querySelectorAll('article :is(h1, h2, h3, h4)')].filter((h) => h.checkVisibility()).map((h) => +h.tagName[1])"
    )
    assert levels[0] == 1
    assert all(after - before <= 1 for before, after in pairwise(levels))
    paste = page.get_by_role("group", name="What you pasted, line by line")
    expect(paste).to_contain_text("Evidence: server: cloudflare")
    expect(paste).to_contain_text("Against: set-cookie: session=SECRET123")
    names = [
        button.get_attribute("aria-label") or button.inner_text()
        for button in page.locator("[data-result] button:visible").all()
    ]
    assert all(names)
    assert len(names) == len(set(names))
    for line in (11, 4):
        page.get_by_role("link", name=f"Line {line}").first.press("Enter")
        expect(page.locator(f"#xx-line-{line}")).to_be_focused()
    expect(page.locator(".xx-answer")).to_be_visible()


def test_copying_is_announced(page: Page, guard: Guard, address: str) -> None:
    """What a copy button did is said to those who do not see it."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(address + "explain/")
    explained(page, PRIVATE)
    page.locator(".xx-first [data-copy]").click()
    expect(page.locator("#xx-status")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.locator(".xx-first code").first.inner_text()


def test_hidden_characters_are_shown_and_counted(page: Page, guard: Guard, address: str) -> None:
    """A paste with control and direction characters shows them by number, and says so."""
    page.goto(address + "explain/")
    explained(page, HOSTILE)
    expect(page.locator(".xx-notes")).to_contain_text("2 invisible characters (U+202E, U+001B)")
    assert page.locator(".xx-paste .xx-char").all_inner_texts() == ["U+202E", "U+001B"]
    assert page.locator(".xx-paste").evaluate("(part) => /[\\u202e\\x1b]/.test(part.textContent)") is False


@pytest.mark.parametrize(
    ("lines", "said"), [(10_000, "The box shows the beginning"), (260_000, "Only the first 5 million characters")]
)
def test_a_long_paste_says_what_became_of_it(page: Page, guard: Guard, address: str, lines: int, said: str) -> None:
    """Where the box shows a part, or where a part was read, the verdict says so."""
    page.goto(address + "explain/")
    page.evaluate(
        """(lines) => {
          const data = new DataTransfer();
          data.items.add(new File(["all work and no play\\n".repeat(lines)], "huge.log"));
          document.querySelector("#xx-paste").dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
        }""",
        lines,
    )
    expect(page.locator(".xx-notes")).to_contain_text(said, timeout=BOOT)


def test_an_error_takes_the_place_of_an_older_verdict(page: Page, guard: Guard, address: str) -> None:
    """Where Python stumbles, the page says so and what to do, and no verdict of another text is left standing."""
    page.goto(address + "explain/")
    explained(page, PRIVATE)
    page.evaluate(
        """() => { Worker.prototype.postMessage = function ({ id }) {
          this.onmessage({ data: { type: "error", id, reason: "RecursionError" } }); }; }"""
    )
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.locator("#xx-status")).to_contain_text("stumbled over this text: RecursionError")
    expect(page.locator("#xx-status")).to_contain_text("run 5xx FILE")
    expect(page.locator(".xx-verdict")).to_have_count(0)
    expect(page.locator("#xx-paste")).to_have_value(PRIVATE)
