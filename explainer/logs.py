"""Picks the lines of a paste that may be of a log, and the condition that a layer's own log names; weighs nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from explainer.catalogue import Answer, Layer
from explainer.message import Line, Paste

LOG_LINES, LINE_LENGTH = 500, 4_000  # lines of a log that are looked at, the last ones, and characters of each
LOG_LENGTH = 200_000  # and characters of all
WRAPPED = 80  # a paste of at most so many lines may be a log whose lines were broken


def log_lines(paste: Paste) -> list[Line]:
    """Pick the lines that may be of a log: all, unless a response stands there as on the wire."""
    wired = any(r.version and r.around is None for r in paste.responses)
    numbers = paste.not_understood if wired else range(1, len(paste.lines) + 1)
    found = [(paste.lines[n - 1][:LINE_LENGTH], n) for n in numbers[-LOG_LINES:]]
    while sum(len(text) for text, _ in found) > LOG_LENGTH:
        found = found[len(found) // 2 :]
    return wrapped(found) + found


def wrapped(lines: list[Line]) -> list[Line]:
    """Join each line of a short paste with the next two: a terminal or a tracker may have broken a log's lines."""
    if not 1 < len(lines) <= WRAPPED:
        return []
    texts = [text.strip() for text, _ in lines]
    return [(" ".join(texts[i : i + 3]), number) for i, (_, number) in enumerate(lines[:-1])]


def condition(layer: Layer, line: str, lines: Sequence[tuple[str, int | None]]) -> Answer | None:
    """Find the condition that a layer's own log names: on the line itself, else a text of some length on another."""
    known = [a for a in layer.answers if a.log]
    found = [a for a in known if wanted(a.log or "").search(line)]
    if not found:
        others = "\n".join(text for text, _ in lines[-50:])
        found = [a for a in known if len(a.log or "") > 12 and wanted(a.log or "").search(others)]
    return max(found, key=lambda a: len(a.log or ""), default=None)


@cache
def wanted(text: str) -> re.Pattern[str]:
    """Turn the text to look for into a pattern: `…` stands for anything, a lone word must stand alone."""
    pattern = ".{0,400}?".join(re.escape(part.strip()) for part in text.split("…"))
    return re.compile(rf"(?<![A-Za-z0-9]){pattern}(?![A-Za-z0-9])" if re.fullmatch(r"[\w,-]+", text) else pattern)


def says(answer: Answer) -> str:
    """Say a condition that a log names."""
    return f"The log names the cause: {answer.to.replace('_', ' ')}."
