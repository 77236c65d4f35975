"""`make redos`: no pattern of the catalogue can be made slow. Every one goes through recheck; what it attacks is timed.

recheck calls a bounded repetition after a searched beginning polynomial. Such a pattern passes only where it is looked
for in a text of bounded length, and where its own attack, repeated to that length, does not grow worse than its square.
"""

# ruff: noqa: T201 (a command prints)
from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

from explainer.build.load import load
from explainer.build.runtime import node_tools
from explainer.index import SEARCHED

HERE = Path(__file__).parent / "recheck"
HOME = Path(__file__).parents[1] / "build" / "recheck"
LENGTH = 4_000  # characters of one log line that are looked at
INLINE_FLAGS = "(?-i:"  # recheck does not know them; RE2 and Python do


def patterns() -> list[tuple[str, str, str]]:
    """List every pattern as JavaScript writes it: id, source, flags."""
    found = []
    for name, layer in load().layers.items():
        for i, signal in enumerate(layer.fingerprint):
            for part, held in (("when", signal.when), ("unless", signal.unless)):
                for key, pattern in held.items():
                    source = pattern.replace("(?P<", "(?<").replace(INLINE_FLAGS, "(?:")
                    whole, caseless = key not in SEARCHED, source.startswith("(?i)")
                    source = source.removeprefix("(?i)")
                    source, flags = f"^(?:{source})$" if whole else source, "i" if whole or caseless else ""
                    found.append((f"{name}[{i}].{part}.{key}", source, flags))
    return found


def ask(asked: list[tuple[str, str, str]]) -> list[dict[str, str | None]]:
    """Run recheck over patterns, installing it first."""
    node, npm = node_tools()
    HOME.mkdir(parents=True, exist_ok=True)
    for file in ("package.json", "package-lock.json", "recheck.mjs"):
        shutil.copy(HERE / file, HOME / file)
    path = {**os.environ, "PATH": f"{Path(node).parent}{os.pathsep}{os.environ['PATH']}", "RECHECK_BACKEND": "pure"}
    install = [npm, "ci", "--prefix", str(HOME), "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"]
    subprocess.run(install, env=path, check=True, stdout=subprocess.DEVNULL)
    run = [node, str(HOME / "recheck.mjs")]
    done = subprocess.run(run, env=path, input=json.dumps(asked), capture_output=True, text=True, check=True)
    answers: list[dict[str, str | None]] = json.loads(done.stdout)
    return answers


def growth(pattern: str, attack: str) -> float:
    """Say by what power the time grows when an attack's length doubles, up to the length that is looked at."""
    text = (attack * (LENGTH // max(1, len(attack)) + 1))[:LENGTH]
    compiled = re.compile(pattern.replace("(?<", "(?P<"))

    def took(part: str) -> float:
        best = 1e9
        for _ in range(5):
            start = time.perf_counter()
            compiled.search(part)
            best = min(best, time.perf_counter() - start)
        return best

    return took(text) / max(took(text[: LENGTH // 2]), 1e-6)


def main() -> int:
    """Check every pattern; the exit status counts what is unsafe."""
    asked = patterns()
    sources = {id_: source for id_, source, _ in asked}
    unsafe = 0
    for answer in ask(asked):
        id_ = str(answer["id"])
        if answer["status"] == "safe":
            continue
        bounded = id_.rpartition(".")[2] in SEARCHED
        power = growth(sources[id_], answer["attack"]) if answer["attack"] else 1.0
        fine = bounded and answer["complexity"] != "exponential" and answer["error"] in (None, "timeout") and power < 5
        unsafe += not fine
        print(
            f"{'bounded' if fine else 'UNSAFE':8} {id_}: {answer['status']} {answer['complexity'] or answer['error']};"
            f" twice the length takes {power:.1f} times as long"
        )
    print(f"{len(asked)} patterns, {unsafe} unsafe")
    return min(unsafe, 100)


if __name__ == "__main__":
    sys.exit(main())
