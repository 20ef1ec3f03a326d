"""Captures in, readings out, in the same order, while others are being read. Raises what `executor` raises."""

import asyncio
import logging
from collections import deque
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from concurrent.futures import CancelledError, Future
from typing import Any

from harvester.capture import Capture
from harvester.exceptions import HarvesterError
from harvester.workers.executor import open_workers, read
from harvester.workers.jobs import Job, Result
from harvester.workers.limits import Limits

# Of a batch: enough for a message to cost little beside the work, little enough to keep memory flat.
_PAGES, _BYTES = 32, 4 * 2**20
_logger = logging.getLogger(__name__)


class Readers:
    """The reading processes of one run."""

    def __init__(self, where: str = "", processes: int = 0, limits: Limits | None = None, witness_every: int = 0):
        """`where` and `processes` as in `executor`; trafilatura reads every `witness_every`-th page too, 0: none."""
        self._workers = open_workers(where, processes)
        self._limits = limits or Limits()
        self._every = witness_every

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
        """The result of each capture, in order. Takes captures only a few batches ahead."""
        under_way: deque[tuple[list[Job], Future[list[Result]]]] = deque()
        for jobs in self._batches(captures):
            under_way.append((jobs, self._workers.executor.submit(read, jobs, self._limits)))
            if len(under_way) > 2 * self._workers.at_once:
                for result in await self._results(*under_way.popleft()):
                    yield result
        while under_way:
            for result in await self._results(*under_way.popleft()):
                yield result

    def close(self) -> None:
        """End the processes, whatever they are doing."""
        self._workers.close()

    async def _results(self, jobs: list[Job], future: Future[list[Result]]) -> list[Result]:
        try:
            return await asyncio.to_thread(future.result)
        except HarvesterError:
            raise
        except (Exception, CancelledError) as error:  # the executor's own trouble: a cluster that lost too many workers
            _logger.warning("%d pages are read by this machine, for the executor failed: %s", len(jobs), error)
            return await asyncio.to_thread(read, jobs, self._limits)

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
