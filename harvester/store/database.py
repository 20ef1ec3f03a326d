"""Opens the database and groups writes. Raises StoreError when it cannot be written."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlite_utils import Database

from harvester.exceptions import StoreError
from harvester.store.schema import migrations

NAME = "wilson.db"
_PRAGMAS = (
    "page_size=8192",  # (of a new database) a document with its text takes few of them
    "journal_mode=WAL",  # lets Datasette read during a harvest
    "synchronous=NORMAL",  # loses no consistency, at most the last commit when the machine (not the process) dies
    "foreign_keys=ON",
    "cache_size=-81920",
)


def connect(output: Path) -> Database:
    """The archive's database in `output`, made and brought up to date when needed."""
    path = output / NAME
    with explained(path):
        connection = sqlite3.connect(path, isolation_level=None, timeout=30)
        for pragma in _PRAGMAS:
            connection.execute(f"PRAGMA {pragma}")
        db = Database(connection)
        migrations.apply(db)
    return db


@contextmanager
def transaction(db: Database) -> Iterator[None]:
    """All or nothing; inside another transaction, a savepoint of it."""
    if db.conn.in_transaction:
        with explained(NAME), db.atomic():
            yield
        return
    with explained(NAME):
        db.conn.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            db.rollback()
            raise
        else:
            db.commit()


@contextmanager
def explained(path: Path | str) -> Iterator[None]:
    """Turn what SQLite raises into a sentence about the database at `path`."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        if isinstance(error, sqlite3.IntegrityError | sqlite3.ProgrammingError):
            raise
        reason = str(error)
        advice = next((text for part, text in _ADVICE.items() if part in reason), "")
        raise StoreError(f"The database {path} cannot be used: {reason}. {advice}".strip()) from error


_KEPT = "What was harvested before stays as it was."
_ADVICE = {
    "full": f"Make room on the disk and run the same command again. {_KEPT}",
    "I/O": f"The disk is full or failing: check it, then run the same command again. {_KEPT}",
    "readonly": f"Check who owns the file and its folder, then run the same command again. {_KEPT}",
    "unable to open": "Check that the folder exists and may be written.",
    "malformed": "Keep a copy of it, then try `sqlite3 wilson.db .recover`, or harvest into a new folder "
    "(`-s HARVEST_OUTPUT=DIR`) and use `scrapy reparse` on the kept captures.",
    "not a database": "Move the file away, or choose another folder with `-s HARVEST_OUTPUT=DIR`.",
    "locked": "Another program holds it for writing: close that program and run the same command again.",
}
