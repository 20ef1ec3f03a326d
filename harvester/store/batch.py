"""Many pages in one transaction, for bulk reading: alone, a page costs as much to commit as to write.

A kill at any moment loses the last batch at most, whole, its addresses' states with it. Raises StoreError.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database

from harvester.store import database
from harvester.store.deferred import DeferredIndexing
from harvester.store.rows import Rows

_TOGETHER = 1000
"""Pages written and indexed at a time: few enough that this is done before the readers run out of pages to read."""
_SHARE = 25
"""One page for so many documents held makes a batch: each changes nearly all there is of some large indexes."""
_MOST = 3000
"""Pages of a batch, which a kill loses: ten seconds' work."""
_LAST = 200
"""Of a batch, once all pages have been handed out to be read: nobody reads while the very last are committed."""
_WAITING = 50
"""Pages whose rows wait for each other: more are not written faster, and where a page needs them sooner, its savepoint
takes them all: of 600 pages, in an archive of 25,000, these were 100 MB and three seconds."""
_CHECKPOINT = 16_384
"""Pages of the WAL (128 MB) before they are copied to the database: by then the pages of its indexes, of which
a batch of a large archive changes nearly all, have been written over several times."""


class Batches:
    """Groups the transactions of pages. `commit` ends a group; call it before the connection is closed."""

    def __init__(
        self, db: Database, rows: Rows, pages: int = _TOGETHER, seconds: float = 15.0, waiting: int = _WAITING
    ) -> None:
        self._db, self._rows, self._together, self._longest, self._waiting = db, rows, pages, seconds, waiting
        self._most = _MOST
        rows.wait = True
        db.conn.execute(f"PRAGMA wal_autocheckpoint = {_CHECKPOINT}")
        db.conn.execute("PRAGMA temp_store = MEMORY")  # what a savepoint can roll back: 37 writes a page, if in a file
        self._indexing = DeferredIndexing(db.conn)
        self._pages, self._due, self._begun = 0, 0, 0.0

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing of one page; durable when its batch is."""
        with database.explained(database.NAME):
            if not self._db.conn.in_transaction:
                self._begin()
            elif self._pages % self._waiting == 0:
                with self._all_or_nothing():
                    self._rows.write()
            execute = self._db.conn.execute
            execute("SAVEPOINT page")
            try:
                with self._rows.page():
                    yield
            except BaseException:
                if self._db.conn.in_transaction:  # a full disk may have ended it
                    execute("ROLLBACK TO page")
                    execute("RELEASE page")
                raise
            execute("RELEASE page")
            self._pages += 1
            if self._pages >= self._due or time.monotonic() - self._begun > self._longest:
                self.commit()
            elif self._pages % self._together == 0:
                self._index()

    def write(self) -> None:
        """Write the rows that wait, for who reads them before the batch ends."""
        if self._db.conn.in_transaction:
            with database.explained(database.NAME):
                self._rows.write()

    def commit(self) -> None:
        """Make everything so far durable, and findable."""
        if self._db.conn.in_transaction:
            with database.explained(database.NAME), self._all_or_nothing():
                self._rows.write()
                self._indexing.finish()
                self._db.commit()

    def near_the_end(self) -> None:
        """Do what takes long, the waits for the disk above all, while others still read the last pages."""
        self.commit()
        with database.explained(database.NAME):
            self._db.conn.execute("PRAGMA wal_checkpoint")
            self._db.conn.execute("PRAGMA wal_autocheckpoint = 1")
        self._together = self._most = _LAST

    def _index(self) -> None:
        """Make what a batch has so far findable within it; it goes on."""
        with self._all_or_nothing():
            self._rows.write()
            self._indexing.finish()
            self._indexing.begin()

    def _begin(self) -> None:
        self._pages, self._begun = 0, time.monotonic()
        self._rows.forget()  # those of a batch that was rolled back
        execute = self._db.conn.execute
        held = execute("SELECT coalesce(max(rowid), 0) FROM documents").fetchone()[0]
        wholes = min(held // _SHARE, self._most) // self._together
        self._due = max(wholes, 1) * self._together
        execute("BEGIN IMMEDIATE")
        with self._all_or_nothing():
            self._indexing.begin()

    @contextmanager
    def _all_or_nothing(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self._db.rollback()
            raise
