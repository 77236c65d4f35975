"""Links modules of the browser's half into one classic script, as a bundler does: on a disk none can import another."""

from __future__ import annotations

import re
from collections.abc import Callable

# The forms that the browser's half and Pyodide's two files use; any other is refused.
IMPORT = re.compile(r'^import (?:(\w+)|\{ ([\w, ]+) \}) from "\./([\w.]+)";$', re.MULTILINE)
LATER = re.compile(r'\bimport\("\./([\w.]+)"\)')
DECLARED = re.compile(r"^export (?=(?:async )?(?:function|const|class) (\w+))", re.MULTILINE)
LISTED = re.compile(r"\bexport ?\{([\w$, ]+)\};")
DEFAULT = re.compile(r"\bexport default (\w+);")
LEFT = re.compile(r"^(?:import|export)\b.*|\bimport\.meta\b", re.MULTILINE)


def linked(name: str, read: Callable[[str], str], folder: str) -> str:
    """Give a module as an expression that runs it and gives its exports, as if it had been served below `folder`.

    Raises ValueError where the module imports or exports in a form that is not known here.
    """
    code = read(name).replace("import.meta.url", f'"{folder}{name}"')
    given: list[str] = []

    def bring(found: re.Match[str]) -> str:
        default, listed, other = found.groups()
        names = f"default: {default}" if default else listed.replace(" as ", ": ")
        return f"const {{ {names} }} = {linked(other, read, folder)};"

    def listing(found: re.Match[str]) -> str:
        given.extend(": ".join(reversed(part.strip().split(" as "))) for part in found[1].split(","))
        return ""

    def declared(found: re.Match[str]) -> str:
        given.append(found[1])
        return ""

    def default(found: re.Match[str]) -> str:
        given.append(f"default: {found[1]}")
        return ""

    for pattern, replace in ((DECLARED, declared), (LISTED, listing), (DEFAULT, default)):
        code = pattern.sub(replace, code)
    if left := LEFT.search(IMPORT.sub("", code)):
        raise ValueError(f"{name} cannot be linked into one file: {left[0][:80]}")
    code = IMPORT.sub(bring, code)
    code = LATER.sub(lambda found: f"Promise.resolve({linked(found[1], read, folder)})", code)
    return f'(() => {{ "use strict";\n{code}\nreturn {{ {", ".join(given)} }};\n}})()'
