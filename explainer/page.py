"""Draws verdicts and paths for a page, as trees of elements that hold text as text; the one drawing for every face."""

from __future__ import annotations

import re
from collections.abc import Iterable

from explainer.advice import INVISIBLE, Advised
from explainer.catalogue import Catalogue, Check
from explainer.further import by_stack, read_on
from explainer.tree import Tree, el, inline
from explainer.verdict import Verdict
from explainer.weigh import level
from explainer.words import (
    CONFIDENCE,
    REACHED,
    RETRY,
    Stop,
    address,
    code_of,
    headline,
    lead,
    path_stops,
    who,
    why_so_sure,
)

LINES_SHOWN = 60  # of a long paste: those around the evidence
LINE_LENGTH = 400


def path_drawing(stops: list[Stop], label: str = "The response's path, from you inwards") -> Tree:
    """Draw a path with its broken place."""
    items = []
    for number, stop in enumerate(stops):
        link = None
        if number:
            says = el("em", stop.broken) if stop.broken else None
            link = el("div", says, class_="xx-link xx-broken" if stop.broken else "xx-link")
        note = el("span", stop.note) if stop.note else None
        items.append(el("li", link, el("div", el("b", stop.name), note, class_=f"xx-stop xx-{stop.state}")))
    return el("ol", *items, class_="xx-path", aria_label=label)


def fact(term: str, value: Tree | str, small: str = "", more: Tree | None = None) -> Tree:
    """Draw one fact of the facts row."""
    return el("div", el("dt", term), el("dd", value, el("small", *inline(small)) if small else None, more))


def command(run: str) -> Tree:
    """Draw a command with its copy button."""
    named = f"Copy {' '.join(run.split()[:2])}"  # so that a list of buttons tells them apart
    button = el("button", "Copy", type="button", data_copy="", aria_label=named)
    return el("div", el("pre", el("code", run)), button, class_="xx-cmd")


def check_item(check: Check) -> list[Tree]:
    """Draw a check's step, command and expectation."""
    parts = [el("p", *inline(check.do))]
    parts += [command(check.run)] if check.run else []
    return parts + ([el("p", *inline(check.expect), class_="xx-soft")] if check.expect else [])


def facts_row(verdict: Verdict, catalogue: Catalogue) -> Tree:
    """Draw who acts, whether it reached the app, whether a retry is safe, and the code."""
    safe, but = RETRY[verdict.retry.safe]
    after = verdict.retry.after
    wait = None if after is None else el("small", "after ", el("time", f"{after} s", data_after=str(after)))
    code = code_of(verdict, catalogue)
    number = verdict.code.split("/")[1] if verdict.code else ""
    named: Tree | str = el("a", f"{number} {code.name}", href=address(verdict.code or "")) if code else "Unknown"
    if verdict.generated_by == "client":
        named = "None arrived"
    return el(
        "dl",
        fact("Who acts", who(verdict.owner, catalogue)),
        fact("Reached the app", REACHED[verdict.reached_app]),
        fact("Safe to retry", safe, but, wait),
        fact("Code", named),
        class_="xx-facts",
    )


def pasted_lines(verdict: Verdict, text: str) -> Tree:
    """Show the paste numbered, its evidence marked; of a long one the lines around the evidence."""
    lines = text.replace("\r\n", "\n").split("\n")
    while lines and not lines[-1].strip():
        lines.pop()
    marks = {e.line: ("xx-for", "Evidence: ") for e in verdict.evidence}
    marks |= {e.line: ("xx-against", "Against: ") for e in verdict.against}
    shown = set(range(1, len(lines) + 1))
    if len(lines) > LINES_SHOWN:
        near = [m for m in marks if m] or [1]
        shown = {n for m in near for n in range(m - 6, m + 7)} & shown
    rows, before = [], 0
    for n in sorted(shown)[:LINES_SHOWN]:
        if n != before + 1:
            rows.append(el("span", "…", class_="xx-gap", data_n=" "))
        before, line = n, lines[n - 1]
        cut = line[:LINE_LENGTH] + ("…" if len(line) > LINE_LENGTH else "")
        kind, word = marks.get(n, ("", ""))
        row = {"class_": kind, "id": f"xx-line-{n}", "tabindex": "-1"} if kind else {}
        said = el("small", word, class_="xx-aside") if word else None
        rows.append(el("span", el("span", said, *visible(cut or " ")), data_n=str(n), **row))
    return el("pre", *rows, class_="xx-paste", role="group", aria_label="What you pasted, line by line")


def visible(line: str) -> Iterable[Tree | str]:
    """Put the number of an invisible character in its place, so that none of them can act on the page."""
    parts = re.split(f"({INVISIBLE.pattern})", line)
    return (el("b", f"U+{ord(part):04X}", class_="xx-char") if odd % 2 else part for odd, part in enumerate(parts))


def reasons(verdict: Verdict) -> Tree:
    """List what each marked line says."""
    items = []
    for word, kind, evidence in (("", "", verdict.evidence), ("Against: ", "xx-no", verdict.against)):
        for e in evidence:
            number = el("span", "–")
            if e.line:
                to = {"href": f"#xx-line-{e.line}", "data_line": str(e.line), "aria_label": f"Line {e.line}"}
                number = el("a", str(e.line), **to)
            items.append(el("li", number, el("span", word, *inline(e.why)), **({"class_": kind} if kind else {})))
    return el("ul", *items, class_="xx-why")


def list_of(checks: Iterable[Check], start: int = 1) -> Tree:
    """Draw checks one after the other, numbered."""
    return el("ol", *(el("li", *check_item(c)) for c in checks), class_="xx-checks", start=str(start))


def product(stack: str, shown: bool, checks: list[Advised], catalogue: Catalogue) -> Tree:
    """Draw the checks on one product; the page makes tabs of several."""
    name = catalogue.stacks[stack].name
    more = el("p", el("a", f"All checks on {name}", href=f"stacks/{stack}/"), class_="xx-on")
    seen = {"data_seen": "seen"} if shown else {}
    return el("div", el("h4", name), list_of(checks), more, class_="xx-stack", data_stack=stack, **seen)


def further_checks(verdict: Verdict, catalogue: Catalogue) -> list[Tree]:
    """Draw what comes after the first check: by product, then for all, then the fixes."""
    drawn: list[Tree] = []
    products = by_stack(verdict, catalogue)
    if products:
        parts = (product(stack, shown, checks, catalogue) for stack, shown, checks in products)
        every = el("p", el("a", "The other stacks", href=f"{address(verdict.code or '')}#by-stack"), class_="xx-on")
        drawn.append(el("div", el("h3", "By stack"), *parts, every, class_="xx-stacks"))
    if rest := [check for check in verdict.checks[1:] if not check.stack]:
        drawn += [el("h3", "On any stack" if products else "Then"), list_of(rest, 1 if products else 2)]
    if verdict.fixes:
        drawn += [el("h3", "Fixes"), el("ul", *(el("li", *inline(f)) for f in verdict.fixes))]
    return drawn


def verdict_view(verdict: Verdict, text: str, catalogue: Catalogue, also: tuple[str, ...] = ()) -> Tree:
    """Draw the whole verdict: answer, path, facts, what to check, why; `also` are notes of the page's own."""
    number = el("span", str(verdict.status), class_="xx-code") if verdict.status else None
    head = el(
        "h2", number, " " if number else None, *inline(headline(verdict, catalogue)), class_="xx-answer", id="xx-answer"
    )
    noted = (*verdict.notes, *also)
    notes = el("ul", *(el("li", n) for n in noted), class_="xx-notes") if noted else None
    if verdict.status is None and verdict.generated_by is None:
        more = [el("p", *inline(verdict.ask.why)), command(verdict.ask.run)] if verdict.ask else []
        return el("section", head, *more, notes, class_="xx-verdict")
    rank = level(verdict.confidence) if verdict.confidence != "none" else 0
    dots = el("span", *(el("i", **({} if i < rank else {"class_": "xx-off"})) for i in range(3)),
              class_="xx-dots", aria_hidden="true")  # fmt: skip
    word = el("b", CONFIDENCE[verdict.confidence].capitalize() + ".")
    sure = el("p", dots, el("span", word, " ", why_so_sure(verdict)), class_="xx-sure")
    stops, asked, first, tell = path_stops(verdict, catalogue), verdict.generated_by is None, [], []
    if verdict.checks:
        first = [el("h3", "Check first"), el("div", *check_item(verdict.checks[0]), class_="xx-first")]
    if verdict.ask:
        title = "What would tell" if asked else "To be surer still"
        tell = [el("h3", title), command(verdict.ask.run), el("p", *inline(verdict.ask.why), class_="xx-soft")]
    title = "Why we say so" if verdict.evidence or verdict.against else "What you pasted"
    why = [el("h3", title), pasted_lines(verdict, text), reasons(verdict)]
    pages = [el("li", el("a", says, href=page)) for page, says in read_on(verdict, catalogue)]
    further = [
        *further_checks(verdict, catalogue),
        el("div", el("h3", "Read on"), el("ul", *pages), class_="xx-on") if pages else None,
    ]
    return el(
        "section",
        head,
        el("p", *inline(lead(verdict, catalogue)), class_="xx-lead"),
        sure,
        path_drawing(stops) if len(stops) > 1 else None,
        facts_row(verdict, catalogue),
        notes,
        el(
            "div",
            el("div", *(tell if asked else first)),
            el("div", *why, *([] if asked else tell), class_="xx-because"),
            el("div", *(first if asked else []), *further),
            class_="xx-cols",
        ),
        class_="xx-verdict",
    )
