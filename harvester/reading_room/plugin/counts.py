"""How many of the documents found have each person, place, topic …: counted in memory, exactly.

SQL would look up every link of every document found. One pass over the links makes a list of numbers a
document, and counting these is a matter of milliseconds for all documents at once.
"""

import sqlite3
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import chain, repeat
from typing import Any

from .cache import stamp
from .filters import FILTERS

_PATIENCE = 30  # an index is made anew when it is out of date and older than so many times what it took


@dataclass
class Index:
    """What hangs on each document, by its row number."""

    stamp: Any
    made: float = field(default_factory=time.monotonic)
    seconds: float = 0.0
    entries: list[tuple[str, str]] = field(default_factory=list)
    """(id, name)."""
    spans: dict[str, range] = field(default_factory=dict)
    """Filter → where its entries stand in `entries`, by name."""
    links: dict[int, tuple[int, ...]] = field(default_factory=dict)
    """Row number → positions in `entries`."""
    years: dict[int, int] = field(default_factory=dict)
    """Row number → the first year its date can mean."""

    def count(self, rows: Iterable[int], size: int) -> dict[str, list[tuple[str, str, int]]]:
        """Filter → [(id, name, documents)], the `size` most frequent ones of each."""
        counter = Counter(chain.from_iterable(map(self.links.get, rows, repeat(()))))
        number = counter.__getitem__
        return {
            name: [(*self.entries[position], number(position)) for position in nlargest(size, span, number)]
            for name, span in ((name, filter(counter.__contains__, span)) for name, span in self.spans.items())
        }

    def count_years(self, rows: Iterable[int]) -> dict[int, int]:
        """Year → documents; undated ones are left out."""
        counter = Counter(map(self.years.get, rows))
        del counter[None]
        return dict(counter)  # type: ignore[arg-type]


_indexes: dict[str, Index] = {}


def index(connection: sqlite3.Connection, path: str) -> Index:
    """The index of the database at `path`, made anew when the database changed and that is cheap enough."""
    held, now = _indexes.get(path), stamp(path)
    if held is None or (held.stamp != now and time.monotonic() - held.made > _PATIENCE * held.seconds):
        _indexes[path] = held = _make(connection, now)
    return held


def _make(connection: sqlite3.Connection, now: Any) -> Index:
    made = Index(now)
    rows: dict[str, int] = {}
    for row, slug, date in connection.execute("SELECT rowid, slug, date_earliest FROM documents"):
        rows[slug] = row
        if date and date[:4].isdigit():
            made.years[row] = int(date[:4])
    links: dict[int, dict[int, None]] = {row: {} for row in rows.values()}
    for name, by in FILTERS.items():
        entries = [tuple(row) for row in connection.execute(f"SELECT id, name FROM {by.names} ORDER BY name")]
        positions = {ident: position for position, (ident, _) in enumerate(entries, len(made.entries))}
        made.spans[name] = range(len(made.entries), len(made.entries) + len(entries))
        made.entries += entries
        for slug, ident in connection.execute(f"SELECT document, {by.column} FROM {by.table}"):
            if slug in rows and ident in positions:
                links[rows[slug]][positions[ident]] = None  # a person with two parts counts once
    made.links = {row: tuple(found) for row, found in links.items()}
    made.seconds = time.monotonic() - made.made
    return made
