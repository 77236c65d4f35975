"""Lays a verdict out: for a terminal, as Markdown, as JSON; decides nothing and makes no HTML."""

from __future__ import annotations

import json
import textwrap
import unicodedata
from collections.abc import Iterable, Sequence

from explainer.catalogue import Catalogue, Check
from explainer.verdict import Verdict
from explainer.words import CONFIDENCE, REACHED, RETRY, address, headline, lead, path_stops, who


def printable(text: str, keep: str = "") -> str:
    """Show control, format and line-breaking characters as escapes, so that pasted text cannot act on a terminal."""
    safe = (c in keep or (unicodedata.category(c)[0] != "C" and c not in "\u2028\u2029") for c in text)
    return "".join(c if fine else ascii(c)[1:-1] for c, fine in zip(text, safe, strict=True))


def as_json(verdict: Verdict) -> str:
    """Write the public form, keys sorted."""
    return json.dumps(verdict.as_dict(), ensure_ascii=False, indent=2, sort_keys=True)


def as_text(
    verdict: Verdict,
    text: str,
    catalogue: Catalogue,
    width: int = 100,
    color: bool = False,
    site: str = "",
    stack: str | None = None,
) -> str:
    """Write the verdict for a terminal; `text` is the paste, for the quoted lines; `stack` a product to check."""

    def paint(code: str, words: str) -> str:
        return f"\x1b[{code}m{words}\x1b[0m" if color else words

    sure = CONFIDENCE[verdict.confidence]
    number = verdict.code.partition("/")[2] if verdict.code and not verdict.generated_by else "   "
    first = f"{verdict.status or number}  {headline(verdict, catalogue)}"
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
    general = [check for check in verdict.checks if stack is None or check.stack != stack]
    for label, check in zip(("Check first", "Then"), general, strict=False):
        lines += step_as_text(label, check, width)
    if verdict.ask:
        lines += textwrap.wrap(f"To be surer    {plain(verdict.ask.why)}", width, subsequent_indent=" " * 15)
        lines.append(" " * 15 + "$ " + printable(verdict.ask.run))
    lines += on_stack(stack, [c for c in verdict.checks if c.stack == stack], catalogue, width) if stack else []
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
        known = f"5xx {verdict.code.removeprefix('http/')}"
        others = f"{known} --stack NAME" if verdict.elsewhere and not stack else ""
        lines += ["", "More: " + " · ".join(filter(None, (known, others, more)))]
    return "\n".join(lines).rstrip() + "\n"


def step_as_text(label: str, check: Check, width: int) -> list[str]:
    """Write a check beside its label, for a terminal."""
    lines = textwrap.wrap(f"{label:<15}{plain(check.do)}", width, subsequent_indent=" " * 15)
    return lines + ([" " * 15 + "$ " + printable(check.run)] if check.run else [])


def on_stack(stack: str, checks: Sequence[Check], catalogue: Catalogue, width: int) -> list[str]:
    """Write the checks on one product, each with what to expect, for a terminal."""
    name = catalogue.stacks[stack].name
    lines = ["", f"On {name}"]
    for check in checks:
        lines += ["", *step_as_text("", check, width)]
        expect = plain(check.expect or "")
        lines += textwrap.wrap(expect, width, initial_indent=" " * 15, subsequent_indent=" " * 15)
    return lines if checks else [*lines, "No check of its own for this."]


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
        lines += listed(verdict.checks)
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


def listed(checks: Iterable[Check]) -> list[str]:
    """Number checks, as Markdown."""
    return [f"{n}. {c.do}" + (f"\n   {fenced(c.run)}" if c.run else "") for n, c in enumerate(checks, 1)]


def as_chat(verdict: Verdict, catalogue: Catalogue) -> str:
    """Write the verdict as a few plain lines, for a chat."""
    status = f"{verdict.status}: " if verdict.status else ""
    lines = [f"{status}{headline(verdict, catalogue).rstrip('.')} ({CONFIDENCE[verdict.confidence]})."]
    lines += [plain(lead(verdict, catalogue))] if lead(verdict, catalogue) else []
    if verdict.status or verdict.generated_by:
        safe = "; ".join(filter(None, RETRY[verdict.retry.safe]))
        reached = REACHED[verdict.reached_app].lower()
        lines.append(f"Who acts: {who(verdict.owner, catalogue)}. Reached the app: {reached}. Safe to retry: {safe}.")
    for label, check in zip(("Check first", "Then"), verdict.checks[:2], strict=False):
        lines.append(f"{label}: {plain(check.do)}" + (f"  {printable(check.run)}" if check.run else ""))
    if verdict.ask:
        lines.append(f"To be surer: {plain(verdict.ask.why)}  {printable(verdict.ask.run)}")
    return "\n".join(lines) + "\n"


def fenced(words: str) -> str:
    """Put pasted text or a command into a code span that it cannot break out of."""
    shown = printable(words)[:200]
    run = max((len(part) for part in "".join(c if c == "`" else " " for c in shown).split()), default=0)
    fence = "`" * (run + 1)
    return f"{fence} {shown} {fence}" if run else f"`{shown}`"
