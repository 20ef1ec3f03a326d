"""Which kind of page is this? By its address and by what stands on it. Pure; raises nothing.

What is not a page of the archive is told from its markup, never from words alone: a document may quote
"Page not found" or `bm-verify`.
"""

import re

from lxml import etree

from harvester import urls
from harvester.capture import Capture
from harvester.pages.body import read_label, read_line
from harvester.pages.labels import PILLS, TEXTS, label_key
from harvester.pages.layout import head_title
from harvester.pages.model import Problem
from harvester.pages.outline import Outline
from harvester.pages.related import Related
from harvester.pages.select import first, many

_CHALLENGE_SIGNS = (b"bm-verify", b"/_sec/", b"akam-logo", b"triggerInterstitial", b"sec-if-cpt", b"cf-chl", b"cf_chl")
_CHALLENGE_SCRIPT = re.compile(r"triggerInterstitialChallenge|/_sec/(?:verify|cp_challenge)|cf[-_]chl")
_CHALLENGE_MARKUP = (
    "meta[http-equiv=refresh][content*=bm-verify], meta[http-equiv=Refresh][content*=bm-verify], #akam-logo,"
    ".akam-logo, #sec-if-cpt-container, iframe[src*='/_sec/'], form[action*='/_sec/'], #challenge-form"
)
_CHALLENGE_TITLE = re.compile(
    r"just a moment|attention required|pardon our interruption|checking your browser|security check|"
    r"verify(?:ing)? (?:that )?you are (?:a )?human|are you a robot|robot check|challenge validation",
    re.I,
)
_NOT_FOUND = re.compile(
    r"""(?:error\s*)?(?:40[4]|410)?[\s:|–—-]*(?:(?:the\s)?(?:requested\s)?(?:page|document|file|url|content)?\s*
    (?:you\s(?:requested|are\slooking\sfor)\s)?(?:was\s|is\s)?
    (?:not\sfound|(?:could|can)\s?not\sbe\sfound|can['’]t\sbe\sfound|no\slonger\s(?:exists|available)))[.!]?
    (?:\s*\(?404\)?)?|(?:error\s*)?404[.!]?""",
    re.I | re.X,
)
_ERROR = re.compile(
    r"""(?:(?:error|http)?\s*5\d\d[\s:|–—-]*)?(?:site\sunder\smaintenance|under\smaintenance|
    (?:site|service)\s(?:is\s)?(?:temporarily\s)?unavailable|bad\sgateway|internal\sserver\serror|
    gateway\stime-?out|access\sdenied|forbidden|error|(?:the\s(?:web)?site\sencountered\s)?an\sunexpected\serror.*|
    too\smany\srequests|temporarily\soffline.*)[.!]?|(?:error|http)\s*[45]\d\d""",
    re.I | re.X,
)
_ERROR_TEXT = re.compile(
    r"encountered an unexpected error|is currently under maintenance|temporarily unable to (?:service|handle)|"
    r"error (?:was )?encountered while|fatal error|you don't have permission to access",
    re.I,
)
_OTHER_MAGIC = {
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive",
    b"\x89PNG": "an image",
    b"\xff\xd8\xff": "an image",
    b"GIF8": "an image",
}
_BLANK = b" \t\r\n\0\xef\xbb\xbf"
_TERMS = {"person", "place", "topic"}
_SAME_DOCUMENT = {"document", "record", "node"}
_MARKUP = re.compile(rb"<(?:!doctype|html|head|body|main|div|p|h1|table|title|meta)\b", re.I)

SHORT = 400
"""Characters of text up to which a page without a heading may be an error message."""


def another_medium(capture: Capture) -> str | None:
    """What a capture is that is no web page by its first bytes, whatever its header says."""
    start = capture.body[:1024].lstrip(_BLANK)
    for magic, what in _OTHER_MAGIC.items():
        if start.startswith(magic):
            return f"{what}, not a web page"
    if start[:1] in (b"{", b"[") and not _MARKUP.search(start):
        return "JSON, not a web page"
    return None


def refusal(capture: Capture) -> tuple[Problem, str] | None:
    """The problem that the status or the lack of a body tells: (problem, detail)."""
    status = capture.status
    if 300 <= status < 400:
        return "other", f"a redirect (HTTP {status})"
    if status in (404, 410):
        return "not-found", f"HTTP {status}"
    if status >= 400:
        return "error", f"HTTP {status}"
    return None if capture.body.strip(_BLANK) else ("empty", "no content")


def challenge(root: etree._Element, source: bytes) -> str | None:
    """What gives an interstitial away, if the page is one."""
    if any(sign in source for sign in _CHALLENGE_SIGNS):
        found = first(root, _CHALLENGE_MARKUP)
        if found is not None:
            return f"{found.tag} {found.get('id') or found.get('content') or found.get('class') or ''}".strip()[:200]
        for script in many(root, "script"):
            if sign := _CHALLENGE_SCRIPT.search(script.text or ""):
                return f"script: {sign[0]}"
    title = head_title(root)
    if title == "Access Denied" and b"edgesuite.net" in source:
        return "Access Denied by the site's bot protection"
    if title and _CHALLENGE_TITLE.match(title) and first(root, "main") is None:
        return f"title: {title}"
    return None


def failure(root: etree._Element, main: etree._Element) -> tuple[Problem, str] | None:
    """The problem a page without a document tells of in its own heading: (problem, detail)."""
    heading = first(main, "h1")
    for said in (read_line(heading) if heading is not None else None, head_title(root)):
        if not said:
            continue
        if _NOT_FOUND.fullmatch(said):
            return "not-found", f"says: {said}"
        if _ERROR.fullmatch(said):
            return "error", f"says: {said}"
    text = read_line(main) or ""
    if not text:
        return "empty", "no text in the page's main part"
    if len(text) < SHORT:
        if found := _ERROR_TEXT.search(text):
            return "error", f"says: {found[0]}"
        if heading is None and _NOT_FOUND.fullmatch(text):
            return "not-found", f"says: {text}"
    return None


def shows_document(outline: Outline) -> bool:
    """Whether the main part holds what only a document's page has."""
    if outline.tabs is not None or outline.of_class("pdf-preview"):
        return True
    if not _labels(outline, outline.of_class("information-block")).isdisjoint(TEXTS.keys() | PILLS.keys()):
        return True
    names = [block for block in outline.of_class("pill-block") if not _labels(outline, [block]).isdisjoint(PILLS)]
    if not names:
        return False
    related = Related(outline, outline.title())  # a card that recommends a document may show its names
    return any(block not in related for block in names)


def _labels(outline: Outline, blocks: list[etree._Element]) -> set[str]:
    headings = outline.of_tag("h2", "h3", "h4")
    return {label_key(read_label(label) or "") for block in blocks for label in outline.inside(block, headings)}


def looks_like_document(outline: Outline) -> bool:
    """Whether the main part begins like a document's page; those of people do so too."""
    return any(outline.inside(head, outline.of_class("date")) for head in outline.of_class("content-block"))


def contradict(said: urls.Address, address: urls.Address) -> bool:
    """Whether a page says it is of another kind than its address asks for."""
    kinds = {said.kind, address.kind}
    return len(kinds) > 1 and said.kind != "home" and not kinds <= _TERMS and not kinds <= _SAME_DOCUMENT
