"""Python's memory, kept in the browser after the first use: it answers as before, needs no library, and may be anything."""

from __future__ import annotations

import json
import time

from playwright.sync_api import Page

from explainer import explain
from explainer.build.captures import Capture
from tests.conftest import Guard
from tests.test_browser import explained

SECRET = "HTTP/1.1 502 Bad Gateway\nServer: nginx\nX-Note: kingfisher-4711\n\n"
# The entry of the cache that holds the memory, as its address, or null.
FIND = """async () => {
  for (const name of await caches.keys())
    for (const { url } of await (await caches.open(name)).keys()) if (url.endsWith("/memory")) return url;
  return null;
}"""
HOLDS = """async ([url, text]) => {
  const memory = new TextDecoder("latin1").decode(await (await caches.match(url)).arrayBuffer());
  return [memory.includes(text), memory.includes("explainer")];
}"""
# Keeps a piece of the whole memory, or something else, in the memory's place.
SPOIL = """async ([url, cut]) => {
  const cache = await caches.open(`5xx-py-${url.split("/").at(-2)}`);
  if (!(await cache.match(`${url}-whole`))) await cache.put(`${url}-whole`, await cache.match(url));
  const whole = new Uint8Array(await (await cache.match(`${url}-whole`)).arrayBuffer());
  await cache.put(url, new Response(cut ? whole.subarray(0, cut) : "not a memory"));
}"""


def remembered(page: Page) -> str:
    """Wait until the page has kept Python's memory; gives its address in the cache."""
    for _ in range(120):
        if found := page.evaluate(FIND):
            return str(found)
        time.sleep(0.25)
    raise AssertionError("no memory within 30 s")


def test_second_visit_remembers(page: Page, guard: Guard, address: str, captures: tuple[Capture, ...]) -> None:
    """A second visit restores Python's memory: no library is asked for, verdicts and an own file are as ever, no paste is in it."""
    page.goto(address + "explain/")
    explained(page, SECRET)
    kept = remembered(page)
    assert page.evaluate(HOLDS, [kept, "kingfisher-4711"]) == [False, True]
    asked = len(guard.requests)
    page.reload()
    for capture in [c for c in captures if c.form == "paste"][::60]:
        assert explained(page, capture.text) == json.loads(json.dumps(explain(capture.text).as_dict())), capture.id
    assert not any(r.url.endswith("/python.zip") for r in guard.requests[asked:])
    page.get_by_text("Your own layers and teams").click()
    page.locator("#xx-own").fill("layers:\n  shop: {name: Shop, role: balancer}\n")
    page.get_by_role("button", name="Use it").click()
    page.locator("#xx-own-status", has_text="layers.shop.role").wait_for()


def test_spoilt_memory_is_forgotten(page: Page, guard: Guard, address: str) -> None:
    """A memory that cannot be restored, being nonsense or a part, costs a moment: the verdict comes."""
    page.goto(address + "explain/")
    explained(page, SECRET)
    kept = remembered(page)
    for cut in (0, 5_000_000):
        page.evaluate(SPOIL, [kept, cut])
        page.reload()
        assert explained(page, SECRET) == json.loads(json.dumps(explain(SECRET).as_dict())), cut
