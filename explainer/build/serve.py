"""Serves a built site on the loopback: MIME types, a path prefix, 404.html, headers by rule, compressed files."""

from __future__ import annotations

import io
import json
import sys
from dataclasses import dataclass, field
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from explainer.build.policy import Rules, matching

# Python's own table asks the operating system, which may know neither of the first two.
TYPES = {
    ".mjs": "text/javascript", ".wasm": "application/wasm", ".js": "text/javascript", ".css": "text/css",
    ".html": "text/html; charset=utf-8", ".json": "application/json", ".svg": "image/svg+xml",
    ".xml": "application/xml",
    ".whl": "application/zip", ".zip": "application/zip", "": "application/octet-stream",
}  # fmt: skip


@dataclass(frozen=True)
class Served:
    """What is served: a folder at a prefix such as `/5xx/`, with the headers of the site's rules and types by suffix.

    `headers` replace those of the rules that have the same name.
    """

    root: Path
    prefix: str = "/"
    headers: dict[str, str] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)
    rules: Rules = field(init=False)

    def __post_init__(self) -> None:
        """Read the rules that the build wrote."""
        written = self.root / "headers" / "rules.json"
        found = (
            [(path, headers) for path, headers in json.loads(written.read_text("utf-8"))] if written.exists() else []
        )
        object.__setattr__(self, "rules", found)


class Handler(SimpleHTTPRequestHandler):
    """Answers GET and HEAD."""

    protocol_version = "HTTP/1.1"

    def __init__(self, served: Served, *args: Any) -> None:
        """Bind to what is served."""
        self.served = served
        self.extensions_map = TYPES | served.types
        super().__init__(*args, directory=str(served.root))

    def translate_path(self, path: str) -> str:
        """Take the prefix off; outside of it there is nothing."""
        inside = path.startswith(self.served.prefix)
        return super().translate_path("/" + path[len(self.served.prefix) :]) if inside else "/nonexistent"

    def send_head(self) -> Any:
        """Lead `/` to the prefix, so that the bare address works too."""
        if self.path == "/" != self.served.prefix:
            self.send_response(302)
            self.send_header("Location", self.served.prefix)
            self.send_header("Content-Length", "0")
            self.end_headers()
            return None
        return self.send_compressed() or super().send_head()

    def send_compressed(self) -> Any:
        """Send what `explainer.build.compress` laid ready, if the client takes it; else None."""
        file = Path(self.translate_path(self.path))
        if file.is_dir() and self.path.partition("?")[0].endswith("/"):
            file /= "index.html"
        takes = {coding.partition(";")[0].strip() for coding in self.headers.get("Accept-Encoding", "").split(",")}
        for coding, suffix in (("br", ".br"), ("gzip", ".gz")):
            ready = file.with_name(file.name + suffix)
            if coding in takes and ready.is_file():
                found = ready.stat()
                tag = f'"{found.st_mtime_ns:x}-{found.st_size:x}"'
                known = tag in self.headers.get("If-None-Match", "")
                self.send_response(304 if known else 200)
                self.send_header("ETag", tag)
                self.send_header("Vary", "Accept-Encoding")
                if not known:
                    self.send_header("Content-Type", self.guess_type(str(file)))
                    self.send_header("Content-Encoding", coding)
                    self.send_header("Content-Length", str(found.st_size))
                self.end_headers()
                return io.BytesIO() if known else ready.open("rb")
        return None

    def end_headers(self) -> None:
        """Add the headers of the site."""
        path = self.path.removeprefix(self.served.prefix).partition("?")[0]
        for name, value in (matching(path, self.served.rules) | self.served.headers).items():
            self.send_header(name, value)
        super().end_headers()

    def send_error(self, code: int, message: str | None = None, explain: str | None = None) -> None:
        """Answer a missing page with the site's own 404."""
        page = self.served.root / "404.html"
        if code != 404 or not page.exists():
            return super().send_error(code, message, explain)
        body = page.read_bytes()
        self.send_response(404)
        self.send_header("Content-Type", TYPES[".html"])
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        return None

    def log_message(self, *_: Any) -> None:
        """Keep quiet."""


class Server(ThreadingHTTPServer):
    """A threading server that a browser's burst of requests does not overrun."""

    request_queue_size = 64
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a client that went away, which browsers do all day."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


def serving(served: Served, port: int = 0) -> Server:
    """Bind a server on the loopback; the caller runs and closes it."""
    return Server(("127.0.0.1", port), partial(Handler, served))
