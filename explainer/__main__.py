"""The `5xx` command: explains a pasted response or a code; all it knows comes from the package."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from importlib.metadata import version
from typing import NoReturn

import click

from explainer import Catalogue, Verdict, bundled, explain
from explainer.lookup import find_codes, find_errors, find_registered, find_stack, find_unregistered, squeeze
from explainer.reference import (
    code_as_markdown,
    code_as_text,
    codes_as_json,
    error_as_text,
    errors_as_json,
    registered_as_json,
    registered_as_text,
    unregistered_as_json,
    unregistered_as_text,
)
from explainer.render import as_json, as_markdown, as_text, printable

LIMIT = 5_000_000  # bytes of input that are read; a paste is some kilobytes
# Exit statuses, as the help says.
ANSWERED, CANNOT_TELL, USAGE, BAD_INPUT = 0, 1, 2, 3


@click.command(
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Exit status: 0 answered, 1 cannot tell, 2 wrong usage, 3 unreadable input.",
)
@click.argument("subject", nargs=-1, metavar="[FILE | CODE | -]")
@click.option("--json", "form", flag_value="json", help="Print the verdict as one JSON object.")
@click.option("--markdown", "form", flag_value="markdown", help="Print it as Markdown, for a ticket or a chat.")
@click.option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", help="When to use colour.")
@click.option("--own", metavar="FILE", help="Your organisation's own layers and teams, as YAML.")
@click.option("--stack", metavar="NAME", help="Also give the checks on one product, such as puma or postgresql.")
@click.option("--list", "listing", is_flag=True, help="List every code the catalogue knows.")
@click.version_option(version("5xx-explained"), prog_name="5xx")
def main(
    subject: tuple[str, ...], form: str | None, color: str, own: str | None, stack: str | None, listing: bool
) -> None:
    """Tell which layer wrote a 5xx response, whose problem it is and what to check first.

    \b
    curl -sSi https://shop.example/ | 5xx      a response, piped in
    5xx saved-response.txt                     a response in a file
    5xx 502      5xx cloudflare/522      5xx bad gateway
    5xx 502 --stack puma                       what to check on one product
    """
    for stream in (sys.stdout, sys.stderr):  # a terminal that is not UTF-8 gets escapes instead of a traceback
        stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
    catalogue, words = with_own(own), " ".join(subject).strip()
    product = known_stack(stack, catalogue) if stack else None
    if listing:
        write("\n".join(f"{i:<16} {catalogue.codes[i].name}" for i in sorted(catalogue.codes)) + "\n")
        sys.exit(ANSWERED)
    if words in ("", "-"):
        if not words and sys.stdin.isatty():
            click.echo(click.get_current_context().get_help(), err=True)
            sys.exit(USAGE)
        report(read("-"), form, color, catalogue, product)
    if len(subject) == 1 and os.path.exists(words) and not find_codes(words, catalogue):  # noqa: PTH110
        report(read(words), form, color, catalogue, product)
    codes = find_codes(words, catalogue)
    if not codes and (number := find_registered(words, catalogue)):
        write((registered_as_json if form == "json" else registered_as_text)(number, catalogue))
        sys.exit(ANSWERED)
    if not codes and (errors := find_errors(words, catalogue)):
        texts = [error_as_text(layer, error, catalogue) for layer, error in errors]
        write(errors_as_json(errors, catalogue) if form == "json" else "\n".join(texts))
        sys.exit(ANSWERED)
    if not codes and (status := find_unregistered(words)):
        write(unregistered_as_json(status) if form == "json" else unregistered_as_text(status))
        sys.exit(ANSWERED)
    if not codes:
        unknown(words, catalogue)
    if form == "json":
        write(codes_as_json(codes, catalogue) + "\n")
    else:
        draw = code_as_markdown if form else code_as_text
        texts = [draw(i, catalogue, stack=product) for i in codes]
        write("\n".join(texts))
    sys.exit(ANSWERED)


def known_stack(words: str, catalogue: Catalogue) -> str:
    """Find the product that is meant, or say which are known."""
    if stack := find_stack(words, catalogue):
        return stack
    click.echo(f"5xx: '{printable(words)[:80]}' is no product that the catalogue knows, or more than one.", err=True)
    click.echo("Known: " + ", ".join(sorted(catalogue.stacks)), err=True)
    sys.exit(USAGE)


def report(text: str, form: str | None, color: str, catalogue: Catalogue, stack: str | None) -> NoReturn:
    """Print the verdict on a paste, with the checks on a product if one is named, and leave with its exit status."""
    verdict: Verdict = explain(text, catalogue)
    asked = tuple(check for check in verdict.elsewhere if check.stack == stack)
    verdict = replace(verdict, checks=verdict.checks + asked)
    if form == "json":
        write(as_json(verdict) + "\n")
    elif form == "markdown":
        write(as_markdown(verdict, text, catalogue))
    else:
        columns = min(100, max(40, os.get_terminal_size().columns)) if sys.stdout.isatty() else 100
        site = os.environ.get("SITE_URL", "")
        write(as_text(verdict, text, catalogue, columns, wants_color(color), site, stack))
    sys.exit(ANSWERED if verdict.generated_by else CANNOT_TELL)


def with_own(file: str | None) -> Catalogue:
    """Give the catalogue, with the organisation's file if one is named or stands in the usual place."""
    from explainer.own import extended, usual_place

    place = file or (str(usual_place()) if usual_place().exists() else None)
    if place is None:
        return bundled()
    try:
        return extended(bundled(), read(place), place)
    except ImportError:
        click.echo("5xx: an own file needs PyYAML: pip install '5xx-explained[own]'", err=True)
    except ValueError as error:
        click.echo("5xx: " + printable(str(error), keep="\n"), err=True)
    sys.exit(BAD_INPUT)


def read(name: str) -> str:
    """Read a file or standard input, whatever its bytes."""
    try:
        with click.open_file(name, "rb") as stream:
            data: bytes = stream.read(LIMIT + 1)
    except OSError as error:
        click.echo(f"5xx: {printable(name)}: {error.strerror or error}", err=True)
        sys.exit(BAD_INPUT)
    if len(data) > LIMIT:
        click.echo(f"5xx: only the first {LIMIT // 1_000_000} MB were read", err=True)
        data = data[:LIMIT]
    encoding = "utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8"
    return data.decode(encoding, errors="replace")


def write(text: str) -> None:
    """Print, and leave quietly when the reader of a pipe has gone."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(141)


def wants_color(choice: str) -> bool:
    """Decide on colour: the option, NO_COLOR, FORCE_COLOR, the terminal, in this order."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    forced = os.environ.get("FORCE_COLOR") or os.environ.get("CLICOLOR_FORCE")
    return bool(forced) or (sys.stdout.isatty() and os.environ.get("TERM") != "dumb")


def unknown(words: str, catalogue: Catalogue) -> NoReturn:
    """Say that nothing fits, with what comes nearest."""
    import difflib

    names = {squeeze(entry.name): i for i, entry in catalogue.codes.items()}
    names |= {i.split("/")[1]: i for i in catalogue.codes}
    close = difflib.get_close_matches(squeeze(words), names, n=1)
    hint = f" Did you mean {names[close[0]]} ({catalogue.codes[names[close[0]]].name})?" if close else ""
    click.echo(f"5xx: '{printable(words)[:80]}' is neither a file nor a code in the catalogue.{hint}", err=True)
    click.echo("Pipe a response in, name a file, or name a code; `5xx --list` shows them all.", err=True)
    sys.exit(USAGE)


if __name__ == "__main__":
    main(prog_name="5xx")
