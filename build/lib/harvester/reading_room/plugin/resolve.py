"""Old footnotes lead to documents: addresses of the site before 2022 and of today's, and bare numbers."""

import re
import sqlite3
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from datasette.utils.asgi import Response

from .base import Room

SITE = "https://digitalarchive.wilsoncenter.org"
# The last of these wins, so that an address inside a Wayback Machine's address is found too.
_ADDRESS = re.compile(r"(?:^|/)(?P<kind>any|document|node|srv/record)/(?P<id>[^/?#\s]+)")
_SLUG = re.compile(r"[\w%][\w%.~-]*")


@dataclass(frozen=True)
class Reference:
    """What somebody cites."""

    kind: str
    """`document`, `node` or `any`."""
    ident: str

    @property
    def number(self) -> int | None:
        """The record or node id, if it is one."""
        return int(self.ident) if self.ident.isascii() and self.ident.isdigit() and len(self.ident) < 19 else None


def read(text: str) -> Reference | None:
    """Take what was typed apart; None when it is no reference to a document."""
    text = text.strip().strip("<>()[]\"'“”.,;")
    found = None
    for found in _ADDRESS.finditer(text):  # noqa: B007
        pass
    if found:
        ident = unquote(found["id"]).rstrip(".,;)")
        if ident.isdigit() and text[found.end() :].startswith("/download"):
            return Reference("node", ident)
        ident = re.sub(r"^(\d+)\.(ris|json|pdf)$", r"\1", ident)
        return Reference("node" if found["kind"] == "node" else "document", ident)
    bare = re.sub(r"^(?:record(?:\s+id)?|node|no\.?|#)[\s:]*(?=\d+$)", "", text, flags=re.IGNORECASE)
    if _SLUG.fullmatch(bare):
        return Reference("any", unquote(bare))
    return None


def looks_like_reference(text: str) -> bool:
    """Whether a search was more likely meant as a reference: an address, or a number as long as an id."""
    return bool(_ADDRESS.search(text) or re.fullmatch(r"\s*\d{5,7}\s*", text))


def find(connection: sqlite3.Connection, reference: Reference) -> list[sqlite3.Row]:
    """Documents it may mean, the likeliest first: a number is a record id before it is a node id."""
    columns = "SELECT slug, title, date_text, record_id, node_id FROM documents"
    number = reference.number
    if number is not None:
        order = ("node_id", "record_id") if reference.kind == "node" else ("record_id", "node_id")
        found = [
            row
            for column in order
            for row in connection.execute(f"{columns} WHERE {column} = ? ORDER BY slug LIMIT 5", [number])
        ]
        return list({row["slug"]: row for row in found}.values())
    slugs = [reference.ident, reference.ident.lower()]
    return connection.execute(f"{columns} WHERE slug IN (?, ?) LIMIT 1", slugs).fetchall()


async def view(request: Any, datasette: Any) -> Response:
    """`/-/resolve?q=`: goes to the document, or says what is known."""
    return await _answer(Room(datasette, request), request.args.get("q") or "")


async def old_address(request: Any, datasette: Any) -> Response:
    """`/document/{anything}` and `/node/{id}`, so that an address works with this host put in."""
    kind, ident = request.url_vars["kind"], request.url_vars["id"]
    return await _answer(Room(datasette, request), f"/{kind}/{ident}")


async def _answer(room: Room, text: str) -> Response:
    text = text[:2000]
    if not text.strip():
        return await room.page("resolve.html", {"wanted": "", "reference": None, "found": [], "elsewhere": []})
    reference = read(text)
    found = await room.read(find, reference) if reference else []
    if reference and found and (reference.kind != "node" or found[0]["node_id"] == reference.number):
        others = f"?asked={reference.kind}/{reference.number}" if len(found) > 1 else ""
        return Response.redirect(room.row("documents", found[0]["slug"]) + others)
    context = {"wanted": text.strip(), "reference": reference, "found": found}
    return await room.page("resolve.html", {**context, "elsewhere": _elsewhere(reference)}, status=404)


def _elsewhere(reference: Reference | None) -> list[tuple[str, str]]:
    """Where a document that is not held may still be had."""
    if reference is None:
        return []
    address = f"{SITE}/{'node' if reference.kind == 'node' else 'document'}/{reference.ident}"
    return [
        ("on the site", address),
        ("in the Wayback Machine", f"https://web.archive.org/web/2020*/{address}"),
    ]


ROUTES = [
    (r"/-/resolve$", view),
    (r"/(?P<kind>document|node)/(?P<id>[^/]+(?:/download)?)/?$", old_address),
]
