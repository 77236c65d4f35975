"""Compiles the catalogue's YAML into the wheel as `explainer/catalogue.json`; the hook that hatchling calls."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

ROOT = Path(__file__).parents[2]


def compile_catalogue() -> str:
    """Read every entry and write the catalogue's JSON form, in the entries' own order, which means something.

    Raises CatalogueError with every problem of every entry.
    """
    if str(ROOT) not in sys.path:  # hatchling runs this file by its path, before the package is installed
        sys.path.insert(0, str(ROOT))
    from explainer.build.load import load_with_own
    from explainer.catalogue import as_plain

    return json.dumps(as_plain(load_with_own()), ensure_ascii=False, separators=(",", ":"))


class CatalogueHook(BuildHookInterface[Any]):
    """Adds the compiled catalogue to the wheel."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Compile before the wheel is packed; an editable install finds it beside the package instead."""
        target = ROOT / ("explainer" if version == "editable" else "build") / "catalogue.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(compile_catalogue(), "utf-8")
        if version != "editable":
            build_data["force_include"][str(target)] = "explainer/catalogue.json"
