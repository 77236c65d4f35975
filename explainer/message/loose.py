"""Reads a response that does not stand as on the wire: a client's exception, a browser's panel, a dump, a bare page.

Tables of what tools print, most telling first; the first status found is the response's, every field counts.
"""

from __future__ import annotations

import re

from explainer.message.fieldnames import OF_REQUESTS, plausible
from explainer.message.mend import FENCE, unescaped
from explainer.message.parts import FIELD_LIMIT, Field, Line, Passage, Paste, Response

REASON = r"(?P<reason>[A-Z][A-Za-z'_-]{1,30}(?: [A-Za-z'(-][A-Za-z')-]{0,20}){0,5})"
# What stands for a reason where a tool prints it to the end of the line or to a mark: in whatever case.
REST = r"(?P<reason>[A-Za-z][A-Za-z'(),_: -]{2,80}?)(?= for url\b| from | \(|[\"'`.;)\]|<]|\s*$)"
PHRASE = (
    r"(?P<reason>Internal Server Error|Not Implemented|Bad Gateway|Service (?:Temporarily )?Unavailable"
    r"|Gateway Time-?[Oo]ut|HTTP Version Not Supported|Insufficient Storage|Loop Detected)"
)
# How tools say a status; searched in each line in this order.
STATUSES = tuple(
    re.compile(pattern)
    for pattern in (
        rf"HTTP/(?P<version>\d(?:\.\d)?):? +(?P<status>[1-9]\d\d)(?: {REASON})?(?![\d.])",
        r"\b(?P<status>[45]\d\d), message='(?P<reason>[^']{0,80})', url='(?P<url>[^']+)'",
        rf"(?P<status>[45]\d\d) (?:Server|Client) Error: (?:{REST})?(?: for url: (?P<url>\S+))?",
        rf"(?:HTTP Error|HTTPError|returned error|StatusCode):? (?P<status>[45]\d\d):? {REST}",
        rf"(?i:code)(?: is)?: (?P<status>[45]\d\d) ?, ?ReasonPhrase: ?{REST}",
        rf"(?:returned|status|responded with) (?P<status>5\d\d) {REST}",
        r"error '(?P<status>[1-5]\d\d) (?P<reason>[^']{0,80})' for url '(?P<url>[^']+)'",
        r"response code: (?P<status>[1-5]\d\d) for URL: (?P<url>\S+)",
        r"(?i:remote server returned an error): \((?P<status>[1-5]\d\d)\)(?: (?P<reason>[A-Z][A-Za-z ]{2,40}))?",
        rf"(?i:awaiting response)\W{{1,5}}(?P<status>[1-5]\d\d)(?: {REASON})?",
        rf"<(?:Client)?Response ?[\[(].{{0,300}}?(?P<status>[1-5]\d\d)(?: {REASON})?[\])]",
        r"(?i:\bhttp[ _-]?(?:status|error|code|response)[ _-]?(?:code)?|\bstatus(?:[ _-]?code)?"
        r"|\berror (?:type|reference number)|\bresponse[ _-]?(?:status|code)|\breturned error"
        r"|\bstatuscode|\bcode|:status)"
        r"[\"'*]{0,3}\s{0,20}(?:was|is|of|from server|received from server)?"
        rf"[\s:=>|,]{{0,12}}[\"'(\[]{{0,2}}(?P<status>[1-9]\d\d)\b[\"',)\]]{{0,2}}(?:[ :(-]{{1,3}}{REASON})?",
        r"(?i:\berror|\bfailed|\bhttp|\bgot|\breturned|\bresponded with|\bstatus):?(?: an?)?"
        r"[ :(]{1,3}(?P<status>[45]\d\d)\b"
        rf"(?:[ :)-]{{1,3}}{REASON})?",
        rf"\b(?P<status>5\d\d)[ :)-]{{1,3}}{PHRASE}",
        rf"^\W*(?P<status>[45]\d\d)(?:[ :|-]{{1,3}}{REASON})?\W*$",
        r"\bHTTP/\d(?:\.\d)?\" (?P<status>[1-5]\d\d)\b",
        r"(?i:\bgets?|\bgetting|\ban?|\bwith|\breturns?|\breturning|\bthrows?|\bthe|\bof) (?P<status>5\d\d)s?\b",
    )
)
# The ways a name and its value stand beside each other, other than as a field line.
PAIRS = tuple(
    re.compile(pattern)
    for pattern in (
        r"[\"'](?P<name>[A-Za-z][\w-]{1,60})[\"']\]?\s{0,4}(?::|=>|=|,)\s{0,4}[\[({]?\s{0,4}(?P<q>[\"'])(?P<value>.*?)(?P=q)",
        r"(?:^|[\s{,(\[])(?P<name>[A-Za-z][\w-]{1,60})(?:=|:)\[(?P<value>[^\]]*)\]",
        r"(?:^|[\s{,(\[])(?P<name>[A-Za-z][\w-]{1,60})(?:: ?|=)(?P<q>[\"'])(?P<value>.*?)(?P=q)",
        r"\[[\"']?(?P<name>[A-Za-z][\w-]{1,60})[\"']?(?:, |\] => )(?P<value>[^\]]*)",
        r"^\W{0,8}(?:\d{1,3}\] => )?(?P<name>[A-Za-z][\w-]{1,60})[\"'`]?"
        r"\s{0,40}(?::|=|\t|\||,|;|[ ]{2,})[\s|]*(?P<value>.*?)[\s|]*$",
    )
)
STATUS_LABEL = "status code"  # as browsers' panels write it, the number on the line below
NAME_ALONE = re.compile(r"\W{0,3}(?P<name>[A-Za-z][A-Za-z0-9-]{1,60}):?\s*$")
HEADING = re.compile(
    r"[^\w<]*(?:(?:(?P<of>request|response) )?(?:headers?|body|content|payload)|(?P<page>response|preview))[^\w>]*$",
    re.IGNORECASE,
)
BODY_LABEL = re.compile(
    r"\W{0,4}(?:(?:response )?(?:body|text|content|data)|responseText|rawContent)[\"'*]{0,3}\s*[:=]\s*", re.IGNORECASE
)
# Where a line that says the status goes on with the body.
QUOTED_BODY = re.compile(r"[\"']?(?:body|data|text|content)[\"']?\s*[:=]\s*(?=[\"'`<{])|: [\[\"](?=[<{\w])")
MARKUP = re.compile(r"<(?:!DOCTYPE|html|head|title|body|center|h1|\?xml|Error>)", re.IGNORECASE)
URL = re.compile(r"(?:[Rr]equest )?URL\W{1,4}(https?://[^\s'\"<>|]+)")
METHOD = re.compile(r"[Mm]ethod\W{1,4}([A-Z]{3,7})\b")
# What bodies say of their own status, where nothing else does.
BODY_STATUS = tuple(
    re.compile(pattern)
    for pattern in (
        r"<(?:title|TITLE)>[^<]{0,90}?\b([45]\d\d)\b",
        r"<[hH][1-6][^>]{0,80}>[^<]{0,60}?\b([45]\d\d)\b",
        r"\"(?:status|statusCode|status_code|httpStatus|code)\"\s*:\s*\"?([45]\d\d)\b",
        r"\bHTTP (?:ERROR|Error|Status|status)\W{1,3}([45]\d\d)\b",
        r"\b[Ee]rror(?: [Cc]ode)?:? ?([45]\d\d)\b",
        r"\bHTTP-Fehler ([45]\d\d)\b",
        r"^\W*([45]\d\d)\b",
    )
)
PHRASES = {
    500: re.compile(r"\bInternal ?Server ?Error\b|\bINTERNAL_SERVER_ERROR\b"),
    502: re.compile(r"\b(?i:bad ?gateway)\b|\bBAD_GATEWAY\b"),
    503: re.compile(r"\bService ?(?:Temporarily )?Unavailable\b|\bSERVICE_UNAVAILABLE\b"),
    504: re.compile(r"\b(?i:gateway ?time-?out)\b|\bGATEWAY_TIMEOUT\b"),
}


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


def said_status(page: str) -> int | None:
    """Find the status that a page gives itself: as a number, else by the one reason phrase that it holds."""
    found = next((m for pattern in BODY_STATUS if (m := pattern.search(page))), None)
    if found:
        return int(found[1])
    phrases = {status for status, phrase in PHRASES.items() if phrase.search(page)}
    return phrases.pop() if len(phrases) == 1 else None


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
        elif has_status and not has_fields and (known or few or head.lstrip()[:1] == "{" or "`" in head):
            left.append((text, number))  # it may say the status because it is the body, or quote the body
        elif label := QUOTED_BODY.search(head):
            left.append((text[label.end() :].strip("\"'`,]}"), number))
    return left


def take_status(text: str, number: int, response: Response) -> bool:
    """Take the status that a line says; the first one counts, and a later one that says its reason too."""
    for pattern in STATUSES:
        found = pattern.search(text)
        if not found:
            continue
        parts = found.groupdict()
        status = int(found["status"])
        better = (
            response.status is not None and response.status < 400 and status >= 500
        )  # what was hoped for stood first
        if response.status is None or better or (response.status == status and not response.reason):
            response.status, response.line = status, number if better else response.line or number
            response.reason = (parts.get("reason") or "").strip()
            response.version = parts.get("version") or response.version
            response.url = response.url or (parts.get("url") or "").rstrip("'\")") or None
        return True
    return False


def take_fields(text: str, number: int, response: Response) -> bool:
    """Take every pair of a field's name and value on a line."""
    took = False
    for pattern in PAIRS:
        for found in pattern.finditer(text):
            name, value = found["name"], found["value"].strip().strip("`")
            if not plausible(name) or name.lower() in OF_REQUESTS or name.lower() == "status":
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
    if any(MARKUP.search(text[:2000]) for text, _ in left):
        take_body(left, response)


def take_body(left: list[Line], response: Response) -> None:
    """Make the body out of what is left: the markup, else all of it; single lines stay to be looked at too."""
    texts = [(BODY_LABEL.sub("", text, count=1) if text != FENCE else "", number) for text, number in left]
    start = next((i for i, (text, _) in enumerate(texts) if MARKUP.search(text[:2000])), None)
    if start is not None:
        first = MARKUP.search(texts[start][0])
        texts = [(texts[start][0][first.start() if first else 0 :], texts[start][1]), *texts[start + 1 :]]
        end = next((i for i, (text, _) in enumerate(texts) if "</html>" in text.lower()), len(texts) - 1)
        texts = texts[: end + 1]
    page = Passage.of(texts)
    if page.text:
        response.page = page
        if start is None:
            single = [(text.strip(), number) for text, number in texts if text.strip()][:200]
            quoted = [(part, n) for text, n in single for part in re.findall(r"[`\"]([^`\"]{3,400})[`\"]", text)]
            response.fragments = single + quoted
