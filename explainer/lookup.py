"""Finds codes, and layers' own errors, by what people call them: id, number, name or both."""

from __future__ import annotations

import re

from explainer.catalogue import Catalogue


def squeeze(words: str) -> str:
    """Reduce words to what they are compared by."""
    return re.sub(r"[^a-z0-9]+", " ", words.lower()).strip()


def find_registered(words: str, catalogue: Catalogue) -> str | None:
    """Find the number of a registered status that is no server error, by number, name or both: `404`, `not found`."""
    asked = re.sub(r"^(?:(?:error|http|status|code) )+", "", squeeze(words))
    for number, entry in catalogue.registered.items():
        if asked in (number, name := squeeze(entry.name), f"{number} {name}"):
            return number
    return None


def find_unregistered(words: str) -> int | None:
    """Read a number that could be a status, `529` or `error 529`; whether anybody knows it is the caller's question."""
    found = re.fullmatch(r"(?:(?:error|http|status|code) )*([1-5]\d\d)", squeeze(words))
    return int(found[1]) if found else None


def find_stack(words: str, catalogue: Catalogue) -> str | None:
    """Find a stack by its id, its name or how either begins, where only one does: `puma`, `node.js`, `postgres`."""
    asked = squeeze(words)
    named = {i: (squeeze(i), squeeze(stack.name)) for i, stack in catalogue.stacks.items()}
    begun = [i for i, names in named.items() if asked and any(name.startswith(asked) for name in names)]
    exact = [i for i, names in named.items() if asked in names]
    return exact[0] if exact else begun[0] if len(begun) == 1 else None


def find_errors(words: str, catalogue: Catalogue) -> list[tuple[str, str]]:
    """Find layers' own errors by what stands in a page or log: `500.19`, `HTTP Error 500.19`, `code=H12`, `IIS 500.19`.

    Gives the layer's id and the error as it writes it; more than one where several layers write the same.
    """
    asked, found = squeeze(words), []
    for id_, layer in catalogue.layers.items():
        filler = {"error", "http", "code", *squeeze(f"{id_} {layer.name}").split()}
        for error in layer.errors:
            before, named, after = f" {asked} ".rpartition(f" {squeeze(error)} ")
            if named and not after and set(before.split()) <= filler:
                found.append((id_, error))
    return found


def find_codes(words: str, catalogue: Catalogue) -> list[str]:
    """Find codes by id, number, name or both: `522`, `cloudflare/522`, `Error 522`, `bad gateway`."""
    asked = squeeze(words)
    known = catalogue.codes
    exact = [i for i in known if squeeze(i) == asked]
    if exact:
        return exact
    numbers = re.findall(r"(?<!\d)\d{3,4}(?!\d)", asked)
    if len(numbers) == 1:
        found = list(catalogue.with_number(int(numbers[0])))
        rest = set(asked.replace(numbers[0], " ").split()) - {"error", "http", "code", "status", "cloudflare"}
        named = {word for i in found for word in squeeze(known[i].name).split()}
        return found if rest <= named else []
    return [i for i in known if squeeze(known[i].name) == asked] if asked else []
