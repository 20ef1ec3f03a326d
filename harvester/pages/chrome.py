"""A document's page without the site's chrome: what nobody reads need not be parsed. Pure; raises nothing.

Where the chrome holds anything that is read, or its borders are not beyond doubt, the page stays whole.
"""

import re
from functools import lru_cache

_TABS = b'id="documentTabs"'
_LARGE = 2**16
"""Bytes of a header or footer; a larger one is parsed, so that few bytes are kept in mind."""
_HIDING = rb"script|style|textarea|title|iframe|xmp|noembed|noframes"
# What hides markup until it ends, and what counts wherever it stands. A tag in capitals is not looked at closer.
_TELLING = re.compile(
    rb"<(?:(!--)|(" + _HIDING + rb")\b|/(?:head|body|html|" + _HIDING + rb")\b"
    rb"|(?:main|link|meta|base|plaintext)\b|/?[A-Z])"
)
_OPEN_VALUE = re.compile(rb"=\s*'[^']*\Z")


def without_chrome(source: bytes) -> bytes:
    """The page from `<main>` to `</main>`, with its head and with what follows from the first script below.

    Any page but a document's with its tabs is returned as it is.
    """
    head = source.find(b"</head>") + len(b"</head>")
    start = source.find(b"<main", head)
    end = source.find(b"</main>", start) + len(b"</main>")
    if not len(b"</head>") <= head < start < end or source.find(_TABS, start, end) < 0:
        return source
    if not _is_idle(source[head:start]):
        return source
    scripts = source.find(b"<script", end)
    if scripts < 0 or source.find(b"</main", end) >= 0 or not _is_idle(source[end:scripts]):
        scripts = end
    return source[:head] + source[start:end] + source[scripts:]


def _is_idle(part: bytes) -> bool:
    return len(part) <= _LARGE and _holds_nothing(part)


@lru_cache(maxsize=8)  # on most pages of a site they are the same
def _holds_nothing(part: bytes) -> bool:
    """Whether a part of a page is markup from end to end, without scripts, links and files that are read."""
    if b"drupal-settings" in part or b"/download" in part:
        return False
    if part.count(b'"') % 2 or _OPEN_VALUE.search(part) or part.count(b"<!--") != part.count(b"-->"):
        return False
    at = 0
    while found := _TELLING.search(part, at):
        comment, hiding = found.groups()
        if not comment and not hiding:
            return False
        at = part.find(b"-->" if comment else b"</" + hiding, found.end()) + 2
        if at < found.end():
            return False
    return True
