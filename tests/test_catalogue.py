"""The catalogue's content: what holds over all entries."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from http import HTTPStatus
from pathlib import Path

import jsonschema
import yaml

from explainer.build.captures import Capture
from explainer.build.site import Page, render_site
from explainer.catalogue import Catalogue
from explainer.evidence import compiled
from explainer.words import address

# 1006, 1007, 1008 and 1106; 1018 and 1023.
SHARED_NAMES = {"Access Denied: Your IP address has been banned", "Could not find host"}
DOCS = Path(__file__).parents[1] / "docs"
IANA = Path(__file__).parent / "iana" / "status-codes-5xx.yml"


def test_http_codes_are_ianas(catalogue: Catalogue) -> None:
    """`http/` is exactly IANA's list of 5xx codes, names equal to it; the standard library is a second witness."""
    registered = {int(n): name for n, name in yaml.safe_load(IANA.read_text("utf-8"))["codes"].items()}
    ours = {int(i.removeprefix("http/")): c.name for i, c in catalogue.codes.items() if i.startswith("http/")}
    assert ours == {n: re.sub(r" \(OBSOLETED\)$", "", name) for n, name in registered.items()}
    assert set(ours) == {int(s) for s in HTTPStatus if s >= 500}


def test_registered_statuses(catalogue: Catalogue) -> None:
    """Every other registered status has its short entry; the standard library is a second witness of number and name."""
    renamed = {
        413: "Content Too Large",
        414: "URI Too Long",
        416: "Range Not Satisfiable",
        422: "Unprocessable Content",
    }
    unused = {306, 418}  # registered as (Unused)
    witness = {int(s): renamed.get(s, s.phrase).lower() for s in HTTPStatus if s < 500 and s not in unused}
    ours = {int(n): e.name.lower() for n, e in catalogue.registered.items() if int(n) not in unused}
    assert ours == witness
    assert len({e.means for e in catalogue.registered.values()}) == len(catalogue.registered)


def test_wording(catalogue: Catalogue) -> None:
    """Summaries are unique, and no two codes of a folder share a name unless Cloudflare itself gives them one."""
    summaries = Counter(e.summary for group in (catalogue.codes, catalogue.layers) for e in group.values())
    assert not [s for s, n in summaries.items() if n > 1]
    names = Counter((i.split("/")[0], c.name) for i, c in catalogue.codes.items())
    assert {name for (_, name), count in names.items() if count > 1} == SHARED_NAMES


def test_unordered_lists_are_sorted(catalogue: Catalogue) -> None:
    """Lists whose order means nothing are sorted."""
    unsorted = [i for i, layer in catalogue.layers.items() if list(layer.hides) != sorted(layer.hides)]
    unsorted += [i for i, code in catalogue.codes.items() if list(code.generated_by) != sorted(code.generated_by)]
    assert not unsorted


def test_no_two_layers_share_a_conclusive_signal(catalogue: Catalogue) -> None:
    """A signal that is conclusive for one layer stands in no other."""
    seen: dict[str, str] = {}
    for name, layer in catalogue.layers.items():
        for signal in layer.fingerprint:
            if signal.strength == "conclusive":
                key = json.dumps([dict(signal.when), dict(signal.unless)], sort_keys=True)
                assert seen.setdefault(key, name) == name


def test_patterns_are_fast(catalogue: Catalogue) -> None:
    """No pattern takes a hundred times as long on a hostile value as the median pattern does."""
    hostile = [c * 20_000 for c in ("a", "<", " ", "1", "nginx/", "<hr><center>", 'x="')]
    times = {}
    for name, layer in catalogue.layers.items():
        for signal in layer.fingerprint:
            for field, pattern in [*signal.when.items(), *signal.unless.items()]:
                test = compiled(pattern, 0 if field == ":body" else re.IGNORECASE)
                began = time.perf_counter()
                for value in hostile:
                    (test.search if field == ":body" else test.fullmatch)(value)
                times[f"{name} {field} {pattern}"] = time.perf_counter() - began
    median = sorted(times.values())[len(times) // 2]
    slow = {where: t for where, t in times.items() if t > max(100 * median, 0.25)}
    assert not slow


def test_every_code_has_its_files(catalogue: Catalogue, pages: dict[str, Page]) -> None:
    """Every code has a page, a card and an API file, and every such file has a code."""
    for prefix, suffix in (("", "index.md"), ("cards/", "index.html")):
        assert {f"{prefix}{address(c)}{suffix}" for c in catalogue.codes} <= set(pages)
    api = {p.removeprefix("api/v1/codes/").removesuffix(".json") for p in pages if p.startswith("api/v1/codes/")}
    assert api == set(catalogue.codes)
    cards = {p.removeprefix("cards/").removesuffix("/index.html") for p in pages if p.startswith("cards/")}
    assert cards == {c.removeprefix("http/") for c in catalogue.codes}


def test_api_files_fit_the_public_schema(pages: dict[str, Page]) -> None:
    """Published files validate against the published schema, every key present."""
    published = json.loads(pages["api/v1/code.schema.json"].text)
    for path, page in pages.items():
        if path.startswith("api/v1/codes/"):
            jsonschema.validate(json.loads(page.text), published)


def test_cards_stand_alone(pages: dict[str, Page]) -> None:
    """A card asks for nothing: no script, no image, no style sheet, no font."""
    for path, page in pages.items():
        if path.startswith("cards/"):
            assert not re.search(r"<script|<img|<link(?! rel=.icon. href=.data:,)|@import|url\(|src=", page.text), path


def test_site_is_a_pure_function(catalogue: Catalogue, captures: tuple[Capture, ...]) -> None:
    """The same entries give the same bytes."""
    assert render_site(catalogue, captures, "2026-01-01") == render_site(catalogue, captures, "2026-01-01")


def test_ids_to_send(catalogue: Catalogue) -> None:
    """Each id that the page on reports names is a field by which the catalogue recognises that layer."""
    rows = re.findall(r"\(layers/([a-z-]+)/index\.md\) \| (.*) \|", (DOCS / "report.md").read_text("utf-8"))
    assert len(rows) > 10
    for layer, said in rows:
        known = {name for signal in catalogue.layers[layer].fingerprint for name in signal.when}
        assert set(re.findall(r"`([^`]+)`", said)) <= known, layer
