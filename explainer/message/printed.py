"""Reads a response that does not stand as on the wire: a client's exception, a browser's panel, a dump, a bare page.

How tools say things is in `phrases`; the first status found is the response's, every field counts.
"""

from __future__ import annotations

from explainer.message.fieldnames import OF_REQUESTS, plausible
from explainer.message.mend import FENCE, unescaped
from explainer.message.parts import FIELD_LIMIT, Field, Line, Passage, Paste, Response
from explainer.message.phrases import (
    AFTER_PAGE,
    BODY_LABEL,
    HEADING,
    IN_A_ROW,
    LITERAL,
    MARKUP,
    METHOD,
    NAME_ALONE,
    PAIRS,
    QUOTED,
    QUOTED_BODY,
    REASON_LABEL,
    STATUS_LABEL,
    STATUSES,
    URL,
    said_status,
)


def read(lines: list[Line], paste: Paste) -> None:
    """Read whatever response the lines describe into a paste; a text that describes none stays a body to look at."""
    response = Response("", None, "", None, paste.method, paste.url)
    left = scan(expanded(lines), response)
    take_body(left, response)
    response.around = Passage.of(expanded(lines))
    if response.status is None and response.body is not None:
        response.status = said_status(response.body) or said_status(response.around.text)
    if response.status is not None or response.fields or response.body:
        paste.responses.append(response)
        used = {response.line, *(f.line for f in response.fields), *(response.page.numbers if response.page else ())}
        paste.not_understood = [number for number in paste.not_understood if number not in used]


def expanded(lines: list[Line]) -> list[Line]:
    """Break lines that are string literals at their escaped line ends."""
    return [
        (part, number)
        for text, number in lines
        for part in (unescaped(text) if text.count("\\n") > 1 and len(text) < 200_000 else (text,))
    ]


def scan(lines: list[Line], response: Response) -> list[Line]:
    """Take status, fields, address and method; gives the lines that are none of these."""
    left: list[Line] = []
    named: tuple[str, int] | None = None  # a name that stands on a line of its own
    aside = in_body = False
    few = sum(1 for text, _ in lines if text.strip()) <= 3  # so little may be the page itself
    for text, number in lines:
        plain = text.strip()
        if heading := HEADING.match(plain):
            aside, named = (heading["of"] or "").lower() == "request", None
            in_body = "body" in plain.lower() or "content" in plain.lower() or heading["page"] is not None
            continue
        if aside:
            continue
        if in_body or not plain or text == FENCE or (MARKUP.match(plain) and not response.body):
            in_body = (in_body or MARKUP.match(plain) is not None) and text != FENCE
            left.append((text, number))
            continue
        if named:
            if named[0] == STATUS_LABEL:
                take_status(f"status: {plain}", number, response)
            else:
                response.fields.append(Field(named[0], plain, named[1]))
            named = None
            continue
        if plain.lower().rstrip(":") == STATUS_LABEL:
            named = (STATUS_LABEL, number)
            continue
        head = text[:4000]
        known = response.status is not None
        has_status, has_fields = take_status(head, number, response), take_fields(head, number, response)
        took = has_status or has_fields
        if not took and (alone := NAME_ALONE.match(head)) and plausible(alone["name"]):
            named = (alone["name"], number)
        elif found := URL.search(head):
            response.url = response.url or found[1]
        elif found := METHOD.search(head):
            response.method = response.method or found[1]
        elif not took:
            left.append((text, number))
        elif has_status and not has_fields and (known or few or head.lstrip()[:1] == "{" or QUOTED.search(head)):
            left.append((text, number))  # it may say the status because it is the body, or quote the body
        elif label := QUOTED_BODY.search(head):
            left.append((text[label.end() :].strip("\"'`,]}"), number))
    return left


def take_status(text: str, number: int, response: Response) -> bool:
    """Take the status that a line says; the first one counts, and a later one that says its reason too."""
    if not response.reason and (named := REASON_LABEL.search(text)):
        response.reason = named["reason"].strip()
    for pattern in STATUSES:
        found = pattern.search(text)
        if not found:
            continue
        parts = found.groupdict()
        status = int(found["status"])
        better = response.status is not None and response.status < 500 <= status  # the error that is asked about
        if response.status is None or better or (response.status == status and not response.reason):
            response.status, response.line = status, number if better else response.line or number
            response.reason = (parts.get("reason") or response.reason).strip()
            response.version = parts.get("version") or response.version
            response.url = response.url or (parts.get("url") or "").rstrip("'\")") or None
        return True
    return False


def take_fields(text: str, number: int, response: Response) -> bool:
    """Take every pair of a field's name and value on a line."""
    took = False
    row = [(found["name"], found["value"]) for found in IN_A_ROW.finditer(text)] if text.count("; ") > 1 else []
    row = [(name, value.strip()) for name, value in row if plausible(name) and name.lower() not in OF_REQUESTS]
    if len(row) > 2:
        response.fields += [Field(name, value, number) for name, value in row[: FIELD_LIMIT - len(response.fields)]]
        return True
    for pattern in PAIRS:
        for found in pattern.finditer(text):
            name, value = found["name"], found["value"].strip().strip("`")
            if not plausible(name) or name.lower() in OF_REQUESTS or name.lower() == "status":
                continue
            if not value and text.rstrip()[-1:] == ":":  # the value stands on the next line
                continue
            if len(response.fields) < FIELD_LIMIT:
                response.fields.append(Field(name, value.rstrip(",") if value[-2:] == "'," else value, number))
            took = True
        if took:
            return True
    return False


def attach(lines: list[Line], paste: Paste) -> None:
    """Give the last response the page that stands apart from it: in a block of its own, or as a client printed it."""
    response = paste.responses[-1]
    if response.body or response.status is None or not paste.not_understood:
        return
    apart = set(paste.not_understood)
    left = expanded([(text, number) for text, number in lines if number in apart and number > (response.line or 0)])
    told = [(text, number) for text, number in left if not text.startswith("* ")]
    length = len("\n".join(text for text, _ in told).strip().encode())
    if str(length) == response.first("content-length"):  # curl's trace first, what it fetched behind
        response.page = Passage.of(told)
    elif any(MARKUP.search(text[:2000]) for text, _ in left):
        take_body(left, response)


def take_body(left: list[Line], response: Response) -> None:
    """Make the body out of what is left: the markup, else all of it; single lines stay to be looked at too."""
    texts = [(unlabelled(text) if text != FENCE else "", number) for text, number in left]
    start = next((i for i, (text, _) in enumerate(texts) if MARKUP.search(text[:2000])), None)
    if start is not None:
        first = MARKUP.search(texts[start][0])
        texts = [(texts[start][0][first.start() if first else 0 :], texts[start][1]), *texts[start + 1 :]]
        end = next((i for i, (text, _) in enumerate(texts) if "</html>" in text.lower()), len(texts) - 1)
        texts = [*texts[:end], (AFTER_PAGE.sub(r"\1", texts[end][0], count=1), texts[end][1])]
    page = Passage.of(texts)
    if page.text:
        response.page = page
        if start is None:
            single = [(text.strip(), number) for text, number in texts if text.strip()][:200]
            quoted = [(part, n) for text, n in single for part in QUOTED.findall(text)]
            response.fragments = single + [(a or b, n) for (a, b), n in quoted]


def unlabelled(text: str) -> str:
    """Take the label off a line of the body, and the quotes off the string behind it."""
    label = BODY_LABEL.match(text)
    if not label:
        return text
    value = text[label.end() :]
    literal = LITERAL.match(value)
    return literal["text"] if literal else value
