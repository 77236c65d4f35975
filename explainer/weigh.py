"""Weighs evidence: who generated the response, how surely, and what the path was; picks no words and no advice."""

from __future__ import annotations

from collections.abc import Iterable

from explainer.catalogue import ROLES, STRENGTHS, Catalogue
from explainer.evidence import Evidence

GENERIC = "application"  # the layer that stands for an app of no known framework


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
        inner = [
            e
            for e in self.evidence
            if e.layer != layer
            and self.depth(e.layer) > self.depth(layer)
            and not (e.logged and e.says == "handled")  # it was there; that it answered, its log does not say
        ]
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
        """List the layers that were on the way, client side first; one that passed it on twice stands twice."""
        seen = {e.layer for e in self.evidence if e.says != "generated"}
        if generator is not None:
            seen = {n for n in seen if n == generator or self.depth(n) <= self.depth(generator)} | {generator}
        places = {n: sorted({e.member for e in self.evidence if e.layer == n and e.member is not None}) for n in seen}
        unlisted: list[int | None] = [None]
        stops = [(n, m) for n in seen for m in (places[n] or unlisted)]
        stops.sort(key=lambda stop: (self.depth(stop[0]), stop[0] == generator, stop[0]))
        # Via says the order, nearest the origin first: those it names take their places among themselves.
        listed = sorted((s for s in stops if s[1] is not None), key=lambda stop: -(stop[1] or 0))
        return tuple((listed.pop(0) if stop[1] is not None else stop)[0] for stop in stops)
