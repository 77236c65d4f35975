"""A real nginx whose upstream is down, asked by the real curl: the wire, the command and the verdict."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest


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
