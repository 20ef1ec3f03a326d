"""Undoes the compression of whole files, member by member: gzip, zstd, bzip2, xz, or none.

Streams in bounded memory. Bad bytes never raise: damage is a `Gap` among the pieces, and reading goes on
at the next member that begins as members of this file should (`marker`).
"""

import re
import struct
from collections.abc import Generator, Iterator
from dataclasses import dataclass
from typing import BinaryIO

import zstandard

from harvester.sources import engines
from harvester.sources.engines import PIECE, Engine

_CHUNK = 1 << 16  # bytes of input at a time: about four members of a WARC of web pages


@dataclass(frozen=True, slots=True)
class Piece:
    """Some inflated bytes of one member."""

    data: bytes
    member: int
    """Where in the file the member begins."""
    first: bool
    """Whether the member begins here."""
    checked: bool
    """Whether all bytes of the member so far are known to be right (its checksum was met)."""
    plain: bool = False
    """Whether the bytes stand in the file as they are."""


@dataclass(frozen=True, slots=True)
class Gap:
    """Bytes that cannot be inflated."""

    offset: int
    reason: str
    cut: bool = False
    """The file merely ends too soon: what came before is sound."""


class _Input:
    """A file with a little of it in hand."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._data, self.offset = file, b"", file.tell()
        self.failure = ""

    def _read(self) -> bytes:
        try:
            return self._file.read(_CHUNK)
        except OSError as error:  # a failing disk: what was read so far is still good
            self.failure = f"cannot be read further ({error.strerror or error})"
            return b""

    def peek(self, size: int) -> bytes:
        while len(self._data) < size and (more := self._read()):
            self._data += more
        return self._data[:size]

    def take(self) -> bytes:
        data, self._data = self._data or self._read(), b""
        self.offset += len(data)
        return data

    def give_back(self, data: bytes) -> None:
        self._data = data + self._data
        self.offset -= len(data)

    def seek(self, offset: int) -> None:
        self._file.seek(offset)
        self._data, self.offset = b"", offset


def pieces(file: BinaryIO, marker: bytes | None = None) -> Iterator[Piece | Gap]:
    """Inflate a seekable file from where it stands.

    With a `marker` (the bytes every record begins with), reading goes on after damage at the next member
    that begins with it; without one, it ends there.
    """
    source = _Input(file)
    dictionary = None
    begin = source.offset
    while head := source.peek(8):
        start = source.offset
        if engines.SKIPPABLE.match(head):
            size = 8 + struct.unpack("<I", head[4:8].ljust(4, b"\0"))[0]
            if head.startswith(engines.DICTIONARY) and size < PIECE:
                dictionary = engines.dictionary(source.peek(size)[8:])
            source.seek(start + size)
            continue
        engine = engines.engine(head, dictionary)
        if engine is None and start == begin and (marker is None or head.startswith(marker)):
            yield from _plain(source)
            return
        if engine is None:
            if not (gap := _rubbish(source)):
                return
            yield gap
        else:
            gap = yield from _member(source, engine, start)
            if gap is None:
                continue
            yield gap
            if gap.cut:
                return
            source.seek(start + 1)
        if marker is None or not _resume(source, marker, dictionary, plain=start == begin):
            return
        if source.peek(len(marker)) == marker:
            yield from _plain(source)
            return


def sound(file: BinaryIO) -> bool:
    """Whether the member that begins where `file` stands holds no error, up to its end or the file's.

    Costs one reading of the member; only needed where a member holds many records, for its checksum stands
    at its end.
    """
    source = _Input(file)
    engine = engines.engine(source.peek(8))
    try:
        while engine and not engine.eof and (data := source.take()):
            for _ in engine.feed(data):
                pass
    except engines.ERRORS:
        return False
    return True


def _plain(source: _Input) -> Iterator[Piece | Gap]:
    start, first = source.offset, True
    while data := source.take():
        yield Piece(data, start, first, True, plain=True)
        first = False
    if source.failure:
        yield Gap(source.offset, source.failure, cut=True)


def _member(source: _Input, engine: Engine, start: int) -> Generator[Piece, None, Gap | None]:
    """The pieces of one member; returns the gap it ends in, if any (`yield from` hands it on)."""
    first, held = True, b""
    try:
        while not engine.eof:
            if not (data := source.take()):
                if held:
                    yield Piece(held, start, first, False)
                reason = source.failure or f"the file ends, at byte {source.offset:,}, inside {engine.name} data"
                return Gap(start, reason, cut=True)
            for out in engine.feed(data):
                held += out
                # The first piece shows what the member is: never less than a few bytes.
                if len(held) >= 32 and not engine.eof:
                    yield Piece(held, start, first, False)
                    first, held = False, b""
    except engines.ERRORS as error:
        if held:
            yield Piece(held, start, first, False)
        return Gap(start, f"broken {engine.name} data ({error})")
    source.give_back(engine.unused_data)
    yield Piece(held, start, first, True)
    return None


def _rubbish(source: _Input) -> Gap | None:
    """Bytes that are no member; None when they are only the zeros that pad a file to its end."""
    start, head = source.offset, source.peek(12)
    while data := source.take():
        if data.strip(b"\0"):
            source.seek(start)
            return Gap(start, f"not what this file should hold: {head!r}")
    return None


def _resume(source: _Input, marker: bytes, dictionary: zstandard.ZstdCompressionDict | None, *, plain: bool) -> bool:
    """Go to the next member that begins with `marker`; `plain` also accepts the marker itself."""
    wanted = re.compile(engines.ANY_MAGIC.pattern + b"|" + re.escape(marker)) if plain else engines.ANY_MAGIC
    while source.peek(_CHUNK):
        start, window = source.offset, source.peek(_CHUNK)
        for found in wanted.finditer(window):
            if found[0] == marker or _begins(source.peek(found.start() + _CHUNK)[found.start() :], marker, dictionary):
                source.seek(start + found.start())
                return True
        source.seek(start + max(1, len(window) - 8))
    return False


def _begins(data: bytes, marker: bytes, dictionary: zstandard.ZstdCompressionDict | None) -> bool:
    engine, out = engines.engine(data, dictionary), b""
    try:
        for piece in engine.feed(data) if engine else ():
            out += piece
            if len(out) >= len(marker):
                break
    except engines.ERRORS:
        pass
    return out.startswith(marker)
