"""Tells whether a word can be the name of a response's field line, where nothing but the word says so."""

from __future__ import annotations

import re

# One-word names that responses carry (IANA's field name registry, and what proxies add); a name with a hyphen needs
# no list: prose has few words such as `Content-Type` before a colon.
ONE_WORD = frozenset({
    "accept", "age", "allow", "connection", "cookie", "date", "errorcode", "etag", "expires", "link", "location", "nel",
    "p3p", "pragma", "refresh", "server", "status", "trailer", "upgrade", "vary", "via", "warning",
})  # fmt: skip
NAME = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:[-_][A-Za-z0-9]+)*$")
# Request fields, whose presence shows that lines are not a response's.
OF_REQUESTS = frozenset({
    "accept", "accept-encoding", "accept-language", "authority", "authorization", "cookie", "dnt", "host",
    "if-modified-since", "if-none-match", "method", "origin", "path", "priority", "referer", "scheme", "sec-ch-ua",
    "sec-ch-ua-mobile", "sec-ch-ua-platform", "sec-fetch-dest", "sec-fetch-mode", "sec-fetch-site", "sec-fetch-user",
    "te", "upgrade-insecure-requests", "user-agent", "x-requested-with",
})  # fmt: skip


def plausible(name: str) -> bool:
    """Tell whether a word looks like a response field's name."""
    low = name.lower()
    return low in ONE_WORD or ("-" in name and len(name) <= 60 and NAME.match(name) is not None)
