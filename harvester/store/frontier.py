"""The frontier: every address the harvest knows, and what became of it.

It is also the retry queue: it lives in the database, so a kill forgets nothing. What is in flight
is known to this process only; after a kill it is simply pending again.
"""

import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from sqlite_utils import Database

from harvester.urls import Address

# Documents first, so that a run cut short holds as much as it can; then what finds more documents.
PRIORITY = {
    "document": 0,
    "record": 0,
    "node": 0,
    "download": 1,
    "file": 1,
    "catalog": 2,
    "list": 3,
    "topic": 4,
}
_LAST = 5
_AHEAD = 50

FILES = ("download", "file")
"""Kinds of address that lead to PDFs."""

_SCOPES = {"all": "", "pages": f" AND kind NOT IN {FILES}", "files": f" AND kind IN {FILES}"}


@dataclass(frozen=True, slots=True)
class Entry:
    """An address to ask for."""

    url: str
    kind: str
    attempts: int
    etag: str | None
    last_modified: str | None


class Frontier:
    """The addresses of one source."""

    def __init__(self, db: Database, source: str, run: int | None, now: str) -> None:
        self._db, self.source, self.run, self.now = db, source, run, now
        self._ahead: deque[Entry] = deque()
        self._taken: set[str] = set()
        self._scope = _SCOPES["all"]
        self.freed: Callable[[], None] = lambda: None
        """Called whenever an address in flight has been answered."""

    def add(self, addresses: Iterable[Address]) -> int:
        """Make new addresses pending; returns how many were new."""
        execute = self._db.conn.execute
        added = sum(
            execute(
                "INSERT OR IGNORE INTO frontier (url, source, kind, priority, added_at) VALUES (?, ?, ?, ?, ?)",
                (a.url, self.source, a.kind, PRIORITY.get(a.kind, _LAST), self.now),
            ).rowcount
            for a in addresses
        )
        if added:
            self._ahead.clear()
        return added

    def again(self, addresses: Iterable[Address]) -> None:
        """Make addresses pending, known or not."""
        self.add(addresses := list(addresses))
        self._db.conn.executemany(
            "UPDATE frontier SET state = 'pending', attempts = 0, next_try = NULL, reason = NULL"
            " WHERE source = ? AND url = ? AND state <> 'pending'",
            [(self.source, a.url) for a in addresses],
        )
        self._ahead.clear()

    def again_if_done(self, addresses: Iterable[Address]) -> None:
        """Make addresses pending that ended well, because what they brought is lost."""
        self._db.conn.executemany(
            "UPDATE frontier SET state = 'pending', attempts = 0, next_try = NULL, reason = NULL"
            " WHERE source = ? AND url = ? AND state IN ('done', 'excluded')",
            [(self.source, a.url) for a in addresses],
        )
        self._ahead.clear()

    def narrow(self, scope: Literal["all", "pages", "files"]) -> None:
        """From now on hand out and count addresses of all kinds, only of pages, or only of files."""
        if self._scope != _SCOPES[scope]:
            self._scope = _SCOPES[scope]
            self._ahead.clear()

    def take(self, only: Iterable[str] | None = None) -> Entry | None:
        """The next address that is due, or None; `only` narrows the choice to some addresses."""
        if not self._ahead:
            among = "" if only is None else f" AND url IN ({','.join('?' * len(only := list(only)))})"
            rows = self._db.conn.execute(
                "SELECT url, kind, attempts, etag, last_modified FROM frontier"
                " WHERE source = ? AND state = 'pending' AND (next_try IS NULL OR next_try <= ?)"
                f"{self._scope}{among} ORDER BY priority, rowid LIMIT ?",
                (self.source, time.time(), *(only or ()), _AHEAD + len(self._taken)),
            )
            self._ahead.extend(entry for row in rows if (entry := Entry(*row)).url not in self._taken)
        if not self._ahead:
            return None
        entry = self._ahead.popleft()
        self._taken.add(entry.url)
        return entry

    def wait(self, only: Iterable[str] | None = None) -> float | None:
        """Seconds until an address not in flight is due; None when there is none."""
        among = "" if only is None else f" AND url IN ({','.join('?' * len(only := list(only)))})"
        rows = self._db.conn.execute(
            "SELECT url, next_try FROM frontier WHERE source = ? AND state = 'pending'"
            f"{self._scope}{among} ORDER BY next_try LIMIT ?",
            (self.source, *(only or ()), 1 + len(self._taken)),
        )
        due = [row[1] or 0.0 for row in rows if row[0] not in self._taken]
        return max(0.0, due[0] - time.time()) if due else None

    def settle(
        self,
        url: str,
        state: str,
        reason: str | None = None,
        *,
        digest: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Write what became of an address; call it inside the transaction of the page's records."""
        self._db.conn.execute(
            "UPDATE frontier SET state = ?, reason = ?, attempts = attempts + 1, next_try = NULL, checked_at = ?,"
            " run = ?, digest = coalesce(?, digest), etag = coalesce(?, etag),"
            " last_modified = coalesce(?, last_modified) WHERE source = ? AND url = ?",
            (state, reason, self.now, self.run, digest, etag, last_modified, self.source, url),
        )
        self._free(url)

    def retry(self, url: str, reason: str, delay: float, *, counts: bool = True) -> None:
        """Ask again after `delay` seconds; `counts` says whether this try counts against the address."""
        self._db.conn.execute(
            "UPDATE frontier SET attempts = attempts + ?, reason = ?, next_try = ? WHERE source = ? AND url = ?",
            (int(counts), reason, time.time() + delay, self.source, url),
        )
        self._free(url)

    def release(self, url: str) -> None:
        """Put an address back as it was, when a run ends before its answer."""
        self._free(url)

    def _free(self, url: str) -> None:
        self._taken.discard(url)
        self.freed()

    @property
    def in_flight(self) -> int:
        """Addresses taken and not yet answered."""
        return len(self._taken)

    def counts(self) -> dict[str, int]:
        """State → addresses."""
        return dict(
            self._db.conn.execute(
                f"SELECT state, count(*) FROM frontier WHERE source = ?{self._scope} GROUP BY state", (self.source,)
            ).fetchall()
        )

    def retry_failed(self) -> None:
        """Give what failed in an earlier run a new chance."""
        self._pending("state = 'failed'")

    def all_again(self) -> None:
        """Ask for everything again; what was excluded stays so."""
        self._pending("state IN ('done', 'quarantined')")

    def _pending(self, which: str) -> None:
        self._db.conn.execute(
            "UPDATE frontier SET state = 'pending', attempts = 0, next_try = NULL, reason = NULL"
            f" WHERE source = ? AND {which}",
            (self.source,),
        )
        self._ahead.clear()
