"""What captures say: `read` turns the bytes of one address into a page. Pure: no network, clock, database."""

from lxml import etree

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


def read(capture: Capture, witness: bool = True) -> Page:
    """Read a capture; `witness` says whether trafilatura reads a document too and is compared.

    Raises SelectorError for a page of the archive that lacks what its template promises.
    """
    address = capture_address(capture.url)
    if capture.status == 200 and address and (record := legacy.read_export(capture, address)):
        return record
    if (refusal := kind.another_medium(capture)) is not None:
        return refusal
    tree = parse(capture.body, capture.media_type)
    outline = Outline(main_part(tree.root, tree.flags))
    is_document = kind.shows_document(outline)
    sign = None if is_document else kind.challenge(tree.root, tree.source)
    if sign and not kind.shows_document(Outline(tree.root)):
        return NotAPage(capture.url, "challenge", sign)
    if (refusal := kind.refused(capture)) is not None:
        return refusal
    return _read_page(capture, tree, outline, is_document, address, witness)


def _read_page(
    capture: Capture, tree: Tree, outline: Outline, is_document: bool, address: urls.Address | None, witness: bool
) -> Page:
    """A page that came with a good status and is no challenge."""
    main = outline.main
    said = canonical_address(tree.root, tree.source)
    claimed = said if said and said.kind != "home" else address
    if is_document and (claimed is None or claimed.kind in _DOCUMENTS):
        return _document(capture, tree, outline, address, said, witness)
    if legacy.shows_record(tree.root) and (record := legacy.record_id(tree.root, address, said)):
        return legacy.read_html(tree, record)
    if problem := kind.failure(tree.root, main):
        return NotAPage(capture.url, *problem)
    if said and address and kind.contradict(said, address):
        return _other(capture, f"the page says it is {said.url}")
    target = said if said and said.kind in (*_TERMS, "document") else address or said
    if target is None:
        return _other(capture, "no page of the archive")
    page: Page
    if target.kind in _TERMS:
        page = read_term(tree.root, main, target)
    elif target.kind == "list":
        page = read_term_list(main, target)
    elif target.kind == "catalog" and shows_catalog(main) and (address or "?" not in capture.url):
        page = read_catalog(main, target)
    elif _says_document(said, main) and kind.looks_like_document(outline):
        return _document(capture, tree, outline, address, said, witness)
    else:
        return _other(capture, f"no {target.kind} on the page")
    page.flags = tree.flags
    return page


def _document(
    capture: Capture,
    tree: Tree,
    outline: Outline,
    address: urls.Address | None,
    said: urls.Address | None,
    witness: bool,
) -> Page:
    slug = next((known.id for known in (said, address) if known and known.kind == "document"), None)
    page = read_document(tree.root, outline, slug or "")
    if slug is None:
        slug = about(outline.main) or (f"record-{page.record_id}" if (page.record_id or "").isdigit() else None)
        if slug is None:
            return _other(capture, "a document that does not say its address")
        page.slug, page.url = slug, urls.document(slug)
    page.flags = tree.flags + page.flags
    found = any(version.text or version.scans for version in page.versions)
    show_scans(page, outline.main)
    if not found:
        guess(page, outline)
    elif page.text_from and witness:
        compare(page, tree)
    return page


def _says_document(said: urls.Address | None, main: etree._Element) -> bool:
    return said.kind == "document" if said else about(main) is not None


def _other(capture: Capture, detail: str) -> NotAPage:
    return NotAPage(capture.url, "other", detail)
