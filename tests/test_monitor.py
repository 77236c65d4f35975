"""The page on monitoring, in the programs themselves: each file is valid, each alert comes when it should and opens its page."""

from __future__ import annotations

import http.server
import json
import os
import re
import shlex
import shutil
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.client import HTTPMessage
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from explainer.catalogue import Catalogue
from explainer.words import address as place
from tests.conftest import PREFIX, ROOT, free_port, leave_out

PAGE = ROOT / "docs" / "monitor"
GUIDE = f"http://127.0.0.1:8550{PREFIX}"  # what the files say until the build puts the site's own address in
TEXT = (PAGE / "index.md").read_text("utf-8")
RULES = [
    rule for group in yaml.safe_load((PAGE / "5xx-rules.yml").read_text("utf-8"))["groups"] for rule in group["rules"]
]
TESTS = yaml.safe_load((PAGE / "5xx-rules.test.yml").read_text("utf-8"))
ALERTS = {rule["alert"]: rule for rule in RULES if "alert" in rule}
CHECKS = [
    row.split("`")[1] for row in re.findall(r"^\| \[.*\| (`.*`) \|$", TEXT.partition("## What to count")[0], re.M)
]
SECONDS = 20  # that a program may take to start or to tell


def run(command: str, folder: Path = PAGE) -> subprocess.CompletedProcess[str]:
    """Run a command as the page prints it; where its program is not installed the test is left out, and fails in CI."""
    words = shlex.split(command)
    return subprocess.run([program(words[0]), *words[1:]], cwd=folder, capture_output=True, text=True, check=False)


def program(name: str) -> str:
    """Find a program."""
    found = shutil.which(name)
    if found is None:
        leave_out(name)
    return found


@contextmanager
def running(command: str, port: int) -> Iterator[None]:
    """Run a program until the end of the block; it begins once its port answers."""
    words = shlex.split(command)
    process = subprocess.Popen([program(words[0]), *words[1:]], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        until(lambda: listens(port))
        yield
    finally:
        process.terminate()
        process.wait(10)


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port."""
    with socket.socket() as asked:
        return asked.connect_ex(("127.0.0.1", port)) == 0


def until(done: Callable[[], bool]) -> None:
    """Wait until something is true; fails after a while."""
    limit = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < limit
        time.sleep(0.05)


@pytest.mark.parametrize("command", CHECKS)
def test_check_of_the_page_passes(command: str) -> None:
    """Each command that the page prints beside a file ends with status 0: the file is valid and its tests hold."""
    done = run(command)
    assert done.returncode == 0, done.stdout + done.stderr


def test_every_file_is_offered_and_checked() -> None:
    """Each file beside the page is linked for download and stands in exactly the row of the check that names it."""
    files = {file.name for file in PAGE.iterdir()} - {"index.md"}
    assert {name for name in files if f"[{name}]({name})" in TEXT} == files
    assert {name for name in files if any(name in command for command in CHECKS)} == files


def test_a_wrong_expectation_is_noticed(tmp_path: Path) -> None:
    """The rules' tests can fail: with another page in one place they do."""
    for name in ("5xx-rules.yml", "5xx-rules.test.yml"):
        text = (PAGE / name).read_text("utf-8").replace("5xx/502/", "5xx/503/")
        (tmp_path / name).write_text(text, "utf-8")
    assert run("promtool test rules 5xx-rules.test.yml", tmp_path).returncode == 1


def expected() -> list[dict[str, Any]]:
    """List every alert that the rules' tests expect."""
    cases = [case for test in TESTS["tests"] for case in test.get("alert_rule_test", [])]
    return [{"alertname": case["alertname"], **one} for case in cases for one in case["exp_alerts"]]


def test_every_alert_is_tried() -> None:
    """Each alert has a test in which it fires, a severity that is routed, and a page to open."""
    assert {alert["alertname"] for alert in expected()} == set(ALERTS)
    for alert in ALERTS.values():
        assert alert["labels"]["severity"] in ("page", "ticket")
        assert alert["annotations"]["runbook_url"].startswith(GUIDE)


def leads(url: str, built: Path) -> bool:
    """Tell whether the build makes the page, and the heading on it, that an address names."""
    path, _, anchor = url.removeprefix(GUIDE).partition("#")
    page = built / path / "index.html"
    return url.startswith(GUIDE) and page.exists() and (not anchor or f'id="{anchor}"' in page.read_text("utf-8"))


def test_addresses_lead_to_pages(built: Path) -> None:
    """Every address that an alert of the rules' tests carries, code's page and layer's page, is one that the build makes."""
    urls = {url for alert in expected() for key, url in alert["exp_annotations"].items() if key.endswith("_url")}
    assert len(urls) > len(ALERTS)
    assert not [url for url in urls if not leads(url, built)]
    assert all(leads(f"{GUIDE}layers/{r['labels']['layer']}/", built) for r in RULES if "layer" in r.get("labels", {}))


def test_every_code_opens_its_page(built: Path, catalogue: Catalogue, tmp_path: Path) -> None:
    """From 500 to 599 and for `5xx` the alert opens the code's own page, where there is one, and else that of all codes."""
    (tmp_path / "5xx-rules.yml").write_text((PAGE / "5xx-rules.yml").read_text("utf-8"), "utf-8")
    series, alerts, urls = [], [], {}
    for code in (*map(str, range(500, 600)), "5xx"):
        own = [name for name in (f"http/{code}", f"cloudflare/{code}") if name in catalogue.codes]
        urls[code] = GUIDE + (place(own[0]) if own else "codes/")
        labels = {"layer": "traefik", "service": f"s{code}", "code": code, "severity": "page"}
        series.append(
            {"series": f'traefik_service_requests_total{{service="s{code}", code="{code}"}}', "values": "0+30x40"}
        )
        annotations = {
            "summary": f"{code} at traefik for s{code}",
            "layer_url": f"{GUIDE}layers/traefik/",
            "runbook_url": urls[code],
        }
        alerts.append({"exp_labels": labels, "exp_annotations": annotations})
    case = {"eval_time": "15m", "alertname": "Http5xx", "exp_alerts": alerts}
    tests = [{"interval": "30s", "input_series": series, "alert_rule_test": [case]}]
    (tmp_path / "all.yml").write_text(yaml.safe_dump({"rule_files": ["5xx-rules.yml"], "tests": tests}), "utf-8")
    done = run("promtool test rules all.yml", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert urls["502"] == f"{GUIDE}502/"
    assert urls["521"] == f"{GUIDE}cloudflare/521/"
    assert not [url for url in urls.values() if not leads(url, built)]


def test_build_puts_its_own_address(built: Path) -> None:
    """What the site offers for download, and shows, leads to the address that the site was built for."""
    site = os.environ.get("SITE_URL", GUIDE)
    for file in PAGE.glob("*.yml"):
        assert (built / "monitor" / file.name).read_text("utf-8") == file.read_text("utf-8").replace(GUIDE, site)
    assert f"{site}layers/" in (built / "monitor" / "index.html").read_text("utf-8")


PAGES = {
    "good": (200, "<p>Tea</p><footer>Terms of sale</footer>"),
    "502": (502, "<h1>502 Bad Gateway</h1>"),
    "lie": (200, "<h1>Fatal error: Uncaught Exception</h1><footer>Terms of sale</footer>"),
    "empty": (200, "<p>Tea</p>"),
}
SHOWN = {
    "Nothing": "good",
    "Nothing listens": "refused",
    "The app is down, the proxy says 502": "502",
    "It takes the request and says nothing in time": "silent",
    "An error page comes with 200": "lie",
    "The page comes with 200 and without its content": "empty",
    "The page comes without TLS": "plain",
}


class Site(http.server.BaseHTTPRequestHandler):
    """A small site that is good or bad as the path asks."""

    def do_GET(self) -> None:
        """Answer as PAGES says; `silent` takes longer than a check waits."""
        if self.path == "/silent":
            time.sleep(3)
        status, body = PAGES.get(self.path.strip("/"), PAGES["good"])
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def serving(handler: type[http.server.BaseHTTPRequestHandler], tls: ssl.SSLContext | None = None) -> Iterator[int]:
    """Serve on loopback; gives the port."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    if tls:
        server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def probe(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str, str], dict[str, float]]]:
    """Run the exporter with the page's file, and a site with a certificate that it trusts; gives a way to check a page."""
    folder, port = tmp_path_factory.mktemp("probe"), free_port()
    run(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 30 -subj /CN=localhost "
        "-addext subjectAltName=IP:127.0.0.1 -keyout key.pem -out cert.pem",
        folder,
    )
    # The file as it is, with less patience and one more authority.
    modules = yaml.safe_load((PAGE / "blackbox.yml").read_text("utf-8"))
    for module in modules["modules"].values():
        module["timeout"] = "1s"
        if module["prober"] == "http":
            module["http"]["tls_config"] = {"ca_file": str(folder / "cert.pem")}
    (folder / "blackbox.yml").write_text(yaml.safe_dump(modules), "utf-8")
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    command = f"prometheus-blackbox-exporter --config.file={folder}/blackbox.yml --web.listen-address=127.0.0.1:{port}"
    with serving(Site, tls) as secure, serving(Site) as plain, running(command, port):

        def ask(module: str, page: str) -> dict[str, float]:
            own = {"refused": free_port(), "plain": plain}.get(page, secure)
            scheme = "http" if page == "plain" else "https"
            target = f"127.0.0.1:{own}" if module == "port" else f"{scheme}://127.0.0.1:{own}/{page}"
            with urlopen(f"http://127.0.0.1:{port}/probe?module={module}&target={target}") as answer:
                lines = [
                    line.rsplit(" ", 1) for line in answer.read().decode().split("\n") if line.startswith("probe_")
                ]
            return {line[0]: float(line[1]) for line in lines}

        yield ask


@pytest.mark.parametrize("module", ["port", "status", "page"])
@pytest.mark.parametrize("wrong", SHOWN)
def test_checks_see_what_the_page_says(probe: Callable[[str, str], dict[str, float]], wrong: str, module: str) -> None:
    """The real exporter gives the verdict, and the status, of each cell of the page's table on checks from outside."""
    rows = {cells[0]: cells[1:] for line in TEXT.split("\n") if len(cells := line.strip("| ").split(" | ")) == 5}
    said = rows[wrong][("ping", "port", "status", "page").index(module)]
    seen = probe(module, SHOWN[wrong])
    status = "" if module == "port" else f", {seen['probe_http_status_code']:.0f}"
    assert ("passes" if seen["probe_success"] else "fails") + status == said


def test_certificate_day(probe: Callable[[str, str], dict[str, float]]) -> None:
    """The exporter says under the rules' name when the certificate ends: here in 30 days."""
    days = (probe("page", "good")["probe_ssl_earliest_cert_expiry"] - time.time()) / 86_400
    assert 29 < days <= 30
    assert "probe_ssl_earliest_cert_expiry" in ALERTS["CertificateExpires"]["expr"]


@pytest.mark.parametrize("severity", ["page", "ticket"])
def test_severity_routes(severity: str) -> None:
    """Alertmanager sends an alert of either severity to the receiver of that name."""
    done = run(f"amtool config routes test --config.file=alertmanager.yml severity={severity} site=shop")
    assert done.stdout.strip() == severity, done.stderr


class Inbox(http.server.BaseHTTPRequestHandler):
    """What Alertmanager sends to its webhooks."""

    headers: HTTPMessage
    messages: list[tuple[str, dict[str, Any]]]

    def do_POST(self) -> None:
        """Keep a message."""
        self.messages.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def alert(name: str, severity: str, **labels: str) -> str:
    """Write the command that gives Alertmanager an alert, with an address as the rules do."""
    told = " ".join(f"{key}={value}" for key, value in labels.items())
    return f"alert add alertname={name} severity={severity} {told} --annotation=runbook_url={GUIDE}{labels.get('code', '')}/"


OUTAGE = [
    alert("Http5xx", "page", site="shop", layer="haproxy", service="cart", code="502"),
    alert("Http5xx", "page", site="shop", layer="traefik", service="search", code="503"),
    alert("HttpSlow", "ticket", site="shop", layer="traefik", service="search"),
    alert("CertificateExpires", "ticket", site="shop", instance="https://shop.example/"),
    alert("Http5xx", "page", site="blog", layer="nginx", code="500"),
]
FRONT = alert("ProbeFails", "page", site="shop", instance="https://shop.example/", code="521")
OTHER = alert("ProbeFails", "page", site="shop", instance="https://shop.example/search", code="521")


@pytest.mark.parametrize(
    ("added", "sent"),
    [
        ([], {("/page", "shop"): ["502", "503"], ("/page", "blog"): ["500"], ("/ticket", "shop"): [""]}),
        ([FRONT], {("/page", "shop"): ["521"], ("/page", "blog"): ["500"], ("/ticket", "shop"): [""]}),
        ([OTHER], {("/page", "shop"): ["502", "503", "521"], ("/page", "blog"): ["500"], ("/ticket", "shop"): [""]}),
    ],
    ids=["routes fail", "front page unreachable", "another page unreachable"],
)
def test_one_outage_is_one_message(added: list[str], sent: dict[tuple[str, str], list[str]], tmp_path: Path) -> None:
    """A site's codes come in one message, no ticket on latency beside it, and no single route where nothing gets through."""
    program("amtool")
    messages: list[tuple[str, dict[str, Any]]] = []
    port, text = free_port(), (PAGE / "alertmanager.yml").read_text("utf-8")
    with serving(type("", (Inbox,), {"messages": messages})) as inbox:
        patient = text.replace("group_wait: 30s", "group_wait: 2s")
        (tmp_path / "am.yml").write_text(patient.replace("127.0.0.1:5001", f"127.0.0.1:{inbox}"), "utf-8")
        command = (
            f"prometheus-alertmanager --config.file={tmp_path}/am.yml --storage.path={tmp_path}/data "
            f"--web.listen-address=127.0.0.1:{port} --cluster.listen-address="
        )
        with running(command, port):
            for one in added + OUTAGE:
                done = run(f"amtool --alertmanager.url=http://127.0.0.1:{port} {one}")
                assert done.returncode == 0, done.stderr
            until(lambda: len(messages) >= len(sent))
    got = {
        (path, message["groupLabels"]["site"]): sorted(a["labels"].get("code", "") for a in message["alerts"])
        for path, message in messages
    }
    assert got == sent
    assert len(messages) == len(sent)
    assert all(a["annotations"]["runbook_url"].startswith(GUIDE) for _, m in messages for a in m["alerts"])


def test_nginx_is_counted_from_its_log(tmp_path: Path) -> None:
    """From lines in the form of the attribution page, mtail counts by code and by who wrote, and the slow ones."""
    line = '192.0.2.1 - - [26/Nov/2026:12:00:00 +0000] "GET /cart HTTP/1.1" {} 157 upstream={} upstream_status={}'
    times = " upstream_header_time={} upstream_response_time={}\n"
    asked = [
        ("200", "127.0.0.1:8080", "200", "0.010", "0.012"),
        ("500", "127.0.0.1:8080", "500", "0.010", "0.012"),
        ("502", "127.0.0.1:8080", "502", "-", "0.000"),
        ("503", "-", "-", "-", "-"),
        ("504", "127.0.0.1:8080, 127.0.0.1:8081", "504, 504", "-, -", "30.001, 30.002"),
        ("200", "127.0.0.1:8080, 127.0.0.1:8081", "502, 200", "-, 6.000", "0.000, 6.100"),
    ]
    (tmp_path / "access.log").write_text("".join((line + times).format(*fields) for fields in asked), "utf-8")
    command = f"mtail --one_shot --one_shot_format=prometheus --progs {PAGE}/nginx.mtail --logs {tmp_path}/access.log"
    done = run(command)
    counted = re.findall(r'code="(\d+)".*written="(\w+)"\} (\d+)|nginx_http_slow_total\S* (\d+)', done.stdout)
    assert sorted(counted) == [
        ("", "", "", "2"), ("200", "behind", "2", ""), ("500", "behind", "1", ""), ("502", "here", "1", ""),
        ("503", "here", "1", ""), ("504", "here", "1", ""),
    ], done.stdout + done.stderr  # fmt: skip
