"""Selectors that state a count, compiled once. Raises SelectorError with the address and the selector."""

from functools import cache

from lxml import etree

from harvester.exceptions import SelectorError


@cache
def _compiled(css: str) -> etree.XPath:
    from parsel.csstranslator import HTMLTranslator  # takes a third of a reader's start, and few documents need it

    return etree.XPath(HTMLTranslator().css_to_xpath(css, prefix="descendant::"))


def many(root: etree._Element, css: str, url: str = "", least: int = 0) -> list[etree._Element]:
    """All matches below `root` in document order; at least `least` of them."""
    found = _compiled(css)(root)
    if len(found) < least:
        raise SelectorError(f"{url}: {css!r} matches {len(found)} elements, not {least} or more")
    return found


def first(root: etree._Element, css: str) -> etree._Element | None:
    """The first match below `root`, if any."""
    found = _compiled(css)(root)
    return found[0] if found else None


def has_class(element: etree._Element, name: str) -> bool:
    """Whether `name` is one of the element's classes."""
    shown = element.get("class")
    return shown is not None and name in shown and name in shown.split()
