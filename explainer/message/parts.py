"""What a paste can hold: requests' traces, responses, field lines; reads nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, field

BODY_LIMIT = 65_536  # characters of a body that are kept: patterns search a bounded length
FIELD_LIMIT, VALUE_LIMIT = 2_000, 65_536  # field lines of a response, and characters of a folded value, likewise
Line = tuple[str, int]  # a line as it is read, and the number of the pasted line it came from


@dataclass(frozen=True, slots=True)
class Field:
    """One field line; `line` counts from 1."""

    name: str  # as pasted
    value: str
    line: int


@dataclass(slots=True)
class Response:
    """One response; what the paste does not show is None, `version` and `reason` then are empty."""

    version: str
    status: int | None
    reason: str
    line: int | None  # of the status
    method: str | None = None  # of the request, where the paste tells
    url: str | None = None
    fields: list[Field] = field(default_factory=list)
    body: str | None = None
    body_line: int = 0
    fragments: list[Line] = field(default_factory=list)  # single lines that may be the body, where none is set apart
    shown: str | None = None  # all that may be a page's visible text, where it is not the body alone
    shown_line: int = 1

    def first(self, name: str) -> str | None:
        """Give the value of the first field line of that name, in whatever case."""
        return next((f.value for f in self.fields if f.name.lower() == name), None)


@dataclass(slots=True)
class Paste:
    """What a text held, in its order."""

    lines: list[str]
    responses: list[Response] = field(default_factory=list)
    curl_errors: list[Line] = field(default_factory=list)
    not_understood: list[int] = field(default_factory=list)
    url: str | None = None
    method: str | None = None
    seconds: list[tuple[float, int]] = field(default_factory=list)  # durations, each with its pasted line
