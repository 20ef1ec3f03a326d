"""Writes authority records (people, places, topics, terms) and notes which lists hold which documents.

A document's topics are told by the lists alone: no page of a document names them.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import cache
from typing import Any

from sqlite_utils import Database

from harvester.items import Person, Place, Term, Topic
from harvester.normalise.text import slugify
from harvester.store.rows import as_json

_REMEMBERED = 20_000  # entities, some hundred bytes each


class Authorities:
    """Writes into one database; keeps in mind which entities it has written, to spare re-writing them."""

    def __init__(self, db: Database) -> None:
        self._db, self._execute = db, db.conn.execute
        self._known: dict[tuple[str, str, bool], dict[str, Any]] = {}  # (table, id, replace) → values

    def forget(self) -> None:
        """Keep nothing in mind: what was written may have been rolled back."""
        self._known.clear()

    def write(self, entity: Person | Place | Topic | Term, table: str, *, replace: bool) -> str:
        """Write a person, place, topic or term: with `replace` its values win, else they fill gaps."""
        stood_in = False
        if isinstance(entity, Topic) and entity.url:
            entity, stood_in = self._known_by_name(entity)
        known_as, values = (table, entity.id, replace), vars(entity)
        if self._known.get(known_as) == values and not stood_in:
            return "unchanged"
        known = self._execute(f"SELECT 1 FROM {table} WHERE id = ?", (entity.id,)).fetchone()
        row = [as_json(value) if isinstance(value, list) else value for value in values.values()]
        written = self._execute(_upsert(table, tuple(values), replace), row).rowcount
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        self._known[known_as] = values
        if (written or stood_in) and isinstance(entity, Topic) and entity.term_id:
            for (slug,) in self._execute(
                "SELECT document FROM listed WHERE list = ?", (f"topic:{entity.term_id}",)
            ).fetchall():
                self.topics_of(slug)
        if not known:
            return "new"
        return "changed" if written else "unchanged"

    def _known_by_name(self, topic: Topic) -> tuple[Topic, bool]:
        """The topic, with the term id of the row that stood in for it; and whether there was one, which is gone now.

        The catalog's filter names a topic, and its slug need not be made from the name: `soviet-invasion-afghanistan`.
        """
        rows = self._execute(
            "SELECT id, term_id FROM topics WHERE url IS NULL AND id <> :id"
            " AND (term_id = :term OR :term IS NULL AND name = :name)",
            {"id": topic.id, "term": topic.term_id, "name": topic.name},
        ).fetchall()
        for stand_in, term_id in rows:
            self._execute("DELETE FROM document_topics WHERE topic = ?", (stand_in,))  # `topics_of` makes them anew
            self._execute("DELETE FROM topics WHERE id = ?", (stand_in,))
            for replaced in (True, False):
                self._known.pop(("topics", stand_in, replaced), None)
            topic = replace(topic, term_id=topic.term_id or term_id)
        return topic, bool(rows)

    def listing(self, source: str, name: str, slugs: Iterable[str], seen_at: str) -> None:
        """Note that a list (`catalog`, or `topic:{term id}`) holds these documents."""
        for slug in slugs:
            self._execute(
                "INSERT INTO listed (source, list, document, seen_at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (list, document, source) DO UPDATE SET seen_at = excluded.seen_at",
                (source, name, slug, seen_at),
            )
            if name.startswith("topic:"):
                self.topics_of(slug)

    def topic_named(self, term_id: str, name: str) -> None:
        """Join a term id of the catalog's filter with the topic of that name, made when it is not known."""
        if self._known.get(("term_id", term_id, False)):
            return
        if self._execute("SELECT 1 FROM topics WHERE term_id = ?", (term_id,)).fetchone() is None:
            found = self._execute("SELECT id FROM topics WHERE name = ? AND term_id IS NULL", (name,)).fetchone()
            topic = Topic(found[0] if found else slugify(name), name, term_id=term_id)
            self.write(topic, "topics", replace=False)
        self._known["term_id", term_id, False] = {"name": name}

    def topics_of(self, slug: str) -> None:
        """Derive a document's topics from the lists that hold it."""
        rows = self._execute(
            "SELECT DISTINCT t.id, t.name FROM listed JOIN topics t ON listed.list = 'topic:' || t.term_id"
            " WHERE listed.document = ? ORDER BY t.name, t.id",
            (slug,),
        ).fetchall()
        if not self._execute("SELECT 1 FROM documents WHERE slug = ?", (slug,)).fetchone():
            return
        links = [(slug, row[0], position) for position, row in enumerate(rows)]
        held = self._execute(
            "SELECT document, topic, position FROM document_topics WHERE document = ? ORDER BY position",
            (slug,),
        ).fetchall()
        if held == links:
            return
        self._execute("DELETE FROM document_topics WHERE document = ?", (slug,))
        self._db.conn.executemany("INSERT INTO document_topics (document, topic, position) VALUES (?, ?, ?)", links)
        self._execute("UPDATE documents SET topics = ? WHERE slug = ?", (as_json([row[1] for row in rows]), slug))


@cache
def _upsert(table: str, names: tuple[str, ...], replace: bool) -> str:
    """The statement that writes an entity: with `replace` its values win, else they fill gaps."""
    keep = "excluded.{0}, {1}.{0}" if replace else "{1}.{0}, excluded.{0}"
    sets = ", ".join(f"{n} = coalesce({keep.format(n, table)})" for n in names if n != "id")
    differs = " OR ".join(f"{n} IS NOT coalesce({keep.format(n, table)})" for n in names if n != "id")
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({', '.join('?' * len(names))})"
        f" ON CONFLICT (id) DO UPDATE SET {sets} WHERE {differs}"
    )
