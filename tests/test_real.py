"""A real nginx whose upstream is down, asked by the real curl: the wire, the command and the verdict."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

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


@pytest.fixture
def nginx(tmp_path: Path) -> Iterator[int]:
    """Run nginx in front of a port where nothing listens; gives its port."""
    program = shutil.which("nginx") or "/usr/sbin/nginx"
    if not Path(program).exists():
        pytest.skip("no nginx on this machine; `make tools` installs it")
    port, config = free_port(), tmp_path / "nginx.conf"
    config.write_text(CONFIG.format(here=tmp_path, port=port, dead=free_port()))
    process = subprocess.Popen([program, "-p", str(tmp_path), "-e", str(tmp_path / "start.log"), "-c", str(config)])
    try:
        for _ in range(100):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port
    finally:
        process.terminate()
        process.wait(10)


@pytest.mark.parametrize("flags", ["-sSi", "-sSv", "-sSI"])
def test_dead_upstream(nginx: int, flags: str) -> None:
    """curl piped into the command names nginx, the platform team and the right first check."""
    url = f"http://127.0.0.1:{nginx}/checkout"
    command = f"curl {flags} {url} 2>&1 | {sys.executable} -m explainer --json"
    done = subprocess.run(command, shell=True, capture_output=True, check=True)
    verdict = json.loads(done.stdout)
    assert verdict["generated_by"] == "nginx"
    assert verdict["confidence"] in ("conclusive", "strong")
    assert verdict["owner"] == "platform"
    assert "listening" in verdict["checks"][0]["do"]
