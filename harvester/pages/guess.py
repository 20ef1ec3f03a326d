"""What the second witness is for: comparing it with the template, and the body where that fails. Pure.

Raises nothing: whatever trafilatura does on a strange page must not cost the page.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from lxml import etree

from harvester import urls
from harvester.normalise.text import words
from harvester.pages import witness
from harvester.pages.body import read_body, read_text
from harvester.pages.document import described_parts
from harvester.pages.layout import drop
from harvester.pages.model import DocumentPage, Version
from harvester.pages.outline import Element, Outline
from harvester.pages.parse import Tree
from harvester.pages.visible import look

MIN_WORDS = 20
"""With fewer words beside its known parts, a page without the known container has no transcript."""
MIN_AGREEMENT = 0.5
"""With less, what stands in the page is not what the witness takes for its body."""
MOST = 0.9
"""The share of the body's words that a part must hold to be the place where it stands."""


def compare(page: DocumentPage, tree: Tree) -> None:
    """Set `agreement`: how far the template's text and the witness's are the same."""
    found = _ask(page, tree.source, _values(page))
    if found is not None:
        texts = "\n\n".join(version.text for version in page.versions if version.text)
        page.agreement = witness.agreement(texts, found)


def guess(page: DocumentPage, outline: Outline) -> None:
    """Give a document whose container is not known the body the witness finds, where there is one.

    The parts that hold the page's fields are taken out of the tree before it is asked.
    """
    main = outline.main
    for part in (*described_parts(outline), *[element for element in main.iter() if look(element).hidden]):
        drop(part)
    if _new_words(page, main) < MIN_WORDS:
        return
    rest = etree.tostring(main, encoding="utf-8", method="html", with_tail=False)
    found = _ask(page, b"<!DOCTYPE html><html><body>" + rest + b"</body></html>", ())
    if not found:
        return
    body = read_body(_place(main, found))
    if (witness.agreement(body.text, found) or 0) >= MIN_AGREEMENT:
        page.versions.insert(0, Version(None, body.text, body.html, active=True))
        page.text_from = "trafilatura"


def _new_words(page: DocumentPage, main: Element) -> int:
    """Words of the paragraphs that do not just cite the document."""
    paragraphs = (read_text(main) or "").split("\n\n")
    cited = (page.title or urls.HOST, urls.HOST)
    return sum(len(words(text)) for text in paragraphs if not any(name in text for name in cited))


def _ask(page: DocumentPage, source: bytes, known: Iterable[str | None]) -> str | None:
    if witness.is_too_large(source):
        page.flags.append(witness.SKIPPED)
        return None
    try:
        return witness.body_text(source, known) or ""
    except Exception:  # of any kind: it is a guest here
        page.flags.append("witness-failed")
        return None


def _place(main: Element, found: str) -> Element:
    """The smallest part of the page that holds what the witness found."""
    sought = Counter(words(found))
    place = main
    while True:
        for part in place:
            held = Counter(words(read_text(part) or "")) & sought
            if held.total() >= MOST * sought.total():
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
