"""The words of a verdict, the same on every face: headline, lead, why so sure, the path's stops; lays nothing out."""

from __future__ import annotations

from dataclasses import dataclass

from explainer.advice import fitting
from explainer.catalogue import Catalogue, Code, Meaning, Registered
from explainer.verdict import Verdict
from explainer.weigh import GENERIC

CONFIDENCE = {"conclusive": "certain", "strong": "likely", "weak": "a hint", "none": "cannot tell"}
OWNER = {
    "application": "App team", "platform": "Platform team", "network": "Network team",
    "edge": "The edge's operator", "visitor": "The visitor", None: "Not settled",
}  # fmt: skip
REACHED = {"yes": "Yes", "no": "No", "maybe": "Maybe"}
RETRY = {
    "yes": ("Yes", ""),
    "idempotent-only": ("GET, PUT, DELETE", "not POST without an idempotency key"),
    "no": ("No", ""),
}
ROLE = {
    "edge": "an edge", "load-balancer": "a load balancer", "gateway": "a gateway", "server": "an app server",
    "application": "the app", "client": "the client",
}  # fmt: skip
BEHIND = {
    "client": "server",
    "edge": "origin",
    "load-balancer": "app",
    "gateway": "app",
    "server": "app",
    "application": "a service",
}


@dataclass(frozen=True, slots=True)
class Stop:
    """One stop of the path drawing; `broken` is what stands on the broken link that leads to it."""

    name: str
    note: str
    state: str = "seen"  # seen, generated, failed (generated, and it is the broken place itself) or unseen
    broken: str | None = None


CLASS = {
    1: "An interim response: the final one is still to come.",
    2: "Success: this is no error.",
    3: "It sends the client to another address or to its own copy; nothing failed.",
    4: "The server finds fault with the request, so this is not a server error.",
}


def who(owner: str | None, catalogue: Catalogue) -> str:
    """Name who acts, as the organisation does where it said so."""
    return catalogue.owners.get(owner or "") or OWNER[owner]


def address(entry: str) -> str:
    """Give an entry's page below the site's root: `502/`, `cloudflare/1016/`, `layers/nginx/`."""
    return entry.removeprefix("http/") + "/"


def name_of(layer: str, catalogue: Catalogue, first: bool = True) -> str:
    """Give a layer's display name, as the first word of a sentence or not."""
    app = "The app" if first else "the app"
    return app if layer == GENERIC else catalogue.layers[layer].name


def code_of(verdict: Verdict, catalogue: Catalogue) -> Code | None:
    """Give the entry of the verdict's code."""
    return catalogue.codes.get(verdict.code) if verdict.code else None


def meaning_of(verdict: Verdict, catalogue: Catalogue) -> Meaning | None:
    """Give what the code means as the verdict's generator uses it."""
    code = code_of(verdict, catalogue)
    return fitting(code, catalogue, [verdict.generated_by])[0] if code and verdict.generated_by else None


def headline(verdict: Verdict, catalogue: Catalogue) -> str:
    """Say the answer: a subject and a verb."""
    if verdict.generated_by == "client":
        return "No HTTP response arrived."
    if verdict.generated_by:
        return f"{name_of(verdict.generated_by, catalogue)} wrote this response."
    if verdict.status and not verdict.evidence and (known := registered(verdict, catalogue)):
        return f"{known.name}."
    if not verdict.status and (code := code_of(verdict, catalogue)):
        return f"{code.name}."
    return "Cannot tell from this." if verdict.status else verdict.summary


def lead(verdict: Verdict, catalogue: Catalogue) -> str:
    """Say who passed it on, and what the code means here."""
    said = []
    passed = [name_of(n, catalogue) for n in verdict.path if n != verdict.generated_by]
    known = registered(verdict, catalogue)
    if passed and verdict.generated_by and verdict.generated_by != "client":
        said.append(f"{listing(passed)} passed it on.")
    if meaning := meaning_of(verdict, catalogue):
        said.append(meaning.means)
    elif verdict.generated_by == "client":
        said += [e.why for e in verdict.evidence[:1]]
    elif verdict.status and not verdict.generated_by:
        if passed:
            said.append(f"{listing(passed)} handled it; who wrote it does not show.")
        if verdict.candidates:
            said.append(f"Candidates: {listing([name_of(n, catalogue, False) for n in verdict.candidates], 'or')}.")
        if not said and not known:
            said.append("Nothing here names a layer.")
    elif not verdict.generated_by and (code := code_of(verdict, catalogue)):
        said.append(code.summary)
    if known:
        said += [known.means, CLASS[(verdict.status or 0) // 100]]
    elif verdict.status and verdict.generated_by and verdict.status < 500 and not meaning:
        said.append(f"{verdict.status} is not a server error.")
    return " ".join(said)


def registered(verdict: Verdict, catalogue: Catalogue) -> Registered | None:
    """Give the entry of a status that is no server error, where the paste names no code of the catalogue."""
    return None if verdict.code else catalogue.registered.get(str(verdict.status))


def listing(names: list[str], word: str = "and") -> str:
    """Join names as a sentence does."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} {word} {names[-1]}"


def why_so_sure(verdict: Verdict) -> str:
    """Say what the confidence rests on."""
    signals = [e for e in verdict.evidence if e.layer == verdict.generated_by]
    count = f"{len(signals)} signals agree" if len(signals) > 1 else "One signal says so"
    if verdict.generated_by is None:
        return "Nothing in the paste settles it."
    if not signals:
        return "A layer in front shows that something behind it answered."
    if verdict.against:
        return f"{count}; {len(verdict.against)} {'speak' if len(verdict.against) > 1 else 'speaks'} against."
    return {
        "conclusive": f"{count}; no other known layer shows this.",
        "strong": f"{count}; nothing speaks against.",
    }.get(verdict.confidence, f"{count}, but others could look the same.")


def path_stops(verdict: Verdict, catalogue: Catalogue) -> list[Stop]:
    """Lay out the path from the reader to the broken place."""
    stops, code = [Stop("You", "")], code_of(verdict, catalogue)
    if verdict.generated_by == "client":
        return [*stops, Stop("server", "no answer", "unseen", "no HTTP response")]
    for layer in verdict.path:
        entry = catalogue.layers[layer]
        if layer == verdict.generated_by:
            itself = code is not None and code.broken == "itself"
            stops.append(
                Stop(name_of(layer, catalogue), f"{entry.role} · wrote it", "failed" if itself else "generated")
            )
        else:
            seen = "passed it on" if verdict.generated_by else "was on the way"
            stops.append(Stop(name_of(layer, catalogue), f"{entry.role} · {seen}"))
    if verdict.generated_by is None:
        if verdict.status:
            stops.append(Stop("?", "who wrote it", "unseen"))
    elif code is not None and code.broken == "behind":
        behind = BEHIND[catalogue.layers[verdict.generated_by].role]
        stops.append(Stop(behind, "not seen", "unseen", code.label))
    return stops
