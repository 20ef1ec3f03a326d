"""`/-/people`, `/-/places` and the like: everything of a kind, to browse."""

import sqlite3
import unicodedata
from itertools import groupby
from typing import Any

from datasette.utils.asgi import Response

from . import world_map
from .base import Room
from .cache import cached
from .counts import COUNTED, Index, index
from .filters import FILTERS
from .terms import ONE, life

_LETTERS_FROM = 300  # entries; below that, all letters stand on one page
_NOTES = {
    "people": ", life_dates, birth_year, death_year",
    "places": ", region, latitude, longitude",
    "subjects": ", heading",
    "topics": ", document_count",
}


async def view(request: Any, datasette: Any) -> Response:
    """All entries by name, by region or by heading; `?sort=count`, `?letter=M`, `?q=` part of a name."""
    room = Room(datasette, request)
    table = request.url_vars["table"]
    counts = await index(room.database)
    rows = await cached(room, ("list", table), lambda connection: load(connection, table, counts))
    context: dict[str, Any] = {"table": table, "one": ONE[table], "title": FILTERS[table].title, "of": len(rows)}
    context |= {"letters": [], "letter": None, "points": [], "map": world_map, "sort": request.args.get("sort")}
    wanted = fold(request.args.get("q") or "")
    if table == "places":
        context["points"] = world_map.points(rows)
    if wanted:
        rows = [row for row in rows if wanted in fold(row["name"])]
    if context["sort"] == "count":
        groups = [("", sorted(rows, key=lambda row: -row["n"])[:500])]
    elif table in ("places", "subjects"):
        groups = grouped(rows, lambda row: row.get("region") or row.get("heading") or "Other")
    else:
        groups = grouped(rows, lambda row: initial(row["name"]))
        if len(rows) > _LETTERS_FROM:
            context["letters"] = [letter for letter, _ in groups]
            asked = request.args.get("letter")
            context["letter"] = asked if asked in context["letters"] else context["letters"][0]
            groups = [group for group in groups if group[0] == context["letter"]]
    context |= {"groups": groups, "part": request.args.get("q") or "", "life": life}
    return await room.page("list.html", context)


def load(connection: sqlite3.Connection, table: str, counts: Index) -> list[dict[str, Any]]:
    """All entries with their numbers of documents (`n`), by name."""
    by = FILTERS[table]
    totals = (
        counts.totals(table)
        if table in COUNTED
        else dict(connection.execute(f"SELECT {by.column}, count(*) FROM {by.table} GROUP BY 1").fetchall())
    )
    rows = connection.execute(f"SELECT id, name{_NOTES.get(table, '')} FROM {table}")
    entries = [{**dict(row), "n": totals.get(row["id"], 0)} for row in rows]
    return sorted(entries, key=lambda entry: fold(entry["name"]))


def grouped(rows: list[dict[str, Any]], key: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    """Rows under their headings, both in order."""
    ordered = sorted(rows, key=lambda row: fold(key(row)))
    return [(name, list(group)) for name, group in groupby(ordered, key=key)]


def fold(name: str) -> str:
    """For sorting and finding: no case, no diacritics."""
    return "".join(c for c in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(c))


def initial(name: str) -> str:
    """The letter a name stands under."""
    first = fold(name)[:1].upper()
    return first if first.isalpha() else "#"


ROUTES = [(rf"/-/(?P<table>{'|'.join(ONE)})$", view)]
