"""Reads what stands above a page of the guide, strictly: its title, its description, the sources that it cites."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from explainer.catalogue import Source
from explainer.strict import CatalogueError, Problem, read_entry

ROOT = Path(__file__).parents[2]
PLACES = ("docs/**/*.md", "overrides/entries/*.md")


@dataclass(frozen=True, slots=True, kw_only=True)
class Front:
    """The keys that a page may have."""

    title: Annotated[str, "as a search engine shows it"]
    description: Annotated[str, "one sentence, at most 160 characters"]
    sources: Annotated[tuple[Source, ...], "every outside address that the page links to"] = ()
    hide: Annotated[tuple[str, ...], "parts of the theme's frame that the page does without"] = ()
    search: Annotated[Mapping[str, str], "the theme's `boost`"] = field(default_factory=dict)


def read_fronts(root: Path = ROOT) -> dict[str, Front]:
    """Read every page below a folder, by its path; a template that fills its own front in from an entry has none.

    Raises CatalogueError with every problem of every page.
    """
    fronts, problems = {}, []
    for path in sorted(p for place in PLACES for p in root.glob(place)):
        file, text = path.relative_to(root).as_posix(), path.read_text("utf-8")
        head = text.partition("\n---\n")[0].removeprefix("---")  # the empty first line keeps the numbers of the lines
        if "{{" in head:
            continue
        front, reader = read_entry(Front, head, file)
        problems += reader.problems
        if isinstance(front, Front):
            fronts[file] = front
            if len(front.description) > 160:
                found = f"found {len(front.description)} characters"
                problems.append(Problem(file, reader.lines["description"], "description", found, "allowed: 160"))
    if problems:
        raise CatalogueError(problems)
    return fronts


def host(url: str) -> str:
    """Name where a source was read: its host; of a file in a repository which one, so that lists can be told apart."""
    if "://" not in url:
        return "a capture of this project"
    name = url.split("/")[2].removeprefix("www.")
    if name == "github.com" and "/blob/" in url:
        parts = url.partition("#")[0].split("/")
        return f"{parts[4]}: {parts[-1]}"
    return name


def cited(source: Source) -> str:
    """Write a source as a list's item in Markdown."""
    place = f"[{host(source.url)}]({source.url})" if "://" in source.url else f"`{source.url}`"
    return f"- {place}, {source.kind.replace('-', ' ')}, read {source.checked}\n"


def foot(sources: list[Mapping[str, object]]) -> str:
    """Write the list of sources at a page's foot, from its `sources` as MkDocs read them."""
    if not sources:
        return ""
    read = [Source(**{key: str(value) for key, value in source.items()}) for source in sources]  # type: ignore[arg-type]
    return "\n\n## Sources { data-search-exclude }\n\n" + "".join(map(cited, read))
