"""An organisation's own layers and teams: what the file teaches, and what is wrong with a broken one."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from explainer import explain
from explainer.__main__ import main
from explainer.catalogue import Catalogue
from explainer.own import extended
from explainer.render import as_text
from explainer.strict import CatalogueError

OWN = """
layers:
  shop-edge:
    name: Shop edge
    role: load-balancer
    owner: platform
    fingerprint:
      - when:
          x-served-by: 'nginx-[a-z0-9-]{1,40}'
        why: Our edge writes its own name here.
  shop-api:
    name: Shop API
    role: application
    owner: application
    fingerprint:
      - when:
          x-app-version: '\\d{1,9}'
        says: generated
        strength: strong
owners:
  application:
    name: Team Fjord
    contact: '#fjord'
"""
PASTE = "HTTP/1.1 500 Internal Server Error\nX-Served-By: nginx-eu-3\nX-App-Version: 1482\nContent-Type: text/plain\n\nboom\n"


def test_own_layers_are_learnt(catalogue: Catalogue) -> None:
    """The rest of the path and the team's name come from the file."""
    own = extended(catalogue, OWN, "own.yml")
    verdict = explain(PASTE, own)
    assert (verdict.generated_by, verdict.path) == ("shop-api", ("shop-edge", "shop-api"))
    assert "Team Fjord (#fjord)" in as_text(verdict, PASTE, own)


@pytest.mark.parametrize(
    ("broken", "said"),
    [
        (OWN.replace("role: load-balancer", "role: balancer"), ["own.yml:5: layers.shop-edge.role", "load-balancer"]),
        (
            OWN.replace("nginx-[a-z0-9-]{1,40}", "nginx-(?=x)"),
            ["layers.shop-edge.fingerprint[0].when.x-served-by", "RE2"],
        ),
        (OWN.replace("name: Team Fjord", "nam: Team Fjord"), ["owners.application", "'name'"]),
        (OWN.replace("  application:\n", "  app:\n"), ["owners.app", "application"]),
        ("layers: [", ["own.yml:2", "not YAML"]),
    ],
)
def test_broken_file_is_explained(broken: str, said: list[str], catalogue: Catalogue) -> None:
    """A broken file names the file, the line, the key and what is allowed."""
    with pytest.raises(CatalogueError) as error:
        extended(catalogue, broken, "own.yml")
    assert all(part in str(error.value) for part in said), str(error.value)


def test_command_takes_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command reads a named file, and unasked the one in the usual place."""
    (tmp_path / "5xx").mkdir()
    file = tmp_path / "5xx" / "own.yml"
    file.write_text(OWN)
    named = CliRunner().invoke(main, ["--own", str(file), "--json"], input=PASTE)
    assert '"generated_by": "shop-api"' in named.output
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert '"generated_by": "shop-api"' in CliRunner().invoke(main, ["--json"], input=PASTE).output
    file.write_text("layers: 3\n")
    broken = CliRunner().invoke(main, ["--json"], input=PASTE)
    assert broken.exit_code == 3
    assert "own.yml:1: layers" in broken.output
