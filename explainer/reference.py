"""Lays out what the catalogue holds by name: codes, layers' own errors, other statuses; as text, Markdown, JSON."""

from __future__ import annotations

import json
import textwrap
from dataclasses import fields

from explainer.advice import steps_on
from explainer.catalogue import Catalogue, as_plain
from explainer.render import listed, on_stack, plain, step_as_text
from explainer.words import CLASS, RETRY, ROLE, address, who


def codes_as_json(ids: list[str], catalogue: Catalogue) -> str:
    """Write codes as the API files do."""
    return json.dumps([code_as_dict(i, catalogue) for i in ids], ensure_ascii=False, indent=2, sort_keys=True)


def code_as_dict(code: str, catalogue: Catalogue) -> dict[str, object]:
    """Give a code's public form: every key present, unknown null, none an empty list."""
    entry = catalogue.codes[code]
    assigner, number = code.split("/")
    full = {f.name: as_plain(getattr(entry, f.name), whole=True) for f in fields(entry)}
    return {"schema_version": 1, "id": code, "assigner": assigner, "number": int(number), "path": address(code), **full}


def code_as_text(code: str, catalogue: Catalogue, width: int = 100, stack: str | None = None) -> str:
    """Write what a code means, for a terminal."""
    entry = catalogue.codes[code]
    number = code.removeprefix("http/")
    lines = [f"{number}  {entry.name}", *textwrap.wrap(plain(entry.summary), width, initial_indent=" " * 5)]
    for role, meaning in entry.meanings.items():
        lines += ["", f"From {ROLE[role]}", *textwrap.wrap(plain(meaning.means), width)]
        lines += [f"Who acts       {who(meaning.owner, catalogue)}", f"Reached app    {meaning.reached_app}"]
        lines.append(f"Safe to retry  {'; '.join(filter(None, RETRY[meaning.retry]))}")
        for check in meaning.checks[:1]:
            lines += step_as_text("Check first", check, width)
    lines += on_stack(stack, steps_on([stack], code, catalogue), catalogue, width) if stack else []
    lines += ["", *(f"Not {other.removeprefix('http/')}: {plain(how)}" for other, how in entry.see.items())]
    return "\n".join(lines).rstrip() + "\n"


def code_as_markdown(code: str, catalogue: Catalogue, stack: str | None = None) -> str:
    """Write what a code means as Markdown."""
    entry = catalogue.codes[code]
    lines = [f"## {code.removeprefix('http/')} {entry.name}", "", entry.summary]
    for role, meaning in entry.meanings.items():
        lines += ["", f"**From {ROLE[role]}.** {meaning.means} {who(meaning.owner, catalogue)} acts.", ""]
        lines += listed(meaning.checks)
    if stack:
        lines += ["", f"**On {catalogue.stacks[stack].name}.**", "", *listed(steps_on([stack], code, catalogue))]
    return "\n".join(lines) + "\n"


def error_as_text(layer: str, error: str, catalogue: Catalogue, width: int = 100) -> str:
    """Write what a layer's own error means, for a terminal."""
    said = catalogue.layers[layer].errors[error]
    lines = [f"{error}  {catalogue.layers[layer].name}"]
    lines += textwrap.wrap(plain(said.means), width, initial_indent=" " * 5, subsequent_indent=" " * 5)
    lines += ["", *textwrap.wrap("Do first       " + plain(said.do), width, subsequent_indent=" " * 15)]
    code = said.code.removeprefix("http/")
    return "\n".join([*lines, f"Comes with     {code} {catalogue.codes[said.code].name}, see 5xx {code}"]) + "\n"


def errors_as_json(found: list[tuple[str, str]], catalogue: Catalogue) -> str:
    """Write the public form of layers' own errors."""
    whole = []
    for id_, error in found:
        layer = catalogue.layers[id_]
        said = as_plain(layer.errors[error], whole=True) | {"source": layer.sources[layer.errors[error].source].url}
        whole.append({"schema_version": 1, "layer": id_, "error": error, **said})
    return json.dumps(whole, ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def registered_as_text(number: str, catalogue: Catalogue, width: int = 100) -> str:
    """Write what a status that is no server error means, for a terminal."""
    entry = catalogue.registered[number]
    said = textwrap.wrap(plain(f"{entry.means} {CLASS[int(number[0])]}"), width, initial_indent=" " * 5)
    return "\n".join([f"{number}  {entry.name}", *said, "", f"Defined in {entry.defined}"]) + "\n"


def registered_as_json(number: str, catalogue: Catalogue) -> str:
    """Write the public form of a status that is no server error."""
    entry = as_plain(catalogue.registered[number], whole=True)
    whole = {"schema_version": 1, "number": int(number), "class": CLASS[int(number[0])], **entry}
    return json.dumps([whole], ensure_ascii=False, indent=2, sort_keys=True) + "\n"


def unregistered_as_text(number: int, width: int = 100) -> str:
    """Write what can be said of a status that nobody registered, for a terminal; RFC 9110 section 15 has the rule."""
    said = (
        "IANA's registry does not hold it, and no documentation that the catalogue cites. Whoever sent it gave it its"
        f" meaning; a client that does not know it treats it as {number // 100}00 (RFC 9110, section 15)."
        f" {CLASS.get(number // 100, '')}"
    ).rstrip()
    lines = textwrap.wrap(said, width, initial_indent=" " * 5, subsequent_indent=" " * 5)
    more = ["", "Pipe the response in to learn which layer sent it: curl -sSi URL | 5xx"] if number >= 500 else []
    return "\n".join([f"{number}  not registered", *lines, *more]) + "\n"


def unregistered_as_json(number: int) -> str:
    """Write the public form of a status that nobody registered."""
    return json.dumps([{"schema_version": 1, "number": number, "registered": False}], indent=2, sort_keys=True) + "\n"
