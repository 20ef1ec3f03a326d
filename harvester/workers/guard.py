"""Keeps a child process that reads pages, and starts another when a page ends it.

A child that was killed from outside costs nothing: its pages are read again, one by one. A page that
kills its reader, alone and again, is `Unreadable`. Raises ReaderError when no child can be started.
"""

import os
import pickle
import select
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from harvester.exceptions import HarvesterError
from harvester.workers.jobs import Job, Result, Unreadable
from harvester.workers.limits import TIMED_OUT, Limits

_ROOT = Path(__file__).resolve().parents[2]
_START = 120.0  # seconds that a child may take to import what it needs
_STARTS = 5  # tries, should something kill it again and again
_PATIENCE = 10  # how many times a page's CPU time it may take on the wall: others want to run too


class ReaderError(HarvesterError):
    """Raised when a process that reads pages cannot be started."""


class _Died(Exception):
    """The child is gone, with what it was asked."""

    def __init__(self, code: int, reason: str) -> None:
        super().__init__(reason)
        self.code = code


class Guard:
    """One child at a time; for use by one thread."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self._child: subprocess.Popen[bytes] | None = None
        self._closed = False

    def read(self, jobs: list[Job]) -> list[Result]:
        """The result of each job, in order."""
        try:
            return self._ask(jobs)
        except _Died as death:
            if len(jobs) != 1:
                return [result for job in jobs for result in self.read([job])]
            return [self._once_more(jobs[0], death)]

    def close(self) -> None:
        """End the child, whatever it is doing, even if it only starts."""
        self._closed = True
        if self._child:
            self._child.kill()
            self._bury(self._child)

    def _once_more(self, job: Job, death: _Died) -> Result:
        if death.code != TIMED_OUT:
            try:
                return self._ask([job])[0]
            except _Died as again:
                death = again
        return Unreadable(job[0].provenance(), str(death))

    def _ask(self, jobs: list[Job]) -> list[Result]:
        child = self._child or self._start()
        assert child.stdin
        try:
            pickle.dump(jobs, child.stdin, pickle.HIGHEST_PROTOCOL)
            child.stdin.flush()
        except OSError:
            raise self._bury(child) from None
        results: list[Result] = self._answer(child, self.limits.seconds * _PATIENCE + len(jobs))
        return results

    def _answer(self, child: subprocess.Popen[bytes], patience: float) -> Any:
        """The next thing the child says; raises _Died when it says nothing for so many seconds."""
        assert child.stdout
        try:
            if select.select([child.stdout], [], [], patience)[0]:
                return pickle.load(child.stdout)  # noqa: S301  from our child
        except (EOFError, OSError, pickle.UnpicklingError):
            raise self._bury(child) from None
        child.kill()
        self._bury(child)
        raise _Died(TIMED_OUT, f"no answer within {patience:.0f} seconds")

    def _start(self) -> subprocess.Popen[bytes]:
        path = os.pathsep.join(filter(None, [str(_ROOT), os.environ.get("PYTHONPATH")]))
        limits = (str(self.limits.seconds), str(self.limits.memory))
        for attempt in range(1, _STARTS + 1):
            child = self._child = subprocess.Popen(  # noqa: S603
                [sys.executable, "-m", "harvester.workers.child", *limits],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=os.environ | {"PYTHONPATH": path},
                process_group=0,  # a terminal's Ctrl-C is for us; it would find the child still importing
            )
            try:
                self._answer(child, _START)
                break
            except _Died as death:
                if death.code > 0 or attempt == _STARTS or self._closed:  # not killed: it cannot start
                    raise ReaderError(f"A process that reads pages cannot be started: it {death}.") from None
        return child

    def _bury(self, child: subprocess.Popen[bytes]) -> _Died:
        """See a child off that ends by itself or was killed; returns what it died of."""
        self._child = None
        for stream in (child.stdin, child.stdout):
            assert stream
            with suppress(OSError):  # what could not be sent any more
                stream.close()
        code = child.wait()
        if code == TIMED_OUT:
            return _Died(code, f"takes longer than {self.limits.seconds:g} seconds to be read")
        if code < 0:
            return _Died(code, f"ends the process that reads it ({signal.Signals(-code).name})")
        return _Died(code, f"ends the process that reads it (exit code {code})")
