"""What MkDocs needs to know: the generated files, where each is edited, the navigation; all else is `build/site.py`."""

from __future__ import annotations

import gc
import os
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from explainer.build import policy
from explainer.build.captures import read_captures
from explainer.build.front import foot
from explainer.build.load import CatalogueError, load
from explainer.build.onefile import MADE, offer
from explainer.build.search import complete
from explainer.build.site import compiled, fill_markers, navigation, render_site
from explainer.catalogue import Catalogue
from explainer.page import command
from explainer.tree import to_html

ROOT = Path(__file__).parents[1]
BROWSER = ROOT / "explainer" / "browser"
RUNTIME = ROOT / "build" / "runtime"
# What `site_url` is unless told otherwise: files that readers download carry it, and get the real one in the build.
DEFAULT_ADDRESS = "http://127.0.0.1:8550/5xx/"
PREFORMATTED = re.compile(r"(<(?:pre|textarea|script)\b.*?</(?:pre|textarea|script)>)", re.DOTALL)
INDENT = re.compile(r"\s*\n\s*")
BEFORE_BLOCK = re.compile(r">\n(?=</?(?:li|ul|ol|nav|div|t[rdh]|table|tbody|thead|h[1-6]|p|section|dl|dt|dd)\b)")
THEMES_SEARCH = re.compile(r"assets/javascripts/workers/(search\.\w+\.min\.js)")
ELSEWHERE = ("early.js", "onefile.js", "worker.js")  # in a page's head, in the one-file explainer, in the runtime
OFFER = "<!-- one file -->"
entries: dict[str, Catalogue] = {}  # the catalogue of the build that is running: MkDocs' events share no other place


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Read the catalogue and complete the navigation with it."""
    gc.disable()  # until the build is done: it only adds, and to look for garbage among its parts takes long
    try:
        entries["now"] = load()
    except CatalogueError as error:
        raise Abort(str(error)) from None
    config.extra |= {"runtime": runtime().name, "early": (BROWSER / "early.js").read_text("utf-8")}
    assert config.nav is not None
    config.nav = [item for item in config.nav if next(iter(item)) not in ("Codes", "Stacks", "Layers")]
    config.nav += navigation(entries["now"])
    fence = {"name": "sh", "class": "", "format": as_command}
    config.mdx_configs.setdefault("pymdownx.superfences", {})["custom_fences"] = [fence]
    return config


def as_command(source: str, *_: Any, **__: Any) -> str:
    """Draw what a page prints as `sh` like every other command, with its copy button."""
    return to_html(command(source))


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add every generated file, the page's scripts and styles, and the runtime of the explainer."""
    for file in files:  # their alerts lead to this site
        if file.src_uri.startswith("monitor/") and not file.is_documentation_page():
            file.content_string = file.content_string.replace(DEFAULT_ADDRESS, str(config.site_url))
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    today = (datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)).date().isoformat()
    for path, page in render_site(entries["now"], read_captures(), today).items():
        file = File.generated(config, path, content=page.text)
        file.edit_uri = f"../{page.source}" if page.source else None
        files.append(file)
    robots = (
        f"User-agent: *\nAllow: /\nSitemap: {config.site_url}sitemap.xml\n"  # read where the site has a host to itself
    )
    files.append(File.generated(config, "robots.txt", content=robots))
    for part in sorted([*BROWSER.glob("*.js"), BROWSER / "explainer.css"]):
        if part.name not in ELSEWHERE:
            target = part.name if part.name == "sw.js" else f"assets/{part.name}"  # at the root: its reach
            files.append(File.generated(config, target, abs_src_path=str(part)))
    for part in sorted(runtime().glob("*")) if runtime().is_dir() else []:
        target = f"assets/py/{runtime().name}/{part.name}"
        files.append(File.generated(config, target, abs_src_path=str(part)))
    if MADE.exists():
        files.append(File.generated(config, policy.ONE_FILE, abs_src_path=str(MADE)))
    return files


def on_env(env: Environment, **_: Any) -> Environment:
    """Take the theme's templates compiled where an earlier build did that."""
    env.bytecode_cache = compiled()
    return env


def on_page_content(html: str, config: MkDocsConfig, **_: Any) -> str:
    """Show the files of a page with this site's address in them; what Markdown takes for a text in a tab is a block."""
    html = html.replace("<p><div", "<div").replace("</div></p>", "</div>")
    return html.replace(DEFAULT_ADDRESS, str(config.site_url))


def on_page_markdown(markdown: str, page: Page, **_: Any) -> str:
    """Put the explainer and the table of codes where a page asks for them, and its sources at its foot."""
    base = "../" * page.url.count("/")
    if OFFER in markdown:
        markdown = markdown.replace(OFFER, offer(MADE.stat().st_size, base) if MADE.exists() else "")
    return fill_markers(markdown, entries["now"], read_captures(), base, runtime().name) + foot(
        page.meta.get("sources", [])
    )


def on_post_template(output_content: str, config: MkDocsConfig, **_: Any) -> str:
    """Put the explainer into the page for what is not found, which may stand at any address."""
    base = urlsplit(str(config.site_url)).path
    return with_search(fill_markers(output_content, entries["now"], read_captures(), base, runtime().name))


def with_search(html: str) -> str:
    """Name the theme's search for those who hear it, and put a worker before its own that waits until it is needed."""
    html = html.replace('role="dialog"', 'role="dialog" aria-label="Search"', 1)
    return THEMES_SEARCH.sub(r"assets/search-worker.js?\1", html, count=1)


def on_post_page(output: str, **_: Any) -> str:
    """Drop the indentation that the theme's templates leave, a third of a page; what is preformatted stays.

    A row of tabs that is wider than a phone scrolls, so the keyboard has to reach it.
    """
    output = with_search(output).replace('<div class="tabbed-labels', '<div tabindex="0" class="tabbed-labels')
    parts = PREFORMATTED.split(output)
    return "".join(part if odd % 2 else BEFORE_BLOCK.sub(">", INDENT.sub("\n", part)) for odd, part in enumerate(parts))


def on_post_build(config: MkDocsConfig) -> None:
    """Complete the search, once the theme has written its index; a server that builds again cleans up in between."""
    gc.enable()
    complete(entries["now"], Path(config.site_dir) / "search" / "search_index.json")
    policy.write(Path(config.site_dir), str(config.site_url))


def runtime() -> Path:
    """Name the folder that `explainer.build.runtime` made last; it may be missing, then the box says so."""
    current = RUNTIME / "current"
    return current.resolve() if current.exists() else RUNTIME / "missing"
