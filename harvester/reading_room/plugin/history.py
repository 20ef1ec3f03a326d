"""How a document changed: its versions as differences that a reader understands."""

import difflib
import json
import sqlite3
from typing import Any

from markupsafe import Markup, escape

_LONG = 400  # characters; longer values are compared paragraph by paragraph
_MOST = 60  # lines of a difference shown


def load(connection: sqlite3.Connection, slug: str) -> list[dict[str, Any]]:
    """Newest first: number, when it was seen, the capture, and the changes as (field, markup)."""
    rows = connection.execute(
        "SELECT v.version, v.seen_at, v.changes, c.source FROM document_versions v"
        " LEFT JOIN captures c ON c.id = v.capture WHERE v.document = ? ORDER BY v.version DESC LIMIT 50",
        [slug],
    )
    return [{**dict(row), "changes": list(_changes(row["changes"]))} for row in rows]


def _changes(changes: str) -> Any:
    try:
        fields = json.loads(changes)
    except ValueError:
        return
    if not isinstance(fields, dict):
        return
    for field, change in fields.items():
        if isinstance(change, dict) and isinstance(change.get("diff"), str | list):
            yield field, _difference(change["diff"])
        elif isinstance(change, dict) and ("old" in change or "new" in change):
            yield field, _replaced(change.get("old"), change.get("new"))
        elif isinstance(change, list) and len(change) == 2:
            yield field, _replaced(*change)
        else:
            yield field, Markup("<pre>{}</pre>").format(_text(change))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _replaced(old: Any, new: Any) -> Markup:
    before, after = _text(old) if old is not None else "", _text(new) if new is not None else ""
    if len(before) + len(after) > _LONG:
        return _difference(list(difflib.unified_diff(before.split("\n"), after.split("\n"), lineterm="", n=0)))
    parts = [Markup("<{0}>{1}</{0}>").format(tag, value) for tag, value in (("del", before), ("ins", after)) if value]
    return Markup(" ").join(parts)


def _difference(diff: str | list[Any]) -> Markup:
    lines = [str(line) for line in (diff.split("\n") if isinstance(diff, str) else diff)]
    lines = [line for line in lines if not line.startswith(("---", "+++", "@@"))]
    tags = {"+": "ins", "-": "del"}
    shown = [
        Markup("<{0}>{1}</{0}>").format(tags[line[0]], line[1:]) if line[:1] in tags else escape(line)
        for line in lines[:_MOST]
    ]
    if len(lines) > _MOST:
        shown.append(Markup("… {} more lines").format(len(lines) - _MOST))
    return Markup('<div class="diff">{}</div>').format(Markup("<br>").join(shown))
