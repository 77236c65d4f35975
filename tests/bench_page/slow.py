"""Makes a browser N times as slow: all of its processes are stopped for N-1 parts of N, many times a second.

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

RUN = 0.01  # seconds that they run at a time; short against all that is measured


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
    members, went_on = family(eldest), time.monotonic()
    while not ended and Path(f"/proc/{eldest}").exists():
        time.sleep(RUN)
        tell(members, signal.SIGSTOP)
        stopped = time.monotonic()
        newer = family(eldest)
        tell([one for one in newer if one not in members], signal.SIGSTOP)
        members = newer
        rest = (stopped - went_on) * (times - 1)  # by how long they really ran: a busy machine wakes us late
        time.sleep(max(0.0, rest - (time.monotonic() - stopped)))
        went_on = time.monotonic()
        tell(members, signal.SIGCONT)
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
