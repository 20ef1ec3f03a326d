"""Keeps the sample archive of `scrapy demo`, whose documents are made up, apart from a real one. Raises UsageError."""

import sqlite3
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

from harvester.exceptions import UsageError
from harvester.store.database import NAME

_LOOPBACK = "127.0.0.1"  # where the sample is served


def held(output: Path) -> bool | None:
    """True when the folder holds a harvest from this machine, False when any other, None when it holds none."""
    database = (output / NAME).resolve()
    if not database.is_file():
        return None
    try:
        # Immutable: to look is not to touch, not even SQLite's files beside the database.
        with closing(sqlite3.connect(f"{database.as_uri()}?immutable=1", uri=True)) as connection:
            count, ours = connection.execute(
                "SELECT count(*), sum(coalesce(json_extract(arguments, '$.site'), '') LIKE ?) FROM runs",
                (f"http://{_LOOPBACK}%",),
            ).fetchone()
    except sqlite3.Error:
        return None  # whoever opens it to write says what is wrong with it
    return bool(ours) if count else None


def keep_out(output: Path, asked: str) -> None:
    """Refuse to add documents from the address `asked` to the sample."""
    if urlsplit(asked).hostname not in (_LOOPBACK, "localhost", "::1") and held(output):
        raise UsageError(
            f"{output}/ holds the sample archive of `make demo`, whose documents are made up; true ones are not mixed"
            " with them. Harvest into another folder (`-s HARVEST_OUTPUT=DIR`, `make harvest OUTPUT=DIR`),"
            f" or move {output}/ away first."
        )
