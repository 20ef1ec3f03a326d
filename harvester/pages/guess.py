"""What the second witness is for: comparing it with the template, and the body where that fails. Pure.

Raises nothing: whatever trafilatura does on a strange page must not cost the page.
"""

from collections import Counter
from collections.abc import Iterator

from lxml import etree

from harvester.normalise.text import words
from harvester.pages import witness
from harvester.pages.body import read_body, read_text
from harvester.pages.document import described_parts
from harvester.pages.model import DocumentPage, Version
from harvester.pages.outline import Outline
from harvester.pages.parse import Tree

MIN_WORDS = 12
"""With fewer words beside its known parts, a page without the known container has no transcript."""
MIN_AGREEMENT = 0.5
"""With less, what stands in the page is not what the witness takes for its body."""
MOST = 0.9
"""The share of the body's words that a part must hold to be the place where it stands."""


def compare(page: DocumentPage, tree: Tree) -> None:
    """Set `agreement`: how far the template's text and the witness's are the same."""
    testimony = _testimony(page, tree)
    if testimony is not None:
        texts = "\n\n".join(version.text for version in page.versions if version.text)
        page.agreement = witness.agreement(texts, testimony)


def guess(page: DocumentPage, tree: Tree, outline: Outline) -> None:
    """Give a document whose container is not known the body the witness finds, where there is one."""
    main, known = outline.main, described_parts(outline)
    if len(words(read_body(main, skip=known).text or "")) < MIN_WORDS:
        return
    testimony = _testimony(page, tree)
    if not testimony:
        return
    body = read_body(_place(main, known, testimony), skip=known)
    if (witness.agreement(body.text, testimony) or 0) < MIN_AGREEMENT:
        return
    page.versions.insert(0, Version(None, body.text, body.html, active=True))
    page.text_from = "trafilatura"


def _testimony(page: DocumentPage, tree: Tree) -> str | None:
    if witness.is_too_large(tree.source):
        page.flags.append(witness.SKIPPED)
        return None
    try:
        return witness.body_text(tree.source, _values(page)) or ""
    except Exception:  # of any kind: it is a guest here
        page.flags.append("witness-failed")
        return None


def _place(main: etree._Element, known: set[etree._Element], testimony: str) -> etree._Element:
    """The smallest part of the page that holds what the witness found."""
    sought = Counter(words(testimony))
    place = main
    while True:
        for part in place:
            if part in known or not isinstance(part.tag, str):
                continue
            found = Counter(words(read_text(part) or "")) & sought
            if found.total() >= MOST * sought.total():
                place = part
                break
        else:
            return place


def _values(page: DocumentPage) -> Iterator[str | None]:
    """Everything the page's other fields say, which is not its body."""
    yield from (page.title, page.date, page.credit, page.summary, page.source, page.uploaded)
    yield from (page.rights, page.record_id, page.classification)
    for pills in (page.authors, page.people, page.places, page.subjects, page.contributors):
        yield from (pill.name for pill in pills)
    for pills in (page.archives, page.languages, page.donors):
        yield from (pill.name for pill in pills)
    for label, values in page.other.items():
        yield from (label, *values)
    yield from (version.label for version in page.versions)
