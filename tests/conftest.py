"""What the tests share: the catalogue compiled afresh, the corpus, the generated pages."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page as Tab
from playwright.sync_api import Request

from explainer.build.captures import Capture, read_captures
from explainer.build.load import load
from explainer.build.serve import Served, serving
from explainer.build.site import Page, render_site
from explainer.build.wheel import compile_catalogue
from explainer.catalogue import Catalogue

ROOT = Path(__file__).parents[1]
PREFIX = "/5xx/"  # the path of the default `site_url`
CHROMIUM_FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]


def chromium_program() -> str:
    """Find the system's Chromium."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"


def pytest_configure() -> None:
    """Compile the catalogue into the package, so that `explain` never runs on a stale one."""
    target = ROOT / "explainer" / "catalogue.json"
    fresh = target.with_suffix(f".{os.getpid()}")  # `make test` runs two of us
    fresh.write_text(compile_catalogue(), "utf-8")
    fresh.replace(target)


def pytest_collection_modifyitems(items: list[pytest.Function]) -> None:
    """Mark the tests that look at the built site, and those that build: they must not run beside each other."""
    for item in items:
        if "built" in item.fixturenames or item.path.stem in ("test_build", "test_runtime"):
            item.add_marker("site")


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    """Give the catalogue as the YAML has it now."""
    return load()


@pytest.fixture(scope="session")
def captures() -> tuple[Capture, ...]:
    """Give the corpus."""
    return read_captures()


@pytest.fixture(scope="session")
def pages(catalogue: Catalogue, captures: tuple[Capture, ...]) -> dict[str, Page]:
    """Give every generated file."""
    return render_site(catalogue, captures, "2026-11-24")


@pytest.fixture(scope="session")
def built() -> Path:
    """Build the site as `make site` does, and give its folder."""
    done = subprocess.run(
        [sys.executable, "-m", "explainer.build", "site"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return ROOT / "site"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """Drive the system's Chromium."""
    return {**browser_type_launch_args, "executable_path": chromium_program(), "args": CHROMIUM_FLAGS}


CONFIG = """
daemon off; pid {here}/pid; error_log {here}/error.log;
events {{ }}
http {{
  access_log off; client_body_temp_path {here}/b; proxy_temp_path {here}/p; fastcgi_temp_path {here}/f;
  uwsgi_temp_path {here}/u; scgi_temp_path {here}/s;
  server {{ listen 127.0.0.1:{port}; location / {{ proxy_pass http://127.0.0.1:{dead}; }} }}
}}
"""


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def leave_out(program: str) -> NoReturn:
    """Leave a test out where a program is not installed; in CI that fails."""
    leave = pytest.fail if os.environ.get("CI") == "true" else pytest.skip
    leave(f"no {program} on this machine; `make tools` installs it")


def listening(port: int) -> bool:
    """Wait until somebody listens on a port, five seconds at most; tells whether somebody does."""
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return True
        time.sleep(0.05)
    return False


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[int]:
    """Run nginx in front of a port where nothing listens; gives its port."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        leave_out("nginx")
    port, config = free_port(), tmp_path / "nginx.conf"
    config.write_text(CONFIG.format(here=tmp_path, port=port, dead=free_port()))
    process = subprocess.Popen([program, "-p", str(tmp_path), "-e", str(tmp_path / "start.log"), "-c", str(config)])
    try:
        listening(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(scope="session")
def address(built: Path) -> Iterator[str]:
    """Serve the site where it was built for, as `make serve` does; gives its address."""
    site = os.environ.get("SITE_URL", f"http://127.0.0.1:8550{PREFIX}")
    server = serving(Served(built, urlsplit(site).path), urlsplit(site).port or 0)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield site
    server.shutdown()
    server.server_close()


class Guard:
    """What a page did that it may not do, and what it asked for."""

    def __init__(self) -> None:
        """Start with a clean sheet."""
        self.requests: list[Request] = []
        self.trouble: list[str] = []


@pytest.fixture
def guard(page: Tab, address: str) -> Iterator[Guard]:
    """Watch every request and the console; the test fails on any other origin, page error or console error."""
    seen = Guard()

    def request(asked: Request) -> None:
        seen.requests.append(asked)
        if not asked.url.startswith((address, "data:", "blob:")):
            seen.trouble.append(f"asked {asked.url}")

    page.context.on("request", request)
    page.on("pageerror", lambda error: seen.trouble.append(f"page error {error}"))
    page.on("console", lambda said: seen.trouble.append(said.text) if said.type == "error" else None)
    yield seen
    assert not seen.trouble
