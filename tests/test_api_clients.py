"""The page for API clients: its sample against a real server, its table against the sample, its words on other clients."""

from __future__ import annotations

import importlib.util
import re
import ssl
import subprocess
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from types import ModuleType

import pytest

from tests.conftest import free_port

DOCS = Path(__file__).parents[1] / "docs"
TEXT = (DOCS / "api-clients.md").read_text("utf-8")
KEY = '"8e03978e-40d5-43e8-bc93-6894a57f9324"'
Planned = tuple[int, str]  # a status and its Retry-After; status 0 closes without an answer


def sample() -> ModuleType:
    """Load the page's sample afresh; its folder's name is no package's."""
    spec = importlib.util.spec_from_file_location("retry", DOCS / "api-clients" / "retry.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@dataclass
class World:
    """A server that answers by plan, and a clock that only sleeping moves on."""

    plan: list[Planned] = field(default_factory=list)
    asked: list[str | None] = field(default_factory=list)  # the key of each request that came
    slept: list[float] = field(default_factory=list)
    now: float = 0.0
    url: str = ""
    server: ThreadingHTTPServer | None = None
    wakes: Callable[[], object] = bool  # what happens meanwhile: nothing
    retry: ModuleType = field(default_factory=sample)  # one for each world, so that its budget is full

    def serve(self, port: int = 0) -> None:
        """Listen from now on."""
        world = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                world.asked.append(self.headers["Idempotency-Key"])
                status, after = world.plan[min(len(world.asked), len(world.plan)) - 1]
                self.close_connection = True
                if status:
                    self.send_response(status)
                    if after:
                        self.send_header("Retry-After", after)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            do_GET = do_POST = do_PUT = answer  # noqa: N815

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        self.server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/orders?n=1"
        Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def sleep(self, seconds: float) -> None:
        """Let the time pass at once."""
        self.slept.append(round(seconds, 3))
        self.now += seconds
        self.wakes()

    def send(self, method: str, key: str | None = None, seconds: float = 300.0) -> int:
        """Send with the page's sample, with the longest pause that may be drawn; what comes out is the status."""
        fields = {"Idempotency-Key": key} if key else {}
        body = b"{}" if method == "POST" else None
        clock = {"sleep": self.sleep, "clock": lambda: self.now, "draw": lambda _low, high: high}
        return int(self.retry.send(method, self.url, fields, body, seconds, **clock)[0].status)


@pytest.fixture
def world() -> Iterator[World]:
    """Serve on a free port, and stop."""
    one = World()
    one.serve()
    yield one
    if one.server:
        one.server.shutdown()
        one.server.server_close()


@pytest.mark.parametrize(
    ("method", "key", "plan", "status", "slept"),
    [
        ("GET", None, [(503, "7"), (200, "")], 200, [7.5]),
        ("GET", None, [(502, ""), (504, ""), (429, "2"), (200, "")], 200, [0.5, 1.0, 4.0]),
        ("GET", None, [(500, "")], 500, [0.5, 1.0, 2.0]),
        ("GET", None, [(0, ""), (200, "")], 200, [0.5]),
        ("PUT", None, [(524, ""), (200, "")], 200, [0.5]),
        ("GET", None, [(503, "soon"), (200, "")], 200, [0.5]),
        ("GET", None, [(501, "")], 501, []),
        ("GET", None, [(526, "")], 526, []),
        ("GET", None, [(404, "")], 404, []),
        ("POST", None, [(502, ""), (200, "")], 502, []),
        ("POST", None, [(503, "1"), (200, "")], 503, []),
        ("POST", KEY, [(502, ""), (0, ""), (200, "")], 200, [0.5, 1.0]),
    ],
)
def test_retries_what_is_safe(
    world: World, method: str, key: str | None, plan: list[Planned], status: int, slept: list[float]
) -> None:
    """Idempotent requests and those with a key are sent again after the pause that was asked for; others are not."""
    world.plan = plan
    assert world.send(method, key) == status
    assert world.slept == slept
    assert world.asked == [key] * (len(slept) + 1)


def test_post_is_sent_again_where_nothing_left(world: World) -> None:
    """A POST without a key is sent again after a refused connection, and not after a connection that closed."""
    world.plan = [(201, "")]
    assert world.server
    port, closing = free_port(), world.server
    closing.shutdown()
    closing.server_close()
    world.url = f"http://127.0.0.1:{port}/orders?n=1"
    world.wakes = lambda: world.serve(port)
    assert world.send("POST") == 201
    assert (world.slept, world.asked) == ([0.5], [None])
    world.wakes = bool
    world.plan = [(0, "")]
    with pytest.raises(ConnectionError):
        world.send("POST")
    assert world.asked == [None, None]


def test_date_is_obeyed(world: World) -> None:
    """A date in Retry-After is waited for; one that has passed costs the usual pause only."""
    then = [format_datetime(datetime.now(UTC) + timedelta(seconds=s), usegmt=True) for s in (60, -60)]
    world.plan = [(503, then[0]), (503, then[1]), (200, "")]
    assert world.send("GET") == 200
    assert 58 < world.slept[0] <= 60.5
    assert world.slept[1] == 1.0


@pytest.mark.parametrize(("after", "tries"), [("31", 1), ("", 4), ("28", 2)])
def test_deadline_ends_it(world: World, after: str, tries: int) -> None:
    """What cannot be waited for before the deadline is not waited for: the error comes back at once."""
    world.plan = [(503, after)]
    assert world.send("GET", seconds=30) == 503
    assert len(world.asked) == tries
    assert world.now < 30


def test_budget_ends_it(world: World) -> None:
    """In an outage ten retries are made in all, and then about one for every ten requests."""
    world.plan = [(503, "")]
    for _ in range(100):
        world.send("GET")
    assert 10 < len(world.slept) <= 20


def test_wrong_certificate_is_not_tried_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A certificate that does not verify is an answer: it raises at once, although nothing was sent."""

    def refuse(_: object) -> None:
        raise ssl.SSLCertVerificationError("self-signed certificate")

    monkeypatch.setattr(world.retry.HTTPSConnection, "connect", refuse)
    world.url = "https://127.0.0.1/"
    with pytest.raises(ssl.SSLCertVerificationError):
        world.send("GET")
    assert world.slept == []


def test_table_is_the_sample() -> None:
    """The codes that the page's table tries again are those of the sample, and no code stands in two rows."""
    rows = re.findall(r"^\| ((?:\[?\d{3}\b)[^|]*) \| ([^|]+) \|", TEXT, re.MULTILINE)
    codes = {code: again for cell, again in rows for code in re.findall(r"\b(\d{3})\b(?!/)", cell)}
    assert {int(code) for code, again in codes.items() if again.startswith("yes")} == sample().TRANSIENT
    assert sum(len(re.findall(r"\b\d{3}\b(?!/)", cell)) for cell, _ in rows) == len(codes)


@pytest.mark.parametrize(
    ("status", "more", "requests"),
    [(503, [], 2), (520, [], 1), (521, [], 1), (523, [], 1), (503, ["-X", "POST", "-d", "x"], 2)],
)
def test_curl_does_what_the_page_says(world: World, status: int, more: list[str], requests: int) -> None:
    """`curl --retry` sends a POST again as well, and leaves 520, 521 and 523 alone."""
    world.plan = [(status, "1"), (200, "")]
    command = ["curl", "-sS", "-o", "/dev/null", "--retry", "1", "--retry-delay", "1", *more, world.url]
    subprocess.run(command, check=True, capture_output=True, timeout=30)
    assert len(world.asked) == requests
