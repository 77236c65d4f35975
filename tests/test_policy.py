"""The headers that the build writes, against the servers that they are for: each sends what the rules say."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from explainer.build.policy import INLINE, ONE_FILE, Rules, digest, matching
from tests.conftest import PREFIX, free_port, leave_out, listening

PATHS = ("", "502/", "cards/502/", "api/v1/codes.json", "502/path.svg", "404.html", "assets/explainer.js", ONE_FILE)
MODULES = ("mpm_event", "authz_core", "headers", "alias", "mime", "dir")


def nginx(site: Path, here: Path, port: int) -> list[str]:
    """Include the file in `http`, and add the headers that its comment names."""
    added = re.findall(r"^#   (add_header .*)$", (site / "headers/nginx.conf").read_text("utf-8"), re.MULTILINE)
    temporary = "".join(
        f"{name}_temp_path {here}/{name}; " for name in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (here / "nginx.conf").write_text(
        f"daemon off; pid {here}/pid; error_log {here}/error.log; events {{}} http {{ access_log off; {temporary}"
        f"include {site}/headers/nginx.conf; server {{ listen 127.0.0.1:{port}; {' '.join(added)}"
        f" location {PREFIX} {{ alias {site}/; index index.html; }} }} }}"
    )
    return ["nginx", "-p", str(here), "-e", str(here / "start.log"), "-c", str(here / "nginx.conf")]


def apache(site: Path, here: Path, port: int) -> list[str]:
    """Include the file in the server's configuration."""
    loaded = "\n".join(f"LoadModule {name}_module /usr/lib/apache2/modules/mod_{name}.so" for name in MODULES)
    (here / "apache.conf").write_text(
        f"ServerName x\nServerRoot {here}\nPidFile {here}/pid\nErrorLog {here}/error.log\nMutex file:{here}\n{loaded}\n"
        f"Listen 127.0.0.1:{port}\nTypesConfig /etc/mime.types\nDirectoryIndex index.html\nAlias {PREFIX} {site}/\n"
        f"<Directory {site}>\nRequire all granted\n</Directory>\nInclude {site}/headers/apache.conf\n"
    )
    return ["apache2", "-D", "FOREGROUND", "-f", str(here / "apache.conf")]


def caddy(site: Path, here: Path, port: int) -> list[str]:
    """Import the snippet in the site's block."""
    (here / "Caddyfile").write_text(
        f"{{\n\tadmin off\n\tstorage file_system {here}\n}}\nimport {site}/headers/Caddyfile\n"
        f"http://127.0.0.1:{port} {{\n\timport site_headers\n\thandle_path {PREFIX}* {{\n\t\troot * {site}\n\t\tfile_server\n\t}}\n}}\n"
    )
    return ["caddy", "run", "--config", str(here / "Caddyfile")]


@pytest.mark.parametrize("server", [nginx, apache, caddy], ids=lambda server: server.__name__)
def test_servers_send_the_headers(built: Path, tmp_path: Path, server: Callable[[Path, Path, int], list[str]]) -> None:
    """With the file that the build writes for it, each server sends every header of the rules, and no other of their names."""
    port = free_port()
    command = server(built, tmp_path, port)
    program = shutil.which(command[0], path=f"{os.environ['PATH']}:/usr/sbin") or ""
    if not program:
        leave_out(command[0])
    rules: Rules = json.loads((built / "headers/rules.json").read_text("utf-8"))
    runtime = next(path for path in built.glob("assets/py/*/worker.js"))
    names = {name for _, headers in rules for name in headers}
    environment = {**os.environ, "HOME": str(tmp_path)}
    with (tmp_path / "output").open("wb") as output:
        process = subprocess.Popen([program, *command[1:]], stdout=output, stderr=output, env=environment)
        try:
            assert listening(port), (tmp_path / "output").read_text("utf-8", "replace")
            for path in (*PATHS, runtime.relative_to(built).as_posix()):
                with urllib.request.urlopen(f"http://127.0.0.1:{port}{PREFIX}{path}") as answer:
                    sent = {name: value for name in names if (value := answer.headers[name]) is not None}
                assert sent == matching(path, rules), path
        finally:
            process.terminate()
            process.wait(10)


def test_the_policy_lets_the_pages_own_scripts_run_and_no_other(built: Path) -> None:
    """Every inline script of every page stands in the policy by its hash; no page has a style attribute.

    The explainer in one file, which is to be downloaded, carries a policy of its own.
    """
    policy = matching("502/", json.loads((built / "headers/rules.json").read_text("utf-8")))["Content-Security-Policy"]
    for page in built.rglob("*.html"):
        if page.is_relative_to(built / "cards") or page.name == ONE_FILE:
            continue
        text = page.read_text("utf-8")
        assert all(digest(script) in policy for script in INLINE.findall(text)), page
        assert not re.search(r"<style|<[^>]+\sstyle=", text), page
    assert "'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy.replace("'wasm-unsafe-eval'", "")
