"""Makes `build/runtime/<hash>/`: all that the browser needs to run the wheel, under one path that never changes."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

import yaml

from explainer.build.captures import read_captures

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
BROWSER = ROOT / "explainer" / "browser"
WORK = ROOT / "build"
NODE_AT_LEAST = 20
FROM_NPM = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm")


def run(*command: str | Path, **environment: str) -> None:
    """Run a tool; its output is shown only when it fails."""
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, env=os.environ | environment)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout[-4000:]}{done.stderr[-4000:]}")


def node_tools() -> tuple[str, str]:
    """Find node and npm, or install PyPI's into this environment where the machine has none that is new enough."""
    own = Path(sys.executable).parent
    for node, npm in (
        (shutil.which("node"), shutil.which("npm")),
        (shutil.which("node", path=str(own)), shutil.which("npm", path=str(own))),
    ):
        if node and npm:
            said = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout
            if said[1:].split(".")[0].isdecimal() and int(said[1:].split(".")[0]) >= NODE_AT_LEAST:
                return node, npm
    run(sys.executable, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", ROOT / "requirements" / "node.txt")
    return str(own / "node"), str(own / "npm")


def pyodide(npm: str) -> Path:
    """Install the npm package with its integrity checked; gives its folder."""
    home = WORK / "npm"
    home.mkdir(parents=True, exist_ok=True)
    locked, stamp = (BROWSER / "package-lock.json").read_bytes(), home / "installed"
    if not stamp.exists() or stamp.read_bytes() != locked:
        for name in ("package.json", "package-lock.json"):
            shutil.copy(BROWSER / name, home)
        run(npm, "ci", "--prefix", home, "--ignore-scripts", "--no-audit", "--no-fund", PATH=node_path(npm))
        stamp.write_bytes(locked)
    return home / "node_modules" / "pyodide"


def node_path(program: str) -> str:
    """Put a program's own folder first, so that npm finds the node that came with it."""
    return f"{Path(program).parent}{os.pathsep}{os.environ['PATH']}"


def browser_python() -> Path:
    """Make the environment that pyodide-build has to itself; gives its interpreter."""
    home, wanted = WORK / "venv-browser", (ROOT / "requirements" / "browser.txt").read_bytes()
    python, stamp = home / "bin" / "python", home / "installed"
    if not stamp.exists() or stamp.read_bytes() != wanted:
        run(sys.executable, "-m", "venv", "--clear", home)
        run(python, "-m", "pip", "install", "--quiet", "--require-hashes", "-r", ROOT / "requirements" / "browser.txt")
        stamp.write_bytes(wanted)
    return python


def build_wheel(out: Path) -> Path:
    """Build the wheel, byte for byte the same from the same files."""
    out.mkdir(parents=True, exist_ok=True)
    run(
        sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", out, ROOT,
        SOURCE_DATE_EPOCH=os.environ.get("SOURCE_DATE_EPOCH", "1767225600"),
    )  # fmt: skip
    return next(out.glob("*.whl"))


def pure_yaml(target: Path) -> Path:
    """Pack PyYAML's Python half, which reads an organisation's file in the browser."""
    home = Path(yaml.__file__).parent
    with zipfile.ZipFile(target, "w") as packed:
        for file in sorted(home.glob("*.py")):
            if file.name != "cyaml.py":  # the binding to its C half
                packed.write(file, f"yaml/{file.name}")
    return target


def build_runtime(out: Path) -> Path:
    """Make the runtime below a folder and give its path; unchanged inputs give the one that is there."""
    node, npm = node_tools()
    source = pyodide(npm)
    with tempfile.TemporaryDirectory() as scratch:
        work = Path(scratch)
        wheel = build_wheel(work / "dist")
        parts = [wheel, *(BROWSER / name for name in ("worker.js", "patterns.py", "package-lock.json"))]
        parts.append(ROOT / "requirements" / "browser.txt")
        parts += [HERE / name for name in ("compile.mjs", "precompile.py", "bundle.py", "runtime.py")]
        parts.append(Path(yaml.__file__))
        name = hashlib.sha256(b"".join(hashlib.sha256(p.read_bytes()).digest() for p in parts)).hexdigest()[:12]
        target = out / name
        if target.is_dir():
            return target
        fresh = out / f"{name}.part"
        shutil.rmtree(fresh, ignore_errors=True)
        fresh.mkdir(parents=True)
        for path in (wheel, BROWSER / "worker.js", *(source / n for n in FROM_NPM)):
            shutil.copy(path, fresh)
        compiled, own = work / "compiled", work / "own"
        for folder in (compiled, own):
            folder.mkdir()
        pastes = work / "pastes.json"
        pastes.write_text(json.dumps([c.text for c in read_captures()]), "utf-8")
        run(node, HERE / "compile.mjs", source, wheel, pure_yaml(work / "yaml.zip"), pastes, compiled, own)
        locks = source / "pyodide-lock.json", fresh / "pyodide-lock.json"
        packs = compiled, fresh / "python.zip", own, fresh / "own.zip"
        run(browser_python(), HERE / "bundle.py", wheel, *locks, *packs)
        fresh.rename(target)
    return target
