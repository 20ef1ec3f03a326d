"""How many of the documents found have each person, place, topic …: counted in memory, exactly.

SQL would look up every link of every document found. One pass over the links makes a list of numbers a
document, and counting these is a matter of milliseconds for all documents at once.
"""

import asyncio
import sqlite3
import threading
import time
from collections import Counter
from collections.abc import Collection, Iterable
from contextlib import closing
from dataclasses import dataclass, field
from heapq import nlargest
from itertools import chain, filterfalse, repeat
from typing import Any

from .cache import stamp
from .filters import FILTERS

COUNTED = ("topics", "people", "places", "languages", "archives")
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
    all: Counter[int] = field(default_factory=Counter)
    """Position in `entries` → documents, of all there are."""
    years: dict[int, int] = field(default_factory=dict)
    """Row number → the first year its date can mean."""
    texts: dict[int, tuple[int, int]] = field(default_factory=dict)
    """Row number of `texts` → row number of its document, position."""

    def is_current(self) -> bool:
        """Whether it says how the database is now: to be asked once a snapshot has been read from."""
        return self.stamp == stamp(self.stamp[0])

    def count(self, rows: Collection[int], size: int) -> dict[str, list[tuple[str, str, int]]]:
        """Filter → [(id, name, documents)], the `size` most frequent ones of each."""
        counter = self._counted(rows)
        number = counter.__getitem__
        return {
            name: [(*self.entries[position], number(position)) for position in nlargest(size, span, number)]
            for name, span in ((name, filter(counter.__contains__, span)) for name, span in self.spans.items())
        }

    def totals(self, name: str) -> dict[str, int]:
        """Id → documents of all, for one filter."""
        return {self.entries[position][0]: self.all[position] for position in self.spans[name]}

    def _counted(self, rows: Collection[int]) -> Counter[int]:
        """Position in `entries` → documents; of most documents, what is left when the others are taken away."""
        if 2 * len(rows) <= len(self.links):
            return Counter(chain.from_iterable(map(self.links.get, rows, repeat(()))))
        others = filterfalse(rows.__contains__, self.links)
        return self.all - Counter(chain.from_iterable(map(self.links.__getitem__, others)))

    def count_years(self, rows: Iterable[int]) -> dict[int, int]:
        """Year → documents; undated ones are left out."""
        counter = Counter(map(self.years.get, rows))
        del counter[None]
        return dict(counter)  # type: ignore[arg-type]


_indexes: dict[str, Index] = {}
_making = threading.Lock()


def prepare(database: Any) -> None:
    """Have the first index made in the background, so that no search waits for it."""
    threading.Thread(target=_renew, args=(database, str(database.path)), daemon=True).start()


async def index(database: Any) -> Index:
    """The index of one of Datasette's databases; ask for it outside of `Room.read`, which is limited in time.

    The first one is waited for. Later ones are made in the background when the database has changed and
    the last is old for what it took; until then the last one counts, without what came after it.
    """
    path = str(database.path)
    held = _indexes.get(path)
    if held is None:
        return await asyncio.to_thread(_first, database, path)
    stale = held.stamp != stamp(path) and time.monotonic() - held.made > _PATIENCE * held.seconds
    if stale and not _making.locked():
        prepare(database)
    return held


def _first(database: Any, path: str) -> Index:
    with _making:
        return _indexes.get(path) or _make(database, path)


def _renew(database: Any, path: str) -> None:
    if _making.acquire(blocking=False):
        try:
            _make(database, path)
        except sqlite3.Error:  # being written to in a way that cannot be read now: the next search tries again
            return
        finally:
            _making.release()


def _make(database: Any, path: str) -> Index:
    made = Index(stamp(path))  # of before the snapshot: one of after it might be of a later state
    with closing(database.connect()) as connection:  # its own: the others give up after a time
        connection.execute("BEGIN")
        # Each of these reads an index, not the rows with their texts.
        rows = dict(connection.execute("SELECT slug, rowid FROM documents").fetchall())
        for row, date in connection.execute("SELECT rowid, date_earliest FROM documents WHERE date_earliest > ''"):
            if date[:4].isdigit():
                made.years[row] = int(date[:4])
        for text, slug, position in connection.execute("SELECT rowid, document, position FROM texts"):
            made.texts[text] = rows[slug], position
        for name in COUNTED:
            by = FILTERS[name]
            entries = connection.execute(f"SELECT id, name FROM {by.names} ORDER BY name").fetchall()
            positions = {ident: position for position, (ident, _) in enumerate(entries, len(made.entries))}
            made.spans[name] = range(len(made.entries), len(made.entries) + len(entries))
            made.entries += entries
            for slug, idents in connection.execute(
                f"SELECT document, group_concat({by.column}, char(31)) FROM {by.table} GROUP BY document"
            ):
                row = rows[slug]
                # A set, for a person with two parts in a document counts once.
                found = {positions[ident] for ident in idents.split("\x1f")}
                made.links[row] = made.links.get(row, ()) + tuple(found)
    # In the order in which searches come by them, in memory too: half the time of a count was spent on the way.
    made.links = {row: (*made.links[row],) for row in sorted(made.links)}
    made.all.update(chain.from_iterable(made.links.values()))
    made.seconds = time.monotonic() - made.made
    _indexes[path] = made
    return made
