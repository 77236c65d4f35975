"""The ways in which a response is hurt between a terminal and a paste box; each takes `curl -i` output and hurts it."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable


def parts(text: str) -> tuple[str, list[tuple[str, str]], str]:
    """Split into status line, fields and body."""
    head, _, body = text.partition("\n\n")
    status, *fields = head.split("\n")
    return status, [(n, v.strip()) for n, _, v in (f.partition(":") for f in fields)], body.rstrip("\n")


def lines(text: str, make: Callable[[int, str], str]) -> str:
    """Rewrite every line."""
    return "\n".join(make(i, line) for i, line in enumerate(text.split("\n"), 1))


def hexdump(text: str) -> str:
    """Dump as xxd does."""
    data = text.replace("\n", "\r\n").encode()
    rows = []
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        pairs = " ".join(row[i : i + 2].hex() for i in range(0, len(row), 2))
        shown = "".join(chr(c) if 32 <= c < 127 else "." for c in row)
        rows.append(f"{at:08x}: {pairs:<39}  {shown}")
    return "\n".join(rows)


def hexdump_c(text: str) -> str:
    """Dump as hexdump -C does."""
    data = text.replace("\n", "\r\n").encode()
    rows = []
    for at in range(0, len(data), 16):
        row = data[at : at + 16]
        left, right = (" ".join(f"{c:02x}" for c in half) for half in (row[:8], row[8:]))
        rows.append(f"{at:08x}  {left:<23}  {right:<23}  |{''.join(chr(c) if 32 <= c < 127 else '.' for c in row)}|")
    return "\n".join(rows)


def as_har(text: str) -> str:
    """Save as a browser's HAR, between two other requests."""
    status, fields, body = parts(text)
    _, number, *reason = status.split(" ", 2)
    response = {
        "status": int(number), "statusText": reason[0] if reason else "", "httpVersion": status.split(" ")[0],
        "headers": [{"name": n, "value": v} for n, v in fields], "content": {"mimeType": "text/html", "text": body},
    }  # fmt: skip
    fine = {"status": 200, "statusText": "OK", "httpVersion": "HTTP/1.1", "headers": [], "content": {"mimeType": "x"}}
    entries = [
        {"time": 12, "request": {"method": "GET", "url": "https://shop.example/a"}, "response": r}
        for r in (fine, response, fine)
    ]
    return json.dumps({"log": {"version": "1.2", "entries": entries}}, indent=1)


def as_object(text: str) -> str:
    """Dump as a program's JSON."""
    status, fields, body = parts(text)
    return json.dumps({"status": int(status.split(" ")[1]), "headers": dict(fields), "body": body}, indent=2)


def as_panel(text: str) -> str:
    """Copy from a browser's panel: names and values on separate lines, then the page."""
    status, fields, body = parts(text)
    number, *reason = status.split(" ")[1:]
    rows = "\n".join(f"{n.lower()}\n{v}" for n, v in fields if v)
    request = "Request Headers\naccept\n*/*\nuser-agent\nMozilla/5.0"
    general = f"Request URL\nhttps://shop.example/cart\nRequest Method\nGET\nStatus Code\n{number} {' '.join(reason)}"
    return f"General\n{general}\nResponse Headers\n{rows}\n{request}\nResponse\n{body}"


def as_table(text: str) -> str:
    """Put the fields into a Markdown table."""
    status, fields, body = parts(text)
    rows = "\n".join(f"| {n} | {v} |" for n, v in fields)
    return f"**Status:** {status.split(' ', 1)[1]}\n\n| Header | Value |\n|---|---|\n{rows}\n\n```html\n{body}\n```"


def as_dict(text: str) -> str:
    """Print as Python prints a client's response."""
    status, fields, body = parts(text)
    return f"<Response [{status.split(' ')[1]}]>\n{dict(fields)!r}\n{body}"


def as_stacked(text: str) -> str:
    """Copy from a browser's panel whose names end with a colon, each value on the line below."""
    status, fields, body = parts(text)
    number, *reason = status.split(" ")[1:]
    rows = "\n".join(f"{n.lower()}:\n{v}" for n, v in fields if v)
    return f"Request URL:\nhttps://shop.example/cart\nStatus Code:\n{number} {' '.join(reason)}\n{rows}\n\nResponse\n{body}"


def as_json_in_json(text: str) -> str:
    """Log a response's JSON as a string in a line of JSON."""
    return json.dumps({"level": "error", "msg": "call failed", "detail": as_object(text)})


def as_literal(text: str) -> str:
    """Print the body as Node prints a long string, below the fields."""
    status, fields, body = parts(text)
    rows = "\n".join(f"    '{n.lower()}': {v!r}," for n, v in fields)
    pieces = body.rstrip().splitlines(keepends=True)
    literal = " +\n      ".join(repr(piece) for piece in pieces)
    return f"{{\n  status: {status.split(' ')[1]},\n  headers: {{\n{rows}\n  }},\n  data: {literal}\n}}"


def flattened(text: str) -> str:
    """Lose the line ends of the head in a chat; the body stays below."""
    head, _, body = text.partition("\n\n")
    return f"from support, formatting lost: {' '.join(head.split(chr(10)))}\n\n{body}"


DAMAGE: dict[str, Callable[[str], str]] = {
    "CRLF": lambda t: t.replace("\n", "\r\n"),
    "quoted as mail": lambda t: lines(t, lambda _, s: "> " + s),
    "quoted twice": lambda t: lines(t, lambda _, s: ">> " + s),
    "indented": lambda t: lines(t, lambda _, s: "    " + s),
    "indented by tabs": lambda t: lines(t, lambda _, s: "\t" + s),
    "fenced": lambda t: f"We see this:\n\n```http\n{t.rstrip()}\n```\n\nAny idea?",
    "fenced with tildes": lambda t: f"~~~\n{t.rstrip()}\n~~~",
    "tracker block": lambda t: f"{{noformat}}\n{t.rstrip()}\n{{noformat}}",
    "numbered by cat -n": lambda t: lines(t, lambda i, s: f"{i:6}\t{s}"),
    "numbered by grep -n": lambda t: lines(t, lambda i, s: f"{i}:{s}"),
    "prompt before": lambda t: f"ops@web1:~$ curl -sSi https://shop.example/cart\n{t}\nops@web1:~$ ",
    "windows prompt": lambda t: f"C:\\Users\\ops>curl.exe -sSi https://shop.example/cart\n{t}",
    "meter glued": lambda t: "  % Total    % Received % Xferd  Average Speed   Time    Time     Time  Current\n"
    "                                 Dload  Upload   Total   Spent    Left  Speed\n"
    "  0     0    0     0    0     0      0      0 --:--:-- --:--:-- --:--:--     0" + t,
    "meter by carriage returns": lambda t: "  0     0    0     0    0     0      0\r100   157  100   157    0     0   9812\r\n" + t,
    "container's name before": lambda t: lines(t, lambda _, s: "client-1  | " + s),
    "times before": lambda t: lines(t, lambda i, s: f"2026-11-20T03:12:{i % 60:02}.123456789Z {s}"),
    "escaped line ends": lambda t: t.replace("\n", "\\r\\n"),
    "string literal": lambda t: json.dumps(t.replace("\n", "\r\n")),
    "bytes literal": lambda t: repr(t.replace("\n", "\r\n").encode()),
    "bold status": lambda t: re.sub(r"^(.*)", r"**\1**", t, count=1),
    "bold names": lambda t: lines(t, lambda _, s: re.sub(r"^([A-Za-z-]+):", r"**\1:**", s)),
    "Markdown escapes": lambda t: t.replace("*", "\\*").replace("_", "\\_").replace("#", "\\#"),
    "inline code": lambda t: lines(t, lambda i, s: f"`{s}`" if s and i < 4 else s),
    "bullets": lambda t: lines(t.partition("\n\n")[0], lambda _, s: "- " + s) + "\n\n" + t.partition("\n\n")[2],
    "HTML escaped": lambda t: html.escape(t, quote=False),
    "colours": lambda t: lines(t, lambda _, s: re.sub(r"^([A-Za-z-]+):", "\x1b[36m\\1\x1b[39m:", s)),
    "hard spaces": lambda t: t.replace(" ", "\u00a0"),
    "byte order mark": lambda t: "\ufeff" + t,
    "empty line lost": lambda t: t.replace("\n\n", "\n", 1),
    "lines doubled": lambda t: t.partition("\n\n")[0].replace("\n", "\n") + "\n\n\n" + t.partition("\n\n")[2],
    "hex dump": hexdump,
    "hex dump with bars": hexdump_c,
    "HAR": as_har,
    "JSON dump": as_object,
    "browser's panel": as_panel,
    "table": as_table,
    "Python's repr": as_dict,
    "HTTPie -v": lambda t: "GET /cart HTTP/1.1\nAccept: */*\nHost: shop.example\nUser-Agent: HTTPie/3.2.4\n\n\n\n" + t,
    "wget -S": lambda t: "HTTP request sent, awaiting response... \n" + lines(t.partition("\n\n")[0], lambda _, s: "  " + s)
    + "\n\n" + t.partition("\n\n")[2],
    "quoted in a message": lambda t: "Since this morning we get\n\n" + lines(t.rstrip(), lambda _, s: "> " + s) + "\n\nany idea?",
    "package manager's prefix": lambda t: lines(t, lambda _, s: "npm ERR! " + s),
    "container runtime's prefix": lambda t: lines(t, lambda i, s: f"2026-11-20T03:12:{i % 60:02}.123456789Z stdout F {s}"),
    "names above values": as_stacked,
    "JSON in JSON": as_json_in_json,
    "string over lines": as_literal,
    "flattened head": flattened,
    "redirect before": lambda t: "HTTP/1.1 301 Moved Permanently\nLocation: https://shop.example/\n\n" + t,
    "CONNECT before": lambda t: "HTTP/1.1 200 Connection established\n\n" + t,
}  # fmt: skip
