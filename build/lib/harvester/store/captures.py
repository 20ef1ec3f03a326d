"""Keeps what a harvest received, as WARC files in `captures/`, and reads it again.

A record is handed to the operating system before its location is handed out, so a row that is committed
afterwards never points at bytes that a killed process did not write; the disk itself is asked for at most
every few seconds. A file that a kill left torn is cut back to its last whole record before it grows again.
"""

import io
import os
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from harvester import __version__
from harvester.capture import Capture
from harvester.exceptions import CaptureError, StoreError
from harvester.sources import Damage, http, inflate
from harvester.sources.records import Record, records
from harvester.sources.tape import MARKER

FOLDER = "captures"
ROTATE = 256 << 20  # bytes of a file
LIMIT = 64 << 20  # bytes of a response, inflated
_FILES = "wilson-*-[0-9][0-9][0-9][0-9][0-9].warc.gz"
_SYNC = 5.0  # seconds
_ABOUT = {
    "software": f"wilson-harvester/{__version__}",
    "format": "WARC File Format 1.1",
    "description": "Responses as received but for the transfer coding, which is undone; content codings are kept."
    " The spelling and the order of header names are not the server's.",
}
_OURS = "X-Harvester-"
Pairs = Iterable[tuple[str, str]]


class Keeper:
    """Appends to the newest file of `captures/` until it is full. One at a time: the run's lock sees to it."""

    def __init__(self, output: Path, rotate: int = ROTATE) -> None:
        self._folder, self._rotate = output / FOLDER, rotate
        self._file: io.FileIO | None = None
        self._synced = time.monotonic()

    def keep(
        self,
        url: str,
        status: str,
        headers: Pairs,
        body: bytes,
        *,
        source: str,
        address: str,
        fetched_at: str,
        captured_at: str | None = None,
        request: tuple[str, Pairs] | None = None,
    ) -> str:
        """Write one response and return its location, `captures/name.warc.gz#offset`.

        `url` is what was asked for, `address` the archive's canonical one; `status` reads `200 OK`;
        `captured_at` is when the bytes left the site, where that is not now; `request` is its first line and
        headers. Raises StoreError when it cannot be written.
        """
        ours = {"Address": address, "Source": source, "Captured": captured_at or fetched_at}
        extra = {"WARC-Date": fetched_at} | {_OURS + name: value for name, value in ours.items()}
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=True, warc_version="1.1")
        answer = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, list(headers), "HTTP/1.1"),
            warc_headers_dict=extra,
        )
        if request is None:
            writer.write_record(answer)
        else:
            line, asked = request
            question = writer.create_warc_record(
                url,
                "request",
                http_headers=StatusAndHeaders(line, list(asked), is_http_request=True),
                warc_headers_dict={"WARC-Date": fetched_at},
            )
            writer.write_request_response_pair(question, answer)
        try:
            return self._append(out.getvalue())
        except OSError as error:
            raise StoreError(
                f"What was received cannot be kept in {self._folder}/: {error.strerror or error}. Make room on the"
                " disk and run the same command again, or keep nothing: `-s KEEP_CAPTURES=no`."
            ) from None

    def close(self) -> None:
        """Bring everything to the disk."""
        if self._file:
            os.fsync(self._file.fileno())
            self._file.close()
            self._file = None

    def _append(self, data: bytes) -> str:
        file = self._ready(len(data))
        offset, left = file.tell(), memoryview(data)
        while left:
            left = left[file.write(left) :]
        if time.monotonic() - self._synced > _SYNC:
            os.fsync(file.fileno())
            self._synced = time.monotonic()
        return f"{FOLDER}/{Path(file.name).name}#{offset}"

    def _ready(self, size: int) -> io.FileIO:
        if self._file and self._file.tell() + size > self._rotate:
            self.close()
        if not self._file:
            self._folder.mkdir(parents=True, exist_ok=True)
            newest = max(_files(self._folder.parent), key=_number, default=None)
            if newest:
                repair(newest)
            if not newest or newest.stat().st_size + size > self._rotate:
                newest = self._folder / _name(newest)
            self._file = newest.open("ab", buffering=0)
            if not self._file.tell():
                self._file.write(_warcinfo(newest.name))
        return self._file


def repair(path: Path) -> int:
    """Cut a torn end off a file, after its last whole record; returns how many bytes that cost."""
    with path.open("rb") as file:
        last = deque(inflate.pieces(file, MARKER), maxlen=1)
    if not last or not isinstance(last[0], inflate.Gap):
        return 0
    size = path.stat().st_size
    os.truncate(path, last[0].offset)
    return size - last[0].offset


def kept(output: Path) -> Iterator[Capture | Damage]:
    """Every response kept, in the order in which it came."""
    for path in _files(output):
        yield from _captures(path, 0)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a capture is kept, and of what."""

    address: str
    captured_at: str
    location: str


def index(output: Path) -> Iterator[Kept | Damage]:
    """What is kept, in the order in which it came, without looking into it."""
    for path in _files(output):
        for found in records(_opener(path), f"{FOLDER}/{path.name}", LIMIT, _is_ours):
            if isinstance(found, Damage):
                yield found
            else:
                address, _, captured_at = _ours(found.headers)
                yield Kept(address, captured_at, f"{FOLDER}/{path.name}#{found.offset}")


def read(output: Path, location: str) -> Capture:
    """The capture at a location. Raises CaptureError when it is not there whole."""
    name, _, offset = location.partition("#")
    path = output / name
    if not path.is_relative_to(output / FOLDER) or ".." in path.parts or not offset.isdigit():
        raise CaptureError(f"{location} is no location of a kept capture")
    try:
        found = next(_captures(path, int(offset)), None)
    except OSError as error:
        raise CaptureError(f"{location} cannot be read: {error.strerror}") from None
    if not isinstance(found, Capture) or (found.location != location and found.source != "wayback"):
        raise CaptureError(f"{location} does not hold a whole capture")
    return found


def _captures(path: Path, offset: int) -> Iterator[Capture | Damage]:
    name = f"{FOLDER}/{path.name}"
    for record in records(_opener(path, offset), name, LIMIT, _is_ours):
        if isinstance(record, Damage):
            yield record
            continue
        try:
            yield _capture(record, name)
        except CaptureError as error:
            yield Damage(name, record.offset, str(error), record.uri)


def _opener(path: Path, offset: int = 0) -> Callable[[], BinaryIO]:
    def opened() -> BinaryIO:
        file = path.open("rb")
        file.seek(offset)
        return file

    return opened


def _files(output: Path) -> list[Path]:
    return sorted((output / FOLDER).glob(_FILES), key=_number)


def _is_ours(fields: http.Headers) -> bool:
    return fields.get("warc-type") == "response" and all(_ours(fields))


def _ours(fields: http.Headers) -> tuple[str, str, str]:
    """The address, the source and the time that `keep` noted in a record's head."""
    return (
        fields.get(f"{_OURS}Address".lower(), ""),
        fields.get(f"{_OURS}Source".lower(), ""),
        fields.get(f"{_OURS}Captured".lower(), ""),
    )


def _capture(record: Record, name: str) -> Capture:
    address, source, captured_at = _ours(record.headers)
    response = http.parse(record.block)
    return Capture(
        url=address,
        body=http.payload(response, LIMIT),
        source=source,
        fetched_at=captured_at,
        status=response.status,
        media_type=response.headers.get("content-type"),
        location=record.uri if source == "wayback" else f"{name}#{record.offset}",
    )


def _name(before: Path | None) -> str:
    """The name of the next file."""
    moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return f"wilson-{moment}-{_number(before) + 1 if before else 0:05d}.warc.gz"


def _number(path: Path) -> int:
    """A file's place among the others, whatever the clock said."""
    return int(path.name.removesuffix(".warc.gz")[-5:])


def _warcinfo(name: str) -> bytes:
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True, warc_version="1.1")
    writer.write_record(writer.create_warcinfo_record(name, _ABOUT))
    return out.getvalue()
