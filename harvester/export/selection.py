"""Which documents to export. Raises UsageError for a name that the archive does not know."""

import difflib
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from harvester.exceptions import UsageError
from harvester.reading_room.plugin.filters import FILTERS
from harvester.store.database import NAME, explained


@dataclass
class Wanted:
    """What a user asks for; nothing means everything."""

    names: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """Filter (`topics`, `people`, …) → ids or names as shown, all of which a document must have."""
    first: int | None = None
    """First year."""
    last: int | None = None
    """Last year."""
    words: str | None = None
    """A query as in the reading room's search."""

    def __bool__(self) -> bool:
        return bool(any(self.names.values()) or self.first or self.last or self.words)


@contextmanager
def snapshot(output: Path) -> Iterator[sqlite3.Connection]:
    """The archive's database as it is now, read-only; a harvest may go on meanwhile. Raises StoreError."""
    address = (output / NAME).absolute().as_uri() + "?mode=ro"
    with (
        explained(output / NAME),
        closing(sqlite3.connect(address, uri=True, isolation_level=None, timeout=30)) as connection,
    ):
        connection.row_factory = sqlite3.Row
        connection.execute("BEGIN")
        yield connection


def select(connection: sqlite3.Connection, wanted: Wanted) -> list[str] | None:
    """Slugs of the documents, in the order of the database; None for all of them."""
    if not wanted:
        return None
    from harvester.reading_room.plugin import query, search  # with what draws web pages: not for every command

    asked = search.Asked(
        query.parse(wanted.words or ""),
        {name: [_ident(connection, name, value) for value in values] for name, values in wanted.names.items()},
        wanted.first,
        wanted.last,
    )
    if wanted.words and not asked.query:
        raise UsageError(f"--search {wanted.words!r}: {' '.join(asked.query.notes)}")
    rows, _ = search.match(connection, asked)
    return [row[1] for row in connection.execute("SELECT rowid, slug FROM documents ORDER BY rowid") if row[0] in rows]


def _ident(connection: sqlite3.Connection, name: str, value: str) -> str:
    """The id of what a user calls by its id or its name."""
    table = FILTERS[name].names
    found = connection.execute(
        f"SELECT id FROM {table} WHERE id = :value OR name = :value COLLATE NOCASE ORDER BY id = :value DESC LIMIT 1",
        {"value": value},
    ).fetchone()
    if found:
        return str(found[0])
    known = [row[0] for row in connection.execute(f"SELECT name FROM {table}")]
    near = difflib.get_close_matches(value, known, n=3, cutoff=0.5) or [n for n in known if value.lower() in n.lower()]
    advice = f" Did you mean {' or '.join(repr(n) for n in near[:3])}?" if near else ""
    raise UsageError(f"The archive has no {value!r} among its {name}.{advice}")
