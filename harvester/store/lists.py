"""The site's lists of documents: what they claimed, and how far a sweep of each has come.

A list is the catalog, or the catalog filtered by a topic. Its order is not relied on: it is as known
when its total and its first page are; otherwise it is swept, page by page, until the difference is
explained, and whole when the last sweep is long ago. Pages shift while a sweep goes on, so it is done
when total and first page are at its end as they were at its beginning and it has met as many documents
as the list claims, or after `ROUNDS` rounds; after more, when it keeps changing its order and has not shown
all. All of it is in the database, so that a killed sweep goes on.
"""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlite_utils import Database

from harvester import urls
from harvester.pages.model import CatalogPage

CATALOG = "catalog"
ROUNDS = 3
MOST_ROUNDS = 15


def name_of(page: CatalogPage) -> str:
    """`catalog`, or `topic:{term id}`."""
    return f"topic:{page.topic}" if page.topic else CATALOG


@dataclass
class _List:
    """A row of `lists`."""

    list: str
    total: int | None = None
    first_page: str | None = None
    swept_at: str | None = None
    sweep: str | None = None
    """When the sweep began that is going on."""
    round: int = 0
    whole: int = 0
    """Whether that sweep reads every page, explained or not."""
    missing: int = 0
    """How many documents the last whole sweep did not find, though the list claims them; below 0, found too many."""
    pages: int = 0
    mark: str | None = None
    """Total and first page when the round began."""
    met: int = 0
    """How many documents were met on it so far."""
    checked: int = 0
    """The last round at whose end the first page was read once more."""

    @property
    def face(self) -> str:
        """What shows that a list has changed."""
        return json.dumps([self.total, self.first_page])

    @property
    def size(self) -> int:
        """Documents on a page."""
        return len(json.loads(self.first_page or "[]"))


@dataclass(frozen=True)
class News:
    """What a page of a list brought."""

    wanted: Sequence[urls.Address] = ()
    """Pages to ask for again, known or not."""
    changed: bool = False
    """Whether the list is not as it was known."""
    whole: bool = False
    """Whether it is swept whole."""


class Lists:
    """The lists of one source. Every method but `claimed` is called inside a transaction."""

    def __init__(self, db: Database, source: str, swept_before: str, unlisted: Callable[[str], None]) -> None:
        """`swept_before`: a list whose last whole sweep is older is swept again.

        `unlisted` is called with the slug of each document that a topic's list no longer shows.
        """
        self._db, self.source, self._swept_before, self._unlisted = db, source, swept_before, unlisted

    def forget_sweeps(self) -> None:
        """Have every list swept whole again."""
        self._execute("UPDATE lists SET swept_at = NULL WHERE source = ?", self.source)

    def claimed(self) -> int | None:
        """How many documents the catalog claims."""
        known = self._read(CATALOG)
        return known.total if known else None

    def sweeping(self) -> bool:
        """Whether a sweep of the catalog is going on."""
        known = self._read(CATALOG)
        return known is not None and known.sweep is not None

    def topics(self) -> list[urls.Address]:
        """The first page of each topic's list."""
        rows = self._execute("SELECT list FROM lists WHERE source = ? AND list <> ?", self.source, CATALOG)
        return [address for row in rows.fetchall() for address in _addresses(range(1), row[0])]

    def met(self, page: CatalogPage, seen_at: str) -> News:
        """A page of a list was read, and its documents are noted in `listed`."""
        known = self._read(name_of(page)) or _List(name_of(page))
        before, changed = known.face, False
        met = self._count(known)
        known.total = known.total if page.total is None else page.total
        if page.page == 0:
            was, known.first_page = known.first_page, json.dumps([entry.url for entry in page.entries])
            long_ago = (known.swept_at or "") < self._swept_before
            changed = known.sweep is None and (long_ago or known.face != before)
            if changed:
                whole = long_ago or not _only_grew(was, known.first_page, met - known.met)
                known.sweep, known.round, known.whole, known.pages, known.checked = seen_at, 1, int(whole), 1, 0
            known.mark = known.mark or known.face
        known.met = met
        wanted: list[urls.Address] = []
        if known.sweep is not None and not known.whole and met + known.missing == known.total:
            self._finish(known, seen_at)
        elif known.sweep is not None:
            last = _pages(known, page)
            wanted = _addresses(range(known.pages, last), known.list)
            known.pages = max(known.pages, last)
        self._write(known)
        return News(wanted, changed, bool(known.whole))

    def rounds(self, now: str) -> list[urls.Address]:
        """All pages that were asked for are settled: end the sweeps that are done; returns what others still need.

        That is another round of a list that did not show all it claims, or documents that it no longer shows.
        """
        wanted: list[urls.Address] = []
        for (name,) in self._execute(
            "SELECT list FROM lists WHERE source = ? AND sweep IS NOT NULL", self.source
        ).fetchall():
            known = self._read(name)
            assert known
            if known.pages > 1 and known.checked < known.round:
                known.checked = known.round
                wanted += _addresses(range(1), name)
                self._write(known)
                continue
            failed, steady = self._failed(known), known.face == known.mark
            found, known.met = self._count(known, known.sweep), self._count(known)
            # What stands on pages that failed is not missing: the next run asks for those again.
            claimed = (known.total or found) - len(failed) * known.size
            adrift = not steady and known.met < claimed and known.round < MOST_ROUNDS
            if adrift or (known.round < ROUNDS and (found < claimed or not steady)):
                known.round, known.mark = known.round + 1, None
                known.sweep = known.sweep if steady else now
                wanted += [a for a in _addresses(range(known.pages), name) if a.url not in failed]
            else:
                if known.total and found >= claimed and steady and not failed:
                    wanted += self._forget(known)
                    known.met = self._count(known)
                known.missing, known.swept_at = claimed - known.met, known.sweep
                self._finish(known, now)
            self._write(known)
        return wanted

    def _finish(self, known: _List, now: str) -> None:
        """End a sweep; pages of it that are still pending need not be asked for."""
        self._execute(
            "UPDATE frontier SET state = 'done', reason = 'not needed: the difference is explained', checked_at = ?"
            " WHERE source = ? AND state = 'pending' AND url IN (SELECT value FROM json_each(?))",
            now,
            self.source,
            _urls(known),
        )
        known.sweep, known.round, known.mark = None, 0, None

    def _forget(self, known: _List) -> list[urls.Address]:
        """Forget what a whole sweep did not meet; of the catalog, returns those documents' addresses."""
        rows = self._execute(
            "DELETE FROM listed WHERE source = ? AND list = ? AND seen_at < ? RETURNING document",
            self.source,
            known.list,
            known.sweep,
        ).fetchall()
        if known.list == CATALOG:
            return [address for (slug,) in rows if (address := urls.recognise(urls.document(slug)))]
        for (slug,) in rows:
            self._unlisted(slug)
        return []

    def _failed(self, known: _List) -> set[str]:
        rows = self._execute(
            "SELECT url FROM frontier WHERE source = ? AND state IN ('failed', 'quarantined')"
            " AND url IN (SELECT value FROM json_each(?))",
            self.source,
            _urls(known),
        )
        return {row[0] for row in rows.fetchall()}

    def _count(self, known: _List, since: str | None = None) -> int:
        query = "SELECT count(*) FROM listed WHERE source = ? AND list = ? AND seen_at >= ?"
        return int(self._execute(query, self.source, known.list, since or "").fetchone()[0])

    def _read(self, name: str) -> _List | None:
        row = self._execute(
            f"SELECT {', '.join(_COLUMNS)} FROM lists WHERE source = ? AND list = ?", self.source, name
        ).fetchone()
        return _List(*row) if row else None

    def _write(self, known: _List) -> None:
        self._execute(
            f"INSERT OR REPLACE INTO lists (source, {', '.join(_COLUMNS)}) VALUES (?{', ?' * len(_COLUMNS)})",
            self.source,
            *(getattr(known, name) for name in _COLUMNS),
        )

    def _execute(self, query: str, *values: object):
        return self._db.conn.execute(query, values)


_COLUMNS = list(_List.__dataclass_fields__)


def _pages(known: _List, page: CatalogPage) -> int:
    """How many pages a list has, as far as one of them tells."""
    if not page.entries:
        return known.pages
    if known.total is None:
        return max(known.pages, page.page + 2)
    return max(known.pages, page.page + 1, -(-known.total // max(1, known.size)))


def _only_grew(before: str | None, now: str, new: int) -> bool:
    """Whether a first page is as before but for `new` documents that nobody knew, before the others."""
    then, shown = json.loads(before or "[]"), json.loads(now)
    return shown[new:] == then[: max(0, len(shown) - new)] and not set(shown[:new]) & set(then)


def _urls(known: _List) -> str:
    return json.dumps([address.url for address in _addresses(range(known.pages), known.list)])


def _addresses(numbers: range, name: str) -> list[urls.Address]:
    topic = None if name == CATALOG else name.removeprefix("topic:")
    found = [urls.recognise(urls.catalog(number, topic)) for number in numbers]
    return [address for address in found if address]
