"""Visits a page with a paste in its link, and times the way from the navigation to the first verdict."""

from __future__ import annotations

import base64
import statistics
import tempfile
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import BrowserType
from playwright.sync_api import Page as Tab

from tests.bench_page.line import Line
from tests.bench_page.slow import slowed
from tests.conftest import CHROMIUM_FLAGS, chromium_program

PASTE = """HTTP/1.1 502 Bad Gateway
Server: nginx/1.24.0
Date: Fri, 20 Nov 2026 09:14:22 GMT
Content-Type: text/html
Content-Length: 157
Connection: keep-alive

<html>
<head><title>502 Bad Gateway</title></head>
<body>
<center><h1>502 Bad Gateway</h1></center>
<hr><center>nginx/1.24.0</center>
</body>
</html>
"""
# Waiting for an expression inside the page is what the content policy forbids: the page makes a promise at its start.
WATCH = """globalThis.first = new Promise((done) =>
  addEventListener("verdict", ({ detail }) => done([performance.now(), detail.generated_by]), { once: true }));"""
SETTLE = 1.0  # seconds that a new browser gets to itself
IDLE = 5.0  # seconds between the first verdict and the end of a visit, in which a page may keep things for the next


def link(text: str) -> str:
    """Pack a text as the explainer's link carries it."""
    squeeze = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = squeeze.compress(text.encode()) + squeeze.flush()
    return "#paste=" + base64.urlsafe_b64encode(packed).decode().rstrip("=")


@contextmanager
def browsing(chromium: BrowserType, profile: Path) -> Iterator[tuple[Tab, int]]:
    """Run the system's Chromium with a profile; gives a tab and the browser's process."""
    context = chromium.launch_persistent_context(profile, executable_path=chromium_program(), args=CHROMIUM_FLAGS)
    try:
        time.sleep(SETTLE)
        yield context.pages[0], process(profile)
    finally:
        context.close()


def process(profile: Path) -> int:
    """Find the browser's first process by its profile."""
    own = f"--user-data-dir={profile}".encode()
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes().split(b"\0")
            except OSError:
                continue
            if own in words and not any(word.startswith(b"--type=") for word in words):
                return int(entry.name)
    raise RuntimeError("the browser is not running")


BUSY = """() => new Promise((done) => {
  const loop = `const began = performance.now(); for (let n = 0; n < 4e8; n++); postMessage(performance.now() - began);`;
  new Worker(URL.createObjectURL(new Blob([loop]))).onmessage = ({ data }) => done(data);
})"""


def slowdown(chromium: BrowserType, times: float) -> float:
    """Tell how much slower a worker really is that is meant to be some times as slow."""
    with tempfile.TemporaryDirectory() as profile, browsing(chromium, Path(profile)) as (tab, pid):
        tab.evaluate(BUSY)  # compiled by now
        plain = tab.evaluate(BUSY)
        with slowed(pid, times):
            time.sleep(0.2)  # until it has begun
            slow = tab.evaluate(BUSY)
    return float(slow / plain)


@dataclass(frozen=True)
class Visit:
    """Milliseconds until the verdict; bytes that came until then, and in the whole visit."""

    ms: float
    early: int
    bytes: int


def visit(chromium: BrowserType, profile: Path, address: str, line: Line, times: float) -> Visit:
    """Open an address, wait for the verdict, stay a while, leave."""
    with browsing(chromium, profile) as (tab, pid):
        tab.add_init_script(WATCH)
        line.sent = 0
        with slowed(pid, times):
            tab.goto(address + link(PASTE), wait_until="commit")
            ms, said = tab.evaluate("() => globalThis.first")
            early = line.sent
        if said != "nginx":
            raise RuntimeError(f"{address} took nginx for {said}")
        time.sleep(IDLE)
    return Visit(ms, early, line.sent)


@dataclass(frozen=True)
class Compared:
    """The medians of the visits to one page."""

    cold: float
    repeat: float
    early: float
    bytes: float


def compare(chromium: BrowserType, pages: list[str], line: Line, rounds: int, times: float = 1) -> list[Compared]:
    """Visit pages in turn, each time with a new profile and then once more with the same one."""
    seen: list[list[tuple[Visit, Visit]]] = [[] for _ in pages]
    for _ in range(rounds):
        for page, visits in zip(pages, seen, strict=True):
            with tempfile.TemporaryDirectory() as profile:
                first, second = (visit(chromium, Path(profile), page, line, times) for _ in range(2))
                visits.append((first, second))
    return [
        Compared(
            statistics.median(first.ms for first, _ in visits),
            statistics.median(second.ms for _, second in visits),
            statistics.median(first.early for first, _ in visits),
            statistics.median(first.bytes for first, _ in visits),
        )
        for visits in seen
    ]
