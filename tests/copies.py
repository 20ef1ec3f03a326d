"""The sample archive as copies of it hold it: every page and legacy record, and what else such files hold."""

import io
import json
import sqlite3
import tarfile
from functools import cache
from pathlib import Path
from typing import Any

from warcs import SITE, Record

from harvester.sample_site.archive import ROOT, Archive, Response

TIME = 1_742_083_200  # 2025-03-16


@cache
def pages() -> dict[str, Response]:
    """Path → answer, of everything on the sample site that is worth having."""
    site = Archive()
    paths = ["/people", "/people?page=1", "/people?page=2", "/places", "/places?page=1", "/topics"]
    for kind, folder in (("document", "document"), ("person", "people"), ("place", "places"), ("topic", "topics")):
        paths += sorted(f"/{folder}/{case.name}" for case in (ROOT / kind).iterdir())
    paths += [f"/search?page={page}" for page in range(-(-len(list((ROOT / "document").iterdir())) // 10))]
    paths += [
        f"/search?f[0]=topics:{topic}&fo[0]={topic}&page=0" for topic in json.loads((ROOT / "topics.json").read_text())
    ]
    return {path: site.answer(path) for path in paths}


@cache
def legacy() -> dict[str, Response]:
    """Path → answer, of the site before 2022."""
    forms = {"ris": "/document/{}.ris", "json": "/srv/record/{}.json", "": "/document/{}"}
    cases = (case.name.partition("-") for case in sorted((ROOT / "legacy").iterdir()))
    paths = [forms[form].format(record) for record, _, form in cases]
    return {path: Archive().answer(path) for path in paths}


def problem(kind: str, name: str) -> Response:
    """A fixture that is no page."""
    return Archive().case(kind, name)


def record(path: str, response: Response, **facts: Any) -> Record:
    """An answer as a WARC record."""
    return Record(SITE + path, response.body, response.headers, f"{response.status} X", **facts)


def tar(found: dict[str, Response], folder: str = "") -> bytes:
    """A mirror as `wget --mirror` leaves it."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as archive:
        for path, response in found.items():
            info = tarfile.TarInfo(folder + path.strip("/") + ".html")
            info.size, info.mtime = len(response.body), TIME
            archive.addfile(info, io.BytesIO(response.body))
    return out.getvalue()


def rows(output: Path, query: str) -> list[tuple[Any, ...]]:
    """What a query finds in a harvest."""
    connection = sqlite3.connect(output / "wilson.db")
    try:
        return connection.execute(query).fetchall()
    finally:
        connection.close()


def archive(output: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that the pages say, without when and where it was read."""
    found = {}
    for (table,) in rows(output, "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY 1"):
        if "_fts" in table or table.startswith(("_", "sqlite")) or table in _NOT_PAGES:
            continue
        columns = [
            row[1]
            for row in rows(output, f"PRAGMA table_info({table})")
            if row[1] not in _MOVES and row[1:3] != ("id", "INTEGER")
        ]
        found[table] = sorted(rows(output, f"SELECT {', '.join(columns)} FROM {table}"), key=str)
    return found


_NOT_PAGES = (
    "captures",
    "runs",
    "frontier",
    "quarantine",
    "lists",
    "listed",
    "document_versions",
    "archived",
    "archived_lists",
)
_MOVES = ("first_seen", "last_seen", "last_changed", "capture", "text_agreement", "fetched_at")
