"""The verdict on every capture, one line each, in `tests/verdicts.txt`; `python -m tests.verdicts` writes it anew.

A change of the catalogue or of the classifier shows there as a difference that somebody has to read and mean.
"""

from __future__ import annotations

from pathlib import Path

from explainer import explain
from explainer.build.captures import Capture, read_captures
from explainer.catalogue import Catalogue

KEPT = Path(__file__).parent / "verdicts.txt"


def line(capture: Capture, catalogue: Catalogue) -> str:
    """Write a verdict's decisive parts: status, code, generator, confidence, path, and how much speaks for and against."""
    v = explain(capture.text, catalogue)
    path = " > ".join(v.path) or "-"
    strengths = "".join(e.strength[0] for e in v.evidence) + "/" + "".join(e.strength[0] for e in v.against)
    return f"{capture.id}.{capture.form}: {v.status} {v.code} {v.generated_by} {v.confidence} [{path}] {strengths}"


if __name__ == "__main__":
    from explainer.build.load import load

    catalogue = load()
    KEPT.write_text("".join(line(c, catalogue) + "\n" for c in read_captures()), "utf-8")
