"""`make lab`: starts real servers on loopback, breaks what is behind them, and compares with what the corpus holds.

`python -m tests.lab [--write] [NAME…]` shows the drift; `--write` records `tests/captures/lab-NAME-CONDITION.yml` anew.
A name is a server of `servers.yml` or one of its chains. Servers that are not installed are named and left out.
"""

# ruff: noqa: T201 (a command prints)
from __future__ import annotations

import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from explainer import explain
from tests.lab.upstream import upstreams

HERE = Path(__file__).parent
CAPTURES = HERE.parent / "captures"
INSTALLED = str(HERE.parents[1] / "build" / "lab")  # where `make lab` puts its libraries
WAIT = 30  # seconds that a server may take to start


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """How to start one server, and what it does; see `servers.yml`."""

    version: str
    run: str
    files: dict[str, str]
    logs: list[str] = field(default_factory=lambda: ["output"])
    after: str | None = None  # a command that prints what it logged
    wrote: dict[str, str] | None = None  # an app server: path to who writes the answer, `?` behind where it cannot show
    layer: str  # its layer id; its name where `servers.yml` gives no other
    alone: bool = True  # false: only as part of a chain
    settle: float = 0.2  # seconds from listening to answering as it is told to


@dataclass(slots=True)
class Running:
    """A server that runs: its port, its folder, and what it had logged when it was ready."""

    server: Server
    port: int
    folder: Path
    fill: dict[str, str]
    before: tuple[int, ...] = ()

    def logs(self) -> list[str]:
        """Read what it has logged so far, file by file."""
        paths = (self.folder / name for name in self.server.logs)
        return [p.read_text("utf-8", "replace") if p.exists() else "" for p in paths]

    def logged(self) -> str:
        """Give what it has logged since it was ready."""
        return "".join(text[start:] for text, start in zip(self.logs(), self.before, strict=True))


def main(arguments: list[str]) -> int:
    """Run what is asked for, or all; the exit status counts what differs from the corpus."""
    described = yaml.safe_load((HERE / "servers.yml").read_text("utf-8"))
    servers = {name: Server(**{"layer": name, **entry}) for name, entry in described["servers"].items()}
    chains: dict[str, dict[str, Any]] = {name: {"of": [name]} for name, s in servers.items() if s.alone}
    chains |= {"-".join(entry["of"]): entry for entry in described["chains"]}
    wanted = [a for a in arguments if not a.startswith("-")] or list(chains)
    drifted = 0
    with upstreams() as ports:
        for name in wanted:
            chain = [servers[n] for n in chains[name]["of"]]
            told = chains[name].get("wrote", {})
            missing = [program for s in chain if not shutil.which(program := shlex.split(s.run)[0])]
            if missing:
                print(f"{name}: {', '.join(missing)} not installed, left out")
                continue
            wrote = chain[-1].wrote
            for condition in wrote or ports:
                if told.get(condition, "") is None:
                    continue
                seen = observe(chain, ports.get(condition, 0), "cart" if wrote is None else condition)
                expect = expectation(chain, condition, told.get(condition), explain(seen["paste"]).status)
                drifted += compare(name, chain, condition, seen, expect if "--write" in arguments else None)
    print(f"{drifted} captures differ from the corpus")
    return 0 if "--write" in arguments else min(drifted, 100)


def version(server: Server) -> str:
    """Ask a server for its version."""
    done = subprocess.run(shlex.split(server.version), capture_output=True, text=True, check=False)
    first = (done.stdout + done.stderr).strip().split("\n")[0]
    return re.sub(r"^/\S*/|\s*version:\s*", " ", first).strip()


def observe(chain: list[Server], upstream: int, path: str) -> dict[str, str]:
    """Start a chain in front of an upstream, ask it once, and give the response and the last server's log, neutral."""
    with ExitStack() as stack:
        running: list[Running] = []
        for server in reversed(chain):
            behind = (running[-1].port, running[-1].folder) if running else (upstream, Path())
            running.append(stack.enter_context(started(server, *behind)))
        outer, inner = running[-1], running[0]
        url = f"http://127.0.0.1:{outer.port}/{path}"
        asked = subprocess.run(["curl", "-sSi", "-m", "8", url], capture_output=True, check=False)
        time.sleep(0.4)  # some write their log a moment later
        told = [part.format(**inner.fill) for part in shlex.split(inner.server.after or "true")]
        extra = subprocess.run(told, capture_output=True, text=True, check=False).stdout
        texts = {"paste": (asked.stdout + asked.stderr).decode("utf-8", "replace")}
        if len(chain) == 1:
            texts["log"] = inner.logged() + extra
        for one in running:
            texts = {kind: neutral(text, one) for kind, text in texts.items()}
        return {kind: text.replace(socket.gethostname(), "web1") for kind, text in texts.items()}


@contextmanager
def started(server: Server, upstream: int, behind: Path) -> Iterator[Running]:
    """Run a server in front of a port; `behind` is the folder of the server that listens there."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        Path(folder).chmod(0o777)  # some servers give up being root
        fill = {"dir": folder, "port": str(port), "upstream": str(upstream), "behind": str(behind)}

        def filled(text: str) -> str:
            return re.sub(r"\{(dir|port|upstream|behind)\}", lambda found: fill[found[1]], text)

        for file, text in server.files.items():
            Path(folder, file).parent.mkdir(parents=True, exist_ok=True)
            Path(folder, file).write_text(filled(text))
        with Path(folder, "output").open("w") as output:
            command = shlex.split(filled(server.run))
            process = subprocess.Popen(command, stdout=output, stderr=subprocess.STDOUT, cwd=folder)
            try:
                wait_for(port, process, Path(output.name))
                time.sleep(server.settle)
                one = Running(server, port, Path(folder), fill)
                one.before = tuple(map(len, one.logs()))
                yield one
            finally:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def wait_for(port: int, process: subprocess.Popen[bytes], output: Path) -> None:
    """Wait until a server takes connections."""
    for _ in range(WAIT * 20):
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
            return
        except OSError:
            if process.poll() is not None:
                said = output.read_text("utf-8", "replace")[-400:]
                raise SystemExit(f"{process.args!r} ended with {process.returncode}: {said}") from None
            time.sleep(0.05)
    raise SystemExit(f"{process.args!r} does not listen on {port}")


def neutral(text: str, one: Running) -> str:
    """Replace what is this machine's own."""
    upstream, folder = one.fill["upstream"], str(one.folder)
    text = text.replace("\r\n", "\n")
    for here, there in ((folder, "/srv"), (INSTALLED, "/srv/shop/lib/server"), (str(Path.home()), "/srv")):
        text = text.replace(f"{here}/", f"{there}/")
    if upstream != "0":
        text = text.replace(f"127.0.0.1:{upstream}", "10.0.0.7:8080").replace(upstream, "8080")
    return text.replace(f"127.0.0.1:{one.port}", "shop.example").replace(str(one.port), "80")


def compare(name: str, chain: list[Server], condition: str, seen: dict[str, str], expect: dict[str, Any] | None) -> int:
    """Tell whether a response differs from its capture in more than times and ids; gives 1 if it does.

    With an expectation the capture is written anew.
    """
    file = CAPTURES / f"lab-{name}-{condition}.yml"
    held = yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}
    if expect is not None:
        record(file, held.get("expect") or expect, chain, condition, seen)
    same = shape(held.get("paste", "")) == shape(seen["paste"])
    verdict = explain(seen["paste"])
    found = f"{verdict.status} {verdict.generated_by} {verdict.confidence}"
    print(f"{name:22} {condition:8} {'same' if same else 'DIFFERS':8} {found}")
    return 0 if same else 1


def shape(text: str) -> str:
    """Reduce a response to what does not change from run to run: no numbers, ids and days."""
    text = re.sub(r"(?im)^(date|age|x-varnish|x-request-id|etag|expires): .*$", r"\1:", text)
    text = re.sub(r"0x[0-9a-f]{6,16}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\b[0-9A-F]{32}\b", "id", text)
    return re.sub(r"\d+", "0", re.sub(r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun), ", "", text)).strip()


def expectation(chain: list[Server], condition: str, told: str | None, status: int | None) -> dict[str, Any]:
    """Say who wrote the response, as the chain is built: where `servers.yml` does not tell, the last server did."""
    layers, last = [server.layer for server in chain], chain[-1]
    if told is None:
        told = last.wrote[condition] if last.wrote else "application?" if condition == "passed" else layers[-1]
    acceptable = told.rstrip("?").split()
    path = [*layers, *acceptable[:1]]
    if acceptable[0] == "client":
        path = layers
    elif acceptable[0] in layers:
        path = layers[: layers.index(acceptable[0]) + 1]
    return {
        "status": status,
        "generator": acceptable[0],
        "acceptable": acceptable,
        "path": list(dict.fromkeys(path)),
        "certainty": "undecidable" if told.endswith("?") else "sure",
        "why": f"recorded with the condition `{condition}`",
    }


def record(file: Path, expect: dict[str, Any], chain: list[Server], condition: str, seen: dict[str, str]) -> None:
    """Write a capture: the response, and what the server logged of it."""
    software = ", ".join(version(server) for server in chain)
    capture: dict[str, Any] = {
        "from": "lab",
        "software": software,
        "note": f"Condition: {condition}.",
        "expect": expect,
    }
    if not seen.get("log", "").strip():
        seen.pop("log", None)
    elif (told := explain(seen["log"]).generated_by) not in expect["acceptable"]:
        others = [told] if told else []
        capture["expect_log"] = {"acceptable": [*expect["acceptable"], *others], "certainty": "undecidable"}
    file.write_text(yaml.dump(capture | seen, sort_keys=False, allow_unicode=True, width=120), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
