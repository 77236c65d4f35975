"""Draws a code's path as an SVG file for wikis, post-mortems and chats: light and dark, narrow enough for a phone.

Pages draw the same stops as a list (`explainer.page.path_drawing`), which a screen reader walks through; a file that
stands elsewhere cannot, so this one carries its text alternative with it.
"""

from __future__ import annotations

import textwrap
from xml.sax.saxutils import escape

from explainer.words import Stop

# Pixels. A file has no fonts of its own, so text is measured by the widest of the usual system fonts.
NAME, NOTE = 8.3, 6.6  # the width of a character at 14 and at 11 px
LINE, PAD, LINK, GAP = 17, 10, 22, 8
STYLE = """
text{font:14px system-ui,-apple-system,"Segoe UI",Roboto,sans-serif;fill:#1a1e23;text-anchor:middle}
.n{font-size:11px;fill:#56606b}.b{fill:#b8321a}.x{font-weight:700;fill:#b8321a}
rect{fill:#fff;stroke:#767f8a;stroke-width:1.5}
line{stroke:#767f8a;stroke-width:1.5}
.g{fill:#eaf0ff;stroke:#1f4fd8}.f{fill:#fdeeea;stroke:#b8321a}.u{stroke-dasharray:5 4}
.k{stroke:#b8321a;stroke-dasharray:5 4}.p{fill:#fff;stroke:none}
@media(prefers-color-scheme:dark){text{fill:#e7eaee}.n{fill:#9aa5b1}.b,.x{fill:#ff8a6e}rect,.p{fill:#14171b}
.g{fill:#1c2740;stroke:#8fb0ff}.f{fill:#35201b;stroke:#ff8a6e}.k{stroke:#ff8a6e}}
"""
STATES = {"generated": "g", "failed": "f", "unseen": "u", "seen": ""}


def said(stops: list[Stop]) -> str:
    """Say a path in one sentence, for whoever does not see it."""
    steps = [stops[0].name]
    for stop in stops[1:]:
        steps.append(f"{'broken: ' + stop.broken + ', then' if stop.broken else 'then'} {stop.name}")
        steps[-1] += f" ({stop.note})" if stop.note else ""
    return ", ".join(steps) + "."


def as_svg(stops: list[Stop], title: str) -> str:
    """Draw a path as a whole SVG file."""
    parts, x = [], float(GAP)
    rows = max(len(textwrap.wrap(s.name, 14)) for s in stops)
    height = PAD * 2 + rows * LINE + (13 if any(s.note for s in stops) else 0)
    middle, foot = GAP + height / 2, float(GAP + height)
    for number, stop in enumerate(stops):
        if number:
            label = textwrap.wrap(stop.broken or "", 14)
            wide = max([float(LINK)] + [len(line) * NOTE + GAP for line in label])
            kind = ' class="k"' if stop.broken else ""
            parts.append(f'<line x1="{x:g}" y1="{middle:g}" x2="{x + wide:g}" y2="{middle:g}"{kind}/>')
            if stop.broken:
                centre = x + wide / 2
                parts.append(f'<rect class="p" x="{centre - 8:g}" y="{middle - 9:g}" width="16" height="18"/>')
                parts.append(text(centre, middle + 5, "✕", "x"))
                parts += [text(centre, middle + 24 + 13 * i, line, "n b") for i, line in enumerate(label)]
                foot = max(foot, middle + 24 + 13 * len(label))
            x += wide
        lines, note = textwrap.wrap(stop.name, 14), textwrap.wrap(stop.note, 18)
        wide = max([len(line) * NAME for line in lines] + [len(line) * NOTE for line in note]) + PAD * 2
        tall = PAD * 2 + len(lines) * LINE + 13 * len(note)
        top = middle - tall / 2
        foot = max(foot, top + tall)
        box = f'x="{x:g}" y="{top:g}" width="{wide:g}" height="{tall:g}" rx="8"'
        parts.append(f'<rect class="{STATES[stop.state]}" {box}/>')
        parts += [text(x + wide / 2, top + PAD + 13 + LINE * i, line, "") for i, line in enumerate(lines)]
        under = top + PAD + 10 + LINE * len(lines)
        parts += [text(x + wide / 2, under + 13 * i, line, "n") for i, line in enumerate(note)]
        x += wide
    size = f'width="{x + GAP:g}" height="{foot + GAP:g}" viewBox="0 0 {x + GAP:g} {foot + GAP:g}"'
    named = f"<title>{escape(title)}</title><desc>{escape(said(stops))}</desc>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>{named}<style>{STYLE.strip()}</style>'
    return head + "".join(parts) + "</svg>\n"


def text(x: float, y: float, words: str, kind: str) -> str:
    """Write one centred line."""
    return f'<text x="{x:g}" y="{y:g}"{f" class={chr(34)}{kind}{chr(34)}" if kind else ""}>{escape(words)}</text>'
