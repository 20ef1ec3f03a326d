"""What documents of today's site and of the one before 2022 have in common. Pure; raises nothing.

Where a value is not understood, these give it back as `kind: value` for `Document.unknown`.
"""

from collections.abc import Iterable
from typing import Protocol, TypeVar

from harvester.items import Mention, Person, Term

from . import dates, vocabularies


class _Identified(Protocol):
    id: str


_R = TypeVar("_R", bound=_Identified)


def once(records: Iterable[_R]) -> list[_R]:
    """The first of each id, in order."""
    found: dict[str, _R] = {}
    for record in records:
        found.setdefault(record.id, record)
    return list(found.values())


def mentions(role: str, people: Iterable[Person]) -> list[Mention]:
    """Each person once in a role, in the order of the page."""
    return [Mention(person, role) for person in once(people)]


def known_languages(shown: Iterable[str]) -> tuple[list[Term], list[str]]:
    """The languages that values name, each once, and the values that the table does not know."""
    read = [vocabularies.languages(value) for value in shown]
    unknown = [f"language: {found.unknown}" for found in read if found.unknown]
    return once(term for found in read for term in found.terms), unknown


def read_date(shown: str | None) -> tuple[dates.Date, list[str]]:
    """A date, without value where it is not understood."""
    found = dates.read(shown)
    return (dates.UNDATED, [f"date: {shown}"]) if found is None else (found, [])


def read_day(kind: str, shown: str | None) -> tuple[str | None, list[str]]:
    """The ISO day of an exact date, such as that of an upload."""
    found = dates.day(shown)
    return found, [f"{kind}: {shown}"] if shown and not found else []


def number(shown: str | None) -> tuple[int | None, list[str]]:
    """A record id, which is a plain number."""
    if not shown:
        return None, []
    if shown.isascii() and shown.isdigit() and len(shown) <= 18:
        return int(shown), []
    return None, [f"record id: {shown}"]
