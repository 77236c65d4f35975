"""The page on attribution, against the servers themselves: each file is valid, names its layer and tells whose error it is."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

import pytest

from explainer import bundled, explain
from explainer.own import extended
from tests.attribute import PAGE, PRODUCTS, PROGRAMS, app, ask, checked, installed, log, program, server
from tests.conftest import free_port, leave_out
from tests.lab.__main__ import started

TEXT = (PAGE / "index.md").read_text("utf-8")
OWN = extended(bundled(), (PAGE / "own.yml").read_text("utf-8"), "own.yml")
# The error type, or the line, of each in further conditions of the lab; `hang` only where the limit is a second.
FURTHER = {
    "nginx": {"closed": "connection_terminated", "half": "connection_terminated", "hang": "connection_read_timeout"},
    "apache": {"closed": "connection_terminated", "half": "connection_terminated"},
    "haproxy": {
        "closed": "connection_terminated",
        "garbage": "connection_terminated",
        "hang": "connection_read_timeout",
    },
    "envoy": {"closed": "connection_terminated", "garbage": "http_protocol_error"},
    "caddy": {"closed": "connection_terminated", "reset": "connection_terminated", "garbage": "http_protocol_error"},
    "traefik": {"closed": "X-Proxied-By: traefik"},
    "varnish": {"closed": "destination_unavailable"},
}
# What the page warns of: a status of the app in the log although no app answered.
MISLEADING = {"nginx": "upstream_status=502", "traefik": '"OriginStatus":502'}


@dataclass(frozen=True, slots=True)
class Seen:
    """What one server was seen to do: what its check complains of, its answers and its log by condition."""

    name: str
    complaint: str
    answers: dict[str, str]
    logs: dict[str, str]


@pytest.fixture(scope="module", params=list(PRODUCTS))
def seen(request: pytest.FixtureRequest) -> Seen:
    """Run a server before an app that is down, then before one that answers 500 or fails otherwise."""
    name = request.param
    missing(name)
    answers, logs = {}, {}
    with pytest.MonkeyPatch.context() as patch, app() as port:
        patch.setenv("PATH", os.pathsep.join(PROGRAMS))
        for upstream, conditions in ((free_port(), ["refused"]), (port, ["passed", *FURTHER[name]])):
            with started(server(name), upstream, Path()) as one:
                complaint = checked(one, name)
                answers[conditions[0]] = ask(one, conditions[0])
                logs[conditions[0]] = log(one, conditions[0])
                answers |= {condition: ask(one, condition) for condition in conditions[1:]}
    return Seen(name, complaint, answers, logs)


def missing(name: str) -> None:
    """Leave a test out where its server is not installed; in CI that fails."""
    if not installed(name):
        leave_out(program(name))


def table(heading: str) -> dict[str, tuple[list[str], list[str]]]:
    """Read a table of the page: the code in the cells on own and on passed-on errors, by the server that begins the row."""
    after = TEXT.partition(heading)[2].partition("\n\n")[2]
    rows = [row.strip("| ").split(" | ") for row in after.partition("\n\n")[0].split("\n")[2:]]
    cells = {
        re.findall(r"\w+", row[0])[0].lower(): [re.sub("no `[^`]+`", "", cell) for cell in row[1:]] for row in rows
    }
    return {
        name: (re.findall("`([^`]+)`", own), re.findall("`([^`]+)`", passed)) for name, (own, passed) in cells.items()
    }


LOGGED = table("## Log fields that settle it")
# Cells on what is sent hold a field line, or the value of Proxy-Status.
SENT = {
    name: tuple([code if ": " in code else f"Proxy-Status: {code}" for code in cell] for cell in cells)
    for name, cells in table("What comes out").items()
}


def shape(text: str) -> str:
    """Reduce a log to what does not change from run to run."""
    return re.sub(r" +", " ", re.sub(r"\d+", "0", text))


def test_file_is_valid(seen: Seen) -> None:
    """The server's own check of its configuration takes the page's file without an error or a warning."""
    assert seen.complaint == ""


@pytest.mark.parametrize(("condition", "column"), [("refused", 0), ("passed", 1)])
def test_every_answer_names_the_layer(seen: Seen, condition: str, column: int) -> None:
    """On an error of its own and on one that it passes on, the server sends the very lines that the page shows."""
    lines = seen.answers[condition].partition("\n\n")[0].lower().split("\n")
    for code in SENT[seen.name][column]:
        assert any(line.startswith(code.lower().removesuffix("…")) for line in lines)


def test_the_two_are_told_apart(seen: Seen) -> None:
    """A line of the page's for a passed-on error is not on an own error, and the other way round."""
    own, passed = (set(codes) for codes in SENT[seen.name])
    assert passed - own
    for lines, other in ((passed - own, "refused"), (own - passed, "passed")):
        assert not [line for line in lines if line.removesuffix("…").lower() in seen.answers[other].lower()]


def head(answer: str, *names: str) -> str:
    """Cut a response down to its status line and the fields of some names."""
    first, *lines = answer.partition("\n\n")[0].split("\n")
    return "\n".join([first, *(line for line in lines if line.lower().startswith(names))]) + "\n\n"


@pytest.mark.parametrize("whole", [True, False])
def test_explainer_reads_it(seen: Seen, whole: bool) -> None:
    """The explainer names the server for its own error and not for the app's, by the page's field alone as well."""
    # Traefik's field has no standard name, so the explainer is told of it, with the page's own file.
    known, name = (OWN, "shop-traefik") if seen.name == "traefik" else (None, seen.name)
    fields = ("x-proxied-by", "server") if seen.name == "traefik" else ("proxy-status",)
    own, passed = (a if whole else head(a, *fields) for a in (seen.answers["refused"], seen.answers["passed"]))
    assert explain(own, known).generated_by == name
    assert explain(passed, known).generated_by in ("application", None)
    assert name in explain(passed, known).path


def test_cause_is_named(seen: Seen) -> None:
    """Each further failure of the app gets the error type, or the line, that the file has for it."""
    for condition, error in FURTHER[seen.name].items():
        line = error if ": " in error else f"Proxy-Status: {seen.name}; error={error}"
        assert line.lower() in seen.answers[condition].lower(), condition


def test_log_settles_it(seen: Seen) -> None:
    """The log has the fragments that the page shows, each for its kind of error and not for the other."""
    own, passed = (shape(seen.logs[condition]) for condition in ("refused", "passed"))
    for codes, there, elsewhere in zip(LOGGED[seen.name], (own, passed), (passed, own), strict=True):
        assert shape(codes[0]) in there if codes else seen.name == "traefik"
        assert not [code for code in codes if shape(code) in elsewhere]
    assert MISLEADING.get(seen.name, "") in seen.logs["refused"]


def test_name_of_ones_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A layer that gives its deployment's name stands on the explainer's path by the page's own.yml, and not without."""
    missing("haproxy")
    monkeypatch.setenv("PATH", os.pathsep.join(PROGRAMS))
    with app() as port, started(server("haproxy", **{'"haproxy;': '"shop-lb;'}), port, Path()) as one:
        answer = ask(one, "passed")
    assert explain(answer, OWN).path == ("shop-lb", "application")
    assert "shop-lb" not in explain(answer).path


def test_page_reads_its_example_rightly() -> None:
    """The response that the page explains is nginx's, passed on by HAProxy, to the explainer as well."""
    verdict = explain(TEXT.partition("```text\n")[2].partition("```")[0])
    assert (verdict.generated_by, verdict.path) == ("nginx", ("haproxy", "nginx"))


def test_page_shows_and_offers_every_file() -> None:
    """Each file beside the page is shown by it and linked for download, and no server is left out of a table."""
    for file in PAGE.iterdir():
        if file.name != "index.md":
            assert f'--8<-- "attribute/{file.name}"' in TEXT
            assert f"({file.name})" in TEXT
    assert list(SENT) == list(PRODUCTS)
    assert list(LOGGED)[: len(PRODUCTS)] == list(PRODUCTS)
