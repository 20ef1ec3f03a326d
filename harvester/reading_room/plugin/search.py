"""Finding documents: words in every language version, ranked, filtered and counted, in SQL."""

import json
import sqlite3
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from heapq import nsmallest
from itertools import islice
from typing import Any

from . import snippets
from .counts import Index
from .filters import FILTERS
from .query import Query

PAGE = 20
DEPTH = 1000  # the best matches, which are kept and can be paged through
SORTS = {"relevance": "Relevance", "date": "Oldest first", "-date": "Newest first"}


_WEIGHTS = "10.0, 4.0, 1.0"  # a word in the title says more than one in the summary, or in the text


@dataclass
class Asked:
    """What a reader asks for."""

    query: Query
    filters: dict[str, list[str]] = field(default_factory=dict)
    """Filter → ids, all of which a document must have."""
    first: int | None = None
    """First year."""
    last: int | None = None
    """Last year."""
    sort: str = "relevance"

    @property
    def narrowed(self) -> bool:
        """Whether there is any filter."""
        return bool(self.filters or self.first or self.last)


@dataclass
class Found:
    """The best matches, as row numbers of `documents`, and what all of them have."""

    total: int
    best: list[int]
    version: dict[int, int]
    """Row number → position in `texts`, where another language version is what matched."""
    facets: dict[str, list[tuple[str, str, int]]] = field(default_factory=dict)
    """Filter → [(id, name, documents)], most frequent first."""
    years: dict[int, int] = field(default_factory=dict)
    """Year → documents."""


def match(
    connection: sqlite3.Connection, asked: Asked, index: Index | None = None
) -> tuple[dict[int, float], dict[int, int]]:
    """All that match: row number → score, the lower the better; row number → matching other version."""
    allowed = _allowed(connection, asked) if asked.narrowed else None
    scores, version = _matches(connection, asked.query, index)
    if scores is None:
        rows: Iterable[int] = allowed if allowed is not None else _all(connection)
        scores = dict.fromkeys(rows, 0.0)
    elif allowed is not None:
        scores = {row: score for row, score in scores.items() if row in allowed}
    return scores, version


def find(connection: sqlite3.Connection, asked: Asked, index: Index, size: int = 10) -> Found:
    """The best of what matches, in the order asked for, with the `size` most frequent of each filter."""
    scores, version = match(connection, asked, index)
    if asked.sort == "relevance" and asked.query:
        best = nsmallest(DEPTH, scores, key=scores.__getitem__)
    else:
        best = list(islice(_by_date(connection, scores, falling=asked.sort == "-date"), DEPTH))
    return Found(
        len(scores),
        best,
        {row: version[row] for row in best if row in version},
        index.count(scores, size),
        index.count_years(scores),
    )


def _matches(
    connection: sqlite3.Connection, query: Query, index: Index | None
) -> tuple[dict[int, float] | None, dict[int, int]]:
    """Row number → score, the lower the better, and where another version matched; None without words."""
    version: dict[int, int] = {}
    found = []
    if query.words:
        cursor = connection.cursor()
        cursor.row_factory = None  # plain tuples, for there may be many
        cursor.execute(
            f"SELECT rowid, bm25(documents_fts, {_WEIGHTS}) FROM documents_fts WHERE documents_fts MATCH ?",
            [query.words],
        )
        words = dict(cursor)
        _add(words, version, _in_texts(cursor, query.words, index))
        found.append(words)
    if query.characters:
        characters: dict[int, float] = {}
        _add(characters, version, connection.execute(_IN_CHARACTERS, [query.characters]))
        found.append(characters)
    if not found:
        return None, {}
    first, *others = found
    for other in others:
        first = {row: score + other[row] for row, score in first.items() if row in other}
    return first, version


def _in_texts(cursor: sqlite3.Cursor, words: str, index: Index | None) -> Iterable[tuple[int, float, int]]:
    """Row number, score and position of what matches in other versions; looking them up takes half of the time."""
    if not (index and index.is_current()):
        return cursor.execute(_IN_TEXTS, [words])
    known = index.texts
    cursor.execute("SELECT rowid, bm25(texts_fts) FROM texts_fts WHERE texts_fts MATCH ?", [words])
    return ((known[text][0], score, known[text][1]) for text, score in cursor)


_IN_TEXTS = (
    "SELECT d.rowid, bm25(texts_fts), t.position FROM texts_fts JOIN texts t ON t.rowid = texts_fts.rowid"
    " JOIN documents d ON d.slug = t.document WHERE texts_fts MATCH ?"
)
_IN_CHARACTERS = (
    "SELECT d.rowid, bm25(cjk_fts), c.position FROM cjk_fts JOIN cjk c ON c.id = cjk_fts.rowid"
    " JOIN documents d ON d.slug = c.document WHERE cjk_fts MATCH ? ORDER BY c.position"
)


def _add(scores: dict[int, float], version: dict[int, int], rows: Iterable[tuple[int, float, int]]) -> None:
    """Add matches in other versions of documents that did not match themselves (position -1)."""
    for row, score, position in rows:
        if row not in scores:
            scores[row] = score
            if position >= 0:
                version[row] = position


def _allowed(connection: sqlite3.Connection, asked: Asked) -> set[int]:
    """Row numbers that pass every filter."""
    conditions: list[str] = []
    values: list[str] = []
    for name, ids in asked.filters.items():
        by = FILTERS[name]
        for ident in ids:
            conditions.append(f"slug IN (SELECT document FROM {by.table} WHERE {by.column} = ?)")
            values.append(ident)
    if asked.first or asked.last:
        conditions.append("(date_earliest IS NOT NULL OR date_latest IS NOT NULL)")
    if asked.first:
        conditions.append("coalesce(date_latest, '9999') >= ?")
        values.append(f"{asked.first:04}")
    if asked.last:
        conditions.append("coalesce(date_earliest, '0000') < ?")
        values.append(f"{asked.last + 1:04}")
    rows = connection.execute(f"SELECT rowid FROM documents WHERE {' AND '.join(conditions)}", values)
    return {row[0] for row in rows}


def _all(connection: sqlite3.Connection) -> list[int]:
    return [row[0] for row in connection.execute("SELECT rowid FROM documents INDEXED BY documents_date")]


def _by_date(connection: sqlite3.Connection, rows: Container[int], *, falling: bool) -> Iterator[int]:
    """`rows` in the order of their dates, undated ones last."""
    order = "DESC" if falling else "ASC"
    for known in ("IS NOT NULL", "IS NULL"):
        cursor = connection.execute(
            f"SELECT rowid FROM documents WHERE date_earliest {known} ORDER BY date_earliest {order}, rowid"
        )
        yield from (row[0] for row in cursor if row[0] in rows)


def names(connection: sqlite3.Connection, filters: dict[str, list[str]]) -> dict[tuple[str, str], str]:
    """(filter, id) → name, for the filters that are set."""
    return {
        (name, ident): row[0]
        for name, ids in filters.items()
        for ident in ids
        for row in connection.execute(f"SELECT name FROM {FILTERS[name].names} WHERE id = ?", [ident])
    }


def results(
    connection: sqlite3.Connection, query: Query, rows: list[int], version: dict[int, int]
) -> list[dict[str, Any]]:
    """What a page of results shows of each document, in the order of `rows`."""
    shown = {
        row["number"]: dict(row)
        for row in connection.execute(
            "SELECT rowid AS number, slug, title, date_text, date_edtf, summary FROM documents"
            " WHERE rowid IN (SELECT value FROM json_each(?))",
            [json.dumps(rows)],
        )
    }
    return [shown[row] | snippets.of(connection, query, shown[row], version.get(row)) for row in rows if row in shown]
