"""Search indexes for many new rows at once: cheaper by half than row by row, and as safe.

FTS5 writes what it has gathered to the database whenever a statement that may fail begins, so a trigger makes
it do so for every row. Here the triggers leave out the rows that a transaction adds, and these are indexed
together before it is committed: whoever reads, and whoever comes after a kill, finds index and table in step.
"""

import sqlite3

# Index → the table it is of, the table's row number, the columns.
_INDEXES = {
    "documents_fts": ("documents", "rowid", "title, summary, text"),
    "texts_fts": ("texts", "rowid", "text"),
    "cjk_fts": ("cjk", "id", "grams"),
}


class DeferredIndexing:
    """Between `begin` and `finish`, both inside one transaction, rows that are added are not indexed yet."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._execute = connection.execute
        self._last: dict[str, int] = {}  # index → the last row it holds
        self._triggers: dict[str, str] = {}  # as they were

    def begin(self) -> None:
        """Let the triggers pass over rows after the last."""
        self._triggers.clear()
        for index, (table, row, _) in _INDEXES.items():
            self._last[index] = self._execute(f"SELECT coalesce(max({row}), 0) FROM {table}").fetchone()[0]
            triggers = self._execute(
                "SELECT name, sql FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?", (table,)
            ).fetchall()
            for name, sql in triggers:
                self._triggers[name] = sql
                self._execute(f"DROP TRIGGER {name}")
                self._execute(_only(sql, f"{row} <= {self._last[index]}"))

    def finish(self) -> None:
        """Index the rows that were added, and let the triggers be as they were."""
        for index, (table, row, columns) in _INDEXES.items():
            self._execute(
                f"INSERT INTO {index} (rowid, {columns}) SELECT {row}, {columns} FROM {table} WHERE {row} > ?",
                (self._last[index],),
            )
        for name, sql in self._triggers.items():
            self._execute(f"DROP TRIGGER {name}")
            self._execute(sql)


def _only(trigger: str, condition: str) -> str:
    """The trigger's statement, for rows that meet the condition only."""
    head, _, body = trigger.partition("BEGIN")
    event, _, when = head.partition("WHEN")
    condition = f"{'new' if ' INSERT ' in event else 'old'}.{condition}"
    return f"{event} WHEN {condition} {f'AND ({when})' if when else ''} BEGIN {body}"
