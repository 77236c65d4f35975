"""The project's own chores: `python -m explainer.build --help` lists them."""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import click

from explainer.build.load import CatalogueError, load

ROOT = Path(__file__).parents[2]


@click.group()
def chores() -> None:
    """Make what is generated from the catalogue."""


@chores.command()
def check() -> None:
    """Read every entry; list all that is wrong."""
    from explainer.build.tables import with_tables

    catalogue, guide = load(), (ROOT / "codes" / "README.md").read_text("utf-8")
    if with_tables(guide) != guide:
        sys.exit("codes/README.md: its tables are not those of the types; run `python -m explainer.build tables`.")
    click.echo(f"{len(catalogue.codes)} codes and {len(catalogue.layers)} layers, all sound.")


@chores.command()
def catalogue() -> None:
    """Compile the catalogue beside the package, for running from this checkout."""
    from explainer.build.wheel import compile_catalogue

    target = ROOT / "explainer" / "catalogue.json"
    target.write_text(compile_catalogue(), "utf-8")


@chores.command()
@click.argument("kind", type=click.Choice(["code", "layer", "stack"]))
def schema(kind: str) -> None:
    """Print the JSON Schema of an entry, for editors."""
    from explainer.build.schema import schema as describe
    from explainer.catalogue import Code, Layer, Stack

    types: dict[str, type] = {"code": Code, "layer": Layer, "stack": Stack}
    click.echo(json.dumps(describe(types[kind], f"A {kind}'s entry"), indent=1))


@chores.command()
@click.option("--links", is_flag=True, help="Ask every address too, where there is a network.")
def sources(links: bool) -> None:
    """List sources that nobody has read for a year; with --links those that no longer answer."""
    from explainer.build.sources import report

    sys.exit(report(load(), links))


@chores.command()
def tables() -> None:
    """Write the tables of keys in `codes/README.md` anew, from the types."""
    from explainer.build.tables import with_tables

    guide = ROOT / "codes" / "README.md"
    guide.write_text(with_tables(guide.read_text("utf-8")), "utf-8")


@chores.command()
def site() -> None:
    """Build the runtime and the site into `site/`; on any error the last good site stays."""
    from mkdocs.commands.build import build
    from mkdocs.config import load_config
    from mkdocs.exceptions import BuildError, ConfigurationError

    from explainer.build.captures import read_captures
    from explainer.build.onefile import MADE, one_file
    from explainer.build.runtime import build_runtime

    catalogue = load()  # errors before minutes of work
    current = ROOT / "build" / "runtime" / "current"
    made = build_runtime(current.parent)
    current.unlink(missing_ok=True)
    current.symlink_to(made.name)
    fresh, live, old = ROOT / "build" / "site", ROOT / "site", ROOT / "build" / "site.old"
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        config = load_config(str(ROOT / "mkdocs.yml"), site_dir=str(fresh))
        MADE.write_text(one_file(catalogue, read_captures(), made, str(config.site_url)), "utf-8")
        build(config)
    except (BuildError, ConfigurationError) as error:
        sys.exit(f"The site was not built: {error}")
    shutil.rmtree(old, ignore_errors=True)
    if live.exists():
        live.rename(old)
    fresh.rename(live)
    shutil.rmtree(old, ignore_errors=True)


@chores.command()
def compress() -> None:
    """Lay a `.br` and a `.gz` beside each file of `site/`, for servers that send what lies ready."""
    from explainer.build.compress import compress as lay_ready

    plain, br, gz = lay_ready(ROOT / "site", ROOT / "build" / "compressed")
    click.echo(f"{plain / 1e6:.1f} MB as they are, {br / 1e6:.1f} MB in brotli, {gz / 1e6:.1f} MB in gzip.")


@chores.command()
@click.option("--port", default=8550, show_default=True, help="Port on 127.0.0.1.")
def serve(port: int) -> None:
    """Serve `site/` on the loopback, at the path of its `site_url`."""
    from mkdocs.config import load_config

    from explainer.build.serve import Served, serving

    url = load_config(str(ROOT / "mkdocs.yml")).site_url or "/"
    prefix = "/" + "/".join(url.split("/")[3:])
    try:
        server = serving(Served(ROOT / "site", prefix), port)
    except OSError as error:
        sys.exit(f"Port {port} cannot be used ({error.strerror}); choose another: make serve PORT=8551")
    click.echo(f"Serving on http://127.0.0.1:{port}{prefix} (Ctrl-C stops it)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        click.echo()


if __name__ == "__main__":
    try:
        chores(prog_name="python -m explainer.build")
    except CatalogueError as error:
        sys.exit(str(error))
