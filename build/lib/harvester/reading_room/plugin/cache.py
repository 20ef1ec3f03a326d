"""Answers kept until the database changes: what costs a scan is paid once."""

import os
import sqlite3
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from .base import Room

_kept: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
_MOST = 500


async def cached(room: Room, key: object, work: Callable[[sqlite3.Connection], Any]) -> Any:
    """`room.read(work)`, or what it gave for this key and this state of the database."""
    await room.require()
    name = (stamp(str(room.database.path)), key)
    if name not in _kept:
        _kept[name] = await room.read(work)
        while len(_kept) > _MOST:
            _kept.popitem(last=False)
    _kept.move_to_end(name)
    return _kept[name]


def stamp(database: str) -> tuple[Any, ...]:
    """Changes whenever the file or its write-ahead log does."""
    parts: list[Any] = [database]
    for file in (database, f"{database}-wal"):
        try:
            stat = os.stat(file)
        except OSError:
            continue
        parts += [stat.st_mtime_ns, stat.st_size]
    return tuple(parts)
