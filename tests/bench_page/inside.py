"""What is measured inside an open page: how long a verdict and a lookup take, what blocks, and what moves."""

from __future__ import annotations

import statistics
import time
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from explainer.build.captures import read_captures
from tests.bench_page.visits import PASTE, WATCH, link

BROWSER = Path(__file__).parents[2] / "explainer" / "browser"
SMALL = 1024  # characters of a paste that counts here
VISITS = 5
QUIET = 2.0  # seconds after the load in which a page may still block or move
# Total Blocking Time as Lighthouse reckons it (`computation/metrics/tbt-utils.js`): of each long task what comes after the
# first paint of content and goes beyond 50 ms. Beside it `all`: with the tasks before that paint too.
SEEN = """
globalThis.seen = { tasks: [], painted: 0, moved: 0 };
const watch = (type, see) => new PerformanceObserver((list) => list.getEntries().forEach(see)).observe({ type, buffered: true });
watch("longtask", ({ startTime, duration }) => seen.tasks.push([startTime, startTime + duration]));
watch("paint", ({ name, startTime }) => { if (name === "first-contentful-paint") seen.painted = startTime; });
watch("layout-shift", ({ hadRecentInput, value }) => { if (!hadRecentInput) seen.moved += value; });
globalThis.blocked = (from) => seen.tasks.reduce((sum, [began, ended]) => sum + Math.max(0, ended - Math.max(began, from) - 50), 0);
"""
KEYS = """async () => {
  const area = document.querySelector("#xx-paste"), list = document.querySelector(".xx-found"), times = [];
  for (let n = 0; n < 30; n++) {
    const changed = new Promise((done) => new MutationObserver((_, o) => { o.disconnect(); done(); }).observe(list, { childList: true }));
    area.value = ["5", "52", "gate", "upstream prem", "no healthy"][n % 5];
    const began = performance.now();
    area.dispatchEvent(new Event("input", { bubbles: true }));
    await changed;
    times.push(performance.now() - began);
  }
  return times;
}"""
# A page that is to save data starts Python only when it is asked to.
SAVING = "Object.defineProperty(NetworkInformation.prototype, 'saveData', { get: () => true });"


def weight(site: Path) -> int:
    """Sum up the project's own scripts and styles as they travel."""
    total = 0
    for own in [*BROWSER.glob("*.js"), *BROWSER.glob("*.css")]:
        file = next((found for found in site.rglob(own.name) if "stock" not in found.parts), None)
        if file is None:  # of the one-file explainer only
            continue
        small = file.with_name(file.name + ".br")
        total += (small if small.exists() else file).stat().st_size
    return total


@dataclass(frozen=True)
class Settled:
    """Milliseconds that a page blocked after its first paint (TBT) and in all; how far its layout shifted (CLS)."""

    blocked: float
    all: float
    moved: float


def settled(tab: Tab) -> Settled:
    """Wait for some quiet, and tell what happened until then."""
    time.sleep(QUIET)
    return Settled(*tab.evaluate("() => [blocked(seen.painted), blocked(0), seen.moved]"))


def before_boot(browser: Browser, address: str) -> Settled:
    """Open a page that does not start Python; gives the medians of what blocks, and the most that moves."""
    every = []
    for _ in range(VISITS):
        tab = browser.new_page()
        tab.add_init_script(SEEN + SAVING)
        tab.goto(address)
        every.append(settled(tab))
        if any(worker.url.endswith("/worker.js") for worker in tab.workers):  # the theme has one of its own
            raise RuntimeError("the page started Python")
        tab.close()
    return Settled(
        statistics.median(one.blocked for one in every),
        statistics.median(one.all for one in every),
        max(one.moved for one in every),
    )


def moved_in_boot(browser: Browser, address: str) -> float:
    """Open a page with a paste in its link; gives what moves until the verdict and after it."""
    tab = browser.new_page()
    tab.add_init_script(SEEN + WATCH)
    tab.goto(address + link(PASTE))
    tab.evaluate("() => globalThis.first")
    moved = settled(tab).moved
    tab.close()
    return moved


def answers(tab: Tab, worker: str) -> list[float]:
    """Put every short paste of the corpus to a worker, one after the other; gives its own times in ms."""
    texts = [c.text for c in read_captures() if c.form == "paste" and len(c.text) <= SMALL]
    times: list[float] = tab.evaluate(
        """([address, texts]) => new Promise((done, fail) => {
          const worker = new Worker(address, { type: "module" }), times = [];
          const ask = () => worker.postMessage({ type: "explain", id: times.length, text: texts[times.length], own: "" });
          worker.onmessage = ({ data }) => {
            if (data.type === "failed" || data.type === "error") return fail(new Error(data.reason));
            if (data.type !== "verdict") return;
            times.push(data.ms);
            times.length < texts.length ? ask() : done(times);
          };
          ask();
        })""",
        [worker, texts],
    )
    return times


def lookups(tab: Tab, address: str) -> list[float]:
    """Type into the start page's box; gives the ms from each key to its matches."""
    tab.goto(address)
    tab.keyboard.type("5")
    tab.locator(".xx-found a").first.wait_for()
    times: list[float] = tab.evaluate(KEYS)
    return times
