"""Opens the explainer in Firefox and in WebKitGTK without a driver: the page reports its first verdict to the server.

The report is put into the page as it is served; the site itself knows nothing of it.
"""

from __future__ import annotations

import io
import json
import os
import queue
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.bench_page.line import OnLine, on_line
from tests.bench_page.visits import PASTE, link

PATIENCE = 60  # seconds
REPORT = b"""addEventListener("verdict", ({ detail }) => fetch("report", { method: "POST", body: JSON.stringify(
  { ms: performance.now(), generated_by: detail.generated_by, agent: navigator.userAgent }) }), { once: true });"""
# Nothing but the page: no first-run pages, no updates, no telemetry.
PREFERENCES = """
user_pref("browser.aboutwelcome.enabled", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("browser.startup.homepage_override.mstone", "ignore");
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
user_pref("app.update.enabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
"""
MINIBROWSER = "/usr/lib/*/webkit2gtk-4*/MiniBrowser"
reports: queue.Queue[dict[str, Any]] = queue.Queue()


class Reporting(OnLine):
    """Answers as ever, with the report put in as the first script of the explainer's page."""

    def send_head(self) -> Any:
        """Give the page or the script; everything else is the site's."""
        path = self.path.removeprefix(self.served.prefix)
        if path == "explain/":
            page = (self.served.root / "explain" / "index.html").read_bytes()
            return self.give(page.replace(b"<head>", b'<head><script src="report.js"></script>', 1), "text/html")
        return self.give(REPORT, "text/javascript") if path == "explain/report.js" else super().send_head()

    def give(self, body: bytes, kind: str) -> io.BytesIO:
        """Send the head of a body."""
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def do_POST(self) -> None:  # noqa: N802 (the name that http.server calls)
        """Take the report."""
        reports.put(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.give(b"", "text/plain")


def firefox(home: Path) -> list[str] | None:
    """Give the command that opens Firefox ESR, or nothing where it is not installed."""
    program = shutil.which("firefox-esr")
    if not program:
        return None
    (home / "user.js").write_text(PREFERENCES, "utf-8")
    return [program, "--headless", "--no-remote", "--profile", str(home)]


def webkit(home: Path) -> list[str] | None:
    """Give the command that opens WebKitGTK's small browser under a display of its own, or nothing."""
    program, display = next(Path("/").glob(MINIBROWSER[1:]), None), shutil.which("xvfb-run")
    return [display, "-a", str(program)] if program and display else None


ENGINES = {"Firefox ESR": firefox, "WebKitGTK": webkit}


@contextmanager
def opened(command: list[str], home: Path) -> Iterator[None]:
    """Run a browser, and end it with everything that it started."""
    settings = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, env=os.environ | settings, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        yield
    finally:
        ended(process)


def ended(process: subprocess.Popen[bytes]) -> None:
    """End a browser's session."""
    os.killpg(process.pid, 15)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        process.wait(5)


def first_verdict(engine: str, site: Path) -> dict[str, Any] | None:
    """Give an engine's report of its first verdict, or nothing where it is not installed; raises where none comes."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as scratch:
        command = ENGINES[engine](Path(scratch))
        if command is None:
            return None
        with (
            on_line(site, Reporting) as (address, _),
            opened([*command, f"{address}explain/{link(PASTE)}"], Path(scratch)),
        ):
            return reports.get(timeout=PATIENCE)
