"""Finds which signals of which layers a response, a log line or curl's word shows; weighs nothing."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property

from explainer.catalogue import Catalogue, Says, Signal, Strength
from explainer.index import index
from explainer.logs import condition, says
from explainer.message import Line, Passage, Response
from explainer.standards import members

Hit = tuple[re.Match[str], int | None]
# Fields whose value is a list of what stood on the way: each member is matched by itself too (RFC 9110 section 5.6.1).
LISTS = ("via", "x-cache", "x-served-by", "cache-status", "proxy-status", "server-timing")
TAG = re.compile(r"(<[^<>]{1,2000}>)")
UNSEEN = ("script", "style", "svg", "head")  # elements whose text a browser does not show
TITLE = re.compile(r"<title>([^<]{0,300})</title>", re.I)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One signal that holds, at the pasted line that shows it (None where no single line does)."""

    line: int | None
    layer: str
    says: Says
    strength: Strength
    why: str
    code: str | None = None  # code id that the signal read out of the paste, as `cloudflare/1016`
    status: int | None = None  # that the signal gives: read in it, or always there with it
    logged: bool = False  # read in a log, which tells of the layer and not of the response's way
    member: int | None = None  # place in the list of those on the way: 0 is next to the origin


@cache
def compiled(pattern: str, flags: int) -> re.Pattern[str]:
    """Compile a pattern once."""
    return re.compile(pattern, flags)


def visible(page: str) -> str:
    """Give what a browser shows of a page, title first, white space as single blanks."""
    if "<" not in page:
        return " ".join(page.split())
    title = TITLE.search(page[:4000])
    shown, hidden = [title[1] if title else ""], None
    for part in TAG.split(page):
        name = part[1:].lower() if part[:1] == "<" and part[-1:] == ">" else None
        if name is None:
            shown += [] if hidden else [part]
        elif hidden and name.startswith("/" + hidden):
            hidden = None
        elif not hidden:
            hidden = next((tag for tag in UNSEEN if name.rstrip(">").partition(" ")[0] == tag), None)
    return " ".join(html.unescape(" ".join(shown)).split())


class Subject:
    """What the signals look at: a response, log lines, or curl's word that nothing came."""

    def __init__(
        self,
        response: Response | None,
        curl_errors: list[Line],
        logs: list[Line],
    ) -> None:
        """Index the field lines by name; `values` maps a key of `when` to (value, line) pairs."""
        self.response = response
        self.values: dict[str, list[tuple[str, int | None]]] = {":curl": [*curl_errors], ":log": [*logs]}
        self.members: dict[tuple[str, int | None], int] = {}
        self.bodies: list[Passage] = []
        if response is None:
            return
        if response.status is not None:
            self.values[":status"] = [(str(response.status), response.line)]
        self.values[":version"] = [(response.version, response.line)] if response.version else []
        # HTTP/2 and HTTP/3 have no reason phrase, so one that is missing there says nothing.
        if response.version.startswith("1") or response.reason:
            self.values[":reason"] = [(response.reason, response.line)]
        for item in response.fields:
            name = item.name.lower()
            self.values.setdefault(name, []).append((item.value, item.line))
            if name in LISTS and "," in item.value:
                parts = [(part, item.line) for part in members(item.value)]
                self.values[name] += parts
                self.members.update({part: i for i, part in enumerate(parts)})
        self.bodies = [Passage(text, [number]) for text, number in response.fragments]
        if response.page is not None:
            self.bodies.insert(0, response.page)
        if response.around is not None:
            self.bodies.append(response.around)

    @cached_property
    def text(self) -> str:
        """Give what a reader sees of the page."""
        seen = self.seen()
        return visible(seen.text) if seen else ""

    @cached_property
    def texts(self) -> dict[str, str]:
        """Give all that each kind of searched pattern looks into, as one text each."""
        return {
            ":body": "\n".join(body.text for body in self.bodies),
            ":text": self.text,
            ":log": "\n".join(line for line, _ in self.values[":log"]),
        }

    def seen(self) -> Passage | None:
        """Pick what may hold the words of a page."""
        return (self.response.around or self.response.page) if self.response else None

    def match(self, key: str, pattern: str) -> Hit | None:
        """Match one pattern of a signal; gives the match and the pasted line."""
        if key == ":text":
            found = compiled(pattern, 0).search(self.text) if self.text else None
            return (found, self.line_showing(found[0])) if found else None
        if key == ":body":
            for body in self.bodies:
                if found := compiled(pattern, 0).search(body.text):
                    return found, body.line_at(found.start())
            return None
        if key == ":log":
            for line, number in reversed(self.values[":log"]):
                if found := compiled(pattern, 0).search(line):
                    return found, number
            return None
        for value, number in self.values.get(key, ()):
            if found := compiled(pattern, re.IGNORECASE).fullmatch(value):
                return found, number
        return None

    def line_showing(self, part: str) -> int | None:
        """Find the pasted line on which a part of the visible text begins."""
        words, seen = part.split()[:2], self.seen()
        if seen is None:
            return None
        rows = zip(seen.text.split("\n")[:5_000], seen.numbers, strict=False)
        return next((number for row, number in rows if all(word in row for word in words)), seen.line_at(0))

    def open(self, key: str, signal: Signal) -> bool:
        """Tell whether the paste leaves open what a key asks for: a page, or what only a layer's own fields say.

        Such a paste does not show its status. A `Server` field on its own says too little to do without one.
        """
        alone = signal.when.keys() <= {":status", "server"}
        return key == ":status" and not alone and key not in self.values and self.response is not None


def holds(signal: Signal, subject: Subject) -> list[Hit] | None:
    """Match a signal; gives what its `when` matched, in order, or None."""
    found = []
    for key, pattern in signal.when.items():
        hit = subject.match(key, pattern)
        if hit is not None:
            found.append(hit)
        elif not subject.open(key, signal):
            return None
    return None if any(subject.match(key, pattern) for key, pattern in signal.unless.items()) else found


def gather(subject: Subject, catalogue: Catalogue) -> Iterator[Evidence]:
    """Yield the evidence of every signal that holds, layer by layer."""
    for _, name, signal in index(catalogue).candidates(subject.values, subject.texts):
        if (hits := holds(signal, subject)) is None:
            continue
        first, number = hits[0]
        code = f"{signal.assigner}/{first[1]}" if signal.assigner else None
        line = next((line for _, line in hits if line is not None), None)
        status = first.groupdict().get("status")
        member = next((subject.members[h.string, n] for h, n in hits if (h.string, n) in subject.members), None)
        yield Evidence(
            line, name, signal.says, signal.strength, signal.why,
            code if code in catalogue.codes else None, int(status) if status else signal.status,
            ":log" in signal.when, member,
        )  # fmt: skip
        layer = catalogue.layers[name]
        if ":log" in signal.when and (answer := condition(layer, first.string, subject.values[":log"])):
            yield Evidence(number, name, signal.says, signal.strength, says(answer), answer.code, logged=True)
