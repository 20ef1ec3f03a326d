"""What stands in a page's main part without being the document: lists of other documents. Pure.

Related documents have dates, titles and texts with the same classes. They are known by their links: a
document does not link to a document but in its text.
"""

import re
from collections.abc import Iterator

from lxml import etree

from harvester.normalise.text import line

_OWN_TEXT = "@id='documentTabs'" + "".join(
    f" or contains(concat(' ', @class, ' '), ' {name} ')" for name in ("information-block", "pill-block", "donated")
)
_LINKS = etree.XPath(
    f"""descendant::a[contains(@href, '/document/') and not(contains(@href, '/download'))]
    [not(ancestor::*[{_OWN_TEXT}])]"""
)
_HEADINGS = etree.XPath("descendant::*[self::h2 or self::h3 or self::h4 or self::h5]")
_DATED = etree.XPath(
    "boolean(descendant::*[contains(concat(' ', @class, ' '), ' date ') or "
    "contains(concat(' ', @class, ' '), ' text-block ')])"
)
_WORDS = re.compile(r"\s*(?:related|popular|featured|recommended|see also|more|similar|you may|other) ?", re.I)
_CLASSES = re.compile(r"\b(?:related|popular|featured|recommended|teaser|card|views-row|similar)", re.I)
_ITEMS = frozenset({"li", "article", "tr", "dd"})
_SECTIONS = frozenset({"section", "aside", "div", "nav", "footer"})


class Related:
    """The places below `main` that are about other documents; `title` is the document's own."""

    def __init__(self, main: etree._Element, title: etree._Element | None) -> None:
        self._own = {main}
        if title is not None:
            self._own.update(title.iterancestors())
        self._roots: set[etree._Element] = set()
        self._headed: set[etree._Element] = set()
        links = [link for link in _LINKS(main) if not _is_running_text(link)]
        if links:
            self._headed = {heading for heading in _HEADINGS(main) if _WORDS.match(line(_text(heading)) or "")}
            self._roots = {root for link in links if (root := self._root(link)) is not None}

    def __contains__(self, element: etree._Element) -> bool:
        """Whether the element is about another document."""
        if not self._roots and not self._headed:
            return False
        if any(sibling in self._headed for sibling in element.itersiblings(preceding=True)):
            return True
        return element in self._roots or any(above in self._roots for above in element.iterancestors())

    def __iter__(self) -> Iterator[etree._Element]:
        """The parts that hold other documents."""
        yield from self._roots

    def _root(self, link: etree._Element) -> etree._Element | None:
        """The item or section a link belongs to: the smallest part that looks like one."""
        dated = None
        for above in [link, *link.iterancestors()]:
            if above in self._own:
                break
            if above.tag in _ITEMS or _CLASSES.search(above.get("class") or ""):
                return above
            if above.tag in _SECTIONS and not self._headed.isdisjoint(_HEADINGS(above)):
                return above
            if dated is None and _DATED(above):
                dated = above
        return dated


def _text(element: etree._Element) -> str:
    return "".join(element.itertext())


def _is_running_text(link: etree._Element) -> bool:
    """Whether the link stands among other words of a text block, as in a summary."""
    for above in link.iterancestors():
        if "text-block" in (above.get("class") or "").split():
            return len(_text(above).strip()) > len(_text(link).strip())
    return False
