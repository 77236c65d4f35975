"""The structure: which module may know which, and that the classifier needs the standard library only."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "explainer"
# Who may import whom, as design.md draws it: message, catalogue <- evidence <- verdict <- render <- page.
ARROWS = {
    "message": {"message"},
    "catalogue": set(),
    "lookup": {"catalogue"},
    "standards": set(),
    "logs": {"message", "catalogue"},
    "index": {"catalogue"},
    "evidence": {"message", "catalogue", "index", "standards", "logs"},
    "reported": {"message", "catalogue", "evidence", "standards"},
    "weigh": {"catalogue", "evidence"},
    "advice": {"message", "catalogue"},
    "ask": {"message", "catalogue"},
    "verdict": {"message", "catalogue", "evidence", "logs", "lookup", "reported", "weigh", "advice", "ask"},
    "words": {"advice", "catalogue", "verdict", "weigh"},
    "further": {"advice", "catalogue", "verdict", "words"},
    "render": {"advice", "catalogue", "verdict", "words"},
    "reference": {"advice", "catalogue", "render", "words"},
    "page": {"advice", "catalogue", "further", "tree", "verdict", "weigh", "words"},
    "tree": {"catalogue"},
    "redact": {"catalogue", "message"},
    "answer": {"catalogue", "message", "own", "page", "redact", "render", "strict", "verdict"},
    "__init__": {"catalogue", "message", "verdict"},
    "strict": {"catalogue"},
    "own": {"catalogue", "strict"},
    "__main__": {"", "lookup", "own", "reference", "render"},
}


def files(module: str) -> list[Path]:
    """List the files of a module or of a package."""
    single = PACKAGE / f"{module}.py"
    return [single] if single.exists() else sorted((PACKAGE / module).glob("*.py"))


def imported(module: str) -> set[str]:
    """List the modules that a module imports."""
    found = set()
    nodes = [node for path in files(module) for node in ast.walk(ast.parse(path.read_text("utf-8")))]
    for node in nodes:
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
    return found


def test_modules_are_those_of_the_design() -> None:
    """The core is these modules and no others; reading a paste is a package, one module a family of formats."""
    assert {p.stem for p in PACKAGE.glob("*.py")} | {"message"} == set(ARROWS)


@pytest.mark.parametrize("module", ARROWS)
def test_arrows_point_one_way(module: str) -> None:
    """A module imports only what stands before it."""
    ours = {m.removeprefix("explainer").strip(".").split(".")[0] for m in imported(module) if m.startswith("explainer")}
    assert ours <= ARROWS[module]


@pytest.mark.parametrize("module", sorted(set(ARROWS) - {"__main__", "strict"}))
def test_standard_library_only(module: str) -> None:
    """Without the command and the reader of own files, the package imports the standard library only."""
    roots = {m.split(".")[0] for m in imported(module)}
    assert roots <= set(sys.stdlib_module_names) | {"explainer"}


def test_import_is_light() -> None:
    """Importing the package loads nothing third-party and none of the slow parts of the standard library."""
    code = "import sys, explainer.answer; print(*sorted(m.split('.')[0] for m in sys.modules))"
    loaded = set(
        subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    )
    assert not loaded & {"click", "yaml", "mkdocs", "jinja2", "markdown", "asyncio", "email"}
