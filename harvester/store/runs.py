"""One row a run: what was asked, what came of it, how it ended."""

import json
from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database


def begin(db: Database, spider: str, arguments: Mapping[str, str], started: str) -> int:
    """Add the run's row and return its id."""
    cursor = db.conn.execute(
        "INSERT INTO runs (spider, arguments, started) VALUES (?, ?, ?)",
        (spider, json.dumps(dict(arguments), ensure_ascii=False), started),
    )
    return int(cursor.lastrowid or 0)


def end(db: Database, run: int, finished: str, exit_code: int, reason: str, counts: Mapping[str, Any]) -> None:
    """Complete the run's row."""
    db.conn.execute(
        "UPDATE runs SET finished = ?, exit_code = ?, reason = ?, counts = ? WHERE id = ?",
        (finished, exit_code, reason, json.dumps(dict(counts), ensure_ascii=False), run),
    )
