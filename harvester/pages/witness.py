"""The second witness: trafilatura finds the body on its own, knowing nothing of the template. Pure.

Where both are right they agree; where the template has changed it alone is left.
"""

import logging
import re
from collections import Counter
from collections.abc import Iterable

from harvester.normalise.text import line, paragraphs, words
from harvester.pages.labels import PILLS, SECTIONS, TEXTS, label_key

# trafilatura needs 39 s and 825 MB for 8 MB of <p>; its time grows with the square of the tags. Within
# these limits it takes a second or two at worst, and real pages have a tenth of them.
MAX_BYTES = 2**20
MAX_TAGS = 20_000
LONG = 20
"""Characters from which a row that is found inside a value is taken for a part of it."""
# Word's own tags (`o:p`, `st1:place`): inside a list or a quote trafilatura fails on them, and says nothing.
_TAG_OF_WORD = re.compile(rb"(</?)[A-Za-z][\w-]*:[\w-]+")
SKIPPED = "witness-skipped"

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without a body


def is_too_large(source: bytes) -> bool:
    """Whether the witness is not asked, for it would take too long."""
    return len(source) > MAX_BYTES or source.count(b"<") > MAX_TAGS


def body_text(source: bytes, known: Iterable[str | None]) -> str | None:
    """The body as trafilatura sees it, without the paragraphs that are `known` values of the page.

    `source` is a whole page in UTF-8, chrome and all.
    """
    import trafilatura  # takes longer to load than a hundred pages to read, and in bulk few need it

    # `fast` leaves out other libraries' attempts: the same result on our pages, in half the time.
    plain = _TAG_OF_WORD.sub(rb"\1span", source).decode()
    text = trafilatura.extract(plain, favor_recall=True, fast=True, include_comments=False)
    values = {shown for value in known if (shown := line(value))}
    kept = [row for row in (text or "").split("\n") if not _is_known(row.lstrip("- |"), values)]
    return paragraphs("\n\n".join(kept))


def _is_known(row: str, values: set[str]) -> bool:
    """Whether a row is a label, a value, or a line of a value that the source breaks into several."""
    text, key = line(row), label_key(row)
    if text is None or text in values or key in PILLS or key in TEXTS or key in SECTIONS:
        return True
    return len(text) >= LONG and any(text in value for value in values)


def agreement(one: str | None, other: str | None) -> float | None:
    """The share of words on which two texts agree, 0 to 1: twice those in common, by all of both.

    Words count as often as they occur, whatever their order; Chinese, Japanese and Korean characters
    are words. None when neither text has any.
    """
    first, second = Counter(words(one or "")), Counter(words(other or ""))
    total = first.total() + second.total()
    return round(2 * (first & second).total() / total, 4) if total else None
