"""The words in their context: what a search result shows of a document."""

import re
import sqlite3
from typing import Any

from markupsafe import Markup, escape

from .markup import highlight, marked
from .query import Query

_WORDS = 36  # of a snippet
_AROUND = 60  # characters before and after a run of Chinese, Japanese or Korean


def of(connection: sqlite3.Connection, query: Query, document: dict[str, Any], position: int | None) -> dict[str, Any]:
    """`heading` and `snippet` as markup, the words marked; `version` and `language` where another one matched."""
    title = document["title"] or document["slug"]
    plain = {"heading": escape(title), "snippet": _shortened(document["summary"]), "version": None}
    if not query:
        return plain
    if position is not None:
        return plain | {"heading": highlight(title, query.runs)} | _elsewhere(connection, query, document, position)
    if query.words:
        row = connection.execute(
            "SELECT highlight(documents_fts, 0, char(2), char(3)),"
            f" snippet(documents_fts, -1, char(2), char(3), '…', {_WORDS})"
            " FROM documents_fts WHERE documents_fts MATCH ? AND rowid = ?",
            [query.words, document["number"]],
        ).fetchone()
        if row:
            in_title = row[0] and row[1] and row[1].strip("…") in row[0]
            snippet = _shortened(document["summary"]) if in_title else marked(row[1] or "")
            return plain | {"heading": marked(row[0] or title), "snippet": snippet}
    text = connection.execute(
        "SELECT coalesce(summary, '') || char(10) || coalesce(text, '') FROM documents WHERE rowid = ?",
        [document["number"]],
    ).fetchone()[0]
    return plain | {"heading": highlight(title, query.runs), "snippet": window(text, query.runs)}


def _elsewhere(connection: sqlite3.Connection, query: Query, document: dict[str, Any], position: int) -> dict[str, Any]:
    row = connection.execute(
        "SELECT t.rowid, coalesce(t.label, l.name, t.language), t.text FROM texts t"
        " LEFT JOIN languages l ON l.id = t.language WHERE t.document = ? AND t.position = ?",
        [document["slug"], position],
    ).fetchone()
    snippet = window(row[2] or "", query.runs)
    if query.words:
        found = connection.execute(
            f"SELECT snippet(texts_fts, 0, char(2), char(3), '…', {_WORDS}) FROM texts_fts"
            " WHERE texts_fts MATCH ? AND rowid = ?",
            [query.words, row[0]],
        ).fetchone()
        snippet = marked(found[0]) if found else snippet
    return {"snippet": snippet, "version": position, "language": row[1]}


def window(text: str, runs: list[str]) -> Markup:
    """The first of the runs with what stands around it."""
    found = re.search("|".join(map(re.escape, runs)), text) if runs else None
    if not found:
        return _shortened(text)
    start, end = max(0, found.start() - _AROUND), min(len(text), found.end() + _AROUND)
    cut = text[start:end].replace("\n", " ")
    return highlight(f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}", runs)


def _shortened(text: str | None, length: int = 300) -> Markup:
    text = text or ""
    return escape(text if len(text) <= length else text[:length].rsplit(" ", 1)[0] + "…")
