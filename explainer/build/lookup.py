"""Lists what the box finds while one types, without Python: codes, own errors, log lines, layers, other statuses.

The browser's half is `explainer/browser/lookup.js`. One row is `[key, title, path, who]`: what stands first, what it is
called, the page below the site's root, who sends or says it. Rows stand in the order in which equal matches are shown.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from explainer.build.overview import ordered
from explainer.build.search import answers_of_code
from explainer.catalogue import Catalogue
from explainer.lookup import squeeze
from explainer.words import address

Row = tuple[str, str, str, str]
PHRASE = re.compile(r"(?=.{10,90}$)[A-Za-z][\w'’-]+(?: [\w'’().:;,/-]+)+")  # words, no markup


def rows(catalogue: Catalogue) -> list[Row]:
    """List everything, each kind after the one that people look for more often."""
    kinds = (codes, errors, log_lines, phrases, layers, statuses)
    return [row for kind in kinds for row in kind(catalogue)]


def codes(catalogue: Catalogue) -> Iterator[Row]:
    """Yield every code with its name and, where a vendor assigned it, the vendor's product."""
    for code, entry in ordered(catalogue):
        who = catalogue.layers[entry.generated_by[0]].name if entry.generated_by else ""
        yield key_of(code), entry.name, address(code), "" if code.startswith("curl/") else who


def key_of(code: str) -> str:
    """Give what a code is asked for by; curl's are no statuses, so that `52` asks for Cloudflare's first."""
    assigner, _, number = code.partition("/")
    return f"curl {number}" if assigner == "curl" else number


def errors(catalogue: Catalogue) -> Iterator[Row]:
    """Yield every error of a layer's own."""
    for layer, described in catalogue.layers.items():
        for error, said in described.errors.items():
            yield error, said.means, f"layers/{layer}/#{error}", described.name


def log_lines(catalogue: Catalogue) -> Iterator[Row]:
    """Yield every log line that an entry quotes, with the code that the reader sees."""
    for code, _ in ordered(catalogue):
        for anchor, layer, answer in answers_of_code(code, catalogue):
            if answer.log:
                yield key_of(code), answer.log, f"{address(code)}#{anchor}", catalogue.layers[layer].name


def phrases(catalogue: Catalogue) -> Iterator[Row]:
    """Yield the words that stand in what only one layer writes, as its patterns hold them."""
    names = [squeeze(code.name).replace("time out", "timeout") for code in catalogue.codes.values()]
    told: dict[str, Row] = {}
    for layer, described in catalogue.layers.items():
        for signal in described.fingerprint:
            for pattern in signal.when.values() if signal.says == "generated" else ():
                for text in catalogue.needs.get(pattern, ()):
                    phrase = " ".join(text.split()).strip(" .:,(<>")
                    asked = squeeze(phrase).replace("time out", "timeout")
                    if PHRASE.fullmatch(phrase) and not any(name.startswith(asked) for name in names):
                        told.setdefault(asked, (described.name, phrase, f"layers/{layer}/", "writes this"))
    yield from told.values()


def layers(catalogue: Catalogue) -> Iterator[Row]:
    """Yield every layer."""
    for layer, described in catalogue.layers.items():
        yield described.name, described.summary, f"layers/{layer}/", ""


def statuses(catalogue: Catalogue) -> Iterator[Row]:
    """Yield every registered status that is no server error."""
    for number, entry in catalogue.registered.items():
        yield number, entry.name, f"statuses/#{number[0]}xx", ""
