"""Pages and lists of people, places and topics as records. Pure; raises nothing."""

from dataclasses import replace

from harvester.items import Person, Place, Topic
from harvester.pages.model import TermListPage, TermPage

from . import names, vocabularies


def term(page: TermPage) -> Person | Place | Topic:
    """The record of a person's, a place's or a topic's own page."""
    record = _record(page.kind, page.name, page.url, page.note)
    if isinstance(record, Person):
        return replace(record, biography=page.text)
    if isinstance(record, Topic):
        return replace(record, description=page.text, term_id=page.term_id)
    return record


def listed(page: TermListPage) -> list[Person | Place | Topic]:
    """The records of a list page, in its order."""
    return [_record(page.kind, entry.name, entry.url, entry.note) for entry in page.entries]


def _record(kind: str, name: str, url: str, note: str | None) -> Person | Place | Topic:
    if kind == "person":
        return names.person(name, url, note)
    if kind == "place":
        return vocabularies.place(name, url, note)
    return vocabularies.topic(name, url, note)
