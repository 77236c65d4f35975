"""Runs inside Pyodide: explains the corpus to learn which modules that needs, and writes those compiled to `/out`.

Sourceless `.pyc` with unchecked hashes, made by the very Python that will read them: no compiling at boot.
"""

import importlib.util
import json
import sys
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc  # type: ignore[attr-defined]
from pathlib import Path

from explainer.page import answer

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
STDLIB, APP = f"/lib/python{sys.version_info[0]}{sys.version_info[1]}.zip", "/app.zip"


def write_compiled(archive: str, names: list[str]) -> None:
    """Compile members of an archive to the output; what is not Python is copied."""
    with zipfile.ZipFile(archive) as packed:
        for name in names:
            data, target = packed.read(name), Path("/out") / name
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

origins = {
    getattr(m.__spec__, "origin", None) or "" for m in list(sys.modules.values()) if getattr(m, "__spec__", None)
}
needed = sorted(o.removeprefix(STDLIB + "/") for o in origins if o.startswith(STDLIB + "/"))
write_compiled(STDLIB, needed)
with zipfile.ZipFile(APP) as wheel:
    own = [n for n in wheel.namelist() if n.startswith("explainer/") and not n.endswith(("/", "__main__.py"))]
write_compiled(APP, own)
