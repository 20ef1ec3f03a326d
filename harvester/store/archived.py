"""Captures that the Wayback Machine lists: which are to be asked for, and what came of those that were.

What writes is to be called inside a transaction.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlite_utils import Database

from harvester.sources import cdx
from harvester.sources.cdx import Row
from harvester.urls import Address

GOOD = "good"
_COLUMNS = "timestamp, original, status, media_type, digest"


@dataclass(frozen=True)
class Span:
    """Which captures count: the first digits of a timestamp; None is open."""

    since: str | None = None
    until: str | None = None

    def holds(self, row: Row) -> bool:
        """Whether a capture is from this time."""
        return (self.since or "").ljust(14, "0") <= row.timestamp <= (self.until or "").ljust(14, "9")


class Archived:
    """The tables `archived` and `archived_lists`."""

    def __init__(self, db: Database, span: Span) -> None:
        self._execute, self._many = db.conn.execute, db.conn.executemany
        self._span = span

    def note(self, rows: Iterable[Row]) -> list[Address]:
        """Write what the index lists; returns the addresses that have a capture worth asking for."""
        found = cdx.by_address(rows)
        for address, captures in found.items():
            self._many(
                f"INSERT OR IGNORE INTO archived (address, {_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)",
                [(address.url, r.timestamp, r.original, r.status, r.media_type, r.digest) for r in captures],
            )
        return [address for address in found if self.candidates(address.url)]

    def candidates(self, address: str) -> list[Row]:
        """The captures of an address yet to be tried, best first; none is older than a good one, or its bytes."""
        good: list[Row] = []
        waiting: list[Row] = []
        for *values, outcome in self._execute(
            f"SELECT {_COLUMNS}, outcome FROM archived WHERE address = ?", (address,)
        ).fetchall():
            row = Row(*values)
            if outcome is None and self._span.holds(row):
                waiting.append(row)
            elif outcome == GOOD:
                good.append(row)
        newest = max((row.timestamp for row in good), default="")
        held = {row.digest for row in good if self._tells(row.digest)}
        return [row for row in cdx.choose(waiting) if row.timestamp > newest and row.digest not in held]

    def _tells(self, digest: str) -> bool:
        """Whether a digest is one of bytes: not every service gives real ones, and pages are not alike."""
        query = "SELECT count(DISTINCT address) FROM archived WHERE digest = ?"
        return digest.strip("-") != "" and self._execute(query, (digest,)).fetchone()[0] == 1

    def best(self, address: str) -> Row | None:
        """The capture that gave the page, else the newest."""
        row = self._execute(
            f"SELECT {_COLUMNS} FROM archived WHERE address = ? ORDER BY outcome IS ? DESC, timestamp DESC LIMIT 1",
            (address, GOOD),
        ).fetchone()
        return Row(*row) if row else None

    def has_good(self, address: str) -> bool:
        """Whether a capture of an address gave its page."""
        query = "SELECT 1 FROM archived WHERE address = ? AND outcome = ?"
        return self._execute(query, (address, GOOD)).fetchone() is not None

    def tried(self, address: str, row: Row, outcome: str) -> None:
        """Note what came of a capture: `good`, or what is wrong with it."""
        self._execute(
            "UPDATE archived SET outcome = ? WHERE address = ? AND timestamp = ? AND original = ?",
            (outcome, address, row.timestamp, row.original),
        )

    def count(self) -> int:
        """How many captures are known."""
        return int(self._execute("SELECT count(*) FROM archived").fetchone()[0])

    # -- the listing -------------------------------------------------------------------------

    def newest(self, prefix: str) -> str | None:
        """The newest capture under a prefix, as a timestamp, when it was last listed to its end; None if never."""
        row = self._execute("SELECT newest FROM archived_lists WHERE prefix = ?", (prefix,)).fetchone()
        return (row and row[0]) or None

    def asking(self, prefix: str) -> str | None:
        """The page of the index that a listing which has not come to its end asks for next."""
        row = self._execute("SELECT asking FROM archived_lists WHERE prefix = ?", (prefix,)).fetchone()
        return row[0] if row else None

    def listed(self, prefix: str, reached: str, asking: str | None) -> None:
        """Note how far a listing has come: the newest capture it has shown, and what it asks for next."""
        self._execute(
            "INSERT INTO archived_lists (prefix, reached, asking) VALUES (?, ?, ?) ON CONFLICT (prefix)"
            " DO UPDATE SET reached = max(reached, excluded.reached), asking = excluded.asking",
            (prefix, reached, asking),
        )
        if asking is None:
            self._execute("UPDATE archived_lists SET newest = reached WHERE prefix = ?", (prefix,))
