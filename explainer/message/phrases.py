"""How tools and pages say a status, a field, an address: tables of patterns, most telling first; walks no lines."""

from __future__ import annotations

import re

REASON = r"(?P<reason>[A-Z][A-Za-z'_-]{1,30}(?: [A-Za-z'(-][A-Za-z')-]{0,20}){0,5})"
# Pairs in one line, each with its end: `Server=squid; X-Cache=MISS;`, `server: squid; x-cache: MISS"`.
IN_A_ROW = re.compile(
    r"(?:^|[;\"'({] ?|: )(?P<name>[A-Za-z][\w-]{1,60})(?P<sign>=|: )(?P<value>[^;\"]{1,400}?)(?=;|[\"'})]|$)"
)
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
        rf"unexpected status from [A-Z]{{3,7}} request to \S+: (?P<status>[1-5]\d\d)(?: {REASON})?",
        r"resulted in an? `(?P<status>[1-5]\d\d) (?P<reason>[^`]{0,80})` response",
        rf"Received status code (?P<status>[1-5]\d\d) from server: {REST}",
        r"<-- (?P<status>[1-5]\d\d)(?: (?P<reason>[A-Z][A-Za-z -]{2,40}))? (?P<url>https?://\S+)",
        r"response code: (?P<status>[1-5]\d\d) for URL: (?P<url>\S+)",
        r"(?i:remote server returned an error): \((?P<status>[1-5]\d\d)\)(?: (?P<reason>[A-Z][A-Za-z ]{2,40}))?",
        # The same in German, French, Spanish, Portuguese, Italian and Dutch; the reason there is a translation.
        r"(?i:remoteserver|serveur distant|servidor remoto|server remoto|externe server)[^()]{1,80}: ?"
        r"\((?P<status>[1-5]\d\d)\)",
        rf"(?i:awaiting response)\W{{1,5}}(?P<status>[1-5]\d\d)(?: {REASON})?",
        rf"<(?:Client)?Response ?[\[(].{{0,300}}?(?P<status>[1-5]\d\d)(?: {REASON})?[\])]",
        r"(?i:\bhttp[ _-]?(?:status|error|code|response)[ _-]?(?:code)?|\bstatus(?:[ _-]?code)?"
        r"|\berror (?:type|reference number)|\bresponse[ _-]?(?:status|code)|\breturned error"
        r"|\bstatuscode|\bcode|:status)"
        r"[\"'*]{0,3}\s{0,20}(?:was|is|of|from server|received from server)?"
        rf"[\s:=>|,]{{0,12}}[\"'(\[]{{0,2}}(?P<status>[1-9]\d\d)\b[\"',)\]]{{0,2}}(?:[ :(-]{{1,3}}{REASON})?",
        r"(?i:\berror|\bfailed|\bhttp|\bgot|\breturned|\bresponded with|\bstatus|\breplied|\banswer(?:ed)?):?"
        r"(?: an?| with)?"
        r"[ :(]{1,3}(?P<status>[45]\d\d)\b"
        rf"(?:[ :)-]{{1,3}}{REASON})?",
        rf"\b(?P<status>5\d\d)[ :)-]{{1,3}}{PHRASE}",
        r"\b[A-Z]\w{2,60}(?:Error|Exception): (?P<status>[45]\d\d)(?=[: ]|$)",
        rf"^\W*(?P<status>[45]\d\d)(?:[ :|-]{{1,3}}{REASON})?\W*$",
        r"\bHTTP/\d(?:\.\d)?\" (?P<status>[1-5]\d\d)\b",
        r"(?i:\bgets?|\bgetting|\ban?|\bwith|\breturns?|\breturning|\bthrows?|\bthe|\bof) (?P<status>5\d\d)s?\b",
    )
)
# The ways a name and its value stand beside each other, other than as a field line.
PAIRS = tuple(
    re.compile(pattern)
    for pattern in (
        r"`(?P<name>[A-Za-z][\w-]{1,60})`?: ?`?(?P<value>[^`]{1,400})`",
        r"[\"'](?P<name>[A-Za-z][\w-]{1,60})[\"']\]?\s{0,4}(?::|=>|=|,)\s{0,40}[\[({]?\s{0,4}(?P<q>[\"'])(?P<value>.*?)(?P=q)",
        r"(?:^|[\s{,(\[])(?P<name>[A-Za-z][\w-]{1,60})(?:=|:)\[(?P<value>[^\]]*)\]",
        r"(?:^|[\s{,(\[])(?P<name>[A-Za-z][\w-]{1,60})(?:: ?|=)(?P<q>[\"'])(?P<value>.*?)(?P=q)",
        r"\[[\"']?(?P<name>[A-Za-z][\w-]{1,60})[\"']?(?:, |\] => )(?P<value>[^\]]*)",
        r"^\W{0,8}(?:\d{1,3}\] => )?(?P<name>[A-Za-z][\w-]{1,60})[\"'`]?"
        r"\s{0,40}(?::|=|\t|\||,|;|[ ]{2,})[\s|]*(?P<value>.*?)[\s|]*$",
    )
)
REASON_LABEL = re.compile(
    r"\b(?i:reason(?:[ _-]?phrase)?|status[ _-]?(?:text|message))[\"']?\s?[=:] ?[\"']?"
    r"(?P<reason>[A-Z][A-Za-z '-]{2,60}?)(?=[;,\"'\]]|$)"
)
STATUS_LABEL = "status code"  # as browsers' panels write it, the number on the line below
NAME_ALONE = re.compile(r"\W{0,3}(?P<name>[A-Za-z][A-Za-z0-9-]{1,60}):?\s*$")
HEADING = re.compile(
    r"[^\w<]*(?:(?:(?P<of>request|response) )?(?:headers?|body|content|payload)|(?P<page>response|preview))"
    r"[^\w>{\[(]*$",
    re.IGNORECASE,
)
BODY_LABEL = re.compile(
    r"\W{0,4}(?:(?:response )?(?:body|text|content|data)|responseText|rawContent)[\"'*]{0,3}\s*[:=]\s*", re.IGNORECASE
)
LITERAL = re.compile(r"(['\"`])(?P<text>.+)\1[\s,;})\]]*$")  # the value of such a label, as a program prints strings
# Where a line that says the status goes on with the body.
QUOTED_BODY = re.compile(r"[\"']?(?:body|data|text|content)[\"']?\s*[:=]\s*(?=[\"'`<{])|: [\[\"](?=[<{\w])")
AFTER_PAGE = re.compile(r"(</html>)[`\"'].*$", re.IGNORECASE)  # the quotation's end behind a page on one line
QUOTED = re.compile(r"[`\"]([^`\"]{3,400})[`\"]|(?<!\w)'([^']{3,400})'(?!\w)")  # a piece that a line quotes
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
        r"[(（](5\d\d)[)），,]",
    )
)
PHRASES = {
    500: re.compile(r"\bInternal ?Server ?Error\b|\bINTERNAL_SERVER_ERROR\b"),
    502: re.compile(r"\b(?i:bad ?gateway)\b|\bBAD_GATEWAY\b"),
    503: re.compile(r"\bService ?(?:Temporarily )?Unavailable\b|\bSERVICE_UNAVAILABLE\b"),
    504: re.compile(r"\b(?i:gateway ?time-?out)\b|\bGATEWAY_TIMEOUT\b"),
}


def said_status(page: str) -> int | None:
    """Find the status that a page gives itself: as a number, else by the one reason phrase that it holds."""
    found = next((m for pattern in BODY_STATUS if (m := pattern.search(page))), None)
    if found:
        return int(found[1])
    phrases = {status for status, phrase in PHRASES.items() if phrase.search(page)}
    return phrases.pop() if len(phrases) == 1 else None
