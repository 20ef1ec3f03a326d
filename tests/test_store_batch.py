"""Batches: durable as a whole, and what is indexed together at their end is what triggers would have indexed."""

import subprocess
import sys
from pathlib import Path

import pytest
from sqlite_utils import Database

from harvester.capture import Provenance
from harvester.items import Document, Text
from harvester.store import database
from harvester.store.batch import Batches
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
batches, writer = Batches(db, pages=10), Writer(db)
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
        as_made, writer, batches = triggers(db), Writer(db), Batches(db, pages)
        for number in range(30):
            with batches.transaction() if batched else database.transaction(db):
                write(writer, number)
                if number % 3 == 0:
                    write(writer, number, "war", day=2)
                if number % 5 == 4:
                    remove(db, number)
                if number % 11 == 10:
                    remove(db, number - 9)
        batches.commit()
        assert triggers(db) == as_made
        results.append(found(db))
        db.conn.close()
    assert results[0] == results[1]
    assert all(results[0][name] for name in ("documents_fts war", "texts_fts peace", 'cjk_fts "毛泽 泽东"'))


def test_a_page_that_fails_leaves_nothing(tmp_path: Path) -> None:
    db = database.connect(tmp_path)
    writer, batches = Writer(db), Batches(db)
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


def test_time_ends_a_batch(tmp_path: Path) -> None:
    db = database.connect(tmp_path)
    writer, batches = Writer(db), Batches(db, pages=1000, seconds=0)
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
