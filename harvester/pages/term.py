"""The page of a person, a place or a topic, and the lists of them. Raises SelectorError without a heading."""

import re
from itertools import takewhile
from typing import Literal, cast
from urllib.parse import unquote

from lxml import etree

from harvester import urls
from harvester.exceptions import SelectorError
from harvester.normalise.text import line
from harvester.pages.body import read_line, read_text
from harvester.pages.model import TermEntry, TermListPage, TermPage
from harvester.pages.outline import Outline
from harvester.pages.related import Related
from harvester.pages.select import first, has_class, many

Kind = Literal["person", "place", "topic"]

_FACET = re.compile(r"[?&]f\[\d+\]=(topics|places|people):(\d+)")
_TERM_PATH = re.compile(r'"currentPath"\s*:\s*"\\?/?taxonomy\\?/term\\?/(\d+)"')
_LIFE = r"\(?(?:ca?\.? ?)?\d{4}\??\s*[-–]\s*(?:\d{4})?\??\)?"
_COUNT = r"\(?[\d,]+\)? documents?"
_NOTE = re.compile(rf"\(.*\)|{_LIFE}|{_COUNT}", re.I)
_TELLING = {"person": re.compile(_LIFE, re.I), "place": re.compile(r"(?!)"), "topic": re.compile(_COUNT, re.I)}
_NOTES = ".date, .dates, .note, .region, .subtitle, .sub-title, .count"
_NOT_PROSE = frozenset({"li", "nav", "a", "table", "form", "figure", "aside"})
LONGEST_NOTE = 80
"""Characters; what stands under a heading and is longer is text."""


def read_term(root: etree._Element, main: etree._Element, address: urls.Address) -> TermPage:
    """The heading, what stands beside it, and the text; `address` is of kind person, place or topic."""
    titles = many(main, "h1.title") or many(main, "h1", address.url, least=1)
    heading = next((title for title in titles if read_line(title)), titles[0])
    kind = cast(Kind, address.kind)
    note = _note(heading, main, kind)
    name = line(read_text(heading, skip=[note] if note is not None else []))
    if not name:
        raise SelectorError(f"{address.url}: the heading of the main part holds no name")
    page = TermPage(kind, address.url, address.id, name)
    page.note = read_line(note) if note is not None else None
    page.text = _text(main, heading, note)
    page.term_id = _term_id(root, main, urls.FOLDERS[kind])
    return page


def read_term_list(main: etree._Element, address: urls.Address) -> TermListPage:
    """The entries in the order of the page, each once, and the addresses of further pages."""
    kind = cast(Kind, urls.LISTS[address.id])
    page = TermListPage(kind, address.url, address.page)
    entries: dict[str, TermEntry] = {}
    for link in many(main, "a[href]"):
        target = urls.recognise(link.get("href") or "", base=address.url)
        if target and target.kind == kind and target.id not in entries:
            if entry := _entry(link, target):
                entries[target.id] = entry
        elif target and target.kind == "list" and target.id == address.id and target.url != address.url:
            page.pages.append(target.url)
    page.entries = list(entries.values())
    page.pages = list(dict.fromkeys(page.pages))
    return page


def _note(heading: etree._Element, main: etree._Element, kind: Kind) -> etree._Element | None:
    """The short line that stands in or with the heading: life dates, a region, a number of documents."""
    inside = first(heading, f"{_NOTES}, small")
    if inside is not None:
        return inside
    head = next((above for above in heading.iterancestors() if has_class(above, "content-block")), None)
    if head is not None and head is not main and first(head, ".text-block") is None:
        around = {heading, *heading.iterdescendants(), *heading.iterancestors()}
        classed, others = (
            [one for one in many(head, css) if one not in around and _is_short(one)] for css in (_NOTES, "p, div, span")
        )
        told = [one for one in classed + others if _TELLING[kind].fullmatch(read_line(one) or "")]
        before = {*heading.itersiblings(preceding=True)}
        below = [one for one in others if before.isdisjoint([one, *one.iterancestors()])]
        return next(iter(told + classed + below), None)
    beside = heading.getnext()
    is_note = beside is not None and _is_short(beside) and _NOTE.fullmatch(read_line(beside) or "")
    return beside if is_note else None


def _is_short(element: etree._Element) -> bool:
    return 0 < len(read_line(element) or "") <= LONGEST_NOTE


def _text(main: etree._Element, heading: etree._Element, note: etree._Element | None) -> str | None:
    related = Related(Outline(main), heading)
    blocks = [block for block in many(main, ".text-block") if block not in related]
    if not blocks:
        before = takewhile(lambda element: element is not heading, main.iter("p", heading.tag))
        left_out = {heading, note, *before}
        blocks = [
            block
            for block in many(main, "p, blockquote")
            if block not in related
            and left_out.isdisjoint([block, *block.iterancestors()])
            and not _NOTE.fullmatch(read_line(block) or "")
            and not any(above.tag in _NOT_PROSE for above in block.iterancestors())
        ]
    return "\n\n".join(text for block in blocks if (text := read_text(block))) or None


def _term_id(root: etree._Element, main: etree._Element, facet: str) -> str | None:
    """From the link to the term's own catalog, else from Drupal's settings."""
    for link in many(main, "a[href*='/search']"):
        found = _FACET.search(unquote(link.get("href") or ""))
        if found and found[1] == facet:
            return found[2]
    for script in many(root, "script[data-drupal-selector=drupal-settings-json]"):
        if found := _TERM_PATH.search(script.text or ""):
            return found[1]
    return None


def _entry(link: etree._Element, target: urls.Address) -> TermEntry | None:
    named = first(link, ".name, .title, h2, h3, h4, h5")
    name = read_line(named if named is not None else link)
    if not name:
        return None
    item = link
    for above in link.iterancestors():
        others = (other for other in above.iter("a") if other.get("href") != link.get("href"))
        if next(others, None) is not None or above.tag in ("main", "body", "ul", "ol", "table"):
            break
        item = above
    note = line((line(read_text(item)) or "").partition(name)[2])
    return TermEntry(target.url, target.id, name, note if len(note or "") <= LONGEST_NOTE else None)
