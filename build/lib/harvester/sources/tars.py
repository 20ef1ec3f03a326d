"""Streams the members of a tar file, compressed or not, in bounded memory, past damaged heads.

The standard library's `tarfile` stops in silence at a bad head and at a missing end, keeps every member in
memory, and believes any length of a name: this asks it for one member at a time and watches.
"""

import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from harvester.sources import inflate
from harvester.sources.inflate import Gap, Piece

_NAMES = {tarfile.XHDTYPE, tarfile.XGLTYPE, tarfile.SOLARIS_XHDTYPE}
_NAMES |= {tarfile.GNUTYPE_LONGNAME, tarfile.GNUTYPE_LONGLINK}
_NAME_MAX = 1 << 20
_BLOCK = tarfile.BLOCKSIZE
_ERRORS = (tarfile.TarError, ValueError, OverflowError, EOFError, OSError, MemoryError)


@dataclass(frozen=True, slots=True)
class Broken:
    """A part of the tar file that cannot be read."""

    offset: int
    reason: str


@dataclass(frozen=True, slots=True)
class Member:
    """A member, to be read before the next is asked for."""

    _tar: tarfile.TarFile
    _info: tarfile.TarInfo

    @property
    def name(self) -> str:
        return self._info.name

    @property
    def offset(self) -> int:
        """Where its head begins in the tar, before compression."""
        return self._info.offset

    @property
    def size(self) -> int:
        return self._info.size

    @property
    def time(self) -> float:
        return float(self._info.mtime)

    @property
    def isdir(self) -> bool:
        return self._info.isdir()

    @property
    def regular(self) -> bool:
        """A file with content of its own: no link, no device, no sparse file (whose size costs nothing)."""
        return self._info.isreg() and not self._info.issparse()

    def read(self) -> bytes | None:
        """Its content; None when the tar ends before it does."""
        try:
            stream = self._tar.extractfile(self._info)
            data = stream.read() if stream else None
        except _ERRORS:
            return None
        return data if data is not None and len(data) == self.size else None


def members(file: BinaryIO) -> Iterator[Member | Broken]:
    """The members in order, and what is broken between them."""
    flow = _Flow(file)
    seen = _Seen()
    try:
        tar = tarfile.open(fileobj=flow, mode="r|", tarinfo=_watched(seen), ignore_zeros=True)  # type: ignore[call-overload]  # noqa: SIM115
    except _ERRORS as error:
        yield Broken(0, f"no tar file can be read here ({error})")
        return
    end = 0  # of the last member
    while True:
        here = tar.fileobj.tell()
        try:
            info = tar.next()
        except _ERRORS as error:
            yield Broken(tar.offset, f"a broken member ({error})")
            moved = tar.fileobj.tell()
            tar.offset = -(-moved // _BLOCK) * _BLOCK
            seen.bad = False
            end = tar.offset
            if moved == here or "end of data" in str(error):
                break
            continue
        if seen.bad:
            yield Broken(end, "no head of a member where one should be")
            seen.bad = False
        if info is None:
            break
        tar.members.clear()  # tarfile would keep them all
        seen.ended = False
        yield Member(tar, info)
        end = info.offset_data + -(-info.size // _BLOCK) * _BLOCK
    if flow.gap:
        yield Broken(flow.gap.offset, flow.gap.reason)
    elif not seen.ended:
        yield Broken(tar.fileobj.tell(), "the file ends without the mark of a whole tar: members may be missing")


@dataclass
class _Seen:
    bad: bool = False
    ended: bool = False


def _watched(seen: _Seen) -> type[tarfile.TarInfo]:
    class Watched(tarfile.TarInfo):
        @classmethod
        def frombuf(cls, buf: Any, encoding: str, errors: str) -> "Watched":
            try:
                info = super().frombuf(buf, encoding, errors)
            except tarfile.EOFHeaderError:  # type: ignore[attr-defined]
                seen.ended = True
                raise
            except tarfile.InvalidHeaderError:  # type: ignore[attr-defined]
                seen.bad = True
                raise
            if info.size < 0 or (info.type in _NAMES and info.size > _NAME_MAX):
                seen.bad = True
                raise tarfile.InvalidHeaderError("a name of impossible length")  # type: ignore[attr-defined]
            return info

    return Watched


class _Flow:
    """Inflated bytes as a file; it ends at the first damage."""

    def __init__(self, file: BinaryIO) -> None:
        self._pieces = inflate.pieces(file)
        self._data, self._at = b"", 0
        self.gap: Gap | None = None

    def read(self, size: int) -> bytes:
        parts, have = [], 0
        while have < size:
            if self._at >= len(self._data):
                match next(self._pieces, None):
                    case Piece(data=data):
                        self._data, self._at = data, 0
                        continue
                    case Gap() as gap:
                        self.gap = gap
                break
            parts.append(self._data[self._at : self._at + size - have])
            self._at += len(parts[-1])
            have += len(parts[-1])
        return b"".join(parts)
