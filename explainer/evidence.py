"""Finds which signals of which layers a response shows; weighs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from explainer.catalogue import Catalogue, Says, Signal, Strength
from explainer.message import Response


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signal that holds, at the pasted line that shows it (None where no single line does)."""

    line: int | None
    layer: str
    says: Says
    strength: Strength
    why: str
    code: str | None = None  # code id that the signal read out of the paste, as `cloudflare/1016`


@cache
def compiled(pattern: str, flags: int) -> re.Pattern[str]:
    """Compile a pattern once."""
    return re.compile(pattern, flags)


class Subject:
    """A response, or curl's word that there was none, laid out for matching."""

    def __init__(self, response: Response | None, curl_errors: list[tuple[str, int]]) -> None:
        """Index the field lines by name; `values` maps a key of `when` to (value, line) pairs."""
        self.values: dict[str, list[tuple[str, int]]] = {":curl": curl_errors}
        self.body: str | None = None
        self.body_line = 0
        if response is None:
            return
        self.values[":status"] = [(str(response.status), response.line)]
        self.values[":version"] = [(response.version, response.line)]
        # HTTP/2 and HTTP/3 have no reason phrase, so one that is missing there says nothing.
        if response.version.startswith("1"):
            self.values[":reason"] = [(response.reason, response.line)]
        for item in response.fields:
            self.values.setdefault(item.name.lower(), []).append((item.value, item.line))
        self.body, self.body_line = response.body, response.body_line

    def match(self, key: str, pattern: str) -> tuple[re.Match[str], int | None] | None:
        """Match one pattern of a signal; gives the match and the pasted line."""
        if key == ":body":
            if self.body is None:
                return None
            found = compiled(pattern, 0).search(self.body)
            if found is None:
                return None
            return found, self.body_line + self.body.count("\n", 0, found.start()) if self.body else None
        for value, line in self.values.get(key, ()):
            if found := compiled(pattern, re.IGNORECASE).fullmatch(value):
                return found, line
        return None


def holds(signal: Signal, subject: Subject) -> list[tuple[re.Match[str], int | None]] | None:
    """Match a signal; gives what its `when` matched, in order, or None."""
    found = []
    for key, pattern in signal.when.items():
        hit = subject.match(key, pattern)
        if hit is None:
            return None
        found.append(hit)
    return None if any(subject.match(key, pattern) for key, pattern in signal.unless.items()) else found


def gather(subject: Subject, catalogue: Catalogue) -> Iterator[Evidence]:
    """Yield the evidence of every signal that holds, layer by layer."""
    for name, layer in catalogue.layers.items():
        for signal in layer.fingerprint:
            hits = holds(signal, subject)
            if hits is None:
                continue
            number = f"{signal.assigner}/{hits[0][0][1]}" if signal.assigner else None
            code = number if number in catalogue.codes else None
            line = next((line for _, line in hits if line is not None), None)
            yield Evidence(line, name, signal.says, signal.strength, signal.why, code)
