"""Times the site's build against the same pages written by hand: `make bench` prints the ratio, which may be 1.3 at most.

Both builds run in turn on this machine, so that only their ratio counts. The hand-written twin is a plain MkDocs project
with the same theme, navigation and Markdown, every generated file written out, and no hook.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import yaml

from explainer.build.captures import read_captures
from explainer.build.load import load
from explainer.build.site import fill_markers, navigation, render_site

ROOT = Path(__file__).parents[1]
ROUNDS = 5
LIMIT = 1.3


class Loader(yaml.SafeLoader):
    """Reads `mkdocs.yml`, whose environment tags stand for their default."""


def default(loader: Loader, node: yaml.SequenceNode) -> object:
    """Give the default of `!ENV [NAME, default]`."""
    return loader.construct_sequence(node)[-1]


Loader.add_constructor("!ENV", default)


def write_twin(target: Path) -> int:
    """Write the hand-written twin of the site; gives its number of pages."""
    catalogue, captures = load(), read_captures()
    shutil.copytree(ROOT / "docs", target / "docs")
    for hand in (target / "docs").rglob("*.md"):
        text = fill_markers(hand.read_text("utf-8"), catalogue, captures, "../", "missing")
        hand.write_text(text, "utf-8")
    for path, page in render_site(catalogue, captures, "2026-01-01").items():
        file = target / "docs" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(page.text, "utf-8")
    assets = target / "docs" / "assets"
    assets.mkdir(exist_ok=True)
    for name in ROOT.joinpath("explainer", "browser").glob("explainer.*"):
        shutil.copy(name, assets)
    shutil.copytree(ROOT / "overrides", target / "overrides")
    config = yaml.load((ROOT / "mkdocs.yml").read_text("utf-8"), Loader)
    config["nav"] += navigation(catalogue)
    del config["hooks"], config["watch"]
    config["strict"] = False  # a plain build does not know every file that the hook adds
    (target / "mkdocs.yml").write_text(yaml.safe_dump(config, sort_keys=False), "utf-8")
    return sum(1 for _ in (target / "docs").rglob("*.md"))


def seconds(folder: Path, target: Path) -> float:
    """Build once and give the time."""
    began = time.perf_counter()
    command = [sys.executable, "-m", "mkdocs", "build", "--quiet", "--site-dir", str(target)]
    subprocess.run(command, cwd=folder, check=True, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def main() -> int:
    """Build in turn; the least time of each is what noise disturbs least."""
    with tempfile.TemporaryDirectory() as scratch:
        twin = Path(scratch) / "twin"
        pages = write_twin(twin)
        times = [(seconds(ROOT, Path(scratch) / "a"), seconds(twin, Path(scratch) / "b")) for _ in range(ROUNDS)]
    ours, hand = (min(column) for column in zip(*times, strict=True))
    print(
        f"{pages} pages: {ours:.1f} s generated, {hand:.1f} s hand-written, ratio {ours / hand:.2f} (at most {LIMIT})"
    )
    return 1 if ours / hand > LIMIT else 0


if __name__ == "__main__":
    sys.exit(main())
