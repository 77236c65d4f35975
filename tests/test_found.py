"""How the pages are found: what each says of itself to search engines and chats, and what stands where there is no page."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

META = re.compile(r'<meta (?:name|property)="([\w:]+)" content="(.*?)">')
# A block in a paragraph that Markdown opened too early; a browser closes the paragraph before it.
MISPLACED = re.compile(r"<p>\s*<(?:div|ol|ul|pre|table|dl|h\d|p)\b")


def test_each_page_has_a_head_of_its_own(built: Path) -> None:
    """Title and sentence are no other page's, the address is the sitemap's, and what a chat shows are the same three."""
    sitemap = set(re.findall(r"<loc>(.*?)</loc>", (built / "sitemap.xml").read_text("utf-8")))
    seen: dict[str, Counter[str]] = {key: Counter() for key in ("og:title", "og:description", "og:url")}
    for file in built.rglob("index.html"):
        if file.is_relative_to(built / "cards"):  # these are parts of other people's pages
            continue
        text = file.read_text("utf-8")
        about = {key: unescape(said) for key, said in META.findall(text)}
        for key, counted in seen.items():
            counted[about[key]] += 1
        assert about["description"] == about["og:description"], file
        assert f'<link rel="canonical" href="{about["og:url"]}">' in text, file
        assert re.search(r'<html lang="en"', text), file
        assert not MISPLACED.search(text), file
    for counted in seen.values():
        assert not [text for text, times in counted.items() if times > 1 or not text]
    assert set(seen["og:url"]) == sitemap


def test_robots_are_told_of_the_sitemap(built: Path) -> None:
    """`robots.txt` forbids nothing, and names the sitemap of the site that was built."""
    named = re.findall(r"^Sitemap: (\S+)$", (built / "robots.txt").read_text("utf-8"), re.MULTILINE)
    page = (built / "index.html").read_text("utf-8")
    assert f'<link rel="canonical" href="{named[0].removesuffix("sitemap.xml")}">' in page


@pytest.mark.parametrize(
    ("path", "first"),
    [("509/", "litespeed/509/"), ("codes/522", "cloudflare/522/"), ("a/b/c/1016.html", "cloudflare/1016/")],
)
def test_no_such_page(page: Page, address: str, path: str, first: str) -> None:
    """Where there is no page, at any depth, the number in the address is looked up, and what is found can be opened."""
    answer = page.goto(address + path)
    assert answer is not None
    assert answer.status == 404
    found = page.locator(".xx-found a").first
    expect(found).to_have_attribute("href", address + first)
    found.click()
    expect(page.locator("h1 .xx-code")).to_have_text(first.split("/")[1])


def test_search_where_there_is_no_page(page: Page, address: str) -> None:
    """There, too, one can search, and ask the box for something else."""
    page.goto(address + "no/such/page")
    expect(page.locator("#xx-paste")).to_have_value("")
    page.locator("#xx-paste").press_sequentially("bad gateway")
    expect(page.locator(".xx-found a").first).to_have_attribute("href", address + "502/")
    page.keyboard.press("Escape")
    page.locator(".md-search__input").press_sequentially("keepalive")  # the theme listens to keyup
    expect(page.locator(".md-search-result__link").first).to_be_visible()
    expect(page.get_by_role("link", name="All codes", exact=True).first).to_have_attribute(
        "href", re.compile("/codes/$")
    )
