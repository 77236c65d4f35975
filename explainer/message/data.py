"""Reads responses out of JSON: HAR files, `curl -w` reports, dumps of a client's response object, header maps.

Only what is JSON by the standard is read here; what merely looks like it is `printed`'s.
"""

from __future__ import annotations

import json
from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from explainer.message.fieldnames import plausible
from explainer.message.parts import BODY_LIMIT, FIELD_LIMIT, Field, Passage, Paste, Response

STATUS = ("status", "statuscode", "status_code", "code", "http_code", "response_code", "httpstatus", "responsestatus")
REASON = ("statustext", "status_text", "reason", "statusmessage", "status_description", "status")
HEADERS = ("headers", "header", "responseheaders", "response_headers", "resp_headers", "rawheaders", "headermap")
BODY = ("body", "data", "text", "content", "responsebody", "response_body", "responsetext", "rawbody")
INSIDE = ("response", "res", "error", "result", "upstream_response")
SECONDS = {"time_total": 1.0, "time_starttransfer": 1.0, "elapsed": 1.0, "duration": 1.0, "time": 0.001}


def read(text: str, paste: Paste) -> bool:
    """Read the JSON that a text holds into a paste; tells whether a response was found."""
    for value in values(text):
        found = list(responses(value, paste, 0))
        if found:
            paste.responses.append(failing(found))
            return True
    return False


def values(text: str) -> Iterator[Any]:
    """Yield the JSON values of a text: all of it, or from its first bracket on, or line by line."""
    start = min((i for i in (text.find("{"), text.find("[")) if i >= 0), default=-1)
    if start < 0:
        return
    decoder = json.JSONDecoder()
    try:
        yield decoder.raw_decode(text, start)[0]
        return
    except (ValueError, RecursionError):
        pass
    for line in text[: 4 * BODY_LIMIT].split("\n"):
        if line.lstrip()[:1] == "{":
            try:
                yield decoder.raw_decode(line.lstrip())[0]
            except (ValueError, RecursionError):
                continue


def failing(found: list[Response]) -> Response:
    """Pick what the reader means: the last server error, else the last error, else the last response."""
    for least in (500, 400, 0):
        if worst := [r for r in found if (r.status or 0) >= least]:
            return worst[-1]
    return found[-1]


def responses(value: Any, paste: Paste, depth: int) -> Iterator[Response]:
    """Yield the responses that a JSON value describes."""
    if depth > 4:
        return
    if isinstance(value, list):
        if pairs := fields(value, paste):
            yield Response("", None, "", None, fields=pairs)
            return
        for item in value[:5_000]:
            yield from responses(item, paste, depth + 1)
        return
    if not isinstance(value, dict):
        return
    lower = {str(key).lower(): item for key, item in value.items()}
    log = lower.get("log")
    if isinstance(log, dict) and isinstance(entries := log.get("entries"), list):
        for entry in entries[:20_000]:
            yield from responses(entry, paste, depth + 1)
        return
    if (response := described(lower, paste)) is not None:
        yield response
        return
    for key, item in lower.items():  # JSON within JSON, as logs carry it
        if isinstance(item, str) and item[:1] == "{" and '"' in item and key not in BODY:
            for value in values(item):
                yield from responses(value, paste, depth + 1)
    for key in INSIDE:
        if isinstance(lower.get(key), dict):
            request = lower.get("request")
            for response in responses(lower[key], paste, depth + 1):
                if isinstance(request, dict):
                    response.url, response.method = text_of(request.get("url")), text_of(request.get("method"))
                note_seconds(lower, paste)
                yield response
            return


def described(lower: dict[str, Any], paste: Paste) -> Response | None:
    """Make a response of an object that has a status with fields or a report beside it, or is a map of fields."""
    status = next((s for key in STATUS if (s := status_of(lower.get(key))) is not None), None)
    pairs = next((f for key in HEADERS if (f := fields(lower.get(key), paste))), [])
    if status is None or not (pairs or "time_total" in lower or "http_code" in lower or has_body(lower)):
        own = fields({k: v for k, v in lower.items() if isinstance(v, (str, list))}, paste)
        if status is not None or not own or len(own) * 2 < len(lower):
            return Response("", status, "", None, fields=pairs) if pairs else None
        return Response("", None, "", None, fields=own)
    reason = next((r for key in REASON if isinstance(r := lower.get(key), str) and not r.isdigit()), "")
    version = str(lower.get("httpversion") or lower.get("http_version") or lower.get("proto") or "").upper()
    version = version.removeprefix("HTTP/").removeprefix("H")
    version = version if version[:1] in ("1", "2", "3") else ""
    note_seconds(lower, paste)
    response = Response(version, status, reason, line_of(str(status), paste), fields=pairs)
    response.url = text_of(lower.get("url_effective") or lower.get("url"))
    response.method = text_of(lower.get("method"))
    body = next((b for key in BODY if (b := body_of(lower.get(key))) is not None), None)
    if body is not None:
        response.page = Passage(body[:BODY_LIMIT], [line_of(body[:20], paste) or 1])
    return response


def has_body(lower: dict[str, Any]) -> bool:
    """Tell an object that carries a body under a name of its own from a body that is itself JSON."""
    return any(isinstance(lower.get(key), str) for key in BODY if key not in ("text", "content"))


def status_of(value: Any) -> int | None:
    """Read a status out of a number or of a text such as `502 Bad Gateway`."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value if 100 <= value <= 999 else None
    if isinstance(value, str) and value[:3].isascii() and value[:3].isdigit() and not value[3:4].isdigit():
        return int(value[:3]) if value[:1] != "0" else None
    return None


def fields(value: Any, paste: Paste) -> list[Field]:
    """Read field lines out of a map, a list of pairs or of name-and-value objects; names that are none give nothing."""
    if isinstance(value, dict):
        pairs = [(name, item) for name, held in value.items() for item in (held if isinstance(held, list) else [held])]
    elif isinstance(value, list) and value and all(isinstance(item, dict) for item in value):
        pairs = [(item.get("name", item.get("key")), item.get("value")) for item in value]
    elif isinstance(value, list) and value and all(isinstance(item, list) and len(item) == 2 for item in value):
        pairs = [(item[0], item[1]) for item in value]
    elif isinstance(value, list) and len(value) % 2 == 0 and all(isinstance(item, str) for item in value):
        pairs = list(zip(value[::2], value[1::2], strict=True))
    elif isinstance(value, str) and "\n" in value:
        pairs = [(name.strip(), item.strip()) for name, _, item in (row.partition(":") for row in value.split("\n"))]
    else:
        return []
    named = [(n, str(v)) for n, v in pairs[:FIELD_LIMIT] if isinstance(n, str) and isinstance(v, (str, int, float))]
    if 2 * sum(plausible(name) for name, _ in named) < len(named):  # a body's keys rather than fields' names
        return []
    return [Field(name, item, line_of(name, paste) or 1) for name, item in named if not name.startswith(":")]


def body_of(value: Any) -> str | None:
    """Give a body as text: a string, an object as JSON again, or HAR's content object."""
    if isinstance(value, dict) and isinstance(value.get("text"), str) and ("mimeType" in value or "size" in value):
        if value.get("encoding") != "base64":
            return str(value["text"])
        try:
            return b64decode(value["text"]).decode("utf-8", "replace")
        except ValueError:
            return None
    if isinstance(value, dict) and value.keys() <= {"mimeType", "size", "encoding", "compression", "comment"}:
        return None  # HAR without the content
    if isinstance(value, (dict, list)) and value:
        return json.dumps(value, ensure_ascii=False)
    return value if isinstance(value, str) else None


def note_seconds(lower: dict[str, Any], paste: Paste) -> None:
    """Keep a duration that a report carries."""
    for key, unit in SECONDS.items():
        value = lower.get(key)
        if isinstance(value, (int, float)) and not isinstance(value, bool) and value > 0:
            paste.seconds.append((value * unit, line_of(key, paste) or 1))
            return


def text_of(value: Any) -> str | None:
    """Give a text, or nothing."""
    return value if isinstance(value, str) and value else None


def line_of(part: str, paste: Paste) -> int | None:
    """Find the pasted line that shows a part."""
    folded = part.lower()
    return next((n for n, line in enumerate(paste.lines, 1) if folded in line.lower()), None) if folded else None
