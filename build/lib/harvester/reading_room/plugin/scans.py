"""Scans from the output directory, named by their SHA-256 only.

The address holds 64 hexadecimal digits and nothing else that is used; the path comes from the database
and is opened only where it is a plain file inside `files/`, reached without a symbolic link.
"""

import asyncio
import os
import re
import stat
from pathlib import Path
from typing import Any, BinaryIO

from datasette.utils.asgi import Response

from .base import Room

_CHUNK = 256 * 1024
_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_SHOWN = {"application/pdf", "image/jpeg", "image/png", "image/gif", "image/webp", "image/tiff"}
# Chromium shows no PDF in a sandboxed page, and a PDF's own scripts never reach this origin.
_POLICY = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'self'"


class Part:
    """A piece of an open file as an answer; closes it."""

    def __init__(self, file: BinaryIO, start: int, length: int, status: int, headers: dict[str, str]) -> None:
        self.file, self.start, self.left, self.status, self.headers = file, start, length, status, headers

    async def asgi_send(self, send: Any) -> None:
        """Send it piece by piece."""
        with self.file:
            headers = [[name.encode(), value.encode()] for name, value in self.headers.items()]
            await send({"type": "http.response.start", "status": self.status, "headers": headers})
            self.file.seek(self.start)
            while self.left > 0:
                piece = await asyncio.to_thread(self.file.read, min(_CHUNK, self.left))
                if not piece:
                    break
                self.left -= len(piece)
                await send({"type": "http.response.body", "body": piece, "more_body": True})
            await send({"type": "http.response.body", "body": b"", "more_body": False})


async def view(request: Any, datasette: Any) -> Any:
    """`/-/file/{sha256}`, whole or in ranges."""
    room = Room(datasette, request)
    await room.require()
    if request.method not in ("GET", "HEAD"):
        return Response.text("Not found\n", status=404)
    digest = request.url_vars["sha256"]
    row = await asyncio.to_thread(_look_up, room.database, digest)
    file = open_inside(Path(room.database.path).parent / "files", Path(room.database.path).parent, row)
    if file is None:
        return Response.text("This archive holds no such file.\n", status=404)
    size = os.fstat(file.fileno()).st_size
    media_type = row[1] if row[1] in _SHOWN else "application/octet-stream"
    shown = "inline" if row[1] in _SHOWN else "attachment"
    headers = {
        "content-type": media_type,
        "content-disposition": f'{shown}; filename="{digest[:16]}{_suffix(media_type)}"',
        "accept-ranges": "bytes",
        "etag": f'"{digest}"',
        "cache-control": "public, max-age=86400",
        "content-security-policy": _POLICY if media_type == "application/pdf" else f"{_POLICY}; sandbox",
        "x-frame-options": "SAMEORIGIN",
    }
    if f'"{digest}"' in request.headers.get("if-none-match", ""):
        file.close()
        return Response("", status=304, headers=headers, content_type=media_type)
    start, length, status = 0, size, 200
    asked = _RANGE.fullmatch(request.headers.get("range", ""))
    if asked and request.headers.get("if-range", f'"{digest}"') == f'"{digest}"':
        span = _span(asked[1], asked[2], size)
        if span is None:
            file.close()
            headers["content-range"] = f"bytes */{size}"
            return Response("", status=416, headers=headers, content_type=media_type)
        start, length = span
        status = 206
        headers["content-range"] = f"bytes {start}-{start + length - 1}/{size}"
    headers["content-length"] = str(length)
    return Part(file, start, 0 if request.method == "HEAD" else length, status, headers)


def _look_up(database: Any, digest: str) -> Any:
    """(path, media type), on a connection of its own: the others do not see paths (see security.HIDDEN)."""
    connection = database.connect()
    try:
        return connection.execute(
            "SELECT path, media_type FROM files WHERE sha256 = ? AND path IS NOT NULL LIMIT 1", [digest]
        ).fetchone()
    finally:
        connection.close()


def open_inside(folder: Path, base: Path, row: Any) -> BinaryIO | None:
    """The file at `row[0]`, relative to `base`, if it is a plain file inside `folder`; else None."""
    if row is None:
        return None
    path = Path(os.path.normpath(base / str(row[0])))
    if "\0" in str(path) or not path.is_relative_to(folder) or path == folder:
        return None
    if os.path.realpath(path) != os.path.join(os.path.realpath(folder), path.relative_to(folder)):
        return None
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        return None
    return os.fdopen(descriptor, "rb")


def _span(first: str, last: str, size: int) -> tuple[int, int] | None:
    """Start and length of one range; None when it cannot be satisfied."""
    if first:
        start, end = int(first), min(int(last) if last else size - 1, size - 1)
    elif last and int(last):
        start, end = max(0, size - int(last)), size - 1
    else:
        return None
    return (start, end - start + 1) if start <= end and start < size else None


def _suffix(media_type: str) -> str:
    return {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}.get(media_type, "")


ROUTES = [(r"/-/file/(?P<sha256>[0-9a-f]{64})(?:\.pdf)?$", view)]
