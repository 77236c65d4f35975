"""The `5xx` command as a user runs it: pipes, files, codes, exit statuses, colours, hostile text."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PASTE = "HTTP/1.1 502 Bad Gateway\r\nServer: nginx\r\n\r\n<hr><center>nginx</center>\r\n"


def run(*arguments: str, text: str | bytes = b"", **environment: str) -> subprocess.CompletedProcess[bytes]:
    """Run the command."""
    data = text.encode() if isinstance(text, str) else text
    clean = {k: v for k, v in os.environ.items() if k not in ("NO_COLOR", "FORCE_COLOR", "SITE_URL")}
    return subprocess.run(
        [sys.executable, "-m", "explainer", *arguments], input=data, capture_output=True, env=clean | environment
    )


def test_pipe() -> None:
    """A piped response gets its verdict on standard output, the answer in the first line."""
    done = run(text=PASTE)
    assert (done.returncode, done.stderr) == (0, b"")
    first = done.stdout.decode().splitlines()[0]
    assert first.startswith("502  nginx wrote this response.")
    assert first.endswith("certain")


def test_file_and_dash(tmp_path: Path) -> None:
    """A file and `-` give what the pipe gives."""
    file = tmp_path / "saved response.txt"
    file.write_bytes(PASTE.encode())
    assert run(str(file)).stdout == run("-", text=PASTE).stdout == run(text=PASTE).stdout


def test_json() -> None:
    """--json prints one object with the stable keys, sorted."""
    plain = json.loads(run("--json", text=PASTE).stdout)
    assert (plain["schema_version"], plain["generated_by"], plain["code"]) == (1, "nginx", "http/502")
    assert list(plain) == sorted(plain)


def test_markdown() -> None:
    """--markdown prints text for a ticket."""
    assert run("--markdown", text=PASTE).stdout.decode().startswith("**502: nginx wrote this response.**")


@pytest.mark.parametrize(
    ("words", "id_"),
    [
        ("502", "http/502"), ("http/502", "http/502"), ("bad gateway", "http/502"), ("Bad-Gateway", "http/502"),
        ("502 Bad Gateway", "http/502"), ("HTTP 502", "http/502"), ("522", "cloudflare/522"),
        ("cloudflare/522", "cloudflare/522"), ("Error 522", "cloudflare/522"), ("error 1016", "cloudflare/1016"),
        ("Cloudflare 1016", "cloudflare/1016"), ("connection timed out", "cloudflare/522"),
    ],
)  # fmt: skip
def test_codes(words: str, id_: str) -> None:
    """A code is found by number, id or name, in whatever case and with what people write around it."""
    done = run("--json", *words.split())
    assert done.returncode == 0
    assert [c["id"] for c in json.loads(done.stdout)] == [id_]


def test_code_as_text() -> None:
    """A code's text opens with number and name and says who acts."""
    said = run("502").stdout.decode()
    assert said.startswith("502  Bad Gateway\n")
    assert "Who acts" in said


@pytest.mark.parametrize(
    ("arguments", "text", "status", "said"),
    [
        (["5o2"], "", 2, b"Did you mean"),
        (["no-such-file.txt"], "", 2, b"neither a file nor a code"),
        (["--no-such-option"], "", 2, b"No such option"),
        ([], "nothing here", 1, b""),
        ([], "HTTP/1.1 500 X\n\n", 1, b""),
        (["."], "", 3, b"5xx: .:"),
    ],
)
def test_exit_statuses(arguments: list[str], text: str, status: int, said: bytes) -> None:
    """Each kind of trouble has its exit status and says on standard error what is wrong."""
    done = run(*arguments, text=text)
    assert done.returncode == status
    assert said in done.stderr
    assert b"Traceback" not in done.stderr


def test_colour() -> None:
    """Colour is off in a pipe, on when asked for, and NO_COLOR wins over FORCE_COLOR."""
    assert b"\x1b" not in run(text=PASTE).stdout
    assert b"\x1b[1m" in run("--color", "always", text=PASTE).stdout
    assert b"\x1b[1m" in run(text=PASTE, FORCE_COLOR="1").stdout
    assert b"\x1b" not in run(text=PASTE, FORCE_COLOR="1", NO_COLOR="1").stdout


@pytest.mark.parametrize("form", ["text", "--markdown"])
def test_hostile_text(form: str) -> None:
    """Escape sequences and direction overrides of a paste never reach the terminal."""
    hostile = PASTE.replace("Server: nginx", "Server: nginx\r\nX-\x1b]0;owned\x07: \u202eevil").replace(
        "<hr>", "\x1b[2J\u202e<hr>"
    )
    out = run(*([form] if form != "text" else []), text=hostile).stdout.decode()
    assert "\x1b" not in out
    assert "\u202e" not in out
    assert "\x07" not in out


def test_other_encodings() -> None:
    """Bytes that are no UTF-8, UTF-16 text and a terminal without UTF-8 all work."""
    assert run(text=PASTE.encode() + b"\xff\xfe\x80").returncode == 0
    assert run(text=PASTE.encode("utf-16")).stdout.startswith(b"502  nginx")
    assert run(text=PASTE, PYTHONIOENCODING="ascii").stdout.startswith(b"502  nginx")


def test_closed_pipe() -> None:
    """`5xx --list | head -1` ends without a traceback."""
    done = subprocess.run(
        f"{sys.executable} -m explainer --list | head -1", shell=True, capture_output=True, check=False
    )
    assert done.stderr == b""


def test_help_and_version() -> None:
    """-h shows examples and exit statuses; --version a version; `python -m explainer` is the command."""
    said = run("-h").stdout.decode()
    assert "curl -sSi" in said
    assert "Exit status" in said
    assert run("--version").stdout.startswith(b"5xx, version ")


@pytest.mark.parametrize(
    ("words", "counts_as"), [("598", "500"), ("error 529", "500"), ("HTTP 444444", None), ("299", "200")]
)
def test_a_number_that_nobody_registered_is_answered(words: str, counts_as: str | None) -> None:
    """A status that no registry and no entry holds is said to be so, with what a client takes it for; no other number is."""
    shown = run(words)
    assert (shown.returncode == 0) == (counts_as is not None)
    if counts_as:
        assert f"treats it as {counts_as}".encode() in b" ".join(shown.stdout.split())


@pytest.mark.parametrize("words", ["500.19", "HTTP Error 500.19", "IIS 500.19"])
def test_an_error_of_a_layers_own_is_answered(words: str) -> None:
    """A layer's own error number leads to what it means, what to do first and the status that it comes with."""
    shown = run(words)
    assert shown.returncode == 0
    for said in (b"500.19  Microsoft IIS", b"Do first", b"500 Internal Server Error"):
        assert said in shown.stdout
    [entry] = json.loads(run("--json", words).stdout)
    assert (entry["layer"], entry["error"], entry["code"]) == ("iis", "500.19", "http/500")
    assert entry["source"].startswith("https://")


@pytest.mark.parametrize("words", ["404", "not found", "404 Not Found", "HTTP 404"])
def test_a_status_that_is_no_server_error_is_answered(words: str) -> None:
    """A registered status that is no server error is named and explained, by number, name or both."""
    done, plain = run(words), json.loads(run("--json", words).stdout)
    assert done.returncode == 0
    assert done.stdout.startswith(b"404  Not Found\n")
    assert b"not a server error" in b" ".join(done.stdout.split())
    assert (plain[0]["number"], plain[0]["name"]) == (404, "Not Found")


@pytest.mark.parametrize(
    "text", ["404", "404 Not Found", "not found", "HTTP/1.1 404 Not Found", "200", "HTTP/2 204", "418"]
)
def test_a_pasted_status_that_is_no_server_error_is_explained(text: str) -> None:
    """A paste of nothing but such a status says what it means, in place of who wrote it."""
    said = " ".join(run(text=text).stdout.decode().split())
    assert "not a server error" in said or "this is no error" in said
    assert "Nothing here names a layer" not in said


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("puma", b"timed out worker"), ("Node.js", b"pm2"), ("postgres", b""), ("nginx", b"nginx -t"),
        ("azure", None), ("no such thing", None),
    ],
)  # fmt: skip
def test_checks_on_one_product(words: str, said: bytes | None) -> None:
    """A product is named by id, name or beginning, for a code or a paste; one that is not known gets the list of those that are."""
    for done in (run("502", "--stack", words), run("--stack", words, text=PASTE)):
        if said is None:
            assert (done.returncode, b"Known: apache" in done.stderr) == (2, True)
        else:
            assert done.returncode == 0
            assert said in done.stdout
            assert b"\nOn " in done.stdout
    if said:
        checks = json.loads(run("--json", "--stack", words, text=PASTE).stdout)["checks"]
        assert any(said.decode() in (check["run"] or "") for check in checks if check["stack"])
        assert said in run("--markdown", "502", "--stack", words).stdout
