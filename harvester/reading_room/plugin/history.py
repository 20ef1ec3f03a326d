"""How a document changed: its versions as differences that a reader understands."""

import json
import sqlite3
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

_MARKS = {"del": Markup("<del>{}</del>"), "ins": Markup("<ins>{}</ins>")}
_LONG = 600  # characters of a value shown
_MOST = 40  # paragraphs of a difference shown


def load(connection: sqlite3.Connection, slug: str) -> list[dict[str, Any]]:
    """Newest first: number, when it was seen, the capture, and the changes as (field, markup)."""
    rows = connection.execute(
        "SELECT v.version, v.seen_at, v.changes, v.cause, c.source FROM document_versions v"
        " LEFT JOIN captures c ON c.id = v.capture WHERE v.document = ? ORDER BY v.version DESC LIMIT 50",
        [slug],
    )
    return [{**dict(row), "changes": list(_changes(row["changes"]))} for row in rows]


def _changes(changes: str) -> Iterator[tuple[str, Markup]]:
    try:
        fields = json.loads(changes)
    except ValueError:
        return
    for field, change in fields.items() if isinstance(fields, dict) else ():
        if field.endswith("html") or not isinstance(change, dict):
            continue  # its text says the same
        if isinstance(change.get("diff"), list):
            yield field, _difference(change["diff"])
        else:
            yield field, _replaced(change.get("old"), change.get("new"))


def _replaced(old: Any, new: Any) -> Markup:
    return Markup(" ").join(_short(tag, value) for tag, value in (("del", old), ("ins", new)) if value)


def _difference(diff: list[Any]) -> Markup:
    """`[start, removed paragraphs, added paragraphs]` each, as store.history writes them."""
    lines = [
        _short(tag, paragraph)
        for piece in diff
        if isinstance(piece, list) and len(piece) == 3
        for tag, paragraphs in (("del", piece[1]), ("ins", piece[2]))
        for paragraph in (paragraphs if isinstance(paragraphs, list) else [paragraphs])
    ]
    more = [Markup("… and {} more").format(len(lines) - _MOST)] if len(lines) > _MOST else []
    return Markup('<div class="diff">{}</div>').format(Markup("<br>").join(lines[:_MOST] + more))


def _short(tag: str, value: Any) -> Markup:
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    cut = text if len(text) <= _LONG else text[:_LONG] + "…"
    return _MARKS[tag].format(cut)
