"""The archive on disk, as one run sees it: the lock, the database, the frontier and the writer.

Everything that one address brought is written in one transaction: its capture, its records, the
addresses it leads to, and its own end in the frontier. Raises StoreError.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from harvester import drift, urls
from harvester.capture import Provenance
from harvester.clock import now
from harvester.items import Document, Record
from harvester.reading import Harvest, Reading
from harvester.sources import Damage
from harvester.store import database, runs
from harvester.store.batch import Batches
from harvester.store.frontier import Frontier
from harvester.store.lists import name_of
from harvester.store.writer import Writer


class Archive:
    """Opened at the start of a run, under its lock, and closed at its end, with the run's exit code."""

    def __init__(self, output: Path, source: str, spider: str, arguments: Mapping[str, str]) -> None:
        self.output, self.started = output, now()
        self.db = database.connect(output)
        with database.transaction(self.db):
            self.run = runs.begin(self.db, spider, arguments, self.started)
        self.writer = Writer(self.db)
        self.frontier = Frontier(self.db, source, self.run, self.writer.rows)
        self.source, self._spider = source, spider
        self.is_live = source == "live"
        """Whether pages come from the site itself: only those lead to others, and show drift by what they were."""
        self._batches: Batches | None = None
        self.tally = drift.Tally()
        self.counts: Counter[str] = Counter()
        """What the run has done: `document new`, `person changed`, `failed`, `quarantined`, …"""
        self.written: Callable[[Record, str], object] = lambda record, outcome: None
        """Called with each record and its outcome (new, changed, unchanged), in the transaction that writes it."""
        self.unknown: Counter[str] = Counter()
        """Labels and values no table knows, with how often they were met."""

    def in_batches(self) -> None:
        """From now on, commit many pages at once: for bulk reading, where a page is soon read again."""
        self._batches = Batches(self.db, self.writer.rows)

    def keep(self, harvest: Harvest, learnt: Callable[[Reading], None] | None = None) -> None:
        """Write what a good page brought, and settle its address as done.

        `learnt` is called with the page once it is written, in the same transaction.
        """
        reading = harvest.reading
        seen = reading.provenance.fetched_at
        compared = self._compared if reading.kind == "document" else None
        with self._page():
            capture = self.writer.capture(reading.provenance)
            outcomes = []
            for record in reading.records:
                outcome = self.writer.record(record, capture, seen, own_page=reading.kind != "list", compared=compared)
                outcomes.append(f"{type(record).__name__.lower()} {outcome}")
                self.written(record, outcome)
            if reading.catalog:
                self._list(reading, seen)
            if self._batches and (own := urls.recognise(harvest.url)):
                self.frontier.found(own, reading.provenance.digest)
            else:
                if self.is_live:
                    self.frontier.add(reading.links)
                self.frontier.settle(
                    harvest.url,
                    "done",
                    digest=reading.provenance.digest,
                    etag=harvest.etag,
                    last_modified=harvest.last_modified,
                )
            if harvest.kept:
                harvest.kept()
            if learnt:
                learnt(reading)
        self.counts.update([*outcomes, f"pages {reading.kind}", "pages"])
        self.counts["documents"] += sum(isinstance(record, Document) for record in reading.records)
        for record in reading.records:
            if isinstance(record, Document):
                self.unknown.update(record.unknown)
                self.counts.update(f"flag {flag}" for flag in record.flags)
                self.counts[f"text from {record.text_from or 'nothing'}"] += 1

    def reread(self, reading: Reading, forget: Collection[str] | None) -> None:
        """Write what a kept capture says today; no address is touched. `forget` is the writer's `reread`."""
        with self._page():
            capture, seen = self.writer.capture(reading.provenance), reading.provenance.fetched_at
            for record in reading.records:
                own = reading.kind != "list"
                outcome = self.writer.record(record, capture, seen, own_page=own, reread=forget)
                self.counts[f"{type(record).__name__.lower()} {outcome}"] += 1
            if reading.catalog:
                self._list(reading, seen)
        self.counts["pages"] += 1

    def quarantine(self, reading: Reading, url: str, reason: str, detail: str | None) -> None:
        """Keep a capture that is not what its address promises out of the records, and say why."""
        with self.page():
            self._quarantine(url, reason, detail, self.writer.capture(reading.provenance))
            self.frontier.settle(url, "quarantined", f"{reason}: {detail}", digest=reading.provenance.digest)
        self.counts["quarantined"] += 1
        address = urls.recognise(url)
        if reason != "challenge" and address and address.kind == "document":
            self.tally.odd.note("refused", url)

    def refused(self, reading: Reading) -> None:
        """Note a capture in a copy that holds no page: a challenge, an error, another site's page."""
        problem = reading.problem
        assert problem
        self._set_aside(reading.provenance, problem.problem, problem.detail, "quarantined")

    def set_aside(self, reading: Reading, reason: str) -> None:
        """Note a capture that holds no good page; its address is asked for elsewhere. Call it inside `page`."""
        kind, _, detail = reason.partition(": ")
        self._quarantine(reading.provenance.url, kind, detail or None, self.writer.capture(reading.provenance))

    def unreadable(self, provenance: Provenance, reason: str) -> None:
        """Note a capture in a copy that no process could read."""
        self._set_aside(provenance, "unreadable", reason, "failed")

    def damaged(self, damage: Damage) -> None:
        """Note a part of a copy that is not whole; its address waits for a capture that is."""
        reason = "damage" if damage.incomplete else "refused"
        with self.page():
            self._quarantine(damage.url or damage.path, reason, str(damage), None)
            if damage.url and (address := urls.recognise(damage.url)):
                self.frontier.add([address])
        self.counts["damaged" if damage.incomplete else "refused"] += 1

    def _set_aside(self, provenance: Provenance, reason: str, detail: str, state: str) -> None:
        address = urls.recognise(provenance.url)
        with self.page():
            self._quarantine(provenance.url, reason, detail, self.writer.capture(provenance))
            if address:
                self.frontier.add([address])
                if self.frontier.state(address.url)[0] != "done":
                    self.frontier.settle(address.url, state, f"{reason}: {detail}", digest=provenance.digest)
        self.counts[state] += 1

    def _quarantine(self, url: str, reason: str, detail: str | None, capture: int | None) -> None:
        self.db.conn.execute(
            "INSERT INTO quarantine (url, run, reason, detail, capture) VALUES (?, ?, ?, ?, ?)",
            (url, self.run, reason, detail, capture),
        )

    def settle(self, url: str, state: str, reason: str) -> None:
        """End an address that brought no page: `failed` or `excluded`."""
        with self.page():
            self.frontier.settle(url, state, reason)
        self.counts[state] += 1

    def moved(self, url: str, address: urls.Address) -> None:
        """End an address that redirects; a document held from it takes its new address, history and all."""
        with self.page():
            if address.kind == "document":
                self.writer.moved(url, address, now())
            self.frontier.add([address])
            self.frontier.settle(url, "done", f"redirects to {address.url}")
        self.counts["redirects"] += 1

    def gone(self, url: str, reason: str) -> None:
        """End an address that the site says does not exist; a document held from it is marked, never deleted."""
        with self.page():
            held = self.writer.gone(url, now())
            self.frontier.settle(url, "excluded", reason)
        self.counts["documents gone" if held else "not found"] += 1
        if held:
            self.tally.odd.note("gone", url)

    def unchanged(self, url: str) -> None:
        """End an address whose page the site says is as it was (304)."""
        with self.page():
            held = self.writer.seen(url, now())
            self.frontier.settle(url, "done", "not modified")
        self.counts.update(["pages", "document unchanged" if held else "not modified"])

    def alarms(self, limits: drift.Limits) -> list[drift.Alarm]:
        """Every sign of drift in what this run has read."""
        before = drift.reference(runs.good(self.db, self._spider)) if self.is_live else {}
        return drift.alarms(self.tally, before, limits, self.frontier.held())

    def held(self) -> dict[str, int]:
        """Table → rows, of what readers look for."""
        tables = ("documents", "people", "places", "topics")
        return {t: self.db.conn.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}

    def close(self, exit_code: int, reason: str, counts: Mapping[str, Any] | None = None) -> None:
        """Complete the run's row."""
        try:
            self.commit()
            with database.transaction(self.db):
                runs.end(self.db, self.run, now(), exit_code, reason, counts or self.counts)
            self.db.conn.execute("PRAGMA optimize")
        finally:
            self.db.conn.close()

    def page(self) -> AbstractContextManager[None]:
        """One transaction, perhaps within a batch; what the writer keeps in mind follows it."""
        if self._batches:
            self._batches.write()
        return self._page()

    def _page(self) -> AbstractContextManager[None]:
        """The same, while rows of pages before may still wait: the writer sees to those it reads."""
        own = self._batches.transaction() if self._batches else database.transaction(self.db)
        return self.writer.forgetting(own)

    def commit(self) -> None:
        """Make everything durable."""
        if self._batches:
            self._batches.commit()

    def near_the_end(self) -> None:
        """Make everything durable, and the end of a bulk read short: all pages have been handed out to be read."""
        if self._batches:
            self._batches.near_the_end()

    def _compared(self, held: Mapping[str, Any] | None, read: Mapping[str, Any], newer: bool) -> None:
        self.tally.add(held if self.is_live else None, read, newer)

    def _list(self, reading: Reading, seen: str) -> None:
        page = reading.catalog
        assert page is not None
        for term_id, name in page.topics.items():
            self.writer.authorities.topic_named(term_id, name)
        slugs = [address.id for address in reading.links if address.kind == "document"]
        source, name = reading.provenance.source, name_of(page)
        self.writer.authorities.listing(source, name, slugs, seen)
        if source != "live" and page.total is not None:  # (of the live site's, `Lists` keeps account)
            self.db.conn.execute(
                "INSERT INTO lists (source, list, total, swept_at) VALUES (?, ?, ?, ?) ON CONFLICT (source, list)"
                " DO UPDATE SET total = excluded.total, swept_at = excluded.swept_at"
                " WHERE coalesce(swept_at, '') <= excluded.swept_at",
                (source, name, page.total, seen),
            )
