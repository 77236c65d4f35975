"""Makes the explainer as one HTML file that runs from a disk without a network, of the same parts as the site's."""

from __future__ import annotations

import base64
import gzip
import json
from functools import partial
from importlib.resources import files
from pathlib import Path

from explainer.build.captures import Capture
from explainer.build.compress import kept
from explainer.build.link import linked
from explainer.build.lookup import rows
from explainer.build.policy import ONE_FILE, policy_of_one_file
from explainer.build.site import box, render
from explainer.build.sources import all_sources
from explainer.catalogue import Catalogue

ROOT = Path(__file__).parents[2]
BROWSER = ROOT / "explainer" / "browser"
CACHE = ROOT / "build" / "compressed"
MADE = ROOT / "build" / ONE_FILE  # where the site's build finds it
IN_PAGE = ("explainer.js", "lookup.js", "tabs.js", "copy.js")  # with what they import
PACKED = ("own.zip", "pyodide-lock.json", "pyodide.asm.wasm", "python.zip")  # as they are in the runtime's folder
STYLES = ("main.*.min.css", "palette.*.min.css")  # the theme's
PLACE = "file:///"  # where the worker's modules believe to be; all that they ask for there is in the file


def one_file(catalogue: Catalogue, captures: tuple[Capture, ...], runtime: Path, address: str) -> str:
    """Write the file; the same entries and the same runtime give the same bytes. Its links lead to `address`."""
    stand_in = text(BROWSER / "onefile.js")
    page = [
        stand_in,
        *(linked(name, lambda n: text(BROWSER / n), PLACE) + ";" for name in IN_PAGE),
    ]
    worker = f"{stand_in}\nfunction runtime() {{ {linked('worker.js', lambda n: text(runtime / n), PLACE)}; }}\n"
    packed = {name: (runtime / name).read_bytes() for name in PACKED}
    packed |= {"worker.js": worker.encode(), "lookup.json": json.dumps(rows(catalogue)).encode()}
    theme = Path(str(files("material"))) / "templates" / "assets" / "stylesheets"
    sheets = [*(next(theme.glob(name)) for name in STYLES), BROWSER / "explainer.css", BROWSER / "onefile.css"]
    script, style = "\n".join(page), "\n".join(map(text, sheets))
    for end, inside in (("</script", script), ("</style", style)):
        if end in inside.lower():
            raise ValueError(f"{end} inside would end the part of the file that holds it")
    return render(
        "onefile.html", catalogue, policy=policy_of_one_file(script, style), script=script, style=style,
        box=box(catalogue, captures, address, runtime.name, scripts=()), site=address,
        read=max(source.checked for _, source in all_sources(catalogue)),
        packed={name: as_block(data) for name, data in sorted(packed.items())},
    )  # fmt: skip


def text(file: Path) -> str:
    """Read a script or a style sheet, without what leads to its source map: a file that stays behind."""
    lines = file.read_text("utf-8").replace("\r\n", "\n").splitlines(keepends=True)
    return "".join(line for line in lines if not line.startswith(("//# sourceMappingURL=", "/*# sourceMappingURL=")))


def as_block(data: bytes) -> str:
    """Pack a file as the page's script unpacks it."""
    return base64.b64encode(kept(CACHE, data, "gz9", partial(gzip.compress, data, 9, mtime=0))).decode()


def offer(size: int, base: str) -> str:
    """Write the paragraph that offers the file on a page."""
    return (
        f'<p class="xx-soft">Take it along: <a href="{base}{ONE_FILE}" download>the explainer in one file</a>, '
        f"{size / 1e6:.1f} MB. It works from a disk, without a network.</p>"
    )
