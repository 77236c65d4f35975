"""The parser: tables of pastes and what is read out of them."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from explainer.message import parse

BASE = "HTTP/1.1 502 Bad Gateway\nServer: nginx\nContent-Length: 4\n\nbody\n"

# name: (paste, status, reason, version, [(field, value)], body)
READ = {
    "curl -i": (BASE, 502, "Bad Gateway", "1.1", [("Server", "nginx"), ("Content-Length", "4")], "body"),
    "CRLF": (BASE.replace("\n", "\r\n"), 502, "Bad Gateway", "1.1", [("Server", "nginx"), ("Content-Length", "4")], "body"),
    "byte order mark": ("\ufeff" + BASE, 502, "Bad Gateway", "1.1", [("Server", "nginx"), ("Content-Length", "4")], "body"),
    "HTTP/2": ("HTTP/2 503 \nserver: envoy\n\n", 503, "", "2", [("server", "envoy")], None),
    "HTTP/3": ("HTTP/3 504\nserver: x\n", 504, "", "3", [("server", "x")], None),
    "HTTP/1.0": ("HTTP/1.0 500 Oops\n\n", 500, "Oops", "1.0", [], None),
    "no body known": ("HTTP/1.1 502 Bad Gateway\nServer: nginx\n", 502, "Bad Gateway", "1.1", [("Server", "nginx")], None),
    "empty body": ("HTTP/1.1 502 X\ncontent-length: 0\n\n", 502, "X", "1.1", [("content-length", "0")], ""),
    "prompt": ("$ curl -sSi https://h/\n" + BASE, 502, "Bad Gateway", "1.1", [("Server", "nginx"), ("Content-Length", "4")], "body"),
    "indented": ("    HTTP/1.1 502 X\n    A: b\n\n    text\n", 502, "X", "1.1", [("A", "b")], "text"),
    "mail quoting": ("> HTTP/1.1 502 X\n> A: b\n>\n> text\n", 502, "X", "1.1", [("A", "b")], "text"),
    "folded field": ("HTTP/1.1 502 X\nA: b\n  c\n\n", 502, "X", "1.1", [("A", "b c")], None),
    "interim response": ("HTTP/1.1 100 Continue\n\nHTTP/1.1 502 X\nA: b\n\n", 502, "X", "1.1", [("A", "b")], None),
    "redirects": ("HTTP/1.1 301 Moved\nLocation: /x\n\nHTTP/1.1 502 X\nA: b\n\n", 502, "X", "1.1", [("A", "b")], None),
    "curl -v": ("* Trying\n> GET / HTTP/1.1\n> Host: h\n> \n< HTTP/1.1 502 X\n< A: b\n< \n{ [4 bytes data]\nbody\n* left intact\n", 502, "X", "1.1", [("A", "b")], "body"),
    "empty line lost": ("HTTP/1.1 502 X\nA: b\n<html>x</html>\n", 502, "X", "1.1", [("A", "b")], "<html>x</html>"),
    "curl -i -v twice": ("< HTTP/1.1 502 X\n< A: b\n< \nHTTP/1.1 502 X\nA: b\n\nbody\n", 502, "X", "1.1", [("A", "b")], "body"),
    "empty value": ("HTTP/1.1 502 X\nA:\n\n", 502, "X", "1.1", [("A", "")], None),
}  # fmt: skip


@pytest.mark.parametrize("name", READ)
def test_reads(name: str) -> None:
    """Each form of paste gives the same parts of its last response."""
    text, status, reason, version, fields, body = READ[name]
    response = parse(text).responses[-1]
    assert (response.status, response.reason, response.version) == (status, reason, version)
    assert [(f.name, f.value) for f in response.fields] == fields
    assert response.body == body


@pytest.mark.parametrize(
    ("text", "method", "url"),
    [
        ("$ curl -sSI https://shop.example/a\n" + BASE, "HEAD", "https://shop.example/a"),
        ("user@box:~$ curl -X POST 'https://shop.example/a?b=1'\n" + BASE, "POST", "https://shop.example/a?b=1"),
        ("> GET /a HTTP/2\n> Host: shop.example\n> \n< HTTP/2 502\n< a: b\n< \n", "GET", "https://shop.example/a"),
        ("* x\n> HEAD / HTTP/1.1\n> Host: h:8080\n>\n< HTTP/1.1 502 X\n< \n", "HEAD", "https://h:8080/"),
        (BASE, None, None),
    ],
)
def test_reads_request(text: str, method: str | None, url: str | None) -> None:
    """Method and address come from the command or from the request that curl -v shows."""
    response = parse(text).responses[-1]
    assert (response.method, response.url) == (method, url)


def test_lines_keep_their_numbers() -> None:
    """Every part knows the pasted line it came from."""
    response = parse("$ curl -i h\n\n" + BASE).responses[0]
    assert (response.line, [f.line for f in response.fields]) == (3, [4, 5])
    assert response.page is not None
    assert response.page.numbers == [7, 8]


def test_curl_errors_are_kept() -> None:
    """curl's own error line is kept with its number."""
    assert parse("$ curl h\ncurl: (7) Failed to connect\n").curl_errors == [("curl: (7) Failed to connect", 2)]


def test_not_understood_lines_are_counted() -> None:
    """What is neither is kept, counted and left aside."""
    assert parse("some chatter\n" + BASE).not_understood == [1]


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=st.sampled_from("HTTP/1.2 50:\n\r<>*{}$#\tserver nginx curl:(7)\x00é")) | st.text())
def test_never_raises(text: str) -> None:
    """Any text gives a Paste."""
    paste = parse(text)
    assert paste.lines
