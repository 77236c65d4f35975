"""Reads what was pasted: requests, responses with their field lines and bodies, curl's own errors; judges nothing.

`parse` never raises, whatever the text, and every part keeps the number of the pasted line it came from.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

BODY_LIMIT = 65_536  # characters of a body that are kept: patterns search a bounded length
FIELD_LIMIT, VALUE_LIMIT = 2_000, 65_536  # field lines of a response, and characters of a folded value, likewise
# RFC 9112 section 4: status-line; curl prints HTTP/2 and HTTP/3 the same way, without a reason phrase.
STATUS_LINE = re.compile(r"HTTP/(\d(?:\.\d)?) +(\d{3})(?: +(.*?))? *$")
# RFC 9110 section 5.1: field-name is a token. What follows the colon is the value.
FIELD_LINE = re.compile(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,80}):[ \t]*(.*?)[ \t]*$")
REQUEST_LINE = re.compile(r"([A-Z]{3,10}) (\S+) HTTP/(\d(?:\.\d)?)$")
CURL_ERROR = re.compile(r"curl: \(\d{1,3}\).*")
COMMAND = re.compile(r"(?:.*?[$#>%❯] *)?(curl(?:\.exe)? .*\S)")
URL = re.compile(r"https?://[^\s'\"<>|]+")
HEAD_FLAG = re.compile(r"(?:^|\s)(?:-[a-zA-Z]*I[a-zA-Z]*|--head|-X *HEAD)(?:\s|$)")
METHOD_FLAG = re.compile(r"(?:^|\s)(?:-X|--request)[ =]*([A-Z]+)")
# What curl -v puts before a line: `> ` sent, `< ` received, `* ` told, `{ }` data counts.
TRACE = re.compile(r"([<>*{}])(?: (.*))?$")
METER = re.compile(r" *(?:% Total|Dload|[\d.]+[kMG]? +[\d.]+[kMG]? +[\d.]+ )")


@dataclass(frozen=True, slots=True)
class Field:
    """One field line; `line` counts from 1."""

    name: str  # as pasted
    value: str
    line: int


@dataclass(slots=True)
class Response:
    """One response; `body` is None where the paste does not show whether there was one."""

    version: str
    status: int
    reason: str
    line: int
    method: str | None = None  # of the request, where the paste tells
    url: str | None = None
    fields: list[Field] = field(default_factory=list)
    body: str | None = None
    body_line: int = 0

    def first(self, name: str) -> str | None:
        """Give the value of the first field line of that name, in whatever case."""
        return next((f.value for f in self.fields if f.name.lower() == name), None)


@dataclass(slots=True)
class Paste:
    """What a text held, in its order."""

    lines: list[str]
    responses: list[Response] = field(default_factory=list)
    curl_errors: list[tuple[str, int]] = field(default_factory=list)
    not_understood: list[int] = field(default_factory=list)
    url: str | None = None
    method: str | None = None


def parse(text: str) -> Paste:
    """Read a paste; text of any kind gives a Paste, perhaps with nothing found in it."""
    paste = Paste(text.lstrip("\ufeff").replace("\r\n", "\n").split("\n"))
    reader = Reader(paste)
    for number, line in enumerate(paste.lines, 1):
        reader.read(line.rstrip("\r"), number)
    reader.end()
    return paste


class Reader:
    """Walks the lines once: before a response, in its fields, or in its body."""

    def __init__(self, paste: Paste) -> None:
        """Start before the first response."""
        self.paste = paste
        self.response: Response | None = None
        self.in_body = False
        self.body: list[str] = []
        self.kept = 0
        self.strip = 0  # leading characters that stand before each line: quoting, indentation
        self.sent: dict[str, str] = {}

    def read(self, line: str, number: int) -> None:
        """Take one line."""
        trace = TRACE.match(line) if line[:1] in "<>*{}" else None
        if trace and trace[1] in "*{}" and (trace[1] == "*" or "bytes data" in line):
            return None
        if trace and trace[1] == ">" and not self.in_quoted_response(line):
            return self.read_sent(trace[2] or "")
        if line.startswith("curl: (") and CURL_ERROR.match(line):
            return self.paste.curl_errors.append((line.strip(), number))
        if "HTTP/" in line and (start := self.status_line(line)) is not None:
            return self.begin(*start, number)
        if self.response is None or (self.in_body and line.lstrip()[:1] in "$#>%❯" and "curl" in line):
            if not self.command(line) and line.strip() and not METER.match(line):
                self.paste.not_understood.append(number)
            return None
        return self.read_field(line, number) if not self.in_body else self.read_body(line, number)

    def in_quoted_response(self, line: str) -> bool:
        """Tell a mail's `> ` quoting from a request line of curl -v."""
        return ("HTTP/" in line and STATUS_LINE.match(line[1:].lstrip()) is not None) or self.strip > 0

    def status_line(self, line: str) -> tuple[re.Match[str], int] | None:
        """Find a status line behind a prompt's leftovers, quoting or `< `; inside a body only at the line's start."""
        offset = line.index("HTTP/")
        if offset and line[:offset].strip(" <>|\t"):
            return None
        found = STATUS_LINE.match(line, offset)
        return (found, offset) if found else None

    def begin(self, found: re.Match[str], offset: int, number: int) -> None:
        """Start a response at its status line."""
        self.end()
        self.strip = 0 if "<" in found.string[:offset] else offset
        method = self.sent.get("method") or self.paste.method
        url = self.sent.get("url") or self.paste.url
        self.response = Response(found[1], int(found[2]), found[3] or "", number, method, url)
        self.in_body, self.body, self.kept = False, [], 0

    def read_sent(self, line: str) -> None:
        """Take a line of the request, as curl -v shows it."""
        if request := REQUEST_LINE.match(line):
            self.sent = {"method": request[1], "path": request[2]}
        elif line.lower().startswith("host:"):
            host, path = line[5:].strip(), self.sent.get("path", "/")
            scheme = "https" if (self.paste.url or "https:").startswith("https:") else "http"
            self.sent["url"] = self.paste.url or f"{scheme}://{host}{path}"

    def command(self, line: str) -> bool:
        """Take a curl command for its method and address."""
        found = COMMAND.match(line) if "curl" in line else None
        if not found:
            return False
        address, method = URL.search(found[1]), METHOD_FLAG.search(found[1])
        self.paste.url = address[0] if address else None
        self.paste.method = "HEAD" if HEAD_FLAG.search(found[1]) else method[1] if method else "GET"
        self.end()
        self.sent = {}
        return True

    def read_field(self, line: str, number: int) -> None:
        """Take a field line, a folded rest of one, or the empty line before the body."""
        assert self.response is not None
        traced = line == "<" or line.startswith("< ")
        line = line[1:].removeprefix(" ") if traced else line[self.strip :]
        if not line.strip():
            self.in_body = True
        elif line[0] in " \t" and self.response.fields:  # obs-fold, RFC 9112 section 5.2
            last = self.response.fields[-1]
            if len(last.value) < VALUE_LIMIT:
                self.response.fields[-1] = Field(last.name, f"{last.value} {line.strip()}", last.line)
        elif len(self.response.fields) >= FIELD_LIMIT:
            self.paste.not_understood.append(number)
        elif found := FIELD_LINE.match(line):
            self.response.fields.append(Field(found[1], found[2], number))
        elif line.lstrip().startswith("<"):  # the empty line got lost on the way
            self.in_body = True
            self.read_body(line, number)
        else:
            self.paste.not_understood.append(number)

    def read_body(self, line: str, number: int) -> None:
        """Keep a line of the body, up to the limit."""
        assert self.response is not None
        if self.kept < BODY_LIMIT:
            self.response.body_line = self.response.body_line or number
            self.body.append(line[self.strip :][:BODY_LIMIT])
            self.kept += len(line) + 1

    def end(self) -> None:
        """Close the response that is being read, if any."""
        if self.response is None:
            return
        body = "\n".join(self.body).rstrip()
        if body:
            self.response.body = body
        elif self.response.first("content-length") == "0" and self.response.method != "HEAD":
            self.response.body = ""
        if not (self.paste.responses and same(self.paste.responses[-1], self.response)):
            self.paste.responses.append(self.response)
        elif self.response.body:  # curl -i -v shows the fields twice; the second copy has the body
            self.paste.responses[-1].body = self.response.body
            self.paste.responses[-1].body_line = self.response.body_line
        self.response = None
        self.in_body = False


def same(one: Response, other: Response) -> bool:
    """Tell whether two neighbours are one response shown twice, as curl -i -v does."""
    names = [(f.name.lower(), f.value) for f in one.fields]
    return bool(names) and one.status == other.status and names == [(f.name.lower(), f.value) for f in other.fields]
