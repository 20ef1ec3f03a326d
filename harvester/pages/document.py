"""A document's page: every value as shown, from the main part only. Pure; raises nothing.

The chrome and related documents use the same classes, so a value counts only where it stands under one
of the document's labels, or in the main part and not with another document.
"""

import re
from collections.abc import Iterable, Iterator
from itertools import chain

from harvester import urls
from harvester.normalise.memory import remembered
from harvester.pages.body import read_label, read_line, read_text
from harvester.pages.labelled import BLOCKS, HEADINGS, read_block
from harvester.pages.labelled import PILLS as PILL_CLASSES
from harvester.pages.labels import PILLS, SECTIONS, TEXTS, label_key, names_authors
from harvester.pages.layout import head_title
from harvester.pages.links import absolute
from harvester.pages.model import DocumentPage, Pill, Version
from harvester.pages.outline import Element, Outline
from harvester.pages.related import Related
from harvester.pages.select import has_class
from harvester.pages.tabs import read_scans, read_versions

_MACHINERY = re.compile(r"share|addtoany|\ba2a_|messages|breadcrumb")
_CURRENT_PATH = re.compile(r'"currentPath"\s*:\s*"\\?/?node\\?/(\d+)"')


def read_document(root: Element, outline: Outline, slug: str) -> DocumentPage:
    """The fields and the language versions; `text_from` is set when a pane held text."""
    page = DocumentPage(urls.document(slug), slug)
    title = outline.title()
    related = Related(outline, title)
    page.title = read_line(title) if title is not None else None
    if page.title is None:
        page.title = head_title(root)
        page.flags.append("title-fallback")
    date = _date(outline, title, related)
    page.date = read_line(date) if date is not None else None
    summary = _summary(outline, related)
    page.summary = _prose(summary) if summary is not None else None
    credits = outline.of_class("donated")
    page.credit = read_line(credits[0]) if credits else None
    for block in _labelled(outline, related):
        for label, value in read_block(block):
            _assign(page, label, value)
    page.node_id = _node_id(root)
    if download := _download(root, outline, page.node_id, related):
        page.download, page.node_id = download.url, int(download.id)
    if outline.tabs is not None:
        page.versions = read_versions(outline.tabs)
    if any(version.text for version in page.versions):
        page.text_from = "template"
    return page


def show_scans(page: DocumentPage, main: Element) -> None:
    """Add the scans that stand outside the tabs, as a version without text."""
    if not any(version.scans for version in page.versions) and (scans := read_scans(main)):
        page.versions.append(Version(None, None, None, scans=scans))


def described_parts(outline: Outline) -> set[Element]:
    """The parts of a page that hold its fields or other documents: all but the transcript."""
    title = outline.title()
    related = Related(outline, title)
    parts = {*_labelled(outline, related), *related, *_outside_blocks(outline, "date")}
    parts |= {
        *outline.of_class_like(_MACHINERY),
        *outline.of_class("donated", "title", "nav-tabs", "text-block"),
        *outline.of_tag("nav", "aside", "footer"),
    }
    if title is not None:
        parts.add(next((above for above in title.iterancestors() if has_class(above, "content-block")), title))
    return parts


def _date(outline: Outline, title: Element | None, related: Related) -> Element | None:
    """The date beside the title, else the first in the main part; an empty one means undated."""
    dates = [date for date in _outside_blocks(outline, "date") if date not in related]
    if title is not None:
        head = set(title.iterancestors()) - {outline.main, *outline.main.iterancestors()}
        dates.sort(key=lambda date: head.isdisjoint(date.iterancestors()))
    return dates[0] if dates else None


def _summary(outline: Outline, related: Related) -> Element | None:
    return next((block for block in _outside_blocks(outline, "text-block") if block not in related), None)


def _prose(block: Element) -> str | None:
    """The text of a block, without a heading that only says what it is."""
    text = read_text(block)
    first, _, rest = (text or "").partition("\n\n")
    if rest and label_key(first) in SECTIONS:
        heading = next(block.iter(*HEADINGS), None)
        if heading is not None and first == read_line(heading):
            return rest
    return text


def _outside_blocks(outline: Outline, name: str) -> list[Element]:
    """The elements of a class that stand neither under a label nor in a link."""
    return outline.outside(outline.of_class(name), [*outline.of_class(*BLOCKS), *outline.of_tag("a")])


def _labelled(outline: Outline, related: Related) -> list[Element]:
    """The parts that hold labels and their values, and what follows a heading and holds names, as the authors do.

    What holds such parts itself is left to them, but for the authors: their part may lack a heading of its own.
    """
    known = outline.of_class(*BLOCKS)
    blocks = outline.outermost(known)
    within = set(blocks)
    pills = outline.of_class(*PILL_CLASSES)
    for heading in outline.of_tag("h2", "h3", "h4"):
        if heading.getparent() in within:  # as nearly all are
            continue
        holder = heading.getnext()
        if holder is None or holder in blocks or any(outline.holds(block, holder) for block in blocks):
            continue
        if not outline.inside(holder, pills):
            continue
        if names_authors(read_label(heading) or "") or not outline.inside(holder, known):
            blocks.append(holder)
    return [block for block in blocks if block not in related]


def _assign(page: DocumentPage, label: str, value: Pill | str) -> None:
    """Put a value into the field its label names, or keep it under the label."""
    names, field = _fields(label)
    if names:
        values = getattr(page, names)
        pill = value if isinstance(value, Pill) else Pill(value)
        if pill not in values:
            values.append(pill)
        return
    text = value.name if isinstance(value, Pill) else value
    if field and getattr(page, field) in (None, text):
        setattr(page, field, text)
    else:
        page.other.setdefault(label.rstrip(" :"), []).append(text)


@remembered(1_024)
def _fields(label: str) -> tuple[str | None, str | None]:
    """The field for names, and the one for a text, that a label stands for."""
    key = label_key(label)
    return PILLS.get(key) or ("authors" if names_authors(label) else None), TEXTS.get(key)


def _node_id(root: Element) -> int | None:
    """The node id from Drupal's settings, else from the shortlink."""
    for script in root.iter("script"):
        if "drupal-settings-json" not in (script.get("data-drupal-selector") or ""):
            continue
        if found := _CURRENT_PATH.search(script.text or ""):
            return int(found[1])
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "shortlink":
            address = urls.recognise(link.get("href") or "")
            if address and address.kind == "node":
                return int(address.id)
    return None


def _download(root: Element, outline: Outline, node_id: int | None, related: Related) -> urls.Address | None:
    """The document's own PDF: of its node where that is known, else one that no other document has."""
    near = (link for link in _downloads(outline.of_tag("a")) if link not in related)
    tabs = _downloads(outline.tabs.iter("a")) if outline.tabs is not None else ()
    far = _downloads(root.iter("a")) if node_id is not None else ()
    for link in chain(near, tabs, far):
        address = urls.recognise(absolute(link.get("href")) or "")
        if address and address.kind == "download" and node_id in (None, int(address.id)):
            return address
    return None


def _downloads(links: Iterable[Element]) -> Iterator[Element]:
    return (link for link in links if "/download" in (link.get("href") or ""))
