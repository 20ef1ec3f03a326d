"""Documents with all that hangs on them, read in batches so that memory stays flat."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from harvester.reading_room.plugin.citing import Reference
from harvester.reading_room.plugin.filters import FILTERS

_BATCH = 200
_JSON = ("collections", "other", "authors", *(name for name in FILTERS))
_NOT_OURS = ("capture",)  # a number that means something in this database only


def documents(connection: sqlite3.Connection, slugs: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    """Rows of `documents`, JSON columns as lists; `slugs` None means all."""
    for batch in _batches(connection, slugs):
        for row in _rows(connection, "documents", "slug", batch):
            yield {name: _value(name, row[name]) for name in row.keys() if name not in _NOT_OURS}  # noqa: SIM118


def whole(connection: sqlite3.Connection, slugs: Sequence[str] | None) -> Iterator[dict[str, Any]]:
    """The same with people and their roles, all linked names with their ids, versions, files and shelfmark."""
    for batch in _batches(connection, slugs):
        hanging = {table: _grouped(connection, table, batch) for table in _HANGING}
        linked = {name: _linked(connection, name, batch) for name in FILTERS}
        for row in _rows(connection, "documents", "slug", batch):
            slug = row["slug"]
            record = {name: _value(name, row[name]) for name in row.keys() if name not in _NOT_OURS}  # noqa: SIM118
            record |= {name: linked[name][slug] for name in FILTERS}
            record |= {_HANGING[table]: hanging[table][slug] for table in _HANGING}
            record["citation"] = record["citation"][0] if record["citation"] else None
            yield record


def references(connection: sqlite3.Connection, slugs: Sequence[str] | None) -> Iterator[Reference]:
    """What reference managers want of each document."""
    for record in whole(connection, slugs):
        people: dict[str, list[dict[str, Any]]] = defaultdict(list)
        for person in record["people"]:
            people[person["role"]].append(person)
        yield Reference.of(record, people, record, record["cited"])


# Table → name in a whole record.
_HANGING = {"texts": "texts", "files": "files", "citations": "citation", "citation_people": "cited"}
_HIDDEN = ("document", "path", "id")


def _batches(connection: sqlite3.Connection, slugs: Sequence[str] | None) -> Iterator[list[str]]:
    keys = iter(slugs) if slugs is not None else _slugs(connection)
    while batch := list(islice(keys, _BATCH)):
        yield batch


def _slugs(connection: sqlite3.Connection) -> Iterator[str]:
    return (row[0] for row in connection.execute("SELECT slug FROM documents ORDER BY rowid"))


def _rows(connection: sqlite3.Connection, table: str, column: str, batch: list[str]) -> list[sqlite3.Row]:
    return connection.execute(
        f"SELECT * FROM {table} WHERE {column} IN (SELECT value FROM json_each(?)) ORDER BY rowid",
        [json.dumps(batch)],
    ).fetchall()


def _grouped(connection: sqlite3.Connection, table: str, batch: list[str]) -> dict[str, list[dict[str, Any]]]:
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in _rows(connection, table, "document", batch):
        groups[row["document"]].append({name: row[name] for name in row.keys() if name not in _HIDDEN})  # noqa: SIM118
    return groups


def _linked(connection: sqlite3.Connection, name: str, batch: list[str]) -> dict[str, list[dict[str, Any]]]:
    by = FILTERS[name]
    role = "l.role, t.kind, t.family_name, t.given_names," if name == "people" else ""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in connection.execute(
        f"SELECT l.document, {role} t.id, t.name FROM json_each(?) CROSS JOIN {by.table} l ON l.document = value"
        f" JOIN {by.names} t ON t.id = l.{by.column} ORDER BY l.document, l.position",
        [json.dumps(batch)],
    ):
        groups[row["document"]].append({key: row[key] for key in row.keys() if key != "document"})  # noqa: SIM118
    return groups


def _value(name: str, value: Any) -> Any:
    return json.loads(value) if name in _JSON and isinstance(value, str) else value
