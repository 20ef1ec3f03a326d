"""The way in: what the archive is, how much it holds, and where to begin."""

import sqlite3
from typing import Any

from datasette.utils.asgi import Response

from . import charts
from .base import Room
from .cache import cached

_LATEST = 8
_WAYS = (
    ("topics", "topic", "Topics"),
    ("people", "person", "People and organisations"),
    ("places", "place", "Places"),
    ("archives", "archive", "Archives"),
)


async def view(request: Any, datasette: Any) -> Response:
    """`/`."""
    room = Room(datasette, request)
    context = await cached(room, "home", load)
    return await room.page("home.html", {**context, "chart": charts.years(context["years"])})


def load(connection: sqlite3.Connection) -> dict[str, Any]:
    """Numbers, years, latest documents, and the most frequent topics, people, places and archives."""
    counts = {
        table: connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in ("documents", "people", "places", "topics", "archives", "languages")
    }
    counts["versions"] = connection.execute("SELECT count(*) FROM texts").fetchone()[0]
    counts["files"] = connection.execute("SELECT count(DISTINCT sha256) FROM files").fetchone()[0]
    sources = connection.execute(
        "SELECT source, count(*) AS n, max(fetched_at) AS latest FROM captures GROUP BY source ORDER BY n DESC"
    ).fetchall()
    return {
        "counts": counts,
        "years": years(connection),
        "latest": latest(connection, _LATEST),
        "ways": [
            (
                table,
                title,
                connection.execute(
                    f"SELECT t.id, t.name, n FROM (SELECT {one} AS id, count(*) AS n"
                    f" FROM document_{table} GROUP BY {one} ORDER BY n DESC LIMIT 12)"
                    f" JOIN {table} t USING (id) ORDER BY n DESC, name"
                ).fetchall(),
            )
            for table, one, title in _WAYS
        ],
        "sources": sources,
        "as_of": max((row["latest"] for row in sources), default=None),
    }


def years(connection: sqlite3.Connection) -> dict[int, int]:
    """Documents by the first year their date can mean."""
    rows = connection.execute(
        "SELECT CAST(substr(date_earliest, 1, 4) AS INTEGER), count(*) FROM documents"
        " WHERE date_earliest IS NOT NULL GROUP BY 1"
    )
    return dict(rows.fetchall())


def latest(connection: sqlite3.Connection, limit: int) -> list[sqlite3.Row]:
    """The documents that the site added last."""
    return connection.execute(
        "SELECT slug, title, date_text, summary, uploaded, first_seen FROM documents"
        " ORDER BY uploaded DESC, rowid DESC LIMIT ?",
        [limit],
    ).fetchall()


ROUTES = [(r"/$", view)]
