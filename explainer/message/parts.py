"""What a paste can hold: requests' traces, responses, field lines; reads nothing itself."""

from __future__ import annotations

from collections.abc import Sequence
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


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of text as it stood before it was copied; `numbers` gives the pasted line of each of its lines."""

    text: str
    numbers: Sequence[int] = ()

    @classmethod
    def of(cls, lines: Sequence[Line]) -> Passage:
        """Join lines, up to the limit, without the blank ones at both ends."""
        first = next((i for i, (text, _) in enumerate(lines) if text.strip()), len(lines))
        kept = lines[first:]
        return cls("\n".join(text for text, _ in kept).strip()[:BODY_LIMIT], [number for _, number in kept])

    def line_at(self, offset: int) -> int | None:
        """Give the pasted line that a place in the text came from."""
        at = self.text.count("\n", 0, offset)
        return self.numbers[min(at, len(self.numbers) - 1)] if self.numbers else None


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
    page: Passage | None = None  # the body
    fragments: list[Line] = field(default_factory=list)  # single lines that may be the body, where none is set apart
    around: Passage | None = None  # all that may hold the body or its words, where it does not stand apart

    @property
    def body(self) -> str | None:
        """Give the body's text."""
        return self.page.text if self.page else None

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
