"""Records of the site before 2022: its pages, and its RIS and JSON exports. Pure; raises nothing."""

import re
from collections.abc import Iterator

from lxml import etree

from harvester import urls
from harvester.capture import Capture
from harvester.normalise.text import line
from harvester.pages.body import read_body, read_line, read_text
from harvester.pages.decode import to_utf8
from harvester.pages.labels import label_key
from harvester.pages.layout import NO_MAIN, head_title
from harvester.pages.legacy_json import read_json
from harvester.pages.legacy_ris import read_ris
from harvester.pages.links import absolute
from harvester.pages.model import LegacyPage, Version
from harvester.pages.parse import Tree
from harvester.pages.select import first, many

LISTS = {
    "author": "authors",
    "creator": "authors",
    "contributor": "contributors",
    "donor": "donors",
    "subject": "subjects",
    "subjects discussed": "subjects",
    "associated place": "places",
    "place": "places",
    "location": "places",
    "geographic subject": "places",
    "coverage": "places",
    "collection": "collections",
    "archive": "archives",
    "original archive": "archives",
    "repository": "archives",
    "publisher": "publishers",
    "language": "languages",
    "original language": "languages",
}
VALUES = {
    "title": "title",
    "date": "date",
    "description": "summary",
    "summary": "summary",
    "type": "type",
    "source": "source",
    "right": "rights",
    "classification": "classification",
    "original classification": "classification",
    "original uploaded date": "uploaded",
    "uploaded date": "uploaded",
}
_SITE_NAME = re.compile(r"\s+[-–|]\s+(?:Wilson Center )?Digital Archive.*$", re.I)
_PAGE = ".doc-inf-information, .doc-inf, #subj-list"
_TEXTS = ".transcript, #transcript, .translation, #translation, .doc-transcript, .doc-translation, .doc-text"


def read_export(capture: Capture, address: urls.Address) -> LegacyPage | None:
    """The record in an RIS or JSON export; None when the address or the content is none."""
    if address.kind not in ("ris", "json"):
        return None
    text = to_utf8(capture.body, capture.media_type)[0].decode()
    page = read_json(text, int(address.id)) if address.kind == "json" else read_ris(text, int(address.id))
    if page:
        page.url = address.url
    return page


def shows_record(root: etree._Element) -> bool:
    """Whether a page is a record of the old site."""
    return first(root, _PAGE) is not None


def record_id(root: etree._Element, *addresses: urls.Address | None) -> int | None:
    """The record's number, from an address or from its own label."""
    for address in addresses:
        if address and address.kind in ("record", "ris", "json"):
            return int(address.id)
    for label, values in _labelled(root):
        if label_key(label) == "record id" and values[0].isdigit():
            return int(values[0])
    return None


def read_html(tree: Tree, record: int) -> LegacyPage:
    """The page of a record: labels each followed by its value."""
    root = tree.root
    page = LegacyPage(f"{urls.SITE}/document/{record}", record, flags=[flag for flag in tree.flags if flag != NO_MAIN])
    for label, values in _labelled(root):
        _assign(page, label, values)
    if not page.subjects:
        page.subjects = _texts(many(root, "#subj-list li"))
    head = _above(root)
    title = first(head, "h1.title, h2.title, .doc-title, h1, h2")
    page.title = page.title or (read_line(title) if title is not None else None)
    if page.title is None and (said := head_title(root)):
        page.title = line(_SITE_NAME.sub("", said))
    date = first(head, ".date, .doc-date")
    page.date = page.date or (read_line(date) if date is not None else None)
    summary = first(head, ".description, .doc-description, .summary")
    page.summary = page.summary or (read_text(summary) if summary is not None else _meta(root, "description"))
    for number, block in enumerate(many(head, _TEXTS), start=1):
        body = read_body(block, f"v{number}-")
        if body.text:
            page.versions.append(Version(None, body.text, body.html, active=not page.versions))
    links = many(root, "a.down[href*='.pdf']")
    page.files = list(dict.fromkeys(url for link in links if (url := absolute(link.get("href")))))
    return page


def _above(root: etree._Element) -> etree._Element:
    """The part of the page that holds the record, without header, footer and related records."""
    inner = first(root, ".doc-inf-information, #subj-list")
    if inner is not None:
        for above in inner.iterancestors("div", "main", "article", "section"):
            if first(above, ".date, .title, h1, h2") is not None:
                return above
    return root


def _labelled(root: etree._Element) -> Iterator[tuple[str, list[str]]]:
    """Each label of the record with the values that follow it."""
    for heading in many(root, ".doc-inf h4, .doc-inf-information h4"):
        values: list[str] = []
        loose = [heading.tail]
        for value in heading.itersiblings():
            if value.tag in ("h1", "h2", "h3", "h4"):
                break
            items = many(value, "li")
            values += _texts(items) if items else _texts([value])
            loose.append(value.tail)
        values += [text for part in loose if (text := line(part))]
        if (label := read_line(heading)) and values:
            yield label, values


def _assign(page: LegacyPage, label: str, values: list[str]) -> None:
    key = label_key(label)
    if key in LISTS:
        known = getattr(page, LISTS[key])
        known += [value for value in values if value not in known]
    elif key in VALUES:
        setattr(page, VALUES[key], getattr(page, VALUES[key]) or line(" ".join(values)))
    elif key != "record id":
        page.other.setdefault(label.rstrip(" :"), []).extend(values)


def _texts(elements: list[etree._Element]) -> list[str]:
    return [text for element in elements if (text := read_line(element))]


def _meta(root: etree._Element, name: str) -> str | None:
    found = first(root, f"meta[name={name}]")
    return line(found.get("content")) if found is not None else None
