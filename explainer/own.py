"""An organisation's own part: layers by their own fields, and its names for who acts; needs PyYAML to read the file.

The file is YAML with two parts, both optional: `layers`, by an id of one's own, and `owners`. What it says is added to
the catalogue for one run, or for one's own site; nothing of it is sent anywhere.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated

from explainer.catalogue import Catalogue, Layer, Owner, Role, Says, Signal, Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnSignal:
    """One line of an own layer's fingerprint, as in the catalogue, without a source."""

    when: Annotated[Mapping[str, str], "field name or `:body`, `:log`, … to an RE2 pattern"]
    unless: Annotated[Mapping[str, str], "the same; any match keeps the signal silent"] = field(default_factory=dict)
    says: Annotated[Says, "what it shows the layer to have done"] = "handled"
    strength: Annotated[Strength, "how surely"] = "strong"
    why: Annotated[str, "one sentence shown to the reader"] = "A sign of its own that your organisation describes."


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnLayer:
    """A layer of the organisation's own path."""

    name: Annotated[str, "as your teams call it"]
    role: Annotated[Role, "where on the path it stands"]
    owner: Annotated[Owner, "who runs it"] = "platform"
    fingerprint: Annotated[tuple[OwnSignal, ...], "how it shows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnTeam:
    """How one kind of owner is called here, and how to reach them."""

    name: Annotated[str, "the team's name"]
    contact: Annotated[str | None, "a channel, an address, a telephone number"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """The whole file."""

    layers: Annotated[Mapping[str, OwnLayer], "by an id of your own"] = field(default_factory=dict)
    owners: Annotated[Mapping[Owner, OwnTeam], "your names for who acts"] = field(default_factory=dict)


def usual_place() -> Path:
    """Give the place where the file is looked for unasked: `5xx/own.yml` in the user's configuration."""
    return Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config") / "5xx" / "own.yml"


def extended(catalogue: Catalogue, text: str, file: str) -> Catalogue:
    """Add an organisation's file to a catalogue; an own layer with a known id takes its place.

    Raises CatalogueError with every problem of the file, and ImportError where PyYAML is missing.
    """
    from explainer.strict import CatalogueError, Problem, broken_patterns, read_entry

    own, reader = read_entry(Own, text, file)
    problems = list(reader.problems)
    if own is not None and not problems:
        for name, layer in own.layers.items():
            for i, signal in enumerate(layer.fingerprint):
                for key, found, allowed in broken_patterns(signal.when, signal.unless):
                    where = f"layers.{name}.fingerprint[{i}].{key}"
                    problems.append(Problem(file, reader.lines.get(where, 1), where, found, allowed))
    if problems:
        raise CatalogueError(problems)
    layers = {name: as_layer(layer) for name, layer in own.layers.items()}
    owners = {o: f"{t.name} ({t.contact})" if t.contact else t.name for o, t in own.owners.items()}
    return replace(catalogue, layers={**catalogue.layers, **layers}, owners={**catalogue.owners, **owners})


def as_layer(own: OwnLayer) -> Layer:
    """Make a layer of the catalogue's form."""
    signals = tuple(
        Signal(when=s.when, unless=s.unless, says=s.says, strength=s.strength, why=s.why, source="own")
        for s in own.fingerprint
    )
    return Layer(
        name=own.name,
        role=own.role,
        owner=own.owner,
        url="",
        summary="A layer of your own.",
        fingerprint=signals,
        sources={},
    )
