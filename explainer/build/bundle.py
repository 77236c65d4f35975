"""Packs the compiled files and adds the wheel to a lock file, with pyodide-build; runs in an environment of its own.

    python bundle.py WHEEL LOCK_IN LOCK_OUT FOLDER ZIP [FOLDER ZIP …]

PyPI's newest pyodide-build for Python 3.11 is 0.25.1, which packs zip files but cannot read the lock file of Pyodide
314; for Python 3.12 and later it is the other way round. So one half of this file uses it on either. Both halves
write the same bytes.
"""

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

OLD = sys.version_info < (3, 12)


def pack(folder: Path, target: Path) -> None:
    """Pack a folder, stored: whoever serves it compresses it better than a zip does."""
    if OLD:
        from pyodide_build.pyzip import create_zipfile  # type: ignore[import-not-found]

        with tempfile.TemporaryDirectory() as scratch:
            made = Path(scratch) / "made.zip"
            create_zipfile([folder], output=made, compression_level=0)  # its filter argument fails in 0.25.1
            with zipfile.ZipFile(made) as packed:
                members = {n: packed.read(n) for n in packed.namelist() if not n.endswith("/")}
        left_out = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()} - set(members)
        if left_out:
            sys.exit(f"pyodide-build left files out: {sorted(left_out)}")
    else:
        members = {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as packed:
        for name in sorted(members):  # one order and one date, so that equal files give equal bytes
            packed.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), members[name])


def lock(wheel: Path, before: Path, after: Path) -> None:
    """Write a lock file that holds the wheel alone, with its hash."""
    empty = {"info": json.loads(before.read_text("utf-8"))["info"], "packages": {}}
    if OLD:
        name, version = wheel.name.split("-")[:2]
        entry = {
            "name": name.replace("_", "-"), "version": version, "file_name": wheel.name, "install_dir": "site",
            "sha256": hashlib.sha256(wheel.read_bytes()).hexdigest(), "package_type": "package",
            "imports": ["explainer"], "depends": [], "unvendored_tests": False,
        }  # fmt: skip
        made = empty | {"packages": {entry["name"]: entry}}
    else:
        with tempfile.TemporaryDirectory() as scratch:
            base, mini = Path(scratch), Path(scratch) / "pyodide-lock.json"
            mini.write_text(json.dumps(empty), "utf-8")
            copy = shutil.copy(wheel, base)
            command = [sys.executable, "-m", "pyodide_cli", "lockfile", "add-wheels", "--ignore-missing-dependencies"]
            subprocess.run(
                [*command, "--input", str(mini), "--output", str(mini), "--base-path", scratch, str(copy)], check=True
            )
            made = json.loads(mini.read_text("utf-8"))
        for entry in made["packages"].values():
            entry["depends"] = []  # click is for the command line, which the browser does not run
            entry.pop("tool", None)
        made.pop("tool", None)
    after.write_text(json.dumps(made, indent=1, sort_keys=True) + "\n", "utf-8")


if __name__ == "__main__":
    built, lock_in, lock_out, *packs = map(Path, sys.argv[1:])
    for source, packed in zip(packs[::2], packs[1::2], strict=True):
        pack(source, packed)
    lock(built, lock_in, lock_out)
