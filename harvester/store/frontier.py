"""The frontier: every address the harvest knows, and what became of it.

It is also the retry queue: it lives in the database, so a kill forgets nothing. What is in flight
is known to this process only; after a kill it is simply pending again.
"""

import json
import time
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

from sqlite_utils import Database

from harvester.clock import now
from harvester.store.database import NAME, explained
from harvester.store.rows import Rows
from harvester.urls import Address

# Documents first, so that a run cut short holds as much as it can; then what finds more documents.
PRIORITY = {
    "cdx": -1,  # a page of the Wayback Machine's index: which captures there are is known before any is chosen
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

    def __init__(self, db: Database, source: str, run: int | None, rows: Rows) -> None:
        self._db, self._rows, self.source, self.run = db, rows, source, run
        self._ahead: deque[Entry] = deque()
        self._taken: set[str] = set()
        self._scope = _SCOPES["all"]
        self.freed: Callable[[], None] = lambda: None
        """Called whenever an address in flight has been answered."""

    def add(self, addresses: Iterable[Address]) -> int:
        """Make new addresses pending; returns how many were new."""
        execute, added_at = self._db.conn.execute, now()
        added = sum(
            execute(
                "INSERT OR IGNORE INTO frontier (url, source, kind, priority, added_at) VALUES (?, ?, ?, ?, ?)",
                (a.url, self.source, a.kind, _priority(a), added_at),
            ).rowcount
            for a in addresses
        )
        if added:
            self._ahead.clear()
        return added

    def found(self, address: Address, digest: str) -> None:
        """Settle as done the address of a page in a file, whether or not anybody has asked for it."""
        moment = now()
        values = (address.url, self.source, address.kind, _priority(address), moment, moment, self.run, digest)
        self._rows.add(
            "INSERT INTO frontier (url, source, kind, priority, state, attempts, added_at, checked_at, run, digest)"
            " VALUES (?, ?, ?, ?, 'done', 1, ?, ?, ?, ?) ON CONFLICT (source, url) DO UPDATE SET state = 'done',"
            " reason = NULL, attempts = attempts + 1, next_try = NULL, checked_at = excluded.checked_at,"
            " run = excluded.run, digest = excluded.digest",
            [values],
        )
        self._ahead.clear()

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
            self._ahead.extend(entry for entry in self._due(only) if entry.url not in self._taken)
        if not self._ahead:
            return None
        entry = self._ahead.popleft()
        self._taken.add(entry.url)
        return entry

    def _due(self, only: Iterable[str] | None) -> list[Entry]:
        among, urls = _among(only)
        with explained(NAME):
            rows = self._db.conn.execute(
                "SELECT url, kind, attempts, etag, last_modified FROM frontier"
                " WHERE source = ? AND state = 'pending' AND (next_try IS NULL OR next_try <= ?)"
                f"{self._scope}{among} ORDER BY priority, rowid LIMIT ?",
                (self.source, time.time(), *urls, _AHEAD + len(self._taken)),
            ).fetchall()
        return [Entry(*row) for row in rows]

    def wait(self, only: Iterable[str] | None = None) -> float | None:
        """Seconds until an address not in flight is due; None when there is none."""
        among, urls = _among(only)
        with explained(NAME):
            [due] = self._db.conn.execute(
                "SELECT min(coalesce(next_try, 0)) FROM frontier WHERE source = ? AND state = 'pending'"
                f"{self._scope}{among} AND url NOT IN (SELECT value FROM json_each(?))",
                (self.source, *urls, json.dumps(list(self._taken))),
            ).fetchone()
        return None if due is None else max(0.0, due - time.time())

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
            (state, reason, now(), self.run, digest, etag, last_modified, self.source, url),
        )
        self._free(url)

    def retry(self, url: str, reason: str, delay: float, *, counts: bool = True) -> None:
        """Ask again after `delay` seconds; `counts` says whether this try counts against the address."""
        with explained(NAME):
            self._db.conn.execute(
                "UPDATE frontier SET attempts = attempts + ?, reason = ?, next_try = ? WHERE source = ? AND url = ?",
                (int(counts), reason, time.time() + delay, self.source, url),
            )
        self._free(url)

    def release(self, url: str) -> None:
        """Put an address back as it was, when a run ends before its answer."""
        self._free(url)

    def taken(self) -> list[str]:
        """The addresses in flight."""
        return list(self._taken)

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

    def held(self) -> int:
        """Documents that stand on the site, as far as it is known."""
        return self._one(
            "SELECT count(*) FROM documents d JOIN frontier f ON f.url = d.url AND f.source = ?"
            " WHERE d.gone_since IS NULL AND f.state = 'done'"
        )

    def state(self, url: str) -> tuple[str, str | None]:
        """(state, reason) of an address; ('unknown', None) of one that is not here."""
        row = self._row("state, reason", url)
        return row or ("unknown", None)

    def checked(self, url: str) -> str:
        """When an address was last answered; '' when it never was."""
        row = self._row("checked_at", url)
        return (row and row[0]) or ""

    def kind_again(self, kind: str) -> None:
        """Ask for every address of a kind again."""
        self._pending("kind = ?", kind)

    def failures(self) -> list[tuple[str, str]]:
        """(address, reason) of what failed in this run."""
        return self._db.conn.execute(
            "SELECT url, reason FROM frontier WHERE source = ? AND run = ? AND state = 'failed' ORDER BY url",
            (self.source, self.run),
        ).fetchall()

    def retry_failed(self, *, challenged: bool = True) -> None:
        """Give what failed in an earlier run a new chance, and what was kept out by a challenge (`challenged`)."""
        self._pending("state = 'failed' OR ? AND state = 'quarantined' AND reason LIKE 'challenge:%'", challenged)

    def again_if_excluded(self, reason: str) -> None:
        """Make pending again what was excluded for a reason that may no longer hold."""
        self._pending("state = 'excluded' AND reason = ?", reason)

    def pending(self) -> list[str]:
        """All addresses to be asked for."""
        rows = self._db.conn.execute(
            "SELECT url FROM frontier WHERE source = ? AND state = 'pending' ORDER BY rowid", (self.source,)
        )
        return [row[0] for row in rows]

    def revisit(self, before: str, limit: int) -> None:
        """Ask again for up to `limit` pages last checked before a moment, the oldest check first.

        Those that an earlier run was asked to check, and did not come to, count.
        """
        limit -= self._one("SELECT count(*) FROM frontier WHERE source = ? AND state = 'pending' AND checked_at > ''")
        self._pending(
            f"rowid IN (SELECT rowid FROM frontier WHERE source = ? AND {_PAGES} AND checked_at < ?"
            " ORDER BY checked_at, rowid LIMIT ?)",
            self.source,
            before,
            max(0, limit),
        )

    def abandon(self, reason: str) -> int:
        """End what is still pending as failed; returns how many that were."""
        return self._db.conn.execute(
            "UPDATE frontier SET state = 'failed', reason = ?, checked_at = ?, run = ?"
            " WHERE source = ? AND state = 'pending'",
            (reason, now(), self.run, self.source),
        ).rowcount

    def all_again(self, before: str) -> None:
        """Ask for every page and file again that was last checked before a moment."""
        self._pending(f"{_ONCE_ANSWERED} AND checked_at <= ?", before)

    def _pending(self, which: str, *values: object) -> None:
        self._db.conn.execute(
            "UPDATE frontier SET state = 'pending', attempts = 0, next_try = NULL, reason = NULL"
            f" WHERE source = ? AND ({which}){self._scope}",
            (self.source, *values),
        )
        self._ahead.clear()

    def _row(self, columns: str, url: str) -> Any:
        return self._db.conn.execute(
            f"SELECT {columns} FROM frontier WHERE source = ? AND url = ?", (self.source, url)
        ).fetchone()

    def _one(self, query: str) -> int:
        return int(self._db.conn.execute(query, (self.source,)).fetchone()[0])


# What can be asked again: not lists (those are swept), but what the site once said does not exist.
_ONCE_ANSWERED = (
    "kind NOT IN ('catalog', 'list') AND (state IN ('done', 'quarantined')"
    " OR state = 'excluded' AND reason LIKE 'HTTP 4%')"
)
_PAGES = _ONCE_ANSWERED + _SCOPES["pages"]  # what is revisited in rotation: a scan hardly changes


def _priority(address: Address) -> int:
    return PRIORITY.get(address.kind, _LAST)


def _among(only: Iterable[str] | None) -> tuple[str, tuple[str, ...]]:
    if only is None:
        return "", ()
    return " AND url IN (SELECT value FROM json_each(?))", (json.dumps(list(only)),)
