"""What full-text search needs beyond triggers: the index of Chinese, Japanese and Korean text.

`documents_fts` and `texts_fts` are kept in step by triggers. The pairs of characters that `cjk_fts`
indexes are made in Python, so whoever writes a document calls `index_cjk` in the same transaction.
"""

import sqlite3
from collections.abc import Mapping

from harvester.reading_room.plugin import cjk

MAIN = -1  # the position of documents.title, summary and text; others are those of `texts`


def index_cjk(connection: sqlite3.Connection, slug: str, versions: Mapping[int, str | None]) -> None:
    """Index the versions of a document, whatever was indexed for it before.

    `versions`: position → text, with title and summary before the text at `MAIN`, separated by line
    feeds. Texts without such characters cost one pass over them and one look-up.
    """
    connection.execute("DELETE FROM cjk WHERE document = ?", [slug])
    for position, text in versions.items():
        if text and (grams := cjk.grams(text)):
            connection.execute("INSERT INTO cjk (document, position, grams) VALUES (?, ?, ?)", [slug, position, grams])


def index_own(connection: sqlite3.Connection, slug: str) -> None:
    """Index a document's own title, summary and text as they stand in the database."""
    connection.execute("DELETE FROM cjk WHERE document = ? AND position = ?", [slug, MAIN])
    row = connection.execute("SELECT title, summary, text FROM documents WHERE slug = ?", [slug]).fetchone()
    if grams := cjk.grams("\n".join(text for text in row if text)):
        connection.execute("INSERT INTO cjk (document, position, grams) VALUES (?, ?, ?)", [slug, MAIN, grams])


def rebuild(connection: sqlite3.Connection) -> None:
    """Build all search indexes anew from the tables, as after VACUUM, which may renumber rows."""
    connection.execute("DELETE FROM cjk")
    documents = connection.execute(
        "SELECT slug, ?, coalesce(title, '') || char(10) || coalesce(summary, '') || char(10)"
        " || coalesce(text, '') FROM documents UNION ALL SELECT document, position, text FROM texts",
        [MAIN],
    )
    connection.executemany(
        "INSERT INTO cjk (document, position, grams) VALUES (?, ?, ?)",
        ((slug, position, grams) for slug, position, text in documents if text and (grams := cjk.grams(text))),
    )
    for table in ("documents_fts", "texts_fts", "cjk_fts"):
        connection.execute(f"INSERT INTO {table} ({table}) VALUES ('rebuild')")
