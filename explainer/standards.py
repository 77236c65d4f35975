"""Reads structured fields: RFC 9651 lists as Proxy-Status (RFC 9209) and Cache-Status (RFC 9211) use them, and Via."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

# RFC 9651 section 3.3, as far as members and parameters of these fields use it.
BARE_ITEM = re.compile(
    r'"((?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\["\\]){0,4096})"'  # String
    r"|(-?\d{1,15}(?:\.\d{1,3})?)"  # Integer or Decimal
    r"|\?([01])"  # Boolean
    r"|([A-Za-z*][!#$%&'*+.^_`|~0-9A-Za-z:/-]{0,1024})"  # Token
    r"|:([A-Za-z0-9+/=]{0,4096}):"  # Byte Sequence
)
KEY = re.compile(r"[a-z*][a-z0-9_.*-]{0,63}")
BLANK = re.compile(r"[ \t]*")

Value = str | float | bool


@dataclass(frozen=True, slots=True)
class Member:
    """One member of a list: a proxy or cache on the way, with what it says."""

    name: str
    parameters: dict[str, Value] = field(default_factory=dict)


def members(value: str) -> list[str]:
    """Split a list-based field at its commas, those in quotes and comments excepted (RFC 9110 section 5.6.1)."""
    parts, held, depth, quoted = [], "", 0, False
    for i, c in enumerate(value[:65_536]):
        if c == '"' and not (quoted and value[i - 1 : i] == "\\"):
            quoted = not quoted
        depth += (c == "(") - (c == ")" and depth > 0) if not quoted else 0
        if c == "," and not quoted and not depth:
            parts.append(held.strip())
            held = ""
        else:
            held += c
    return [part for part in [*parts, held.strip()] if part]


def parse_list(value: str) -> list[Member] | None:
    """Parse a List of Items with parameters; None where the standard says to ignore the field."""
    found: list[Member] = []
    at = BLANK.match(value).end()  # type: ignore[union-attr]
    while at < len(value):
        item = BARE_ITEM.match(value, at)
        if not item:
            return None
        at = item.end()
        parameters: dict[str, Value] = {}
        while value[at : at + 1] == ";":
            key = KEY.match(value, at + 1 + len(value[at + 1 :]) - len(value[at + 1 :].lstrip(" ")))
            if not key:
                return None
            at = key.end()
            parameters[key[0]] = True
            if value[at : at + 1] == "=":
                held = BARE_ITEM.match(value, at + 1)
                if not held:
                    return None
                parameters[key[0]], at = bare(held), held.end()
        found.append(Member(str(bare(item)), parameters))
        at = BLANK.match(value, at).end()  # type: ignore[union-attr]
        if at < len(value):
            if value[at] != ",":
                return None
            at = BLANK.match(value, at + 1).end()  # type: ignore[union-attr]
            if at >= len(value):
                return None  # a trailing comma fails, RFC 9651 section 4.2.1
    return found


def bare(found: re.Match[str]) -> Value:
    """Give the value of a bare item."""
    text, number, boolean, token, octets = found.groups()
    if text is not None:
        return re.sub(r"\\(.)", r"\1", text)
    if number is not None:
        return float(number)
    return boolean == "1" if boolean is not None else (token if token is not None else octets)
