"""Sorts a catalogue's signals by what must be there for them to hold, so that few are matched; matches none itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from explainer.catalogue import Catalogue, Signal

SEARCHED = (":body", ":text", ":log")  # keys whose patterns look for a part; all others match a whole value
Entry = tuple[int, str, Signal]  # the signal's place in the catalogue, its layer, itself


@dataclass(frozen=True, slots=True)
class Index:
    """The signals by a field that they ask for, by the texts that they need, and the few that may always hold."""

    fields: dict[str, list[Entry]] = field(default_factory=dict)
    texts: dict[str, list[tuple[tuple[str, ...], Entry]]] = field(default_factory=dict)
    rest: list[Entry] = field(default_factory=list)

    def candidates(self, fields: Iterable[str], texts: Mapping[str, str]) -> list[Entry]:
        """List the signals that may hold where there are these fields and texts, in the catalogue's order."""
        found = list(self.rest)
        for name in fields:
            found += self.fields.get(name, ())
        for key, text in texts.items():
            for needed, entry in self.texts.get(key, ()):
                for part in needed:
                    if part in text:
                        found.append(entry)
                        break
        return sorted(found, key=lambda entry: entry[0])


@lru_cache(maxsize=4)
def index(catalogue: Catalogue) -> Index:
    """Sort a catalogue's signals, once."""
    made, place = Index(), 0
    for name, layer in catalogue.layers.items():
        for signal in layer.fingerprint:
            entry, place = (place, name, signal), place + 1
            named = next((key for key in signal.when if key[0] != ":"), None)
            needed = {key: n for key, p in signal.when.items() if key in SEARCHED and (n := catalogue.needs.get(p))}
            if named is not None:
                made.fields.setdefault(named, []).append(entry)
            elif needed:
                key = next(iter(needed))
                made.texts.setdefault(key, []).append((needed[key], entry))
            else:
                made.rest.append(entry)
    return made
