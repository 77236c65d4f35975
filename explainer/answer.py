"""Answers the browser's worker: a paste in, JSON out, with all that the page shows of it and hands on."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from explainer.catalogue import Catalogue, bundled
from explainer.message import Paste, parse
from explainer.page import verdict_view
from explainer.redact import redacted
from explainer.render import as_chat, as_json, as_markdown
from explainer.verdict import decide, explained

READ, IN_THE_BOX = 5_000_000, 100_000  # characters that the page hands to Python and shows in its box, at most
HANDED_ON = 200_000  # characters of a paste that may be handed on; a link or a ticket takes no more


def answer(text: str, own: str = "") -> str:
    """Give what the page shows of a paste at once: `verdict`, `view` (a tree), `own`, `due`.

    `own` is an organisation's file as `explainer.own` reads it; one with problems is left out of the verdict, and
    they are given (see `taught`). `due` is when a retry was asked for, in seconds of Unix time, null where the response
    has no date.
    """
    catalogue, said = taught(own)
    paste = parse(text)
    verdict = decide(paste, catalogue)
    shown: dict[str, Any] = {
        "verdict": verdict.as_dict(), "view": verdict_view(verdict, text, catalogue, long(text)), "own": said,
        "due": due(paste, verdict.retry.after),
    }  # fmt: skip
    return json.dumps(shown, ensure_ascii=False)


def masked(text: str, own: str = "") -> str:
    """Give what is handed on of a paste: `pieces`, `hand`; as much work again as the answer, and it can wait for it.

    `pieces` are the paste cut up as `[text, mask, kind]`, mask and kind null for what is kept; `hand` is what `hand`
    gives of them. Both are null where the paste is too long to be handed on.
    """
    if len(text) > HANDED_ON:
        return json.dumps({"pieces": None, "hand": None})
    catalogue, _ = taught(own)
    pieces = redacted(text, catalogue)
    plain = [[p.text, p.shown if p.kind else None, p.kind] for p in pieces]
    handed = texts("".join(p.shown for p in pieces), catalogue)
    return json.dumps({"pieces": plain, "hand": handed}, ensure_ascii=False)


def long(text: str) -> tuple[str, ...]:
    """Say what became of a long paste."""
    if len(text) >= READ:
        return (f"Only the first {READ // 1_000_000} million characters were read; paste the part with the response.",)
    return ("The box shows the beginning of this paste; all of it was read.",) if len(text) > IN_THE_BOX else ()


def due(paste: Paste, after: int | None) -> float | None:
    """Give when a response asked to be tried again, counted from its own date, as Unix time."""
    response = explained(paste) if after is not None else None
    if response is None or after is None or not (date := response.first("date")):
        return None
    from email.utils import parsedate_to_datetime  # imported late, as in `advice`

    try:
        return parsedate_to_datetime(date).timestamp() + after
    except (ValueError, TypeError, OverflowError):
        return None


def hand(text: str, own: str = "") -> str:
    """Give the verdict on a text as it is handed on, as JSON of texts: `markdown`, `chat`, `json`."""
    return json.dumps(texts(text, taught(own)[0]), ensure_ascii=False)


def texts(text: str, catalogue: Catalogue) -> dict[str, str]:
    """Write the verdict on a text in the three forms that are copied."""
    verdict = decide(parse(text), catalogue)
    return {
        "markdown": as_markdown(verdict, text, catalogue), "chat": as_chat(verdict, catalogue), "json": as_json(verdict)
    }  # fmt: skip


@lru_cache(maxsize=2)
def taught(own: str) -> tuple[Catalogue, dict[str, list[str]]]:
    """Give the catalogue with an organisation's file in it, the names that it teaches, and its problems if any."""
    said: dict[str, list[str]] = {"layers": [], "teams": [], "problems": []}
    if not own.strip():
        return bundled(), said
    from explainer.own import extended  # imported late: it needs PyYAML, which the browser loads only for this
    from explainer.strict import CatalogueError

    try:
        catalogue = extended(bundled(), own, "your file")
    except CatalogueError as error:
        said["problems"] = [str(problem) for problem in error.problems]
        return bundled(), said
    said["layers"] = [layer.name for name, layer in catalogue.layers.items() if layer is not bundled().layers.get(name)]
    said["teams"] = sorted(catalogue.owners.values())
    return catalogue, said


def check_own(own: str) -> str:
    """Say what an organisation's file teaches or what is wrong with it, as JSON."""
    return json.dumps(taught(own)[1], ensure_ascii=False)
