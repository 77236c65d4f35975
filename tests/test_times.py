"""How long it took: read out of what tools print, and compared with the timers of the layers."""

from __future__ import annotations

import pytest

from explainer import explain
from explainer.catalogue import Catalogue
from explainer.message import parse


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("http_code: 504\ntime_connect: 0.01\ntime_total: 60.003\n", 60.003),
        ('{"http_code":504,"time_total":60.003}', 60.003),
        ("HTTP/1.1 504 Gateway Time-out\nServer: nginx\n\nreal\t1m0.012s\n", 60.012),
        ("$ time curl -sI https://shop.example/\nHTTP/1.1 504 X\nServer: nginx\n\n$ \nreal\t1m0.012s\n", 60.012),
        ("504 after 60021 ms", 60.021),
        ("curl: (28) Operation timed out after 60001 milliseconds with 0 bytes received", 60.001),
        ("heroku[router]: at=error code=H12 dyno=web.1 connect=0ms service=30001ms status=503 bytes=0", 30.001),
        (
            'haproxy[9]: 10.0.0.1:5 [26/Nov/2026:01:00:00.000] a b/s 0/0/0/-1/50004 504 194 - - sH-- 1/1/0/0/0 0/0 "GET / HTTP/1.1"',
            50.004,
        ),
        (
            '[2026-11-26T01:00:00.000Z] "GET / HTTP/1.1" 504 UT response_timeout - "-" 0 24 15001 - "10.0.0.1" "curl"',
            15.001,
        ),
        (
            'http 2026-11-26T01:00:00.000000Z app/shop/1 10.0.0.1:5 10.0.0.2:80 0.000 60.001 -1 504 - 34 366 "GET http://shop/"',
            60.001,
        ),
        ("Thu Nov 26 01:00:03 UTC 2026\nHTTP/1.1 504 X\nServer: nginx\n\n$ date\nThu Nov 26 01:01:03 UTC 2026", 60),
        ("it failed 30 times", None),
    ],
)
def test_durations_are_read(text: str, seconds: float | None) -> None:
    """A duration that a tool prints is read in seconds, with its line."""
    found = [round(s, 3) for s, _ in parse(text).seconds]
    assert (seconds in found) if seconds is not None else not found


def test_timers_are_hints(catalogue: Catalogue) -> None:
    """A duration that agrees with a layer's timer is said so, and proves nothing."""
    paste = "HTTP/1.1 504 Gateway Time-out\nServer: nginx\n\n$ \ntime_total: 60.01\n"
    verdict, without = explain(paste, catalogue), explain(paste.replace("60.01", "7.2"), catalogue)
    assert any("proxy_read_timeout" in note for note in verdict.notes)
    assert verdict.confidence == without.confidence
    assert not any("waits" in note for note in without.notes)
    twice = explain(paste + "time_starttransfer: 60.01\n", catalogue)
    assert sum("waits" in note for note in twice.notes) == 1
    bare = explain("http_code: 504\ntime_total: 60.003\n", catalogue)
    assert any("nginx waits 60 s" in note for note in bare.notes)
    assert bare.generated_by is None
