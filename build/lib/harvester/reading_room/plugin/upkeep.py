"""What the maintainers look at: runs, failures and why, fill rates, coverage against the site's counts."""

import re
import sqlite3
from typing import Any

from datasette.utils.asgi import Response

from .base import Room
from .cache import cached
from .documents import as_json

FILLED = (
    *("title", "date_text", "date_earliest", "summary", "text", "source", "rights", "record_id", "node_id"),
    *("uploaded", "classification", "authors", "people", "places", "subjects", "topics", "archives", "languages"),
)
SAMPLE = 5000  # documents whose fields are looked at
_ENDS = {
    0: "complete",
    1: "error",
    2: "usage",
    3: "blocked",
    4: "unreachable",
    5: "drift",
    6: "incomplete",
    7: "locked",
}
_PATH = re.compile(r"(?:[A-Za-z]:)?(?:[/\\][^\s/\\:'\"]+){2,}[/\\]([^\s/\\:'\"]+)")


async def view(request: Any, datasette: Any) -> Response:
    """`/-/upkeep`."""
    room = Room(datasette, request)
    return await room.page("upkeep.html", await cached(room, "upkeep", load))


def load(connection: sqlite3.Connection) -> dict[str, Any]:
    """Everything the page shows; tables that a published copy left out count as empty."""
    held = {row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}

    def rows(table: str, sql: str) -> list[dict[str, Any]]:
        return [dict(row) for row in connection.execute(sql)] if table in held else []

    runs = [
        run
        | _report(as_json(run["counts"], {}))
        | {"reason": without_paths(run["reason"]), "end": _ENDS.get(run["exit_code"], "running, or killed")}
        for run in rows(
            "runs",
            "SELECT id, spider, started, finished, exit_code, reason, counts FROM runs ORDER BY id DESC LIMIT 15",
        )
    ]
    total = connection.execute("SELECT count(*) FROM documents").fetchone()[0]
    return {
        "total": total,
        "runs": runs,
        "unknown": runs[0]["unknown"] if runs else [],
        "states": rows(
            "frontier",
            "SELECT source, kind, state, count(*) AS n FROM frontier GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
        ),
        "failures": [
            {**row, "reason": without_paths(row["reason"])}
            for row in rows(
                "frontier",
                "SELECT coalesce(reason, 'no reason given') AS reason, count(*) AS n, min(url) AS example"
                " FROM frontier WHERE state = 'failed' GROUP BY 1 ORDER BY 2 DESC LIMIT 20",
            )
        ],
        "quarantine": rows(
            "quarantine",
            "SELECT reason, count(*) AS n, min(url) AS example FROM quarantine GROUP BY 1 ORDER BY 2 DESC LIMIT 20",
        ),
        "fills": fill_rates(connection, total),
        "sampled": total > SAMPLE,
        "topics": rows("topics", _COVERAGE),
        "lists": rows("lists", "SELECT source, list, total, swept_at FROM lists WHERE list = 'catalog'"),
        "labels": rows(
            "documents",
            "SELECT key AS label, count(*) AS n, min(slug) AS example FROM documents, json_each(documents.other)"
            " WHERE other != '{}' AND json_valid(other) GROUP BY 1 ORDER BY 2 DESC LIMIT 50",
        ),
        "missing": rows(
            "missing",
            "SELECT expected_by, source, count(*) AS n, min(url) AS example FROM missing"
            " GROUP BY 1, 2 ORDER BY 3 DESC LIMIT 30",
        ),
        "gone": connection.execute("SELECT count(*) FROM documents WHERE gone_since IS NOT NULL").fetchone()[0],
    }


def _report(counts: dict[str, Any]) -> dict[str, Any]:
    """What a run did, in words, and the values that it did not know; from what `store.runs` keeps."""
    harvest, network, unknown = (_mapping(counts.get(name)) for name in ("harvest", "network", "unknown"))
    words = [f"{harvest[name]:,} {label}" for name, label in _DID.items() if _counted(harvest.get(name))]
    words += [f"{network['requests']:,} requests"] if _counted(network.get("requests")) else []
    words += [f"drift: {', '.join(map(str, counts['drift']))}"] if isinstance(counts.get("drift"), list) else []
    return {"did": [word for word in words if word != "drift: "], "unknown": sorted(unknown.items())}


_DID = {
    "document new": "documents new",
    "document changed": "changed",
    "document unchanged": "unchanged",
    "documents gone": "gone",
    "failed": "addresses failed",
    "quarantined": "quarantined",
    "file": "files",
}


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _counted(value: Any) -> bool:
    return isinstance(value, int) and value > 0


_COVERAGE = (
    "SELECT t.id, t.name, t.document_count AS claimed, count(d.document) AS held FROM topics t"
    " LEFT JOIN document_topics d ON d.topic = t.id WHERE t.document_count IS NOT NULL"
    " GROUP BY t.id ORDER BY claimed - count(d.document) DESC LIMIT 30"
)


def fill_rates(connection: sqlite3.Connection, total: int) -> list[tuple[str, float]]:
    """(field, share of the documents that have it), from every n-th one: most fields stand behind long texts."""
    sums = ", ".join(f"sum({name} IS NOT NULL AND {name} NOT IN ('[]', ''))" for name in FILLED)
    every = total // SAMPLE + 1
    of, *counts = connection.execute(f"SELECT count(*), {sums} FROM documents WHERE rowid % {every} = 0").fetchone()
    return [(name, (count or 0) / of if of else 0.0) for name, count in zip(FILLED, counts, strict=True)]


def without_paths(text: str | None) -> str | None:
    """A message without the folders of the machine that wrote it."""
    return text and _PATH.sub(r"…/\1", text)


ROUTES = [(r"/-/upkeep$", view)]
