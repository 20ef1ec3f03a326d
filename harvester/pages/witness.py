"""The second witness: trafilatura finds the body on its own, knowing nothing of the template. Pure.

Where both are right they agree; where the template has changed it alone is left.
"""

import logging
from collections import Counter
from collections.abc import Iterable

import trafilatura

from harvester.normalise.text import line, paragraphs, words

# trafilatura needs 39 s and 825 MB for 8 MB of <p>; the longest real pages stay far below these.
MAX_BYTES = 2**20
MAX_TAGS = 40_000
SKIPPED = "witness-skipped"

logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it warns of every page without a body


def is_too_large(source: bytes) -> bool:
    """Whether the witness is not asked, for it would take too long."""
    return len(source) > MAX_BYTES or source.count(b"<") > MAX_TAGS


def body_text(source: bytes, known: Iterable[str | None]) -> str | None:
    """The body as trafilatura sees it, without the paragraphs that are `known` values of the page.

    `source` is a whole page in UTF-8, chrome and all.
    """
    text = trafilatura.extract(
        source.decode(), favor_recall=True, include_comments=False, include_tables=True, deduplicate=False
    )
    values = {part for value in known if value for part in [line(value), *map(line, value.split("\n"))]}
    kept = [part for part in (text or "").split("\n") if line(part.lstrip("- |")) not in values]
    return paragraphs("\n\n".join(kept))


def agreement(one: str | None, other: str | None) -> float | None:
    """The share of words on which two texts agree, 0 to 1: twice those in common, by all of both.

    Words count as often as they occur, whatever their order; Chinese, Japanese and Korean characters
    are words. None when neither text has any.
    """
    first, second = Counter(words(one or "")), Counter(words(other or ""))
    total = first.total() + second.total()
    return round(2 * (first & second).total() / total, 4) if total else None
