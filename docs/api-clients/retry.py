"""Send a request again only where that is safe: full jitter, Retry-After, a deadline and a budget."""

from __future__ import annotations

import logging
import random
import ssl
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from urllib.parse import urlsplit

IDEMPOTENT = {"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"}
TRANSIENT = {408, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524}
TRIES, BASE, CAP, CONNECT = 4, 0.5, 20.0, 3.0  # a number, then seconds
LOGGED = ("Date", "Server", "Via", "Retry-After", "CF-Ray", "X-Request-Id")
budgets: dict[str, float] = {}  # by host: ten retries at first, then one for every ten requests


def asked(value: str) -> float:
    """Read Retry-After, which holds seconds or a date; anything else asks for nothing."""
    try:
        return float(value) if value.isdecimal() else (parsedate_to_datetime(value) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return 0.0


def send(
    method: str, url: str, fields: Mapping[str, str], body: bytes | None = None, seconds: float = 30.0,
    sleep: Callable[[float], None] = time.sleep, clock: Callable[[], float] = time.monotonic,
    draw: Callable[[float, float], float] = random.uniform,
) -> tuple[HTTPResponse, bytes]:  # fmt: skip
    """Return the last answer, whatever its status, or raise the last failure."""
    parts, end = urlsplit(url), clock() + seconds
    target = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    repeatable = method in IDEMPOTENT or "idempotency-key" in map(str.lower, fields)
    budgets[parts.netloc] = min(10.0, budgets.get(parts.netloc, 10.0) + 0.1)
    for tried in range(TRIES):
        start, sent, failure, wait = clock(), False, None, draw(0, min(CAP, BASE * 2**tried))
        line = (HTTPSConnection if parts.scheme == "https" else HTTPConnection)(parts.netloc, timeout=CONNECT)
        try:
            line.connect()  # TLS included; nothing of the request has left before it returns
            sent = True
            line.sock.settimeout(max(0.1, end - clock()))  # of each read: a server that drips may take longer
            line.request(method, target, body, dict(fields))
            answer = line.getresponse()
            content = answer.read()
            if answer.status not in TRANSIENT:
                return answer, content
            wait += max(0.0, asked(answer.headers.get("Retry-After", "")))
            seen = [answer.status, *(f"{name}: {answer.headers[name]}" for name in LOGGED if name in answer.headers)]
        except (OSError, HTTPException) as error:
            failure, seen = error, [repr(error)]
        finally:
            line.close()
        logging.warning("%s %s, try %d, %.3f s: %s", method, url, tried + 1, clock() - start, seen)
        safe = (repeatable or not sent) and not isinstance(failure, ssl.SSLCertVerificationError)
        if not safe or tried + 1 == TRIES or clock() + wait >= end or budgets[parts.netloc] < 1:
            break
        budgets[parts.netloc] -= 1
        sleep(wait)
    if failure:
        raise failure
    return answer, content
