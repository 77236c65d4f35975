"""`make bench`: how often the classifier is right over the corpus, by format and by layer, and how long it takes."""

# ruff: noqa: T201 (a command prints)
from __future__ import annotations

import statistics
import sys
import time
from collections import Counter
from pathlib import Path

from explainer import explain
from explainer.build.captures import Capture, read_captures
from explainer.build.load import load
from explainer.catalogue import Catalogue
from tests.damage import DAMAGE

FORMATS = Path(__file__).parent / "formats"
RESULTS = ("right", "wrong", "cannot tell")


def judge(capture: Capture, text: str, catalogue: Catalogue) -> tuple[str, str]:
    """Compare a verdict with the truth; 'cannot tell' is right where the bytes do not settle it."""
    verdict = explain(text, catalogue)
    if verdict.generated_by is None:
        return ("cannot tell" if capture.sure else "right"), "none"
    return ("right" if verdict.generated_by in capture.acceptable else "wrong"), verdict.confidence


def table(title: str, counted: dict[str, Counter[str]]) -> None:
    """Print one table."""
    print(f"\n{title:28} {'pastes':>7} {'right':>7} {'wrong':>7} {'cannot tell':>12}")
    for name in counted:
        row = counted[name]
        print(f"{name:28} {row.total():7} {row['right']:7} {row['wrong']:7} {row['cannot tell']:12}")


def main() -> int:
    """Print everything; the exit status is 1 where a promise is broken."""
    catalogue, corpus = load(), read_captures()
    by_format: dict[str, Counter[str]] = {}
    by_layer: dict[str, Counter[str]] = {}
    wrong: Counter[str] = Counter()
    for capture in corpus:
        result, confidence = judge(capture, capture.text, catalogue)
        by_format.setdefault(f"captured: {capture.form}", Counter())[result] += 1
        by_layer.setdefault(capture.generator or "nobody", Counter())[result] += 1
        if result == "wrong":
            wrong[confidence] += 1
    for name, damage in DAMAGE.items():
        for capture in corpus[::3]:
            if capture.form == "paste" and capture.text.startswith("HTTP/") and "\n\n" in capture.text.strip():
                result, confidence = judge(capture, damage(capture.text), catalogue)
                by_format.setdefault(name, Counter())[result] += 1
                if result == "wrong":
                    wrong[confidence] += 1
    for file in sorted(FORMATS.glob("*.txt")):
        found = explain(file.read_text("utf-8"), catalogue).generated_by
        result = "right" if found == "nginx" else "wrong" if found else "cannot tell"
        by_format.setdefault("real tools", Counter())[result] += 1
    table("format", by_format)
    table("layer", dict(sorted(by_layer.items())))
    pastes = sum(row.total() for row in by_format.values())
    print(
        f"\nwrong at conclusive: {wrong['conclusive']}; at strong: {wrong['strong']} of {pastes}; at weak: {wrong['weak']}"
    )
    median, slowest = timing(catalogue)
    print(f"explain() on 1 KB: {median * 1e3:.2f} ms at the median; 5 MB takes {slowest:.1f} times as long as 2.5 MB")
    return int(wrong["conclusive"] > 0 or wrong["strong"] > 0.01 * pastes or slowest > 3)


def timing(catalogue: Catalogue) -> tuple[float, float]:
    """Time a paste of 1 KB (median, seconds), and how 5 MB compares with half of it."""
    paste = next(c.text for c in read_captures() if c.form == "paste" and 800 < len(c.text) < 1200)
    times = []
    for _ in range(400):
        start = time.perf_counter()
        explain(paste, catalogue)
        times.append(time.perf_counter() - start)

    def best(size: int) -> float:
        took = []
        for _ in range(3):  # the machine may be busy with something else for a moment
            start = time.perf_counter()
            explain((paste * (size // len(paste) + 1))[:size], catalogue)
            took.append(time.perf_counter() - start)
        return min(took)

    return statistics.median(times), best(5_000_000) / best(2_500_000)


if __name__ == "__main__":
    sys.exit(main())
