"""Reads YAML into the catalogue's types, strictly: every error at once, each with its place. Needs PyYAML."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, fields, is_dataclass
from types import UnionType
from typing import Any, Literal, get_args, get_origin

import yaml

from explainer.catalogue import hints

# What RE2 lacks: look-around, back-references, conditionals, atomic groups and possessive quantifiers.
NOT_RE2 = re.compile(r"(?<!\\)\(\?(?:[=!>(#]|<[=!]|P=)|\\[1-9]|[*+?}]\+")
PSEUDO = {":status", ":reason", ":version", ":body", ":text", ":log", ":curl"}
SafeLoader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One thing wrong with one entry: file, line (from 1), dotted key path, what was found and what is allowed."""

    file: str
    line: int
    key: str
    found: str
    allowed: str

    def __str__(self) -> str:
        """Write the problem as `file:line: key: found; allowed`."""
        return f"{self.file}:{self.line}: {self.key or 'the file'}: {self.found}; {self.allowed}"


class CatalogueError(ValueError):
    """Entries that do not fit; `problems` holds all of them."""

    def __init__(self, problems: list[Problem]) -> None:
        """Keep the problems in the order of their places."""
        self.problems = sorted(problems)
        count = f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in the catalogue"
        super().__init__("\n".join([count + ":", *map(str, self.problems)]))


def nearest(word: str, allowed: list[str]) -> str:
    """Name what is allowed, the likeliest meant first; of a long list only what is like it."""
    close = difflib.get_close_matches(word, allowed, n=5)
    said = f"did you mean '{close[0]}'? " if close else ""
    if len(allowed) > 40:
        return said + f"allowed: one of {len(allowed)}, such as {', '.join(close or allowed[:5])}"
    return said + "allowed: " + ", ".join(allowed)


class Reader:
    """Reads one file; collects its problems and the line of every key path."""

    def __init__(self, file: str) -> None:
        """Start with nothing read; `file` is the name that problems carry."""
        self.file = file
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def complain(self, node: yaml.Node, key: str, found: str, allowed: str) -> None:
        """Add a problem at a node."""
        self.problems.append(Problem(self.file, node.start_mark.line + 1, key, found, allowed))

    def value(self, kind: Any, node: yaml.Node, key: str) -> Any:
        """Read a node as a type; a problem is noted and gives None."""
        self.lines[key] = node.start_mark.line + 1
        if is_dataclass(kind) and isinstance(kind, type):
            return self.record(kind, node, key)
        origin, args = get_origin(kind), get_args(kind)
        if origin is tuple:
            if not isinstance(node, yaml.SequenceNode):
                return self.complain(node, key, f"found {describe(node)}", "allowed: a list")
            return tuple(self.value(args[0], item, f"{key}[{i}]") for i, item in enumerate(node.value))
        if origin is Mapping:
            pairs = {name: (k, v) for name, k, v in self.pairs(node, key)}
            if get_origin(args[0]) is Literal:
                for name, (k, _) in pairs.items():
                    self.choice(args[0], name, k, f"{key}.{name}")
            return {name: self.value(args[1], v, f"{key}.{name}".lstrip(".")) for name, (_, v) in pairs.items()}
        if origin is UnionType:
            return self.value(args[0], node, key)
        return self.scalar(kind, node, key)

    def scalar(self, kind: Any, node: yaml.Node, key: str) -> Any:
        """Read one word, number or text; YAML's own guess at its type is not asked."""
        if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
            return self.complain(node, key, f"found {describe(node)}", f"allowed: {naming(kind)}")
        if get_origin(kind) is Literal:
            return self.choice(kind, node.value, node, key)
        if kind in (int, float):
            try:
                return kind(node.value)
            except ValueError:
                return self.complain(node, key, f"found '{node.value}'", f"allowed: {naming(kind)}")
        return node.value

    def choice(self, kind: Any, word: str, node: yaml.Node, key: str) -> str | None:
        """Read one of a fixed set of words."""
        allowed = list(get_args(kind))
        if word in allowed:
            return word
        self.complain(node, key, f"found '{word}'", nearest(word, allowed))
        return None

    def pairs(self, node: yaml.Node, key: str) -> Iterator[tuple[str, yaml.Node, yaml.Node]]:
        """Yield a mapping's keys with their nodes, each key once."""
        if not isinstance(node, yaml.MappingNode):
            self.complain(node, key, f"found {describe(node)}", "allowed: a mapping of keys to values")
            return
        seen: dict[str, int] = {}
        for k, v in node.value:
            name, path = str(k.value), f"{key}.{k.value}".lstrip(".")
            if name in seen:
                self.complain(k, path, f"found the key a second time, first in line {seen[name]}", "allowed: once")
                continue
            seen[name] = k.start_mark.line + 1
            yield name, k, v

    def record(self, kind: type, node: yaml.Node, key: str) -> Any:
        """Read a mapping with a fixed set of keys."""
        types, known, found = hints(kind), fields(kind), {}
        before = len(self.problems)
        for name, k, v in self.pairs(node, key):
            path = f"{key}.{name}".lstrip(".")
            if name not in types:
                self.complain(k, path, "found an unknown key", nearest(name, list(types)))
                continue
            found[name] = self.value(types[name], v, path)
        if isinstance(node, yaml.MappingNode):
            for f in known:
                if f.name not in found and f.default is MISSING and f.default_factory is MISSING:
                    path = f"{key}.{f.name}".lstrip(".")
                    self.complain(node, path, "found nothing", f"required: {naming(types[f.name])}")
        return kind(**found) if len(self.problems) == before else None


def describe(node: yaml.Node) -> str:
    """Say what kind of thing a node is."""
    if isinstance(node, yaml.ScalarNode):
        return f"'{node.value}'" if node.value.strip() else "nothing"
    return "a list" if isinstance(node, yaml.SequenceNode) else "a mapping"


def naming(kind: Any) -> str:
    """Say what a type takes."""
    origin = get_origin(kind)
    if origin is Literal:
        return "one of " + ", ".join(get_args(kind))
    if origin in (tuple, Mapping) or is_dataclass(kind):
        return "a list" if origin is tuple else "a mapping of keys to values"
    return {int: "a whole number", float: "a number", str: "text"}.get(kind, "text")


def read_entry(kind: Any, text: str, file: str) -> tuple[Any, Reader]:
    """Read one entry's text; the reader that is returned too holds its problems."""
    reader = Reader(file)
    try:
        node = yaml.compose(text, Loader=SafeLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        hint = "allowed: valid YAML; a pattern must stand in single quotes"
        reader.problems.append(Problem(file, line, "", f"not YAML: {error.problem or error.context}", hint))
        return None, reader
    except yaml.YAMLError as error:  # such as a control character, which has no mark
        reader.problems.append(Problem(file, 1, "", f"not YAML: {str(error).splitlines()[0]}", "allowed: valid YAML"))
        return None, reader
    if node is None:
        reader.problems.append(Problem(file, 1, "", "found an empty file", f"required: {naming(kind)}"))
        return None, reader
    return reader.value(kind, node, ""), reader


def broken_patterns(when: Mapping[str, str], unless: Mapping[str, str]) -> Iterator[tuple[str, str, str]]:
    """Yield what is wrong with a signal's patterns: key, what was found, what is allowed.

    They compile, stay within RE2 and look into a field that exists; field names are lower-case.
    """
    for part, patterns in (("when", when), ("unless", unless)):
        for name, pattern in patterns.items():
            key = f"{part}.{name}"
            if name.startswith(":") and name not in PSEUDO:
                yield key, f"found '{name}'", nearest(name, sorted(PSEUDO))
            elif name != name.lower() or not re.fullmatch(r":?[a-z0-9-]+", name):
                yield key, f"found '{name}'", "allowed: a field name in lower case"
            try:
                re.compile(pattern)
            except re.error as error:
                yield key, f"found '{pattern}': {error}", "allowed: a regular expression"
                continue
            if NOT_RE2.search(pattern):
                yield key, f"found '{pattern}'", "allowed: what RE2 knows, so no look-around or back-reference"
    if not when:
        yield "when", "found nothing", "required: at least one pattern"
