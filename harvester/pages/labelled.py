"""Labels and their values, as they stand in the blocks of a document's page. Pure; raises nothing."""

from collections.abc import Iterator

from lxml import etree

from harvester.normalise.text import line
from harvester.pages.body import read_body, read_label, read_line
from harvester.pages.links import absolute
from harvester.pages.model import Pill
from harvester.pages.outline import Element
from harvester.pages.select import has_class

BLOCKS = ("pill-block", "information-block")
PILLS = ("pill", "pill-subject")
HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
UNLABELLED = "unlabelled"
"""Stands for the label where a block has none."""


def read_block(block: Element) -> Iterator[tuple[str, Pill | str]]:
    """The values of a block in order, each with the label above it: a pill, or the text of a value.

    A value without a class of its own is what the block says besides its label.
    """
    before = block.getprevious()
    label = read_label(before) if before is not None and before.tag in HEADINGS else None
    headings, found = [], False
    walk = etree.iterwalk(block, events=("start",))
    for _, element in walk:
        shown = element.get("class")
        classes = shown.split() if shown else ()
        if element.tag in HEADINGS:
            headings.append(element)
            label = read_label(element)
        elif "pill" in classes or "pill-subject" in classes:
            found = True
            for pill in _pills(element, block):
                yield label or UNLABELLED, pill
        elif "text" in classes and not _holds_pills(element):
            found = True
            if text := read_line(element):
                yield label or UNLABELLED, text
        else:
            continue
        walk.skip_subtree()
    if not found and headings and (text := line(read_body(block, skip=headings).text)):
        yield label or UNLABELLED, text


def _holds_pills(element: Element) -> bool:
    return len(element) > 0 and any(has_class(inner, "pill") for inner in element.iterdescendants())


def _pills(pill: Element, block: Element) -> list[Pill]:
    names = [element for element in pill.iter() if has_class(element, "name")] or [pill]
    return [Pill(name, _href(element, pill, block)) for element in names if (name := read_line(element))]


def _href(name: Element, pill: Element, block: Element) -> str | None:
    """The link of a pill: the name or the pill itself, around it, or inside it."""
    element: Element | None = name
    while element is not None:
        if element.tag == "a" and (href := element.get("href")):
            return absolute(href)
        element = None if element is block else element.getparent()
    for link in pill.iter("a"):
        if href := link.get("href"):
            return absolute(href)
    return None
