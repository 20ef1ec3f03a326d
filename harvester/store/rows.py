"""Rows that may wait for others of their table: many at once cost a third of as many alone.

Only what nothing reads before the batch ends may wait; who does read it, or changes what it refers to, calls
`write` first.
"""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

Row = tuple[Any, ...]
as_json = json.JSONEncoder(ensure_ascii=False).encode
"""A list or an object as a value of a row."""


class Rows:
    """Rows to be added through one connection, at once or, while `wait` is set, when `write` is called."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._executemany = connection.executemany
        self.wait = False
        self._waiting: dict[str, list[Row]] = {}  # statement → rows
        self._written: list[tuple[str, list[Row]]] = []  # since the page began

    def add(self, statement: str, rows: Sequence[Row]) -> None:
        """Add rows by a statement for one of them."""
        if not self.wait:
            self._executemany(statement, rows)
        elif statement in self._waiting:
            self._waiting[statement] += rows
        else:
            self._waiting[statement] = [*rows]

    def write(self) -> None:
        """Write what waits."""
        for statement, rows in self._waiting.items():
            self._executemany(statement, rows)
        self._written += self._waiting.items()
        self._waiting.clear()

    @contextmanager
    def page(self) -> Iterator[None]:
        """Around a savepoint: if it is rolled back, what waited when it began waits again, and nothing else."""
        self._written.clear()
        waited = {statement: len(rows) for statement, rows in self._waiting.items()}
        try:
            yield
        except BaseException:
            self._written += self._waiting.items()
            self._waiting = {}
            for statement, rows in self._written:
                self._waiting.setdefault(statement, []).extend(rows)
            self._waiting = {statement: self._waiting[statement][:count] for statement, count in waited.items()}
            raise

    def forget(self) -> None:
        """Let go of what waits."""
        self._waiting.clear()
