"""Says a verdict in words: for a terminal, as Markdown, as JSON; decides nothing and makes no HTML."""

from __future__ import annotations

import json
import textwrap
import unicodedata
from dataclasses import dataclass, fields

from explainer.advice import fitting
from explainer.catalogue import Catalogue, Code, Meaning, as_plain
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


def who(owner: str | None, catalogue: Catalogue) -> str:
    """Name who acts, as the organisation does where it said so."""
    return catalogue.owners.get(owner or "") or OWNER[owner]


def address(entry: str) -> str:
    """Give an entry's page below the site's root: `502/`, `cloudflare/1016/`, `layers/nginx/`."""
    return entry.removeprefix("http/") + "/"


def name_of(layer: str, catalogue: Catalogue) -> str:
    """Give a layer's display name."""
    return "The app" if layer == GENERIC else catalogue.layers[layer].name


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
    return "Cannot tell from this." if verdict.status else verdict.summary


def lead(verdict: Verdict, catalogue: Catalogue) -> str:
    """Say who passed it on, and what the code means here."""
    said = []
    passed = [name_of(n, catalogue) for n in verdict.path if n != verdict.generated_by]
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
            said.append(f"Candidates: {listing([name_of(n, catalogue) for n in verdict.candidates], 'or')}.")
        if not said:
            said.append("Nothing here names a layer.")
    elif verdict.status and verdict.status < 500:
        said.append(f"{verdict.status} is not a server error.")
    return " ".join(said)


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


def printable(text: str, keep: str = "") -> str:
    """Show control, format and line-breaking characters as escapes, so that pasted text cannot act on a terminal."""
    safe = (c in keep or (unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029") for c in text)
    return "".join(c if fine else ascii(c)[1:-1] for c, fine in zip(text, safe, strict=True))


def as_json(verdict: Verdict) -> str:
    """Write the public form, keys sorted."""
    return json.dumps(verdict.as_dict(), ensure_ascii=False, indent=2, sort_keys=True)


def codes_as_json(ids: list[str], catalogue: Catalogue) -> str:
    """Write codes as the API files do."""
    return json.dumps([code_as_dict(i, catalogue) for i in ids], ensure_ascii=False, indent=2, sort_keys=True)


def code_as_dict(code: str, catalogue: Catalogue) -> dict[str, object]:
    """Give a code's public form: every key present, unknown null, none an empty list."""
    entry = catalogue.codes[code]
    assigner, number = code.split("/")
    full = {f.name: as_plain(getattr(entry, f.name), whole=True) for f in fields(entry)}
    return {"schema_version": 1, "id": code, "assigner": assigner, "number": int(number), "path": address(code), **full}


def as_text(
    verdict: Verdict, text: str, catalogue: Catalogue, width: int = 100, color: bool = False, site: str = ""
) -> str:
    """Write the verdict for a terminal; `text` is the paste, for the quoted lines."""

    def paint(code: str, words: str) -> str:
        return f"\x1b[{code}m{words}\x1b[0m" if color else words

    sure = CONFIDENCE[verdict.confidence]
    first = f"{verdict.status or '   '}  {headline(verdict, catalogue)}"
    lines = [paint("1", first) + " " * max(2, width - len(first) - len(sure)) + sure]
    lines += textwrap.wrap(plain(lead(verdict, catalogue)), width, initial_indent=" " * 5, subsequent_indent=" " * 5)
    stops = path_stops(verdict, catalogue)
    if len(stops) > 1:
        drawn = "you" + "".join((" ─✕─ " if s.broken else " ── ") + s.name for s in stops[1:])
        lines += ["", " " * 5 + drawn]
    safe, but = RETRY[verdict.retry.safe]
    after = f"; after {verdict.retry.after} s" if verdict.retry.after is not None else ""
    if verdict.status or verdict.generated_by:
        lines += [
            "",
            f"Who acts       {who(verdict.owner, catalogue)}",
            f"Reached app    {REACHED[verdict.reached_app].lower()}",
        ]
        lines.append(f"Safe to retry  {safe}{'; ' + but if but else ''}{after}")
    for label, check in zip(("Check first    ", "Then           "), verdict.checks[:2], strict=False):
        lines += textwrap.wrap(label + plain(check.do), width, subsequent_indent=" " * 15)
        lines += [" " * 15 + "$ " + printable(check.run)] if check.run else []
    if verdict.ask:
        lines += textwrap.wrap(f"To be surer    {plain(verdict.ask.why)}", width, subsequent_indent=" " * 15)
        lines.append(" " * 15 + "$ " + printable(verdict.ask.run))
    pasted = text.replace("\r\n", "\n").split("\n")
    shown = [(e, "") for e in verdict.evidence] + [(e, "against: ") for e in verdict.against]
    if shown:
        lines.append("")
    for e, mark in shown:
        quote = printable(pasted[e.line - 1].strip())[:38] if e.line else ""
        number = str(e.line or "")
        why = textwrap.wrap(mark + plain(e.why), max(30, width - 48))
        lines.append(f"{number:>4} │ {quote:<38}  {why[0]}")
        lines += [f"{'':>4} │ {'':<38}  {rest}" for rest in why[1:]]
    lines += ["", *(line for note in verdict.notes for line in textwrap.wrap(f"Note: {printable(note)}", width))]
    if verdict.code:
        more = f"{site.rstrip('/')}/{address(verdict.code)}" if site else ""
        lines += ["", f"More: 5xx {verdict.code.removeprefix('http/')}" + (f" · {more}" if more else "")]
    return "\n".join(lines).rstrip() + "\n"


def plain(markdown: str) -> str:
    """Drop the marks of code spans, for a terminal."""
    return markdown.replace("`", "")


def as_markdown(verdict: Verdict, text: str, catalogue: Catalogue) -> str:
    """Write the verdict as Markdown, for a ticket or a chat."""
    status = f"{verdict.status}: " if verdict.status else ""
    lines = [f"**{status}{headline(verdict, catalogue)}** ({CONFIDENCE[verdict.confidence]})"]
    lines += ["", lead(verdict, catalogue)] if lead(verdict, catalogue) else []
    lines += [
        "",
        f"- Who acts: {who(verdict.owner, catalogue)}",
        f"- Reached the app: {REACHED[verdict.reached_app].lower()}",
    ]
    lines.append(f"- Safe to retry: {' '.join(filter(None, RETRY[verdict.retry.safe]))}")
    if verdict.checks:
        lines += ["", "Check first:", ""]
        for number, check in enumerate(verdict.checks, 1):
            lines.append(f"{number}. {check.do}" + (f"\n   {fenced(check.run)}" if check.run else ""))
    if verdict.ask:
        lines += ["", f"To be surer: {verdict.ask.why}\n{fenced(verdict.ask.run)}"]
    pasted = text.replace("\r\n", "\n").split("\n")
    if verdict.evidence or verdict.against:
        lines += ["", "Why:", ""]
    for against, items in ((False, verdict.evidence), (True, verdict.against)):
        for e in items:
            quote = f"line {e.line}, {fenced(pasted[e.line - 1].strip())}: " if e.line else ""
            lines.append(f"- {'against: ' if against else ''}{quote}{e.why}")
    lines += ["", *(f"Note: {printable(note)}" for note in verdict.notes)] if verdict.notes else []
    return "\n".join(lines) + "\n"


def fenced(words: str) -> str:
    """Put pasted text or a command into a code span that it cannot break out of."""
    shown = printable(words)[:200]
    run = max((len(part) for part in "".join(c if c == "`" else " " for c in shown).split()), default=0)
    fence = "`" * (run + 1)
    return f"{fence} {shown} {fence}" if run else f"`{shown}`"


def code_as_text(code: str, catalogue: Catalogue, width: int = 100) -> str:
    """Write what a code means, for a terminal."""
    entry = catalogue.codes[code]
    number = code.removeprefix("http/")
    lines = [f"{number}  {entry.name}", *textwrap.wrap(plain(entry.summary), width, initial_indent=" " * 5)]
    for role, meaning in entry.meanings.items():
        lines += ["", f"From {ROLE[role]}", *textwrap.wrap(plain(meaning.means), width)]
        lines += [f"Who acts       {who(meaning.owner, catalogue)}", f"Reached app    {meaning.reached_app}"]
        lines.append(f"Safe to retry  {'; '.join(filter(None, RETRY[meaning.retry]))}")
        for check in meaning.checks[:1]:
            lines += textwrap.wrap("Check first    " + plain(check.do), width, subsequent_indent=" " * 15)
            lines += [" " * 15 + "$ " + check.run] if check.run else []
    lines += ["", *(f"Not {other.removeprefix('http/')}: {plain(how)}" for other, how in entry.see.items())]
    return "\n".join(lines).rstrip() + "\n"


def code_as_markdown(code: str, catalogue: Catalogue) -> str:
    """Write what a code means as Markdown."""
    entry = catalogue.codes[code]
    lines = [f"## {code.removeprefix('http/')} {entry.name}", "", entry.summary]
    for role, meaning in entry.meanings.items():
        lines += ["", f"**From {ROLE[role]}.** {meaning.means} {who(meaning.owner, catalogue)} acts.", ""]
        for n, check in enumerate(meaning.checks, 1):
            lines.append(f"{n}. {check.do}" + (f"\n   {fenced(check.run)}" if check.run else ""))
    return "\n".join(lines) + "\n"
