"""A walk over a tree that tells a writer what a reader sees, in document order. Pure; raises nothing.

Blocks end paragraphs, inline elements never add or remove a space, `<br>` breaks the line and two of
them the paragraph. A list item is a paragraph, a table one paragraph with a line for each row.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from functools import partial
from html import escape
from types import MappingProxyType

from lxml import etree
from lxml.etree import _Element as Element

from harvester.pages.links import absolute
from harvester.pages.visible import NO_TEXT, PLAIN, Attributes, Look, is_sign, look
from harvester.pages.writer import Writer

MAX_SPAN = 1000
"""The largest colspan and rowspan that browsers heed."""
_SPANS = [("colspan", MAX_SPAN), ("rowspan", MAX_SPAN)]
_NUMBERS = {"td": _SPANS, "th": _SPANS, "ol": [("start", 10**9)], "li": [("value", 10**9)]}

_BLOCKS = frozenset(
    """address article aside body center details dialog dir div fieldset figcaption figure footer form header
    hgroup hr html legend listing main menu noindex option p plaintext pre search section summary xmp""".split()
)
CONTAINERS = frozenset("blockquote ul ol li dl dt dd".split())
IN_TABLES = frozenset("thead tbody tfoot tr td th caption".split())
HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
EMPHASES = frozenset("b strong i em u s strike del ins sub sup small code cite mark".split())
_MERE = frozenset("span font".split())
Styles = Mapping[str, tuple[str, ...]]
"""Class → the tags that stand for its emphasis."""
_CELLS = etree.XPath("(descendant::td | descendant::th)[position() < 3]")
_FRAME = etree.XPath(
    """not(descendant::tr[count(td | th) > 1])
    and boolean(descendant::td[count(p | div | ul | ol | blockquote | h1 | h2 | h3 | h4) > 1])"""
)
_End = Callable[[], None] | None


class Walk:
    """One pass over a tree in document order, without recursion."""

    def __init__(
        self,
        root: Element,
        writer: Writer,
        prefix: str = "",
        skip: Collection[Element] = (),
        styles: Styles = MappingProxyType({}),
    ) -> None:
        self.root, self.writer, self.prefix, self.skip, self.styles = root, writer, prefix, skip, styles
        hrefs = (link.get("href") or "" for link in root.iter("a"))
        self.targets = {href[1:] for href in hrefs if href.startswith("#")} - {""}
        self.tables: list[bool] = []  # of each open table, whether its rows are lines
        self.preformatted = 0

    def run(self) -> None:
        root, start, skip = self.root, self._start, self.skip
        text, preformatted = self.writer.text, self._preformatted
        ends: list[tuple[Element, _End]] = [(root, start(root, root.items(), PLAIN))]
        if said := root.text:
            (preformatted if self.preformatted else text)(said)
        levels = [iter(root)]
        while levels:
            for element in levels[-1]:
                attributes = element.items()
                shown = look(element, attributes) if attributes else PLAIN
                if not (
                    element.tag in NO_TEXT
                    or (shown is not PLAIN and (shown.hidden or (shown.silent and is_sign(element))))
                    or (skip and element in skip)
                ):
                    end = start(element, attributes, shown)
                    if said := element.text:
                        (preformatted if self.preformatted else text)(said)
                    if len(element):
                        ends.append((element, end))
                        levels.append(iter(element))
                        break
                    if end:
                        end()
                if said := element.tail:
                    (preformatted if self.preformatted else text)(said)
            else:
                levels.pop()
                element, end = ends.pop()
                if end:
                    end()
                if levels and (said := element.tail):
                    (preformatted if self.preformatted else text)(said)

    def _preformatted(self, text: str) -> None:
        """Text in which line feeds count."""
        first, *rest = text.split("\n")
        self.writer.text(first)
        for piece in rest:
            self.writer.line_break()
            self.writer.text(piece)

    def _start(self, element: Element, attributes: Attributes, shown: Look) -> _End:
        """Tell the writer what begins; return what to do when it ends."""
        tag, writer = element.tag, self.writer
        if tag == "br":
            writer.line_break()
            return None
        is_container = tag in CONTAINERS or (tag in IN_TABLES and self.tables and self.tables[-1])
        if not attributes or (shown is PLAIN and not self.targets and not self.styles):  # only its tag counts
            if tag == "p":
                writer.end_paragraph()
                return writer.end_paragraph
            if tag in EMPHASES:
                writer.open_inline(tag)
                return writer.close_inline
            if is_container:
                writer.open_container(tag, _numbers(element) if attributes and tag in _NUMBERS else "")
                return writer.close_container
            if tag in _MERE:
                return None
        ends: list[Callable[[], None]] = []
        if tag in HEADINGS:
            writer.begin_heading(tag)
            ends.append(writer.end_heading)
        elif tag == "table":
            ends.append(self._table(element))
        elif is_container:
            writer.open_container(tag, _numbers(element) if tag in _NUMBERS else "")
            ends.append(writer.close_container)
        elif tag in _BLOCKS or tag in IN_TABLES or shown.block:
            writer.end_paragraph()
            ends.append(writer.end_paragraph)
        elif tag in EMPHASES:
            writer.open_inline(tag)
            ends.append(writer.close_inline)
        self._link(element, ends)
        if tag not in EMPHASES and tag not in HEADINGS:
            for emphasis in self._emphases(element, shown):
                writer.open_inline(emphasis)
                ends.append(writer.close_inline)
        if tag == "pre" or shown.preformatted:
            self.preformatted += 1
            ends.append(self._end_preformatted)
        return ends[0] if len(ends) == 1 else partial(_all, ends) if ends else None

    def _emphases(self, element: Element, shown: Look) -> Iterable[str]:
        if not self.styles:
            return shown.emphases
        by_class = [self.styles.get(name, ()) for name in (element.get("class") or "").split()]
        return dict.fromkeys(tag for tags in (shown.emphases, *by_class) for tag in tags)

    def _link(self, element: Element, ends: list[Callable[[], None]]) -> None:
        """A link, and the place that one leads to."""
        if self.targets:
            name = element.get("id") or element.get("name")
            if name in self.targets:
                self.writer.anchor(f' id="{escape(self.prefix + name)}"')
        if element.tag == "a":
            href = element.get("href") or ""
            link = f"#{self.prefix}{href[1:]}" if href.startswith("#") else absolute(href)
            if link:
                self.writer.open_inline("a", f' href="{escape(link)}"')
                ends.append(self.writer.close_inline)

    def _end_preformatted(self) -> None:
        self.preformatted -= 1

    def _table(self, element: Element) -> Callable[[], None]:
        rows_are_lines = not any(self.tables) and not _is_layout(element)
        self.tables.append(rows_are_lines)
        if rows_are_lines:
            self.writer.open_container("table")
        else:
            self.writer.end_paragraph()

        def end() -> None:
            self.tables.pop()
            if rows_are_lines:
                self.writer.close_container()
            else:
                self.writer.end_paragraph()

        return end


def _all(ends: list[Callable[[], None]]) -> None:
    while ends:
        ends.pop()()


def _is_layout(table: Element) -> bool:
    """Whether a table only places its content: as it says, one cell, or one column of several blocks."""
    return table.get("role") in ("presentation", "none") or len(_CELLS(table)) < 2 or _FRAME(table)


def _numbers(element: Element) -> str:
    """What a cell spans (clamped) and how a list is numbered, as attributes."""
    kept = ""
    for name, limit in _NUMBERS.get(element.tag, ()):
        value = element.get(name, "").strip()
        if value.isascii() and value.isdigit():
            kept += f' {name}="{min(int(value[:9]), limit)}"'
    kind = element.get("type") if element.tag == "ol" else None
    return f'{kept} type="{kind}"' if kind and kind in "1aAiI" else kept
