"""Reads `codes/**/*.yml` into a catalogue, strictly: every error of every file at once, each with its place."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from explainer.catalogue import Catalogue, Code, Layer, Registered, Stack
from explainer.own import extended
from explainer.strict import CatalogueError, Problem, nearest, read_entry

__all__ = ["CatalogueError", "Problem", "load", "nearest", "read_entry"]
CODES = Path(__file__).parents[2] / "codes"
FOLDERS: Mapping[str, type] = {"layers": Layer, "stacks": Stack}  # what a folder holds; every other one holds codes


def load(root: Path = CODES) -> Catalogue:
    """Read every entry below a folder.

    Raises CatalogueError with every problem of every file: first what does not fit its type, and if all fits, what
    breaks a rule that spans entries (`rules.py`).
    """
    from explainer.build.needs import all_needs
    from explainer.build.rules import broken_rules

    codes: dict[str, Code] = {}
    others: dict[type, dict[str, Any]] = {kind: {} for kind in FOLDERS.values()}
    lines: dict[str, dict[str, int]] = {}
    problems: list[Problem] = []
    for path in sorted(root.glob("*/*.yml")):
        file, kind = path.relative_to(root.parent).as_posix(), FOLDERS.get(path.parent.name, Code)
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError as error:
            problems.append(Problem(file, 1, "", f"found a byte that is not UTF-8 at {error.start}", "allowed: UTF-8"))
            continue
        entry, reader = read_entry(kind, text, file)
        problems += reader.problems
        lines[file] = reader.lines
        if entry is None:
            continue
        if kind is not Code:
            others[kind][path.stem] = entry
        elif path.stem.isdecimal():
            codes[f"{path.parent.name}/{path.stem}"] = entry
        else:
            problems.append(
                Problem(file, 1, "", f"found the file name '{path.name}'", "allowed: the number, as 502.yml")
            )
    registered, problems_there = read_registered(root / "registered.yml")
    problems += problems_there
    catalogue = Catalogue(codes=codes, layers=others[Layer], stacks=others[Stack], registered=registered)
    if not problems:
        problems = broken_rules(catalogue, lines)
    if problems:
        raise CatalogueError(problems)
    return replace(catalogue, needs=all_needs(others[Layer].values()))


def read_registered(path: Path) -> tuple[dict[str, Registered], list[Problem]]:
    """Read the statuses that are no server errors; a catalogue may do without them."""
    if not path.exists():
        return {}, []
    file = f"{path.parent.name}/{path.name}"
    found, reader = read_entry(Mapping[str, Registered], path.read_text("utf-8", "replace"), file)
    wrong = [n for n in found or () if not re.fullmatch(r"[1-4]\d\d", n)]
    allowed = "allowed: a number from 100 to 499; a server error has a file of its own"
    return found or {}, reader.problems + [Problem(file, reader.lines[n], n, f"found '{n}'", allowed) for n in wrong]


def load_with_own() -> Catalogue:
    """Read every entry, and the organisation's file that the environment names in OWN (`make site OWN=own.yml`).

    Raises CatalogueError, OSError where the file cannot be read.
    """
    catalogue, own = load(), os.environ.get("OWN")
    return extended(catalogue, Path(own).read_text("utf-8"), own) if own else catalogue
