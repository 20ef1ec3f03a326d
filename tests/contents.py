"""What an archive holds, without what no two harvests have in common: times and row numbers."""

import sqlite3
from pathlib import Path
from typing import Any

_OPERATIONAL = ("captures", "runs", "quarantine", "document_versions", "lists", "listed", "cjk")
_TIMES = ("first_seen", "last_seen", "last_changed", "capture", "id")
_OF_FRONTIER = "SELECT url, kind, state FROM frontier"


def contents(output: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Table → rows, sorted."""
    connection = sqlite3.connect(output / "wilson.db")
    names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    names = [name for name in names if "_fts" not in name and not name.startswith(("_", "sqlite"))]
    found = {}
    for name in sorted(set(names) - set(_OPERATIONAL)):
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        wanted = [c for c in columns if c not in _TIMES or (c == "id" and name not in ("files",))]
        query = _OF_FRONTIER if name == "frontier" else f"SELECT {', '.join(wanted)} FROM {name}"
        found[name] = sorted(connection.execute(query).fetchall(), key=repr)
    connection.close()
    return found


def assert_sound(output: Path) -> None:
    """The database is whole: pages, foreign keys, every search index; and no address is left in the middle."""
    connection = sqlite3.connect(output / "wilson.db")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    for table in ("documents_fts", "texts_fts", "cjk_fts"):
        connection.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")
    connection.rollback()
    connection.close()


def states(output: Path) -> dict[str, int]:
    """State → addresses of the frontier."""
    with sqlite3.connect(output / "wilson.db") as connection:
        return dict(connection.execute("SELECT state, count(*) FROM frontier GROUP BY state").fetchall())


def one(output: Path, query: str, *values: object) -> Any:
    """The first value of the first row of a query; None when there is none."""
    with sqlite3.connect(output / "wilson.db") as connection:
        row = connection.execute(query, values).fetchone()
    return row[0] if row else None


def many(output: Path, query: str, *values: object) -> list[Any]:
    """All rows of a query."""
    with sqlite3.connect(output / "wilson.db") as connection:
        return connection.execute(query, values).fetchall()
