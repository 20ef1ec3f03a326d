"""Reads WARC 1.0 and 1.1 (plain, gzip or zstd, by record or as a whole) and WACZ. Bad bytes never raise.

Neither warcio nor FastWARC goes on after damage or tells a whole record from a cut one, which is what a
last copy of an archive needs; so records are found by `records`. (Writing is warcio's: `store.keeper`.)
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from harvester import urls
from harvester.capture import Capture
from harvester.exceptions import CaptureError
from harvester.sources import Damage, http, identity, zips
from harvester.sources.http import Headers
from harvester.sources.records import Record, records
from harvester.sources.revisits import Revisit, Waiting

SUFFIXES = (".warc", ".warc.gz", ".warc.zst", ".wacz")
LIMIT = 32 << 20
_TYPES = {
    "warcinfo", "response", "resource", "request", "metadata", "revisit", "conversion", "continuation"
}  # fmt: skip
_PAGE_MEDIA = {"text/html", "application/xhtml+xml", "text/plain", "application/octet-stream", ""}
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=[.Z])")


def read(
    paths: Iterable[Path], limit: int = LIMIT, files_limit: int = 0, counts: Counter[str] | None = None
) -> Iterator[Capture | Damage]:
    """The archive's pages in WARC and WACZ files, in file order; revisit records last.

    `limit` caps the inflated size of a page, `files_limit` that of a PDF (0: no PDFs), in bytes. `counts`
    learns what was passed over, and why.
    """
    counts = Counter() if counts is None else counts
    files = list(paths)
    waiting = Waiting()
    for path in files:
        for name, opener in _warcs(path):
            if isinstance(opener, Damage):
                yield opener
                continue
            for record in records(opener, name, max(limit, files_limit), lambda f: _wanted(f, counts)):
                if isinstance(record, Damage):
                    yield record
                elif (kind := record.headers.get("warc-type", "").lower()) == "revisit":
                    waiting.add(Revisit(record.uri, _date(record.headers), _location(record, name)), record.headers)
                elif kind not in _TYPES:
                    reason = f"a record of unknown type {kind[:40]!r}"
                    yield Damage(name, record.offset, reason, record.uri)
                else:
                    yield from _captures(record, name, limit, files_limit, counts)
    if waiting:
        yield from _resolve(files, waiting, limit, files_limit, counts)


def _captures(
    record: Record, name: str, limit: int, files_limit: int, counts: Counter[str]
) -> Iterator[Capture | Damage]:
    """The capture a record holds, if the archive has use for it."""
    try:
        capture = _capture(record, name, limit, files_limit, counts)
    except CaptureError as error:
        yield Damage(name, record.offset, f"a capture is not whole: {error}", record.uri)
        return
    if record.note and capture:
        yield Damage(name, record.offset, f"a damaged WARC record: {record.note}", record.uri)
    if capture:
        yield capture


def _capture(record: Record, name: str, limit: int, files_limit: int, counts: Counter[str]) -> Capture | None:
    fields = record.headers
    if fields["warc-type"].lower() == "response":
        response = http.parse(record.block)
        media_type = response.headers.get("content-type")
    else:
        response = http.Response(200, {}, record.block)
        media_type = fields.get("content-type")
    if 300 <= response.status < 400:
        counts["redirects"] += 1
        return None
    if response.status == 206:  # asked for in parts, by a browser
        counts["parts of answers"] += 1
        return None
    known = urls.recognise(record.uri)
    is_file = _media(media_type) == "application/pdf" or bool(known and known.kind in identity.FILES)
    if is_file and not files_limit:
        counts["files"] += 1
        return None
    if _media(media_type) not in _PAGE_MEDIA and not is_file and not (known and known.kind in identity.PAGES):
        counts["other media"] += 1
        return None
    if (cut := fields.get("warc-truncated")) is not None:
        raise CaptureError(f"cut when it was captured (WARC-Truncated: {cut})")
    if fields.get("warc-segment-number", "1") != "1" or "warc-segment-total-length" in fields:
        raise CaptureError("one of several segments")
    body = http.payload(response, files_limit if is_file else limit)
    url = record.uri
    if not is_file and not (known and known.kind in identity.PAGES):
        if not (known := identity.identify(body, "")):
            counts["other pages"] += 1
            return None
        url = known.url
    return Capture(
        url=url,
        body=body,
        source="warc",
        fetched_at=_date(fields),
        status=response.status,
        media_type=media_type,
        location=_location(record, name),
    )


def _wanted(fields: Headers, counts: Counter[str]) -> bool:
    """Whether a record may hold a page of the archive, by its head."""
    kind = fields.get("warc-type", "").lower()
    if kind not in _TYPES:
        return True  # a damaged head: `records` proves or refuses it, `_captures` reports it
    if kind not in ("response", "resource", "revisit"):
        return False
    try:
        host = urlsplit(fields.get("warc-target-uri", "").strip("<> ")).hostname or ""
    except ValueError:
        host = ""
    if host.lower().rstrip(".") in urls.HOSTS:
        return True
    counts["other hosts"] += 1
    return False


def _resolve(
    files: list[Path], waiting: Waiting, limit: int, files_limit: int, counts: Counter[str]
) -> Iterator[Capture]:
    """Read the files again for the records that revisits refer to: nothing need be kept of all the others."""
    for path in files:
        for name, opener in _warcs(path):
            if isinstance(opener, Damage):
                continue
            for record in records(opener, name, max(limit, files_limit), waiting.wants):
                with suppress(CaptureError):
                    if isinstance(record, Record) and (
                        capture := _capture(record, name, limit, files_limit, Counter())
                    ):
                        for revisit in waiting.take(record.headers):
                            yield replace(
                                capture,
                                url=revisit.url,
                                fetched_at=revisit.fetched_at,
                                location=revisit.location,
                            )
    counts["unresolved revisits"] += len(waiting)


def _media(content_type: str | None) -> str:
    return (content_type or "").partition(";")[0].strip().lower()


def _date(fields: Headers) -> str:
    """WARC-Date to the second; without one that can be read, the epoch, older than any other capture."""
    found = _DATE.match(fields.get("warc-date", ""))
    return f"{found[0] if found else '1970-01-01T00:00:00'}Z"


def _location(record: Record, name: str) -> str:
    return f"{name}#{record.offset}" + (f"+{record.inner}" if record.inner else "")


def _warcs(path: Path) -> Iterator[tuple[str, Callable[[], BinaryIO] | Damage]]:
    """The WARC files in a file: itself, or those of a WACZ."""
    with path.open("rb") as file:
        zipped = file.read(4) == b"PK\x03\x04"
    if not zipped:
        yield path.name, lambda: path.open("rb")
        return
    try:
        members = zips.members(path)
    except CaptureError as error:
        # A WACZ stores its WARCs without further compression: they can be found without its list.
        yield path.name, Damage(path.name, 0, f"a broken WACZ ({error}); WARC records are searched for in it")
        yield path.name, lambda: path.open("rb")
        return
    warcs = [m for m in members if m.filename.startswith("archive/") and ".warc" in m.filename.lower()]
    if not warcs:
        yield path.name, Damage(path.name, 0, "a zip file without WARC files in archive/: no WACZ")
    for member in warcs:
        yield f"{path.name}!{member.filename}", partial(zips.open_member, path, member)
