"""The compressed files of a release: the same bytes, sent to whoever takes them, and smaller."""

from __future__ import annotations

import gzip
import shutil
import threading
import urllib.request
from pathlib import Path

import brotli  # type: ignore[import-untyped]
import pytest

from explainer.build.compress import KINDS, LEAST, compress
from explainer.build.serve import Served, serving


@pytest.fixture(scope="module")
def release(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Compress a part of the site: some pages, the scripts, a drawing, without the runtime."""
    site = tmp_path_factory.mktemp("release")
    for part in ("index.html", "502", "assets/explainer.js", "assets/explainer.css", "search", "headers"):
        (shutil.copytree if (built / part).is_dir() else copied)(built / part, site / part)
    compress(site, tmp_path_factory.mktemp("cache"))
    return site


def copied(source: Path, target: Path) -> None:
    """Copy one file, with its folder."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy(source, target)


def test_compressed_files_are_the_files(release: Path) -> None:
    """Each `.br` and `.gz` unpacks to the file beside it, and every file that is worth it has both."""
    seen = 0
    for file in release.rglob("*"):
        if file.suffix in KINDS and file.stat().st_size >= LEAST:
            data = file.read_bytes()
            assert brotli.decompress(file.with_name(file.name + ".br").read_bytes()) == data
            assert gzip.decompress(file.with_name(file.name + ".gz").read_bytes()) == data
            seen += 1
    assert seen > 5


def test_compressing_again_changes_nothing(release: Path, tmp_path: Path) -> None:
    """The same site gives the same bytes, and no `.br` of a `.br`."""
    before = {file: file.read_bytes() for file in release.rglob("*") if file.is_file()}
    compress(release, tmp_path)
    assert {file: file.read_bytes() for file in release.rglob("*") if file.is_file()} == before


@pytest.mark.parametrize(
    ("takes", "coding"), [("br, gzip", "br"), ("gzip;q=0.8", "gzip"), ("identity", None), ("", None)]
)
@pytest.mark.parametrize("path", ["502/", "assets/explainer.js"])
def test_the_server_sends_what_the_client_takes(release: Path, path: str, takes: str, coding: str | None) -> None:
    """A page and a script come in the best coding that the client takes, under their own type, and are the file."""
    server = serving(Served(release))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        asked = urllib.request.Request(
            f"http://127.0.0.1:{server.server_port}/{path}", headers={"Accept-Encoding": takes}
        )
        with urllib.request.urlopen(asked) as answer:
            body, fields = answer.read(), answer.headers
    finally:
        server.shutdown()
        server.server_close()
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    file = release / path
    assert unpack(body) == (file / "index.html" if file.is_dir() else file).read_bytes()
    assert fields["Content-Encoding"] == coding
    assert fields["Content-Type"].startswith("text/html" if path.endswith("/") else "text/javascript")
    assert (fields["Vary"] == "Accept-Encoding") == (coding is not None)
