"""The corpus: every capture against every signal, and the verdict on each against the truth."""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from pathlib import Path

import jsonschema
import pytest
import yaml

from explainer import explain
from explainer.build.captures import Capture, read_captures
from explainer.build.schema import verdict_schema
from explainer.catalogue import Catalogue
from explainer.evidence import Subject, holds
from explainer.logs import log_lines
from explainer.message import parse
from explainer.verdict import explained

CORPUS = read_captures()
# What stands behind the generic layer `application`: an app of whatever framework, on whatever server.
APP_ROLES = ("application", "server")

# Signals that no capture shows yet; each with its reason. One that is shown after all fails the test below.
CONSTRUCTED = "does not run in the lab; its capture is constructed after the vendor's documentation or source"
UNPROVEN: dict[str, str] = {
    f"{layer}[{i}]": CONSTRUCTED
    for layer, signals in {
        "apache": (7,),
        "aws-alb": (9,),
        "aws-elb-classic": (1,),
        "aws-s3": (0,),
        "azure-app-gateway": (3,),
        "bunny": (1,),
        "client": (10,),
        "cloudflare": (2, 3, 5, 13, 14, 17),
        "google-cloud-lb": (1, 9, 10),
        "google-cloud-run": (1,),
        "heroku-router": (1, 3),
        "huawei-elb": (2,),
        "iis": (3,),
        "ingress-nginx": (0,),
        "istio": (0, 1, 2),
        "kestrel": (0, 3),
        "netscaler": (3,),
        "nginx": (13, 14),
        "railway": (2,),
        "traefik": (0, 1),
        "vercel": (4,),
        "wordpress": (3,),
    }.items()
    for i in signals
}
# Codes that no capture shows, likewise.
UNSEEN_CODES: dict[str, str] = {}


def final(capture: Capture) -> Subject:
    """Give what a capture's signals look at."""
    paste = parse(capture.text)
    response = explained(paste)
    return Subject(response, [] if response else paste.curl_errors, log_lines(paste))


@pytest.fixture(scope="module")
def matrix(catalogue: Catalogue) -> dict[tuple[str, int], list[Capture]]:
    """Match every capture against every signal: (layer, number of the signal) to the captures it holds on."""
    found: dict[tuple[str, int], list[Capture]] = {
        (name, i): [] for name, layer in catalogue.layers.items() for i in range(len(layer.fingerprint))
    }
    for capture in CORPUS:
        subject = final(capture)
        for name, layer in catalogue.layers.items():
            for i, signal in enumerate(layer.fingerprint):
                if holds(signal, subject) is not None:
                    found[name, i].append(capture)
    return found


def on_path(name: str, capture: Capture, catalogue: Catalogue) -> bool:
    """Tell whether a capture's path lists a layer; an app of any framework counts as `application`."""
    if name == "application":
        ids = [*capture.path, capture.generator]
        return any(i not in catalogue.layers or catalogue.layers[i].role in APP_ROLES for i in ids)
    return name in capture.path or (name == "client" == capture.generator)


def test_matrix(matrix: dict[tuple[str, int], list[Capture]], catalogue: Catalogue) -> None:
    """A signal holds only on captures whose path lists its layer; weak hints of the app excepted."""
    wrong = []
    for (name, i), held in matrix.items():
        signal = catalogue.layers[name].fingerprint[i]
        if name == "application" and signal.strength == "weak":
            continue  # a hint that an app may have written it is no claim that one did
        wrong += [f"{name}[{i}] holds on {c.id}.{c.form}" for c in held if not on_path(name, c, catalogue)]
    assert not wrong


def test_every_signal_is_proven(matrix: dict[tuple[str, int], list[Capture]]) -> None:
    """Every signal holds on a capture that is not constructed, or is listed as unproven with its reason."""
    silent = {f"{name}[{i}]" for (name, i), held in matrix.items() if all(c.origin == "constructed" for c in held)}
    assert silent - set(UNPROVEN) == set(), "give these a capture, or a reason in UNPROVEN"
    assert set(UNPROVEN) - silent == set(), "these are proven now: take them out of UNPROVEN"
    assert len(silent) < 0.15 * len(matrix)


def test_every_code_is_shown(catalogue: Catalogue) -> None:
    """Every code is the verdict's code on some capture, or is listed with its reason."""
    shown = {explain(c.text, catalogue).code for c in CORPUS}
    missing = set(catalogue.codes) - shown
    assert missing - set(UNSEEN_CODES) == set(), "give these a capture, or a reason in UNSEEN_CODES"
    assert set(UNSEEN_CODES) - missing == set(), "these are shown now: take them out of UNSEEN_CODES"


def judge(capture: Capture, catalogue: Catalogue) -> tuple[str, str]:
    """Compare a verdict with the truth: right, wrong or cannot tell; and its confidence."""
    verdict = explain(capture.text, catalogue)
    if verdict.generated_by is None:
        return ("cannot tell" if capture.sure else "right"), "none"
    return ("right" if verdict.generated_by in capture.acceptable else "wrong"), verdict.confidence


def test_no_confident_error(catalogue: Catalogue) -> None:
    """With a body nobody is wrongly named at `conclusive` or `strong`; without one nobody at `conclusive`."""
    bad = []
    for capture in CORPUS:
        result, confidence = judge(capture, catalogue)
        barred = ("conclusive",) if capture.form == "head" else ("conclusive", "strong")
        if result == "wrong" and confidence in barred:
            bad.append(f"{capture.id}.{capture.form}: {explain(capture.text, catalogue).generated_by} at {confidence}")
    assert not bad


def test_sure_captures_are_named(catalogue: Catalogue) -> None:
    """At least 95 % of the captures with a body that an expert is sure of are named right."""
    sure = [c for c in CORPUS if c.form == "paste" and c.sure]
    right = [c for c in sure if judge(c, catalogue)[0] == "right"]
    assert len(right) / len(sure) >= 0.95


def test_report(catalogue: Catalogue, capsys: pytest.CaptureFixture[str]) -> None:
    """The shares named right, wrong and 'cannot tell' are printed, per form of paste."""
    with capsys.disabled():
        for form in ("paste", "log", "verbose", "head"):
            counted = Counter((c.sure, judge(c, catalogue)[0]) for c in CORPUS if c.form == form)
            total = sum(counted.values())
            line = "; ".join(
                f"{'sure' if sure else 'undecidable'} {result} {n} ({n / total:.1%})"
                for (sure, result), n in sorted(counted.items(), reverse=True)
            )
            print(f"\n{form:>8}: {total} captures; {line}", end="")  # noqa: T201
        print()  # noqa: T201


@pytest.mark.parametrize("form", ["paste", "head", "verbose"])
def test_what_must_not_matter(form: str, catalogue: Catalogue) -> None:
    """CRLF, another order or case of the fields, an unknown field and a prompt in front change no verdict."""
    shuffle = random.Random(5)
    for capture in CORPUS:
        if capture.form != form or capture.status is None or form == "verbose":
            continue
        head, gap, body = capture.text.partition("\n\n")
        status, *fields = head.split("\n")
        if any(f[:1] in " \t" or "HTTP/" in f for f in fields) or not status.startswith("HTTP/"):
            continue
        swapped = [n.upper() + c + v for n, c, v in (f.partition(":") for f in fields)]
        # Lines of one name keep their order: RFC 9110 section 5.3.
        order = sorted(range(len(swapped)), key=lambda i: (swapped[i].partition(":")[0], i))
        groups: dict[str, list[str]] = {}
        for i in order:
            groups.setdefault(swapped[i].partition(":")[0], []).append(swapped[i])
        names = list(groups)
        shuffle.shuffle(names)
        mixed = [line for n in names for line in groups[n]] + ["X-Shop-Build: 1482"]
        other = "\n".join([status, *mixed]) + gap + body
        want = outcome(capture.text, catalogue)
        assert outcome(other, catalogue) == want, capture.id
        assert outcome(capture.text.replace("\n", "\r\n"), catalogue) == want, capture.id
        assert outcome("ops@box:~$ cat saved.txt\n" + capture.text, catalogue) == want, capture.id


def outcome(text: str, catalogue: Catalogue) -> tuple[object, ...]:
    """Give the parts of a verdict that the order of lines cannot touch."""
    v = explain(text, catalogue)
    return v.status, v.code, v.generated_by, v.confidence, v.path, v.owner, v.candidates


def test_verdicts_fit_their_schema(catalogue: Catalogue) -> None:
    """Every verdict's JSON form fits the published schema."""
    validator = jsonschema.Draft202012Validator(verdict_schema())
    for capture in CORPUS:
        plain = json.loads(json.dumps(explain(capture.text, catalogue).as_dict()))
        assert not list(validator.iter_errors(plain)), capture.id


NGINX = "HTTP/1.1 502 Bad Gateway\nServer: nginx\nContent-Type: text/html\n\n<center><h1>502 Bad Gateway</h1></center>\n<hr><center>nginx</center>\n"
# name: (paste, generator, part of the summary or of a note)
BAD_INPUT = {
    "empty": ("", None, "nothing to read"),
    "blank": (" \n\t\n", None, "nothing to read"),
    "no response": ("the site is down again, please help\n", None, "no HTTP response"),
    "binary": ("\x00\x01\x02\ufffd\ufffd\x7fELF\x00" * 400, None, "binary"),
    "5 MB of text": ("all work and no play\n" * 250_000, None, "no HTTP response"),
    "5 MB on one line": ("x" * 5_000_000, None, "no HTTP response"),
    "5 MB before the response": ("all work and no play\n" * 250_000 + NGINX, "nginx", "not understood"),
    "5 MB of fields": ("HTTP/1.1 502 X\n" + "X-A: b\n" * 700_000, None, "not understood"),
    "5 MB folded": ("HTTP/1.1 502 X\nA: b\n" + " c\n" * 1_600_000, None, "Cannot tell"),
    "5 MB body": (NGINX + "<p>x</p>\n" * 600_000, "nginx", "nginx wrote"),
    "truncated": (NGINX.replace("<center><h1>", "<html><h1>"), "nginx", "cut off"),
    "two in one": (NGINX.replace("502", "500") + NGINX.replace("nginx\nC", "envoy\nC") + NGINX, "nginx", "3 responses"),
    "no answer": ("curl: (7) Failed to connect to h port 80: Connection refused\n", "client", "No HTTP response"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input(name: str, catalogue: Catalogue) -> None:
    """Whatever is pasted gets a helpful verdict or message."""
    text, generator, said = BAD_INPUT[name]
    verdict = explain(text, catalogue)
    assert verdict.generated_by == generator
    assert said in " ".join([verdict.summary, *verdict.notes])
    if generator is None:
        assert verdict.ask is not None


def test_the_lab_is_readable() -> None:
    """The lab's description of its servers is valid YAML, and each chain names servers that it has."""
    described = yaml.safe_load((Path(__file__).parent / "lab" / "servers.yml").read_text("utf-8"))
    for chain in described["chains"]:
        assert set(chain["of"]) <= set(described["servers"])


def test_no_path_of_the_recording_machine() -> None:
    """Nothing in the corpus names the folder in which the lab ran."""
    here = str(Path(__file__).parents[1])
    assert not [c.id for c in read_captures() if here in c.text]


@pytest.mark.parametrize(
    ("id_", "said", "first"),
    [
        ("public-heroku-log-h12", "H12: The app sent no byte in time.", "Find the slow request"),
        ("public-vercel-page-502", "NO_RESPONSE_FROM_FUNCTION: ", "See that every path"),
        ("constructed-iis-copied", "500.19: ", "Read the error code, the file and the line"),
    ],
)
def test_an_own_error_in_the_paste_is_explained(catalogue: Catalogue, id_: str, said: str, first: str) -> None:
    """Where the generator's own error stands in the paste, the verdict says what it means and checks for it first."""
    verdict = explain(next(c.text for c in CORPUS if c.id == id_), catalogue)
    assert any(note.startswith(said) for note in verdict.notes)
    assert verdict.checks[0].do.startswith(first)


def test_an_error_sent_as_a_success_gets_its_own_meaning(catalogue: Catalogue) -> None:
    """Where a server's page names an error and the status says 200, the verdict explains the error and says so."""
    page = next(c.text for c in CORPUS if c.id == "105-nginx-up-refused" and c.form == "paste")
    verdict = explain(re.sub(r"^HTTP/1\.1 502 Bad Gateway", "HTTP/1.1 200 OK", page), catalogue)
    assert (verdict.status, verdict.code, verdict.generated_by) == (200, "http/502", "nginx")
    assert verdict.summary == "nginx wrote this page of a 502, sent with status 200."
    assert verdict.owner == "platform"
    assert any("The page says 502, the status says 200" in note for note in verdict.notes)
