"""Each field is filled by a golden case, as a page and as a record; a place that was forgotten is named."""

from collections.abc import Iterator
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

import pytest

from harvester import items, normalise, pages
from harvester.pages import model
from tests.test_pages_golden import CASES, capture

WITNESSED = "document/bulletin-tass-launch-second-satellite"  # trafilatura takes its time: one case is enough
PAGES = [model.DocumentPage, model.CatalogPage, model.TermPage, model.TermListPage, model.LegacyPage]
RECORDS = [items.Document, items.Person, items.Place, items.Topic, items.Text, items.Citation]
ELSEWHERE = {
    "flags": "only pages that had to be cut have them: test_pages_limits.py",
    "Document.topics": "they come from the catalog: test_store_writer.py",
    "LegacyPage.other": "test_pages_legacy.py",
    "Citation.folder": "test_normalise_citation.py",
}


def default(field: "Field[Any]") -> Any:
    return field.default if field.default is not MISSING else None


def inside(value: Any) -> Iterator[Any]:
    """The dataclasses in a value, itself among them."""
    if isinstance(value, list | tuple):
        for one in value:
            yield from inside(one)
    elif is_dataclass(value):
        yield value
        for field in fields(value):
            yield from inside(getattr(value, field.name))


@pytest.fixture(scope="module")
def filled() -> set[tuple[str, str]]:
    """(class, field) of all that any case fills."""
    found = set()
    for case in CASES:
        page = pages.read(capture(case), witness=case == WITNESSED)
        for thing in inside([page, *normalise.records(page)]):
            for field in fields(thing):
                if getattr(thing, field.name) not in (default(field), None, "", [], {}):
                    found.add((type(thing).__name__, field.name))
    return found


def forgotten(kind: type, filled: set[tuple[str, str]]) -> set[str]:
    names = {field.name for field in fields(kind)} - {name for owner, name in filled if owner == kind.__name__}
    return {name for name in names if not {name, f"{kind.__name__}.{name}"} & ELSEWHERE.keys()}


@pytest.mark.parametrize("kind", PAGES, ids=lambda kind: kind.__name__)
def test_each_field_of_a_page_is_read(kind: type, filled: set[tuple[str, str]]) -> None:
    empty = forgotten(kind, filled)
    assert not empty, f"read {empty} in harvester/pages/, and add a page that has it under tests/fixtures/"


@pytest.mark.parametrize("kind", RECORDS, ids=lambda kind: kind.__name__)
def test_each_field_of_a_record_is_made(kind: type, filled: set[tuple[str, str]]) -> None:
    empty = forgotten(kind, filled)
    assert not empty, f"make {empty} in harvester/normalise/, and add a page that has it under tests/fixtures/"
