"""Runs inside Pyodide: explains the corpus to learn which modules that needs, and writes those compiled to `/out`.

What only an organisation's file needs goes to `/own`.

Sourceless `.pyc` with unchecked hashes, made by the very Python that will read them: no compiling at boot, neither of
modules nor of the patterns that most answers need (`browser/patterns.py`).
"""

import _sre  # type: ignore[import-not-found]
import importlib.util
import json
import re
import sys
import zipfile
from array import array
from collections.abc import Callable
from functools import partial
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]
from pathlib import Path
from types import CodeType
from typing import Any


class Noting:
    """The engine of `re`, which notes each pattern that it is given compiled: `TABLE` of `browser/patterns.py`."""

    def __init__(self) -> None:
        """Start with none."""
        self.asked, self.table = 0, dict[tuple[str, int], tuple[Any, ...]]()

    def __getattr__(self, name: str) -> Any:
        """Be the engine in all else."""
        return getattr(_sre, name)

    def compile(self, pattern: Any, flags: int, code: list[int], *rest: Any) -> Any:
        """Do what `_sre.compile` does."""
        if isinstance(pattern, str):
            self.table[pattern, self.asked] = (flags, array("I", code).tobytes(), *rest)
        return _sre.compile(pattern, flags, code, *rest)

    def asking(self, as_ever: Callable[[Any, int], Any], pattern: Any, flags: int = 0) -> Any:
        """Do what `re._compiler.compile` does."""
        self.asked = int(flags)  # the engine is given those inside the pattern too
        return as_ever(pattern, flags)


compiler: Any = re._compiler  # type: ignore[attr-defined]
compiler._sre = noted = Noting()
compiler.compile = partial(noted.asking, compiler.compile)

from explainer.answer import answer, check_own, masked  # noqa: E402

# Reached by rare paths only: errors' tracebacks, dates in Retry-After, odd encodings.
RARE = (
    "traceback",
    "linecache",
    "email.utils",
    "encodings.utf_8_sig",
    "encodings.cp437",
    "encodings.latin_1",
)
COMMON = 20  # pastes after which patterns are no longer noted: all of them would add a tenth to the archive
STDLIB, APP, YAML = f"/lib/python{sys.version_info[0]}{sys.version_info[1]}.zip", "/app.zip", "/yaml.zip"


def write_compiled(archive: str, names: list[str], out: str) -> None:
    """Compile members of an archive into a folder; what is not Python is copied."""
    with zipfile.ZipFile(archive) as packed:
        for name in names:
            write(packed.read(name), name, out, bare=archive == STDLIB)


def without_lines(code: CodeType) -> CodeType:
    """Drop the table that leads from instructions to lines: an eighth of the library, which nobody debugs in a page."""
    constants = tuple(without_lines(part) if isinstance(part, CodeType) else part for part in code.co_consts)
    return code.replace(co_consts=constants, co_linetable=b"")


def write(data: bytes, name: str, out: str, bare: bool = False) -> None:
    """Write one file into a folder, compiled if it is Python; `bare` without docstrings, assertions and lines."""
    target = Path(out) / name
    if name.endswith(".py"):
        code = compile(data, f"{STDLIB}/{name}", "exec", dont_inherit=True, optimize=2 if bare else 0)
        code = without_lines(code) if bare else code
        data = bytes(_code_to_hash_pyc(code, importlib.util.source_hash(data), checked=False))
        target = target.with_suffix(".pyc")
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(data)


for count, paste in enumerate(json.loads(Path("/pastes.json").read_text("utf-8"))):
    if count == COMMON:
        table = f"TABLE = {noted.table!r}"
    answer(paste)
    masked(paste)
for module in RARE:
    importlib.import_module(module)


def loaded() -> set[str]:
    """Tell which members of the standard library's archive have been imported so far."""
    origins = {getattr(m.__spec__, "origin", "") or "" for m in list(sys.modules.values()) if getattr(m, "__spec__", 0)}
    return {o.removeprefix(STDLIB + "/") for o in origins if o.startswith(STDLIB + "/")}


# What is tried and done without, and what Pyodide imports for what a page never does: installing packages, processes,
# sockets.
UNUSED = (
    "asyncio/base_subprocess", "asyncio/selector_events", "asyncio/unix_events", "bz2", "compression", "locale", "lzma",
    "random", "selectors", "ssl", "subprocess", "tempfile", "zipfile",
)  # fmt: skip
STAND_INS = {
    "asyncio/unix_events.py": (
        "from asyncio.events import _BaseDefaultEventLoopPolicy as _DefaultEventLoopPolicy; __all__ = ()"
    ),
    "subprocess.py": "PIPE, STDOUT, DEVNULL = -1, -2, -3",
    "tempfile.py": "NamedTemporaryFile = None",
    "zipfile.py": "class ZipFile: ...",
}
OF_THE_COMMAND = ("/", "__main__.py", "reference.py")  # folders, and what only the command uses
known = loaded()
needed = {name for name in known if not any(f"{name}/".startswith((f"{out}.py/", f"{out}/")) for out in UNUSED)}
write_compiled(STDLIB, sorted(needed), "/out")
for name, stand_in in STAND_INS.items():
    write(stand_in.encode(), name, "/out", bare=True)
with zipfile.ZipFile(APP) as wheel:
    mine = [n for n in wheel.namelist() if n.startswith("explainer/") and not n.endswith(OF_THE_COMMAND)]
write_compiled(APP, mine, "/out")
# What stands on the entries' pages alone: no answer shows it.
ON_PAGES = ("facts", "look_alikes", "observed", "see", "sources")
entries = json.loads(Path("/out/explainer/catalogue.json").read_text("utf-8"))
for kind in ("codes", "layers", "stacks"):
    for entry in entries[kind].values():
        entry.update((key, type(entry[key])()) for key in ON_PAGES if key in entry)
Path("/out/explainer/catalogue.json").write_text(
    json.dumps(entries, ensure_ascii=False, separators=(",", ":")), "utf-8"
)
write(table.encode(), "pattern_table.py", "/out")
write(Path("/patterns.py").read_bytes(), "patterns.py", "/out")

# An organisation's file needs more; it goes into an archive of its own. Read one with a problem: telling needs difflib.
sys.path.append(YAML)
check_own("layers:\n  x: {name: X, role: gatewy, fingerprint: []}\n")
write_compiled(STDLIB, sorted(loaded() - known), "/own")
with zipfile.ZipFile(YAML) as pure:
    write_compiled(YAML, pure.namelist(), "/own")
