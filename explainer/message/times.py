"""Finds how long the request took, where a paste says so; compares it with nothing."""

from __future__ import annotations

import re

from explainer.message.parts import Paste

MILLI = ("ms", "millis", "milliseconds")
UNIT = r"(?P<unit>ms|milliseconds|millis|s|secs?|seconds)"
# How tools say a duration: as `ms`, or as `n` with its unit; one that is not said is seconds.
DURATIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\btime_(?:total|starttransfer)\W{1,6}(?P<n>\d{1,5}(?:\.\d{1,9})?)(?P<unit>)",
        r"^\s*(?:total|ttfb|elapsed|duration|took|response time)(?: time)?"
        rf"\W{{1,4}}(?P<n>\d{{1,7}}(?:\.\d{{1,9}})?) ?{UNIT}?\b",
        r"^real\s+(?P<m>\d{1,4})m(?P<n>\d{1,2}(?:[.,]\d{1,9})?)(?P<unit>s)",
        rf"\b(?:in|after|took|waited|elapsed|duration|within)[ =:]{{1,3}}(?P<n>\d{{1,7}}(?:\.\d{{1,9}})?) ?{UNIT}\b",
        r"\boperation timed out after (?P<n>\d{1,7}) (?P<unit>milliseconds)",
        r"\b(?:request_time|upstream_response_time|rt|urt|duration|response_time)[=:]\W?(?P<n>\d{1,5}\.\d{1,9})(?P<unit>)\b",
        r"\bservice=(?P<ms>\d{1,7})ms\b",  # Heroku's router
        r" -?\d{1,9}/-?\d{1,9}/-?\d{1,9}/-?\d{1,9}/\+?(?P<ms>\d{1,9}) {1,8}\d{3} ",  # HAProxy, the whole request
        r"\" \d{3} [A-Z,-]{1,30} \S{1,80} \S{1,80} \"[^\"]{0,300}\" \d{1,12} \d{1,12} (?P<ms>\d{1,9}) ",  # Envoy
        r" [\d.-]{1,12} (?P<n>\d{1,5}\.\d{1,6})(?P<unit>) [\d.-]{1,12} 5\d\d [\d-]{1,3} ",  # ELB, the target's part
    )
)
LOGS = ("service=", "/", '" 50', " 50")
WORDS = (
    "time",
    "total",
    "ttfb",
    "real",
    "in ",
    "after",
    "took",
    "elapsed",
    "duration",
    "waited",
    "rt=",
    "within",
    *LOGS,
)
# A line that is nothing but a moment, as `date` prints it or ISO 8601.
MOMENT = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? [\w ]{5,7} |\d{4}-\d\d-\d\d[T ])(\d\d):(\d\d):(\d\d)"
    r"(?:[.,Z+-][\d:]{0,12})?(?: [AP]M)?(?: [A-Z]{3,5})?(?: \d{4})?$"
)
DAY, LONGEST = 86_400, 7_200  # seconds of a day, and between two moments that may still be one request


def read(paste: Paste) -> None:
    """Keep the durations that the lines of a paste name outside the responses' fields and bodies, in seconds."""
    if paste.seconds:
        return
    taken = {f.line for r in paste.responses for f in r.fields}
    for number in paste.not_understood[:2_000] or range(1, min(len(paste.lines), 2_000) + 1):
        line = paste.lines[number - 1][:2_000]
        if number in taken or not any(word in line.lower() for word in WORDS):
            continue
        for pattern in DURATIONS:
            if found := pattern.search(line):
                paste.seconds.append((in_seconds(found.groupdict()), number))
                break
    between(paste)


def in_seconds(parts: dict[str, str | None]) -> float:
    """Give a duration in seconds."""
    if ms := parts.get("ms"):
        return int(ms) / 1000
    number = float((parts.get("n") or "0").replace(",", "."))
    milli = (parts.get("unit") or "").lower() in MILLI
    return 60 * int(parts.get("m") or 0) + (number / 1000 if milli else number)


def between(paste: Paste) -> None:
    """Keep the time between two lines that are nothing but a moment: before and after the request."""
    found = [(m, n) for n in paste.not_understood[:200] if (m := MOMENT.match(paste.lines[n - 1].strip()[:80]))]
    if len(found) == 2:
        (first, _), (last, number) = found
        start, end = (int(m[1]) * 3600 + int(m[2]) * 60 + int(m[3]) for m in (first, last))
        if 0 < (took := (end - start) % DAY) <= LONGEST:
            paste.seconds.append((float(took), number))
