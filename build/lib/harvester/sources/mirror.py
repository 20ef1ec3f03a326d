"""Reads mirrors: tar (plain, gzip, zstd, bzip2, xz), zip, and folders of saved pages. Bad bytes never raise.

Nothing is extracted to disk: members are streamed, each capped in size. Names that lead outside, links and
devices are refused. What a page is, `saved` and `identity` tell by its content.
"""

import os
import re
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile, ZipInfo

from harvester.capture import Capture
from harvester.exceptions import CaptureError
from harvester.sources import Damage, Refusal, zips
from harvester.sources.saved import LIMIT, Saved
from harvester.sources.tars import Broken, members

_ARCHIVE = re.compile(r"\.(?:tar|tgz|tbz2?|txz|tzst|zip)$|\.tar\.(?:gz|zst|bz2|xz)$", re.I)


def read(
    path: Path, limit: int = LIMIT, files_limit: int = 0, counts: Counter[str] | None = None
) -> Iterator[Capture | Damage]:
    """The archive's pages in a tar, a zip or a folder (and the tars and zips in it), in order.

    `limit` caps the inflated size of a page, `files_limit` that of a PDF (0: no PDFs), in bytes. `counts`
    learns what was passed over, and why.
    """
    saved = Saved(limit, files_limit, Counter() if counts is None else counts)
    yield from _folder(path, saved) if path.is_dir() else _file(path, path.name, saved)


def _file(path: Path, name: str, saved: Saved) -> Iterator[Capture | Damage]:
    try:
        with path.open("rb") as file:
            head = file.read(4)
        if head == zips.LOCAL or head == b"PK\x05\x06":
            yield from _zip(path, name, saved)
        else:
            yield from _tar(path, name, saved)
    except OSError as error:
        yield Damage(name, 0, f"cannot be read ({error.strerror or error})")


def _tar(path: Path, name: str, saved: Saved) -> Iterator[Capture | Damage]:
    age = path.stat().st_mtime
    with path.open("rb") as file:
        for member in members(file):
            if isinstance(member, Broken):
                yield Damage(name, member.offset, member.reason)
            elif reason := _unsafe(member.name):
                yield Refusal(name, member.offset, f"refused: {reason}: {member.name!r}")
            elif not member.isdir and (bound := saved.bound(member.name)):
                if not member.regular:
                    yield Refusal(name, member.offset, f"refused: a link or a device: {member.name!r}")
                elif member.size > bound:
                    yield Damage(name, member.offset, f"{member.name!r} is longer than {bound:,} bytes")
                elif (body := member.read()) is None:
                    yield Damage(name, member.offset, f"{member.name!r} is cut short")
                else:
                    place = f"{name}#{member.offset}"
                    yield from _taken(saved, name, member.offset, place, member.name, body, member.time, age)


def _zip(path: Path, name: str, saved: Saved) -> Iterator[Capture | Damage]:
    age = path.stat().st_mtime
    try:
        infos = zips.members(path)
    except CaptureError as error:
        yield Damage(name, 0, f"a broken zip file ({error}); its members are searched for")
        for found in zips.salvage(path, max(saved.limit, saved.files_limit)):
            if found.data is None:
                yield Damage(name, found.info.header_offset, f"{found.info.filename!r} is not whole")
            elif (refusal := _refused(name, found.info)) is not None:
                yield refusal
            elif saved.bound(found.info.filename):
                yield from _zipped(saved, name, found.info, found.data, age)
        return
    with ZipFile(path) as archive:
        for info in infos:
            if (refusal := _refused(name, info)) is not None:
                yield refusal
            elif not info.is_dir() and (bound := saved.bound(info.filename)):
                if info.file_size > bound:
                    yield Damage(name, info.header_offset, f"{info.filename!r} is longer than {bound:,} bytes")
                    continue
                try:
                    with archive.open(info) as member:
                        body = member.read(bound + 1)
                except zips.ERRORS as error:
                    yield Damage(name, info.header_offset, f"{info.filename!r} is not whole ({error})")
                else:
                    yield from _zipped(saved, name, info, body, age)


def _refused(name: str, info: ZipInfo) -> Refusal | None:
    reason = _unsafe(info.filename)
    kind = stat.S_IFMT(info.external_attr >> 16)
    if not reason and kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        reason = "a link or a device"
    offset = info.header_offset
    return Refusal(name, offset, f"refused: {reason}: {info.filename!r}") if reason else None


def _zipped(saved: Saved, name: str, info: ZipInfo, body: bytes, age: float) -> Iterator[Capture | Damage]:
    place = f"{name}#{info.header_offset}"
    yield from _taken(saved, name, info.header_offset, place, info.filename, body, zips.time(info), age)


def _folder(folder: Path, saved: Saved) -> Iterator[Capture | Damage]:
    for parent, folders, files in os.walk(folder):
        folders.sort()
        linked = [f for f in folders if (Path(parent) / f).is_symlink()]
        for entry in [*linked, *sorted(files)]:
            path = Path(parent, entry)
            name = path.relative_to(folder.parent).as_posix()
            try:
                facts = path.lstat()
                if not stat.S_ISREG(facts.st_mode):
                    yield Refusal(name, 0, "refused: a link or a device")
                elif _ARCHIVE.search(entry):
                    yield from _file(path, name, saved)
                elif bound := saved.bound(name):
                    if facts.st_size > bound:
                        yield Damage(name, 0, f"longer than {bound:,} bytes")
                    else:
                        yield from _taken(saved, name, 0, name, name, path.read_bytes(), facts.st_mtime, 0)
            except OSError as error:
                yield Damage(name, 0, f"cannot be read ({error.strerror or error})")


def _taken(
    saved: Saved, file: str, offset: int, place: str, name: str, body: bytes, time: float, age: float
) -> Iterator[Capture | Damage]:
    try:
        if capture := saved.capture(name, body, time, age, place):
            yield capture
    except CaptureError as error:
        yield Damage(file, offset, f"{name!r}: {error}")


def _unsafe(name: str) -> str | None:
    parts = name.replace("\\", "/").split("/")
    if parts[0] == "" or (len(parts[0]) == 2 and parts[0][1] == ":"):
        return "an absolute name"
    return "a name that leads outside" if ".." in parts or "\0" in name else None
