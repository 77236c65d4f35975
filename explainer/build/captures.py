"""Reads the corpus `tests/captures/*.yml`: what servers really sent, and what a careful expert would say of it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

CAPTURES = Path(__file__).parents[2] / "tests" / "captures"
Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Capture:
    """One paste with what is expected of it; a situation recorded in several forms gives several."""

    id: str
    form: str  # paste (with the body), head (curl -I), verbose (curl -v) or log (what the server logged of it)
    origin: str  # lab, vendor-docs, public or constructed
    source: str  # the software with versions, or the link of the report
    note: str
    text: str
    status: int | None
    generator: str
    acceptable: tuple[str, ...]
    path: tuple[str, ...]
    sure: bool
    why: str


@cache
def read_captures(root: Path = CAPTURES) -> tuple[Capture, ...]:
    """Read every capture, each form of it, in the order of the file names."""
    found = []
    for file in sorted(root.glob("*.yml")):
        entry = yaml.load(file.read_text("utf-8"), Loader)  # noqa: S506 (a safe loader, by another name)
        expect = entry["expect"]
        for form in ("paste", "head", "verbose", "log"):
            if form not in entry:
                continue
            own = {**expect, **entry.get(f"expect_{form}", {})}
            found.append(
                Capture(
                    file.stem, form, entry["from"], entry.get("software") or entry.get("source") or "", entry["note"],
                    entry[form], expect["status"], expect["generator"], tuple(own["acceptable"]),
                    tuple(expect["path"]), own["certainty"] == "sure", expect["why"],
                )
            )  # fmt: skip
    return tuple(found)
