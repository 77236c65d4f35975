"""The browser's runtime: the wheel is the same everywhere, and its verdicts are those of CPython, word by word."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from explainer.answer import answer, masked
from explainer.build.captures import Capture
from explainer.build.runtime import build_wheel, node_tools, pyodide

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def runtime(built: Path) -> Path:
    """Give the runtime of the built site, as a browser gets it."""
    return next((built / "assets" / "py").iterdir())


def test_wheel_is_reproducible(tmp_path: Path) -> None:
    """The same files give the same bytes, with the compiled catalogue and without the build's half."""
    one, two = build_wheel(tmp_path / "one"), build_wheel(tmp_path / "two")
    assert one.read_bytes() == two.read_bytes()
    names = zipfile.ZipFile(one).namelist()
    assert "explainer/catalogue.json" in names
    assert not [n for n in names if n.startswith(("explainer/build", "explainer/browser", "tests", "codes"))]


def test_site_carries_the_wheel(runtime: Path, tmp_path: Path) -> None:
    """The site offers the very wheel that the checkout builds, and the lock file has its hash."""
    wheel = next(runtime.glob("*.whl"))
    assert wheel.read_bytes() == build_wheel(tmp_path).read_bytes()
    lock = json.loads((runtime / "pyodide-lock.json").read_text("utf-8"))
    (entry,) = lock["packages"].values()
    assert entry["file_name"] == wheel.name
    assert entry["sha256"] == hashlib.sha256(wheel.read_bytes()).hexdigest()


def test_bundle_is_compiled(runtime: Path) -> None:
    """The browser compiles nothing at boot: the bundle holds compiled modules, the package's among them."""
    names = zipfile.ZipFile(runtime / "python.zip").namelist()
    assert not [n for n in names if n.endswith(".py")]
    assert "explainer/answer.pyc" in names
    assert "explainer/catalogue.json" in names


def test_parity(runtime: Path, captures: tuple[Capture, ...], tmp_path: Path) -> None:
    """For the whole corpus and for bad input the page's answers under Pyodide equal CPython's; what is masked, in a quarter."""
    texts = [c.text for c in captures] + ["", "no response", "\x00\ufffd" * 300, "HTTP/2 502\r\nretry-after: x\r\n\r\n"]
    texts.append("HTTP/1.1 503 X\nDate: Sun, 22 Nov 2026 14:47:51 GMT\nRetry-After: Sun, 22 Nov 2026 14:48:51 GMT\n\n")
    (tmp_path / "texts.json").write_text(json.dumps(texts), "utf-8")
    node, npm = node_tools()
    command = [node, str(HERE / "parity.mjs"), str(pyodide(npm)), str(runtime), str(tmp_path / "texts.json")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    theirs = json.loads(done.stdout)
    for text, other in zip(texts, theirs, strict=True):
        assert json.loads(other[0]) == json.loads(answer(text)), text[:200]
        assert other[1] is None or json.loads(other[1]) == json.loads(masked(text)), text[:200]


def test_installed_wheel_is_enough(runtime: Path) -> None:
    """The wheel alone, on CPython without site packages, explains a response."""
    wheel = next(runtime.glob("*.whl"))
    code = f"import sys; sys.path.insert(0, {str(wheel)!r}); import explainer; print(explainer.explain('HTTP/1.1 502 X').code)"
    done = subprocess.run([sys.executable, "-I", "-S", "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "http/502\n"
