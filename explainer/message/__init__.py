"""Reads what was pasted: responses with their field lines and bodies, curl's own errors; judges nothing.

`parse` never raises, whatever the text, and every part keeps the number of the pasted line it came from. One module
reads one family of formats; the first that finds a response wins.
"""

from __future__ import annotations

from explainer.message import data, printed, times, wire
from explainer.message.mend import mend
from explainer.message.parts import Field, Line, Passage, Paste, Response

__all__ = ["Field", "Line", "Passage", "Paste", "Response", "parse"]


def parse(text: str) -> Paste:
    """Read a paste; text of any kind gives a Paste, perhaps with nothing found in it."""
    paste = Paste(text.lstrip("\ufeff").replace("\r\n", "\n").split("\n"))
    lines = mend(paste.lines)
    wire.read(lines, paste)
    if not paste.responses:
        joined = "\n".join(text for text, _ in lines)
        found = data.read("\n".join(paste.lines), paste) or data.read(joined, paste)
        if not found and not paste.curl_errors:
            printed.read(lines, paste)
    else:
        printed.attach(lines, paste)
    times.read(paste)
    return paste
