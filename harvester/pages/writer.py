"""Collects a text as plain paragraphs and as flat HTML at once, so that the two always agree. Pure."""

import unicodedata
from html import escape

from harvester.normalise.text import INVISIBLE

_PARAGRAPH_GAP = "\n\n"
_BLANK = " \n\r\t\xa0"
_BARE = frozenset("li dt dd td th caption figcaption".split())
_CELLS = frozenset(("td", "th"))


class Writer:
    """Receives text, line breaks and the borders of blocks in the order of the page.

    Tags are opened when their first text comes, so nothing empty is written but the cells that keep
    others in their column. A paragraph that ends
    inside an emphasis closes it, and the next one opens it again. In a table a row is a line of the
    text, its cells separated by a space.
    """

    def __init__(self) -> None:
        self._text: list[str] = []
        self._html: list[str] = []
        self._containers: list[tuple[str, str]] = []  # open lists, quotes, tables, as (name, start tag)
        self._started = 0  # how many of them stand in the HTML already
        self._fresh = False  # the innermost of them has no text yet
        self._empty_cells: list[str] = []  # passed in this row; written when text follows them
        self._inline: list[tuple[str, str]] = []  # open emphases and links, likewise
        self._emphasised = 0
        self._kinds = ["p"]  # the tag of a paragraph: p, or the heading that is open
        self._kind = ""  # of the open paragraph; '' when bare in a list item or cell
        self._anchors: list[str] = []
        self._open = False
        self._space = False
        self._breaks = 0
        self._gap = _PARAGRAPH_GAP
        self._tables = 0

    def result(self) -> tuple[str, str]:
        """The text and the HTML; the text is single-spaced and in NFC."""
        self.end_paragraph()
        while self._containers:
            self.close_container()
        return unicodedata.normalize("NFC", "".join(self._text)), "".join(self._html)

    def text(self, text: str) -> None:
        """Add text; any white space counts as one space."""
        if text.isprintable():  # so it holds neither other spaces nor what is invisible
            words = text.strip(" ") if "  " not in text else " ".join(text.split())
        elif not text.strip(_BLANK):  # between two blocks
            self._space = True
            return
        else:
            if not text.replace("\n", " ").replace("\xa0", " ").isprintable():
                text = INVISIBLE.sub("", text)
            words = " ".join(text.split())
        if not words:
            self._space = self._space or bool(text)
            return
        if self._breaks > 1:
            self.end_paragraph()
        if not self._open:
            self._begin_paragraph()
        elif self._breaks:
            self._text.append(" " if self._tables else "\n")
            self._html.append("<br>")
        elif self._space or text[0].isspace():
            self._text.append(" ")
            self._html.append(" ")
        if self._anchors:
            self._html += self._anchors
            self._anchors.clear()
        if self._emphasised < len(self._inline):
            self._html += [tag for _, tag in self._inline[self._emphasised :]]
            self._emphasised = len(self._inline)
        self._breaks = 0
        self._space = text[-1].isspace()
        if not words.isascii():
            words = unicodedata.normalize("NFC", words)
        self._text.append(words)
        self._html.append(escape(words, quote=False) if "<" in words or "&" in words or ">" in words else words)

    def line_break(self) -> None:
        """A line break; two end the paragraph, those at its edges are nothing."""
        self._breaks += 1
        self._space = False

    def end_paragraph(self) -> None:
        """The border of a block: what follows is another paragraph."""
        self._space, self._breaks = False, 0
        if self._open:
            self._open = False
            if self._emphasised:
                self._html += [f"</{name}>" for name, _ in reversed(self._inline[: self._emphasised])]
                self._emphasised = 0
            if self._kind:
                self._html.append(f"</{self._kind}>")

    def begin_heading(self, name: str) -> None:
        """The paragraphs until `end_heading` are of this tag: h1 to h6, pre."""
        self.end_paragraph()
        self._kinds.append(name)

    def end_heading(self) -> None:
        """The end of what `begin_heading` began."""
        self.end_paragraph()
        self._kinds.pop()

    def open_inline(self, name: str, attributes: str = "") -> None:
        """Begin an emphasis or a link."""
        self._inline.append((name, f"<{name}{attributes}>"))

    def close_inline(self) -> None:
        """End the innermost of them."""
        name, _ = self._inline.pop()
        if self._emphasised > len(self._inline):
            self._emphasised = len(self._inline)
            self._html.append(f"</{name}>")

    def anchor(self, attributes: str) -> None:
        """A place that a link of the text leads to; it stands before the next words."""
        self._anchors.append(f"<span{attributes}></span>")

    def open_container(self, name: str, attributes: str = "") -> None:
        """Begin a quote, a list, a list item, a table, a row or a cell."""
        self.end_paragraph()
        self._containers.append((name, f"<{name}{attributes}>"))
        self._fresh = True
        if name == "table":
            self._tables += 1
        elif name == "tr" and self._tables == 1 and self._gap != _PARAGRAPH_GAP:
            self._gap = "\n"

    def close_container(self) -> None:
        """End the innermost of them."""
        self.end_paragraph()
        name, tag = self._containers.pop()
        self._fresh = False
        if name in _CELLS and self._started <= len(self._containers):
            self._empty_cells.append(f"{tag}</{name}>")
        elif name == "tr":
            self._empty_cells.clear()
        if self._started > len(self._containers):
            self._started = len(self._containers)
            self._html.append(f"</{name}>")
        if name == "table":
            self._tables -= 1
            if not self._tables:
                self._gap = _PARAGRAPH_GAP

    def _begin_paragraph(self) -> None:
        self._open = True
        if self._text:
            self._text.append(self._gap)
        if self._tables:
            self._gap = " "
        within = ""
        if self._containers:
            for name, tag in self._containers[self._started :]:
                if name in _CELLS:
                    self._html += self._empty_cells
                    self._empty_cells.clear()
                self._html.append(tag)
            self._started = len(self._containers)
            within = self._containers[-1][0]
        self._kind = self._kinds[-1]
        if within and self._kind == "p":
            if within in ("ul", "ol"):
                self._kind = "li"
            elif self._fresh and within in _BARE:
                self._kind = ""
        self._fresh = False
        if self._kind:
            self._html.append(f"<{self._kind}>")
