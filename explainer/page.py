"""Draws verdicts and paths for a page, as trees of elements that hold text as text; the one drawing for every face.

A tree is `[tag, attributes, children]`, a child a tree or a string. Python writes it as HTML (`to_html`), the browser
makes elements of it: pasted text never becomes markup. An `href` without a scheme counts from the site's root.
"""

from __future__ import annotations

import html
import re
from typing import Any

from explainer.catalogue import Catalogue, Check
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

Tree = list[Any]
LINES_SHOWN = 60  # of a long paste: those around the evidence
LINE_LENGTH = 400


def el(tag: str, *children: Tree | str | None, **attributes: str) -> Tree:
    """Make an element; `_` in an attribute's name stands for `-`, at its end for nothing (`class_`, `data_n`)."""
    names = {name.rstrip("_").replace("_", "-"): value for name, value in attributes.items()}
    return [tag, names, [child for child in children if child]]


def to_html(tree: Tree | str, base: str = "") -> str:
    """Write a tree as HTML; `base` leads from the page to the site's root."""
    if isinstance(tree, str):
        return html.escape(tree, quote=False)
    tag, attributes, children = tree
    written = "".join(f' {name}="{html.escape(resolve(name, value, base))}"' for name, value in attributes.items())
    return f"<{tag}{written}>{''.join(to_html(child, base) for child in children)}</{tag}>"


def resolve(name: str, value: str, base: str) -> str:
    """Lead an address that counts from the site's root to it."""
    return base + value if name == "href" and not re.match(r"[a-z]+:|#", value) else value


def inline(prose: str) -> list[Tree | str]:
    """Turn the code spans of a sentence into elements."""
    return [el("code", part) if odd % 2 else part for odd, part in enumerate(prose.split("`")) if part]


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
    button = el("button", "Copy", type="button", data_copy="")
    return el("div", el("pre", el("code", run), tabindex="0"), button, class_="xx-cmd")


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
    marks = {e.line: "xx-for" for e in verdict.evidence} | {e.line: "xx-against" for e in verdict.against}
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
        mark = marks.get(n)
        row = {"class_": mark, "id": f"xx-line-{n}", "tabindex": "0"} if mark else {}
        rows.append(el("span", cut or " ", data_n=str(n), **row))
    return el("pre", *rows, class_="xx-paste", tabindex="0", role="group", aria_label="What you pasted, line by line")


def reasons(verdict: Verdict) -> Tree:
    """List what each marked line says."""
    items = []
    for word, kind, evidence in (("", "", verdict.evidence), ("Against: ", "xx-no", verdict.against)):
        for e in evidence:
            number = (
                el("a", str(e.line), href=f"#xx-line-{e.line}", data_line=str(e.line)) if e.line else el("span", "–")
            )
            items.append(el("li", number, el("span", word, *inline(e.why)), **({"class_": kind} if kind else {})))
    return el("ul", *items, class_="xx-why")


def verdict_view(verdict: Verdict, text: str, catalogue: Catalogue) -> Tree:
    """Draw the whole verdict: answer, path, facts, what to check, why."""
    number = el("span", str(verdict.status), class_="xx-code") if verdict.status else None
    head = el("h2", number, headline(verdict, catalogue), class_="xx-answer", tabindex="-1", id="xx-answer")
    if verdict.status is None and verdict.generated_by is None:
        more = [el("p", *inline(verdict.ask.why)), command(verdict.ask.run)] if verdict.ask else []
        return el("section", head, *more, *(el("p", n, class_="xx-soft") for n in verdict.notes), class_="xx-verdict")
    rank = level(verdict.confidence) if verdict.confidence != "none" else 0
    dots = el("span", *(el("i", **({} if i < rank else {"class_": "xx-off"})) for i in range(3)),
              class_="xx-dots", aria_hidden="true")  # fmt: skip
    word = CONFIDENCE[verdict.confidence].capitalize() + "."
    sure = el("p", dots, el("span", el("b", word), " ", why_so_sure(verdict)), class_="xx-sure")
    stops = path_stops(verdict, catalogue)
    checks: list[Tree] = []
    if verdict.checks:
        checks += [el("h3", "Check first"), el("div", *check_item(verdict.checks[0]), class_="xx-first")]
    if verdict.checks[1:]:
        rest = (el("li", *check_item(c)) for c in verdict.checks[1:])
        checks += [el("h3", "Then"), el("ol", *rest, class_="xx-checks", start="2")]
    if verdict.fixes:
        checks += [el("h3", "Fixes"), el("ul", *(el("li", *inline(f)) for f in verdict.fixes))]
    why = [el("h3", "Why we say so"), pasted_lines(verdict, text), reasons(verdict)]
    if verdict.ask:
        title = "What would tell" if verdict.generated_by is None else "To be surer still"
        why += [el("h3", title), command(verdict.ask.run), el("p", *inline(verdict.ask.why), class_="xx-soft")]
    asked = verdict.generated_by is None
    return el(
        "section",
        head,
        el("p", *inline(lead(verdict, catalogue)), class_="xx-lead"),
        sure,
        path_drawing(stops) if len(stops) > 1 else None,
        facts_row(verdict, catalogue),
        el("ul", *(el("li", n) for n in verdict.notes), class_="xx-notes") if verdict.notes else None,
        el("div", el("div", *(why if asked else checks)), el("div", *(checks if asked else why)), class_="xx-cols"),
        class_="xx-verdict",
    )
