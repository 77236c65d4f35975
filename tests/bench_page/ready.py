"""Lays the site and the page it is measured against side by side in one folder, compressed as a release is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from explainer.build.compress import compress
from explainer.build.runtime import node_tools, pyodide

ROOT = Path(__file__).parents[2]
STOCK = Path(__file__).parent / "stock"
FROM_NPM = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")


def lay_ready() -> Path:
    """Build the site and give a folder with a copy of it, and the stock page as `stock/`.

    All but the stock page's HTML stands below `assets/py/`, where every file is kept for ever.
    """
    subprocess.run([sys.executable, "-m", "explainer.build", "site"], cwd=ROOT, check=True)
    folder = ROOT / "build" / "bench"
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "site", folder, copy_function=os.link)
    files = folder / "assets" / "py" / "stock"
    files.mkdir()
    npm = pyodide(node_tools()[1])
    for name in FROM_NPM:
        shutil.copy(npm / name, files)
    for script in STOCK.glob("*.js"):
        shutil.copy(script, files)
    wheel = next((ROOT / "build" / "runtime" / "current").glob("*.whl"))
    shutil.copy(wheel, files)
    page = (STOCK / "index.html").read_text("utf-8").replace("WHEEL", wheel.name)
    (folder / "stock").mkdir()
    (folder / "stock" / "index.html").write_text(page, "utf-8")
    compress(folder, ROOT / "build" / "compressed")
    return folder
