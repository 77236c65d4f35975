"""The pages that look over the whole catalogue: which template makes each, and what goes into it."""

from __future__ import annotations

from typing import Any, get_args

from explainer.build.captures import Capture
from explainer.build.sources import all_sources
from explainer.catalogue import ROLES, Catalogue, Code, Layer, Stack, StackKind
from explainer.words import CLASS

GROUPS = ("HTTP", "Cloudflare 5xx", "Cloudflare 1xxx", "Other vendors", "curl")  # the sections of the codes
# The columns of the page on conditions: what happens behind a layer, as RFC 9209 names it.
CONDITIONS = (
    ("refuses the connection", ("connection_refused",)),
    ("does not take it in time", ("connection_timeout", "destination_ip_unroutable")),
    ("closes early", ("connection_terminated", "http_response_incomplete")),
    ("says nothing in time", ("connection_read_timeout", "http_response_timeout")),
    ("is not there to choose", ("destination_unavailable", "destination_not_found", "connection_limit_reached")),
    ("has no address", ("dns_error", "dns_timeout")),
    (
        "answers what is no HTTP",
        ("http_protocol_error", "http_response_header_section_size", "http_response_header_size"),
    ),
    ("fails at TLS", ("tls_protocol_error", "tls_certificate_error", "tls_alert_received")),
)
KINDS = {
    "standard": "an RFC or a registry",
    "vendor-docs": "what the maker writes of it",
    "source-code": "the code itself, at a commit",
    "capture": "a response in this project's own corpus",
}
ORIGINS = {
    "lab": "recorded here from real servers that were broken on purpose",
    "public": "rebuilt from a public report, with its link and neutral names",
    "vendor-docs": "printed in the maker's documentation or source",
    "constructed": "made after the documentation, where nothing better is known",
}

Overview = tuple[str, dict[str, Any], str | None]  # template, what goes into it, the entry it was made from


def overviews(catalogue: Catalogue, captures: tuple[Capture, ...]) -> dict[str, Overview]:
    """Give each page by its path below the docs folder."""
    grouped = {g: [(i, c) for i, c in ordered(catalogue) if group_of(i) == g] for g in GROUPS}
    sheet = [(i, c) for group in GROUPS[:2] for i, c in grouped[group] if not c.retired and i != "http/510"]
    timers = [(i, layer, timer) for i, layer in catalogue.layers.items() for timer in layer.timers]
    timers.sort(key=lambda row: (row[2].seconds, row[1].name.lower()))
    return {
        "codes/index.md": ("codes.md", {"grouped": grouped, "title": title_of}, None),
        "cheatsheet/index.md": ("cheatsheet.md", {"rows": sheet}, None),
        "retry/index.md": ("retry.md", {"rows": sheet}, None),
        "how-we-know/index.md": ("known.md", known_context(catalogue, captures), None),
        "timeouts/index.md": ("timeouts.md", {"timers": timers}, None),
        "conditions/index.md": ("conditions.md", {"conditions": CONDITIONS, "answers": answers_of}, None),
        "statuses/index.md": ("statuses.md", {"classes": CLASS}, "codes/registered.yml"),
        "layers/index.md": ("layers.md", {"roles": ROLES}, None),
        "stacks/index.md": ("stacks.md", {"grouped": stacks_by_kind(catalogue)}, None),
    }


def stacks_by_kind(catalogue: Catalogue) -> dict[str, list[tuple[str, Stack]]]:
    """List the stacks of each kind by name; a kind that has none is left out."""
    listed = sorted(catalogue.stacks.items(), key=lambda item: item[1].name.lower())
    grouped = {kind: [(i, s) for i, s in listed if s.kind == kind] for kind in get_args(StackKind)}
    return {kind: found for kind, found in grouped.items() if found}


def ordered(catalogue: Catalogue) -> list[tuple[str, Code]]:
    """List the codes, the IETF's first, each assigner's by number."""
    return sorted(catalogue.codes.items(), key=lambda item: (item[0][:5] != "http/", int(item[0].split("/")[1])))


def answers_of(layer: Layer, column: int) -> list[str]:
    """List the codes that a layer answers to the conditions of one column, each once."""
    return list(dict.fromkeys(answer.code for answer in layer.answers if answer.to in CONDITIONS[column][1]))


def group_of(code: str) -> str:
    """Name the section that a code is listed in."""
    assigner, n = code.split("/")
    if assigner == "cloudflare":
        return GROUPS[1] if len(n) == 3 else GROUPS[2]
    return {"http": GROUPS[0], "curl": GROUPS[4]}.get(assigner, GROUPS[3])


def title_of(code: str, entry: Code, catalogue: Catalogue) -> str:
    """Title a code in a list: other vendors' numbers with who sends them."""
    sender = f" ({catalogue.layers[entry.generated_by[0]].name})" if group_of(code) == GROUPS[3] else ""
    return f"{code.partition('/')[2]} {entry.name}{sender}"


def known_context(catalogue: Catalogue, captures: tuple[Capture, ...]) -> dict[str, Any]:
    """Gather what the page on sources shows; a capture that a source names counts as one of its kind."""
    sources = list({s.url: s for _, s in all_sources(catalogue)}.values())
    return {
        "sources": sources, "oldest": min(s.checked for s in sources), "kinds": KINDS,
        "captures": captures, "origins": ORIGINS,
    }  # fmt: skip
