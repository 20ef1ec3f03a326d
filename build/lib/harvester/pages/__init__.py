"""What captures say: `read` turns the bytes of one address into a page. Pure: no network, clock, database."""

from dataclasses import dataclass

from harvester import urls
from harvester.capture import Capture
from harvester.pages import kind, legacy
from harvester.pages.catalog import read_catalog, shows_catalog
from harvester.pages.document import read_document, show_scans
from harvester.pages.guess import compare, guess
from harvester.pages.layout import about, canonical_address, capture_address, main_part
from harvester.pages.model import NotAPage, Page
from harvester.pages.outline import Outline
from harvester.pages.parse import Tree, parse
from harvester.pages.term import read_term, read_term_list

_DOCUMENTS = ("document", "record", "node")
_TERMS = ("person", "place", "topic")


@dataclass(frozen=True)
class _Parsed:
    """A capture, parsed, and what it claims to be."""

    capture: Capture
    tree: Tree
    outline: Outline
    address: urls.Address | None
    """What was asked for."""
    said: urls.Address | None
    """What the page says its address is."""


def read(capture: Capture, witness: bool = True) -> Page:
    """Read a capture; `witness` says whether trafilatura reads a document too and is compared.

    Raises SelectorError for a page of the archive that lacks what its template promises.
    """
    address = capture_address(capture.url)
    if capture.status == 200 and address and (record := legacy.read_export(capture, address)):
        return record
    if medium := kind.another_medium(capture):
        return _other(capture, medium)
    tree = parse(capture.body, capture.media_type)
    outline = Outline(main_part(tree.root, tree.flags))
    shows_document = kind.shows_document(outline)
    if not shows_document and (sign := kind.challenge(tree.root, tree.source)):
        return NotAPage(capture.url, "challenge", sign)
    if refusal := kind.refusal(capture):
        return NotAPage(capture.url, *refusal)
    parsed = _Parsed(capture, tree, outline, address, canonical_address(tree.root, tree.source))
    claimed = parsed.said if parsed.said and parsed.said.kind != "home" else address
    if shows_document and (claimed is None or claimed.kind in _DOCUMENTS):
        return _document(parsed, witness)
    return _another_page(parsed, witness)


def _another_page(parsed: _Parsed, witness: bool) -> Page:
    """A page with a good status, no challenge, and nothing that only documents have."""
    root, main, address, said = parsed.tree.root, parsed.outline.main, parsed.address, parsed.said
    if legacy.shows_record(root) and (record := legacy.record_id(root, address, said)):
        return legacy.read_html(parsed.tree, record)
    if problem := kind.failure(root, main):
        return NotAPage(parsed.capture.url, *problem)
    if said and address and kind.contradict(said, address):
        return _other(parsed.capture, f"the page says it is {said.url}")
    target = said if said and said.kind in (*_TERMS, "document") else address or said
    if target is None:
        return _other(parsed.capture, "no page of the archive")
    page: Page
    if target.kind in _TERMS:
        page = read_term(root, main, target)
    elif target.kind == "list":
        page = read_term_list(main, target)
    elif target.kind == "catalog" and shows_catalog(main) and (address or "?" not in parsed.capture.url):
        page = read_catalog(main, target)
    elif (said.kind == "document" if said else about(main)) and kind.looks_like_document(parsed.outline):
        return _document(parsed, witness)
    else:
        return _other(parsed.capture, f"no {target.kind} on the page")
    page.flags = parsed.tree.flags
    return page


def _document(parsed: _Parsed, witness: bool) -> Page:
    """A document, once it is known which."""
    main = parsed.outline.main
    slug = next((known.id for known in (parsed.said, parsed.address) if known and known.kind == "document"), None)
    page = read_document(parsed.tree.root, parsed.outline, slug or "")
    if slug is None:
        slug = about(main) or (f"record-{page.record_id}" if (page.record_id or "").isdigit() else None)
        if slug is None:
            return _other(parsed.capture, "a document that does not say its address")
        page.slug, page.url = slug, urls.document(slug)
    page.flags = parsed.tree.flags + page.flags
    if any(version.text and not version.html for version in page.versions):
        page.flags.append("html-skipped")
    found = any(version.text or version.scans for version in page.versions)
    show_scans(page, main)
    if not found:
        guess(page, parsed.outline)
    elif page.text_from and witness:
        compare(page, parsed.tree)
    return page


def _other(capture: Capture, detail: str) -> NotAPage:
    return NotAPage(capture.url, "other", detail)
