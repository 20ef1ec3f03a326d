"""Opens zip files and their members as streams, damaged ones too. Raises CaptureError for what is no zip."""

import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from harvester.exceptions import CaptureError

LOCAL = b"PK\x03\x04"
_LOCAL_HEAD = struct.Struct("<4s5H3L2H")
_CHUNK = 1 << 16
ERRORS = (BadZipFile, OSError, ValueError, NotImplementedError, EOFError, RuntimeError, zlib.error)


def members(path: Path) -> list[ZipInfo]:
    """The members in the order in which they stand in the file."""
    try:
        with ZipFile(path) as archive:
            return sorted(archive.infolist(), key=lambda member: member.header_offset)
    except ERRORS as error:
        raise CaptureError(str(error) or type(error).__name__) from None


def time(member: ZipInfo) -> float:
    """A member's modification time, taken as UTC, in seconds since 1970; 0 when it is none."""
    try:
        return datetime(*member.date_time, tzinfo=UTC).timestamp()
    except ValueError:
        return 0.0


def open_member(path: Path, member: ZipInfo) -> BinaryIO:
    """A seekable stream of a member's content."""
    if member.compress_type == ZIP_STORED:
        return _window(path, member)  # type: ignore[return-value]
    return _Deflated(path, member)  # type: ignore[return-value]


class _Window(io.RawIOBase):
    """A part of a file. (zipfile would check the whole member's sum and lose the last bytes of a bad one.)"""

    def __init__(self, file: BinaryIO, begin: int, size: int) -> None:
        self._file, self._begin, self._size, self._at = file, begin, size, 0
        file.seek(begin)

    def read(self, size: int | None = -1) -> bytes:
        left = self._size - self._at
        data = self._file.read(left if size is None or size < 0 else min(size, left))
        self._at += len(data)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._at = offset
        return self._file.seek(self._begin + offset) - self._begin

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        self._file.close()
        super().close()


def _window(path: Path, member: ZipInfo) -> _Window:
    file = path.open("rb")
    file.seek(member.header_offset)
    head = file.read(_LOCAL_HEAD.size).ljust(_LOCAL_HEAD.size, b"\0")
    *_, name, extra = _LOCAL_HEAD.unpack(head)
    return _Window(file, member.header_offset + _LOCAL_HEAD.size + name + extra, member.compress_size)


class _Deflated(io.RawIOBase):
    """A member that is compressed within the zip; it ends where it is damaged."""

    def __init__(self, path: Path, member: ZipInfo) -> None:
        self._archive = ZipFile(path)
        self._stream = self._archive.open(member)

    def read(self, size: int | None = -1) -> bytes:
        try:
            return self._stream.read(-1 if size is None else size)
        except ERRORS as error:
            raise OSError(f"damaged within the zip: {error}") from None

    def seek(self, offset: int, whence: int = 0) -> int:
        return self._stream.seek(offset, whence)

    def tell(self) -> int:
        return self._stream.tell()

    def close(self) -> None:
        self._archive.close()
        super().close()


@dataclass(frozen=True, slots=True)
class Found:
    """A member found without the zip's list of members."""

    info: ZipInfo
    data: bytes | None
    """Its content; None when it is not whole or larger than the limit."""


def salvage(path: Path, limit: int) -> Iterator[Found]:
    """The members of a zip whose list is lost: by their own heads, whole ones by their checksum."""
    with path.open("rb") as file:
        at = 0
        while (at := _next_head(file, at)) >= 0:
            file.seek(at)
            head = _LOCAL_HEAD.unpack(file.read(_LOCAL_HEAD.size).ljust(_LOCAL_HEAD.size, b"\0"))
            _, _, flags, method, time, date, crc, packed, _, name_size, extra_size = head
            name = file.read(name_size).decode("utf-8" if flags & 0x800 else "cp437", "replace")
            info = ZipInfo(name, (1980 + (date >> 9), date >> 5 & 15, date & 31, time >> 11, time >> 5 & 63, 0))
            info.header_offset, info.flag_bits = at, flags
            begin = file.seek(extra_size, 1)
            data = None
            if method == 8:
                data, packed, tail = _inflate(file, limit)
                if flags & 8:  # sizes and checksum follow the data
                    crc = struct.unpack("<L", tail[4:8] if tail[:4] == b"PK\x07\x08" else tail[:4].ljust(4, b"\0"))[0]
            elif method == 0 and not flags & 8 and packed <= limit:
                data = file.read(packed)
            good = data is not None and zlib.crc32(data) == crc and not flags & 1
            yield Found(info, data if good else None)
            at = begin + packed if good else at + 4


def _next_head(file: BinaryIO, at: int) -> int:
    file.seek(at)
    window = b""
    while chunk := file.read(_CHUNK):
        window = window[-3:] + chunk
        if (found := window.find(LOCAL)) >= 0:
            return file.tell() - len(window) + found
    return -1


def _inflate(file: BinaryIO, limit: int) -> tuple[bytes | None, int, bytes]:
    """Inflate what follows: content (None when broken), compressed size, the bytes after it."""
    engine, out, size, taken = zlib.decompressobj(-15), [], 0, 0
    try:
        while not engine.eof and size <= limit and (chunk := file.read(_CHUNK)):
            taken += len(chunk)
            out.append(engine.decompress(chunk, limit + 1 - size))
            size += len(out[-1])
    except zlib.error:
        return None, taken, b""
    if not engine.eof or size > limit:
        return None, taken, b""
    tail = (engine.unused_data + file.read(12))[:12]
    return b"".join(out), taken - len(engine.unused_data), tail
