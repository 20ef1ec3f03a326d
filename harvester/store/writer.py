"""Writes records as rows. The one writer: everything of a page inside the caller's transaction.

Re-writing an unchanged record changes no row but `last_seen`.
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from sqlite_utils import Database

from harvester import urls
from harvester.capture import Provenance
from harvester.items import Document, Person, Place, Record, Subject, Topic
from harvester.store import history
from harvester.store.authorities import Authorities
from harvester.store.files import Files
from harvester.store.held import Held
from harvester.store.merge import merge
from harvester.store.rows import Row, Rows
from harvester.store.search import MAIN, index_cjk
from harvester.store.unite import unite
from harvester.store.values import CITATION, COLUMNS, FACETS, LINKS, as_row, facets_of, values_of
from harvester.urls import Address

# Table → the columns of what hangs on a document, after its key.
_PARTS = {
    "document_people": ("person", "role", "position"),
    **{f"document_{many}": (one, "position") for many, one in LINKS.items()},
    "texts": ("position", "language", "label", "text", "html"),
    "citations": tuple(CITATION),
    "citation_people": ("position", "role", "name"),
}
_ADD = {
    table: f"INSERT OR IGNORE INTO {table} (document, {', '.join(columns)}) VALUES (?{', ?' * len(columns)})"
    for table, columns in _PARTS.items()
}
_TABLES: dict[type, str] = {Person: "people", Place: "places", Topic: "topics", Subject: "subjects"}


Compared = Callable[[Mapping[str, Any] | None, Mapping[str, Any], bool], None]


class Writer:
    """Writes into one database."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self._execute = db.conn.execute
        self.cause = "site"
        """Who changes what changes: the site, or this software, reading the same page again."""
        self.rows = Rows(db.conn)
        self.held = Held(db, self.rows)
        self.files = Files(db, self.rows)
        self.authorities = Authorities(db)

    @contextmanager
    def forgetting(self, transaction: AbstractContextManager[None]) -> Iterator[None]:
        """Run a transaction; if it is rolled back, so is what this writer keeps in mind."""
        try:
            with transaction:
                yield
        except BaseException:
            self.authorities.forget()
            raise

    def capture(self, provenance: Provenance) -> int:
        """The capture's row, made or found; returns its id."""
        p = provenance
        made = self._execute(
            "INSERT OR IGNORE INTO captures (url, source, fetched_at, status, media_type, size, digest, location)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (p.url, p.source, p.fetched_at, p.status, p.media_type, p.size, p.digest, p.location),
        )
        if made.rowcount and made.lastrowid:
            return made.lastrowid
        return self._execute(
            "SELECT id FROM captures WHERE url = ? AND source = ? AND fetched_at = ? AND digest = ?",
            (p.url, p.source, p.fetched_at, p.digest),
        ).fetchone()[0]

    def record(
        self,
        record: Record,
        capture: int,
        seen_at: str,
        *,
        own_page: bool = True,
        compared: Compared | None = None,
        reread: Collection[str] | None = None,
    ) -> str:
        """Write any record; returns `new`, `changed` or `unchanged`."""
        if isinstance(record, Document):
            return self.document(record, capture, seen_at, compared, reread)
        return self.authorities.write(
            record, _TABLES[type(record)], replace=own_page and self.held.is_newest(capture, seen_at)
        )

    def document(
        self,
        document: Document,
        capture: int,
        seen_at: str,
        compared: Compared | None = None,
        reread: Collection[str] | None = None,
    ) -> str:
        """Write a document with its links; `seen_at` is when the capture was made.

        `compared` is told what was held (None: nothing), what was read, and whether that is newer. `reread`
        says that a capture is read again: it counts as the newest if no later one is held, and the fields
        named are forgotten where it does not show them.
        """
        read = values_of(document)
        slug = self._held_as(document)
        held = self.held.document(slug)
        if held is None:
            if compared:
                compared(None, read, True)
            self._insert(slug, read | facets_of(document), capture, seen_at)
            self._links(slug, document, read, read, None)
            self._index(slug, read)
            if self._execute("SELECT 1 FROM listed WHERE document = ?", (slug,)).fetchone():
                self.authorities.topics_of(slug)
            if self.files.named(slug, document.files, document.node_id) and not read["text"]:
                self.files.give_text(slug)
            return "new"
        rank = _rank(document.url, document.legacy_url, self.held.captured(capture))
        held_rank = _rank(held["url"], held["legacy_url"], self.held.captured(held["capture"]))
        better = rank > held_rank
        latest = seen_at >= (held["last_seen"] or "") or (reread is not None and self.held.is_newest(capture, seen_at))
        newer = better or (rank == held_rank and latest)
        if compared:
            compared(held, read, newer and not better)
        merged = merge(held, read, newer=newer, forget=reread or ())
        changes = history.changes(held, merged)
        if changes:
            history.add(self._db, slug, seen_at, capture, changes, self.cause)
            self._update(slug, {name: merged[name] for name in changes if name in merged})
            self._execute(
                "UPDATE documents SET last_changed = ?, capture = CASE WHEN ? THEN ? ELSE capture END WHERE slug = ?",
                (seen_at, newer, capture, slug),
            )
            self._links(slug, document, read, merged, held)
            self._index(slug, merged)
        self._execute(
            "UPDATE documents SET first_seen = min(first_seen, :seen), gone_since = CASE WHEN :newer"
            " AND gone_since <= :seen THEN NULL ELSE gone_since END, last_seen = CASE WHEN :better THEN :seen"
            " WHEN :newer THEN max(coalesce(last_seen, ''), :seen) ELSE last_seen END WHERE slug = :slug",
            {"seen": seen_at, "newer": newer, "better": better, "slug": slug},
        )
        self.files.named(slug, document.files, document.node_id)
        if not merged["text"]:
            self.files.give_text(slug)
        return "changed" if changes else "unchanged"

    def gone(self, url: str, since: str) -> bool:
        """Mark the document at `url` as gone from the site; False when none is held, or it was gone before."""
        return bool(
            self._execute(
                "UPDATE documents SET gone_since = ? WHERE url = ? AND gone_since IS NULL", (since, url)
            ).rowcount
        )

    def moved(self, url: str, address: Address, at: str) -> None:
        """Give the document held from `url` its new address; when one is held from there, both stay."""
        row = self._execute("SELECT slug FROM documents WHERE url = ?", (url,)).fetchone()
        moved = self._execute(
            "UPDATE OR IGNORE documents SET slug = ?, url = ?, last_changed = ? WHERE url = ?",
            (address.id, address.url, at, url),
        ).rowcount
        if moved:
            history.add(self._db, address.id, at, None, {"slug": {"old": row[0], "new": address.id}})

    def seen(self, url: str, at: str) -> bool:
        """Note that the document at `url` still stands as it was; False when it is not the address of one."""
        query = "UPDATE documents SET last_seen = ?, gone_since = NULL WHERE url = ?"
        return self._execute(query, (at, url)).rowcount > 0

    # -- documents ---------------------------------------------------------------------------

    def _held_as(self, document: Document) -> str:
        """The key the document is held under. A record known from the legacy site takes its real slug here."""
        if document.record_id is None:
            return document.slug
        legacy = f"record-{document.record_id}"
        if document.slug == legacy:
            row = self._execute(
                "SELECT slug FROM documents WHERE record_id = ? ORDER BY slug = ? LIMIT 1",
                (document.record_id, legacy),
            ).fetchone()
            return row[0] if row else legacy
        if self._execute("SELECT 1 FROM documents WHERE slug = ?", (legacy,)).fetchone():
            self.rows.write()
            if self._execute("SELECT 1 FROM documents WHERE slug = ?", (document.slug,)).fetchone():
                unite(self._db, legacy, document.slug)
            else:
                self._execute("UPDATE documents SET slug = ? WHERE slug = ?", (document.slug, legacy))
        return document.slug

    def _insert(self, slug: str, values: dict[str, Any], capture: int, seen_at: str) -> None:
        row = as_row(values, [*COLUMNS, *FACETS]) | {
            "slug": slug,
            "first_seen": seen_at,
            "last_seen": seen_at,
            "last_changed": seen_at,
            "capture": capture,
            "topics": "[]",
        }
        self._execute(
            f"INSERT INTO documents ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
            tuple(row.values()),
        )

    def _index(self, slug: str, values: dict[str, Any]) -> None:
        own = "\n".join(values[name] for name in ("title", "summary", "text") if values[name])
        index_cjk(self._db.conn, slug, {MAIN: own, **{t["position"]: t["text"] for t in values["texts"]}})

    def _update(self, slug: str, values: dict[str, Any]) -> None:
        row = as_row(values, [name for name in COLUMNS if name in values and name != "slug"])
        if row:
            self._execute(
                f"UPDATE documents SET {', '.join(f'{n} = ?' for n in row)} WHERE slug = ?",
                (*row.values(), slug),
            )

    def _links(
        self,
        slug: str,
        document: Document,
        read: dict[str, Any],
        merged: dict[str, Any],
        held: dict[str, Any] | None,
    ) -> None:
        """Write those links of `document` that `merged` says are to be held and are not yet."""
        facets: list[str] = []
        rows: list[Row]

        def due(name: str) -> bool:
            return merged[name] == read[name] and (held is None or held[name] != read[name])

        def write(table: str, rows: list[Row]) -> None:
            if held is not None:
                self._execute(f"DELETE FROM {table} WHERE document = ?", (slug,))
            if rows:
                self.rows.add(_ADD[table], rows)

        if due("people"):
            for mention in document.people:
                self.authorities.write(mention.person, "people", replace=False)
            rows = [(slug, m.person.id, m.role, position) for position, m in enumerate(document.people)]
            write("document_people", rows)
            facets += ["authors", "people"]
        for name in LINKS:
            if due(name):
                entities = getattr(document, name)
                for entity in entities:
                    self.authorities.write(entity, name, replace=False)
                rows = [(slug, entity.id, position) for position, entity in enumerate(entities)]
                write(f"document_{name}", rows)
                facets.append(name)
        if held is not None and facets:
            names = facets_of(document)
            self._execute(
                f"UPDATE documents SET {', '.join(f'{name} = ?' for name in facets)} WHERE slug = ?",
                (*(names[name] for name in facets), slug),
            )
        if due("texts"):
            rows = [(slug, t.position, t.language, t.label, t.text, t.html) for t in document.texts]
            write("texts", rows)
        if due("citation"):
            made = [document.citation] if document.citation else []
            rows = [(slug, *(getattr(citation, name) for name in CITATION)) for citation in made]
            write("citations", rows)
            rows = [(slug, at, p.role, p.name) for citation in made for at, p in enumerate(citation.people)]
            write("citation_people", rows)


def _rank(url: str | None, legacy_url: str | None, captured: str) -> int:
    """How far values can be trusted: of a page of today's site, of the site before 2022, of an RIS export."""
    if url != legacy_url:
        return 2
    address = urls.recognise(captured)
    return 0 if address and address.kind == "ris" else 1
