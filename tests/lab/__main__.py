"""`make lab`: starts real servers on loopback, breaks what is behind them, and compares with what the corpus holds.

`python -m tests.lab [SERVER…]` shows the drift; `--write` records the captures `tests/captures/lab-SERVER-CONDITION.yml`
anew. Servers that are not installed are named and left out.
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
from pathlib import Path

import yaml

from explainer import explain
from tests.lab.upstream import upstreams

HERE = Path(__file__).parent
CAPTURES = HERE.parent / "captures"
WAIT = 15  # seconds that a server may take to start


def main(arguments: list[str]) -> int:
    """Run the servers asked for, or all; the exit status counts what differs from the corpus."""
    servers = yaml.safe_load((HERE / "servers.yml").read_text("utf-8"))
    wanted = [a for a in arguments if not a.startswith("-")] or list(servers)
    drifted = 0
    with upstreams() as ports:
        for name in wanted:
            if not shutil.which(shlex.split(servers[name]["run"])[0]):
                print(f"{name}: not installed, left out")
                continue
            for condition, upstream in ports.items():
                seen = observe(servers[name], upstream)
                drifted += compare(name, condition, seen, version(servers[name]), "--write" in arguments)
    print(f"{drifted} captures differ from the corpus")
    return min(drifted, 100)


def version(server: dict[str, str]) -> str:
    """Ask a server for its version."""
    done = subprocess.run(shlex.split(server["version"]), capture_output=True, text=True, check=False)
    first = (done.stdout + done.stderr).strip().split("\n")[0]
    return re.sub(r"^/\S*/|\s*version:\s*", " ", first).strip()


def observe(server: dict[str, object], upstream: int) -> dict[str, str]:
    """Start a server in front of an upstream, ask it once, and give the response and the log, made neutral."""
    with tempfile.TemporaryDirectory() as folder, socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
        free.close()
        Path(folder).chmod(0o777)  # some servers give up being root

        def filled(text: str) -> str:
            return text.replace("{dir}", folder).replace("{port}", str(port)).replace("{upstream}", str(upstream))

        files: dict[str, str] = server["files"]  # type: ignore[assignment]
        for file, text in files.items():
            Path(folder, file).write_text(filled(text))
        with Path(folder, "output").open("w") as output:
            process = subprocess.Popen(
                shlex.split(filled(str(server["run"]))), stdout=output, stderr=subprocess.STDOUT, cwd=folder
            )
            try:
                wait_for(port, process, Path(output.name))
                time.sleep(0.2)
                before = len(logged(server, folder))
                url = f"http://127.0.0.1:{port}/cart"
                asked = subprocess.run(["curl", "-sSi", "-m", "6", url], capture_output=True, check=False)
                time.sleep(0.4)  # some write their log a moment later
                after = server.get("after")
                told = shlex.split(filled(str(after))) if after else ["true"]
                extra = subprocess.run(told, capture_output=True, text=True, check=False).stdout
            finally:
                process.terminate()
                process.wait(10)
        text = logged(server, folder)[before:] + extra
        return {
            "paste": neutral((asked.stdout + asked.stderr).decode("utf-8", "replace"), folder, port, upstream),
            "log": neutral(text, folder, port, upstream),
        }


def logged(server: dict[str, object], folder: str) -> str:
    """Read what a server has logged so far."""
    names: list[str] = server.get("logs", ["output"])  # type: ignore[assignment]
    return "".join(p.read_text("utf-8", "replace") for p in (Path(folder, n) for n in names) if p.exists())


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


def neutral(text: str, folder: str, port: int, upstream: int) -> str:
    """Replace what is this machine's own."""
    text = text.replace("\r\n", "\n").replace(folder, "/srv").replace(f"127.0.0.1:{upstream}", "10.0.0.7:8080")
    text = text.replace(str(upstream), "8080").replace(f"127.0.0.1:{port}", "shop.example").replace(str(port), "80")
    return text.replace(socket.gethostname(), "web1")


def compare(name: str, condition: str, seen: dict[str, str], made_by: str, write: bool) -> int:
    """Tell whether a response differs from its capture in more than times and ids; gives 1 if it does."""
    file = CAPTURES / f"lab-{name}-{condition}.yml"
    held = yaml.safe_load(file.read_text("utf-8")) if file.exists() else {}
    if write:
        record(file, held, name, condition, seen, made_by)
    same = shape(held.get("paste", "")) == shape(seen["paste"])
    verdict = explain(seen["paste"])
    found = f"{verdict.status} {verdict.generated_by} {verdict.confidence}"
    print(f"{name:9} {condition:8} {'same' if same else 'DIFFERS':8} {found}")
    return 0 if same else 1


def shape(text: str) -> str:
    """Reduce a response to what does not change from run to run."""
    return re.sub(r"\d+", "0", re.sub(r"(?im)^(date|age|x-varnish|x-request-id|etag): .*$", r"\1:", text)).strip()


def record(file: Path, held: dict[str, object], name: str, condition: str, seen: dict[str, str], made_by: str) -> None:
    """Write a capture: the response, and what the server logged of it; the expectation is kept if there is one."""
    verdict = explain(seen["paste"])
    expect = held.get("expect") or {
        "status": verdict.status,
        "generator": "application" if condition == "passed" else name,
        "acceptable": ["application"] if condition == "passed" else [name],
        "path": [name, "application"] if condition == "passed" else [name],
        "certainty": "sure",
        "why": f"recorded with the upstream condition `{condition}`",
    }
    capture = {"from": "lab", "software": made_by, "note": f"Upstream condition: {condition}.", "expect": expect}
    told = explain(seen["log"])
    if told.generated_by not in expect["acceptable"]:  # type: ignore[index]
        capture["expect_log"] = {"acceptable": [*expect["acceptable"], told.generated_by], "certainty": "undecidable"}  # type: ignore[index]
    capture |= {"paste": seen["paste"], "log": seen["log"]}
    file.write_text(yaml.dump(capture, sort_keys=False, allow_unicode=True, width=120), "utf-8")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
