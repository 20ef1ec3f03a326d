"""One row a run: what was asked, what came of it, how it ended."""

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

STOPPED = "Stopped"
"""How the reason of a run begins that was stopped before its end."""


def begin(db: Database, spider: str, arguments: Mapping[str, str], started: str) -> int:
    """Add the run's row and return its id; call it under the lock, for it ends runs that did not end."""
    db.conn.execute(
        "UPDATE runs SET reason = ? WHERE exit_code IS NULL AND reason IS NULL",
        ("it did not come to its end: killed, or the machine went down",),
    )
    cursor = db.conn.execute(
        "INSERT INTO runs (spider, arguments, started) VALUES (?, ?, ?)",
        (spider, _dump(arguments), started),
    )
    return int(cursor.lastrowid or 0)


def good(db: Database, spider: str, last: int = 10) -> list[dict[str, Any]]:
    """The counts of a spider's last complete runs, newest first."""
    rows = db.conn.execute(
        "SELECT counts FROM runs WHERE spider = ? AND exit_code = 0 AND counts IS NOT NULL ORDER BY id DESC LIMIT ?",
        (spider, last),
    )
    return [json.loads(row[0]) for row in rows]


def interrupted_since(db: Database, spider: str, arguments: Mapping[str, str]) -> str | None:
    """When the first of the runs started that asked for the same and have not come to their end; None if none is."""
    return db.conn.execute(
        "SELECT min(started) FROM runs WHERE spider = ? AND arguments = ? AND id >"
        " (SELECT coalesce(max(id), 0) FROM runs WHERE spider = ? AND arguments = ?"
        " AND (exit_code IN (0, 5) OR exit_code = 6 AND reason NOT LIKE ?))",
        (*(spider, _dump(arguments)) * 2, f"{STOPPED}%"),
    ).fetchone()[0]


def end(db: Database, run: int, finished: str, exit_code: int, reason: str, counts: Mapping[str, Any]) -> None:
    """Complete the run's row."""
    db.conn.execute(
        "UPDATE runs SET finished = ?, exit_code = ?, reason = ?, counts = ? WHERE id = ?",
        (finished, exit_code, reason, _dump(counts), run),
    )


def _dump(values: Mapping[str, Any]) -> str:
    return json.dumps(dict(values), ensure_ascii=False)
