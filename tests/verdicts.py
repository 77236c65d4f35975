"""The verdict on every capture, one line each, in `tests/verdicts.txt`; `python -m tests.verdicts` writes it anew.

A change of the catalogue or of the classifier shows there as a difference that somebody has to read and mean.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path

from explainer import explain
from explainer.build.captures import Capture, read_captures
from explainer.catalogue import Catalogue
from explainer.evidence import Subject, gather
from explainer.logs import log_lines
from explainer.message import parse
from explainer.verdict import explained

KEPT = Path(__file__).parent / "verdicts.txt"


@cache
def subject(text: str) -> Subject:
    """Lay a text out for matching."""
    paste = parse(text)
    response = explained(paste)
    return Subject(response, [] if response else paste.curl_errors, log_lines(paste))


def line(capture: Capture, catalogue: Catalogue) -> str:
    """Write a verdict's decisive parts: status, code, generator, confidence, path, and how much speaks for and against.

    Behind it stands how many signals hold: a verdict shows one of those that say the same.
    """
    v = explain(capture.text, catalogue)
    path = " > ".join(v.path) or "-"
    strengths = "".join(e.strength[0] for e in v.evidence) + "/" + "".join(e.strength[0] for e in v.against)
    held = sum(1 for _ in gather(subject(capture.text), catalogue))
    said = f"{v.status} {v.code} {v.generated_by} {v.confidence} [{path}] {strengths} of {held}"
    return f"{capture.id}.{capture.form}: {said}"


if __name__ == "__main__":
    from explainer.build.load import load

    catalogue = load()
    KEPT.write_text("".join(line(c, catalogue) + "\n" for c in read_captures()), "utf-8")
