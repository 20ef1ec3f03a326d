"""A whole copy of the database, safe while a harvest writes to it. Raises StoreError and UsageError.

SQLite's backup takes one state of the database; the copy is checked before it gets its name.
"""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from harvester.exceptions import StoreError, UsageError
from harvester.store.database import NAME, explained


def backup(output: Path, target: Path) -> None:
    """Copy the database in `output` to the file `target`, replacing an older copy only when the new one is whole."""
    source = (output / NAME).resolve()
    if target.is_dir():
        target = target / NAME
    if target.resolve() == source:
        raise UsageError(f"{target} is the archive itself: name another file.")
    partial = target.with_name(target.name + ".partial")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        partial.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{target.parent} cannot be written: {error.strerror}. Name another file.") from None
    try:
        with explained(target), closing(sqlite3.connect(partial, isolation_level=None)) as copy:
            with closing(sqlite3.connect(f"{source.as_uri()}?mode=ro", uri=True, timeout=30)) as original:
                original.backup(copy)
            copy.execute("PRAGMA journal_mode = DELETE")  # one file, whole in itself
            [problem] = copy.execute("PRAGMA integrity_check(1)").fetchone()
        if problem != "ok":
            raise StoreError(f"The copy is not whole, and was not kept: {problem}. {target} is as it was before.")
        _to_disk(partial)
        partial.replace(target)
    except OSError as error:
        raise StoreError(f"{target} cannot be written: {error.strerror}.") from None
    finally:
        partial.unlink(missing_ok=True)


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
