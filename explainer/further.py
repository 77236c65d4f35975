"""Picks what a reader may want after the first check: checks by product, pages to read on; draws nothing."""

from __future__ import annotations

from collections.abc import Iterator

from explainer.advice import Advised
from explainer.catalogue import Catalogue, StackKind
from explainer.verdict import Verdict
from explainer.words import address, code_of, name_of

INSIDE: tuple[StackKind, ...] = ("app-server", "system", "database")
# Which kinds of product may stand behind who wrote it; one that the paste shows is always among those picked.
BEHIND: dict[str | None, tuple[StackKind, ...]] = {
    None: ("proxy", *INSIDE),
    "edge": ("proxy", *INSIDE),
    "load-balancer": ("proxy", *INSIDE),
}


def by_stack(verdict: Verdict, catalogue: Catalogue) -> list[tuple[str, bool, list[Advised]]]:
    """Give the checks by product, each with whether the paste shows it: those first, then what may stand behind."""
    role = catalogue.layers[verdict.generated_by].role if verdict.generated_by else None
    kinds = BEHIND.get(role, INSIDE)
    found: dict[str, list[Advised]] = {}
    for check in verdict.checks[1:]:
        if check.stack:
            found.setdefault(check.stack, []).append(check)
    others = [c for c in verdict.elsewhere if catalogue.stacks[c.stack or ""].kind in kinds]
    for check in sorted(others, key=lambda c: kinds.index(catalogue.stacks[c.stack or ""].kind)):
        found.setdefault(check.stack or "", []).append(check)
    seen = (verdict.generated_by, *verdict.path)
    return [(stack, stack in seen, checks) for stack, checks in found.items()]


def read_on(verdict: Verdict, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """Give the pages of the guide that go on from this verdict, each as its address and what it tells."""
    code, layer = code_of(verdict, catalogue), catalogue.layers.get(verdict.generated_by or "")
    if code and verdict.code:
        number = verdict.code.partition("/")[2]
        yield address(verdict.code), f"{number} {code.name}: every cause, and what it is not"
    if layer and layer.url and layer.role != "client":
        about = "how it shows itself" + (", its timers" if layer.timers else "") + (", its log" if layer.logs else "")
        yield f"layers/{verdict.generated_by}/", f"{name_of(verdict.generated_by or '', catalogue)}: {about}"
    if code and any(failure.endswith("timeout") for failure in code.failure):
        yield "timeouts/", "Which timer was it?"
    if verdict.confidence in ("weak", "none"):
        yield "apart/", "Telling layers apart"
        yield "attribute/", "Make your stack say who answered"
    if code and verdict.retry.safe != "yes":
        yield "retry/", "Is it safe to retry?"
    if verdict.owner == "edge":
        yield "report/", "What to send to the vendor"
    if verdict.owner == "visitor":
        yield "visiting/", "I am only visiting"
    if verdict.status and verdict.status < 400:
        yield "errors-as-200/", "Errors that are sent as a success"
