"""A document's page: what the archive knows of one document, read in one snapshot."""

import json
import sqlite3
from typing import Any

from datasette.utils import tilde_decode
from datasette.utils.asgi import Response

from . import history, markup, related, resolve
from .base import DATABASE, Room
from .citing import FORMATS, Reference, chicago
from .filters import FILTERS

LINKED = {name: by for name, by in FILTERS.items() if name != "people"}  # people have parts, and come apart
SHELFMARK = ("fond", "opis", "papka", "delo", "listy", "file", "volume", "box", "folder")


async def view(request: Any, datasette: Any) -> Response:
    """`/wilson/documents/{slug}`."""
    room = Room(datasette, request)
    slug = tilde_decode(request.url_vars["slug"])
    found = await room.read(load, slug)
    if found is None:
        context = {"wanted": slug, "what": "document"}
        return await room.page("missing.html", context, status=404)
    versions = {version["key"]: version for version in found["versions"]}
    wanted, beside = request.args.get("version"), request.args.get("beside")
    version = versions.get(wanted) or next(iter(versions.values()), None)
    other = versions.get(beside) if beside and version and beside != version["key"] else None
    scans = _scans(found["files"])
    scan = scans.get(beside) or (None if versions else next(iter(scans.values()), None))
    asked = resolve.read(request.args.get("asked") or "")
    context = {
        **found,
        "version": version and _prepared(version),
        "other": other and _prepared(other),
        "beside": beside,
        "scans": scans,
        "scan": scan,
        "machine_read": next((s["ocr_confidence"] for s in scans.values() if s["ocr_confidence"]), None),
        "asked": asked,
        "also": [row for row in await room.read(resolve.find, asked) if row["slug"] != slug] if asked else [],
        "citation_note": chicago(found["reference"]),
        "formats": FORMATS,
        "scan_urls": [room.absolute(room.path(f"/-/file/{held['sha256']}")) for held in scans.values()],
    }
    return await room.page("document.html", context)


def _scans(files: list[sqlite3.Row]) -> dict[str, sqlite3.Row]:
    """`scan`, `scan-2`, …: the files that are held, the same one under two addresses once."""
    held = {row["sha256"]: row for row in reversed(files) if row["sha256"]}
    rows = sorted(held.values(), key=files.index)
    return {"scan" if number == 1 else f"scan-{number}": row for number, row in enumerate(rows, 1)}


def _prepared(version: dict[str, Any]) -> dict[str, Any]:
    return {**version, "body": markup.reading(version["html"], version["text"])}


def load(connection: sqlite3.Connection, slug: str) -> dict[str, Any] | None:
    """Everything its page shows; None when it is not held."""
    found = connection.execute("SELECT * FROM documents WHERE slug = ?", [slug]).fetchone()
    if found is None:
        return None
    document = dict(found)
    document["other"] = as_json(document["other"], {})
    document["collections"] = as_json(document["collections"], [])
    people: dict[str, list[dict[str, Any]]] = {"author": [], "associated": [], "contributor": []}
    for person in connection.execute(
        "SELECT p.id, p.name, p.kind, p.family_name, p.given_names, d.role FROM document_people d"
        " JOIN people p ON p.id = d.person WHERE d.document = ? ORDER BY d.position",
        [slug],
    ):
        people.setdefault(person["role"], []).append(dict(person))
    linked = {
        name: [
            dict(row)
            for row in connection.execute(
                f"SELECT t.id, t.name FROM {by.table} d JOIN {by.names} t ON t.id = d.{by.column}"
                " WHERE d.document = ? ORDER BY d.position",
                [slug],
            )
        ]
        for name, by in LINKED.items()
    }
    citation = connection.execute("SELECT * FROM citations WHERE document = ?", [slug]).fetchone()
    cited = connection.execute(
        "SELECT role, name FROM citation_people WHERE document = ? ORDER BY position", [slug]
    ).fetchall()
    files = connection.execute(
        "SELECT url, sha256, pages, size, ocr_confidence FROM files WHERE document = ? ORDER BY id", [slug]
    ).fetchall()
    return {
        "document": document,
        "people": people,
        "linked": linked,
        "citation": citation and {name: citation[name] for name in SHELFMARK if citation[name]},
        "cited": cited,
        "files": files,
        "versions": _versions(connection, document),
        "captures": _captures(connection, document),
        "changes": history.load(connection, slug),
        "related": related.load(connection, document, people, linked["archives"]),
        "reference": Reference.of(document, people, linked, cited),
    }


def _versions(connection: sqlite3.Connection, document: dict[str, Any]) -> list[dict[str, Any]]:
    names = {"en": "English", **dict(connection.execute("SELECT id, name FROM languages").fetchall())}
    main = {
        "key": "main",
        "language": document["text_language"],
        "label": names.get(document["text_language"]) or "Text",
        "text": document["text"],
        "html": document["html"],
    }
    others = [
        {
            **dict(row),
            "key": str(row["position"]),
            "label": row["label"] or names.get(row["language"]) or f"Version {row['position'] + 1}",
        }
        for row in connection.execute(
            "SELECT position, language, label, text, html FROM texts WHERE document = ? ORDER BY position",
            [document["slug"]],
        )
    ]
    return [version for version in (main, *others) if version["text"] or version["html"]]


def _captures(connection: sqlite3.Connection, document: dict[str, Any]) -> list[dict[str, Any]]:
    rows = connection.execute(
        "SELECT id, url, source, fetched_at, status, digest FROM captures"
        " WHERE id = :id OR url IN (:url, :legacy) ORDER BY fetched_at DESC LIMIT 20",
        {"id": document["capture"], "url": document["url"], "legacy": document["legacy_url"]},
    )
    return [{**dict(row), "wayback": _wayback(row)} for row in rows]


def _wayback(capture: sqlite3.Row) -> str | None:
    if capture["source"] != "wayback":
        return None
    digits = "".join(c for c in capture["fetched_at"] if c.isdigit())[:14]
    return f"https://web.archive.org/web/{digits}/{capture['url']}"


def as_json(value: str | None, default: Any) -> Any:
    """A JSON column's value; `default` where it is NULL or no JSON of that kind."""
    try:
        found = json.loads(value or "null")
    except ValueError:
        return default
    return found if isinstance(found, type(default)) else default


async def cite(request: Any, datasette: Any) -> Response:
    """`/-/cite/{slug}.{format}`: the reference as a download."""
    room = Room(datasette, request)
    slug = tilde_decode(request.url_vars["slug"])
    form = FORMATS[request.url_vars["format"]]
    found = await room.read(load, slug)
    if found is None:
        return Response.text("This archive does not hold that document.\n", status=404)
    name = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "-" for c in slug)[:80]
    return Response(
        form.write([found["reference"]]),
        headers={"content-disposition": f'attachment; filename="{name}.{form.suffix}"'},
        content_type=f"{form.media_type}; charset=utf-8",
    )


ROUTES = [
    (rf"/{DATABASE}/documents/(?P<slug>[^/.]+)$", view),
    (rf"/-/cite/(?P<slug>[^/.]+)\.(?P<format>{'|'.join(FORMATS)})$", cite),
]
