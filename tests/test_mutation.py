"""Mutations of the data: what is dropped, widened or swapped in the catalogue shows in some verdict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise

import pytest

from explainer.build.captures import read_captures
from explainer.catalogue import Catalogue, Layer, Signal
from explainer.evidence import Subject, holds
from tests.verdicts import KEPT, line, subject

WANTED = KEPT.read_text("utf-8").splitlines()
CORPUS = read_captures()


@pytest.fixture(scope="module")
def subjects() -> list[Subject]:
    """Lay the corpus out once."""
    return [subject(c.text) for c in CORPUS]


def test_verdicts_are_as_kept(catalogue: Catalogue) -> None:
    """Every verdict is the one that somebody has read and meant; `python -m tests.verdicts` writes the list anew."""
    assert [line(c, catalogue) for c in CORPUS] == WANTED


def with_signals(catalogue: Catalogue, name: str, signals: tuple[Signal, ...]) -> Catalogue:
    """Change one layer's fingerprint."""
    layers: Mapping[str, Layer] = {**catalogue.layers, name: replace(catalogue.layers[name], fingerprint=signals)}
    return replace(catalogue, layers=layers)


def shows(changed: Catalogue, touched: list[int]) -> bool:
    """Tell whether a changed catalogue gives another verdict on one of the captures that it touches."""
    return any(line(CORPUS[i], changed) != WANTED[i] for i in touched)


def test_dropped_signals_show(catalogue: Catalogue, subjects: list[Subject]) -> None:
    """Dropping any signal changes a verdict, except for those that always stand beside a stronger one."""
    silent = []
    for name, layer in catalogue.layers.items():
        for i, signal in enumerate(layer.fingerprint):
            touched = [n for n, s in enumerate(subjects) if holds(signal, s) is not None]
            rest = layer.fingerprint[:i] + layer.fingerprint[i + 1 :]
            if not shows(with_signals(catalogue, name, rest), touched):
                silent.append(f"{name}[{i}]")
    assert len(silent) <= 0.05 * sum(len(layer.fingerprint) for layer in catalogue.layers.values()), silent


def test_widened_patterns_show(catalogue: Catalogue, subjects: list[Subject]) -> None:
    """Widening a signal's first pattern to anything changes a verdict."""
    silent = []
    for name, layer in catalogue.layers.items():
        for i, signal in enumerate(layer.fingerprint):
            key = next(iter(signal.when))
            if signal.assigner:
                continue  # such a pattern needs its group
            wide = replace(signal, when={**signal.when, key: ".*"})
            touched = [n for n, s in enumerate(subjects) if (holds(wide, s) is None) != (holds(signal, s) is None)]
            signals = (*layer.fingerprint[:i], wide, *layer.fingerprint[i + 1 :])
            if touched and not shows(with_signals(catalogue, name, signals), touched[:200]):
                silent.append(f"{name}[{i}].{key}")
    assert len(silent) <= 0.1 * sum(len(layer.fingerprint) for layer in catalogue.layers.values()), silent


def test_swapped_layers_show(catalogue: Catalogue) -> None:
    """Two layers that trade their fingerprints change verdicts."""
    names = [n for n, layer in catalogue.layers.items() if layer.fingerprint and n not in ("application", "client")]
    for one, other in pairwise(names):
        swapped = with_signals(catalogue, one, catalogue.layers[other].fingerprint)
        swapped = with_signals(swapped, other, catalogue.layers[one].fingerprint)
        touched = [n for n, c in enumerate(CORPUS) if {one, other} & {*c.path, c.generator}]
        assert shows(swapped, touched), (one, other)
