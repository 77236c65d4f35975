"""Chooses the next command when a verdict is not conclusive, by what the paste lacks, and fills commands in from it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from dataclasses import dataclass

from explainer.catalogue import Catalogue, Code
from explainer.message import Paste, Response

HOST = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]*(?::\d{1,5})?")
REST = re.compile(r"[!-Z^-z\\|~]*")  # printable ASCII, without the brackets and braces that curl itself expands
AN_API = re.compile(r"https?://(?:api[.-]|[^/?#]*/(?:[^?#]*/)?api(?:[/?#]|$))", re.IGNORECASE)
# What is filled in, in one pass: what a paste puts in is not looked through again.
PLACES = re.compile(r"'URL'|\bURL\b|(?P<before>https?://\S*/)PATH\b|\b(?P<name>HOST:443|HOST)\b")
WATCHED = ("namelookup", "connect", "appconnect", "starttransfer", "total")
TIMES = "".join(f"\\ntime_{name}: %{{time_{name}}}" for name in WATCHED)


@dataclass(frozen=True, slots=True)
class Ask:
    """The next command when the verdict is not conclusive."""

    why: str
    run: str

    def filled(self, fill: Callable[[str], str]) -> Ask:
        """Fill the command in."""
        return Ask(self.why, fill(self.run))


WHOLE = Ask("Paste what this prints: the status line, the field lines and the body.", "curl -sSi URL")
CONNECTION = Ask("Shows how far the connection gets: name, address, TLS, request.", "curl -sv -o /dev/null URL")
A_GET = Ask("HEAD brings no body. A GET fetches the page, which usually names who wrote it.", "curl -sSi URL")
BODY = Ask("Fetches the page itself; its body usually names who wrote it.", "curl -sSi URL")
HOW_LONG = Ask(
    "Shows where the time goes: name, connection, TLS, first byte. Paste it all: a known timer may fit the total.",
    f"curl -sSi -w '{TIMES}\\n' URL",
)
ORIGIN = Ask(
    "Asks the origin without the edge; the same answer again means the origin wrote it.",
    "curl -sSki --resolve HOST:443:ORIGIN_IP https://HOST/PATH",
)
AS_DATA = Ask(
    "Asks for the error as data, in which a server or a framework that can do so names the problem.",
    "curl -sSi -H 'Accept: application/problem+json' URL",
)
INWARDS = Ask(
    "Asks the next server inwards directly; the same answer again means it came from there.",
    "curl -sSi -H 'Host: HOST' http://UPSTREAM_IP:PORT/PATH",
)


def ask(paste: Paste, response: Response | None, code: Code | None, path: tuple[str, ...], catalogue: Catalogue) -> Ask:
    """Choose the one command that brings what is missing; it is not filled in yet."""
    if response is None and paste.curl_errors:
        return CONNECTION
    if response is None or not response.fields:
        return WHOLE
    if response.body is None:
        return A_GET if response.method == "HEAD" else BODY
    if code and any(failure.endswith("timeout") for failure in code.failure) and not paste.seconds:
        return HOW_LONG
    if path and catalogue.layers[path[0]].role == "edge":
        return ORIGIN
    return AS_DATA if an_api(paste, response) else INWARDS


def an_api(paste: Paste, response: Response) -> bool:
    """Tell whether the paste looks like an API's, and its error is not in RFC 9457's form yet."""
    kind = (response.first("content-type") or "").lower()
    looks = "json" in kind or (response.body or "")[:1] in ("{", "[") or AN_API.match(response.url or paste.url or "")
    return bool(looks) and "problem+" not in kind


def filler(response: Response | None, paste: Paste) -> Callable[[str], str]:
    """Make a function that fills a command in from the paste; a shell reads what it fills in as one word.

    A host that is none, or an address with anything but printable ASCII, is not filled in.
    """
    address = (response.url if response else None) or paste.url or ""
    found = re.fullmatch(r"(https?)://([^/?#]+)/?([^#]*)(?:#.*)?", address)
    host = found[2] if found and HOST.fullmatch(found[2]) else None
    rest = found[3] if found and host and REST.fullmatch(found[3]) else None
    name, _, port = (host or "HOST").partition(":")
    names = {"HOST": host or "HOST", "HOST:443": f"{name}:{port or 443}"}

    def value(place: re.Match[str]) -> str:
        if place["name"]:
            return names[place["name"]]
        if place["before"]:
            return shlex.quote(place["before"].replace("HOST", names["HOST"]) + ("PATH" if rest is None else rest))
        return shlex.quote(f"{found[1]}://{host}/{rest}") if found and rest is not None else place[0]

    return lambda run: PLACES.sub(value, run)
