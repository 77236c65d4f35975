"""`make bench`: measures the explainer's page beside a page of stock Pyodide, on one machine, and holds it to its limits.

Each pair of pages is visited in turn, so that only their ratios count. `python -m tests.bench_page [ROUNDS]`.
"""

# ruff: noqa: T201 (a command prints)
from __future__ import annotations

import statistics
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserType, sync_playwright

from tests.bench_page.engines import ENGINES, first_verdict
from tests.bench_page.inside import answers, before_boot, lookups, moved_in_boot, weight
from tests.bench_page.line import Line, on_line
from tests.bench_page.ready import lay_ready
from tests.bench_page.visits import compare, slowdown
from tests.conftest import CHROMIUM_FLAGS, chromium_program

ROUNDS = 5
COLD, REPEAT, BYTES = 0.45, 0.30, 0.75  # of stock Pyodide's
LEEWAY = 0.1  # on a slow processor or a slow line
SLOW = 4  # times as slow a processor
RATE, DELAY = 10e6, 0.04  # bits a second, and seconds there and back
Row = tuple[str, float, float, str]  # what, measured, limit, in which unit and of what


@dataclass(frozen=True)
class Bench:
    """What every measurement needs."""

    chromium: BrowserType
    site: Path
    address: str
    line: Line
    rounds: int

    def ratios(self, how: str, leeway: float = 0.0, times: float = 1) -> Iterator[Row]:
        """Compare the two pages; the bytes do not change from one machine to the other."""
        note = f"; a worker is {slowdown(self.chromium, times):.1f} times as slow" if times > 1 else ""
        ours, stock = compare(
            self.chromium, [self.address + "explain/", self.address + "stock/"], self.line, self.rounds, times
        )
        for what, limit in (("cold", COLD), ("repeat", REPEAT)):
            own, other = getattr(ours, what), getattr(stock, what)
            yield f"{what} visit{how}", own / other, limit + leeway, f"{own:.0f} of {other:.0f} ms{note}"
        if not leeway:
            whole = f"{ours.bytes:.0f} of {stock.bytes:.0f} in the whole visit"
            yield "bytes until then", ours.early / stock.early, BYTES, f"{ours.early:.0f} of {stock.early:.0f}; {whole}"

    def inside(self) -> Iterator[Row]:
        """Measure what happens in one page."""
        browser = self.chromium.launch(executable_path=chromium_program(), args=CHROMIUM_FLAGS)
        tab = browser.new_page()
        tab.goto(self.address + "explain/")
        worker = tab.evaluate(
            "() => new URL('worker.js', new URL(document.querySelector('[data-runtime]').dataset.runtime, location)).href"
        )
        times = answers(tab, worker)
        yield "a verdict after the boot", statistics.median(times), 20, f"ms, median of {len(times)} pastes up to 1 KB"
        yield "matches after a key", statistics.median(lookups(tab, self.address)), 50, "ms, median of 30"
        tab.close()
        for name, path in (("start page", ""), ("explainer", "explain/"), ("page of 502", "502/")):
            before = before_boot(browser, self.address + path)
            yield (
                f"{name}: blocked before the boot",
                before.blocked,
                50,
                f"ms (TBT); {before.all:.0f} with what precedes the paint",
            )
            yield f"{name}: moved before the boot", before.moved, 0, "(CLS)"
        yield "explainer: moved in the boot", moved_in_boot(browser, self.address + "explain/"), 0, "(CLS)"
        browser.close()
        yield "the page's own scripts and styles", weight(self.site) / 1000, 40, "KB in brotli"

    def engines(self) -> Iterator[Row | str]:
        """Boot in the two other engines."""
        for engine in ENGINES:
            said = first_verdict(engine, self.site)
            if said is None:
                yield f"{engine}: not installed"
            else:
                right = said["generated_by"] == "nginx"
                yield f"{engine} misses the verdict", float(not right), 0, f"times; {said['ms']:.0f} ms to the first"

    def everything(self) -> Iterator[Row | str]:
        """Give one row after the other."""
        yield from self.inside()
        yield from self.engines()
        yield from self.ratios("")
        yield from self.ratios(f" at {SLOW}× CPU", LEEWAY, SLOW)
        self.line.rate, self.line.delay = RATE, DELAY
        yield from self.ratios(" at 10 Mbit/s, 40 ms", LEEWAY)


def main() -> int:
    """Print a row as soon as it is measured; the exit status is 1 where one is over its limit."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS
    site, over = lay_ready(), 0
    print(f"\n{'explainer page':36} {'measured':>9} {'at most':>8}")
    with on_line(site) as (address, line), sync_playwright() as playwright:
        for row in Bench(playwright.chromium, site, address, line, rounds).everything():
            if isinstance(row, str):
                print(row)
                continue
            what, measured, limit, unit = row
            over += measured > limit
            judged = "over" if measured > limit else "ok"
            print(f"{what:36} {measured:9.3g} {limit:8.3g}  {judged:4}  {unit}", flush=True)
    return int(over > 0)


if __name__ == "__main__":
    sys.exit(main())
