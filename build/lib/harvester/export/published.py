"""A copy of the database to publish: without what only the harvest needs, and without paths.

Safe while a harvest goes on: SQLite's backup takes one state of the database. Raises StoreError.
"""

import sqlite3
from contextlib import closing
from pathlib import Path

from harvester.exceptions import StoreError, UsageError
from harvester.reading_room import kit, metadata
from harvester.store import search
from harvester.store.database import NAME, explained

OPERATIONAL = [name for name, table in metadata.TABLES.items() if table.operational]


def publish(output: Path, target: Path) -> Path:
    """Write the copy to `target`, or with the reading room into the folder `target`; return its path."""
    folder = target if target.is_dir() or not target.suffix else None
    path = target / NAME if folder else target
    source = (output / NAME).resolve()
    if path.resolve() == source:
        raise UsageError(f"{path} is the archive itself: name another file with -o.")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"Cannot write to {path.parent}: {error.strerror}.") from error
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    with explained(path):
        try:
            with (
                closing(sqlite3.connect(source.as_uri() + "?mode=ro", uri=True, timeout=30)) as original,
                closing(sqlite3.connect(partial, isolation_level=None)) as copy,
            ):
                original.backup(copy)
                _clean(copy)
                _check(copy)
            partial.replace(path)
        finally:
            partial.unlink(missing_ok=True)
    if folder:
        kit.install(folder)
    return path


def _clean(copy: sqlite3.Connection) -> None:
    copy.execute("PRAGMA journal_mode=DELETE")  # one file, readable from a read-only disk
    copy.execute("PRAGMA foreign_keys=OFF")
    for table in OPERATIONAL:
        copy.execute(f"DROP TABLE IF EXISTS {table}")
    copy.execute("UPDATE captures SET location = NULL")
    copy.execute("UPDATE files SET path = NULL WHERE path NOT GLOB 'files/*' OR path GLOB '*..*'")
    copy.execute("VACUUM")  # leaves no trace of what was dropped, but may renumber rows: so
    copy.execute("BEGIN")
    search.rebuild(copy)
    copy.execute("COMMIT")
    copy.execute("ANALYZE")


def _check(copy: sqlite3.Connection) -> None:
    (verdict,) = copy.execute("PRAGMA integrity_check").fetchone()
    if verdict != "ok":
        raise StoreError(f"The copy is damaged ({verdict}); the archive itself may be: check it with `scrapy verify`.")
    for table in ("documents_fts", "texts_fts", "cjk_fts"):
        copy.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
