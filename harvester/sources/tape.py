"""The inflated bytes of a WARC file as one stream, in runs, with places to come back to.

A run ends where bytes are damaged, and where a new member begins with a record: no record reaches over that,
so a wrong length cannot swallow the next record of a file compressed by record.
"""

import re
from collections import deque
from collections.abc import Callable, Iterator
from typing import BinaryIO

from harvester.sources import inflate
from harvester.sources.inflate import PIECE, Gap, Piece

MARKER = b"WARC/1."
_BEGIN = re.compile(rb"WARC/1\.\d\r?\n(?i:WARC|Content)-")
_BEGIN_MAX = 18
_HEAD_END = re.compile(rb"\r?\n\r?\n")
_HEAD_MAX = 1 << 16
_BLANK_MAX = 1 << 12


class Tape:
    """`opener` opens the file anew."""

    def __init__(self, file: BinaryIO, opener: Callable[[], BinaryIO]) -> None:
        self._source: Iterator[Piece | Gap] = inflate.pieces(file, MARKER)
        self._opener = opener
        self._pending: Piece | Gap | None = None  # what ends the run, or belongs to it and is yet to be taken
        self._told = False
        self.empty = True
        """Whether the file has no bytes."""
        self._soundness: dict[int, bool] = {}
        self._start()

    def _start(self) -> None:
        self._buffer, self._at, self._end, self._checked = b"", 0, 0, 0
        self._kept: int | None = None  # what stands in the buffer from here on may be read again
        self._members: deque[tuple[int, Piece]] = deque()  # position in the run, first piece
        self.gap: Gap | None = None

    # --- Runs ---------------------------------------------------------------------------------

    def next_run(self) -> bool:
        """Go to the next run; one that is nothing but damage has its `gap` set."""
        if self._told:
            self._pending, self._told = None, False
        self._start()
        pulled = self._pull()
        self.empty = self.empty and pulled is None
        match pulled:
            case None:
                return False
            case Gap() as gap:
                self.gap, self._pending = gap, None
            case Piece() as piece:
                self._buffer = self._accept(piece)
        return True

    def take_gap(self) -> Gap | None:
        """The gap that the run ends in, where it has been reached; it counts as told."""
        if self._told or not isinstance(self._pending, Gap):
            return None
        self._told = True
        return self._pending

    def _pull(self) -> Piece | Gap | None:
        if self._pending is None:
            self._pending = next(self._source, None)
        return self._pending

    def _accept(self, piece: Piece) -> bytes:
        self._pending = None
        if piece.first:
            self._members.append((self._end, piece))
        self._end += len(piece.data)
        if piece.checked:
            self._checked = self._end
        return piece.data

    def _more(self) -> bytes | None:
        match self._pull():
            case Piece() as piece if not (piece.first and piece.data.startswith(MARKER)):
                return self._accept(piece)
            case _:
                return None

    def _need(self, size: int) -> bool:
        if len(self._buffer) - self._at >= size:
            return True
        drop = self._at if self._kept is None else self._kept
        parts, have = [self._buffer[drop:]], len(self._buffer) - self._at
        while have < size and (data := self._more()) is not None:
            parts.append(data)
            have += len(data)
        self._buffer, self._at = b"".join(parts), self._at - drop
        self._kept = None if self._kept is None else 0
        return have >= size

    # --- Reading ------------------------------------------------------------------------------

    def place(self) -> tuple[int, int]:
        """Where the next byte stands: offset in the file, and bytes into the member that begins there."""
        here = self._end - len(self._buffer) + self._at
        while len(self._members) > 1 and self._members[1][0] <= here:
            self._members.popleft()
        position, piece = self._members[0]
        inner = here - position
        return (piece.member + inner, 0) if piece.plain else (piece.member, inner)

    def peek(self, size: int) -> bytes:
        """The next bytes; fewer at the end of the run."""
        self._need(size)
        return self._buffer[self._at : self._at + size]

    def skip_blank(self) -> bool:
        """Go to the next byte that is no line end; False at the end of the run."""
        self._kept = None
        while self._need(1):
            if self._buffer[self._at] not in b"\r\n":
                return True
            rest = self._buffer[self._at : self._at + _BLANK_MAX]
            self._at += len(rest) - len(rest.lstrip(b"\r\n"))
        return False

    def head(self) -> bytes | None:
        """Read up to the blank line that ends a head, and keep what follows; None when there is none."""
        while not (end := _HEAD_END.search(self._buffer, self._at, self._at + _HEAD_MAX)):
            have = len(self._buffer) - self._at
            if have >= _HEAD_MAX or not self._need(have + 1):
                return None
        head = self._buffer[self._at : end.start()]
        self._at = self._kept = end.end()
        return head

    def advance(self, size: int) -> bool:
        """Go on by `size` bytes, if the run has as many."""
        if not self._need(size):
            return False
        self._at += size
        return True

    def block(self) -> bytes:
        """The bytes passed since the head."""
        return self._buffer[self._kept : self._at]

    def skip(self, size: int) -> bool:
        """Pass a block too large to keep; False when a record begins in it or the run ends first."""
        self._kept = None
        while size > (have := len(self._buffer) - self._at):
            if begin := _BEGIN.search(self._buffer, self._at):
                self._at = begin.start()
                return False
            step = max(0, have - _BEGIN_MAX)
            self._at, size = self._at + step, size - step
            if not self._need(have - step + 1):
                return False
        self._at += size
        return self.parted()

    def rewind(self) -> None:
        """Go back to where the block began."""
        self._at = self._at if self._kept is None else self._kept

    def seek_record(self) -> None:
        """Go to what looks like the next record, or to the end of the run."""
        self._kept = None
        while not (begin := _BEGIN.search(self._buffer, self._at)):
            self._at = max(self._at, len(self._buffer) - _BEGIN_MAX)
            if not self._need(len(self._buffer) - self._at + 1):
                self._at = len(self._buffer)
                return
        self._at = begin.start()

    # --- Judging ------------------------------------------------------------------------------

    def parted(self) -> bool:
        """Whether what follows is what may follow a record."""
        rest = self.peek(16)
        bare = rest.lstrip(b"\r\n")
        return rest.startswith(b"\r\n\r\n") or not bare or bare.startswith(MARKER)

    def sound(self) -> bool:
        """Whether all bytes up to here are known to be those that were compressed."""
        here, member = self._end - len(self._buffer) + self._at, self.place()[0]
        if self._checked < here and member in self._soundness:
            return self._soundness[member]
        while self._checked < here and (ahead := len(self._buffer) - self._at) < PIECE:
            if not self._need(ahead + 1):
                # (A file that merely ends too soon says nothing against what came before.)
                return not isinstance(self._pending, Gap) or self._pending.cut
        if self._checked >= here:
            return True
        with self._opener() as file:
            file.seek(member)
            self._soundness = {member: inflate.sound(file)}
        return self._soundness[member]
