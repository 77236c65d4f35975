"""Lighthouse on a page of each kind, on a phone and on a desktop: `make bench` prints the scores, of which each must be 100.

Beside them stand how far the layout shifts, and for how many milliseconds a slow phone would not have answered a touch. These
two are not judged: the second depends on what else the machine does.
"""

# ruff: noqa: T201 (a command prints)
from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from mkdocs.config import load_config

from explainer.build.runtime import node_path, node_tools, run
from explainer.build.serve import Served, serving
from tests.conftest import chromium_program

HERE = Path(__file__).parent / "lighthouse"
ROOT = Path(__file__).parents[1]
HOME = ROOT / "build" / "lighthouse"
PAGES = (
    "", "explain/", "502/", "cloudflare/522/", "layers/nginx/", "stacks/nginx/", "timeouts/", "compare/52x/", "404.html",
)  # fmt: skip
SCORED = ("accessibility", "best-practices", "seo")
MEASURED = ("cumulative-layout-shift", "total-blocking-time")
DEVICES = {"phone": "--form-factor=mobile", "desktop": "--preset=desktop"}


def install() -> dict[str, str]:
    """Install Lighthouse with its integrity checked; gives the environment to run it in."""
    _, npm = node_tools()
    HOME.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "package-lock.json"):
        shutil.copy(HERE / file, HOME)
    run(npm, "ci", "--prefix", HOME, "--ignore-scripts", "--no-audit", "--no-fund", PATH=node_path(npm))
    return os.environ | {"PATH": node_path(npm), "CHROME_PATH": chromium_program()}


def look(url: str, device: str, environment: dict[str, str]) -> dict[str, Any]:
    """Let Lighthouse look at a page, in a browser that has seen nothing yet; gives its report."""
    command = [
        str(HOME / "node_modules" / ".bin" / "lighthouse"), url, "--quiet", "--output=json", DEVICES[device],
        f"--only-categories={','.join(SCORED)}", f"--only-audits={','.join(MEASURED)}",
        "--disable-full-page-screenshot", "--chrome-flags=--headless=new --no-sandbox --disable-gpu",
    ]  # fmt: skip
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    report: dict[str, Any] = json.loads(done.stdout)
    return report


def failing(report: dict[str, Any], category: str) -> list[str]:
    """Name the audits that keep a category below 100."""
    audits = [report["audits"][ref["id"]] for ref in report["categories"][category]["auditRefs"] if ref["weight"]]
    return [f"{audit['id']} ({audit['title']})" for audit in audits if audit["score"] not in (None, 1)]


def main() -> int:
    """Look at each page on each device; the exit status tells whether all is well."""
    environment, below = install(), 0
    site = str(load_config(str(ROOT / "mkdocs.yml")).site_url)
    server = serving(Served(ROOT / "site", "/" + site.split("/", 3)[3]), int(site.split("/")[2].partition(":")[2]))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(f"{'':18}{'':9}{''.join(f'{name:>16}' for name in SCORED)}   shift  blocked")
    for page in PAGES:
        for device in DEVICES:
            report = look(site + page, device, environment)
            scores = [round(100 * report["categories"][name]["score"]) for name in SCORED]
            shift, blocked = (report["audits"][name]["numericValue"] for name in MEASURED)
            print(
                f"{page or '/':18}{device:9}{''.join(f'{s:16}' for s in scores)}{shift:8.3f}{blocked:9.0f}", flush=True
            )
            for name, score in zip(SCORED, scores, strict=True):
                below += score < 100
                if score < 100:
                    print(*(f"  {name}: {audit}" for audit in failing(report, name)), sep="\n")
    server.shutdown()
    return 1 if below else 0


if __name__ == "__main__":
    sys.exit(main())
