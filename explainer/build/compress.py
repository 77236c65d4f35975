"""Writes `.br` and `.gz` beside each file of a built site that is worth it, for servers that send what lies ready."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Callable
from functools import partial
from pathlib import Path

import brotli  # type: ignore[import-untyped]

SUFFIXES = {".br", ".gz"}
KINDS = {
    ".css",
    ".html",
    ".js",
    ".json",
    ".mjs",
    ".svg",
    ".txt",
    ".wasm",
    ".xml",
    ".yml",
    ".zip",
}  # python.zip is stored
LEAST = 600  # bytes; less travels in one packet anyway
DENSE = 11  # brotli's level for what is kept for ever, and sent often; pages, which are many, get a quicker one
QUICK = 9


def compress(site: Path, cache: Path) -> tuple[int, int, int]:
    """Compress a site in place; gives the bytes of the files, of their `.br` and of their `.gz`.

    `cache` keeps the results by content, since the runtime takes most of a minute and seldom changes. Files that shrink
    by less than a tenth get none.
    """
    plain = small = medium = 0
    for file in sorted(site.rglob("*")):
        if file.suffix in SUFFIXES:
            file.unlink()
    for file in sorted(site.rglob("*")):
        if file.suffix not in KINDS or not file.is_file() or file.stat().st_size < LEAST:
            continue
        data = file.read_bytes()
        level = DENSE if "assets" in file.relative_to(site).parts else QUICK
        br = kept(cache, data, f"br{level}", partial(brotli.compress, data, quality=level))
        if len(br) > len(data) * 0.9:
            continue
        gz = kept(cache, data, "gz9", partial(gzip.compress, data, 9, mtime=0))
        file.with_name(file.name + ".br").write_bytes(br)
        file.with_name(file.name + ".gz").write_bytes(gz)
        plain, small, medium = plain + len(data), small + len(br), medium + len(gz)
    return plain, small, medium


def kept(cache: Path, data: bytes, how: str, make: Callable[[], bytes]) -> bytes:
    """Give the result for these bytes, made once."""
    place = cache / f"{hashlib.sha256(data).hexdigest()}.{how}"
    if not place.exists():
        cache.mkdir(parents=True, exist_ok=True)
        place.write_bytes(make())
    return place.read_bytes()
