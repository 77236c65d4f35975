"""Completes the site's search with the entries' log lines and own errors, and keeps its index for when it is asked.

The browser's half is `explainer/browser/search-worker.js`.
"""

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


def complete(catalogue: Catalogue, index: Path) -> None:
    """Add what the catalogue knows to the theme's entries, and move all into `entries.json` beside the index.

    The theme reads the index at every load of a page; it keeps the settings alone.
    """
    found = json.loads(index.read_text("utf-8"))
    write(index.with_name("entries.json"), [*found["docs"], *entries(catalogue)])
    write(index, found | {"docs": []})


def entries(catalogue: Catalogue) -> Iterator[dict[str, str | int]]:
    """Yield an entry for each logged line and own error: as its title, where a hit weighs most.

    A logged line leads to the code that the reader sees, an own error to its row on the layer's page.
    """
    for code in catalogue.codes:
        for anchor, layer, answer in answers_of_code(code, catalogue):
            if answer.log:
                title = f"{catalogue.layers[layer].name} logs: {answer.log}"
                yield {"location": f"{address(code)}#{anchor}", "title": title, "text": answer.to, "boost": 2}
    for id_, described in catalogue.layers.items():
        for error, said in described.errors.items():
            title, number = f"{described.name}: {error}", said.code.partition("/")[2]
            text = f"{number}: {said.means} {said.do}"
            yield {"location": f"layers/{id_}/#{error}", "title": title, "text": text, "boost": 2}


def write(file: Path, value: object) -> None:
    """Write JSON without spaces."""
    file.write_text(json.dumps(value, ensure_ascii=False, separators=(",", ":")), "utf-8")
