"""Two rows that turn out to be one document: the record of the old site and the page of today's.

They were held apart because the page did not show its Record ID when it was first read.
"""

from sqlite_utils import Database

from harvester.store.search import index_own

_PAGES_OWN = ("slug", "url", "gone_since", "first_seen", "last_seen", "capture")
_LINKS = ("places", "subjects", "archives", "languages", "donors")
# What hangs on a document → the columns that repeat it for facets.
_PARTS: dict[str, tuple[str, ...]] = {
    "texts": (),
    "citations": (),
    "citation_people": (),
    "document_people": ("authors", "people"),
    **{f"document_{name}": (name,) for name in _LINKS},
}


def unite(db: Database, record: str, slug: str) -> None:
    """Let the row `record` fill the gaps of the row `slug`, hand over its history and files, and go."""
    execute = db.conn.execute
    for table, facets in _PARTS.items():
        if execute(f"SELECT 1 FROM {table} WHERE document = ?", (slug,)).fetchone():
            execute(f"DELETE FROM {table} WHERE document = ?", (record,))
            continue
        execute(f"UPDATE {table} SET document = ? WHERE document = ?", (slug, record))
        for name in facets:
            execute(
                f"UPDATE documents SET {name} = (SELECT {name} FROM documents WHERE slug = ?) WHERE slug = ?",
                (record, slug),
            )
    columns = [row[1] for row in execute("PRAGMA table_info(documents)") if row[1] not in _PAGES_OWN]
    gaps = ", ".join(f"{name} = coalesce(page.{name}, held.{name})" for name in columns)
    execute(
        f"UPDATE documents AS page SET {gaps}, first_seen = min(page.first_seen, held.first_seen)"
        " FROM documents AS held WHERE page.slug = ? AND held.slug = ?",
        (slug, record),
    )
    _history(db, record, slug)
    execute("UPDATE OR IGNORE files SET document = ? WHERE document = ?", (slug, record))
    for table in ("files", "document_topics", "cjk"):
        execute(f"DELETE FROM {table} WHERE document = ?", (record,))
    execute("DELETE FROM documents WHERE slug = ?", (record,))
    index_own(db.conn, slug)


def _history(db: Database, record: str, slug: str) -> None:
    """One history out of two, in the order of time."""
    both = "FROM document_versions WHERE document IN (?, ?)"
    rows = db.conn.execute(f"SELECT seen_at, capture, changes, cause {both} ORDER BY seen_at, version", (slug, record))
    versions = [(slug, number, *row) for number, row in enumerate(rows.fetchall(), 2)]
    db.conn.execute(f"DELETE {both}", (slug, record))
    db.conn.executemany(
        "INSERT INTO document_versions (document, version, seen_at, capture, changes, cause) VALUES (?, ?, ?, ?, ?, ?)",
        versions,
    )
