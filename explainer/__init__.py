"""Explains a pasted HTTP response: which layer wrote it, how surely, and who acts. Standard library only, no I/O."""

from explainer.catalogue import Catalogue, bundled
from explainer.message import parse
from explainer.verdict import Verdict, decide

__all__ = ["Catalogue", "Verdict", "bundled", "explain"]


def explain(text: str, catalogue: Catalogue | None = None) -> Verdict:
    """Give the verdict on a paste; any text gets one, and none raises.

    `catalogue` is for tests and builds; without it the one that the package carries is used.
    """
    return decide(parse(text), catalogue or bundled())
