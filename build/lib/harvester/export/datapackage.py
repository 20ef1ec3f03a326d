"""A Frictionless data package: a CSV a table, described column by column, with checksums.

https://specs.frictionlessdata.io/data-package/ (v1). Raises UsageError when the target cannot be written.
"""

import json
import shutil
import sqlite3
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from harvester import __version__
from harvester.exceptions import UsageError
from harvester.export.tables import line
from harvester.reading_room import metadata
from harvester.reading_room.plugin.filters import FILTERS
from harvester.reading_room.plugin.hidden import HIDDEN

_BY_DOCUMENT = (
    *("texts", "citations", "citation_people", "files", "document_versions"),
    *(by.table for by in FILTERS.values()),
)
TABLES = ("documents", *(by.names for by in FILTERS.values()), *_BY_DOCUMENT, "captures")
_TYPES = {"INTEGER": "integer", "REAL": "number", "TEXT": "string"}
_ARRAYS = {("documents", name) for name in ("collections", "authors", *FILTERS)} | {("subjects", "subdivisions")}
_OBJECTS = {("documents", "other"), ("document_versions", "changes")}
_DATES = {("documents", "date_earliest"), ("documents", "date_latest")}
_LICENCE = {
    "name": "notspecified",
    "path": "https://digitalarchive.wilsoncenter.org/",
    "title": "The rights in each document are its own: see the column `rights` of `documents`",
}


def write(connection: sqlite3.Connection, slugs: Sequence[str] | None, target: Path) -> Path:
    """Write the package into the folder `target`, or into a zip where the name says so; returns `target`."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=target.parent, prefix=".datapackage-") as made:
            folder = Path(made) / "package"
            folder.mkdir()
            _fill(connection, slugs, folder)
            if target.suffix == ".zip":
                _zip(folder, target)
            else:
                _place(folder, target)
    except OSError as error:
        raise UsageError(f"Cannot write the data package to {target}: {error.strerror or error}.") from error
    return target


def _fill(connection: sqlite3.Connection, slugs: Sequence[str] | None, folder: Path) -> None:
    if slugs is not None:
        connection.execute("CREATE TEMP TABLE chosen (slug TEXT PRIMARY KEY) WITHOUT ROWID")
        connection.executemany("INSERT INTO chosen VALUES (?)", ([slug] for slug in slugs))
    (folder / "data").mkdir()
    resources = [_table(connection, table, slugs is None, folder) for table in TABLES]
    package = _descriptor(resources, whole=slugs is None)
    (folder / "datapackage.json").write_text(json.dumps(package, ensure_ascii=False, indent=2) + "\n")
    (folder / "README.md").write_text(_readme(package))
    listed = sorted(path for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{_digest(path)}  {path.relative_to(folder).as_posix()}\n" for path in listed)
    (folder / "checksums-sha256.txt").write_text(sums)


def _table(connection: sqlite3.Connection, table: str, everything: bool, folder: Path) -> dict[str, Any]:
    """Write one table; return its resource."""
    info = connection.execute(f"PRAGMA table_info({table})").fetchall()
    columns = [row for row in info if (table, row["name"]) not in HIDDEN]
    names = [row["name"] for row in columns]
    path = folder / "data" / f"{table}.csv"
    count = 0
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(line(names))
        condition = "" if everything else _chosen(table)
        for row in connection.execute(f"SELECT {', '.join(names)} FROM {table} {condition} ORDER BY rowid"):
            file.write(line(tuple(row)))
            count += 1
    described = metadata.descriptions(table)
    key = [row["name"] for row in sorted(columns, key=lambda row: row["pk"]) if row["pk"]]
    foreign = [
        {"fields": row["from"], "reference": {"resource": row["table"], "fields": row["to"]}}
        for row in connection.execute(f"PRAGMA foreign_key_list({table})")
        if row["table"] in TABLES
    ]
    return {
        "name": table.replace("_", "-"),
        "path": f"data/{table}.csv",
        "profile": "tabular-data-resource",
        "title": metadata.TABLES[table].title,
        "description": metadata.TABLES[table].description,
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{_digest(path)}",
        "rows": count,
        "schema": {
            "fields": [
                {"name": row["name"], "type": _type(table, row), "description": described[row["name"]]}
                for row in columns
            ],
            "missingValues": [""],
            "primaryKey": key,
            **({"foreignKeys": [_renamed(key) for key in foreign]} if foreign else {}),
        },
    }


def _renamed(key: dict[str, Any]) -> dict[str, Any]:
    reference = key["reference"]
    return {**key, "reference": {**reference, "resource": reference["resource"].replace("_", "-")}}


def _chosen(table: str) -> str:
    """The condition that leaves the chosen documents and what hangs on them."""
    if table == "documents":
        return "WHERE slug IN (SELECT slug FROM chosen)"
    if table in _BY_DOCUMENT:
        return "WHERE document IN (SELECT slug FROM chosen)"
    for by in FILTERS.values():
        if table == by.names:
            return f"WHERE id IN (SELECT {by.column} FROM {by.table} WHERE document IN (SELECT slug FROM chosen))"
    return (
        "WHERE id IN (SELECT capture FROM documents WHERE slug IN (SELECT slug FROM chosen)"
        " UNION SELECT capture FROM document_versions WHERE document IN (SELECT slug FROM chosen))"
    )


def _type(table: str, row: sqlite3.Row) -> str:
    place = (table, row["name"])
    if place in _ARRAYS:
        return "array"
    if place in _OBJECTS:
        return "object"
    return "date" if place in _DATES else _TYPES[row["type"]]


def _descriptor(resources: list[dict[str, Any]], *, whole: bool) -> dict[str, Any]:
    part = "" if whole else " This is a part of it, chosen by filters."
    return {
        "profile": "tabular-data-package",
        "name": "wilson-center-digital-archive",
        "title": "Wilson Center Digital Archive",
        "description": "Documents of the Cold War from the archives of the world, with their translations, people, "
        f"places, subjects and archival citations, as harvested from the Wilson Center Digital Archive.{part}",
        "homepage": "https://digitalarchive.wilsoncenter.org/",
        "version": datetime.now(UTC).strftime("%Y.%m.%d"),
        "created": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "keywords": ["Cold War", "international history", "archives", "primary sources"],
        "licenses": [_LICENCE],
        "sources": [{"title": "Wilson Center Digital Archive", "path": "https://digitalarchive.wilsoncenter.org/"}],
        "contributors": [
            {"title": "Wilson Center Digital Archive", "role": "publisher"},
            {"title": f"wilson-harvester {__version__}", "role": "wrangler"},
        ],
        "resources": resources,
    }


def _readme(package: dict[str, Any]) -> str:
    lines = "\n".join(
        f"| `{r['path']}` | {r['rows']:,} | {r['title']}: {r['description']} |" for r in package["resources"]
    )
    return f"""# {package["title"]}

{package["description"]}

Made on {package["created"][:10]} by wilson-harvester {__version__}. All files are UTF-8; the CSV files follow
RFC 4180, an empty cell is a missing value, and lists within a cell are JSON. `datapackage.json` describes each
column and states how tables hang together (Frictionless Data Package v1); `sha256sum -c checksums-sha256.txt`
checks that every file is whole.

| file | rows | what |
|---|---|---|
{lines}

**Rights.** {_LICENCE["title"]}. The texts were made available by the Wilson Center Digital Archive; cite a
document with its title, date, archival citation and address (columns `title`, `date_text`, `source`, `url`).
"""


def _zip(folder: Path, target: Path) -> None:
    partial = target.with_name(target.name + ".partial")
    try:
        with zipfile.ZipFile(partial, "w", zipfile.ZIP_DEFLATED) as archive:
            for path in sorted(folder.rglob("*")):
                if path.is_file():
                    archive.write(path, path.relative_to(folder).as_posix())
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def _place(folder: Path, target: Path) -> None:
    """Put the finished folder in place; an earlier package there gives way, anything else does not."""
    if target.is_file() or (target.is_dir() and any(target.iterdir()) and not (target / "datapackage.json").is_file()):
        raise UsageError(f"{target} holds something else than a data package: name another folder with -o.")
    if target.is_dir():
        shutil.rmtree(target)
    folder.rename(target)


def _digest(path: Path) -> str:
    digest = sha256()
    with path.open("rb") as file:
        for piece in _pieces(file):
            digest.update(piece)
    return digest.hexdigest()


def _pieces(file: Any) -> Iterator[bytes]:
    while piece := file.read(1 << 20):
        yield piece
