"""Captures in, readings out, in the same order, while others are being read. Raises what `executor` raises.

A cluster that is lost, or fails over a batch, costs nothing: this machine reads instead.
"""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from concurrent.futures import Future
from time import monotonic
from typing import Any

from harvester.capture import Capture
from harvester.workers.executor import Workers, open_workers, read
from harvester.workers.jobs import Job, Result
from harvester.workers.limits import Limits

# Of a batch: enough for a message to cost little beside the work, little enough to keep memory flat.
_PAGES, _BYTES = 32, 4 * 2**20
# Of pages handed out, so that none of those who read waits while a batch of rows is committed.
_AHEAD = 32 * 2**20
_LOOK = 2.0  # seconds between looks whether a cluster still has workers
_ALONE = 60.0  # seconds that a cluster may have none, and be waited for: they may be about to be replaced
_logger = logging.getLogger(__name__)


class _Lost(Exception):
    """The cluster will not answer any more."""


class Readers:
    """The reading processes of one run."""

    def __init__(self, where: str = "", processes: int = 0, limits: Limits | None = None, witness_every: int = 0):
        """`where` and `processes` as in `executor`; trafilatura reads every `witness_every`-th page too, 0: none."""
        self._processes = processes
        self._limits = limits or Limits()
        self._every = witness_every
        self._workers = open_workers(where, processes)
        """Those that read, until they are lost."""
        self._here = None if where else self._workers
        """Those of this machine."""
        self._opened = [self._workers]
        if self._here:  # an empty batch starts a process: all of them, while this one still gets ready
            for _ in range(self._here.at_once):
                self._here.executor.submit(read, [], self._limits)
        self._under_way: deque[tuple[list[Job], Future[list[Result]]]] = deque()
        self._ahead = 0  # bytes of them

    @classmethod
    def from_settings(cls, settings: Mapping[str, Any]) -> "Readers":
        """As the run's settings say."""
        return cls(
            settings["HARVEST_EXECUTOR"],
            int(settings["READ_PROCESSES"]),
            Limits(float(settings["READ_SECONDS"]), int(settings["READ_MEMORY"])),
            int(settings["WITNESS_EVERY"]),
        )

    async def read(self, captures: Iterable[Capture]) -> AsyncIterator[Result]:
        """The result of each capture, in order. Takes captures only some batches ahead."""
        for jobs in self._batches(captures):
            self._under_way.append((jobs, self._begin(jobs)))
            self._ahead += _size(jobs)
            while self._ahead > _AHEAD and len(self._under_way) > 2 * self._workers.at_once:
                for result in await self._next():
                    yield result
        while self._under_way:
            for result in await self._next():
                yield result

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        for workers in self._opened:
            workers.close()

    def _begin(self, jobs: list[Job]) -> Future[list[Result]]:
        try:
            return self._workers.executor.submit(read, jobs, self._limits)
        except Exception as error:  # a cluster's client has closed itself
            if self._workers is self._here:
                raise
            self._give_up(error)
            return self._begin(jobs)

    async def _next(self) -> list[Result]:
        """The results of the batch that was begun first."""
        jobs, future = self._under_way[0]
        try:
            results = await self._answer(future)
        except _Lost as error:
            self._give_up(error)
            return await self._next()
        except Exception as error:  # the cluster's own trouble, such as a batch over which too many workers were lost
            if self._workers is self._here:
                raise
            _logger.warning("The cluster failed, so this machine reads %d pages: %s", len(jobs), error)
            results = await asyncio.wrap_future(self._own().executor.submit(read, jobs, self._limits))
        self._under_way.popleft()
        self._ahead -= _size(jobs)
        return results

    async def _answer(self, future: Future[list[Result]]) -> list[Result]:
        present = self._workers.present
        answer = asyncio.wrap_future(future)
        seen = monotonic()
        try:
            while not (await asyncio.wait([answer], timeout=_LOOK if present else None))[0]:
                if not present or await present():
                    seen = monotonic()
                elif monotonic() - seen > _ALONE:
                    raise _Lost(f"it has had no worker for {_ALONE:g} seconds")
            if present and answer.cancelled():
                raise _Lost("its scheduler does not answer any more")
            return answer.result()
        finally:
            answer.cancel()

    def _give_up(self, why: Exception) -> None:
        _logger.warning("The cluster is lost (%s); this machine reads the rest.", why)
        self._workers = self._own()
        for number, (jobs, future) in enumerate(self._under_way):
            if not future.done() or future.cancelled() or future.exception():
                self._under_way[number] = jobs, self._begin(jobs)

    def _own(self) -> Workers:
        if not self._here:
            self._here = open_workers("", self._processes)
            self._opened.append(self._here)
        return self._here

    def _batches(self, captures: Iterable[Capture]) -> Iterator[list[Job]]:
        jobs: list[Job] = []
        size = 0
        for number, capture in enumerate(captures, 1):
            jobs.append((capture, bool(self._every) and number % self._every == 0))
            size += len(capture.body)
            if len(jobs) == _PAGES or size > _BYTES:
                yield jobs
                jobs, size = [], 0
        if jobs:
            yield jobs


def _size(jobs: list[Job]) -> int:
    return sum(len(capture.body) for capture, _ in jobs)
