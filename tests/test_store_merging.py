"""One document from several sources: which values win, whatever order they come in."""

from itertools import permutations
from typing import Any

import pytest
import test_store_writer
from test_store_writer import MONDAY, TUESDAY, WEDNESDAY, Archive, document

from harvester.capture import Provenance
from harvester.items import Document, Mention, Person, Place, Text
from harvester.store import database

archive = test_store_writer.archive  # the fixture
LEGACY = "https://digitalarchive.wilsoncenter.org/document/7"


def legacy(**values: Any) -> Document:
    """A record of the site before 2022."""
    given = {"slug": "record-7", "url": LEGACY, "legacy_url": LEGACY, "title": "Legacy", "text": "Old"}
    return document(**(given | {"text_from": "legacy"} | values))


def write(archive: Archive, record: Document, seen: str, url: str | None = None) -> None:
    with archive.writer.forgetting(database.transaction(archive.db)):
        provenance = Provenance(url or record.url or "", "warc", seen, 200, None, 1, f"sha256:{url}{seen}", None)
        archive.writer.document(record, archive.writer.capture(provenance), seen)


def row(archive: Archive, columns: str) -> tuple[Any, ...]:
    [found] = archive.rows(f"SELECT {columns} FROM documents")
    return found


def test_a_legacy_record_takes_its_real_slug_and_keeps_its_history(archive: Archive) -> None:
    write(archive, legacy(), MONDAY)
    write(archive, legacy(title="Legacy, corrected"), TUESDAY)
    write(archive, document(), WEDNESDAY)
    assert row(archive, "slug, title, url, legacy_url") == ("a", "A title", document().url, LEGACY)
    assert archive.rows("SELECT document, version FROM document_versions ORDER BY version") == [("a", 2), ("a", 3)]
    assert archive.rows("SELECT DISTINCT document FROM document_people") == [("a",)]


def test_a_legacy_record_found_later_never_wins(archive: Archive) -> None:
    write(archive, document(), MONDAY)
    write(archive, legacy(type="Cable", collections=["Korea"]), TUESDAY)
    assert row(archive, "slug, title, text, type, collections") == (
        "a",
        "A title",
        "One übung.\n\nTwo.",
        "Cable",
        '["Korea"]',
    )
    assert row(archive, "last_seen") == (MONDAY,)


@pytest.mark.parametrize("order", list(permutations(range(4))))
def test_the_order_of_reading_makes_no_difference(archive: Archive, order: tuple[int, ...]) -> None:
    export = legacy(title="Export", date_text=None, text=None, text_from=None, texts=[])
    given = [
        (document(title="Newest", classification=None), WEDNESDAY, None),
        (document(title="Older", classification="Secret"), MONDAY, None),
        (legacy(type="Cable"), TUESDAY, None),
        (export, WEDNESDAY, f"{LEGACY}.ris"),
    ]
    for index in order:
        write(archive, *given[index])
    assert row(archive, "slug, title, text, classification, type, first_seen, last_seen") == (
        ("a", "Newest", "One übung.\n\nTwo.", "Secret", "Cable", MONDAY, WEDNESDAY)
    )
    assert archive.rows("SELECT url FROM captures WHERE id = (SELECT capture FROM documents)") == [(document().url,)]


def test_an_export_never_wins_over_a_record(archive: Archive) -> None:
    write(archive, legacy(), MONDAY)
    export = legacy(title="Export", date_text=None, date_edtf="1950", text=None, text_from=None, rights="CC")
    write(archive, export, TUESDAY, f"{LEGACY}.ris")
    assert row(archive, "title, date_text, date_edtf, rights") == ("Legacy", "May 1950", "1950-05", "CC")


def test_rows_that_turn_out_to_be_one_document_are_united(archive: Archive) -> None:
    first = {"record_id": None, "people": [], "texts": [], "citation": None, "text": None, "text_from": None}
    write(archive, legacy(type="Cable"), MONDAY)
    write(archive, legacy(type="Telegram", title="学習 Legacy"), TUESDAY)
    write(archive, document(**first), TUESDAY)
    write(archive, document(title="Changed", **first), WEDNESDAY)
    assert len(archive.rows("SELECT slug FROM documents")) == 2
    write(archive, document(**(first | {"record_id": 7}), title="Changed"), WEDNESDAY)
    assert row(archive, "slug, title, type, text, authors, record_id") == (
        ("a", "Changed", "Telegram", "Old", '["Mao, Zedong"]', 7)
    )
    assert archive.rows("SELECT version, seen_at FROM document_versions ORDER BY version") == [
        (2, TUESDAY),
        (3, WEDNESDAY),
    ]
    for table in ("texts", "document_people", "document_places", "citations", "files"):
        assert {slug for (slug,) in archive.rows(f"SELECT document FROM {table}")} <= {"a"}, table
    assert archive.rows("SELECT title FROM documents_fts WHERE documents_fts MATCH 'old'") == [("Changed",)]
    assert archive.rows("PRAGMA foreign_key_check") == []


def test_gaps_are_filled_with_links_and_versions(archive: Archive) -> None:
    write(archive, document(people=[], places=[], texts=[]), WEDNESDAY)
    older = [Mention(Person("kim", "Kim, Il Sung"), "author")]
    write(archive, document(people=older, places=[Place("korea", "Korea")], texts=[Text(1, "ru", "R", "Р")]), MONDAY)
    assert row(archive, "authors, places") == ('["Kim, Il Sung"]', '["Korea"]')
    assert archive.rows("SELECT text FROM texts") == [("Р",)]
