"""What the tests share: the catalogue compiled afresh, the corpus, the generated pages."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from explainer.build.captures import Capture, read_captures
from explainer.build.load import load
from explainer.build.site import Page, render_site
from explainer.build.wheel import compile_catalogue
from explainer.catalogue import Catalogue

ROOT = Path(__file__).parents[1]


def pytest_configure() -> None:
    """Compile the catalogue into the package, so that `explain` never runs on a stale one."""
    (ROOT / "explainer" / "catalogue.json").write_text(compile_catalogue(), "utf-8")


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
    program = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
    return {**browser_type_launch_args, "executable_path": program, "args": flags}
