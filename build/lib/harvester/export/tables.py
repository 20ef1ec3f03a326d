"""CSV and JSON Lines of the documents."""

import csv
import io
import json
import sqlite3
from collections.abc import Iterator, Sequence
from typing import Any

from harvester.export import records

SEPARATOR = "|"  # between the names of one cell; it stands in none of them
_NOT_IN_CSV = ("html",)


def jsonl(connection: sqlite3.Connection, slugs: Sequence[str] | None) -> Iterator[str]:
    """A document a line, with all that hangs on it."""
    for record in records.whole(connection, slugs):
        yield json.dumps(record, ensure_ascii=False) + "\n"


def csv_lines(
    connection: sqlite3.Connection, slugs: Sequence[str] | None, *, spreadsheet: bool = False
) -> Iterator[str]:
    """A document a row. For a spreadsheet: a byte order mark, and nothing that it takes for a formula."""
    columns = [row["name"] for row in connection.execute("PRAGMA table_info(documents)")]
    columns = [name for name in columns if name not in (*_NOT_IN_CSV, "capture")]
    if spreadsheet:
        yield "\ufeff"
    yield line(columns)
    for record in records.documents(connection, slugs):
        cells = [_cell(record[name]) for name in columns]
        yield line([_harmless(cell) for cell in cells] if spreadsheet else cells)


def line(cells: Sequence[Any]) -> str:
    """One row of CSV as RFC 4180 has it."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _cell(value: Any) -> Any:
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return SEPARATOR.join(value)
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def _harmless(cell: Any) -> Any:
    return f"'{cell}" if isinstance(cell, str) and cell[:1] in ("=", "+", "-", "@", "\t", "\r") else cell
