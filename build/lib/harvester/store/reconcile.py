"""What should be in the archive against what is: the site's own counts and lists, other sources' lists.

Reads the database; only `store_missing` writes, inside a transaction of the caller's.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from harvester import urls
from harvester.clock import now
from harvester.urls import Address

_DOCUMENTS = {"document", "record", "node", "ris", "json"}
_NAMES = {"live": "the live site", "wayback": "the Wayback Machine", "warc": "WARC files", "mirror": "a mirror"}


@dataclass(frozen=True, slots=True)
class Claim:
    """How many documents a list claims, shows and has here."""

    name: str
    claimed: int | None
    """As the list says; None when it does not."""
    listed: int
    """Documents met on its pages."""
    held: int

    @property
    def short(self) -> int:
        """How many are not here."""
        return max(0, (self.claimed or 0) - self.held, self.listed - self.held)


@dataclass(frozen=True, slots=True)
class Missing:
    """A document that should be here."""

    url: str
    expected_by: str
    source: str | None
    """From where it can still be had, as far as is known."""


class Reconciliation:
    """One comparison."""

    def __init__(self, db: Database) -> None:
        self._db, self._execute = db, db.conn.execute
        rows = self._execute("SELECT slug, record_id, node_id FROM documents").fetchall()
        self._slugs = {row[0] for row in rows}
        self._records = {row[1] for row in rows}
        self._nodes = {row[2] for row in rows}

    @property
    def held(self) -> int:
        """Documents here."""
        return len(self._slugs)

    def claims(self) -> Iterator[Claim]:
        """The catalog of each source, then the topics, as far as they are known."""
        for source, total, listed, held in self._execute(
            "SELECT source, max(total), count(document), count(slug) FROM (SELECT l.source, NULL AS total, document,"
            " slug FROM listed l LEFT JOIN documents ON slug = document WHERE list = 'catalog'"
            " UNION ALL SELECT source, total, NULL, NULL FROM lists WHERE list = 'catalog')"
            " GROUP BY source ORDER BY source"
        ).fetchall():
            yield Claim(f"the catalog of {_NAMES[source]}", total, listed, held)
        for name, total, claimed, listed, held in self._execute(
            "SELECT name, (SELECT max(total) FROM lists WHERE list = 'topic:' || term_id), document_count,"
            " (SELECT count(DISTINCT document) FROM listed WHERE list = 'topic:' || term_id),"
            " (SELECT count(*) FROM document_topics WHERE topic = topics.id) FROM topics ORDER BY name"
        ).fetchall():
            if total is not None or claimed is not None or listed:
                yield Claim(f"topic {name}", claimed if total is None else total, listed, held)

    def missing(self, given: Iterable[tuple[str, str]] = ()) -> list[Missing]:
        """What is expected and not here, each once; `given` are further addresses, each with who names it."""
        found: dict[str, Missing] = {}
        for url, expected_by in [*self._listed(), *self._met(), *self._archived(), *given]:
            address = urls.recognise(url)
            if address and address.kind in _DOCUMENTS and not self.holds(address):
                form = f"{urls.SITE}/document/{address.id}" if address.kind in ("ris", "json") else address.url
                found.setdefault(form, Missing(form, expected_by, self._source(address.url)))
        return list(found.values())

    def holds(self, address: Address) -> bool:
        """Whether the document of an address is here."""
        if address.kind == "document":
            return address.id in self._slugs
        return int(address.id) in (self._nodes if address.kind == "node" else self._records)

    def store_missing(self, missing: Iterable[Missing]) -> None:
        """Write the table `missing` anew."""
        self._execute("DELETE FROM missing")
        noted_at = now()
        self._db.conn.executemany(
            "INSERT INTO missing (url, expected_by, source, noted_at) VALUES (?, ?, ?, ?)",
            [(m.url, m.expected_by, m.source, noted_at) for m in missing],
        )

    def knows_wayback(self) -> bool:
        """Whether the Wayback Machine's index has ever been listed."""
        return self._execute("SELECT 1 FROM archived LIMIT 1").fetchone() is not None

    def _listed(self) -> Iterator[tuple[str, str]]:
        for slug, name, source in self._execute(
            "SELECT document, min(coalesce(t.name, '')), min(listed.source) FROM listed"
            " LEFT JOIN topics t ON list = 'topic:' || term_id GROUP BY document ORDER BY document"
        ).fetchall():
            yield urls.document(slug), f"topic {name}" if name else f"the catalog of {_NAMES[source]}"

    def _met(self) -> Iterator[tuple[str, str]]:
        """Addresses whose pages did not come."""
        for url, source, state, reason in self._execute(
            "SELECT url, source, state, reason FROM frontier WHERE kind IN ('document', 'record', 'node')"
            " AND state IN ('pending', 'failed', 'quarantined') ORDER BY source, url"
        ).fetchall():
            yield url, f"{_NAMES[source]}, where it is {state}" + (f" ({reason})" if reason else "")

    def _archived(self) -> Iterator[tuple[str, str]]:
        for (url,) in self._execute(
            "SELECT DISTINCT address FROM archived WHERE coalesce(status, 200) < 300 ORDER BY address"
        ).fetchall():
            yield url, "the Wayback Machine's index"

    def _source(self, url: str) -> str | None:
        """The nearest source that may still have it."""
        row = self._execute(
            "SELECT 'wayback' FROM archived WHERE address = ? AND outcome IS NULL AND coalesce(status, 200) < 300"
            " UNION ALL SELECT source FROM frontier WHERE url = ? AND state IN ('pending', 'failed')"
            " AND source = 'live' LIMIT 1",
            (url, url),
        ).fetchone()
        return row[0] if row else None
