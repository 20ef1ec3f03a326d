"""From pages to records: what the values on a page mean, raw value kept beside each.

Pure functions: no network, no clock, no database, nothing of Scrapy. Raises nothing: a value that is
not understood is kept as shown and reported in `Document.unknown`. Records may be shared between
documents (a person is read once), so nobody changes them; `dataclasses.replace` makes another.
"""

from harvester.items import Record
from harvester.pages.model import DocumentPage, LegacyPage, Page, TermListPage, TermPage

from .document import document
from .legacy import legacy
from .term import listed, term


def records(page: Page) -> list[Record]:
    """The records a page holds; none for a page of the catalog or what is no page."""
    if isinstance(page, DocumentPage):
        return [document(page)]
    if isinstance(page, TermPage):
        return [term(page)]
    if isinstance(page, TermListPage):
        return list(listed(page))
    if isinstance(page, LegacyPage):
        return [legacy(page)]
    return []
