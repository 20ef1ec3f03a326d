"""Reads a PDF with pypdfium2: pages, metadata, text. Run it in a process that can be killed (see `worker`).

Raises PdfError; PDFium itself may crash or run for ever on a hostile file.
"""

import ctypes
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import pypdfium2
import pypdfium2.raw as pdfium

from harvester.files.paragraphs import Line

_LETTERS = 10
"""A page with fewer letters beside an image is a scan with a stamp or a page number."""
_OBJECTS = 2000
"""Objects of a page that are looked at for an image."""
_HYPHENS = {0x02, 0xAD, 0xFFFE}  # how PDFium gives the hyphen of a divided word
_DPI, _PIXELS = 300, 40_000_000


class PdfError(Exception):
    """Raised for a file that cannot be opened; `encrypted` tells why."""

    def __init__(self, problem: str, *, encrypted: bool = False) -> None:
        super().__init__(problem)
        self.encrypted = encrypted


@dataclass(frozen=True, slots=True)
class Page:
    """What is on a page."""

    lines: list[Line]
    readable: bool
    """Whether its text can be read; not that of an image or of drawn letters."""
    blank: bool
    """Whether there is nothing on it."""


class Pdf:
    """An open file."""

    def __init__(self, path: Path) -> None:
        try:
            self._pdf = pypdfium2.PdfDocument(path)
            self.pages = len(self._pdf)
        except pypdfium2.PdfiumError as error:
            encrypted = error.err_code == pdfium.FPDF_ERR_PASSWORD
            raise PdfError("it asks for a password" if encrypted else str(error), encrypted=encrypted) from error
        if not self.pages:
            raise PdfError("it has no pages")

    def metadata(self) -> dict[str, str]:
        """What the file says of itself, by PDF's names in lower case: title, author, producer, creationdate …"""
        said = self._pdf.get_metadata_dict(skip_empty=True)
        return {name.lower(): clean for name, value in said.items() if (clean := _printable(value[:1000]))}

    def read(self, number: int) -> Page:
        """The lines of a page, from 0."""
        try:
            page = self._pdf[number]
        except pypdfium2.PdfiumError:
            return Page([], readable=False, blank=False)
        text = page.get_textpage()
        lines = list(_lines(text))
        letters = sum(character.isalnum() for line in lines for character in line.text)
        kinds = {entry.type for entry in islice(page.get_objects(max_depth=3), _OBJECTS)}
        image = pdfium.FPDF_PAGEOBJ_IMAGE in kinds
        readable = letters >= _LETTERS or (letters > 0 and not image)
        page.close()
        return Page(lines, readable, blank=not kinds)

    def image(self, number: int) -> bytes:
        """A page as a grey image (PGM), for OCR: 300 dots an inch, fewer when the page is huge."""
        page = self._pdf[number]
        width, height = page.get_size()
        scale = min(_DPI / 72, (_PIXELS / max(width * height, 1)) ** 0.5)
        bitmap = page.render(scale=scale, grayscale=True)
        data = bytes(bitmap.buffer)
        rows = (data[start : start + bitmap.width] for start in range(0, bitmap.stride * bitmap.height, bitmap.stride))
        return b"P5\n%d %d\n255\n" % (bitmap.width, bitmap.height) + b"".join(rows)


def _lines(text: pypdfium2.PdfTextPage) -> Iterator[Line]:
    """The lines of a page in the order of the file, each with its place."""
    line: list[tuple[int, str]] = []
    for index in range(text.count_chars()):
        code = pdfium.FPDFText_GetUnicode(text, index)
        if code in (0x0A, 0x0D):
            yield from _placed(text, line)
            line = []
        else:
            line.append((index, "\u00ad" if code in _HYPHENS else chr(code)))
    yield from _placed(text, line)


def _placed(text: pypdfium2.PdfTextPage, line: list[tuple[int, str]]) -> Iterator[Line]:
    shown = _printable("".join(character for _, character in line))
    if not shown:
        return
    seen = [index for index, character in line if not character.isspace()]
    (left, base), (right, _) = _origin(text, seen[0]), _origin(text, seen[-1])
    shown = shown[:-1].replace("\u00ad", "") + shown[-1]  # but for one at the end, a hyphen of no consequence
    yield Line(shown, left, right, base, pdfium.FPDFText_GetFontSize(text, seen[0]) or 1.0)


def _origin(text: pypdfium2.PdfTextPage, index: int) -> tuple[float, float]:
    x, y = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(text, index, x, y)
    return x.value, y.value


def _printable(text: str) -> str:
    """Single-spaced, without control characters, lone surrogates and letters no font knows."""
    kept = "".join(c if c.isprintable() or c == "\u00ad" else " " for c in text)
    return " ".join(kept.encode("utf-8", "ignore").decode().split())
