"""Hands `re` the patterns as the build compiled them; runs in the browser once, before the package is imported.

Python compiles a pattern in Python, which takes a good part of the time until the first answer. What it comes to is a
list of numbers, good for one version of the engine: the table is made by the very Python that reads it. A pattern that
is not in it is compiled as ever.
"""

import _sre  # type: ignore[import-not-found]
from re import _compiler  # type: ignore[attr-defined]
from typing import Any

# By pattern and flags as they are asked for: what `_sre.compile` takes after the pattern, its code as 32-bit words.
from pattern_table import TABLE  # type: ignore[import-not-found]

as_ever = _compiler.compile


def compiled(pattern: Any, flags: int = 0) -> Any:
    """Do what `re._compiler.compile` does."""
    known = TABLE.get((pattern, int(flags))) if isinstance(pattern, str) else None
    if known is None:
        return as_ever(pattern, flags)
    all_flags, code, groups, by_name, by_number = known
    return _sre.compile(pattern, all_flags, memoryview(code).cast("I").tolist(), groups, by_name, by_number)


_compiler.compile = compiled
