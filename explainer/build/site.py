"""Turns the catalogue into every generated page, card and API file: a pure function from entries to paths and texts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import jinja2
import markdown

from explainer import Catalogue
from explainer.build.captures import Capture
from explainer.build.diagram import as_svg
from explainer.build.examples import base_of, shown_by_code
from explainer.build.front import cited, host
from explainer.build.lookup import rows
from explainer.build.overview import GROUPS, group_of, ordered, overviews, stacks_by_kind, title_of
from explainer.build.schema import code_schema, verdict_schema
from explainer.build.search import answers_of_code
from explainer.catalogue import ROLES, Answer, Code, Layer, Meaning, Stack, Step
from explainer.page import check_item, fact, path_drawing
from explainer.reference import code_as_dict
from explainer.tree import el, to_html
from explainer.words import BEHIND, CONFIDENCE, OWNER, REACHED, RETRY, ROLE, Stop, address, who

# Three real responses to try: an edge, a gateway in front of a dead app, an app itself.
EXAMPLES = (
    ("nginx, its app is down", "105-nginx-up-refused"),
    ("Envoy, no healthy upstream", "252-envoy-no-upstream-hc"),
    ("an app's own 500 behind nginx", "257-nginx-pass-gflask-orders"),
)
BOX_SCRIPTS = ("explainer.js", "hand.js", "keep.js", "lookup.js", "tabs.js")
ROLE_TITLE = {
    "client": "No response", "edge": "Edges", "load-balancer": "Load balancers", "gateway": "Gateways",
    "server": "App servers", "application": "Apps and frameworks",
}  # fmt: skip
STACK_KIND = {
    "proxy": "Proxies", "app-server": "App servers", "database": "Databases", "system": "Containers and systems",
    "platform": "Clouds and platforms",
}  # fmt: skip
MARKDOWN = markdown.Markdown()
# What Markdown would take for its own marks where HTML stands inside a tab or a table.
LITERAL = str.maketrans({mark: f"&#{ord(mark)};" for mark in "\\*_`[|"})
TEMPLATES = Path(__file__).parents[2] / "overrides" / "entries"
COMPILED = Path(__file__).parents[2] / "build" / "templates"


@dataclass(frozen=True, slots=True)
class Page:
    """One file of the site; `source` is the entry it was made from, for the edit link."""

    text: str
    source: str | None = None


def render_site(catalogue: Catalogue, captures: tuple[Capture, ...], today: str) -> dict[str, Page]:
    """Give every generated file by its path below the docs folder; `today` stands in the API's envelopes."""
    pages: dict[str, Page] = {}
    shown = shown_by_code(catalogue, captures)
    for code, entry in catalogue.codes.items():
        source = f"codes/{code}.yml"
        pages[f"{address(code)}index.md"] = Page(
            render("code.md", catalogue, **code_context(code, entry, catalogue, shown)), source
        )
        card = render(
            "card.html", catalogue, code=code, entry=entry, role=first_role(entry), meaning=first_meaning(entry)
        )
        broken = f"Where {number(code)} {entry.name} breaks: {entry.label}"
        pages[f"{address(code)}path.svg"] = Page(as_svg(stops(entry, catalogue), broken))
        pages[f"cards/{address(code)}index.html"] = Page(card, source)
        pages[f"api/v1/codes/{code}.json"] = Page(as_json(code_as_dict(code, catalogue)), source)
    seen = Counter(c.generator for c in captures if c.form == "paste")
    for layer, described in catalogue.layers.items():
        context = {"id": layer, "layer": described, "seen": seen[layer]}
        pages[f"layers/{layer}/index.md"] = Page(render("layer.md", catalogue, **context), f"codes/layers/{layer}.yml")
    for stack, told in catalogue.stacks.items():
        source = f"codes/stacks/{stack}.yml"
        pages[f"stacks/{stack}/index.md"] = Page(render("stack.md", catalogue, id=stack, stack=told), source)
    for path, (template, context, source_file) in overviews(catalogue, captures).items():
        pages[path] = Page(render(template, catalogue, **context), source_file)
    listed = [{"id": i, "name": c.name, "path": address(i), "summary": c.summary} for i, c in ordered(catalogue)]
    envelope = {"schema_version": 1, "generated_at": today, "total": len(listed), "result": listed}
    pages["api/v1/codes.json"] = Page(as_json(envelope))
    pages["assets/lookup.json"] = Page(json.dumps(rows(catalogue), ensure_ascii=False, separators=(",", ":")))
    pages["api/v1/code.schema.json"] = Page(as_json(code_schema()))
    pages["api/v1/verdict.schema.json"] = Page(as_json(verdict_schema()))
    return pages


def as_json(plain: Any) -> str:
    """Write an API file."""
    return json.dumps(plain, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def render(template: str, catalogue: Catalogue, **context: Any) -> str:
    """Fill a template of `overrides/entries`."""
    return templates(catalogue).get_template(template).render(**context)


@lru_cache(maxsize=1)
def templates(catalogue: Catalogue) -> jinja2.Environment:
    """Prepare the templates of one catalogue once: compiling them takes longer than filling them."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES), trim_blocks=True, lstrip_blocks=True,
        undefined=jinja2.StrictUndefined, autoescape=jinja2.select_autoescape(["html"]), bytecode_cache=compiled(),
    )  # fmt: skip
    environment.globals.update(
        catalogue=catalogue, address=address, owner={o: who(o, catalogue) for o in OWNER},
        reached=REACHED, retry=RETRY, role_name=ROLE,
        confidence=CONFIDENCE, drawing=drawing, facts=facts, role_title=ROLE_TITLE, stack_kind=STACK_KIND,
        check=check_html, unlogged=unlogged, prose=prose, literal=literal,
        ordered=ordered, number=number, host=host, cited=cited, sentence=json.dumps,
    )  # fmt: skip
    return environment


def compiled() -> jinja2.BytecodeCache:
    """Keep compiled templates from one build to the next: there are some sixty, most of them the theme's."""
    COMPILED.mkdir(parents=True, exist_ok=True)
    return jinja2.FileSystemBytecodeCache(str(COMPILED))


def own_errors(layer: Layer, code: str) -> list[str]:
    """List a layer's own errors that come with a code."""
    return [error for error, said in layer.errors.items() if said.code == code]


def unlogged(rows: Sequence[tuple[str, str, Answer]]) -> str:
    """List the conditions among a layer's answers that leave no known line in its log, each once, as Markdown."""
    logged = {answer.to for _, _, answer in rows if answer.log}
    return ", ".join(dict.fromkeys(f"`{answer.to}`" for _, _, answer in rows if answer.to not in logged))


def number(code: str) -> str:
    """Give a code's number."""
    return code.split("/")[1]


def prose(text: str) -> str:
    """Render an entry's Markdown outside MkDocs, without a paragraph around it."""
    made = MARKDOWN.reset().convert(text)
    return made.removeprefix("<p>").removesuffix("</p>")


def first_role(entry: Code) -> str:
    """Name the role that a code's drawing shows: the first in its entry, which is the commonest."""
    return next(iter(entry.meanings))


def first_meaning(entry: Code) -> Meaning:
    """Give the meaning that goes with the drawing."""
    return next(iter(entry.meanings.values()))


def stops(entry: Code, catalogue: Catalogue) -> list[Stop]:
    """Lay out a code's path with its broken place."""
    role = first_role(entry)
    name = catalogue.layers[entry.generated_by[0]].name if entry.generated_by else ROLE[role].split(" ", 1)[1]
    if entry.broken == "before":
        return [
            Stop("You", ""),
            Stop(name, "writes it", "generated", entry.label),
            Stop("the site", "not reached", "unseen"),
        ]
    if entry.broken == "itself":
        return [Stop("You", ""), Stop(name, entry.label, "failed")]
    return [Stop("You", ""), Stop(name, "writes it", "generated"), Stop(BEHIND[role], "", "unseen", entry.label)]


def drawing(entry: Code, catalogue: Catalogue) -> str:
    """Draw a code's path."""
    return to_html(path_drawing(stops(entry, catalogue), f"Where {entry.name} breaks: {entry.label}"))


def facts(entry: Code, role: str, catalogue: Catalogue) -> str:
    """Draw a code's facts row for one role of the generator."""
    meaning = next(m for r, m in entry.meanings.items() if r == role)
    writers = ", ".join(catalogue.layers[n].name for n in entry.generated_by)
    name = writers or ROLE[role][0].upper() + ROLE[role][1:]
    row = el(
        "dl", fact("Written by", name), fact("Who acts", who(meaning.owner, catalogue)),
        fact("Reached the app", REACHED[meaning.reached_app]), fact("Safe to retry", *RETRY[meaning.retry]),
        class_="xx-facts",
    )  # fmt: skip
    return to_html(row)


def check_html(item: Any) -> str:
    """Draw one check, to the letter wherever a page puts it."""
    return literal("".join(to_html(part) for part in check_item(item)))


def literal(html: str) -> str:
    """Keep Markdown from reading marks of its own into HTML."""
    return str(html).translate(LITERAL)


def family(catalogue: Catalogue, base: str = "") -> str:
    """Draw the table of the 5xx that IANA and Cloudflare assigned: number, name, the broken link small, who acts."""
    rows = []
    for code, entry in ordered(catalogue):
        if entry.retired or entry.moved or group_of(code) not in GROUPS[:2]:
            continue
        meaning = first_meaning(entry)
        link = el("a", el("b", number(code)), " ", entry.name, href=address(code))
        small = path_drawing(stops(entry, catalogue), entry.label)
        small[1]["class"] += " xx-small"
        rows.append(el("tr", el("td", link), el("td", small), el("td", who(meaning.owner, catalogue))))
    head = el("tr", *(el("th", h, scope="col") for h in ("Code", "What breaks", "Who acts")))
    return to_html(el("table", el("thead", head), el("tbody", *rows), class_="xx-family"), base)


def code_context(code: str, entry: Code, catalogue: Catalogue, shown: Mapping[str, list[str]]) -> dict[str, Any]:
    """Gather what a code's page shows."""
    answering = list(answers_of_code(code, catalogue))
    return {
        "code": code, "entry": entry, "answering": answering, "role": first_role(entry),
        "meaning": first_meaning(entry), "base": base_of(code), "shown": shown.get(code, []),
        "by_stack": steps_by_kind(code, catalogue),
        "finer": [(i, x, errors) for i, x in catalogue.layers.items() if (errors := own_errors(x, code))],
    }  # fmt: skip


def steps_by_kind(code: str, catalogue: Catalogue) -> dict[str, list[tuple[str, Stack, list[Step]]]]:
    """List what to do for a code on each product, by kind; only those that have a step for it."""
    found = {
        kind: [(i, s, steps) for i, s in stacks if (steps := [step for step in s.steps if code in step.codes])]
        for kind, stacks in stacks_by_kind(catalogue).items()
    }
    return {kind: products for kind, products in found.items() if products}


def navigation(catalogue: Catalogue) -> list[dict[str, Any]]:
    """List codes and layers for the navigation, in sections of at most some twenty."""
    groups: dict[str, list[dict[str, str]]] = {group: [] for group in GROUPS}
    for code, entry in ordered(catalogue):
        groups[group_of(code)].append({title_of(code, entry, catalogue): f"{address(code)}index.md"})
    layers: list[Any] = [{"All layers": "layers/index.md"}]
    for role in ROLES:
        found = sorted((d.name.lower(), d.name, i) for i, d in catalogue.layers.items() if d.role == role)
        if found:
            layers.append({ROLE_TITLE[role]: [{name: f"layers/{i}/index.md"} for _, name, i in found]})
    codes: list[Any] = [{"How status codes work": "statuses/index.md"}, {"All codes": "codes/index.md"}]
    codes += [{group: pages} for group, pages in groups.items() if pages]
    stacks: list[Any] = [{"All stacks": "stacks/index.md"}]
    for kind, told in stacks_by_kind(catalogue).items():
        stacks.append({STACK_KIND[kind]: [{stack.name: f"stacks/{i}/index.md"} for i, stack in told]})
    return [{"Codes": codes}, {"Stacks": stacks}, {"Layers": layers}]


def fill_markers(text: str, catalogue: Catalogue, captures: tuple[Capture, ...], base: str, runtime: str) -> str:
    """Replace `<!-- explainer -->` and `<!-- family -->` in a hand-written page."""
    if "<!-- explainer -->" in text:
        text = text.replace("<!-- explainer -->", box(catalogue, captures, base, runtime))
    return text.replace("<!-- family -->", family(catalogue, base)) if "<!-- family -->" in text else text


def box(
    catalogue: Catalogue, captures: tuple[Capture, ...], base: str, runtime: str, scripts: tuple[str, ...] = BOX_SCRIPTS
) -> str:
    """Write the paste box with its examples, and the scripts in `explainer/browser` that bring it to life."""
    examples = [(title, pick(captures, id_)) for title, id_ in EXAMPLES]
    return render("box.html", catalogue, base=base, runtime=runtime, examples=examples, scripts=scripts)


def pick(captures: tuple[Capture, ...], id_: str) -> str:
    """Give the paste of a capture."""
    return next(c.text for c in captures if c.id == id_ and c.form == "paste")
