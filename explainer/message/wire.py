"""Reads responses as they stand on the wire: a status line, field lines, an empty line, a body; and curl's traces.

`read` takes mended lines once, in order, and never raises; what it does not take stays in `Paste.not_understood`.
"""

from __future__ import annotations

import re

from explainer.message.fieldnames import plausible
from explainer.message.mend import FENCE
from explainer.message.parts import BODY_LIMIT, FIELD_LIMIT, VALUE_LIMIT, Field, Line, Passage, Paste, Response

# RFC 9112 section 4: status-line; curl prints HTTP/2 and HTTP/3 the same way, without a reason phrase.
STATUS_LINE = re.compile(r"HTTP/(\d(?:\.\d)?):? +(\d{3})(?:[: ] *([^\"\]{}\\\d][^\"\]{}\\]*?|))? *$")
# The same in the middle of a sentence; a field line must follow.
QUOTED_STATUS = re.compile(r"HTTP/(\d(?:\.\d)?) (\d{3})(?: ([A-Za-z][A-Za-z_' -]{1,40}))?`? *$")
# RFC 9110 section 5.1: field-name is a token (none begins with a digit). What follows the colon is the value.
FIELD_LINE = re.compile(
    r"(?:header: )?\"?([!#$%&'*+.^_`|~A-Za-z-][!#$%&'*+.^_`|~0-9A-Za-z-]{0,79})\"?[ \t]{0,40}:[ \t]*(.*?)[ \t]*$"
)
REQUEST_LINE = re.compile(r"([A-Z]{3,10}) (\S+) HTTP/(\d(?:\.\d)?)$")
CURL_ERROR = re.compile(r"curl: \(\d{1,3}\).*")
COMMAND = re.compile(r"(?:.*?[$#>%❯] *)?((?:curl(?:\.exe)?|wget|https?) .*\S)")
PROMPT = re.compile(r"(?:\([\w.-]+\) )?(?:\[?[\w.-]+@[\w.-]+[: ][^$#]{0,80}[$#]|PS [A-Z]:\\[^>]{0,100}>|[$❯])(?: |$)")
URL = re.compile(r"https?://[^\s'\"<>|]+")
HEAD_FLAG = re.compile(r"(?:^|\s)(?:-[a-zA-Z]*I[a-zA-Z]*|--head|-X *HEAD|HEAD)(?:\s|$)")
METHOD_FLAG = re.compile(r"(?:^|\s)(?:-X|--request|--method)[ =]*'?([A-Z]+)")
# What curl -v puts before a line: `> ` sent, `< ` received, `* ` told, `{ }` data counts.
TRACE = re.compile(r"([<>*{}])(?: (.*))?$")
METER = re.compile(r" *(?:% Total|Dload|[\d.]+[kMG]? +[\d.]+[kMG]? +[\d.]+ )")
MARGIN = " |>\t-*•"  # what may stand before each line of a response
# What may stand before a status line: quoting, a progress meter, a label of the tool that printed it.
BEFORE_STATUS = re.compile(
    r"b?[ <>|\t\"'*•-]*$|[\s\d.:%kMG-]*$"
    r"|(?:[<\[(]?[\w .:/+-]{0,40}[\])]? *)?(?:<|[Rr]esponse|RESPONSE|RawContent|reply)[ :=<'\"]*$"
)


def read(lines: list[Line], paste: Paste) -> None:
    """Read mended lines into a paste."""
    reader = Reader(paste)
    for i, (text, number) in enumerate(lines):
        reader.following = lines[i + 1][0] if i + 1 < len(lines) else ""
        reader.read(text, number)
    reader.end()


class Reader:
    """Walks the lines once: before a response, in its fields, or in its body."""

    def __init__(self, paste: Paste) -> None:
        """Start before the first response."""
        self.paste = paste
        self.response: Response | None = None
        self.in_body = self.continued = False
        self.body: list[Line] = []
        self.kept = 0
        self.tail: list[Line] = []  # lines after the last field that are none: the body, where its empty line got lost
        self.strip = 0  # leading characters that stand before each line: quoting, indentation
        self.sent: dict[str, str] = {}
        self.following = ""  # the next line

    def read(self, line: str, number: int) -> None:
        """Take one line."""
        if line == FENCE:
            return self.end()
        trace = TRACE.match(line) if line[:1] in ("<", ">", "*", "{", "}") else None
        if trace and trace[1] in "*{}" and (trace[1] == "*" or "bytes data" in line):
            return self.paste.not_understood.append(number) if trace[1] == "*" else None
        if trace and trace[1] == ">" and not self.in_quoted_response(line):
            return self.read_sent(trace[2] or "")
        if "curl: (22)" in line:  # a response came, which curl was told to fail on
            return self.paste.not_understood.append(number)
        if "curl: (" in line and (error := CURL_ERROR.search(line)):
            return self.paste.curl_errors.append((error[0].strip(), number))
        if "HTTP/" in line and (start := self.status_line(line)) is not None:
            return self.begin(*start, number)
        if self.response is None or (self.in_body and self.prompt(line)):
            if not self.command(line) and line.strip() and not METER.match(line):
                self.paste.not_understood.append(number)
            return None
        return self.read_field(line, number) if not self.in_body else self.read_body(line, number)

    def prompt(self, line: str) -> bool:
        """Tell a shell's prompt, which ends a body, and end it."""
        head = line[:200]
        if not PROMPT.match(head) and not (head.lstrip()[:1] in ("$", "#", ">", "%", "❯") and "curl" in head):
            return False
        self.end()
        return True

    def in_quoted_response(self, line: str) -> bool:
        """Tell a mail's `> ` quoting from a request line of curl -v."""
        return ("HTTP/" in line and STATUS_LINE.match(line[1:].lstrip()) is not None) or self.strip > 0

    def status_line(self, line: str) -> tuple[re.Match[str], int] | None:
        """Find a status line behind leftovers, a label or quoting; inside a body only at the line's start."""
        offset = line.index("HTTP/")
        if offset and (offset > 200 or not BEFORE_STATUS.match(line[:offset])):
            field = FIELD_LINE.match(self.following.strip()) if not self.in_body else None
            quoted = QUOTED_STATUS.match(line, offset) if field and plausible(field[1]) else None
            return (quoted, offset) if quoted else None
        if offset and self.in_body and line[:offset].strip(" <>|\t"):
            return None
        found = STATUS_LINE.match(line.rstrip("'"), offset)
        return (found, offset) if found else None

    def begin(self, found: re.Match[str], offset: int, number: int) -> None:
        """Start a response at its status line."""
        self.end()
        before = found.string[:offset]
        self.strip = 0 if before.strip(MARGIN) and "RawContent" not in before else offset
        method = self.sent.get("method") or self.paste.method
        url = self.sent.get("url") or self.paste.url
        self.response = Response(found[1], int(found[2]), (found[3] or "").strip(), number, method, url)
        self.in_body, self.body, self.kept, self.tail = False, [], 0, []

    def read_sent(self, line: str) -> None:
        """Take a line of the request, as curl -v shows it."""
        if request := REQUEST_LINE.match(line):
            self.sent = {"method": request[1], "path": request[2]}
        elif line.lower().startswith("host:"):
            host, path = line[5:].strip(), self.sent.get("path", "/")
            scheme = "https" if (self.paste.url or "https:").startswith("https:") else "http"
            self.sent["url"] = self.paste.url or f"{scheme}://{host}{path}"

    def command(self, line: str) -> bool:
        """Take a command for its method and address, and leave its further lines aside."""
        if self.continued:
            self.continued = line.rstrip()[-1:] in ("\\", "^", "`")
            return True
        if request := REQUEST_LINE.match(line.strip()):
            self.sent = {"method": request[1], "path": request[2]}
            return True
        found = COMMAND.match(line[:4000]) if any(tool in line for tool in ("curl", "wget", "http")) else None
        if not found or (not (address := URL.search(found[1])) and "curl" not in found[1]):
            return False
        method = METHOD_FLAG.search(found[1])
        self.paste.url = address[0] if address else None
        self.paste.method = "HEAD" if HEAD_FLAG.search(found[1]) else method[1] if method else "GET"
        self.continued = found[1][-1:] in ("\\", "^", "`")
        self.end()
        self.sent = {}
        return True

    def read_field(self, line: str, number: int) -> None:
        """Take a field line, a folded rest of one, or the empty line before the body."""
        assert self.response is not None
        traced = line == "<" or line.startswith("< ")
        line = line[1:].removeprefix(" ") if traced else self.unindented(line)
        if line[:1] in (" ", "\t") and not self.response.fields:  # indented, unlike the status line
            found = FIELD_LINE.match(line.strip())
            if found and plausible(found[1]):
                self.strip = len(line) - len(line.lstrip())
                line = line.strip()
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
            self.tail = []
        elif line.lstrip()[:1] in ("<", "{"):  # the empty line got lost on the way
            self.in_body = True
            self.read_body(line, number)
        else:
            self.paste.not_understood.append(number)
            if len(self.tail) < FIELD_LIMIT:
                self.tail.append((line, number))

    def unindented(self, line: str) -> str:
        """Take off what stood before the status line, where it stands before this line too."""
        return line[self.strip :] if not line[: self.strip].strip(MARGIN) else line

    def read_body(self, line: str, number: int) -> None:
        """Keep a line of the body, up to the limit."""
        assert self.response is not None
        if not self.body and not line.strip():
            return
        if self.kept < BODY_LIMIT:
            self.body.append((self.unindented(line)[:BODY_LIMIT], number))
            self.kept += len(line) + 1

    def end(self) -> None:
        """Close the response that is being read, if any."""
        if self.response is None:
            return
        page = Passage.of(self.body)
        if page.text and self.response.first("content-length") == "0":  # what follows is something else, perhaps a log
            self.paste.not_understood += [number for text, number in self.body if text.strip()]
            self.response.page = Passage("")
        elif page.text:
            self.response.page = page
        elif self.tail and self.response.fields and self.response.method != "HEAD":
            self.response.page = Passage.of(self.tail)
        elif self.response.first("content-length") == "0" and self.response.method != "HEAD":
            self.response.page = Passage("")
        if not (self.paste.responses and same(self.paste.responses[-1], self.response)):
            self.paste.responses.append(self.response)
        elif self.response.body:  # curl -i -v shows the fields twice; the second copy has the body
            self.paste.responses[-1].page = self.response.page
        self.response = None
        self.in_body = False


def same(one: Response, other: Response) -> bool:
    """Tell whether two neighbours are one response shown twice, as curl -i -v does."""
    names = [(f.name.lower(), f.value) for f in one.fields]
    return bool(names) and one.status == other.status and names == [(f.name.lower(), f.value) for f in other.fields]
