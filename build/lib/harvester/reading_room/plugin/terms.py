"""The page of a person, a place, a topic, a subject, an archive, a language or a donor."""

import sqlite3
from typing import Any

from datasette.utils import tilde_decode
from datasette.utils.asgi import Response

from . import charts, markup, search, world_map
from .base import DATABASE, Room
from .cache import cached
from .counts import Index, index
from .filters import FILTERS
from .query import Query
from .search import PAGE, Asked, Found

ONE = {
    "people": "person or organisation",
    "places": "place",
    "topics": "topic",
    "subjects": "subject",
    "archives": "archive",
    "languages": "language",
    "donors": "donor",
}
_APPEARS_WITH = ("people", "places", "topics", "archives")


async def view(request: Any, datasette: Any) -> Response:
    """`/wilson/people/{id}` and the like: who or what it is, and its documents."""
    room = Room(datasette, request)
    table, ident = request.url_vars["table"], tilde_decode(request.url_vars["id"])
    page = request.args.get("page") or "1"
    number = int(page) if page.isascii() and page.isdigit() and 0 < int(page[:6]) <= search.DEPTH // PAGE else 1
    counts = await index(room.database)
    known = await cached(room, ("term", table, ident), lambda connection: load(connection, counts, table, ident))
    if known is None:
        return await room.page("missing.html", {"wanted": ident, "what": ONE[table]}, status=404)
    found: Found = known["found"]
    rows = found.best[(number - 1) * PAGE : number * PAGE]
    entry = known["entry"]
    context = {
        **known,
        "table": table,
        "one": ONE[table],
        "total": found.total,
        "depth": search.DEPTH,
        "page_number": number,
        "pages": -(-len(found.best) // PAGE),
        "documents": await room.read(search.results, Query(), rows, {}),
        "chart": charts.years(found.years),
        "about": markup.paragraphs(entry.get("biography") or entry.get("description")),
        "life": life(entry),
        "points": world_map.points([{**entry, "n": 1}]) if table == "places" else [],
        "map": world_map,
        "filters": FILTERS,
    }
    return await room.page("term.html", context)


def load(connection: sqlite3.Connection, counts: Index, table: str, ident: str) -> dict[str, Any] | None:
    """The entry, its documents by date, and what appears with it; None when it is not known."""
    row = connection.execute(f"SELECT * FROM {table} WHERE id = ?", [ident]).fetchone()
    if row is None:
        return None
    found = search.find(connection, Asked(Query(), {table: [ident]}, sort="date"), counts, 16)
    return {
        "entry": dict(row),
        "found": found,
        "together": {
            name: [other for other in found.facets[name] if (name, other[0]) != (table, ident)][:15]
            for name in _APPEARS_WITH
        },
        "roles": dict(
            connection.execute(
                "SELECT role, count(*) FROM document_people WHERE person = ? GROUP BY role", [ident]
            ).fetchall()
        )
        if table == "people"
        else {},
    }


def life(entry: dict[str, Any]) -> str | None:
    """Life dates as the site shows them, or put together from the years."""
    born, died = entry.get("birth_year"), entry.get("death_year")
    return entry.get("life_dates") or (f"{born or '?'}–{died or ''}" if born or died else None)


ROUTES = [(rf"/{DATABASE}/(?P<table>{'|'.join(ONE)})/(?P<id>[^/.]+)$", view)]
