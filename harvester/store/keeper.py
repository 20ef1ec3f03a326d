"""Keeps what a harvest received, as WARC files in `captures/`.

A record is handed to the operating system before its location is handed out, so a row that is committed
afterwards never points at bytes that a killed process did not write; the disk itself is asked for at most
every few seconds. A file that a kill left torn is cut back to its last whole record before it grows again.
"""

import io
import os
import time
import zlib
from collections import deque
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from harvester import __version__
from harvester.exceptions import StoreError
from harvester.sources import inflate
from harvester.sources.tape import MARKER
from harvester.store.captures import FOLDER, OURS, files, number

ROTATE = 256 << 20  # bytes of a file
_SYNC = 5.0  # seconds
_ABOUT = {
    "software": f"wilson-harvester/{__version__}",
    "format": "WARC File Format 1.1",
    "description": "Responses as received but for the transfer coding, which is undone; content codings are kept."
    " The spelling and the order of header names are not the server's.",
}
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
        extra = {"WARC-Date": fetched_at} | {OURS + name: value for name, value in ours.items()}
        writer = WARCWriter(None, warc_version="1.1")
        answer = writer.create_warc_record(
            url,
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=StatusAndHeaders(status, list(headers), "HTTP/1.1"),
            warc_headers_dict=extra,
        )
        made = [answer]
        if request is not None:
            line, asked = request
            question = writer.create_warc_record(
                url,
                "request",
                http_headers=StatusAndHeaders(line, list(asked), is_http_request=True),
                warc_headers_dict={
                    "WARC-Date": fetched_at,
                    "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
                },
            )
            made.append(question)
        try:
            return self._append(b"".join(map(_member, made)))
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
            newest = max(files(self._folder.parent), key=number, default=None)
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


def _name(before: Path | None) -> str:
    """The name of the next file."""
    moment = datetime.now(UTC).strftime("%Y%m%d%H%M%S")
    return f"wilson-{moment}-{number(before) + 1 if before else 0:05d}.warc.gz"


def _warcinfo(name: str) -> bytes:
    return _member(WARCWriter(None, warc_version="1.1").create_warcinfo_record(name, _ABOUT))


def _member(record: ArcWarcRecord) -> bytes:
    """A record as a gzip member. (warcio would spend twice the time for two per cent less.)"""
    out = io.BytesIO()
    WARCWriter(out, gzip=False, warc_version="1.1").write_record(record)
    return zlib.compress(out.getvalue(), 6, wbits=31)
