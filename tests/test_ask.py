"""The next command: chosen by what the paste lacks, and filled in so that a shell reads it as it was meant."""

from __future__ import annotations

import shlex
import subprocess
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from explainer import explain
from explainer.ask import AS_DATA, HOW_LONG, filler
from explainer.catalogue import Catalogue
from explainer.message import parse

SHOP = "https://shop.example/checkout"
PAGE = "Content-Type: text/html\n\n<h1>sorry</h1>\n"
EDGE = "Via: 1.1 0123456789abcdef0123456789abcdef.cloudfront.net (CloudFront)\n"
ASKED: dict[str, tuple[str, str]] = {  # name: (paste, part of the command)
    "a number": ("502", "curl -sSi URL"),
    "a status line": ("HTTP/1.1 502 Bad Gateway\n", "curl -sSi URL"),
    "fields without a body": ("HTTP/1.1 502 Bad Gateway\nServer: unknown\n", "curl -sSi URL"),
    "a page without its fields": ("<html><title>502 sorry</title><h1>502</h1></html>", "curl -sSi URL"),
    "HEAD": (f"$ curl -sSI {SHOP}\nHTTP/1.1 502 Bad Gateway\nServer: unknown\n", f"curl -sSi {SHOP}"),
    "a time-out without times": (f"HTTP/1.1 504 Gateway Timeout\n{PAGE}", "time_appconnect: %{time_appconnect}"),
    "a time-out with its time": (f"HTTP/1.1 504 Gateway Timeout\n{PAGE}\ntime_total: 7.2\n", "http://UPSTREAM_IP:PORT/PATH"),
    "an edge": (f"$ curl -sSi {SHOP}\nHTTP/1.1 502 X\n{EDGE}{PAGE}", f"--resolve shop.example:443:ORIGIN_IP {SHOP}"),
    "an edge without an address": (f"HTTP/1.1 502 X\n{EDGE}{PAGE}", "--resolve HOST:443:ORIGIN_IP https://HOST/PATH"),
    "another port": (f"$ curl -si https://a.example:8443/\nHTTP/1.1 502 X\n{EDGE}{PAGE}", "--resolve a.example:8443:ORIGIN_IP https://a.example:8443/"),
    "JSON": ('HTTP/1.1 500 X\nContent-Type: application/json\n\n{"message": "sorry"}\n', "Accept: application/problem+json"),
    "an API's address": (f"$ curl -si https://shop.example/api/v1\nHTTP/1.1 500 X\n{PAGE}", "problem+json' https://shop.example/api/v1"),
    "an API's name": (f"$ curl -si https://api.shop.example/v1\nHTTP/1.1 500 X\n{PAGE}", "Accept: application/problem+json"),
    "a problem already": ('HTTP/1.1 500 X\nContent-Type: application/problem+json\n\n{"title": "sorry"}\n', "http://UPSTREAM_IP"),
    "a page": (f"$ curl -si {SHOP}\nHTTP/1.1 500 X\n{PAGE}", "curl -sSi -H 'Host: shop.example' http://UPSTREAM_IP:PORT/checkout"),
    "no answer": (f"$ curl -si {SHOP}\ncurl: (99) nobody knows this\n", f"curl -sv -o /dev/null {SHOP}"),
    "no response": ("the shop is down", "curl -sSi URL"),
}  # fmt: skip


@pytest.mark.parametrize("name", ASKED)
def test_the_next_command_brings_what_is_missing(name: str, catalogue: Catalogue) -> None:
    """What the paste lacks decides the next command, which carries its host and path where it shows them."""
    text, part = ASKED[name]
    asked = explain(text, catalogue).ask
    assert asked is not None
    assert part in asked.run


HOSTILE = (
    "https://shop.example/$(reboot)", "https://shop.example/`reboot`?a=b&reboot", "https://shop.example/a;reboot",
    "https://shop.example/'$(reboot)'", "https://shop.example/'';reboot;''", 'https://shop.example/"|reboot',
    "https://URL/';reboot;'", "https://HOST/PATH';reboot;'PATH", "https://shop.example/\\';reboot", "https://shop.example/!reboot",
    "https://shop.example/>reboot", "https://shop.example/*?x=*", "https://shop.example/~root", "https://shop.example/#$(reboot)",
    "https://shop.example/ü\u202etoober", "https://shop.example/\x1b[31m", "https://shop.example/{a,b}[1-9]", "https://a'b/$(reboot)",
    "https://$(reboot)/", "https://-o/", "https://shop.example:99999999/", "https://user:reboot@shop.example/", "file:///etc/passwd",
)  # fmt: skip


@pytest.mark.parametrize("url", HOSTILE)
def test_a_shell_reads_what_is_filled_in_as_one_word(url: str, catalogue: Catalogue) -> None:
    """Every command of the catalogue, filled in from a hostile address, has the words that it had; none is the paste's own."""
    paste = parse("")
    paste.url = url
    fill = filler(None, paste)
    meanings = [m for code in catalogue.codes.values() for m in code.meanings.values()]
    checks = [c for m in meanings for c in m.checks] + [s for stack in catalogue.stacks.values() for s in stack.steps]
    runs = {c.run for c in checks if c.run} | {AS_DATA.run, HOW_LONG.run}
    for run in sorted(runs):
        before, after = shlex.split(run), shlex.split(fill(run))
        assert len(before) == len(after), run
        changed = [new for old, new in zip(before, after, strict=True) if old != new]
        assert all(word.startswith(("http://", "https://")) for word in changed if "reboot" in word), run
        assert fill(run).isascii(), run
        assert "\x1b" not in fill(run), run


def test_a_query_goes_along(catalogue: Catalogue) -> None:
    """An address with a query is asked again as a whole, in quotes."""
    paste = parse("$ curl -sSi 'https://shop.example/search?q=a&page=2'\nHTTP/1.1 502 X\n")
    assert filler(paste.responses[-1], paste)("curl -sSi URL") == "curl -sSi 'https://shop.example/search?q=a&page=2'"


class Slow(BaseHTTPRequestHandler):
    """Answers every request with a 504 and a short page."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(504)
        self.end_headers()
        self.wfile.write(b"<h1>sorry</h1>")

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_what_the_next_command_prints_is_understood() -> None:
    """The response with its times, as curl really prints them, is a paste whose seconds are read and whose body is whole."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Slow)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        run = HOW_LONG.run.replace("URL", f"http://127.0.0.1:{server.server_port}/")
        done = subprocess.run(["bash", "-c", run], capture_output=True, text=True, check=True)
    finally:
        server.shutdown()
        server.server_close()
    paste = parse(done.stdout)
    assert paste.responses[-1].status == 504
    assert "sorry" in (paste.responses[-1].body or "")
    assert paste.seconds
