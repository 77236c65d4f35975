"""Runs inside Pyodide: explains the corpus to learn which modules that needs, and writes those compiled to `/out`.

What only an organisation's file needs goes to `/own`.

Sourceless `.pyc` with unchecked hashes, made by the very Python that will read them: no compiling at boot.
"""

import importlib.util
import json
import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]
from pathlib import Path

from explainer.answer import answer, check_own

# Reached by rare paths only: errors' tracebacks, dates in Retry-After, odd encodings.
RARE = (
    "traceback",
    "linecache",
    "email.utils",
    "encodings.utf_8_sig",
    "encodings.cp437",
    "encodings.latin_1",
    "encodings.idna",
)
STDLIB, APP, YAML = f"/lib/python{sys.version_info[0]}{sys.version_info[1]}.zip", "/app.zip", "/yaml.zip"


def write_compiled(archive: str, names: list[str], out: str) -> None:
    """Compile members of an archive into a folder; what is not Python is copied."""
    with zipfile.ZipFile(archive) as packed:
        for name in names:
            data, target = packed.read(name), Path(out) / name
            if name.endswith(".py"):
                code = compile(data, f"{STDLIB}/{name}", "exec", dont_inherit=True, optimize=0)
                data = bytes(_code_to_hash_pyc(code, importlib.util.source_hash(data), checked=False))
                target = target.with_suffix(".pyc")
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(data)


for paste in json.loads(Path("/pastes.json").read_text("utf-8")):
    answer(paste)
for module in RARE:
    importlib.import_module(module)


def loaded() -> set[str]:
    """Tell which members of the standard library's archive have been imported so far."""
    origins = {getattr(m.__spec__, "origin", "") or "" for m in list(sys.modules.values()) if getattr(m, "__spec__", 0)}
    return {o.removeprefix(STDLIB + "/") for o in origins if o.startswith(STDLIB + "/")}


needed = loaded()
write_compiled(STDLIB, sorted(needed), "/out")
with zipfile.ZipFile(APP) as wheel:
    mine = [n for n in wheel.namelist() if n.startswith("explainer/") and not n.endswith(("/", "__main__.py"))]
write_compiled(APP, mine, "/out")

# An organisation's file needs more; it goes into an archive of its own. Read one with a problem: telling needs difflib.
sys.path.append(YAML)
check_own("layers:\n  x: {name: X, role: gatewy, fingerprint: []}\n")
write_compiled(STDLIB, sorted(loaded() - needed), "/own")
with zipfile.ZipFile(YAML) as pure:
    write_compiled(YAML, pure.namelist(), "/own")
