"""Derives JSON Schemas from the catalogue's types: for authors' YAML, and for the published API files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

from explainer.catalogue import Code, Reached, RetrySafe, Says, Strength

DRAFT = "https://json-schema.org/draft/2020-12/schema"


@dataclass(frozen=True, slots=True)
class Style:
    """Which of the two forms a schema describes: authors may leave defaults out, the API never does."""

    public: bool


def schema(kind: Any, title: str, public: bool = False) -> dict[str, Any]:
    """Give the schema of an entry's type."""
    return {"$schema": DRAFT, "title": title, **of_type(kind, Style(public))}


def of_type(kind: Any, style: Style) -> dict[str, Any]:
    """Describe one type."""
    if is_dataclass(kind) and isinstance(kind, type):
        return record(kind, style)
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return {**of_type(args[0], style), "description": args[1]}
    if origin is Literal:
        return {"type": "string", "enum": list(args)}
    if origin is tuple:
        return {"type": "array", "items": of_type(args[0], style)}
    if origin is Mapping:
        names = {"propertyNames": {"enum": list(get_args(args[0]))}} if get_origin(args[0]) is Literal else {}
        return {"type": "object", "additionalProperties": of_type(args[1], style), **names}
    if origin is UnionType:
        one = of_type(args[0], style)
        return {"anyOf": [one, {"type": "null"}]} if style.public else one
    if kind in (int, float):
        return {"type": "integer" if kind is int else "number"}
    # A YAML reader other than ours types `2026-11-24` and `yes` itself; only text that says something is allowed.
    return {"type": "string", "pattern": r"\S"}


def record(kind: type, style: Style) -> dict[str, Any]:
    """Describe a mapping with a fixed set of keys."""
    types = get_type_hints(kind, include_extras=True)
    required = [f.name for f in fields(kind) if style.public or is_required(f)]
    properties = {f.name: of_type(types[f.name], style) for f in fields(kind)}
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def is_required(f: Field[Any]) -> bool:
    """Tell whether a field has no default."""
    return f.default is MISSING and f.default_factory is MISSING


def code_schema() -> dict[str, Any]:
    """Give the schema of a code's API file."""
    made = schema(Code, "A status code, as /api/v1/codes/ gives it", public=True)
    own = {
        "schema_version": {"const": 1},
        "id": {"type": "string", "pattern": "^[a-z0-9-]+/[0-9]+$"},
        "assigner": {"type": "string"},
        "number": {"type": "integer"},
        "path": {"type": "string", "description": "the page, below the site's root"},
    }
    made["properties"] = own | made["properties"]
    made["required"] = [*own, *made["required"]]
    return made


def verdict_schema() -> dict[str, Any]:
    """Give the schema of `Verdict.as_dict()`."""
    text, texts = {"type": "string"}, {"type": "array", "items": {"type": "string"}}
    maybe_text = {"type": ["string", "null"]}

    def closed(**properties: Any) -> dict[str, Any]:
        return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}

    evidence = closed(
        line={"type": ["integer", "null"], "minimum": 1},
        layer=text,
        says={"enum": list(get_args(Says))},
        strength={"enum": list(get_args(Strength))},
        why=text,
        against={"type": "boolean"},
    )
    check = closed(do=text, run=maybe_text, expect=maybe_text, stack=maybe_text)
    made = closed(
        schema_version={"const": 1},
        status={"type": ["integer", "null"]},
        code=maybe_text,
        generated_by=maybe_text,
        confidence={"enum": [*get_args(Strength), "none"]},
        candidates=texts,
        path=texts,
        reached_app={"enum": list(get_args(Reached))},
        owner={"enum": ["application", "platform", "network", "edge", "visitor", None]},
        evidence={"type": "array", "items": evidence},
        summary=text,
        checks={"type": "array", "items": check},
        fixes=texts,
        ask={"anyOf": [closed(why=text, run=text), {"type": "null"}]},
        retry=closed(safe={"enum": list(get_args(RetrySafe))}, after={"type": ["integer", "null"]}),
        notes=texts,
    )
    return {"$schema": DRAFT, "title": "A verdict", **made}
