"""Documents that one may want to read next."""

import json
import sqlite3
from collections import Counter
from typing import Any

_MOST = 6
_NEAR = 60  # documents of a person that are looked at: all of those of people who are named rarely


def load(
    connection: sqlite3.Connection,
    document: dict[str, Any],
    people: dict[str, list[dict[str, Any]]],
    archives: list[dict[str, Any]],
) -> list[tuple[str, list[sqlite3.Row]]]:
    """(heading, documents) of the same day, with the same people, from the same archive."""
    slug, day = document["slug"], document["date_earliest"]
    columns = "SELECT slug, title, date_text FROM documents"
    groups = []
    if day and day == document["date_latest"]:
        same = connection.execute(
            f"{columns} WHERE date_earliest = ? AND date_latest = ? AND slug != ? LIMIT {_MOST}",
            [day, day, slug],
        ).fetchall()
        groups.append(("Of the same day", same))
    shared: Counter[str] = Counter()
    for person in {p["id"] for role in people.values() for p in role}:
        rows = connection.execute(f"SELECT document FROM document_people WHERE person = ? LIMIT {_NEAR}", [person])
        shared.update({row[0] for row in rows})
    del shared[slug]
    best = [slug for slug, _ in shared.most_common(_MOST)]
    groups.append(("With the same people", _titles(connection, best)))
    if archives:
        # An index on the archive holds the row numbers too: neighbours cost nothing, however many there are.
        neighbours = connection.execute(
            "SELECT document FROM document_archives WHERE archive = :archive AND rowid >"
            " (SELECT rowid FROM document_archives WHERE archive = :archive AND document = :slug)"
            f" ORDER BY rowid LIMIT {_MOST}",
            {"archive": archives[0]["id"], "slug": slug},
        ).fetchall()
        groups.append(("From the same archive", _titles(connection, [row[0] for row in neighbours])))
    return [(name, rows) for name, rows in groups if rows]


def _titles(connection: sqlite3.Connection, slugs: list[str]) -> list[sqlite3.Row]:
    return connection.execute(
        "SELECT slug, title, date_text FROM documents WHERE slug IN (SELECT value FROM json_each(?))"
        " ORDER BY date_earliest",
        [json.dumps(slugs)],
    ).fetchall()
