"""Finds the whole records of a WARC file and goes on after damage. Bad bytes never raise.

A record is handed on when its length, the checksum of its gzip member and its digests agree.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import BinaryIO

from harvester.sources import Damage
from harvester.sources.digests import verify
from harvester.sources.http import Headers, headers
from harvester.sources.tape import MARKER, Tape

_UNWANTED_MAX = 8 << 20  # a longer block is not held back to look for records it may have swallowed


@dataclass(frozen=True, slots=True)
class Record:
    """A whole record."""

    headers: Headers
    block: bytes
    offset: int
    """Where its member begins in the file: seek there to read it again."""
    inner: int
    """Where it begins in that member's content; 0 where each record has a member of its own."""
    note: str | None = None
    """What is wrong with it although its payload is proven whole."""

    @property
    def uri(self) -> str:
        """The address captured; old wget wrote it in angle brackets."""
        return self.headers.get("warc-target-uri", "").strip("<> ")


def records(
    opener: Callable[[], BinaryIO], name: str, limit: int, wanted: Callable[[Headers], bool]
) -> Iterator[Record | Damage]:
    """The records whose head is `wanted`, and all damage met on the way.

    `opener` opens the file anew, at the place to begin; `name` stands in reports; `limit` caps a block, in
    bytes.
    """
    with opener() as file:
        tape = Tape(file, opener)
        told = -1  # one fault is told once, at the record it broke
        while tape.next_run():
            if tape.gap and tape.gap.offset != told:
                yield Damage(name, tape.gap.offset, tape.gap.reason)
            for found in _run(tape, name, limit, wanted):
                told = found.offset if isinstance(found, Damage) else told
                yield found
        if tape.empty:
            yield Damage(name, 0, "the file is empty")


def _run(tape: Tape, name: str, limit: int, wanted: Callable[[Headers], bool]) -> Iterator[Record | Damage]:
    while tape.skip_blank():
        place = tape.place()
        if tape.peek(len(MARKER)) != MARKER:
            yield _damage(tape, name, place, f"not a WARC record: {tape.peek(24)!r}")
            tape.seek_record()
            continue
        head = tape.head()
        fields = headers(head) if head is not None else {}
        length = fields.get("content-length", "")
        if not (length.isascii() and length.isdigit() and len(length) < 18):
            yield _damage(tape, name, place, "a WARC record without a readable head")
            tape.advance(1)
            tape.seek_record()
            continue
        wish = wanted(fields)
        if int(length) > (limit if wish else _UNWANTED_MAX):
            problem = None if tape.skip(int(length)) else "its Content-Length is wrong"
            if wish and not problem:
                problem = f"longer than {limit:,} bytes"
            verdict = "unknown"
        else:
            problem = _problem(tape, int(length), wish)
            verdict = verify(fields, tape.block()) if problem or wish else "unknown"
            if verdict == "broken" and not problem:
                problem = "it does not match its digest"
        if problem and verdict not in ("whole", "payload"):
            yield _damage(tape, name, place, f"a WARC record is not whole: {problem}", fields)
            tape.rewind()  # a wrong length may have swallowed the records that follow
            tape.seek_record()
        elif wish:
            note = "the head is damaged, the payload whole" if verdict == "payload" else None
            yield Record(fields, tape.block(), *place, note)


def _problem(tape: Tape, length: int, wish: bool) -> str | None:
    """Pass a block; what speaks against it, but for its digests."""
    if not tape.advance(length):
        return "it ends before its Content-Length"
    if not tape.parted():
        return "its Content-Length is wrong"
    return "its compressed data is damaged" if wish and not tape.sound() else None


def _damage(tape: Tape, name: str, place: tuple[int, int], reason: str, fields: Headers | None = None) -> Damage:
    """What is wrong with a record; where its run ends in a gap, that is why."""
    url = (fields or {}).get("warc-target-uri", "").strip("<> ") or None
    reason += f", {place[1]:,} bytes into the member that begins here" if place[1] else ""
    gap = tape.take_gap()
    return Damage(name, place[0], f"{reason}: {gap.reason}" if gap else reason, url)
