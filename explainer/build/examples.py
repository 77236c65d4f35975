"""Draws captures of the corpus as a code's page shows them: where each is from, its verdict, the marked lines."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from functools import cache
from typing import Any

from explainer import Catalogue, Verdict, explain
from explainer.build.captures import Capture
from explainer.page import pasted_lines, reasons
from explainer.tree import el, to_html
from explainer.verdict import arrives_on
from explainer.words import CONFIDENCE, address

LONGEST = 1500  # characters of a capture that is shown
ORIGIN = {"lab": "Recorded from", "public": "Rebuilt from", "vendor-docs": "From", "constructed": "Constructed after"}


def shown_by_code(catalogue: Catalogue, captures: tuple[Capture, ...]) -> Mapping[str, list[str]]:
    """Draw up to two captures with their computed verdict for each code, of different generators, shortest first."""
    shown: dict[str, list[str]] = {}
    used: set[tuple[str, str]] = set()
    for capture in sorted(captures, key=lambda c: (c.origin == "constructed", len(c.text))):
        if capture.form != "paste" or not capture.sure or len(capture.text) > LONGEST:
            continue
        possible = codes_of(catalogue, capture.generator, capture.status)
        if all((code, capture.generator) in used or len(shown.get(code, ())) > 1 for code in possible):
            continue  # asking for the verdict takes longer than drawing it
        verdict = explain(capture.text, catalogue)
        key = (verdict.code or "", verdict.generated_by or "")
        if verdict.generated_by not in capture.acceptable or key in used or len(shown.get(key[0], ())) > 1:
            continue
        used.add(key)
        shown.setdefault(key[0], []).append(example(capture, verdict))
    return shown


@cache
def codes_of(catalogue: Catalogue, generator: str, status: int | None) -> tuple[str, ...]:
    """List the codes that a layer's response with a status can have: that of the status, and the layer's own."""
    own = {code for code, entry in catalogue.codes.items() if generator in entry.generated_by}
    read = {s.assigner for s in catalogue.layers[generator].fingerprint if s.assigner}
    own |= {code for code in catalogue.codes if code.partition("/")[0] in read}
    return (
        f"http/{status}",
        *(code for code in own if status is None or arrives_on(code, catalogue) in (status, None)),
    )


def base_of(code: str) -> str:
    """Lead from a code's page to the site's root."""
    return "../" * address(code).count("/")


def example(capture: Capture, verdict: Verdict) -> str:
    """Draw one capture for the page of its verdict's code."""
    paste, why = pasted_lines(verdict, capture.text), reasons(verdict)
    for tree in (paste, why):  # several examples share a page, so no anchors
        strip_anchors(tree)
    said = f"{verdict.summary.rstrip('.')} ({CONFIDENCE[verdict.confidence]})."
    where = f"{ORIGIN[capture.origin]} {capture.source}."
    opens = el("a", "Open in the explainer", href=f"explain/#paste={packed(capture.text)}")
    head = el("p", el("b", said), " ", el("span", where, class_="xx-soft"), " ", opens)
    return to_html(el("div", head, paste, why, class_="xx-example"), base_of(verdict.code or ""))


def packed(text: str) -> str:
    """Pack a paste as the explainer's link carries it: raw deflate, base64url without padding."""
    pack = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    return base64.urlsafe_b64encode(pack.compress(text.encode()) + pack.flush()).decode().rstrip("=")


def strip_anchors(tree: Any) -> None:
    """Take ids, links and tab stops out of a tree."""
    for name in ("id", "href", "data-line"):
        tree[1].pop(name, None)
    if tree[0] == "span":
        tree[1].pop("tabindex", None)
    tree[0] = "b" if tree[0] == "a" else tree[0]
    for child in tree[2]:
        if isinstance(child, list):
            strip_anchors(child)
