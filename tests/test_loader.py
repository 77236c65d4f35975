"""The strict loader: a table of broken entries, each with the error it must give, at its place."""

from __future__ import annotations

import re
import shutil
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path

import jsonschema
import pytest
import yaml

from explainer.build.load import CODES, FOLDERS, CatalogueError, load, read_entry
from explainer.build.schema import schema
from explainer.build.tables import with_tables
from explainer.catalogue import Catalogue, Code, Layer, Registered, Stack, as_plain, loads

CODE = (CODES / "http" / "502.yml").read_text("utf-8")
LAYER = (CODES / "layers" / "nginx.yml").read_text("utf-8")

# name: (type, what to replace, by what, key path, part of the message, whether JSON Schema can see it)
BROKEN = {
    "unknown key": (Code, "label:", "lable:", "lable", "did you mean 'label'?", True),
    "missing key": (Code, "label: no valid answer\n", "", "label", "required: text", True),
    "no text": (Code, "label: no valid answer", "label:", "label", "found nothing", True),
    "duplicate key": (Code, "label: no", "label: x\nlabel: no", "label", "a second time, first in line", False),
    "not a mapping": (Code, "meanings:\n", "meanings: [a]\nmeaning2:\n", "meanings", "allowed: a mapping", True),
    "not a list": (Code, "    causes:\n", "    causes: one\n    cause:\n", "meanings.gateway.causes", "allowed: a list", True),
    "wrong word": (Code, "broken: behind", "broken: behnd", "broken", "did you mean 'behind'?", True),
    "wrong role": (Code, "  gateway:\n", "  gatway:\n", "meanings.gatway", "did you mean 'gateway'?", True),
    "not a number": (Code, "broken: behind", "broken: behind\nstatus: many", "status", "a whole number", True),
    "not a failure": (Code, "  - dns_error", "  - dns_eror", "failure[0]", "did you mean 'dns_error'?", True),
    "nested missing": (Code, "    owner: application\n", "", "meanings.application.owner", "required: one of", True),
    "signal without why": (Layer, "    why: nginx ends its own error pages with its name.\n", "", "fingerprint[1].why", "required", True),
    "wrong strength": (Layer, "strength: conclusive", "strength: sure", "fingerprint[0].strength", "conclusive, strong, weak", True),
    "not YAML": (Code, "name: Bad Gateway", "name: 'Bad", "", "not YAML", False),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_entry(name: str) -> None:
    """Each broken entry is refused at its key path, with a line, what was found and what is allowed."""
    kind, old, new, key, message, in_schema = BROKEN[name]
    text = CODE if kind is Code else LAYER
    assert old in text
    broken = text.replace(old, new, 1)
    _, reader = read_entry(kind, broken, "codes/x.yml")
    fitting = [p for p in reader.problems if p.key == key and message in str(p)]
    assert fitting, [str(p) for p in reader.problems]
    assert str(fitting[0]).startswith(f"codes/x.yml:{fitting[0].line}:")
    if in_schema:
        # The types of a YAML 1.2 reader that keeps everything as text but numbers.
        plain = yaml.load(broken, TextLoader)
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(plain, schema(kind, "x"))


class TextLoader(yaml.SafeLoader):
    """Reads every scalar as text, but whole and decimal numbers as such."""


TextLoader.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in found if tag.endswith((":int", ":float"))]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_schema_accepts_every_entry() -> None:
    """The JSON Schema accepts what the loader accepts."""
    for path in sorted(CODES.glob("*/*.yml")):
        kind = FOLDERS.get(path.parent.name, Code)
        plain = yaml.load(path.read_text("utf-8"), TextLoader)
        jsonschema.validate(plain, schema(kind, "x"))


def test_all_errors_of_all_files_at_once(tmp_path: Path) -> None:
    """Two broken files give all their errors in one message."""
    shutil.copytree(CODES, tmp_path / "codes")
    first, second = tmp_path / "codes/http/502.yml", tmp_path / "codes/layers/nginx.yml"
    first.write_text(CODE.replace("label:", "lable:").replace("broken: behind", "broken: behnd"), "utf-8")
    second.write_text(LAYER.replace("role: gateway", "role: gatway"), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path / "codes")
    said = str(caught.value)
    assert said.startswith("4 problems")
    assert "codes/http/502.yml" in said
    assert "codes/layers/nginx.yml" in said


# what to replace in nginx's entry, by what, and the message
RULES = {
    "citation": ("    source: limit\n", "    source: limits\n", "did you mean 'limit'?"),
    "uncited source": ("sources:\n", "sources:\n  spare:\n    url: https://nginx.org/\n    kind: vendor-docs\n    checked: 2026-11-24\n", "nothing cites"),
    "no code": ("code: http/504", "code: http/599", "did you mean"),
    "no layer": ("look_alikes:\n  apache:", "look_alikes:\n  apcahe:", "did you mean 'apache'?"),
    "not RE2": (r"':reason': Gateway Time-out", r"':reason': '(?=G)Gateway.*'", "what RE2 knows"),
    "no regex": (r"':reason': Gateway Time-out", r"':reason': '(Gateway'", "a regular expression"),
    "no such part": ("':reason': Gateway", "':reasons': Gateway", "did you mean"),
    "upper case": ("      server: 'nginx", "      Server: 'nginx", "in lower case"),
    "no date": ("checked: 2026-11-26", "checked: yesterday", "a day as"),
    "two sentences": ("summary: Reverse", "summary: A thing. Reverse", "one sentence"),
}  # fmt: skip


@pytest.mark.parametrize("name", RULES)
def test_broken_rule(name: str, tmp_path: Path) -> None:
    """Each rule that spans entries points at the line that breaks it."""
    old, new, message = RULES[name]
    assert old in LAYER
    shutil.copytree(CODES, tmp_path / "codes")
    (tmp_path / "codes/layers/nginx.yml").write_text(LAYER.replace(old, new), "utf-8")
    with pytest.raises(CatalogueError) as caught:
        load(tmp_path / "codes")
    problem = next(p for p in caught.value.problems if message in str(p))
    assert problem.file == "codes/layers/nginx.yml"
    assert problem.line > 1


STACK = """name: A
kind: database
steps: [{do: Look., codes: [http/500], source: page}]
sources: {page: {url: "https://a.example/", kind: vendor-docs, checked: 2026-11-24}}
"""


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("http/500", "http/599", r"steps\[0\].codes\[0\]: found 'http/599'"),
        ("source: page", "source: pages", r"steps\[0\].source: found the source 'pages'; did you mean 'page'"),
        ("kind: database", "kind: databse", r"kind: found 'databse'; did you mean 'database'"),
        ("name: A", "name: A", r"logs: found it twice or nowhere; required: once, in this file"),
    ],
)
def test_broken_stack(old: str, new: str, message: str, tmp_path: Path) -> None:
    """A stack that leads nowhere, cites nothing or does not say where it logs is refused."""
    shutil.copytree(CODES, tmp_path / "codes")
    (tmp_path / "codes/stacks/a.yml").write_text(STACK.replace(old, new), "utf-8")
    with pytest.raises(CatalogueError, match=message):
        load(tmp_path / "codes")


def test_json_form_loses_nothing(catalogue: Catalogue) -> None:
    """The compiled catalogue reads back equal to the one that was compiled."""
    import json

    read = loads(json.dumps(as_plain(catalogue)))
    for part in fields(catalogue):
        assert getattr(read, part.name) == getattr(catalogue, part.name)


def test_registered_refuses_server_errors(tmp_path: Path) -> None:
    """A server error among the short entries, and a key that they do not have, are refused at their line."""
    text = "404: {name: a, means: b, defined: c}\n502: {name: a, means: b, defined: c}\n"
    (tmp_path / "registered.yml").write_text(text, "utf-8")
    with pytest.raises(CatalogueError, match=r"registered.yml:2: 502: found '502'; allowed: a number from 100 to 499"):
        load(tmp_path)
    (tmp_path / "registered.yml").write_text("404: {name: a, mean: b, defined: c}\n", "utf-8")
    with pytest.raises(CatalogueError, match=r"registered.yml:1: 404.mean: found an unknown key; did you mean 'means'"):
        load(tmp_path)


def test_guide_for_authors() -> None:
    """In `codes/README.md` the tables are those of the types, and each annotated entry is one that the loader takes."""
    guide = (CODES / "README.md").read_text("utf-8")
    assert with_tables(guide) == guide
    kinds = (Code, Layer, Stack, Mapping[str, Registered])
    for kind, entry in zip(kinds, re.findall(r"```yaml\n(.*?)```", guide, re.DOTALL), strict=True):
        assert read_entry(kind, entry, "codes/README.md")[1].problems == []
