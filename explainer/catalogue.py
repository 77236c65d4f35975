"""The types of the catalogue's entries, and the catalogue that the package carries; knows nothing of YAML or of pastes.

These types are the one source of the strict loader, of the JSON Schema for editors and of the field tables in
`codes/README.md`: the text beside a field is its documentation there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, is_dataclass
from functools import cache
from pkgutil import get_data
from types import UnionType
from typing import Annotated, Any, Literal, get_args, get_origin, get_type_hints

Role = Literal["edge", "load-balancer", "gateway", "server", "application", "client"]
Owner = Literal["application", "platform", "network", "edge", "visitor"]
Says = Literal["handled", "generated", "forwarded"]
Strength = Literal["conclusive", "strong", "weak"]
Reached = Literal["yes", "no", "maybe"]
RetrySafe = Literal["yes", "idempotent-only", "no"]
Broken = Literal["itself", "behind", "before"]
StackKind = Literal["proxy", "app-server", "database", "system", "platform"]
SourceKind = Literal["standard", "vendor-docs", "source-code", "capture"]
# RFC 9209 section 2.3, in its order.
Failure = Literal[
    "dns_timeout", "dns_error", "destination_not_found", "destination_unavailable", "destination_ip_prohibited",
    "destination_ip_unroutable", "connection_refused", "connection_terminated", "connection_timeout",
    "connection_read_timeout", "connection_write_timeout", "connection_limit_reached", "tls_protocol_error",
    "tls_certificate_error", "tls_alert_received", "http_request_error", "http_request_denied",
    "http_response_incomplete", "http_response_header_section_size", "http_response_header_size",
    "http_response_body_size", "http_response_trailer_section_size", "http_response_trailer_size",
    "http_response_transfer_coding", "http_response_content_coding", "http_response_timeout", "http_upgrade_failed",
    "http_protocol_error", "proxy_internal_response", "proxy_internal_error", "proxy_configuration_error",
    "proxy_loop_detected",
]  # fmt: skip

# From the visitor inwards: a layer hides those after it. `client` is where no response arrived at all.
ROLES: tuple[Role, ...] = ("client", "edge", "load-balancer", "gateway", "server", "application")
STRENGTHS: tuple[Strength, ...] = ("weak", "strong", "conclusive")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where a claim was read."""

    url: Annotated[str, "address; source code pinned to a tag or commit; a capture's path in this project"]
    kind: Annotated[SourceKind, "what it is"]
    checked: Annotated[str, "the day it was last read there, YYYY-MM-DD"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One thing to do, with what to expect."""

    do: Annotated[str, "the step, a sentence or a question"]
    run: Annotated[str | None, "a command that works as printed; HOST, PATH, URL and ORIGIN_IP are filled in"] = None
    expect: Annotated[str | None, "what the result tells"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What a code means when a layer of one role generated it."""

    means: Annotated[str, "what happened, one or two sentences"]
    owner: Annotated[Owner, "who acts"]
    reached_app: Annotated[Reached, "whether the request reached the application"]
    retry: Annotated[RetrySafe, "whether sending the request again is safe"]
    causes: Annotated[tuple[str, ...], "likeliest first"]
    checks: Annotated[tuple[Check, ...], "most useful first"]
    fixes: Annotated[tuple[str, ...], "most useful first"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A claim with a number, a limit or an exact string."""

    say: Annotated[str, "the claim, one sentence"]
    source: Annotated[str, "id in `sources`"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Code:
    """A status code or a vendor's error number: `codes/<assigner>/<number>.yml`."""

    name: Annotated[str, "exactly as the assigner writes it"]
    summary: Annotated[str, "one plain sentence, at most 160 characters"]
    observed: Annotated[str, "what the generator saw, never whose fault it is"]
    broken: Annotated[Broken, "where the path breaks: the generator itself, the link behind it or the one before it"]
    label: Annotated[str, "what stands at the broken place of the path, at most 40 characters"]
    failure: Annotated[tuple[Failure, ...], "RFC 9209 error types that mean the same"] = ()
    status: Annotated[int | None, "for an error number that is no status: the status it arrives on"] = None
    generated_by: Annotated[tuple[str, ...], "layer ids, for a vendor's code"] = ()
    meanings: Annotated[Mapping[Role, Meaning], "per role of the generator, the commonest first"]
    facts: Annotated[tuple[Fact, ...], "every number, limit and exact string the texts use"]
    see: Annotated[Mapping[str, str], "neighbouring code id: the one-line difference"]
    sources: Annotated[Mapping[str, Source], "by a short id"]
    retired: Annotated[str | None, "why nobody sends it any more"] = None
    moved: Annotated[str | None, "the code id that took its place"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """A registered status that is no server error, by its number in `codes/registered.yml`."""

    name: Annotated[str, "as IANA's registry has it"]
    means: Annotated[str, "one plain sentence"]
    defined: Annotated[str, "address of the section that defines it"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step(Check):
    """A check that applies to one product only, with the codes that it helps with."""

    codes: Annotated[tuple[str, ...], "code ids"]
    source: Annotated[str | None, "id in `sources`, where it names a number or an exact string"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """What to do on one product, whoever wrote the response: `codes/stacks/<id>.yml`, a layer's id if it is one."""

    name: Annotated[str, "as its makers write it"]
    kind: Annotated[StackKind, "which group it is shown in"]
    logs: Annotated[Fact | None, "where it logs; left out where a layer of this id says so"] = None
    steps: Annotated[tuple[Step, ...], "most useful first"]
    sources: Annotated[Mapping[str, Source], "by a short id"] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One line of a layer's fingerprint; holds when every `when` matches and no `unless` does.

    A pattern matches the whole value of one field line, or one member of a list-based one, ignoring case. `:body`,
    `:text` (what a browser shows of it) and `:log` (one line of the layer's own log) are searched, respecting case;
    a group `status` in a `:log` pattern is the status that was logged.
    """

    when: Annotated[
        Mapping[str, str],
        "field name, `:status`, `:reason`, `:version`, `:body`, `:text`, `:log` or `:curl` to an RE2 pattern",
    ]
    unless: Annotated[Mapping[str, str], "the same; any match keeps the signal silent"] = field(default_factory=dict)
    says: Annotated[Says, "what it shows the layer to have done"]
    strength: Annotated[Strength, "conclusive: no other known layer can show this"]
    why: Annotated[str, "one sentence shown to the reader"]
    source: Annotated[str, "id in `sources`"]
    assigner: Annotated[str | None, "the first group of the first pattern is an error number in this folder"] = None
    status: Annotated[int | None, "the status that this always comes with, for pastes that do not show it"] = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a layer answers to one upstream condition."""

    to: Annotated[Failure, "the condition, as an RFC 9209 error type"]
    code: Annotated[str, "code id"]
    log: Annotated[str | None, "what its log says then; `…` stands for what varies"] = None
    source: Annotated[str, "id in `sources`"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Timer:
    """A default time limit whose end is an error."""

    seconds: Annotated[float, "the default"]
    setting: Annotated[str, "the setting's name as one would type it, or what the limit is called"]
    says: Annotated[str, "what is being waited for"]
    change: Annotated[str | None, "how to change it, as typed or clicked; absent where it is fixed"] = None
    code: Annotated[str | None, "code id of the result; absent where the connection just closes"] = None
    source: Annotated[str, "id in `sources`"]


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnError:
    """An error number or word of a layer's own that stands beside the status and says more than it: `500.19`, `H12`."""

    means: Annotated[str, "what happened, one plain sentence"]
    do: Annotated[str, "what to do first, one sentence"]
    code: Annotated[str, "code id of the status that it comes with"]
    source: Annotated[str, "id in `sources`"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layer:
    """Something on the path that can answer: `codes/layers/<id>.yml`."""

    name: Annotated[str, "as its makers write it"]
    role: Annotated[Role, "where on the path it usually stands"]
    owner: Annotated[Owner, "who runs it"]
    url: Annotated[str, "its home page"]
    summary: Annotated[str, "one plain sentence, at most 160 characters"]
    fingerprint: Annotated[tuple[Signal, ...], "how it shows"]
    hides: Annotated[tuple[str, ...], "fields of the layer behind that it removes or rewrites"] = ()
    answers: Annotated[tuple[Answer, ...], "upstream condition to status"] = ()
    timers: Annotated[tuple[Timer, ...], "default time limits that end in an error"] = ()
    errors: Annotated[Mapping[str, OwnError], "its own error numbers or words, as it writes them"] = field(
        default_factory=dict
    )
    look_alikes: Annotated[Mapping[str, str], "layer id: how to tell the two apart"] = field(default_factory=dict)
    logs: Annotated[Fact | None, "where it logs, and what to read there first"] = None
    naming: Annotated[Fact | None, "how to make it say its name on every response, on its own errors too"] = None
    sources: Annotated[Mapping[str, Source], "by a short id"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Catalogue:
    """Every entry, by id: `http/502`, `cloudflare/1016`; `nginx`. Two are equal if they are the same one."""

    codes: Mapping[str, Code]
    layers: Mapping[str, Layer]
    stacks: Mapping[str, Stack] = field(default_factory=dict)
    registered: Mapping[str, Registered] = field(default_factory=dict)  # by number: what is no server error
    owners: Mapping[str, str] = field(default_factory=dict)  # an organisation's own names for who acts
    needs: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # of patterns: see `build/needs.py`

    def files(self) -> Iterator[tuple[str, str, Code | Layer | Stack]]:
        """Yield every entry that has a file of its own: the file below the project, its id, the entry."""
        yield from ((f"codes/{i}.yml", i, code) for i, code in self.codes.items())
        yield from ((f"codes/layers/{i}.yml", i, layer) for i, layer in self.layers.items())
        yield from ((f"codes/stacks/{i}.yml", i, stack) for i, stack in self.stacks.items())

    def with_number(self, number: int) -> Iterator[str]:
        """Yield the ids of the codes that bear a number: the IETF's own, then by how many its assigner has."""
        size = Counter(i.partition("/")[0] for i in self.codes)
        found = (i for i in self.codes if i.endswith(f"/{number}"))
        yield from sorted(found, key=lambda i: (i[:5] != "http/", -size[i.partition("/")[0]], i))


@cache
def hints(cls: type) -> dict[str, Any]:
    """Give a type's fields with their types, documentation stripped."""
    return get_type_hints(cls)


def construct(kind: Any, plain: Any) -> Any:
    """Make a value of a type out of plain data that is known to fit (`as_plain` wrote it)."""
    make = maker(kind)
    return make(plain) if make else plain


@cache
def maker(kind: Any) -> Callable[[Any], Any] | None:
    """Give what makes values of a type out of plain data; None where the plain data is the value.

    A type is looked at once: there are tens of them, and tens of thousands of values, which a browser waits for.
    """
    origin, args = get_origin(kind), get_args(kind)
    if is_dataclass(kind) and isinstance(kind, type):
        makers = {name: maker(of) for name, of in hints(kind).items()}
        return lambda plain: kind(**{k: make(v) if (make := makers[k]) else v for k, v in plain.items()})
    if origin not in (tuple, Mapping, UnionType):
        return None
    inner = maker(args[1] if origin is Mapping else args[0])
    if origin is tuple:
        return (lambda plain: tuple(map(inner, plain))) if inner else tuple
    if inner is None:
        return None
    if origin is Mapping:
        return lambda plain: {key: inner(value) for key, value in plain.items()}
    return lambda plain: None if plain is None else inner(plain)


def is_default(f: Field[Any], value: Any) -> bool:
    """Tell whether a field holds what it would hold if it were left out."""
    return bool(value == (f.default if f.default_factory is MISSING else f.default_factory()))


def as_plain(value: Any, whole: bool = False) -> Any:
    """Turn an entry into dicts, lists and scalars; `whole` keeps the fields that are at their default."""
    if is_dataclass(value):
        pairs = ((f, getattr(value, f.name)) for f in fields(value))
        return {f.name: as_plain(v, whole) for f, v in pairs if whole or not is_default(f, v)}
    if isinstance(value, Mapping):
        return {key: as_plain(item, whole) for key, item in value.items()}
    return [as_plain(item, whole) for item in value] if isinstance(value, tuple) else value


def loads(text: str) -> Catalogue:
    """Read a catalogue from its JSON form."""
    catalogue: Catalogue = construct(Catalogue, json.loads(text))
    return catalogue


@cache
def bundled() -> Catalogue:
    """Give the catalogue that the package carries."""
    data = get_data("explainer", "catalogue.json")  # `importlib.resources` brings nine modules more
    assert data is not None
    return loads(data.decode())
