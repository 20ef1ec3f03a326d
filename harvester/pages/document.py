"""A document's page: every value as shown, from the main part only. Pure; raises nothing.

The chrome and related documents use the same classes, so a value counts only where it stands under one
of the document's labels, or in the main part and not with another document.
"""

import re
from collections.abc import Iterator

from lxml import etree

from harvester import urls
from harvester.normalise.text import line
from harvester.pages.body import read_body, read_line, read_text
from harvester.pages.labels import PILLS, TEXTS, label_key
from harvester.pages.layout import head_title
from harvester.pages.links import absolute
from harvester.pages.model import DocumentPage, Pill, Version
from harvester.pages.related import Related
from harvester.pages.select import first, has_class, many
from harvester.pages.tabs import read_scans, read_versions

_UNLABELLED = "unlabelled"


def _with_class(*names: str) -> str:
    return " or ".join(f"contains(concat(' ', normalize-space(@class), ' '), ' {name} ')" for name in names)


_BLOCK = _with_class("pill-block", "information-block")
_BLOCKS = etree.XPath(f"descendant::*[{_BLOCK}][not(ancestor::*[{_BLOCK} or @id='documentTabs'])]")
_PARTS = etree.XPath(
    f"""descendant-or-self::*[self::h1 or self::h2 or self::h3 or self::h4 or self::h5 or self::h6 or
    {_with_class("pill", "pill-subject", "text")}]
    [not(ancestor::*[{_with_class("pill", "pill-subject", "text")}])]"""
)
_NAMES = etree.XPath(f"descendant-or-self::*[{_with_class('name')}]")
_AUTHOR = etree.XPath(
    f"descendant::*[self::h2 or self::h3][contains(., 'Author')][not(ancestor::*[{_BLOCK} or @id='documentTabs'])]"
)
_DATES = etree.XPath(
    f"descendant::*[{_with_class('date')}][not(ancestor::*[{_BLOCK} or @id='documentTabs'] or ancestor::a)]"
)
_SUMMARIES = etree.XPath(
    f"descendant::*[{_with_class('text-block')}][not(ancestor::*[{_BLOCK} or @id='documentTabs'] or ancestor::a)]"
)
_HEADING_BEFORE = etree.XPath("preceding-sibling::*[1][self::h2 or self::h3 or self::h4]")
_PILLS = etree.XPath(f"descendant-or-self::*[{_with_class('pill', 'pill-subject')}]")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_CURRENT_PATH = re.compile(r'"currentPath"\s*:\s*"\\?/?node\\?/(\d+)"')


def read_document(root: etree._Element, main: etree._Element, slug: str) -> DocumentPage:
    """The fields and the language versions; `text_from` is set when a pane held text."""
    page = DocumentPage(urls.document(slug), slug)
    title = _title(main)
    related = Related(main, title)
    page.title = read_line(title) if title is not None else None
    if page.title is None:
        page.title = head_title(root)
        page.flags.append("title-fallback")
    page.date = _date(main, title, related)
    summary = next((block for block in _SUMMARIES(main) if block not in related), None)
    page.summary = read_text(summary) if summary is not None else None
    credit = first(main, ".donated")
    page.credit = read_line(credit) if credit is not None else None
    _read_labelled(main, page, related)
    page.node_id = _node_id(root)
    page.download = _download(main, page.node_id, related)
    tabs = first(main, "#documentTabs")
    if tabs is not None:
        page.versions = read_versions(tabs)
    if any(version.text for version in page.versions):
        page.text_from = "template"
    return page


def show_scans(page: DocumentPage, main: etree._Element) -> None:
    """Add the scans that stand outside the tabs, as a version without text."""
    scans = read_scans(main)
    if scans and not any(version.scans for version in page.versions):
        page.versions.append(Version(None, None, None, scans=scans))


def described_parts(main: etree._Element) -> set[etree._Element]:
    """The parts of a page that hold its fields or other documents: all but the transcript."""
    title = _title(main)
    related = Related(main, title)
    parts = {*_BLOCKS(main), *_DATES(main), *many(main, ".donated, .title, nav, aside, .nav-tabs")}
    parts |= {heading.getnext() for heading in _AUTHOR(main)} | set(related)
    parts.add(next((block for block in _SUMMARIES(main) if block not in related), None))
    if title is not None:
        parts.add(next((above for above in title.iterancestors() if has_class(above, "content-block")), title))
    return {part for part in parts if part is not None}


def _title(main: etree._Element) -> etree._Element | None:
    titles = [title for title in many(main, "h1.title") if not _is_in_tabs(title)]
    titles += many(main, ".content-block .title")
    titles += [title for title in many(main, "h1") if not _is_in_tabs(title)]
    return titles[0] if titles else None


def _is_in_tabs(element: etree._Element) -> bool:
    return any(above.get("id") == "documentTabs" for above in element.iterancestors())


def _date(main: etree._Element, title: etree._Element | None, related: Related) -> str | None:
    """The date beside the title, else the first in the main part; an empty one means undated."""
    dates = [date for date in _DATES(main) if date not in related]
    if title is not None:
        head = set(title.iterancestors()) - set(main.iterancestors()) - {main}
        dates.sort(key=lambda date: head.isdisjoint(date.iterancestors()))
    return read_line(dates[0]) if dates else None


def _read_labelled(main: etree._Element, page: DocumentPage, related: Related) -> None:
    blocks = [block for block in _BLOCKS(main) if block not in related]
    for heading in _AUTHOR(main):
        holder = heading.getnext()
        if holder is not None and holder not in blocks and _PILLS(holder):
            blocks.append(holder)
    for block in blocks:
        for label, value in _values(block):
            _assign(page, label, value)


def _values(block: etree._Element) -> Iterator[tuple[str, Pill | str]]:
    """What stands in a block, each value with the label above it."""
    before = _HEADING_BEFORE(block)
    label = read_line(before[0]) if before else None
    headings, found = [], False
    for part in _PARTS(block):
        if part.tag in _HEADINGS:
            headings.append(part)
            label = read_line(part)
            continue
        found = True
        pills = list(_pills(part, block)) if _PILLS(part) else []
        for pill in pills:
            yield label or _UNLABELLED, pill
        if not pills and (text := read_line(part)):
            yield label or _UNLABELLED, text
    if not found and headings and (text := line(read_body(block, skip=headings).text)):
        yield label or _UNLABELLED, text


def _pills(part: etree._Element, block: etree._Element) -> Iterator[Pill]:
    for element in _NAMES(part) or [part]:
        if name := read_line(element):
            yield Pill(name, _href(element, part, block))


def _href(name: etree._Element, pill: etree._Element, block: etree._Element) -> str | None:
    """The link of a pill: the name or the pill itself, inside it, or around it."""
    for element in (name, *name.iterancestors()):
        if element.tag == "a" and element.get("href"):
            return absolute(element.get("href"))
        if element is block:
            break
    inside = first(pill, "a[href]")
    return absolute(inside.get("href")) if inside is not None else None


def _assign(page: DocumentPage, label: str, value: Pill | str) -> None:
    """Put a value into the field its label names, or keep it under the label."""
    key = label_key(label)
    if key in PILLS:
        values = getattr(page, PILLS[key])
        pill = value if isinstance(value, Pill) else Pill(value)
        if pill not in values:
            values.append(pill)
        return
    text = value.name if isinstance(value, Pill) else value
    field = TEXTS.get(key)
    if field and getattr(page, field) in (None, text):
        setattr(page, field, text)
    else:
        page.other.setdefault(label.rstrip(" :"), []).append(text)


def _node_id(root: etree._Element) -> int | None:
    """The node id from Drupal's settings, else from the shortlink."""
    for script in many(root, "script[data-drupal-selector=drupal-settings-json]"):
        found = _CURRENT_PATH.search(script.text or "")
        if found:
            return int(found[1])
    for link in many(root, "link[rel~=shortlink]"):
        address = urls.recognise(link.get("href") or "")
        if address and address.kind == "node":
            return int(address.id)
    return None


def _download(main: etree._Element, node_id: int | None, related: Related) -> str | None:
    """The address of the document's own PDF."""
    found = []
    for link in many(main, "a[href*='/download']"):
        address = urls.recognise(link.get("href") or "")
        if address and address.kind == "download" and link not in related:
            found.append(address)
    own = [address for address in found if node_id is None or int(address.id) == node_id]
    return own[0].url if own else None
