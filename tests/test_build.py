"""The site's build when something is wrong: it stops with every error, and the last good site stays."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from html import unescape
from pathlib import Path
from textwrap import dedent

import pytest

from explainer import explain
from explainer.build.load import load
from explainer.build.policy import ONE_FILE
from explainer.catalogue import Catalogue, Layer, Stack
from explainer.words import address
from tests.topics import Topic, missing, topics

ROOT = Path(__file__).parents[1]
PARTS = ("explainer", "codes", "docs", "overrides", "tests", "mkdocs.yml")


def copy_project(target: Path) -> None:
    """Copy what a build of the site needs."""
    for part in PARTS:
        source = ROOT / part
        (shutil.copytree if source.is_dir() else shutil.copy)(source, target / part)


def test_broken_entries_stop_the_build(tmp_path: Path) -> None:
    """Two broken entries are both listed with file and line, without a traceback, and `site/` is untouched."""
    copy_project(tmp_path)
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


def test_pages_are_light(built: Path) -> None:
    """No page is heavier than 60 KB of HTML, and what is preformatted on it keeps its lines.

    The explainer in one file is no page of the site but a download, which says how large it is.
    """
    heavy = {str(page): size for page in built.rglob("*.html") if (size := page.stat().st_size) > 60_000}
    heavy.pop(str(built / ONE_FILE))
    assert not heavy
    page = (built / "502" / "index.html").read_text("utf-8")
    assert re.search(r"<pre\b[^>]*>[^\n]*\n[^<]*", page)
    assert "\n      <" not in re.sub(r"<pre.*?</pre>|<script.*?</script>", "", page, flags=re.DOTALL)


def test_commands_are_printed_to_the_letter(built: Path, catalogue: Catalogue) -> None:
    """What a page offers to copy is the entry's own command: Markdown takes no character out of it, in a tab or not."""
    for file, name, entry in catalogue.files():
        if isinstance(entry, Layer):
            continue
        place = f"stacks/{name}/" if isinstance(entry, Stack) else address(name)
        page = (built / place / "index.html").read_text("utf-8")
        printed = {unescape(code) for code in re.findall(r"<pre[^>]*><code>(.*?)</code></pre>", page, re.DOTALL)}
        if isinstance(entry, Stack):
            offered = {step.run for step in entry.steps}
        else:
            first = [
                next((s.run for s in stack.steps if name in s.codes), None)
                for stack in catalogue.stacks.values()
                if stack.kind != "platform"  # a link with the question stands for each
            ]
            offered = {check.run for meaning in entry.meanings.values() for check in meaning.checks} | set(first)
        assert offered - {None} <= printed, file


def test_pages_offer_what_they_print(built: Path) -> None:
    """What a page by hand prints as `sh` stands there to the letter with its copy button, in a list or a row too."""
    seen = 0
    for source in sorted((ROOT / "docs").rglob("*.md")):
        fences = re.findall(r"^( *)```sh\n(.*?)^\1```", source.read_text("utf-8"), re.DOTALL | re.MULTILINE)
        place = source.relative_to(ROOT / "docs").with_suffix("")
        page = (built / (place.parent if place.name == "index" else place) / "index.html").read_text("utf-8")
        offered = re.findall(r'<div class="xx-cmd"><pre[^>]*><code>(.*?)</code></pre><button', page, re.DOTALL)
        assert {dedent(text).rstrip() for _, text in fences} <= set(map(unescape, offered)), source
        seen += len(fences)
    assert seen > 25


def test_one_file_adds_a_code_and_a_layer(tmp_path: Path) -> None:
    """A new YAML file for a code, and one for a layer, are enough for page, card, API file, search and verdict."""
    copy_project(tmp_path)
    code = (tmp_path / "codes" / "aws" / "561.yml").read_text("utf-8")
    code = code.replace("name: Unauthorized", "name: Teapot On Fire").replace("[aws-alb]", "[samovar]")
    code = re.sub(r"summary: .*", "summary: The samovar burns.", code)
    (tmp_path / "codes" / "samovar").mkdir()
    (tmp_path / "codes" / "samovar" / "597.yml").write_text(code, "utf-8")
    layer = (tmp_path / "codes" / "layers" / "http-proxy-middleware.yml").read_text("utf-8")
    layer = layer.replace("name: http-proxy-middleware", "name: Samovar", 1)
    layer = re.sub(r"summary: .*", "summary: A kettle with a proxy in it.", layer)
    layer = layer.replace("Error occurred while trying to proxy: ", "the samovar is empty")
    (tmp_path / "codes" / "layers" / "samovar.yml").write_text(layer, "utf-8")
    done = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--quiet"], cwd=tmp_path, capture_output=True, text=True,
        env=os.environ | {"PYTHONPATH": str(tmp_path)}, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    site = tmp_path / "site"
    assert "Teapot On Fire" in (site / "samovar" / "597" / "index.html").read_text("utf-8")
    assert "Teapot On Fire" in (site / "cards" / "samovar" / "597" / "index.html").read_text("utf-8")
    assert json.loads((site / "api" / "v1" / "codes" / "samovar" / "597.json").read_text("utf-8"))["number"] == 597
    found = {entry["location"] for entry in json.loads((site / "search" / "entries.json").read_text("utf-8"))}
    assert {"samovar/597/", "layers/samovar/"} <= found
    catalogue = load(tmp_path / "codes")
    verdict = explain("HTTP/1.1 597 Teapot On Fire\n\nthe samovar is empty\n", catalogue)
    assert (verdict.generated_by, verdict.code) == ("samovar", "samovar/597")


@pytest.mark.parametrize("topic", topics(), ids=lambda topic: topic.place)
def test_every_topic_is_answered(built: Path, topic: Topic) -> None:
    """Each topic that the guide must cover stands where `topics.yml` says, in a section that speaks of it."""
    assert missing(topic, built) is None, topic.says
