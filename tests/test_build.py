"""The site's build when something is wrong: it stops with every error, and the last good site stays."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
PARTS = ("explainer", "codes", "docs", "overrides", "tests", "mkdocs.yml")


def test_broken_entries_stop_the_build(tmp_path: Path) -> None:
    """Two broken entries are both listed with file and line, without a traceback, and `site/` is untouched."""
    for part in PARTS:
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, tmp_path / part)
    site = tmp_path / "site"
    site.mkdir()
    (site / "index.html").write_text("the last good site", "utf-8")
    for entry, old, new in (
        ("http/502.yml", "label:", "lable:"),
        ("layers/nginx.yml", "role: gateway", "role: gatway"),
    ):
        path = tmp_path / "codes" / entry
        path.write_text(path.read_text("utf-8").replace(old, new), "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "explainer.build", "site"], cwd=tmp_path, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "codes/http/502.yml" in done.stderr
    assert "codes/layers/nginx.yml" in done.stderr
    assert "did you mean 'gateway'?" in done.stderr
    assert "Traceback" not in done.stderr
    assert (site / "index.html").read_text("utf-8") == "the last good site"


def test_every_page_is_reachable(built: Path) -> None:
    """Every code and layer stands in the navigation of the built site, each exactly once in the sitemap."""
    sitemap = (built / "sitemap.xml").read_text("utf-8")
    for path in [*(ROOT / "codes").glob("*/*.yml")]:
        folder = {"http": "", "layers": "layers/"}.get(path.parent.name, f"{path.parent.name}/")
        assert sitemap.count(f"/5xx/{folder}{path.stem}/<") == 1, path
        assert (built / folder / path.stem / "index.html").exists()
