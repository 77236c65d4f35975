"""The commands that pages print: every one is sound shell, and those that can run here do run, against a server here."""

from __future__ import annotations

import os
import re
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from html import unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.conftest import free_port
from tests.topics import article

# Programs of which a page prints whole commands.
PROGRAMS = re.compile(
    r"(?:curl|openssl|dig|ss|df|free|du|grep|tail|journalctl|dmesg|kubectl|docker|psql|mysql|mariadb|redis-cli|systemctl"
    r"|nginx|apachectl|haproxy|varnishadm|varnishlog|echo|nmcli|mtr|ls|cat|getent|awk|find|systemd-analyze|date|zcat|aws|gcloud|az"
    r"|heroku|vercel|netlify|fly|wrangler|npx|cloudflared|pm2|redis-cli|jcmd|pumactl|promtool|amtool) \S"
)
RUN_HERE = {"curl", "openssl", "df", "du", "grep", "tail", "head", "sort", "date", "echo", "ss", "cut", "getent", "awk"}
FILLED = {
    "TARGET_IP": "127.0.0.1", "UPSTREAM_IP": "127.0.0.1", "ORIGIN_IP": "127.0.0.1", "ORIGIN_NAME": "site.example",
    "HOST": "site.example", "PATH": "path", "URL": "https://site.example/path",
}  # fmt: skip
# What is not here: a file of the reader's own, a port that speaks both, an administrator's port.
ELSEWHERE = re.compile(r"(?!ORIGIN_IP|TARGET_IP|UPSTREAM_IP)\b[A-Z]+_[A-Z_]+\b|https://HOST:PORT|127\.0\.0\.1:\d")
WRONG = re.compile(
    r"invalid option|unrecognized option|unknown option|is unknown|Usage:|syntax error|not found|malformed"
)


class Answers(BaseHTTPRequestHandler):
    """Answers every request with a 502 and a short page."""

    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        """Answer."""
        body = b"<h1>502 Bad Gateway</h1>\n"
        self.send_response(502)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body if self.command != "HEAD" else b"")

    do_GET = do_HEAD = do_POST = do_OPTIONS = do_PROPFIND = do_TRACE = answer  # noqa: N815 (the library asks for these names)

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@pytest.fixture(scope="module")
def printed(built: Path) -> dict[str, str]:
    """Give every command that the built pages print, with a page that prints it."""
    found: dict[str, str] = {}
    for page in sorted(built.rglob("index.html")):
        for code in re.findall(r"<code>(.*?)</code>", article(page), re.DOTALL):
            text = unescape(re.sub(r"<[^>]+>", "", code)).strip()
            if PROGRAMS.match(text) and "…" not in text:
                found.setdefault(text, page.relative_to(built).as_posix())
    return found


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, str]]:
    """Serve HTTP and TLS on the loopback; gives an environment in which curl finds every name and port there."""
    folder = tmp_path_factory.mktemp("world")
    key, cert = folder / "key.pem", folder / "cert.pem"
    make = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=site.example"]
    subprocess.run([*make, "-keyout", key, "-out", cert], check=True, capture_output=True)
    plain, secure = (ThreadingHTTPServer(("127.0.0.1", 0), Answers) for _ in range(2))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert, key)
    secure.socket = context.wrap_socket(secure.socket, server_side=True)
    for server in (plain, secure):
        threading.Thread(target=server.serve_forever, daemon=True).start()
    reached = ((80, plain), (443, secure), (plain.server_port, plain))
    ports = [f'connect-to = ":{n}:127.0.0.1:{s.server_port}"' for n, s in reached]
    (folder / ".curlrc").write_text("\n".join([*ports, "insecure"]) + "\n")
    yield {"CURL_HOME": str(folder), "PORT": str(plain.server_port), "TLS": str(secure.server_port)}
    for server in (plain, secure):
        server.shutdown()
        server.server_close()


def filled(command: str, world: dict[str, str]) -> str:
    """Put the test's values in the place of a command's words in capitals."""
    command = re.sub(r"(?<=connect )(ORIGIN_IP|HOST):443", f"127.0.0.1:{world['TLS']}", command)
    words = FILLED | {"PORT": world["PORT"]}
    return re.sub(r"\b(" + "|".join(words) + r")\b", lambda found: words[found[0]], command)


def test_commands_are_sound_shell(printed: dict[str, str]) -> None:
    """A shell reads every printed command without a word of complaint."""
    assert len(printed) > 100
    for command, page in printed.items():
        done = subprocess.run(["bash", "-n"], input=command, text=True, capture_output=True)
        assert (done.returncode, done.stderr) == (0, ""), (page, command)


def test_commands_run(printed: dict[str, str], world: dict[str, str], tmp_path: Path) -> None:
    """What needs nothing but a server, a shell and the usual tools runs: every option is known, and curl gets its answer."""
    ran = 0
    for command, page in printed.items():
        bare = re.sub(r"'[^']*'|\"[^\"]*\"", "''", command)
        programs = {part.split()[0] for part in re.split(r"\||;|&&|\n", bare) if part.split()}
        if not programs <= RUN_HERE or any(shutil.which(name) is None for name in programs) or " / " in bare:
            continue
        done = subprocess.run(
            ["bash", "-c", filled(command, world)], cwd=tmp_path, text=True, capture_output=True, timeout=30,
            stdin=subprocess.DEVNULL, env=os.environ | world,
        )  # fmt: skip
        assert not WRONG.search(done.stderr), (page, command, done.stderr)
        if programs == {"curl"} and re.search(r"\bURL\b|https?:", command) and not ELSEWHERE.search(command):
            assert done.returncode == 0, (page, command, done.stderr)
        ran += 1
    assert ran > 50


def test_a_wrong_option_is_noticed(world: dict[str, str]) -> None:
    """The test would see an option that curl does not have, and a port where nothing listens is no wrong option."""
    wrong = subprocess.run(["curl", "--no-such-option", "URL"], text=True, capture_output=True)
    assert WRONG.search(wrong.stderr)
    refused = subprocess.run(["curl", "-sS", f"http://127.0.0.1:{free_port()}/"], text=True, capture_output=True)
    assert not WRONG.search(refused.stderr)
