"""What stands in a page's main part without being the document: lists of other documents. Pure.

Related documents have dates, titles and texts with the same classes. They are known by their links: a
document does not link to a document but in its text.
"""

import re
from collections.abc import Iterator

from harvester.normalise.text import line
from harvester.pages.outline import Element, Outline
from harvester.pages.select import has_class

_OWN_TEXT = ("information-block", "pill-block", "donated")
_WORDS = re.compile(
    r"\s*(?:related|popular|featured|recommended|see also|more|similar|you m(?:ay|ight)|recent(?:ly)?|latest|other)\b",
    re.I,
)
_LISTS = re.compile(r"\b(?:related|popular|featured|recommended|similar)", re.I)
_CARDS = re.compile(r"\b(?:teaser|card|views-row|content-block)", re.I)
_ITEMS = frozenset({"li", "article", "tr", "dd"})
_RANKS = ("h1", "h2", "h3", "h4", "h5")
_SECTIONS = frozenset({"section", "aside", "div", "nav", "footer"})


class Related:
    """The places of a main part that are about other documents; `title` is the document's own."""

    def __init__(self, outline: Outline, title: Element | None) -> None:
        self._outline = outline
        self._own = {outline.main}
        if title is not None:
            self._own.update(title.iterancestors())
        self._roots: set[Element] = set()
        self._headings: list[Element] = []
        links = self._links()
        if links:
            headings = outline.of_tag("h2", "h3", "h4", "h5")
            self._headings = [heading for heading in headings if _WORDS.match(_text(heading))]
            self._dated = outline.of_class("date", "text-block")
            self._fields = outline.of_class(*_OWN_TEXT)
            self._roots = self._found(links)
            own = outline.outside(self._fields, self._roots)
            if len(own) < len(self._fields):  # the cards have fields of their own, so their list may
                self._fields = own
                self._roots = self._found(links)

    def __contains__(self, element: Element) -> bool:
        """Whether the element is about another document."""
        if not self._roots and not self._headings:
            return False
        if self._headings and self._under_heading(element):
            return True
        return any(element is root or self._outline.holds(root, element) for root in self._roots)

    def _under_heading(self, element: Element) -> bool:
        """Whether a heading of such a list stands before the element, and none of its rank in between."""
        rank = min(heading.tag for heading in self._headings)
        for before in element.itersiblings(*_RANKS, preceding=True):
            if before in self._headings:
                return True
            if before.tag <= rank:
                return False
        return False

    def __iter__(self) -> Iterator[Element]:
        """The parts that hold other documents, and the headings above them."""
        yield from (*self._roots, *self._headings)

    def _links(self) -> list[Element]:
        links = []
        for link in self._outline.of_tag("a"):
            href = link.get("href") or ""
            if "/document/" in href and "/download" not in href and not self._is_running_text(link):
                links.append(link)
        return self._outline.outside(links, self._outline.of_class(*_OWN_TEXT)) if links else []

    def _is_running_text(self, link: Element) -> bool:
        """Whether the link stands among other words of a text block, as in a summary."""
        return any(
            self._outline.holds(block, link) and len(_text(block)) > len(_text(link))
            for block in self._outline.of_class("text-block")
        )

    def _found(self, links: list[Element]) -> set[Element]:
        return {root for link in links if (root := self._root(link)) is not None}

    def _root(self, link: Element) -> Element | None:
        """The item or section a link belongs to: the smallest part that looks like one, or else all
        around the link in which only it and what follows it is dated or described."""
        outline, widest = self._outline, None
        for above in (link, *link.iterancestors()):
            if above in self._own:
                break
            names = above.get("class") or ""
            if _LISTS.search(names):
                return above
            fields = outline.inside(above, self._fields)
            is_card = above.tag in _ITEMS or _CARDS.search(names) is not None
            if fields and not (is_card and self._are_pills_of(link, fields)):
                break
            if is_card:
                return above
            if above.tag in _SECTIONS and outline.inside(above, self._headings):
                return above
            dated = outline.inside(above, self._dated)
            if dated and (dated[0] is link or outline.holds(link, dated[0]) or outline.follows(dated[0], link)):
                widest = above
        return widest

    def _are_pills_of(self, link: Element, fields: list[Element]) -> bool:
        """Whether a card shows, below the link to its document, names of that document."""
        return all(has_class(field, "pill-block") and self._outline.follows(field, link) for field in fields)


def _text(element: Element) -> str:
    return line("".join(element.itertext())) or ""
