"""Lays the reading room into an output directory, and refreshes it when this software is newer.

A file that its user has changed is kept; the new one is laid beside it as `NAME.new`.
Raises StoreError when the directory cannot be written.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from harvester import __version__
from harvester.exceptions import StoreError
from harvester.reading_room import metadata

MANIFEST = ".reading-room.json"
_HERE = Path(__file__).parent
_PACKAGE = "plugins/wilson_reading_room"


@dataclass
class Installed:
    """What `install` did, as paths relative to the output directory."""

    written: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    """Changed by the user; the new ones lie beside them."""


def install(output: Path) -> Installed:
    """Write what is missing or older than this software; return what was done."""
    done = Installed()
    try:
        before = _manifest(output)
        if _version(before.get("version", "0")) > _version(__version__):
            return done
        known: dict[str, str] = before.get("files", {})
        wanted = dict(files())
        for name, content in wanted.items():
            _lay(output, name, content, known.get(name), done)
        for name in known.keys() - wanted.keys():
            if _digest(_read(output / name)) == known[name]:
                (output / name).unlink()
        digests = {name: _digest(content) for name, content in wanted.items()}
        manifest = json.dumps({"version": __version__, "files": digests}, indent=1).encode()
        if _read(output / MANIFEST) != manifest:
            _write(output / MANIFEST, manifest)
    except OSError as error:
        raise StoreError(
            f"The reading room cannot be written to {output}: {error.strerror or error}. "
            "Check who owns the folder, and that the disk is not full."
        ) from error
    return done


def files() -> Iterator[tuple[str, bytes]]:
    """The kit's files: path relative to the output directory, and content."""
    yield "metadata.yaml", metadata.metadata().encode()
    yield "datasette.yaml", metadata.config().encode()
    yield "settings.json", metadata.settings().encode()
    for folder, target in ((_HERE / "assets", ""), (_HERE / "plugin", _PACKAGE)):
        for path in sorted(folder.rglob("*")):
            if path.is_file() and path.suffix != ".pyc":
                yield os.path.join(target, path.relative_to(folder).as_posix()), path.read_bytes()


def _lay(output: Path, name: str, content: bytes, known: str | None, done: Installed) -> None:
    path = output / name
    current = _read(path)
    beside = path.with_name(path.name + ".new")
    if current == content:
        return
    if current is None or _digest(current) == known:
        _write(path, content)
        done.written.append(name)
        return
    if _digest(content) == known:
        return  # the user's file is not older than ours
    done.kept.append(name)
    if _read(beside) != content:
        _write(beside, content)


def _manifest(output: Path) -> dict:
    try:
        found = json.loads((output / MANIFEST).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.write_bytes(content)
    partial.replace(path)


def _digest(content: bytes | None) -> str | None:
    return sha256(content).hexdigest() if content is not None else None


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
