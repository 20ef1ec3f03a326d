"""Paragraphs from the lines of a printed page, by how the lines lie. Pure; raises nothing."""

from dataclasses import dataclass
from itertools import pairwise

_WIDE_GAP = 1.35  # of the usual distance between two lines
_LOOSEST = 2.5  # times the letters' size: double-spaced, as typescripts are
_INDENT = 0.8  # of the letters' size
_SHORT = 0.85  # of the column's width: where a sentence ends here, so does the paragraph
_VERY_SHORT = 0.6  # of it: an address, a row of a table
_RAISED = 0.6  # of the letters' size: the mark of a footnote still stands on its line
_ENDS = tuple(".!?:;…。！？：")
_CLOSE = tuple(".,;:!?)]»”")  # no space before these
_CLOSING = "\"'’”»)]"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text as it stands on a page; in points, from the lower left corner."""

    text: str
    left: float
    right: float
    base: float
    """The height of the line the letters stand on."""
    size: float
    """Of the letters."""


def join(pages: list[list[Line]]) -> str:
    """The text of a document, paragraphs separated by a blank line; one may go on over a page's end."""
    paragraphs: list[str] = []
    last: Line | None = None
    for lines in pages:
        if not lines:
            continue
        found = _paragraphs(lines)
        if last is not None and _goes_on(last, lines[0]):
            paragraphs[-1] = glue(paragraphs[-1], found.pop(0))
        paragraphs.extend(found)
        last = lines[-1]
    return "\n\n".join(paragraphs)


def _paragraphs(lines: list[Line]) -> list[str]:
    steps = [above.base - below.base for above, below in pairwise(lines)]
    steps = sorted(step for step, line in zip(steps, lines, strict=False) if step > 0.8 * line.size)
    usual = steps[len(steps) // 4] if steps else 0.0  # of short paragraphs, more steps are wide than not
    usual = min(usual, _LOOSEST * lines[0].size)
    left, right = min(line.left for line in lines), max(line.right for line in lines)
    found = [lines[0].text]
    for above, below in pairwise(lines):
        if _begins(above, below, usual, left, right):
            found.append(below.text)
        else:
            found[-1] = glue(found[-1], below.text)
    return found


def _begins(above: Line, below: Line, usual: float, left: float, right: float) -> bool:
    """Whether `below` begins a paragraph, `left` and `right` being the column's edges."""
    step = above.base - below.base
    if abs(step) < _RAISED * max(above.size, below.size) and below.left >= above.right:
        return False
    if step <= 0:  # another column, or something set out of order
        return not _goes_on(above, below)
    if step > _WIDE_GAP * max(usual, min(above.size, below.size)) or abs(above.size - below.size) > 0.15 * above.size:
        return True
    if below.left - above.left > _INDENT * below.size:
        return True
    reach = (above.right - left) / (right - left) if right > left else 1.0
    return (reach < _SHORT and _ends(above.text)) or (reach < _VERY_SHORT and not below.text[:1].islower())


def _goes_on(above: Line, below: Line) -> bool:
    return not _ends(above.text) and below.text[:1].islower()


def _ends(text: str) -> bool:
    return text.rstrip(_CLOSING).endswith(_ENDS)


def glue(above: str, below: str) -> str:
    """Two lines of a paragraph as one; a word divided at the line's end is made whole."""
    if above.endswith("\u00ad"):
        return above[:-1] + below
    if above.endswith("-") and above[-2:-1].isalpha():
        return (above[:-1] if below[:1].islower() else above) + below
    close = below[:1] in _CLOSE or (_is_wide(above[-1:]) and _is_wide(below[:1]))
    return above + ("" if close else " ") + below


def _is_wide(character: str) -> bool:
    """Chinese and Japanese set no space between words."""
    return "\u2e80" <= character <= "\u9fff" or "\uff00" <= character <= "\uffef"
