"""Upstreams that misbehave in known ways, on loopback; each condition has a port of its own."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

HTML = b"<html><title>Oops</title><h1>The shop is closed</h1></html>"
PASSED = b"HTTP/1.1 500 Internal Server Error\r\nServer: shop/1.4\r\nContent-Type: text/html\r\nX-Request-Id: 4f1c\r\n"
PASSED += b"Content-Length: %d\r\n\r\n%s" % (len(HTML), HTML)


def close(connection: socket.socket) -> None:
    """Close without a byte."""
    connection.recv(65_536)


def reset(connection: socket.socket) -> None:
    """Close with a reset."""
    connection.recv(65_536)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def garbage(connection: socket.socket) -> None:
    """Answer with something that is not HTTP."""
    connection.recv(65_536)
    connection.sendall(b"\x16\x03\x01 this is not http at all\r\n\r\n")


def half(connection: socket.socket) -> None:
    """Close in the middle of the fields."""
    connection.recv(65_536)
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: text/ht")


def hang(connection: socket.socket) -> None:
    """Never answer."""
    connection.settimeout(8)
    with contextlib.suppress(OSError):
        while connection.recv(65_536):
            pass


def answer(connection: socket.socket) -> None:
    """Answer with an error of its own, which a proxy passes on."""
    connection.recv(65_536)
    connection.sendall(PASSED)


BEHAVIOURS: dict[str, Callable[[socket.socket], None] | None] = {
    "refused": None, "closed": close, "reset": reset, "garbage": garbage, "half": half, "hang": hang, "passed": answer,
}  # fmt: skip


@contextmanager
def upstreams() -> Iterator[dict[str, int]]:
    """Run them all; gives the port of each condition. Nothing listens on the port of `refused`."""
    listeners: list[socket.socket] = []
    ports: dict[str, int] = {}
    for name, behave in BEHAVIOURS.items():
        listener = socket.create_server(("127.0.0.1", 0))
        ports[name] = listener.getsockname()[1]
        if behave is None:
            listener.close()
            continue
        listeners.append(listener)
        threading.Thread(target=serve, args=(listener, behave), daemon=True).start()
    try:
        yield ports
    finally:
        for listener in listeners:
            listener.close()


def serve(listener: socket.socket, behave: Callable[[socket.socket], None]) -> None:
    """Take connections until the listener is closed."""
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        threading.Thread(target=one, args=(connection, behave), daemon=True).start()


def one(connection: socket.socket, behave: Callable[[socket.socket], None]) -> None:
    """Treat one connection."""
    with connection, contextlib.suppress(OSError):
        behave(connection)
