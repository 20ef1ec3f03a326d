"""One run at a time on an output directory. Raises LockedError, and StoreError where no lock can be had."""

import fcntl
import json
import os
import socket
from pathlib import Path

from harvester.exceptions import LockedError, StoreError

NAME = ".lock"


class Lock:
    """Held until `release` or the end of the process: the kernel lets go of a dead process's lock."""

    def __init__(self, output: Path, holder: str, started: str) -> None:
        path = output / NAME
        try:
            self._file = open(path, "a+", encoding="utf-8")  # noqa: SIM115
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            self._say({"spider": holder, "pid": os.getpid(), "host": socket.gethostname(), "started": started})
        except BlockingIOError:
            self._file.seek(0)
            who = self._file.read()
            self._file.close()
            raise LockedError(
                f"Another run writes to {output}: {_describe(who)}. Wait for it to end, or choose another folder"
                " with `-s HARVEST_OUTPUT=DIR`."
            ) from None
        except OSError as error:
            raise StoreError(f"{path} cannot be locked: {error.strerror}. Check the disk, and who owns it.") from error

    def _say(self, who: dict[str, object]) -> None:
        self._file.truncate(0)
        json.dump(who, self._file)
        self._file.flush()

    def release(self) -> None:
        """Let go; the file stays, for a lock on a deleted file would protect nothing."""
        if not self._file.closed:
            self._file.truncate(0)
            self._file.close()


def _describe(text: str) -> str:
    try:
        who = json.loads(text)
        return f"`{who['spider']}`, process {who['pid']} on {who['host']}, since {who['started']}"
    except (ValueError, KeyError, TypeError):
        return "it has not said who it is"
