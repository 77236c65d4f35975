"""Picks the advice that goes with a verdict: meanings, checks, notes; decides nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from explainer.catalogue import ROLES, Catalogue, Check, Code, Meaning, OwnError
from explainer.message import Paste, Response

KEPT = re.compile(r"(?:TCP_(?:REMOTE_)?)?HIT\b|STALE\b|UPDATING\b", re.IGNORECASE)
# Characters that show nothing and may act: on a terminal, on the direction of a text, on what one takes for one word.
INVISIBLE = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
ERROR_PAGE = re.compile(r"<(?:title|TITLE|h1|H1)[^>]{0,80}>[^<]{0,60}?\b(5\d\d)\b")
OWN_PROXY = re.compile(r"\* Uses proxy env variable|\* Establish HTTP proxy tunnel|> CONNECT ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Advised(Check):
    """A check as a verdict gives it; `stack` is the product that it applies to, if to one only."""

    stack: str | None = None

    def filled(self, fill: Callable[[str], str]) -> Advised:
        """Fill its command in."""
        return Advised(do=self.do, run=self.run and fill(self.run), expect=self.expect, stack=self.stack)


def advised(check: Check, stack: str | None = None) -> Advised:
    """Take a check into a verdict."""
    return Advised(do=check.do, run=check.run, expect=check.expect, stack=stack)


def fitting(code: Code, catalogue: Catalogue, layers: list[str]) -> list[Meaning]:
    """Pick a code's meanings for the roles of some layers; the nearest role stands in, and no layer means all."""
    depths = dict.fromkeys(ROLES.index(catalogue.layers[n].role) for n in layers if n in catalogue.layers)
    known = {ROLES.index(role): meaning for role, meaning in code.meanings.items()}
    return [known[min(known, key=lambda k: abs(k - d))] for d in depths] or list(code.meanings.values())


def own_error(paste: Paste, layer: str | None, code: str | None, catalogue: Catalogue) -> tuple[str, OwnError] | None:
    """Find the generator's own error in the paste, if it comes with this code: what it wrote and what it means."""
    known = catalogue.layers[layer].errors if layer and layer in catalogue.layers else {}
    fit = sorted((error for error, said in known.items() if said.code == code), key=len, reverse=True)
    if not fit:
        return None
    pattern = re.compile(rf"(?<![\w.-])(?:{'|'.join(map(re.escape, fit))})(?![\w-]|\.\d)")
    found = next(filter(None, map(pattern.search, paste.lines)), None)
    return (found[0], known[found[0]]) if found else None


def steps_on(stacks: Iterable[str], code: str | None, catalogue: Catalogue) -> list[Advised]:
    """Take the steps that help with a code on some products."""
    known = [(name, catalogue.stacks[name]) for name in stacks if name in catalogue.stacks]
    return [advised(step, name) for name, stack in known for step in stack.steps if code in step.codes]


def pick_checks(
    meanings: list[Meaning], code: str | None, layers: tuple[str, ...], catalogue: Catalogue
) -> list[Advised]:
    """Take a meaning's checks, after the first those of the products seen; where meanings rival, two of each."""
    steps = steps_on(layers, code, catalogue)
    lists = [[advised(check) for check in meaning.checks] for meaning in meanings]
    if len(lists) == 1:
        return [*lists[0][:1], *steps, *lists[0][1:]]
    return list(dict.fromkeys([*(check for checks in lists for check in checks[:2]), *steps]))


def retry_after(response: Response | None) -> int | None:
    """Read Retry-After in seconds, in both forms of RFC 9110 section 10.2.3; a date counts from the response's own."""
    value = response.first("retry-after") if response else None
    if response is None or value is None:
        return None
    if re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    from email.utils import parsedate_to_datetime  # imported late: few responses need it, and it is slow to load

    try:
        then, now = parsedate_to_datetime(value), parsedate_to_datetime(response.first("date") or "")
        return max(0, int((then - now).total_seconds()))
    except (ValueError, TypeError, OverflowError):
        return None


def cached(response: Response | None) -> bool:
    """Tell whether a cache gave an error that it had kept: this request then went no further."""
    if response is None or (response.status or 0) < 500:
        return False
    state = response.first("cf-cache-status") or response.first("x-cache") or ""
    return KEPT.match(state) is not None


def page_says(response: Response | None) -> int | None:
    """Give the server error that a page's title or heading names where the status says that nothing is wrong."""
    if response is None or response.status is None or response.status >= 400:
        return None
    found = ERROR_PAGE.search(response.body or "")
    return int(found[1]) if found else None


def notes(paste: Paste, response: Response | None, used: set[int | None]) -> tuple[str, ...]:
    """Say what else the reader should know; `used` are the lines that are evidence."""
    said = list(unseen(paste))
    if response is not None:
        if lie := page_says(response):
            said.append(
                f"The page says {lie}, the status says {response.status}: caches and monitors take it for a success."
            )
        if cached(response):
            said.append("A cache gave an error that it had kept; this request did not reach the app.")
        if response.method == "CONNECT":
            said.append(
                "This answers a CONNECT: it comes from the proxy that the client itself uses, not from the site."
            )
        if response.method == "HEAD":
            said.append("This was a HEAD request, so there is no body, and a body often names who wrote it.")
        if response.body and "</html" not in response.body.lower() and "<html" in response.body.lower():
            said.append("The body ends before its HTML does; the paste may be cut off.")
        interim = sum((r.status or 200) < 200 for r in paste.responses)
        if interim:
            said.append("An interim response (1xx) came first; the verdict is on the final one.")
        earlier = len(paste.responses) - interim - 1
        if earlier > 0:
            said.append(f"The paste holds {earlier + 1} responses; the verdict is on the last.")
        if paste.curl_errors:
            said.append(f"curl also reported an error: {paste.curl_errors[-1][0][:200]}")
    if any(OWN_PROXY.match(line) for line in paste.lines[:200] if line[:1] in ("*", ">")):
        said.append("The request went through a proxy of the client's own, which may have answered itself.")
    if count := len(set(paste.not_understood) - used):
        said.append(f"{count} line{'s were' if count > 1 else ' was'} not understood and left aside.")
    return tuple(said)


def unseen(paste: Paste) -> Iterator[str]:
    """Say that a paste holds characters that one does not see."""
    found = INVISIBLE.findall("\n".join(paste.lines))
    if found:
        names = [f"U+{ord(c):04X}" for c in dict.fromkeys(found)]
        which = ", ".join(names[:3]) + (", …" if names[3:] else "")
        said = f"{len(found)} invisible characters" if found[1:] else "one invisible character"
        yield f"The paste holds {said} ({which}); here they are text and do nothing."


def elapsed(paste: Paste, layers: tuple[str, ...], code: str | None, catalogue: Catalogue) -> Iterator[str]:
    """Compare the durations in a paste with timers: a hint where they agree, never a proof.

    The timers are those of the layers seen; where none was seen, all that end in the code.
    """
    said: list[list[str]] = []
    for seconds, number in paste.seconds[:20]:
        agree = [
            f"{layer.name} waits {timer.seconds:g} s by default ({timer.says}: `{timer.setting}`)"
            for name, layer in catalogue.layers.items()
            for timer in layer.timers
            if (name in layers if layers else timer.code is not None and timer.code == code)
            and abs(seconds - timer.seconds) <= max(0.35, timer.seconds / 100)
        ]
        if agree and agree not in said:
            said.append(agree)  # the first byte and the whole often take as long
            yield f"It took {seconds:.4g} s (line {number}). {'; '.join(agree[:5])}. A hint, no proof."
