"""What people's tools print: real clients run against a real nginx whose upstream was down (`tests/formats/`)."""

from __future__ import annotations

from pathlib import Path

import pytest

from explainer import explain
from explainer.catalogue import Catalogue

FORMATS = Path(__file__).parent / "formats"
# Outputs that show nothing but the status, so that nobody can tell who wrote it.
STATUS_ONLY = {
    "aiohttp-exc", "apt", "curl-f", "curl-w", "curl-wjson", "git-clone", "got", "httpx-exc", "npm-view", "php-warn",
    "requests-exc", "ruby-open", "urllib", "wget",
}  # fmt: skip
# Outputs without the status line.
NO_STATUS = {"curl-headerjson"}


@pytest.mark.parametrize("file", sorted(FORMATS.glob("*.txt")), ids=lambda file: file.stem)
def test_every_tool_is_understood(file: Path, catalogue: Catalogue) -> None:
    """Whatever tool printed it, the status is read, and nginx is named wherever its trace is there."""
    verdict = explain(file.read_text("utf-8"), catalogue)
    assert verdict.status == (None if file.stem in NO_STATUS else 502)
    assert verdict.generated_by == (None if file.stem in STATUS_ONLY else "nginx")
    if file.stem in STATUS_ONLY:
        assert verdict.ask is not None
