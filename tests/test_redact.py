"""What is masked before a paste is handed on, and that the verdict on it stays the same."""

from __future__ import annotations

import json
import time

import pytest

from explainer import explain
from explainer.build.captures import Capture
from explainer.catalogue import Catalogue
from explainer.redact import masked, redacted

# Captures whose verdict rests on what may be private: an id of S3, a path in a log, a query, a name in JSON.
WEAKER = {
    "public-azure-apim-log-500", "public-ceph-rgw-503", "public-github-unicorn-502",
    "public-cloudflare-branded-502", "vendor-ceph-rgw-500", "vendor-kong-log-handler", "vendor-laravel-debug-json",
}  # fmt: skip

CURL = """* Connected to shop.example (203.0.113.7) port 443
> POST /account/jane?token=abc123&x=1 HTTP/1.1
> Host: shop.example
> Cookie: U88+6EtI^N=x5Tl1Bpz__I+x; theme=dark99
> Authorization: Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl
< HTTP/1.1 502 Bad Gateway
< Server: nginx
< Set-Cookie: U88+6EtI^N=x5Tl1Bpz__I+x; Path=/; HttpOnly
< X-Customer: Jane Doe
< X-Served-By: 2001:db8::42
<
Ask ops@shop.example or call postgres://shop:hunter2@10.1.2.3/shop
"""
HAR = json.dumps({"log": {"version": "1.2", "entries": [{
    "request": {
        "method": "POST", "url": "https://shop.example/login?next=%2Fjane&sid=a1b2c3d4", "httpVersion": "HTTP/2",
        "headers": [{"name": "authorization", "value": "Basic amFuZTpodW50ZXIy"}],
        "cookies": [{"name": "U88+6EtINOD9", "value": "x5Tl1Bpz__I+x"}],
        "postData": {"mimeType": "application/x-www-form-urlencoded", "text": "password=fake-password&submit="},
    },
    "response": {
        "status": 502, "statusText": "Bad Gateway", "httpVersion": "HTTP/2",
        "headers": [{"name": "server", "value": "nginx"}, {"name": "x-user", "value": "jane-doe"}], "cookies": [],
        "content": {"mimeType": "application/json", "text": json.dumps({
            "access_token": "2YotnFZFEjr1zCsicMWpAA", "refresh_token": "tGzv3JOkF0XG5Qx2TlKWIA",
            "link": "https://s3.example/b/k?X-Amz-Signature=deadbeefcafe",
        })},
    },
}]}})  # fmt: skip


@pytest.mark.parametrize(
    ("text", "secrets", "kept"),
    [
        pytest.param(
            CURL,
            [
                "203.0.113.7", "shop.example", "/account/jane", "abc123", "x5Tl1Bpz__I+x", "dark99", "eyJzdWIiOiIxIn0",
                "Jane Doe", "2001:db8::42", "ops@", "hunter2", "10.1.2.3",
            ],
            ["HTTP/1.1 502 Bad Gateway", "Server: nginx", "Set-Cookie: U88+6EtI^N=", "X-Customer: "],
            id="curl -v; cookie names with marks of regular expressions, as in har-sanitizer's issue 49",
        ),
        pytest.param(
            HAR,
            [
                "jane", "a1b2c3d4", "amFuZTpodW50ZXIy", "x5Tl1Bpz", "fake-password", "2YotnFZFEjr1zCsicMWpAA",
                "tGzv3JOkF0XG5Qx2TlKWIA", "deadbeefcafe",
            ],
            ['"name": "server", "value": "nginx"', '"status": 502'],
            id="a HAR: tokens in the response's body too, as in har-sanitizer's issue 27; and 17, 34, 44",
        ),
        pytest.param(
            "HTTP/1.1 500 X\nServer: gunicorn\n\nsk_live_4eC39HqLyjWDarjtT1zdp7dc and AKIAIOSFODNN7EXAMPLE4Q",
            ["4eC39HqLyjWDarjtT1zdp7dc", "AKIAIOSFODNN7EXAMPLE4Q"],
            ["gunicorn"],
            id="keys in a text",
        ),
        pytest.param(
            "203.0.113.7 - - [20/Nov/2026:03:12:11 +0000] \"GET /u?email=jane%40x.example HTTP/1.1\" 502 157",
            ["203.0.113.7", "jane%40x.example"],
            ["HTTP/1.1", "502 157", "20/Nov/2026:03:12:11"],
            id="an access log",
        ),
    ],
)  # fmt: skip
def test_secrets_are_masked(catalogue: Catalogue, text: str, secrets: list[str], kept: list[str]) -> None:
    """No secret is left, whatever the format, and what servers say stays readable."""
    shown = "".join(piece.shown for piece in redacted(text, catalogue))
    assert [secret for secret in secrets if secret in shown] == []
    assert [words for words in kept if words not in shown] == []
    assert len(shown) == len(text)


def test_pieces_are_the_paste(catalogue: Catalogue, captures: tuple[Capture, ...]) -> None:
    """Put back together, the pieces are the paste, and each mask has the length of what it hides and hides it."""
    for capture in captures:
        pieces = redacted(capture.text, catalogue)
        assert "".join(piece.text for piece in pieces) == capture.text.replace("\r\n", "\n")
        assert all(len(piece.shown) == len(piece.text) for piece in pieces)


def test_the_verdict_stays_the_same(catalogue: Catalogue, captures: tuple[Capture, ...]) -> None:
    """For the whole corpus but a few named captures the masked paste gives the verdict and the evidence of the paste."""
    other = set()
    for capture in captures:
        shown = "".join(piece.shown for piece in redacted(capture.text, catalogue))
        one, two = explain(capture.text, catalogue).as_dict(), explain(shown, catalogue).as_dict()
        keys = ("status", "code", "generated_by", "confidence", "path", "evidence", "owner", "retry")
        if any(one[key] != two[key] for key in keys):
            other.add(capture.id)
    assert other == WEAKER


@pytest.mark.parametrize(
    ("text", "shape"),
    [("203.0.113.7", "000.0.000.0"), ("Jane-9f", "Xaxa-0a"), ("é_日", "x_x"), ("0", "0")],
)
def test_masks_keep_the_shape(text: str, shape: str) -> None:
    """Letters and digits are replaced one by one, and hexadecimal stays hexadecimal."""
    assert masked(text) == shape


@pytest.mark.parametrize(
    "text", ["a", "a1", "\\", '"', "'a':", "1.", "a:", "?a=", "://", "eyJ", "cookie:", " ", "@", "a@", "a.", '"name":"']
)
def test_no_text_takes_long(catalogue: Catalogue, text: str) -> None:
    """Twice as much of the worst text takes about twice as long: no pattern goes back over it again and again."""

    def seconds(length: int) -> float:
        worst = text * (length // len(text))
        began = time.perf_counter()
        redacted(worst, catalogue)
        return time.perf_counter() - began

    seconds(1_000)
    once, twice = min(seconds(15_000) for _ in range(3)), min(seconds(60_000) for _ in range(3))
    assert twice < 9 * once + 0.05, (once, twice)
