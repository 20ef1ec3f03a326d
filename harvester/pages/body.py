"""Text from markup, as paragraphs and as small sanitised HTML that says the same. Pure; raises nothing."""

import re
from collections.abc import Collection
from dataclasses import dataclass

import nh3
from lxml import etree
from lxml.etree import _Element as Element

from harvester.normalise.text import line
from harvester.pages.parse import parse
from harvester.pages.visible import look_of_class, styled_classes
from harvester.pages.walk import CONTAINERS, EMPHASES, HEADINGS, IN_TABLES, Styles, Walk
from harvester.pages.writer import Writer

# The sanitiser's time grows with the square of these in one stretch of text: a second at this number.
_ENTITIES = 250_000
_SANITISER = nh3.Cleaner(
    tags=CONTAINERS | IN_TABLES | HEADINGS | EMPHASES | {"table", "p", "br", "a", "span"},
    attributes={
        "a": {"href"},
        "span": {"id"},
        "td": {"colspan", "rowspan"},
        "th": {"colspan", "rowspan"},
        "ol": {"start", "type"},
        "li": {"value"},
    },
    link_rel=None,
    url_schemes={"http", "https", "mailto"},
)
_BARE = "|".join(sorted(HEADINGS | EMPHASES | {"p", "br"}))
_MORE_THAN_BARE = re.compile(rf"<(?!/?(?:{_BARE})>)")
"""A tag that the sanitiser has to look at: one with attributes, or of what must stand within another."""


@dataclass(frozen=True)
class Body:
    """A text in two forms that say the same."""

    text: str | None
    """Paragraphs separated by a blank line, lines by a line feed; None when there is none."""
    html: str | None
    """Sanitised: paragraphs, emphasis, lists, tables, quotes, headings, links; nothing else."""


def read_body(root: Element, prefix: str = "", skip: Collection[Element] = ()) -> Body:
    """The text below `root`. `prefix` goes before the names of in-page links; `skip` is left out.

    Spans that say nothing are gone from the tree afterwards.
    """
    styles = styled_classes(root)
    _drop_mere_spans(root, styles)
    writer = Writer()
    Walk(root, writer, prefix, skip, styles).run()
    text, html = writer.result()
    if not text or (len(html) > _ENTITIES and html.count("&") > _ENTITIES):
        return Body(text or None, None)
    return Body(text, _SANITISER.clean(html) if _MORE_THAN_BARE.search(html) else html)


def read_text(root: Element, skip: Collection[Element] = ()) -> str | None:
    """The text below `root`, paragraphs separated by a blank line; `skip` is left out."""
    plain = None if skip else _plain_text(root)
    if plain is not None:
        return line(plain)
    writer = Writer()
    Walk(root, writer, skip=skip).run()
    return writer.result()[0] or None


def read_line(root: Element) -> str | None:
    """The text below `root` as one line."""
    plain = _plain_text(root)
    return line(plain if plain is not None else read_text(root))


def read_label(heading: Element) -> str | None:
    """The text of a heading; of one that is a button to fold a part away, what the button says."""
    return read_line(heading) or line("".join(heading.itertext()))


def read_fragment(markup: str) -> Body:
    """The text of a piece of markup that came without a page."""
    return read_body(parse(markup.encode(errors="ignore")).root)


def _plain_text(root: Element) -> str | None:
    """The text of an element that holds nothing but text, perhaps in one bare span, as most names do, or in one
    bare paragraph, as most summaries do.
    """
    inside = len(root)
    if not inside:
        return root.text or ""
    only = root[0]
    if inside > 1 or len(only) or only.keys():
        return None
    before, after = root.text or "", only.tail or ""
    if only.tag == "span" or (only.tag == "p" and root.tag == "div" and not before.strip() and not after.strip()):
        return before + (only.text or "") + after
    return None


def _drop_mere_spans(root: Element, styles: Styles) -> None:
    """Take away the spans that make no difference, in C: Word wraps every few words in one."""
    tells: dict[str, bool] = {}  # whether a class makes a difference
    telling = []
    for span in root.iterdescendants("span"):
        attributes = span.items()
        if not attributes:
            continue
        name, value = attributes[0]
        if name == "class" and len(attributes) == 1:
            if value not in tells:
                tells[value] = bool(look_of_class(value)) or not styles.keys().isdisjoint(value.split())
            if not tells[value]:
                continue
        telling.append(span)
    for span in telling:
        span.tag = "font"
    etree.strip_tags(root, "span")
