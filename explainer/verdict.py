"""Gives the verdict: who generated the response, how surely, who acts; renders nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from explainer.advice import (
    Advised,
    cached,
    elapsed,
    fitting,
    notes,
    own_error,
    page_says,
    pick_checks,
    retry_after,
    steps_on,
    unseen,
)
from explainer.ask import WHOLE, Ask, ask, filler
from explainer.catalogue import Catalogue, Owner, Reached, RetrySafe
from explainer.evidence import Evidence, Subject, gather
from explainer.logs import log_lines
from explainer.lookup import find_codes, find_errors, find_registered
from explainer.message import Paste, Response
from explainer.reported import reports
from explainer.weigh import GENERIC, Weighing, level

CAUTION: tuple[RetrySafe, ...] = ("no", "idempotent-only", "yes")
NOT_GIVEN = ("against", "elsewhere")  # parts of a verdict that its public form has elsewhere or not at all
NAMED = 60  # a paste of at most so many characters may be nothing but a code's number or name


@dataclass(frozen=True, slots=True)
class Retry:
    """Whether sending the request again is safe, and when the response asks for it (seconds)."""

    safe: RetrySafe
    after: int | None = None


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
    checks: tuple[Advised, ...] = ()
    elsewhere: tuple[
        Advised, ...
    ] = ()  # the checks on products that the paste does not show; a page or an option adds them
    fixes: tuple[str, ...] = ()
    ask: Ask | None = None
    retry: Retry = Retry("no")
    notes: tuple[str, ...] = ()

    def as_dict(self) -> dict[str, Any]:
        """Give the public form: plain values, every key present, evidence for and against in one list."""
        plain: dict[str, Any] = {f.name: _plain(getattr(self, f.name)) for f in fields(self) if f.name not in NOT_GIVEN}
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
    if isinstance(value, (Advised, Retry, Ask)):
        return {f.name: getattr(value, f.name) for f in fields(value)}
    return value if not isinstance(value, Evidence) else None


def decide(paste: Paste, catalogue: Catalogue) -> Verdict:
    """Give the verdict on the last response of a paste, on a log line, or on the error in a response's place."""
    response = explained(paste)
    subject = Subject(response, paste.curl_errors if response is None else [], log_lines(paste))
    evidence = list(gather(subject, catalogue))
    if response is not None and (response.line or len(response.fields) > 1):  # a client that got one says nothing of it
        evidence = [e for e in evidence if catalogue.layers[e.layer].role != "client"]
    evidence += reports(response, evidence, catalogue) if response else []
    given = sorted((e for e in evidence if e.status), key=lambda e: (e.says != "generated", -level(e.strength)))
    logged = given[0].status if given else None
    status = response.status if response else None
    if status is None or (response and response.line is None and logged):  # a page's own word counts less than a log's
        status = logged
    if status is None and not evidence and not paste.curl_errors:
        words = "\n".join(paste.lines) if sum(map(len, paste.lines)) <= NAMED else ""
        named = find_codes(words, catalogue)
        named = named or [catalogue.layers[i].errors[error].code for i, error in find_errors(words, catalogue)]
        if named:
            return judged(paste, response, arrives_on(named[0], catalogue), Weighing(catalogue, []), named[0])
        if number := find_registered(words, catalogue):
            return judged(paste, response, int(number), Weighing(catalogue, []), None)
        return nothing_found(paste)
    return judged(paste, response, status, Weighing(catalogue, evidence), None)


def explained(paste: Paste) -> Response | None:
    """Pick the response that is explained: the last that is neither interim nor a proxy's word on CONNECT.

    Where the last one is a success, a server error before it is what the reader asks about.
    """
    finals = [
        r
        for r in paste.responses
        if r.status is None
        or (r.status >= 300 or (r.status >= 200 and r.method != "CONNECT" and "established" not in r.reason.lower()))
    ]
    failed = [r for r in finals if (r.status or 0) >= 500]
    if failed and finals[-1].status is not None and finals[-1].status < 300:
        return failed[-1]
    return finals[-1] if finals else None


def judged(
    paste: Paste, response: Response | None, status: int | None, weighing: Weighing, named: str | None
) -> Verdict:
    """Put the verdict together; `named` is the code that the paste names itself."""
    catalogue = weighing.catalogue
    generator, confidence, candidates = weighing.winner()
    lie = page_says(response) if generator else None
    code = named or find_code(catalogue, lie or status, generator, weighing.evidence)
    entry = catalogue.codes.get(code) if code else None
    if status is None and code:
        status = arrives_on(code, catalogue)
    candidates = candidates or (entry.generated_by if entry and generator is None else ())
    meanings = fitting(entry, catalogue, [generator] if generator else list(candidates)) if entry else []
    against = weighing.contradicting(generator) if generator else []
    agreed = {m.owner for m in meanings}
    reached = {m.reached_app for m in meanings}
    if generator == "client" and not meanings:
        agreed, reached = {"network"}, {"no"}
    if cached(response):
        reached = {"no"}
    path = weighing.path(generator)
    fill = filler(response, paste)
    first = (generator,) if generator else ()  # what wrote it is checked before what passed it on
    seen = tuple(dict.fromkeys(first + path)) or candidates
    checks = pick_checks(meanings, code, seen, catalogue)
    others = steps_on((name for name in catalogue.stacks if name not in seen), code, catalogue)
    own = own_error(paste, generator, code, catalogue)
    if own:
        checks.insert(0, Advised(do=own[1].do))
    return Verdict(
        status=None if generator == "client" else status,
        code=code,
        generated_by=generator,
        confidence=confidence,
        candidates=candidates,
        path=path,
        reached_app=reached.pop() if len(reached) == 1 else "maybe",
        owner=agreed.pop() if len(agreed) == 1 else None,
        evidence=tuple(e for e in relevant(weighing.evidence, generator) if e not in against),
        against=tuple(against),
        summary=summarise(catalogue, status, generator, response, lie),
        checks=tuple(check.filled(fill) for check in checks),
        elsewhere=tuple(check.filled(fill) for check in others),
        fixes=meanings[0].fixes if meanings and generator else (),
        ask=None if confidence == "conclusive" else ask(paste, response, entry, path, catalogue).filled(fill),
        retry=Retry(min((m.retry for m in meanings), key=CAUTION.index, default="no"), retry_after(response)),
        notes=(
            *([f"{own[0]}: {own[1].means}"] if own else []),
            *notes(paste, response, {e.line for e in weighing.evidence}),
            *elapsed(paste, path or candidates, code, catalogue),
        ),
    )


def relevant(evidence: list[Evidence], generator: str | None) -> list[Evidence]:
    """Drop a loser's hints, and what a stronger signal says of a layer on the same line; the generator's come first."""
    kept = [
        e for e in evidence if e.layer == generator or e.says != "generated" or level(e.strength) > 1 or not generator
    ]
    kept.sort(key=lambda e: (e.layer != generator, e.says != "generated", -level(e.strength), e.line or 0))
    said: dict[tuple[str, str, int | None], Evidence] = {}
    for e in kept:
        said.setdefault((e.layer, e.says, e.line), e)
    return list({(e.layer, e.why): e for e in reversed(said.values())}.values())[::-1]


def find_code(catalogue: Catalogue, status: int | None, generator: str | None, evidence: list[Evidence]) -> str | None:
    """Find the catalogue id: an error number read in the paste, else the status as its assigner knows it."""
    read = [e.code for e in evidence if e.code and generator in (None, e.layer)]
    if status is not None:  # an error number may arrive on any status, a status only on itself
        read = [i for i in read if (number := int(i.partition("/")[2])) >= 600 or number == status]
        read.sort(key=lambda i: status not in (int(i.partition("/")[2]), catalogue.codes[i].status))
    if read or status is None:
        return next(iter(read), None)
    known = list(catalogue.with_number(status))
    own = [i for i in known if generator in catalogue.codes[i].generated_by]
    return next(iter(own or known), None)


def arrives_on(code: str, catalogue: Catalogue) -> int | None:
    """Give the status that a code arrives on: its own number, or what its entry says; None where nobody says."""
    number = int(code.partition("/")[2])
    return catalogue.codes[code].status or (number if 100 <= number < 600 else None)


def summarise(
    catalogue: Catalogue, status: int | None, generator: str | None, response: Response | None, lie: int | None
) -> str:
    """Say the verdict in one sentence; `lie` is the error that the page names under a status that names none."""
    if generator == "client" or (response is None and status is None):
        return "No HTTP response arrived; curl gave up before one came."
    said = str(status) if status is not None else "response"
    if generator is None:
        return f"Cannot tell from this which layer wrote the {said}."
    name = "The app" if generator == GENERIC else catalogue.layers[generator].name
    if lie:
        return f"{name} wrote this page of a {lie}, sent with status {status}."
    if status is not None and status < 500:
        return f"{name} wrote this {said}, which is not a server error."
    return f"{name} wrote this {said}."


def nothing_found(paste: Paste) -> Verdict:
    """Answer a paste that holds no response at all."""
    text = "\n".join(paste.lines)
    if not text.strip():
        summary = "There is nothing to read yet."
    elif sum((c < " " and c not in "\n\t\x1b") or c == "\ufffd" for c in text[:4096]) > len(text[:4096]) // 20:
        summary = "This looks like binary data, not like text that a server sent."
    else:
        summary = "There is no HTTP response in this text: no line such as `HTTP/1.1 502 Bad Gateway`."
    return Verdict(summary=summary, ask=WHOLE.filled(filler(None, paste)), notes=tuple(unseen(paste)))
