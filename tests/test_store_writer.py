"""One document from several captures, written into a real database."""

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from harvester.capture import Provenance
from harvester.items import Citation, CitedPerson, Document, Mention, Person, Place, Term, Text, Topic
from harvester.store import database
from harvester.store.writer import Writer

MONDAY, TUESDAY, WEDNESDAY = "2025-03-03T10:00:00Z", "2025-03-04T10:00:00Z", "2025-03-05T10:00:00Z"
URL = "https://digitalarchive.wilsoncenter.org/document/a"


class Archive:
    """A database in a folder, and its rows as plain values."""

    def __init__(self, folder: Path) -> None:
        self.db = database.connect(folder)
        self.writer = Writer(self.db)

    def write(self, document: Document, seen: str = MONDAY, source: str = "live") -> str:
        with self.writer.forgetting(database.transaction(self.db)):
            capture = self.writer.capture(Provenance(URL, source, seen, 200, "text/html", 1, "sha256:" + seen, None))
            return self.writer.document(document, capture, seen)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.db.conn.execute(sql).fetchall()

    def dump(self) -> dict[str, list[tuple[Any, ...]]]:
        return {
            name: self.rows(f"SELECT * FROM {name} ORDER BY 1, 2")
            for name in self.db.table_names()
            if "fts" not in name and not name.startswith(("_", "captures"))
        }


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def document(**values: Any) -> Document:
    given = {
        "slug": "a",
        "record_id": 7,
        "url": URL,
        "title": "A title",
        "date_text": "May 1950",
        "date_edtf": "1950-05",
        "text": "One übung.\n\nTwo.",
        "text_from": "template",
        "people": [
            Mention(Person("mao", "Mao, Zedong"), "author"),
            Mention(Person("kim", "Kim, Il Sung"), "associated"),
        ],
        "places": [Place("china", "China")],
        "archives": [Term("avprf", "AVPRF")],
        "texts": [Text(1, "ru", "Russian", "Раз.", "<p>Раз.</p>")],
        "citation": Citation(archive="AVPRF", fond="0100", people=[CitedPerson("translator", "A. B.")]),
    }
    return Document(**(given | values))


def test_a_document_with_all_that_hangs_on_it(archive: Archive) -> None:
    assert archive.write(document()) == "new"
    assert archive.rows("SELECT authors, people, places, subjects, other FROM documents") == [
        ('["Mao, Zedong"]', '["Kim, Il Sung"]', '["China"]', "[]", None)
    ]
    assert archive.rows("SELECT person, role FROM document_people ORDER BY position") == [
        ("mao", "author"),
        ("kim", "associated"),
    ]
    assert archive.rows("SELECT language, text FROM texts") == [("ru", "Раз.")]
    assert archive.rows("SELECT role, name FROM citation_people") == [("translator", "A. B.")]
    assert archive.rows("SELECT title FROM documents_fts WHERE documents_fts MATCH 'ubung'") == [("A title",)]
    assert archive.rows("PRAGMA foreign_key_check") == []


def test_reading_it_again_changes_only_last_seen(archive: Archive) -> None:
    archive.write(document())
    before = archive.dump()
    assert archive.write(document(), TUESDAY) == "unchanged"
    after = archive.dump()
    columns = [column.name for column in archive.db["documents"].columns]
    changed = {
        name
        for name, old, new in zip(columns, before["documents"][0], after["documents"][0], strict=True)
        if old != new
    }
    assert changed == {"last_seen"}
    assert {k: v for k, v in before.items() if k != "documents"} == {k: v for k, v in after.items() if k != "documents"}


def test_a_change_is_written_and_told(archive: Archive) -> None:
    archive.write(document())
    assert archive.write(document(title="Better", text="One übung.\n\nThree."), TUESDAY) == "changed"
    [(version, seen, changes)] = archive.rows("SELECT version, seen_at, changes FROM document_versions")
    assert (version, seen) == (2, TUESDAY)
    assert json.loads(changes) == {
        "title": {"old": "A title", "new": "Better"},
        "text": {"diff": [[1, ["Two."], ["Three."]]]},
    }
    assert archive.rows("SELECT title FROM documents_fts WHERE documents_fts MATCH 'three'") == [("Better",)]
    assert archive.rows("SELECT title FROM documents_fts WHERE documents_fts MATCH 'two'") == []


def test_nothing_is_replaced_by_nothing(archive: Archive) -> None:
    archive.write(document())
    empty = Document("a", record_id=7, url=URL, title="A title")
    assert archive.write(empty, TUESDAY) == "unchanged"
    assert archive.rows("SELECT text, date_edtf, people FROM documents") == [
        ("One übung.\n\nTwo.", "1950-05", '["Kim, Il Sung"]')
    ]


def test_an_older_capture_fills_gaps_only(archive: Archive) -> None:
    archive.write(document(summary=None), TUESDAY)
    archive.write(document(title="Old title", summary="A summary"), MONDAY, "wayback")
    assert archive.rows("SELECT title, summary, first_seen, last_seen FROM documents") == [
        ("A title", "A summary", MONDAY, TUESDAY)
    ]


def test_a_guessed_body_never_replaces_a_reading(archive: Archive) -> None:
    archive.write(document())
    archive.write(document(text="Guess", text_from="trafilatura"), TUESDAY)
    assert archive.rows("SELECT text, text_from FROM documents") == [("One übung.\n\nTwo.", "template")]


@pytest.mark.parametrize("topic_first", [True, False])
def test_topics_come_from_the_filtered_catalog_in_any_order(archive: Archive, topic_first: bool) -> None:
    topic = Topic("korean-war", "Korean War", term_id="12")
    with database.transaction(archive.db):
        if topic_first:
            archive.writer.record(topic, 0, MONDAY)
        archive.writer.authorities.listing("live", "topic:12", ["a", "not-held"], MONDAY)
    archive.write(document())
    with database.transaction(archive.db):
        archive.writer.record(topic, 0, MONDAY)
    assert archive.rows("SELECT document, topic FROM document_topics") == [("a", "korean-war")]
    assert archive.rows("SELECT topics FROM documents") == [('["Korean War"]',)]


@pytest.mark.parametrize("own_term", ["14", None])
def test_a_topic_of_another_slug_than_its_name_is_one(archive: Archive, own_term: str | None) -> None:
    """The catalog's filter names a topic before, and after, its own page is met."""
    name = "Soviet Invasion of Afghanistan"
    url = "https://digitalarchive.wilsoncenter.org/topics/soviet-invasion-afghanistan"
    archive.write(document())
    for _ in range(2):
        with database.transaction(archive.db):
            archive.writer.authorities.topic_named("14", name)
            archive.writer.authorities.listing("live", "topic:14", ["a"], MONDAY)
        with database.transaction(archive.db):
            archive.writer.record(Topic("soviet-invasion-afghanistan", name, url=url, term_id=own_term), 0, MONDAY)
    assert archive.rows("SELECT id, term_id FROM topics") == [("soviet-invasion-afghanistan", "14")]
    assert archive.rows("SELECT topic FROM document_topics") == [("soviet-invasion-afghanistan",)]
    assert archive.rows("SELECT topics FROM documents") == [(f'["{name}"]',)]


def test_a_failure_in_the_middle_leaves_nothing(archive: Archive) -> None:
    with pytest.raises(sqlite3.ProgrammingError):
        archive.write(document(places=[Place("x", "X", latitude=object())]))  # type: ignore[arg-type]
    assert archive.rows("SELECT count(*) FROM documents") == [(0,)]
    assert archive.write(document()) == "new"
    assert archive.rows("SELECT id FROM people ORDER BY id") == [("kim",), ("mao",)]
