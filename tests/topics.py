"""Prints which page or tool answers each topic that the guide must cover: `python -m tests.topics`.

`topics.yml` names a topic, where it is answered, and words that must stand there: a topic is ticked by a section that
speaks of it, not by a link. The exit status is 1 if one is not answered.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from functools import cache
from html import unescape
from pathlib import Path

import yaml

ROOT = Path(__file__).parents[1]
TOPICS = Path(__file__).parent / "topics.yml"


@dataclass(frozen=True, slots=True)
class Topic:
    """One topic: its group, its words, the place that answers it (`502/#check-first`) and what must stand there."""

    group: str
    says: str
    place: str
    words: tuple[str, ...]


def topics() -> list[Topic]:
    """Read the list; each item is the topic, the place, and the words if the topic's own do not do."""
    groups = yaml.safe_load(TOPICS.read_text("utf-8"))
    return [
        Topic(group, str(says), place, tuple(map(str, words)) or (str(says),))
        for group, items in groups.items()
        for says, place, *words in items
    ]


@cache
def article(path: Path) -> str:
    """Give the article of a built page, as HTML; a page of another make has none."""
    found = re.search(r"<article.*?</article>", path.read_text("utf-8"), re.DOTALL)
    return found[0] if found else ""


def missing(topic: Topic, site: Path) -> str | None:
    """Say what a topic's place lacks, or None; from the anchor on, if it names one."""
    page, _, anchor = topic.place.partition("#")
    path = site / page / "index.html" if page.endswith("/") or not page else site / page
    if not path.exists():
        return "no such page"
    html = article(path).lower()
    if anchor:
        at = re.search(rf'\bid="?{re.escape(anchor.lower())}["\s>]', html)
        if not at:
            return f"no anchor {anchor}"
        level = re.match(r"<h(\d)", html[html.rfind("<", 0, at.start()) :])
        end = re.compile(rf"<h[1-{level[1]}]\b").search(html, at.end()) if level else None
        html = html[at.start() : end.start() if end else None]
    text = unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", html)))
    lacking = [word for word in topic.words if word.lower() not in text]
    return f"does not say {', '.join(map(repr, lacking))}" if lacking else None


def main() -> int:
    """Print the table of the site that was built last."""
    group, wrong = "", 0
    for topic in topics():
        if topic.group != group:
            group = topic.group
            print(f"\n{group}")
        lack = missing(topic, ROOT / "site")
        wrong += lack is not None
        print(f"  {'✕' if lack else '✓'} {topic.says:<58.58} {topic.place:<40}{lack or ''}".rstrip())
    print(f"\n{len(topics()) - wrong} of {len(topics())} topics answered.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
