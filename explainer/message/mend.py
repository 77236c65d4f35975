"""Undoes what copying did to a text: quoting, line numbers, escapes, Markdown, hex dumps; finds no response itself.

Every step gives lines with the number of the pasted line they came from, and leaves alone what it is not sure of.
"""

from __future__ import annotations

import html
import re

from explainer.message.parts import Line

FENCE = "\f"  # stands for a line that begins or ends a quoted block: no response goes on across it
LOOKED_AT = 400  # lines that are looked at to recognise a margin
FENCES = re.compile(
    r"\s*(?:```+|~~~+)[\w ./+-]{0,30}$|\s*(?:\{(?:code|noformat|quote)(?::[^}]{0,80})?\}|\[/?code\])\s*$", re.IGNORECASE
)
# What stands before every line of a quoted text, or of a stretch of so many lines, which then stands apart or not.
TIME = r"\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[.,\d]{0,10}(?:Z|[+-]\d\d:?\d\d)?\]? +"
MARGINS = (
    (re.compile(r"(?:> ?)+"), 3, True),
    (re.compile(r"[│┃] ?"), 2, True),
    (re.compile(r"(?:\d{1,3}\|)?[A-Za-z][\w.-]{0,60} *\| ?"), 3, True),
    (
        re.compile(r"(?:npm|pnpm|yarn|lerna) (?:ERR!|WARN|http|verb|error)(?: bad json| headers| stack| code)? ?"),
        2,
        True,
    ),
    (re.compile(rf"{TIME}(?:\S{{1,80}} )?(?:stdout|stderr) [FP] ?"), 3, True),
    (re.compile(rf"(?:[IWEF] )?{TIME}"), 3, False),
    (re.compile(r"[VDIWE]/[\w.$-]{1,60}(?:\( *\d+\))?: ?"), 3, True),
    (re.compile(r"\[\d\d:\d\d:\d\d[.,\d]{0,10}\] +"), 3, True),
    (re.compile(r"\s*[-*•] +"), 5, False),
)
TRACED = re.compile(r"\s*(?:> [A-Z]{3,10} \S+ HTTP/|< HTTP/)")  # lines of curl -v, whose marks are no margin
INDENTED_TRACE = re.compile(r"\s+(?=[<>*](?: |$))")
# `curl --trace-ascii`, and git's `GIT_CURL_VERBOSE`: each header with its offset, or behind a time and place.
TRACE_HEAD = re.compile(
    r"(?:[\d:.]{8,18} http\.c:\d{1,5} +)?(?:==|=>|<=) (?P<what>Info|Send|Recv)(?: header| data)?(?P<more>[:,].*)?$"
)
TRACE_OFFSET = re.compile(r"[0-9a-f]{4}: ?")
# A program's string literal over several lines: `'<html>\n' +`.
LITERAL = re.compile(
    r"(?P<label>\s*(?:[\w.]{1,40}: )?)(?P<q>['\"`])(?P<text>(?:[^\\]|\\[^n]){0,2000})\\n(?P=q) ?(?:\+|\.|,|$)\s*$"
)
NUMBERED = re.compile(r"\s*(\d{1,6})(?:[:|)\]]|[:|.)]?(?=\s|$))[ \t]{0,8}")
HEX_ROW = re.compile(r"\s*(?:0x)?[0-9a-fA-F]{4,8}:?[ \t]+((?:[0-9a-fA-F]{2}){1,2}(?: {1,2}[0-9a-fA-F]{2,4}){0,15})\b")
COLOR = re.compile(r"(?:\x1b|\^\[|\\e|\\x1b|\\033)\[[\d;]{0,12}[mK]")
MARKDOWN_ESCAPE = re.compile(r"\\([*_<>\[\]#.`~|()!+-])")
ESCAPED_BREAK = re.compile(r"(?:\\r)?\\n")
ESCAPED_CHARACTER = re.compile(r"\\u([0-9a-fA-F]{4})")
ESCAPED_BYTES = re.compile(r"(?:\\x[0-9a-fA-F]{2})+")
# Where a response was flattened into one line: before each field name, and before the body.
FLATTENED = re.compile(
    r"[ \t]+(?=(?:(?i:Server|Date|Via|Age|Vary|Connection|Expires|Location|Pragma|ETag|Allow)"
    r"|[A-Za-z][A-Za-z0-9]*(?:-[A-Za-z0-9]+)+): \S)|[ \t]+(?=<!DOCTYPE|<html|<HTML|\{\")"
)
STATUS = re.compile(r"HTTP/\d(?:\.\d)? +\d{3}")


def mend(lines: list[str]) -> list[Line]:
    """Give the lines as they probably stood where they were copied."""
    numbered: list[Line] = [
        (part.replace("\u00a0", " ").replace("\u200b", "").replace("\ufeff", ""), number)
        for number, line in enumerate(lines, 1)
        for part in (line.rstrip("\r").split("\r") if "\r" in line else (line,))  # a progress meter overwrites itself
    ]
    found = without_hex(without_trace(numbered))
    for _ in range(2):  # a quoted text may itself carry line numbers
        found = without_margin(found)
    sample = "\n".join(text for text, _ in found[:LOOKED_AT])
    if ("&lt;" in sample and "</" not in sample) or re.search(r"&lt; ?(?:html|HTTP/|!DOCTYPE)", sample):
        found = [(html.unescape(text), number) for text, number in found]
    if re.search(r"^\s+< HTTP/", sample, re.MULTILINE):
        found = [(INDENTED_TRACE.sub("", text, count=1), number) for text, number in found]
    if '=3D"' in sample:
        found = from_quoted_printable(found)
    return [line for text, number in found for line in cleaned(text, number)]


def cleaned(text: str, number: int) -> list[Line]:
    """Take colour, Markdown and flattening off one line."""
    if len(text) < 300 and text.lstrip().startswith(("`", "~", "{", "[")) and FENCES.match(text):
        return [(FENCE, number)]
    if "[" in text and ("\x1b" in text or "^[" in text or "\\" in text):
        text = COLOR.sub("", text)
    if "\\n" in text and len(text) < 4_000 and (literal := LITERAL.match(text)):
        text = literal["label"].lstrip() + literal["text"]
    if "**" in text:
        text = re.sub(r"\*\*([^*]{1,400})\*\*", r"\1", text)
    if len(text) > 1 and text.count("`") == 2 and text.strip()[0] == "`" == text.strip()[-1]:
        text = text.strip()[1:-1]
    if "\\" in text:
        text = MARKDOWN_ESCAPE.sub(r"\1", text)
    if "HTTP/" in text and len(text) < 100_000 and (start := STATUS.search(text)):
        if ESCAPED_BREAK.search(text):
            return [(part, number) for part in unescaped(text)]
        if len(parts := FLATTENED.split(text[start.end() :])) > 2:
            head = [text[: start.end()] + parts[0], *parts[1:]]
            body = next((i for i, part in enumerate(head) if part[:1] in "<{"), len(head))
            return [(part, number) for part in head[:body] + ([""] if body < len(head) else []) + head[body:]]
    return [(text, number)]


def unescaped(text: str) -> list[str]:
    """Break a line at its escaped line ends, as a string literal shows them."""
    if literal := re.match(r"\s*b?([\"'])(?=HTTP/|<|\{)", text):
        text = text[literal.end() :].rstrip().removesuffix(literal[1])
    text = ESCAPED_CHARACTER.sub(lambda found: chr(int(found[1], 16)), text)
    text = ESCAPED_BYTES.sub(lambda found: bytes.fromhex(found[0].replace("\\x", "")).decode("utf-8", "replace"), text)
    return [p.replace("\\t", "\t").replace('\\"', '"').replace("\\/", "/") for p in ESCAPED_BREAK.split(text)]


def without_margin(lines: list[Line]) -> list[Line]:
    """Take off what stands before every line: quote marks, line numbers, a container's name, times."""
    looked = [text for text, _ in lines[:LOOKED_AT] if text.strip()]
    if len(looked) >= 3 and counted(looked):
        return [(NUMBERED.sub("", text, count=1), number) for text, number in lines]
    traced = any(TRACED.match(text) for text in looked)
    for margin, least, apart in MARGINS:
        if len(looked) >= 3 and all(margin.match(text) for text in looked):
            return [(margin.sub("", text, count=1), number) for text, number in lines]
        if not (traced and margin.match("> ")) and sum(margin.match(text) is not None for text in looked) >= least:
            lines = without_stretches(lines, margin, least, FENCE if apart else None)
    return lines


def without_stretches(lines: list[Line], margin: re.Pattern[str], least: int, fence: str | None) -> list[Line]:
    """Take a margin off the stretches of neighbouring lines that all have the same one; a fence goes round each."""
    found: list[Line] = []
    heads = [(m[0].rstrip() if (m := margin.match(text)) else None) for text, _ in lines]
    kinds = [re.sub(r"\d", "0", head) if head is not None else None for head in heads]
    start = 0
    while start < len(lines):
        end = start + 1
        while end < len(lines) and kinds[start] is not None and kinds[end] == kinds[start]:
            end += 1
        if kinds[start] is None or end - start < least:
            found += lines[start:end]
        else:
            bare = [(margin.sub("", text, count=1), number) for text, number in lines[start:end]]
            found += [(fence, bare[0][1]), *bare, (fence, bare[-1][1])] if fence else bare
        start = end
    return found


def counted(texts: list[str]) -> bool:
    """Tell whether lines begin with their own numbers, one after the other."""
    first = NUMBERED.match(texts[0])
    if not first:
        return False
    expected = int(first[1])
    for text in texts:
        found = NUMBERED.match(text)
        if not found or not expected <= int(found[1]) <= expected + 3:  # blank lines may have been left out
            return False
        expected = int(found[1]) + 1
    return True


def without_trace(lines: list[Line]) -> list[Line]:
    """Keep what curl's own trace shows as received, its marks and offsets off."""
    if not any("<= Recv header" in text for text, _ in lines[:LOOKED_AT]):
        return lines
    found, received = [], False
    for text, number in lines:
        if head := TRACE_HEAD.match(text):
            received, more = head["what"] == "Recv", head["more"] or ""
            if received and more[:1] == ":":
                found.append((more[2:], number))
        elif received:
            found.append((text, number))
    if sum(HEX_ROW.match(text) is not None for text, _ in found) < len(found) * 0.8:
        found = [(TRACE_OFFSET.sub("", text, count=1), number) for text, number in found]
    return found


def without_hex(lines: list[Line]) -> list[Line]:
    """Turn a hex dump of a response back into its text."""
    looked = [text for text, _ in lines[:LOOKED_AT] if text.strip()]
    if len(looked) < 2 or sum(HEX_ROW.match(text) is not None for text in looked) < len(looked) * 0.8:
        return lines
    found: list[Line] = []
    rest, start = bytearray(), 0
    for text, number in lines:
        row = HEX_ROW.match(text)
        if not row:
            continue
        start = start or number
        columns = row[1] if "|" in text else re.split(r" {2,}", row[1])[0]
        rest += bytes.fromhex(re.sub(r"\s", "", columns)[:32])
        *whole, tail = bytes(rest).split(b"\n")
        found += [(part.decode("utf-8", "replace").rstrip("\r"), start) for part in whole]
        if whole:
            rest, start = bytearray(tail), number if tail else 0
    return [*found, (bytes(rest).decode("utf-8", "replace"), start)] if found else lines


def from_quoted_printable(lines: list[Line]) -> list[Line]:
    """Undo a mail's encoding: `=3D`, and lines broken by a final `=`."""
    from quopri import decodestring

    found: list[Line] = []
    held, start = "", 0
    for text, number in lines:
        start = start or number
        if text.endswith("="):
            held += text[:-1]
            continue
        found.append((decodestring((held + text).encode()).decode("utf-8", "replace"), start))
        held, start = "", 0
    return [*found, (held, start)] if held else found
