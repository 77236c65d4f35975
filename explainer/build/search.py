"""Adds every log line that an entry quotes to the site's search, so that it leads to the code that the reader sees."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from explainer.catalogue import Answer, Catalogue
from explainer.words import address


def answers_of_code(code: str, catalogue: Catalogue) -> Iterator[tuple[str, str, Answer]]:
    """Yield what a page's table of answers shows: the row's anchor, the layer's id and its answer with that code."""
    for layer, described in catalogue.layers.items():
        for n, answer in enumerate(described.answers, 1):
            if answer.code == code:
                yield f"{layer}-{n}", layer, answer


def add_log_lines(catalogue: Catalogue, index: Path) -> None:
    """Give each logged line an entry of its own in the theme's index: as its title, where a hit weighs most."""
    found = json.loads(index.read_text("utf-8"))
    for code in catalogue.codes:
        for anchor, layer, answer in answers_of_code(code, catalogue):
            if answer.log:
                title = f"{catalogue.layers[layer].name} logs: {answer.log}"
                entry = {"location": f"{address(code)}#{anchor}", "title": title, "text": answer.to, "boost": 2}
                found["docs"].append(entry)
    index.write_text(json.dumps(found, ensure_ascii=False, separators=(",", ":")), "utf-8")
