"""What is held of a document, as the values that are compared and merged with those of its page."""

import json
from typing import Any

from sqlite_utils import Database

from harvester.items import Text
from harvester.store.rows import Rows
from harvester.store.values import CITATION, JSON, LINKS


class Held:
    """Reads one database, once the rows that wait for it are written."""

    def __init__(self, db: Database, rows: Rows) -> None:
        self._execute = db.conn.execute
        self._rows = rows

    def document(self, slug: str) -> dict[str, Any] | None:
        """A document by its key; None when there is none."""
        cursor = self._execute("SELECT * FROM documents WHERE slug = ?", (slug,))
        row = cursor.fetchone()
        if row is None:
            return None
        self._rows.write()
        held = dict(zip((c[0] for c in cursor.description), row, strict=True))
        for name in JSON:
            held[name] = json.loads(held[name]) if held[name] else None
        held["people"] = self._execute(
            "SELECT person, role FROM document_people WHERE document = ? ORDER BY position", (slug,)
        ).fetchall()
        for many, one in LINKS.items():
            rows = self._execute(f"SELECT {one} FROM document_{many} WHERE document = ? ORDER BY position", (slug,))
            held[many] = [row[0] for row in rows]
        texts = self._execute(
            "SELECT position, language, label, text, html FROM texts WHERE document = ? ORDER BY position",
            (slug,),
        )
        held["texts"] = [vars(Text(*row)) for row in texts]
        held["citation"] = self._citation(slug)
        return held

    def _citation(self, slug: str) -> dict[str, Any] | None:
        row = self._execute(f"SELECT {', '.join(CITATION)} FROM citations WHERE document = ?", (slug,)).fetchone()
        if row is None:
            return None
        people = self._execute(
            "SELECT role, name FROM citation_people WHERE document = ? ORDER BY position", (slug,)
        ).fetchall()
        return dict(zip(CITATION, row, strict=True)) | {
            "people": [{"role": role, "name": name} for role, name in people]
        }

    def is_newest(self, capture: int, seen_at: str) -> bool:
        """Whether no good capture of the same address is later than this one."""
        return bool(
            self._execute(
                "SELECT NOT EXISTS (SELECT 1 FROM captures own JOIN captures later ON later.url = own.url"
                " AND later.fetched_at > ? WHERE own.id = ?"
                " AND NOT EXISTS (SELECT 1 FROM quarantine WHERE capture = later.id))",
                (seen_at, capture),
            ).fetchone()[0]
        )

    def captured(self, capture: int | None) -> str:
        """The address of a capture."""
        row = self._execute("SELECT url FROM captures WHERE id = ?", (capture,)).fetchone()
        return row[0] if row else ""
