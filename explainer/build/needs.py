"""Finds what a pattern cannot match without: texts of which one must stand in whatever it matches.

Looking for a text is far quicker than searching for a pattern, and a pattern that is never searched is never compiled:
the classifier looks first. Reads the tree that Python's own compiler makes of a pattern; the tests search both ways.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from re import _constants, _parser  # type: ignore[attr-defined]
from typing import Any

from explainer.catalogue import Layer
from explainer.index import SEARCHED

SHORTEST, MOST = 3, 40  # characters of a text, and texts of a pattern, that are worth looking for


def all_needs(layers: Iterable[Layer]) -> dict[str, tuple[str, ...]]:
    """Give the needs of every pattern of some layers that is searched for, where it has any."""
    searched = {
        pattern
        for layer in layers
        for signal in layer.fingerprint
        for patterns in (signal.when, signal.unless)
        for key, pattern in patterns.items()
        if key in SEARCHED
    }
    return {pattern: found for pattern in sorted(searched) if (found := needs(pattern))}


def needs(pattern: str) -> tuple[str, ...]:
    """Give the texts of which one must stand in whatever the pattern matches; none where nothing can be said."""
    tree = _parser.parse(pattern)
    found = None if tree.state.flags & re.IGNORECASE else of_sequence(tree)
    return tuple(sorted(found)) if found and len(found) <= MOST else ()


def of_sequence(sequence: Any) -> set[str] | None:
    """Pick the most telling needs of a sequence's parts: those whose shortest text is the longest."""
    candidates: list[set[str] | None] = []
    run = ""
    for kind, value in [*sequence, (None, None)]:
        if kind is _constants.LITERAL:
            run += chr(value)
            continue
        candidates.append({run})
        candidates.append(of_part(kind, value))
        run = ""
    telling = [c for c in candidates if c and min(map(len, c)) >= SHORTEST]
    return max(telling, key=lambda c: min(map(len, c)), default=None)


def of_part(kind: Any, value: Any) -> set[str] | None:
    """Give the needs of one part that is no literal character."""
    if kind is _constants.BRANCH:
        parts = [of_sequence(branch) for branch in value[1]]
        return set().union(*(p for p in parts if p)) if all(parts) else None
    if kind is _constants.SUBPATTERN:
        _, added, _, inner = value
        return None if added & re.IGNORECASE else of_sequence(inner)
    if kind in (_constants.MAX_REPEAT, _constants.MIN_REPEAT):
        least, _, inner = value
        return of_sequence(inner) if least else None
    return None
