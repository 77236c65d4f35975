"""The explainer in the two engines that Playwright cannot drive: Debian's Firefox ESR and WebKitGTK."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.bench_page.engines import ENGINES, first_verdict
from tests.conftest import leave_out


@pytest.mark.parametrize("engine", ENGINES)
def test_engine_gives_the_verdict(built: Path, engine: str) -> None:
    """A paste in the link is explained in this engine too."""
    said = first_verdict(engine, built)
    if said is None:
        leave_out(engine)
    assert said["generated_by"] == "nginx"
