"""Weighs the evidence into a verdict: who generated the response, how surely, who acts; renders nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields
from typing import Any

from explainer.catalogue import ROLES, STRENGTHS, Catalogue, Check, Code, Meaning, Owner, Reached, RetrySafe
from explainer.evidence import Evidence, Subject, gather
from explainer.message import Paste, Response

GENERIC = "application"  # the layer that stands for an app of no known framework
CAUTION: tuple[RetrySafe, ...] = ("no", "idempotent-only", "yes")
SAFE_HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?")
SAFE_PATH = re.compile(r"[A-Za-z0-9._~%/@:+=-]*")


@dataclass(frozen=True, slots=True)
class Retry:
    """Whether sending the request again is safe, and when the response asks for it (seconds)."""

    safe: RetrySafe
    after: int | None = None


@dataclass(frozen=True, slots=True)
class Ask:
    """The next command when the verdict is not conclusive."""

    why: str
    run: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The answer; `as_dict` is its public form, whose keys are stable (`schema_version`)."""

    schema_version: int = 1
    status: int | None = None
    code: str | None = None
    generated_by: str | None = None
    confidence: str = "none"
    candidates: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    reached_app: Reached = "maybe"
    owner: Owner | None = None
    evidence: tuple[Evidence, ...] = ()
    against: tuple[Evidence, ...] = ()
    summary: str
    checks: tuple[Check, ...] = ()
    fixes: tuple[str, ...] = ()
    ask: Ask | None = None
    retry: Retry = Retry("no")
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the public form: plain values, every key present, evidence for and against in one list."""
        plain: dict[str, Any] = {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name != "against"}
        plain["evidence"] = [
            {"line": e.line, "layer": e.layer, "says": e.says, "strength": e.strength, "why": e.why, "against": against}
            for against, items in ((False, self.evidence), (True, self.against))
            for e in items
        ]
        return plain


def _plain(value: Any) -> Any:
    """Turn a verdict's part into JSON's types."""
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    if isinstance(value, (Check, Retry, Ask)):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    return value if not isinstance(value, Evidence) else None


def level(strength: str) -> int:
    """Rank a strength: weak 1, strong 2, conclusive 3."""
    return STRENGTHS.index(strength) + 1


def strongest(items: Iterable[Evidence]) -> int:
    """Rank the strongest of some evidence, 0 where there is none."""
    return max((level(e.strength) for e in items), default=0)


class Weighing:
    """One weighing of evidence against a catalogue."""

    def __init__(self, catalogue: Catalogue, evidence: list[Evidence]) -> None:
        """Sort the evidence by what it says."""
        self.catalogue, self.evidence = catalogue, evidence
        self.claims = self.first_claims()

    def depth(self, layer: str) -> int:
        """Place a layer on the path: the greater, the further in."""
        return ROLES.index(self.catalogue.layers[layer].role) if layer in self.catalogue.layers else len(ROLES)

    def said(self, says: str, layer: str | None = None) -> list[Evidence]:
        """Pick the evidence that says one thing, of one layer or of all."""
        return [e for e in self.evidence if e.says == says and layer in (None, e.layer)]

    def first_claims(self) -> dict[str, int]:
        """Rank every layer's claim to have generated the response, before they contradict each other."""
        claims = {e.layer: strongest(self.said("generated", e.layer)) for e in self.said("generated")}
        own = set(claims)
        for e in self.evidence:
            role = self.catalogue.layers[e.layer].role
            if role == GENERIC and e.says != "generated":
                rank = level(e.strength)  # its framework is on the response, and nothing stands behind it
            elif role == "server" and e.says != "generated" and (e.layer not in own or e.says == "forwarded"):
                # Behind an app server stands the app, if the server forwarded; if it was merely there, that is a hint.
                rank = level(e.strength) if e.says == "forwarded" else 1
            elif e.says == "forwarded" and not own - {e.layer}:
                rank = 1  # behind a gateway there may be more than the app
            else:
                continue
            claims[GENERIC] = max(claims.get(GENERIC, 0), rank)
        named = max((claims[n] for n in own if n != GENERIC and self.catalogue.layers[n].role == GENERIC), default=0)
        if named >= claims.get(GENERIC, 0):  # an app of a known framework
            claims.pop(GENERIC, None)
        return claims

    def contradicting(self, layer: str) -> list[Evidence]:
        """Give what speaks against a layer's claim: its own word that it forwarded, and traces of layers behind it."""
        own = self.said("forwarded", layer)
        inner = [e for e in self.evidence if e.layer != layer and self.depth(e.layer) > self.depth(layer)]
        return own + [e for e in inner if level(e.strength) > 1 or e.says == "generated"]

    def standing(self) -> dict[str, int]:
        """Rank the claims after contradiction: whoever generated a response hides all that lies behind it."""
        ranks = {}
        for layer, rank in self.claims.items():
            opposed = strongest(self.contradicting(layer))
            inner = max((r for n, r in self.claims.items() if self.depth(n) > self.depth(layer)), default=0)
            ranks[layer] = rank - 1 if max(opposed, inner) >= rank else rank
        return {layer: rank for layer, rank in ranks.items() if rank > 0}

    def winner(self) -> tuple[str | None, str, tuple[str, ...]]:
        """Name the generator and the confidence, or nobody and the candidates, likeliest first."""
        ranks = self.standing()
        order = sorted(ranks, key=lambda n: (-ranks[n], -self.depth(n), n))
        if not order:  # nobody claims it: somebody behind the innermost layer seen, or one of those seen
            seen = self.path(None)
            return None, "none", tuple(dict.fromkeys([GENERIC, *reversed(seen)])) if seen else ()
        if len(order) > 1 and ranks[order[0]] == ranks[order[1]]:
            return None, "none", tuple(order)
        return order[0], STRENGTHS[ranks[order[0]] - 1], ()

    def path(self, generator: str | None) -> tuple[str, ...]:
        """List the layers that were on the way, client side first."""
        seen = {e.layer for e in self.evidence if e.says != "generated"}
        if generator is not None:
            seen = {n for n in seen if n == generator or self.depth(n) <= self.depth(generator)} | {generator}
        return tuple(sorted(seen, key=lambda n: (self.depth(n), n == generator, n)))


def decide(paste: Paste, catalogue: Catalogue) -> Verdict:
    """Give the verdict on the last response of a paste, or on the error in its place."""
    finals = [r for r in paste.responses if r.status >= 200 and "established" not in r.reason.lower()]
    response = finals[-1] if finals else None
    if response is None and not paste.curl_errors:
        return nothing_found(paste)
    subject = Subject(response, paste.curl_errors if response is None else [])
    weighing = Weighing(catalogue, list(gather(subject, catalogue)))
    generator, confidence, candidates = weighing.winner()
    code = find_code(catalogue, response, generator, weighing.evidence)
    entry = catalogue.codes.get(code) if code else None
    meanings = fitting(entry, catalogue, [generator] if generator else list(candidates)) if entry else []
    against = weighing.contradicting(generator) if generator else []
    agreed = {m.owner for m in meanings}
    reached = {m.reached_app for m in meanings}
    if generator == "client":
        agreed, reached = {"network"}, {"no"}
    path = weighing.path(generator)
    fill = filler(response, paste)
    return Verdict(
        status=response.status if response else None,
        code=code,
        generated_by=generator,
        confidence=confidence,
        candidates=candidates,
        path=path,
        reached_app=reached.pop() if len(reached) == 1 else "maybe",
        owner=agreed.pop() if len(agreed) == 1 else None,
        evidence=tuple(e for e in relevant(weighing.evidence, generator) if e not in against),
        against=tuple(against),
        summary=summarise(catalogue, response, generator),
        checks=tuple(fill(c) for c in pick_checks(meanings, path or candidates)),
        fixes=meanings[0].fixes if meanings and generator else (),
        ask=None if confidence == "conclusive" else ask(catalogue, response, path, fill),
        retry=Retry(min((m.retry for m in meanings), key=CAUTION.index, default="no"), retry_after(response)),
        notes=notes(paste, response),
    )


def relevant(evidence: list[Evidence], generator: str | None) -> list[Evidence]:
    """Drop a loser's hints, and what a stronger signal already says of the same layer; the generator's come first."""
    kept = [
        e for e in evidence if e.layer == generator or e.says != "generated" or level(e.strength) > 1 or not generator
    ]
    return sorted(kept, key=lambda e: (e.layer != generator, e.says != "generated", -level(e.strength), e.line or 0))


def find_code(
    catalogue: Catalogue, response: Response | None, generator: str | None, evidence: list[Evidence]
) -> str | None:
    """Find the catalogue id: an error number read in the paste, else the status as its assigner knows it."""
    read = [e.code for e in evidence if e.code and generator in (None, e.layer)]
    if read or response is None:
        return read[0] if read else None
    known = list(catalogue.with_number(response.status))
    own = [i for i in known if generator in catalogue.codes[i].generated_by]
    return next(iter(own or known), None)


def fitting(code: Code, catalogue: Catalogue, layers: list[str]) -> list[Meaning]:
    """Pick a code's meanings for the roles of some layers; the nearest role stands in, and no layer means all."""
    depths = dict.fromkeys(ROLES.index(catalogue.layers[n].role) for n in layers if n in catalogue.layers)
    known = {ROLES.index(role): meaning for role, meaning in code.meanings.items()}
    return [known[min(known, key=lambda k: abs(k - d))] for d in depths] or list(code.meanings.values())


def pick_checks(meanings: list[Meaning], stacks: tuple[str, ...]) -> list[Check]:
    """Take the checks that apply to the layers seen; where meanings rival, the first of each."""
    lists = [[c for c in m.checks if c.stack is None or c.stack in stacks] for m in meanings]
    return lists[0] if len(lists) == 1 else list(dict.fromkeys(c for checks in lists for c in checks[:2]))


def summarise(catalogue: Catalogue, response: Response | None, generator: str | None) -> str:
    """Say the verdict in one sentence."""
    if response is None:
        return "No HTTP response arrived; curl gave up before one came."
    status = f"{response.status}"
    if generator is None:
        return f"Cannot tell from this which layer wrote the {status}."
    name = "The app" if generator == GENERIC else catalogue.layers[generator].name
    if response.status < 500:
        return f"{name} wrote this {status}, which is not a server error."
    return f"{name} wrote this {status}."


def nothing_found(paste: Paste) -> Verdict:
    """Answer a paste that holds no response at all."""
    text = "\n".join(paste.lines)
    if not text.strip():
        summary = "There is nothing to read yet."
    elif sum((c < " " and c not in "\n\t\x1b") or c == "\ufffd" for c in text[:4096]) > len(text[:4096]) // 20:
        summary = "This looks like binary data, not like text that a server sent."
    else:
        summary = "There is no HTTP response in this text: no line such as `HTTP/1.1 502 Bad Gateway`."
    run = filler(None, paste)(Check(do="", run="curl -sSi URL")).run or ""
    return Verdict(
        summary=summary, ask=Ask("Paste what this prints: the status line, the field lines and the body.", run)
    )


def ask(catalogue: Catalogue, response: Response | None, path: tuple[str, ...], fill: Any) -> Ask:
    """Choose the one command that would decide it."""
    if response is None:
        why, run = "Shows how far the connection gets: name, address, TLS, request.", "curl -sv -o /dev/null URL"
    elif response.body is None:
        why, run = "Fetches the page itself; its body usually names who wrote it.", "curl -sSi URL"
    elif path and catalogue.layers[path[0]].role == "edge":
        why = "Asks the origin without the edge; the same answer again means the origin wrote it."
        run = "curl -sSi --resolve HOST:443:ORIGIN_IP https://HOST/PATH"
    else:
        why = "Asks the next server inwards directly; the same answer again means it came from there."
        run = "curl -sSi -H 'Host: HOST' http://UPSTREAM_IP:PORT/PATH"
    return Ask(why, fill(Check(do="", run=run)).run)


def filler(response: Response | None, paste: Paste) -> Any:
    """Make a function that fills a check's command in from the paste, with values that are safe in a shell only."""
    url = (response.url if response else None) or paste.url or ""
    parts = re.fullmatch(r"(https?)://([^/?#]+)/?([^?#]*).*", url)
    host = parts[2] if parts and SAFE_HOST.fullmatch(parts[2]) else None
    path = parts[3] if parts and SAFE_PATH.fullmatch(parts[3]) else None
    values = {"HOST": host, "PATH": path}
    values["URL"] = f"{parts[1]}://{host}/{path}" if parts and host is not None and path is not None else None
    values["HOST:443"] = f"{host.partition(':')[0]}:443" if host else None

    def fill(check: Check) -> Check:
        def value(found: re.Match[str]) -> str:
            filled = values[found[0]]
            return found[0] if filled is None else filled

        run = check.run and re.sub(r"\b(?:HOST:443|HOST|PATH|URL)\b", value, check.run)
        return Check(do=check.do, run=run, expect=check.expect, stack=check.stack)

    return fill


def retry_after(response: Response | None) -> int | None:
    """Read Retry-After in seconds, in both forms of RFC 9110 section 10.2.3; a date counts from the response's own."""
    value = response.first("retry-after") if response else None
    if response is None or value is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    from email.utils import parsedate_to_datetime  # imported late: few responses need it, and it is slow to load

    try:
        then, now = parsedate_to_datetime(value), parsedate_to_datetime(response.first("date") or "")
        return max(0, int((then - now).total_seconds()))
    except (ValueError, TypeError, OverflowError):
        return None


def notes(paste: Paste, response: Response | None) -> tuple[str, ...]:
    """Say what else the reader should know."""
    said = []
    if response is not None:
        if response.method == "HEAD":
            said.append("This was a HEAD request, so there is no body, and a body often names who wrote it.")
        if response.body and "</html" not in response.body.lower() and "<html" in response.body.lower():
            said.append("The body ends before its HTML does; the paste may be cut off.")
        interim = sum(r.status < 200 for r in paste.responses)
        if interim:
            said.append("An interim response (1xx) came first; the verdict is on the final one.")
        earlier = len(paste.responses) - interim - 1
        if earlier > 0:
            said.append(f"The paste holds {earlier + 1} responses; the verdict is on the last.")
        if paste.curl_errors:
            said.append(f"curl also reported an error: {paste.curl_errors[-1][0][:200]}")
    if paste.not_understood:
        count = len(paste.not_understood)
        said.append(f"{count} line{'s were' if count > 1 else ' was'} not understood and left aside.")
    return tuple(said)
