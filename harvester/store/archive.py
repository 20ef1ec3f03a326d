"""The archive on disk, as one run sees it: the lock, the database, the frontier and the writer.

Everything that one address brought is written in one transaction: its capture, its records, the
addresses it leads to, and its own end in the frontier. Raises LockedError and StoreError.
"""

from collections import Counter
from collections.abc import Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from pathlib import Path

from harvester.items import Document
from harvester.reading import Harvest, Reading
from harvester.store import database, runs
from harvester.store.frontier import Frontier
from harvester.store.lock import Lock
from harvester.store.writer import Writer


def now() -> str:
    """The time in UTC, to the second: 2025-10-07T12:40:14Z."""
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


class Archive:
    """Opened at the start of a run and closed at its end, with the run's exit code."""

    def __init__(self, output: Path, source: str, spider: str, arguments: Mapping[str, str], lock: Lock) -> None:
        self.output, self.started, self._lock = output, now(), lock
        self.db = database.connect(output)
        with database.transaction(self.db):
            self.run = runs.begin(self.db, spider, arguments, self.started)
        self.writer = Writer(self.db)
        self.frontier = Frontier(self.db, source, self.run, self.started)
        self.source = source
        self.counts: Counter[str] = Counter()
        """What the run has done: `documents new`, `people changed`, `failed`, `quarantined`, …"""
        self.unknown: Counter[str] = Counter()
        """Labels and values no table knows, with how often they were met."""

    def keep(self, harvest: Harvest) -> None:
        """Write what a good page brought, and settle its address as done."""
        reading = harvest.reading
        seen = reading.provenance.fetched_at
        with self.page():
            capture = self.writer.capture(reading.provenance)
            outcomes = []
            for record in reading.records:
                outcome = self.writer.record(record, capture, seen, own_page=reading.kind != "list")
                outcomes.append(f"{type(record).__name__.lower()} {outcome}")
            if reading.catalog:
                self._list(reading, seen)
            self.frontier.add(reading.links)
            self.frontier.settle(
                harvest.url,
                "done",
                digest=reading.provenance.digest,
                etag=harvest.etag,
                last_modified=harvest.last_modified,
            )
        self.counts.update([*outcomes, f"pages {reading.kind}", "pages"])
        self.counts["documents"] += sum(isinstance(record, Document) for record in reading.records)
        for record in reading.records:
            if isinstance(record, Document):
                self.unknown.update(record.unknown)
                self.counts.update(f"flag {flag}" for flag in record.flags)
                self.counts[f"text from {record.text_from or 'nothing'}"] += 1

    def quarantine(self, reading: Reading, url: str, reason: str, detail: str | None) -> None:
        """Keep a capture that is not what its address promises out of the records, and say why."""
        with self.page():
            capture = self.writer.capture(reading.provenance)
            self.db.conn.execute(
                "INSERT INTO quarantine (url, run, reason, detail, capture) VALUES (?, ?, ?, ?, ?)",
                (url, self.run, reason, detail, capture),
            )
            self.frontier.settle(url, "quarantined", reason, digest=reading.provenance.digest)
        self.counts["quarantined"] += 1

    def settle(self, url: str, state: str, reason: str) -> None:
        """End an address that brought no page: `failed`, `excluded`, or `done` for one that only redirects."""
        with self.page():
            self.frontier.settle(url, state, reason)
        self.counts[state] += 1

    def gone(self, url: str, reason: str) -> None:
        """End an address that the site says does not exist; a document held from it is marked, never deleted."""
        with self.page():
            held = self.writer.gone(url, now())
            self.frontier.settle(url, "done" if held else "excluded", reason)
        self.counts["documents gone" if held else "not found"] += 1

    def unchanged(self, url: str) -> None:
        """End an address whose page the site says is as it was (304)."""
        with self.page():
            self.writer.seen(url, now())
            self.frontier.settle(url, "done", "not modified")
        self.counts["not modified"] += 1

    def close(self, exit_code: int, reason: str) -> None:
        """Complete the run's row and let the next run in."""
        try:
            with database.transaction(self.db):
                runs.end(self.db, self.run, now(), exit_code, reason, self.counts)
            self.db.conn.execute("PRAGMA optimize")
        finally:
            self.db.conn.close()
            self._lock.release()

    def page(self) -> AbstractContextManager[None]:
        """One transaction; what the writer keeps in mind follows it."""
        return self.writer.forgetting(database.transaction(self.db))

    def _list(self, reading: Reading, seen: str) -> None:
        page = reading.catalog
        assert page is not None
        for term_id, name in page.topics.items():
            self.writer.topic_named(term_id, name)
        slugs = [address.id for address in reading.links if address.kind == "document"]
        name = f"topic:{page.topic}" if page.topic else "catalog"
        self.writer.listing(self.source, name, slugs, seen)
