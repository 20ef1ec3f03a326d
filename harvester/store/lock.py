"""One run at a time on an output directory. Raises LockedError."""

import fcntl
import json
import os
import socket
from pathlib import Path

from harvester.exceptions import LockedError

NAME = ".lock"


class Lock:
    """Held until `release` or the end of the process: the kernel lets go of a dead process's lock."""

    def __init__(self, output: Path, holder: str, started: str) -> None:
        path = output / NAME
        self._file = open(path, "a+", encoding="utf-8")  # noqa: SIM115
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._file.seek(0)
            who = self._file.read().strip() or "{}"
            self._file.close()
            raise LockedError(f"Another run writes to {output}: {_describe(who)}. Wait for it to end.") from None
        self._file.seek(0)
        self._file.truncate()
        json.dump(
            {"spider": holder, "pid": os.getpid(), "host": socket.gethostname(), "started": started},
            self._file,
        )
        self._file.flush()

    def release(self) -> None:
        """Let go; the file stays, for a lock on a deleted file would protect nothing."""
        self._file.truncate(0)
        self._file.close()


def _describe(text: str) -> str:
    try:
        who = json.loads(text)
        return f"`{who['spider']}`, process {who['pid']} on {who['host']}, since {who['started']}"
    except (ValueError, KeyError):
        return "it has not said who it is"
