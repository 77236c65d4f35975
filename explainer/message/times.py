"""Finds how long the request took, where a paste says so; compares it with nothing."""

from __future__ import annotations

import re

from explainer.message.parts import Paste

MILLI = ("ms", "millis", "milliseconds")
UNIT = r"(?P<unit>ms|milliseconds|millis|s|secs?|seconds)"
# How tools say a duration; a unit that is not said is seconds.
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
    )
)
WORDS = ("time", "total", "ttfb", "real", "in ", "after", "took", "elapsed", "duration", "waited", "rt=", "within")


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
                minutes = int(found.groupdict().get("m") or 0)
                seconds = float(found["n"].replace(",", ".")) * (
                    0.001 if (found["unit"] or "").lower() in MILLI else 1.0
                )
                paste.seconds.append((60 * minutes + seconds, number))
                break
