"""Where files are kept: `files/<first two hex digits>/<sha256>.pdf`, and how bytes get there whole.

Nothing partial ever has a final name: bytes go to a temporary file, are forced to disk, and are then
renamed. Raises StoreError when the disk cannot be written.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from itertools import count
from pathlib import Path
from weakref import WeakSet

from harvester.exceptions import StoreError

FOLDER = "files"
_ENDS = 2048
_BLOCK = 1 << 20


class Partial:
    """Bytes on their way to a file, counted and hashed as they come."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self.head = b""
        """The first 2 KiB."""
        self.tail = b""
        """The last 2 KiB."""
        self.stopped: str | None = None
        """Why whoever writes stopped before the end."""
        self.error: StoreError | None = None
        """What the disk said, where the writer cannot raise."""
        self._hash = sha256()
        self._file = open(path, "xb")  # noqa: SIM115

    def write(self, data: bytes) -> int:
        """Add bytes; returns how many."""
        with explained(self.path):
            self._file.write(data)
        self._hash.update(data)
        if len(self.head) < _ENDS:
            self.head += data[: _ENDS - len(self.head)]
        self.tail = (self.tail + data[-_ENDS:])[-_ENDS:]
        self.size += len(data)
        return len(data)

    @property
    def closed(self) -> bool:
        """Whether no more bytes can come."""
        return self._file.closed

    @property
    def sha256(self) -> str:
        """Of the bytes so far, hexadecimal."""
        return self._hash.hexdigest()

    def beginning(self, size: int) -> bytes:
        """The first `size` bytes."""
        with explained(self.path):
            self._file.flush()
            with open(self.path, "rb") as file:
                return file.read(size)

    def close(self) -> None:
        """Force the bytes to disk; takes as long as the disk does."""
        with explained(self.path):
            self._file.flush()
            os.fsync(self._file.fileno())
            self._file.close()

    def discard(self) -> None:
        """Forget the bytes; does nothing when they have been kept."""
        with suppress(OSError):  # a full disk: what could not be flushed is not wanted
            self._file.close()
        self.path.unlink(missing_ok=True)


class Vault:
    """The files of one output directory."""

    def __init__(self, output: Path) -> None:
        self.output = output
        self._partial = output / FOLDER / ".partial"
        self._numbers = count(1)
        self._open: WeakSet[Partial] = WeakSet()

    def partial(self) -> Partial:
        """A new temporary file."""
        with explained(self._partial):
            self._partial.mkdir(parents=True, exist_ok=True)
            partial = Partial(self._partial / f"{os.getpid()}-{next(self._numbers)}")
        self._open.add(partial)
        return partial

    def arriving(self) -> int:
        """Bytes so far of the files that are being written."""
        return sum(partial.size for partial in self._open if not partial.closed)

    def clean(self) -> int:
        """Remove what a killed run left half-written; call it while holding the lock. Returns how many."""
        stale = list(self._partial.glob("*"))
        for path in stale:
            path.unlink()
        return len(stale)

    def keep(self, partial: Partial) -> str:
        """Give whole bytes their final name, replacing a file that has it; returns the relative path."""
        name = partial.sha256
        path = f"{FOLDER}/{name[:2]}/{name}.pdf"
        folder = (self.output / path).parent
        partial.close()
        with explained(folder):
            folder.mkdir(exist_ok=True)
            os.replace(partial.path, self.output / path)
            _sync(folder)
        return path

    def problem(self, path: str, size: int | None, digest: str | None) -> tuple[str, str] | None:
        """What is the matter with a kept file: `missing` or `damaged` and why; None when it is whole.

        Without `digest`, only its size is looked at.
        """
        file = self.output / path
        try:
            actual = file.stat().st_size
            if size is not None and actual != size:
                return "damaged", f"{actual:,} bytes, not {size:,}"
            if digest is not None and digest_of(file) != digest:
                return "damaged", "its bytes do not match its checksum"
        except FileNotFoundError:
            return "missing", "it is not there"
        except OSError as error:
            return "damaged", f"it cannot be read: {error.strerror}"
        return None


def digest_of(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal. Raises OSError."""
    digest = sha256()
    with open(path, "rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()


def _sync(folder: Path) -> None:
    """Force a folder's entries to disk, so that a rename outlives a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the disk raises into a sentence about `path`."""
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"{path} cannot be written: {error.strerror}. What was harvested before stays as it was; make room or"
            " check who owns the folder, then run the same command again."
        ) from error
