"""Writes the tables of keys in `codes/README.md` out of the catalogue's types, whose annotations document them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from explainer import catalogue
from explainer.build.schema import is_required

PLACE = re.compile(r"(<!-- keys of (?P<name>\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def with_tables(text: str) -> str:
    """Fill every place between `<!-- keys of X -->` and `<!-- end -->` with the table of a type."""
    return PLACE.sub(lambda place: place[1] + table(getattr(catalogue, place["name"])) + place[3], text)


def table(kind: type) -> str:
    """Draw the table of a type's keys: key, what stands there, whether it may be left out, what it means."""
    types = get_type_hints(kind, include_extras=True)
    rows = ["| key | holds | |\n|---|---|---|\n"]
    for f in fields(kind):
        said = types[f.name].__metadata__[0] if get_origin(types[f.name]) is Annotated else ""
        key = f"`{f.name}`" if is_required(f) else f"`{f.name}` (optional)"
        rows.append(f"| {key} | {holds(types[f.name])} | {said.replace('|', chr(92) + '|')} |\n")
    return "".join(rows)


def holds(kind: Any) -> str:
    """Name what a type takes, as an author would."""
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return holds(args[0])
    if origin is Literal:
        return ", ".join(f"`{word}`" for word in args) if len(args) < 10 else f"one of {len(args)} words"
    if origin is tuple:
        return f"list of {holds(args[0])}"
    if origin is Mapping:
        return f"{holds(args[0])}: {holds(args[1])}"
    if origin is UnionType:
        return holds(args[0])
    if is_dataclass(kind) and isinstance(kind, type):
        return kind.__name__
    return {int: "whole number", float: "number"}.get(kind, "text")
