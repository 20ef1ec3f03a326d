"""From bytes to records: the one function that every source, worker and re-reading calls.

Pure: no network, clock or database, so that it may run in any process on any machine.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from harvester import normalise, pages, urls
from harvester.capture import Capture, Provenance
from harvester.exceptions import PageError, SelectorError
from harvester.items import Record
from harvester.pages.model import (
    CatalogPage,
    DocumentPage,
    LegacyPage,
    NotAPage,
    TermListPage,
    TermPage,
)

KINDS = {
    DocumentPage: "document",
    CatalogPage: "catalog",
    TermListPage: "list",
    LegacyPage: "legacy",
    NotAPage: "problem",
}


@dataclass
class Reading:
    """What one capture says."""

    provenance: Provenance
    kind: str
    """document, catalog, person, place, topic, list, legacy or problem."""
    records: list[Record] = field(default_factory=list)
    """The page's records; of a list page, one for each entry."""
    catalog: CatalogPage | None = None
    problem: NotAPage | None = None
    links: list[urls.Address] = field(default_factory=list)
    """Addresses of the archive that the page's main part leads to, in order, each once; of a document only
    where they are to be followed.
    """


@dataclass
class Harvest:
    """What a spider hands to the pipelines: a good page, and the address of the frontier that brought it."""

    reading: Reading
    url: str
    """The address in the frontier."""
    etag: str | None = None
    last_modified: str | None = None
    kept: Callable[[], None] | None = None
    """Called in the transaction that keeps it."""


def read(capture: Capture, witness: bool = True, follow: bool = True) -> Reading:
    """Read a capture; `witness` says whether trafilatura reads the page too, `follow` whether somebody will
    go where a document leads. A page that is not as its template promises becomes a problem; nothing else
    is expected to be raised.
    """
    page: pages.Page
    try:
        page = pages.read(capture, witness)
    except (PageError, SelectorError) as error:
        page = NotAPage(capture.url, "other", str(error))
    kind = page.kind if isinstance(page, TermPage) else KINDS[type(page)]
    return Reading(
        provenance=capture.provenance(),
        kind=kind,
        records=normalise.records(page),
        catalog=page if isinstance(page, CatalogPage) else None,
        problem=page if isinstance(page, NotAPage) else None,
        links=list(dict.fromkeys(address for link in _links(page, follow) if (address := urls.recognise(link)))),
    )


def _links(page: pages.Page, follow: bool) -> list[str]:
    """The addresses a page leads to, as found."""
    match page:
        case DocumentPage() if follow:
            pills = [*page.authors, *page.people, *page.contributors, *page.places]
            return [pill.href for pill in pills if pill.href]
        case CatalogPage():
            return [entry.url for entry in page.entries] + [urls.catalog(0, term) for term in page.topics]
        case TermListPage():
            return [entry.url for entry in page.entries] + page.pages
        case TermPage(kind="topic", term_id=str(term)):
            return [urls.catalog(0, term)]
        case _:
            return []
