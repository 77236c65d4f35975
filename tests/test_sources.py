"""What tells that a source wants reading again."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from explainer.build.front import ROOT, read_fronts
from explainer.build.sources import cited_by, gone, old
from explainer.catalogue import Catalogue


class Answers(BaseHTTPRequestHandler):
    """Answers with the status that the path names."""

    def do_GET(self) -> None:
        """Answer."""
        self.send_response(int(self.path.strip("/")))
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def there() -> Iterator[str]:
    """Serve every status on the loopback; gives the address."""
    server = HTTPServer(("127.0.0.1", 0), Answers)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    server.server_close()


def test_sources_older_than_a_year_are_listed() -> None:
    """A source read a year and a day ago is listed with its file and address; one read a year ago is not."""
    cited = {"https://a.example/": [("codes/http/502.yml", "2025-01-01")]}
    assert old(cited, "2026-01-02") == ["codes/http/502.yml: https://a.example/: last read 2025-01-01"]
    assert old(cited, "2026-01-01") == []


def test_every_source_is_looked_at(catalogue: Catalogue) -> None:
    """The list holds each source of each code, layer, stack and page, with the file that cites it."""
    uses = [use for found in cited_by(catalogue).values() for use in found]
    listed = [entry.sources for _, _, entry in catalogue.files()]
    assert len(uses) == sum(map(len, [*listed, *(front.sources for front in read_fronts().values())]))
    assert ("codes/layers/nginx.yml", "2026-11-26") in uses


@pytest.mark.parametrize(
    ("status", "wrong"), [(200, None), (403, None), (404, "HTTP 404"), (410, "HTTP 410"), (503, None)]
)
def test_dead_links_are_told_from_refusals(there: str, status: int, wrong: str | None) -> None:
    """An address that answers 404 or 410 is gone; one that answers, refuses a robot or is down today is not."""
    assert gone(f"{there}{status}") == wrong


def test_no_answer_is_told() -> None:
    """An address where nothing listens is named with the reason."""
    assert "refused" in (gone("http://127.0.0.1:9/") or "")


def test_pages_cite_what_they_link_to() -> None:
    """Every outside address in a page's text stands among its sources with the day it was read, and the other way."""
    for file, front in read_fronts().items():
        text = (ROOT / file).read_text("utf-8").partition("\n---\n")[2]
        linked = set(re.findall(r"\]\((https://[^)\s]+)\)", text))
        assert linked == {source.url for source in front.sources}, file
