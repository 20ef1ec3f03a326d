"""A page of the catalog, whole or filtered by a topic. Raises SelectorError where results are missing."""

import re

from lxml import etree

from harvester import urls
from harvester.exceptions import SelectorError
from harvester.pages.body import read_line, read_text
from harvester.pages.links import absolute
from harvester.pages.model import CatalogPage, Entry
from harvester.pages.select import first, many

_RESULTS = re.compile(
    r"\b(?:results|displaying|showing):?\s+(\d[\d,.]*)\s*[-–—]\s*(\d[\d,.]*)\s+of\s+(\d[\d,.]*)", re.I
)
_NO_RESULTS = re.compile(r"\bno (?:\w+ )?results?\b|\bresults: |\bnothing (?:was )?found\b", re.I)
_COUNT = re.compile(r"\s*\(\s*\d[\d,.]*\s*\)\s*(?:documents?|results?)?\s*$", re.I)
_LINKS = "tr td.document a[href], table.table-hover tr td a[href]"
_BLOCKS = "p, td, div, h2, h3, h4, h5"


def shows_catalog(main: etree._Element) -> bool:
    """Whether the main part holds a list of results, or says that there are none."""
    if first(main, "td.document, table.table.table-hover.table-striped, .view-search") is not None:
        return True
    return _NO_RESULTS.search(read_line(main) or "") is not None


def read_catalog(main: etree._Element, address: urls.Address) -> CatalogPage:
    """The entries in the order of the page; none past the end of the list."""
    page = CatalogPage(address.url, address.page, address.topic)
    claimed = _RESULTS.search(read_line(main) or "")
    if claimed:
        page.total = _number(claimed[3])
    page.entries = _entries(main)
    if claimed and not page.entries and 0 < _number(claimed[1]) <= min(_number(claimed[2]), _number(claimed[3])):
        raise SelectorError(f"{address.url}: says {claimed[0]!r}, but {_LINKS!r} holds no link to a document")
    for link in many(main, "a[href*='topics']"):
        target = urls.recognise(link.get("href") or "", base=f"{urls.SITE}/search")
        name = _COUNT.sub("", read_line(link) or "")
        if target and target.topic and name:
            page.topics.setdefault(target.topic, name)
    return page


def _entries(main: etree._Element) -> list[Entry]:
    """One entry a row: its first link to a document."""
    entries: dict[str, Entry] = {}
    rows: set[etree._Element] = set()
    for link in many(main, _LINKS):
        address = urls.recognise(absolute(link.get("href")) or "")
        row = next(link.iterancestors("tr"))
        if address and address.kind in ("document", "record", "node") and row not in rows:
            rows.add(row)
            entries.setdefault(address.url, _entry(address.url, link, row))
    return list(entries.values())


def _entry(url: str, link: etree._Element, row: etree._Element) -> Entry:
    """A row's values, by class where it has them, else by their order: date, title, summary."""
    date, title = first(row, ".date"), first(row, ".title, h2, h3, h4, h5")
    summary = first(row, ".summary, .text-block, .description, .text")
    entry = Entry(
        url,
        title=read_line(title if title is not None else link),
        date=read_line(date) if date is not None else None,
        summary=read_text(summary) if summary is not None else None,
    )
    if summary is None:
        blocks = [block for block in many(row, "p, td, div") if first(block, _BLOCKS) is None]
        texts = [text for block in blocks if (text := read_line(block))]
        rest = [text for text in texts if text not in (entry.title, entry.date)]
        entry.summary = max(rest, key=len, default=None)
    return entry


def _number(digits: str) -> int:
    return int(re.sub(r"\D", "", digits))
