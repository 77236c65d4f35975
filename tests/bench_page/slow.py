"""Makes a browser N times as slow: all of its processes are stopped for N-1 parts of N, a hundred times in two seconds.

`python -m tests.bench_page.slow PID N` does so until it is ended. The browser's own throttle slows the main thread
of a page only, and Python runs in a worker.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PERIOD = 0.02  # seconds; short against all that is measured


def family(eldest: int) -> list[int]:
    """List a process and all that descend from it."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:  # it has ended meanwhile
                continue
    found = [eldest]
    for one in found:  # grows while it is walked
        found += [child for child, parent in parents.items() if parent == one]
    return found


def tell(processes: list[int], what: signal.Signals) -> None:
    """Send a signal to those that are still there."""
    for one in processes:
        try:
            os.kill(one, what)
        except ProcessLookupError:
            continue


def throttle(eldest: int, times: float) -> None:
    """Stop and continue in turn, until SIGTERM."""
    ended: list[int] = []
    signal.signal(signal.SIGTERM, lambda *_: ended.append(1))
    members = family(eldest)
    while not ended and Path(f"/proc/{eldest}").exists():
        began = time.monotonic()
        tell(members, signal.SIGSTOP)
        newer = family(eldest)
        tell([one for one in newer if one not in members], signal.SIGSTOP)
        members = newer
        time.sleep(max(0.0, PERIOD * (1 - 1 / times) - (time.monotonic() - began)))
        stopped = time.monotonic() - began
        tell(members, signal.SIGCONT)
        time.sleep(stopped / (times - 1))  # the share holds even where looking around took longer than the period
    tell(members, signal.SIGCONT)


@contextmanager
def slowed(eldest: int, times: float) -> Iterator[None]:
    """Have a process and its descendants run at a part of their speed."""
    if times == 1:
        yield
        return
    command = [sys.executable, "-m", "tests.bench_page.slow", str(eldest), str(times)]
    beside = subprocess.Popen(command, cwd=Path(__file__).parents[2])
    try:
        yield
    finally:
        beside.terminate()
        beside.wait(10)


if __name__ == "__main__":
    throttle(int(sys.argv[1]), float(sys.argv[2]))
