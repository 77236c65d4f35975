"""Runs each server of `docs/attribute` with the file that the page offers, before an app that is down or fails as asked."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import yaml

from tests.lab.__main__ import HERE, Running, Server
from tests.lab.upstream import BEHAVIOURS, serve

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "attribute"
# Where a server may be: beside this Python, where `make lab` puts its own, where the system has them.
PROGRAMS = [str(Path(sys.executable).parent), str(ROOT / "build/lab/venv/bin"), os.environ["PATH"], "/usr/sbin"]
SECONDS = 5  # that a server may take to know its routes or to write its log


@dataclass(frozen=True, slots=True, kw_only=True)
class Product:
    """A server of the page: how it is run, with what in its files made this machine's, and its own check of them."""

    run: str | None = None  # where the lab does not run it, or not so
    files: dict[str, str]  # of the page, by their name here
    put: dict[str, str]  # what is replaced in them
    around: tuple[str, str, str] = ("", "", "")  # a file of the lab's, and what there is replaced to load the page's
    check: str | None = None  # none: it has no other than to start
    logs: list[str] = field(default_factory=lambda: ["output"])


PORTS = {":8000": "127.0.0.1:{port}", "127.0.0.1:8080": "127.0.0.1:{upstream}"}
PRODUCTS = {
    "nginx": Product(
        files={"attribute.conf": "nginx.conf"},
        put={"/var/log/nginx": "{dir}"},
        around=("nginx.conf", "http {", "http { include {dir}/attribute.conf;"),
        check="nginx -t -c {dir}/nginx.conf",
        logs=["error.log", "attribute.log"],
    ),
    "apache": Product(
        files={"attribute.conf": "apache.conf"},
        put={"/var/log/apache2": "{dir}"},
        around=(
            "apache.conf",
            "Listen",
            "LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so\n"
            "LoadModule setenvif_module /usr/lib/apache2/modules/mod_setenvif.so\nInclude {dir}/attribute.conf\nListen",
        ),
        check="apache2 -t -f {dir}/apache.conf",
        logs=["error.log", "attribute.log"],
    ),
    "haproxy": Product(
        files={"haproxy.cfg": "haproxy.cfg"},
        put={**PORTS, "timeout connect 5s": "timeout connect 100ms", "timeout server 30s": "timeout server 1s"},
        check="haproxy -c -f {dir}/haproxy.cfg",
    ),
    "envoy": Product(
        run="envoy -c {dir}/envoy.yaml --concurrency 1 --log-level error --use-dynamic-base-id --file-flush-interval-msec 50",
        files={"envoy.yaml": "envoy.yaml"},
        put={"0.0.0.0, port_value: 8000": "127.0.0.1, port_value: {port}", "8080": "{upstream}"},
        check="envoy --mode validate --log-level warning -c {dir}/envoy.yaml",
    ),
    "caddy": Product(
        files={"Caddyfile": "Caddyfile"},
        put={
            **PORTS,
            ":8000": "{\n\tadmin off\n\tstorage file_system {dir}\n}\nhttp://127.0.0.1:{port}",
        },
        check="caddy validate --config {dir}/Caddyfile --adapter caddyfile",
    ),
    "traefik": Product(
        run="traefik --configfile={dir}/traefik.yml",
        files={"traefik.yml": "traefik.yml", "traefik-dynamic.yml": "traefik-dynamic.yml"},
        put={
            **PORTS,
            "/etc/traefik": "{dir}",
            "providers:": "global: {checkNewVersion: false}\nproviders:\n  providersThrottleDuration: 50ms",
        },
    ),
    "varnish": Product(
        files={"attribute.vcl": "varnish.vcl"},
        put={},
        around=("default.vcl", "vcl 4.1;", 'vcl 4.1; include "{dir}/attribute.vcl";'),
        check="varnishd -C -f {dir}/default.vcl -n {dir}/check",
    ),
}


def program(name: str) -> str:
    """Name what must be installed to run a product."""
    return shlex.split(server(name).run)[0]


def installed(name: str) -> bool:
    """Tell whether a product can be run here."""
    return shutil.which(program(name), path=os.pathsep.join(PROGRAMS)) is not None


def server(name: str, **put: str) -> Server:
    """Put a product together as the lab starts one; `put` replaces more in the page's files."""
    product, described = PRODUCTS[name], yaml.safe_load((HERE / "servers.yml").read_text("utf-8"))["servers"]
    lab = Server(**{"layer": name, "version": "", "run": "", "files": {}, **described.get(name, {})})
    shown = {here: (PAGE / there).read_text("utf-8") for here, there in product.files.items()}
    for old, new in {**product.put, **put}.items():
        assert any(old in text for text in shown.values()), f"the page's files for {name} no longer have {old!r}"
        shown = {here: text.replace(old, new) for here, text in shown.items()}
    loader, old, new = product.around
    loading = {loader: lab.files[loader].replace(old, new, 1)} if loader else {}
    return replace(lab, run=product.run or lab.run, files={**loading, **shown}, logs=product.logs)


@contextmanager
def app() -> Iterator[int]:
    """Run an app that fails as the path asks, a name of the lab's BEHAVIOURS; gives its port."""

    def behave(connection: socket.socket) -> None:
        path = connection.recv(65_536, socket.MSG_PEEK).decode("latin-1").split(" ")[1]
        behaviour = BEHAVIOURS[path.strip("/")]
        assert behaviour is not None
        behaviour(connection)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=serve, args=(listener, behave), daemon=True).start()
        yield listener.getsockname()[1]


def ask(one: Running, path: str) -> str:
    """Ask a server once, as a reader would; 404 means that it does not know its routes yet."""
    url, until = f"http://127.0.0.1:{one.port}/{path}", time.monotonic() + SECONDS
    while True:
        done = subprocess.run(["curl", "-sSi", "-m", "8", url], capture_output=True, check=True)
        answer = done.stdout.decode("utf-8").replace("\r\n", "\n")
        if not re.match(r"\S+ 404 ", answer) or time.monotonic() > until:
            return answer
        time.sleep(0.1)


def log(one: Running, path: str) -> str:
    """Read what a server logged, once the request stands in its last log."""
    after = [part.format(**one.fill) for part in shlex.split(one.server.after or "true")]
    until = time.monotonic() + SECONDS
    while True:
        extra = subprocess.run(after, capture_output=True, text=True, check=False).stdout
        if f"/{path}" in one.logs()[-1] + extra or time.monotonic() > until:
            return one.logged() + extra
        time.sleep(0.05)


def checked(one: Running, name: str) -> str:
    """Run a product's own check of its configuration; gives what it complains of."""
    command = PRODUCTS[name].check
    if command is None:
        return ""
    asked = [part.format(**one.fill) for part in shlex.split(command)]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    said = done.stdout + done.stderr
    warned = re.search(r"\[(warn|warning|alert|emerg)\]|\"level\":\"(warn|error)\"", said, re.I)
    return said if done.returncode or warned else ""
