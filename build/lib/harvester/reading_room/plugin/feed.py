"""New and changed documents as an Atom feed."""

import sqlite3
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from datasette.utils.asgi import Response

from .base import Room

_LENGTH = 50
_ILLEGAL = dict.fromkeys([*range(0x09), 0x0B, 0x0C, *range(0x0E, 0x20), 0xFFFE, 0xFFFF])


async def view(request: Any, datasette: Any) -> Response:
    """`/-/feed.atom`."""
    room = Room(datasette, request)
    rows = await room.read(load)
    home, here = room.absolute(room.path("/")), room.absolute(room.path("/-/feed.atom"))
    updated = rows[0]["last_changed"] if rows else "1970-01-01T00:00:00Z"
    parts = [
        '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom">',
        "<title>Wilson Center Digital Archive: new and changed documents</title>",
        f"<id>{_text(here)}</id><updated>{_text(updated)}</updated>",
        f'<link rel="self" href={_attribute(here)}/><link href={_attribute(home)}/>',
        "<author><name>Wilson Center Digital Archive</name></author>",
        *(_entry(room, row) for row in rows),
        "</feed>\n",
    ]
    return Response("\n".join(parts), content_type="application/atom+xml; charset=utf-8")


def load(connection: sqlite3.Connection) -> list[sqlite3.Row]:
    """The documents that changed last."""
    return connection.execute(
        "SELECT slug, url, title, summary, date_text, first_seen, last_changed FROM documents"
        " WHERE last_changed IS NOT NULL ORDER BY last_changed DESC, rowid DESC LIMIT ?",
        [_LENGTH],
    ).fetchall()


def _entry(room: Room, row: sqlite3.Row) -> str:
    address = room.absolute(room.row("documents", row["slug"]))
    new = row["first_seen"] == row["last_changed"]
    date = f" ({row['date_text']})" if row["date_text"] else ""
    return (
        f"<entry><title>{_text((row['title'] or row['slug']) + date)}</title><id>{_text(row['url'] or address)}</id>"
        f"<link href={_attribute(address)}/><published>{_text(row['first_seen'] or row['last_changed'])}</published>"
        f"<updated>{_text(row['last_changed'])}</updated><category term={_attribute('new' if new else 'changed')}/>"
        f"<summary>{_text(row['summary'] or '')}</summary></entry>"
    )


def _text(value: str) -> str:
    return escape(value.translate(_ILLEGAL))


def _attribute(value: str) -> str:
    return quoteattr(value.translate(_ILLEGAL))


ROUTES = [(r"/-/feed(?:\.atom)?$", view)]
