"""Batches: durable as a whole, and what is indexed together at their end is what triggers would have indexed."""

import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from harvester import urls
from harvester.capture import Provenance
from harvester.items import Citation, CitedPerson, Document, Mention, Person, Place, Term, Text
from harvester.store import database
from harvester.store.batch import Batches
from harvester.store.files import Contents, Held
from harvester.store.frontier import Frontier
from harvester.store.writer import Writer

INDEXES = ("documents_fts", "texts_fts", "cjk_fts")
KILLED = """
import os, sys
from pathlib import Path
from harvester.store import database
from harvester.store.batch import Batches
from tests.test_store_batch import write
from harvester.store.writer import Writer
db = database.connect(Path(sys.argv[1]))
writer = Writer(db)
batches = Batches(db, writer.rows, pages=10)
for number in range(int(sys.argv[2])):
    with batches.transaction():
        write(writer, number)
os.kill(os.getpid(), 9)
"""


def write(writer: Writer, number: int, text: str = "peace and 毛泽东", day: int = 1) -> None:
    """A document with another version, from a capture of its own."""
    seen = f"2025-03-{day:02}T00:00:00Z"
    url = f"https://digitalarchive.wilsoncenter.org/document/slug-{number}"
    capture = writer.capture(Provenance(url, "mirror", seen, 200, None, 1, f"sha256:{text}", None))
    versions = [Text(1, "zho", None, "和平 peace")]
    document = Document(f"slug-{number}", title=f"Title {number}", text=text, text_from="template", texts=versions)
    writer.document(document, capture, seen)


def remove(db: Database, number: int) -> None:
    for table in ("texts", "cjk", "document_versions"):
        db.conn.execute(f"DELETE FROM {table} WHERE document = ?", (f"slug-{number}",))
    db.conn.execute("DELETE FROM documents WHERE slug = ?", (f"slug-{number}",))


def found(db: Database) -> dict[str, list[int]]:
    """What each index finds, once it is certain that it agrees with its table."""
    for index in INDEXES:
        db.conn.execute(f"INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)")
    assert db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
    return {
        f"{index} {word}": [
            row[0] for row in db.conn.execute(f"SELECT rowid FROM {index} WHERE {index} MATCH ? ORDER BY 1", (word,))
        ]
        for index in INDEXES
        for word in ("peace", "war", '"毛泽 泽东"')
    }


def triggers(db: Database) -> list[str]:
    return [row[0] for row in db.conn.execute("SELECT sql FROM sqlite_schema WHERE type = 'trigger' ORDER BY 1")]


@pytest.mark.parametrize("pages", [1, 7, 100])
def test_indexed_as_by_triggers(tmp_path: Path, pages: int) -> None:
    """New rows; some change, some go in the batch that brought them, and their numbers are given to others."""
    results = []
    for batched in (False, True):
        folder = tmp_path / str(batched)
        folder.mkdir()
        db = database.connect(folder)
        as_made, writer = triggers(db), Writer(db)
        batches = Batches(db, writer.rows, pages) if batched else None
        for number in range(30):
            with batches.transaction() if batches else database.transaction(db):
                write(writer, number)
                if number % 3 == 0:
                    write(writer, number, "war", day=2)
                writer.rows.write()
                if number % 5 == 4:
                    remove(db, number)
                if number % 11 == 10:
                    remove(db, number - 9)
        if batches:
            batches.commit()
        assert triggers(db) == as_made
        results.append(found(db))
        db.conn.close()
    assert results[0] == results[1]
    assert all(results[0][name] for name in ("documents_fts war", "texts_fts peace", 'cjk_fts "毛泽 泽东"'))


def test_batches_grow_with_the_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("harvester.store.batch._SHARE", 1)
    db, reader = database.connect(tmp_path), database.connect(tmp_path)
    writer = Writer(db)
    batches, seen = Batches(db, writer.rows, pages=2), []
    for number in range(12):
        with batches.transaction():
            write(writer, number)
        seen.append(reader["documents"].count)
    assert seen == [0, 2, 2, 4, 4, 4, 4, 8, 8, 8, 8, 8]
    batches.near_the_end()
    for number in range(12, 12 + 200):
        with batches.transaction():
            write(writer, number)
    assert reader["documents"].count == 212
    assert len(found(db)["documents_fts peace"]) == 212


def test_a_page_that_fails_leaves_nothing(tmp_path: Path) -> None:
    db = database.connect(tmp_path)
    writer = Writer(db)
    batches = Batches(db, writer.rows)
    with batches.transaction():
        write(writer, 1)

    def half(number: int) -> None:
        with writer.forgetting(batches.transaction()):
            write(writer, number)
            raise ValueError("bad")

    with pytest.raises(ValueError, match="bad"):
        half(2)
    batches.commit()
    assert [row["slug"] for row in db["documents"].rows] == ["slug-1"]
    assert found(db)["documents_fts peace"] == [1]


def test_rows_of_a_batch_that_was_rolled_back_do_not_wait_for_the_next(tmp_path: Path) -> None:
    """As SQLite does by itself when the disk is full."""
    db = database.connect(tmp_path)
    writer = Writer(db)
    batches = Batches(db, writer.rows)
    with batches.transaction():
        write(writer, 1)
    db.conn.rollback()
    batches.write()
    with batches.transaction():
        write(writer, 2)
    batches.commit()
    assert [row["document"] for row in db["texts"].rows] == ["slug-2"]
    assert found(db)["documents_fts peace"] == [1]


def test_time_ends_a_batch(tmp_path: Path) -> None:
    db = database.connect(tmp_path)
    writer = Writer(db)
    batches = Batches(db, writer.rows, pages=1000, seconds=0)
    with batches.transaction():
        write(writer, 1)
    assert not db.conn.in_transaction


def test_killed(tmp_path: Path) -> None:
    """Whole batches stay; no half of one, and no index that lags behind."""
    for documents in (25, 48):
        command = [sys.executable, "-c", KILLED, str(tmp_path), str(documents)]
        assert subprocess.run(command, cwd=Path(__file__).parent.parent, check=False).returncode == -9
        db = database.connect(tmp_path)
        whole = list(range(1, documents // 10 * 10 + 1))
        assert found(db)["documents_fts peace"] == whole
        assert db["documents"].count == len(whole)
        assert sum("<=" in sql for sql in triggers(db)) == 0
        db.conn.close()


class Failed(Exception):
    """A page's own trouble."""


def page(writer: Writer, frontier: Frontier, number: int, day: int, legacy: bool, fails: bool) -> None:
    """A page of today's site or the record before it, with all that hangs on a document; perhaps half of it."""
    seen, slug = f"2025-03-{day:02}T00:00:00Z", f"record-{number}" if legacy else f"slug-{number}"
    url = urls.document(str(number) if legacy else slug)
    capture = writer.capture(Provenance(url, "mirror", seen, 200, None, 1, f"sha256:{number} {day}", None))
    document = Document(
        slug,
        record_id=number,
        url=url,
        legacy_url=url if legacy else None,
        title=f"Title {number}",
        text=None if day == 2 else f"peace {day}",
        people=[Mention(Person("li", "Li"), "author"), Mention(Person(f"p-{number}", "P"), "associated")],
        places=[Place(f"place-{day}", "Place")],
        languages=[Term("rus", "Russian")],
        texts=[Text(1, "zho", None, f"和平 {day}")],
        citation=Citation(fond=str(day), people=[CitedPerson("translator", "A. Translator")]),
        files=[urls.download(number % 2), urls.download(number)],
    )
    writer.document(document, capture, seen)
    address = urls.recognise(url)
    assert address
    frontier.found(address, f"sha256:{number} {day}")
    if fails:
        raise Failed


def rows(db: Database) -> dict[str, list[tuple[object, ...]]]:
    tables = [name for name in db.table_names() if "_fts" not in name and not name.startswith("_")]
    columns = {
        table: [c.name for c in db[table].columns if c.name not in ("added_at", "checked_at")] for table in tables
    }
    return {
        table: db.conn.execute(f"SELECT rowid, {', '.join(columns[table])} FROM {table} ORDER BY 1").fetchall()
        for table in tables
    }


PAGES = st.tuples(st.integers(1, 4), st.integers(1, 3), st.booleans(), st.booleans())


@settings(deadline=None, max_examples=40)
@given(st.lists(PAGES, max_size=12), st.integers(1, 5), st.integers(1, 5))
def test_rows_that_wait_are_those_that_do_not(
    pages: list[tuple[int, int, bool, bool]], most: int, waiting: int
) -> None:
    """Whatever comes twice, turns out to be another, or fails half-way."""
    results = []
    for batched in (False, True):
        with TemporaryDirectory() as folder:
            db = database.connect(Path(folder))
            writer = Writer(db)
            frontier = Frontier(db, "mirror", None, writer.rows)
            writer.files.keep(urls.download(1), Held("beef", 1, "files/beef.pdf", "2025-02-01T00:00:00Z"))
            writer.files.read("beef", Contents("ok", text="peace", text_from="pdf"))
            batches = Batches(db, writer.rows, most, waiting=waiting) if batched else None
            for values in pages:
                with (
                    suppress(Failed),
                    writer.forgetting(batches.transaction() if batches else database.transaction(db)),
                ):
                    page(writer, frontier, *values)
            if batches:
                batches.commit()
            assert db.conn.execute("PRAGMA foreign_key_check").fetchall() == []
            results.append(rows(db))
            db.conn.close()
    assert results[0] == results[1]
