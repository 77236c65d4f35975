"""The site's own server with a line to the browser that counts every byte, and that can be made slow."""

from __future__ import annotations

import io
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from explainer.build.serve import Handler, Served, Server
from tests.conftest import PREFIX

PIECE = 4096  # bytes that go out at a time on a slow line, so that connections share it


@dataclass
class Line:
    """What all connections share: bits a second (None: as fast as it goes), seconds there and back, bytes sent."""

    rate: float | None = None
    delay: float = 0.0
    sent: int = 0
    free: float = 0.0  # when the last byte promised is through
    lock: threading.Lock = field(default_factory=threading.Lock)

    def carry(self, size: int) -> None:
        """Count some bytes; on a slow line, wait until they are through."""
        with self.lock:
            self.sent += size
            if self.rate is None:
                return
            self.free = max(self.free, time.monotonic()) + size * 8 / self.rate
            due = self.free
        time.sleep(max(0.0, due - time.monotonic()))

    def wait(self) -> None:
        """Let one way there and back pass."""
        time.sleep(self.delay)


class Writer(io.BufferedIOBase):
    """Writes to a connection by way of the line."""

    def __init__(self, line: Line, connection: Any) -> None:
        """Bind to the connection."""
        self.line, self.connection = line, connection

    def writable(self) -> bool:
        """Say that one may write."""
        return True

    def write(self, data: Any) -> int:
        """Send everything, in pieces where the line is slow."""
        view = memoryview(data).cast("B")
        step = PIECE if self.line.rate else max(1, len(view))
        for at in range(0, len(view), step):
            self.line.carry(len(view[at : at + step]))
            self.connection.sendall(view[at : at + step])
        return len(view)


class OnLine(Handler):
    """Answers by way of a line: each connection and each request waits once."""

    def __init__(self, line: Line, *args: Any) -> None:
        """Bind to the line."""
        self.line = line
        super().__init__(*args)

    def setup(self) -> None:
        """Put the line in front of the connection."""
        super().setup()
        self.wfile = Writer(self.line, self.connection)
        self.line.wait()

    def handle(self) -> None:
        """Answer until the browser has left, which it may do at any time."""
        with suppress(ConnectionError):
            super().handle()

    def send_head(self) -> Any:
        """Wait for the way that the question and its answer take."""
        self.line.wait()
        return super().send_head()


@contextmanager
def on_line(folder: Path, handler: type[OnLine] = OnLine) -> Iterator[tuple[str, Line]]:
    """Serve a folder where the site was built for, on some port; gives the address and the line."""
    line = Line()
    server = Server(("127.0.0.1", 0), partial(handler, line, Served(folder, PREFIX)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}", line
    finally:
        server.shutdown()
        server.server_close()
