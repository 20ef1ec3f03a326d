"""Decompressors of gzip, zstd, bzip2 and xz behind one interface: `feed` bytes, take bounded pieces.

`feed` raises one of `ERRORS` for bytes that are damaged, after it has given all that stands before them.
"""

import bz2
import lzma
import re
import zlib
from collections.abc import Callable, Iterator
from typing import Any

import zstandard

PIECE = 1 << 20  # bytes of output at a time
ERRORS = (zlib.error, zstandard.ZstdError, OSError, lzma.LZMAError, EOFError)
_ZSTD_STEP = 1 << 10  # zstandard cannot cap its output: a kilobyte of input makes 32 MB at the very worst
_SALVAGE_STEP = 16


class Gzip:
    """zlib's decompressor behind the common interface."""

    name = "gzip"

    def __init__(self) -> None:
        self._engine = zlib.decompressobj(wbits=31)
        self._fresh = True

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        # zlib throws away the output of the call that meets the damage: repeat that call in small steps,
        # so that all that stands before the damage is had.
        before = None if self._fresh else self._engine.copy()
        self._fresh = False
        try:
            out = self._engine.decompress(data, PIECE)
        except zlib.error:
            engine = before or zlib.decompressobj(wbits=31)
            for at in range(0, len(data), _SALVAGE_STEP):
                yield engine.decompress(data[at : at + _SALVAGE_STEP])
            raise
        yield out
        while self._engine.unconsumed_tail:
            yield self._engine.decompress(self._engine.unconsumed_tail, PIECE)


class Zstd:
    """A zstd frame; `dictionary` is that of the file, where it begins with one (WARC's zstd)."""

    name = "zstd"

    def __init__(self, dictionary: zstandard.ZstdCompressionDict | None = None) -> None:
        context = zstandard.ZstdDecompressor(dict_data=dictionary, max_window_size=1 << 27)
        self._engine = context.decompressobj()

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        return self._unused

    def feed(self, data: bytes) -> Iterator[bytes]:
        for at in range(0, len(data), _ZSTD_STEP):
            yield self._engine.decompress(data[at : at + _ZSTD_STEP])
            if self._engine.eof:
                self._unused = self._engine.unused_data + data[at + _ZSTD_STEP :]
                return


class Stdlib:
    """bz2 and lzma, whose decompressors share an interface."""

    def __init__(self, name: str, engine: Any) -> None:
        self.name, self._engine = name, engine

    @property
    def eof(self) -> bool:
        return self._engine.eof

    @property
    def unused_data(self) -> bytes:
        return self._engine.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield self._engine.decompress(data, PIECE)
        while not self._engine.eof and not self._engine.needs_input:
            yield self._engine.decompress(b"", PIECE)


Engine = Gzip | Zstd | Stdlib
MAGIC: list[tuple[bytes, Callable[[], Engine]]] = [
    (b"\x1f\x8b\x08", Gzip),
    (b"\x28\xb5\x2f\xfd", Zstd),
    (b"BZh", lambda: Stdlib("bzip2", bz2.BZ2Decompressor())),
    (b"\xfd7zXZ\x00", lambda: Stdlib("xz", lzma.LZMADecompressor())),
]
ANY_MAGIC = re.compile(b"|".join(re.escape(magic) for magic, _ in MAGIC))
SKIPPABLE = re.compile(rb"[\x50-\x5f]\x2a\x4d\x18")
DICTIONARY = b"\x5d\x2a\x4d\x18"


def engine(head: bytes, dictionary: zstandard.ZstdCompressionDict | None = None) -> Engine | None:
    """A decompressor for the member that begins with `head`; None when it is none of these formats."""
    for magic, make in MAGIC:
        if head.startswith(magic):
            return Zstd(dictionary) if make is Zstd else make()
    return None


def dictionary(data: bytes) -> zstandard.ZstdCompressionDict | None:
    """The dictionary in a skippable frame, which may itself be compressed; None when it is none."""
    try:
        if data.startswith(b"\x28\xb5\x2f\xfd"):
            data = zstandard.ZstdDecompressor().decompress(data, max_output_size=64 * PIECE)
        return zstandard.ZstdCompressionDict(data)
    except (zstandard.ZstdError, ValueError):
        return None
