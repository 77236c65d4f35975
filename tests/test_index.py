"""Looking before searching: the index of signals leaves out none that would hold."""

from __future__ import annotations

import re

import pytest

from explainer.build.captures import Capture
from explainer.build.needs import needs
from explainer.catalogue import Catalogue
from explainer.evidence import Subject, holds
from explainer.index import index
from explainer.logs import log_lines
from explainer.message import parse
from explainer.verdict import explained

# pattern: what it cannot match without
NEEDS = {
    "upstream timed out": ("upstream timed out",),
    r"\bH(10|12)\b code=(H10|H12)": (" code=",),
    "ab|abcd": (),
    "abcd|efgh": ("abcd", "efgh"),
    "abc(de)?": ("abc",),
    "(abc){2,3}x": ("abc",),
    "(?i)abcdef": (),
    "(?i:abcdef)xyz": ("xyz",),
    r"\d{3} Bad \S+ Gateway": (" Gateway",),
    "^$": (),
}


@pytest.mark.parametrize("pattern", NEEDS)
def test_needs(pattern: str) -> None:
    """The texts that a pattern cannot match without are read off its parts."""
    assert needs(pattern) == NEEDS[pattern]


def test_every_need_is_met(catalogue: Catalogue, captures: tuple[Capture, ...]) -> None:
    """Whatever a pattern matches in the corpus holds one of its needs."""
    text = "\n".join(capture.text for capture in captures)
    for pattern, needed in catalogue.needs.items():
        found = re.search(pattern, text)
        assert found is None or any(part in found[0] for part in needed), pattern


def test_index_leaves_out_nothing(catalogue: Catalogue, captures: tuple[Capture, ...]) -> None:
    """On every capture, each signal that holds is among the candidates of the index."""
    for capture in captures:
        paste = parse(capture.text)
        response = explained(paste)
        subject = Subject(response, [] if response else paste.curl_errors, log_lines(paste))
        candidates = {place for place, _, _ in index(catalogue).candidates(subject.values, subject.texts)}
        signals = [(n, s) for n, layer in catalogue.layers.items() for s in layer.fingerprint]
        missed = [n for i, (n, s) in enumerate(signals) if i not in candidates and holds(s, subject) is not None]
        assert not missed, capture.id
