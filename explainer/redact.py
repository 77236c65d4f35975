"""Masks what may be private in a paste, by allow-list, so that it can be handed on; explains nothing.

Kept are the words of servers: status lines, the values of known fields, pages. Masked are the values of all other
fields, cookies, credentials, query strings, e-mail and network addresses, the request's own host and path, what looks
like a token, and what stands under an unknown name in JSON. A mask has the shape of what it hides (`203.0.113.7`
becomes `000.0.000.0`), so that the classifier reads the same from it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from explainer.catalogue import Catalogue
from explainer.message import Paste, parse

# Fields that say nothing of a person and that no entry names; those that an entry names are read from the catalogue.
HARMLESS = """
accept accept-encoding accept-ranges age allow alt-svc cache-status cdn-cache content-encoding content-range
last-modified max-forwards nel proxy-connection server-timing status strict-transport-security te trailer
transfer-encoding upgrade user-agent x-cache-hits x-response-time x-timer x-xss-protection
"""
# Names in JSON whose values are kept: what describes an error, the frame of a HAR file, the outcome in a log.
KEYS = """
code comment detail details error error_category error_code error_name errorcode errormessage errors exception fault
faultstring instance kind message msg reason result state status statuscode statusdetails statustext text textpayload
title type what_you_should_do creator encoding httpversion method mimetype requestmethod starteddatetime
url requesturl version category caller level logger protocol severity apiversion retry_after start_time
response_code response_code_details response_flags connection_termination_details upstream_transport_failure_reason
elb_status_code target_status_code sc-status x-edge-result-type x-edge-response-result-type
x-edge-detailed-result-type lasterrorreason lasterrorsource lasterrormessage
"""
# Hosts of platforms: of a name below them only the first part is the reader's own, and the rest tells who answered.
PLATFORMS = re.compile(
    r"\.(?:amazonaws\.com|azurewebsites\.net|cloudfront\.net|fly\.dev|github\.io|herokuapp\.com|netlify\.app|onrender\.com"
    r"|pages\.dev|run\.app|up\.railway\.app|vercel\.app|workers\.dev)$"
)
FIELD = re.compile(r"^> ?(?P<name>[A-Za-z][A-Za-z0-9_-]{1,60}): ?(?P<value>.+)$")
PAIR = re.compile(r'"name"\s*:\s*"(?P<name>(?:[^"\\]|\\.)*)"\s*,\s*"value"\s*:\s*"(?P<value>(?:[^"\\]|\\.)+)"')
MEMBER = re.compile(  # the direction before the name of a cluster tells that Istio answered
    r"""["'](?P<name>[\w.+^$ -]{1,60})\\{0,9}["']\s{0,9}:\s{0,9}\\{0,9}(?P<q>["'])(?:(?:out|in)bound\|)?"""
    r"""(?P<value>(?:\\[^"'\\]|[^"'\\])+)"""
)
COOKIE = re.compile(r"(?i)\b(?:set-)?cookie2?\b[\"']?\s*[:=]\s*[\"']?(?P<value>[^\n]+)")
COOKIE_PAIR = re.compile(r"(?<![^\s=;,\"'])(?P<name>[^\s=;,\"']{1,200})=(?P<value>[^;\n]*)")
CREDENTIAL = re.compile(
    r"(?i)\b(?:(?:proxy-)?authorization|x-api-key|api[-_]?key|x-auth-[a-z-]+|x-csrf-token|private-token)[\"']?\s*[:=]\s*"
    r"(?P<value>[^\n]+)|\b(?:bearer|basic|digest|negotiate)\s+(?P<token>[\w.~+/=-]{6,})|://(?P<user>[^\s/@:]+:[^\s/@]+)@"
)
QUERY = re.compile(r"[?&](?P<name>[\w.\[\]%+-]{1,80})=(?P<value>[^\s&\"'<>\\;|]+)")
FORM = re.compile(
    r"(?i)\b(?:pass(?:word|wd)?|pwd|secret|token|session(?:_?id)?|sid|access_token|refresh_token|id_token|client_secret"
    r"|signature|otp)=(?P<value>[^\s&\"'<>\\;,]+)"
)
EMAIL = re.compile(r"(?P<value>[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)")
V4 = re.compile(r"(?<![\d.])(?P<value>(?:\d{1,3}\.){3}\d{1,3})(?![\d.]*\d)")
V6 = re.compile(
    r"(?<![\w:.])(?P<value>(?:[0-9a-fA-F]{1,4}:){7}[0-9a-fA-F]{1,4}"
    r"|(?:[0-9a-fA-F]{1,4}:){1,6}:(?:[0-9a-fA-F]{1,4}(?::[0-9a-fA-F]{1,4}){0,5})?)(?![\w:])"
)
TOKEN = re.compile(
    r"(?<![A-Za-z0-9])(?P<value>eyJ[\w-]{8,}(?:\.[\w-]+){1,2}"
    r"|(?=[A-Za-z]{0,39}\d)(?=\d{0,39}[A-Za-z])[A-Za-z0-9]{20,})(?![A-Za-z0-9])"
)
LOCAL = re.compile(r"(?i)localhost|127\.|0\.0\.0\.0|\[?::1")
SHAPE = str.maketrans(
    dict.fromkeys("abcdef", "a") | dict.fromkeys("ghijklmnopqrstuvwyz", "x") | dict.fromkeys("ABCDEF", "A")
    | dict.fromkeys("GHIJKLMNOPQRSTUVWYZ", "X") | dict.fromkeys("123456789", "0")
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paste; `kind` says why it is masked, and is None where it is kept."""

    text: str
    kind: str | None = None

    @property
    def shown(self) -> str:
        """Give what is handed on in its place."""
        return masked(self.text) if self.kind else self.text


def masked(text: str) -> str:
    """Give the shape of a text: letters and digits go, hexadecimal stays hexadecimal, marks and lengths stay."""
    return "".join(c if c.isascii() else "x" if c.isalnum() else c for c in text.translate(SHAPE))


def redacted(text: str, catalogue: Catalogue) -> list[Piece]:
    """Cut a paste into what is kept and what is masked, in its order; line ends become `\\n`."""
    text = text.replace("\r\n", "\n")
    pieces, at = [], 0
    for start, end, kind in merged(private(text, catalogue)):
        if start > at:
            pieces.append(Piece(text[at:start]))
        pieces.append(Piece(text[start:end], kind))
        at = end
    return [*pieces, Piece(text[at:])] if at < len(text) else pieces


def merged(spans: Iterator[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Put spans in order; where two touch, the one that begins first, or is longer, gives its name to both."""
    last: tuple[int, int, str] | None = None
    for start, end, kind in sorted(spans, key=lambda span: (span[0], -span[1])):
        if last and start < last[1]:
            last = (last[0], max(end, last[1]), last[2])
            continue
        if last:
            yield last
        last = (start, end, kind)
    if last:
        yield last


def private(text: str, catalogue: Catalogue) -> Iterator[tuple[int, int, str]]:
    """Yield every private stretch: start, end, kind; they may overlap."""
    known, keys, paste = known_fields(catalogue), frozenset(KEYS.split()), parse(text)
    starts = line_starts(text)
    kept = list(known_values(starts, paste, known))
    yield from fields(text, starts, paste, known, keys)
    paired: set[int] = set()  # where `"name": "server", "value": "nginx"` has its two members, judged together
    for found in PAIR.finditer(text):
        paired |= {found.start(), text.index('"value"', found.end("name"))}
        if found["name"].lower() not in known:
            yield *found.span("value"), "value"
    for found in MEMBER.finditer(text):
        name = found["name"].lower()
        if name not in known and name not in keys and found.start() not in paired:
            yield *found.span("value"), "value"
    for pattern, kind in (
        (COOKIE, "cookie"), (CREDENTIAL, "credential"), (QUERY, "query"), (FORM, "credential"), (EMAIL, "e-mail"),
        (V4, "address"), (V6, "address"), (TOKEN, "token"),
    ):  # fmt: skip
        for found in pattern.finditer(text):
            group = found.lastgroup or "value"
            start, end = found.span(group)
            if kind == "cookie":
                yield from cookies(text, start, end)
            elif kind == "address" and LOCAL.match(found[group]):
                continue
            elif kind != "token" or not any(first <= start < last for first, last in kept):
                yield start, end, kind


@lru_cache(maxsize=2)
def known_fields(catalogue: Catalogue) -> frozenset[str]:
    """Name the fields whose values are kept: those that an entry reads, and harmless ones."""
    signals = (signal for layer in catalogue.layers.values() for signal in layer.fingerprint)
    named = {name for signal in signals for name in (*signal.when, *signal.unless) if not name.startswith(":")}
    return frozenset(HARMLESS.split()) | named - {"set-cookie"}


def line_starts(text: str) -> list[int]:
    """Give the place of each line's first character, and of the end."""
    starts = [0]
    for line in text.split("\n"):
        starts.append(starts[-1] + len(line) + 1)
    return starts


def known_values(starts: list[int], paste: Paste, known: frozenset[str]) -> Iterator[tuple[int, int]]:
    """Yield the lines of known fields: what looks like a token there is a server's own mark."""
    for response in paste.responses:
        for field in response.fields:
            if field.name.lower() in known and field.line < len(starts):
                yield starts[field.line - 1], starts[field.line]


def fields(
    text: str, starts: list[int], paste: Paste, known: frozenset[str], keys: frozenset[str]
) -> Iterator[tuple[int, int, str]]:
    """Yield the values of the fields that nobody knows, and the request's own host and path wherever they stand."""
    for response in paste.responses:
        for field in response.fields if len(response.fields) > 1 else ():  # a single one may be a sentence with a colon
            if (
                field.name.lower() in known
                or field.name.lower() in keys
                or not field.value
                or field.line >= len(starts)
            ):
                continue
            begin, stop = starts[field.line - 1], starts[field.line] - 1
            at = text.find(field.value, begin, stop)
            colon = text.find(":", begin, stop) + 1
            if field.name.lower() == "set-cookie":
                yield from cookies(text, max(at, colon, begin), stop)
            elif at >= 0:
                yield at, at + len(field.value), "value"
            elif colon:
                yield colon, stop, "value"
    for number, line in enumerate(text.split("\n")):
        found = FIELD.match(line)
        if found and found["name"].lower() not in known:
            yield starts[number] + found.start("value"), starts[number] + found.end("value"), "value"
    yield from places(text, paste)


def cookies(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield the values of a cookie field; the names stay, since some are a product's, and so do the attributes."""
    attributes = {"path", "domain", "expires", "max-age", "samesite", "secure", "httponly", "partitioned", "priority"}
    for found in COOKIE_PAIR.finditer(text[start:end]):
        if found["value"] and found["name"].lower() not in attributes - {"domain", "path"}:
            yield start + found.start("value"), start + found.end("value"), "cookie"


def places(text: str, paste: Paste) -> Iterator[tuple[int, int, str]]:
    """Yield the request's own host and path, wherever they stand in the paste."""
    urls = {url for url in (paste.url, *(response.url for response in paste.responses)) if url}
    hosts, paths = set(), set()
    for url in urls:
        parts = re.match(r"(?:[a-z]+://)?(?:[^/@\s]*@)?(?P<host>[^/:?#\s]*)(?::\d+)?(?P<path>[^?#\s]*)", url)
        if parts:
            hosts.add(parts["host"])
            paths.add(parts["path"])
    hosts |= {found[1] for found in re.finditer(r"(?im)^(?:> ?)?host: ?([^\s:]+)", text)}
    for kind, names in (("host", hosts), ("path", paths)):
        for name in names:
            if len(name) > 3 and not LOCAL.match(name):
                own = name.partition(".")[0] if kind == "host" and PLATFORMS.search(name) else name
                before = r"(?<![\w.-])" if kind == "host" else ""
                for found in re.finditer(rf"{before}{re.escape(name)}(?![\w-])", text):
                    yield found.start(), found.start() + len(own), kind
