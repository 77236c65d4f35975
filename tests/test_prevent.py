"""The page on prevention: the nginx file that it shows refuses what is too much, and says when to come back."""

from __future__ import annotations

import shutil
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from tests.conftest import free_port, leave_out

FILE = Path(__file__).parents[1] / "docs" / "prevent" / "nginx.conf"


class Slow(BaseHTTPRequestHandler):
    """An app that takes its time, and is down on demand."""

    def do_GET(self) -> None:
        """Answer after a moment."""
        time.sleep(0.5)
        self.send_response(503 if self.path == "/down" else 200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Run the page's file with room for one request, before a slow app."""
    nginx = shutil.which("nginx", path="/usr/sbin:/usr/local/sbin:/usr/bin")
    if not nginx:
        leave_out("nginx")
    app, port, folder = ThreadingHTTPServer(("127.0.0.1", 0), Slow), free_port(), tmp_path_factory.mktemp("nginx")
    Thread(target=app.serve_forever, args=(0.01,), daemon=True).start()
    shown = FILE.read_text("utf-8")
    for old, new in (
        ("app 200", "app 1"),
        ("listen 8080", f"listen 127.0.0.1:{port}"),
        (":3000", f":{app.server_port}"),
    ):
        assert old in shown
        shown = shown.replace(old, new)
    (folder / "nginx.conf").write_text(
        f"pid {folder}/pid; error_log {folder}/error.log; events {{}} http {{ access_log off;\n{shown}\n}}", "utf-8"
    )
    server = subprocess.Popen([nginx, "-c", folder / "nginx.conf", "-g", "daemon off;"])
    while not (folder / "pid").exists():
        assert server.poll() is None
        time.sleep(0.02)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()
    app.shutdown()
    app.server_close()


def head(url: str) -> str:
    """Ask, and return the response's head in small letters."""
    return subprocess.run(["curl", "-sSi", url], check=True, capture_output=True, text=True, timeout=30).stdout.lower()


def test_nginx_refuses_what_is_too_much(url: str) -> None:
    """Of two requests at once one is answered and one gets a 503 with Retry-After; the app's own 503 passes as it is."""
    with ThreadPoolExecutor() as pool:
        answers = sorted(pool.map(head, [url, url]))
    assert [answer.split()[1] for answer in answers] == ["200", "503"]
    assert "\nretry-after: 5\n" in answers[1].replace("\r", "")
    assert "retry-after" not in head(f"{url}/down")
