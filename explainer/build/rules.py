"""The rules that span entries: citations, references, patterns, wording; what no type can say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

from explainer.catalogue import Catalogue, Code, Layer, Source, Stack
from explainer.strict import Problem, broken_patterns, nearest

Broken = Iterator[tuple[str, str, str]]  # key path, what was found, what is allowed


def broken_rules(catalogue: Catalogue, lines: Mapping[str, Mapping[str, int]]) -> list[Problem]:
    """Check every rule over every entry; `lines` gives the line of a key path in a file."""
    found = [
        (file, broken)
        for file, name, entry in catalogue.files()
        for rule in RULES[type(entry)]
        for broken in rule(catalogue, name, entry)
    ]
    return [
        Problem(file, line_of(lines.get(file, {}), key), key, what, allowed) for file, (key, what, allowed) in found
    ]


def line_of(lines: Mapping[str, int], key: str) -> int:
    """Find the line of a key path, or of the nearest one above it that is known."""
    while key and key not in lines:
        key = re.sub(r"(?:\.|^)[^.\[]*$|\[\d+\]$", "", key)
    return lines.get(key, 1)


def cited(entry: Code | Layer | Stack) -> Iterator[tuple[str, str]]:
    """Yield every citation of an entry with its key path."""
    if isinstance(entry, Code):
        yield from ((f"facts[{i}].source", fact.source) for i, fact in enumerate(entry.facts))
    elif isinstance(entry, Stack):
        yield from ((f"steps[{i}].source", step.source) for i, step in enumerate(entry.steps) if step.source)
    else:
        yield from ((f"fingerprint[{i}].source", signal.source) for i, signal in enumerate(entry.fingerprint))
        yield from ((f"answers[{i}].source", answer.source) for i, answer in enumerate(entry.answers))
        yield from ((f"timers[{i}].source", timer.source) for i, timer in enumerate(entry.timers))
        yield from ((f"errors.{error}.source", said.source) for error, said in entry.errors.items())
    for key in ("logs", "naming"):
        if said := getattr(entry, key, None):
            yield f"{key}.source", said.source


def sources_match(_: Catalogue, __: str, entry: Code | Layer | Stack) -> Broken:
    """Every citation names a source, and every source is cited."""
    used = set()
    for key, source in cited(entry):
        used.add(source)
        if source not in entry.sources:
            yield key, f"found the source '{source}'", nearest(source, sorted(entry.sources))
    for unused in sorted(set(entry.sources) - used):
        yield f"sources.{unused}", "found a source that nothing cites", "allowed: sources that a fact or signal cites"


def sources_dated(_: Catalogue, __: str, entry: Code | Layer | Stack) -> Broken:
    """A source has an address and a day."""
    for key, source in entry.sources.items():
        yield from well_formed(f"sources.{key}", source)


def well_formed(key: str, source: Source) -> Broken:
    """Check one source."""
    try:
        date.fromisoformat(source.checked)
    except ValueError:
        yield f"{key}.checked", f"found '{source.checked}'", "allowed: a day as 2026-11-24"
    wanted = "tests/captures/" if source.kind == "capture" else "https://"
    if not source.url.startswith(wanted) or " " in source.url:
        yield f"{key}.url", f"found '{source.url}'", f"allowed: an address that begins {wanted}"


def summary_short(_: Catalogue, __: str, entry: Code | Layer) -> Broken:
    """A summary is one sentence of at most 160 characters."""
    if len(entry.summary) > 160:
        yield "summary", f"found {len(entry.summary)} characters", "allowed: 160"
    if not entry.summary.endswith(".") or re.search(r"\.\s+[A-Z]", entry.summary):
        yield "summary", "found no or several sentences", "allowed: one sentence with its full stop"


def label_short(_: Catalogue, __: str, entry: Code) -> Broken:
    """A label fits the drawing."""
    if len(entry.label) > 40:
        yield "label", f"found {len(entry.label)} characters", "allowed: 40"


def codes_exist(catalogue: Catalogue, name: str, entry: Code) -> Broken:
    """Neighbours, generators and successors exist; a successor has not moved on itself."""
    for other in entry.see:
        if other not in catalogue.codes or other == name:
            yield f"see.{other}", f"found '{other}'", nearest(other, sorted(set(catalogue.codes) - {name}))
    for i, layer in enumerate(entry.generated_by):
        if layer not in catalogue.layers:
            yield f"generated_by[{i}]", f"found '{layer}'", nearest(layer, sorted(catalogue.layers))
    if entry.moved is not None:
        target = catalogue.codes.get(entry.moved)
        if target is None or target.moved is not None:
            yield "moved", f"found '{entry.moved}'", "allowed: an existing code id that has not moved itself"


def layers_exist(catalogue: Catalogue, name: str, entry: Layer) -> Broken:
    """Codes, look-alikes and assigners that a layer names exist."""
    named = [(f"answers[{i}].code", answer.code) for i, answer in enumerate(entry.answers)]
    named += [(f"timers[{i}].code", timer.code) for i, timer in enumerate(entry.timers) if timer.code]
    named += [(f"errors.{error}.code", said.code) for error, said in entry.errors.items()]
    for key, code in named:
        if code not in catalogue.codes:
            yield key, f"found '{code}'", nearest(code, sorted(catalogue.codes))
    for error in entry.errors:
        if not re.fullmatch(r"[\w.-]+", error):
            yield f"errors.{error}", f"found '{error}'", "allowed: letters, digits, `.`, `_` and `-`"
    for other in entry.look_alikes:
        if other not in catalogue.layers or other == name:
            yield f"look_alikes.{other}", f"found '{other}'", nearest(other, sorted(set(catalogue.layers) - {name}))
    assigners = sorted({code.split("/")[0] for code in catalogue.codes})
    for i, signal in enumerate(entry.fingerprint):
        if signal.assigner is not None and signal.assigner not in assigners:
            yield f"fingerprint[{i}].assigner", f"found '{signal.assigner}'", nearest(signal.assigner, assigners)


def steps_lead_somewhere(catalogue: Catalogue, name: str, entry: Stack) -> Broken:
    """A stack's codes exist, and it says where it logs, either itself or as the layer of its id."""
    for i, step in enumerate(entry.steps):
        for j, code in enumerate(step.codes):
            if code not in catalogue.codes:
                yield f"steps[{i}].codes[{j}]", f"found '{code}'", nearest(code, sorted(catalogue.codes))
    layer = catalogue.layers.get(name)
    if (entry.logs is None) != (layer is not None and layer.logs is not None):
        where = f"codes/layers/{name}.yml" if layer else "this file"
        yield "logs", "found it twice or nowhere", f"required: once, in {where}"


def patterns_sound(_: Catalogue, __: str, entry: Layer) -> Broken:
    """Patterns are sound, and one that reads a number has a group for it."""
    for i, signal in enumerate(entry.fingerprint):
        for key, found, allowed in broken_patterns(signal.when, signal.unless):
            yield f"fingerprint[{i}].{key}", found, allowed
        field, pattern = next(iter(signal.when.items()), ("", ""))
        if signal.assigner and "(" not in pattern:
            allowed = "allowed with `assigner`: a pattern whose first group is the number"
            yield f"fingerprint[{i}].when.{field}", f"found '{pattern}'", allowed


RULES: Mapping[type, tuple[Callable[[Catalogue, str, Any], Broken], ...]] = {
    Code: (sources_match, sources_dated, summary_short, label_short, codes_exist),
    Layer: (sources_match, sources_dated, summary_short, layers_exist, patterns_sound),
    Stack: (sources_match, sources_dated, steps_lead_somewhere),
}
