"""Reads what `keeper` kept: all of it, an index of it, or one capture by its location. Bad bytes never raise,
but for one asked for by name (CaptureError).
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from harvester.capture import Capture
from harvester.exceptions import CaptureError
from harvester.sources import Damage, http
from harvester.sources.records import Record, records

FOLDER = "captures"
LIMIT = 64 << 20  # bytes of a response, inflated
OURS = "X-Harvester-"
"""How the fields begin that a record's head has of the archive: Address, Source, Captured."""
_FILES = "wilson-*-[0-9][0-9][0-9][0-9][0-9].warc.gz"


def kept(output: Path) -> Iterator[Capture | Damage]:
    """Every response kept, in the order in which it came."""
    for path in files(output):
        yield from _captures(path, 0)


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a capture is kept, and of what."""

    address: str
    captured_at: str
    location: str


def index(output: Path) -> Iterator[Kept | Damage]:
    """What is kept, in the order in which it came, without looking into it."""
    for path in files(output):
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


def files(output: Path) -> list[Path]:
    """The files, in the order in which they were written."""
    return sorted((output / FOLDER).glob(_FILES), key=number)


def _is_ours(fields: http.Headers) -> bool:
    return fields.get("warc-type") == "response" and all(_ours(fields))


def _ours(fields: http.Headers) -> tuple[str, str, str]:
    """The address, the source and the time that `keep` noted in a record's head."""
    return (
        fields.get(f"{OURS}Address".lower(), ""),
        fields.get(f"{OURS}Source".lower(), ""),
        fields.get(f"{OURS}Captured".lower(), ""),
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


def number(path: Path) -> int:
    """A file's place among the others, whatever the clock said."""
    return int(path.name.removesuffix(".warc.gz")[-5:])
