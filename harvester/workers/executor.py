"""Where batches are read: by this machine, or by a Dask cluster. Raises ExecutorError, UsageError.

Each thread, on whatever machine, keeps a child process of its own (`guard`): limits and the fate of a bad
page are the same everywhere.
"""

import os
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from threading import local
from urllib.parse import urlsplit

from harvester import __version__
from harvester.exceptions import HarvesterError, UsageError
from harvester.workers.guard import Guard
from harvester.workers.jobs import Job, Result
from harvester.workers.limits import Limits

DASK = "dask://"
_thread = local()
_guards: list[Guard] = []


class ExecutorError(HarvesterError):
    """Raised when the executor that was asked for cannot be had."""


@dataclass(frozen=True)
class Workers:
    """An executor in use."""

    executor: Executor
    at_once: int
    """How many batches it reads at a time."""
    close: Callable[[], None]
    present: Callable[[], Awaitable[bool]] | None = None
    """Whether anybody is there to read; None where that cannot be otherwise."""


def read(jobs: list[Job], limits: Limits, version: str = __version__) -> list[Result]:
    """What an executor runs: read a batch in the child process of this thread.

    Raises ExecutorError on a machine that has not the `version` of who asks.
    """
    if version != __version__:  # a worker that came while the run was under way
        raise ExecutorError(f"a worker has version {__version__} of this software, not {version}")
    guard: Guard | None = getattr(_thread, "guard", None)
    if guard is None or guard.limits != limits:
        guard = _thread.guard = Guard(limits)
        _guards.append(guard)
    return guard.read(jobs)


def scheduler(where: str) -> tuple[str, int] | None:
    """Host and port of the scheduler at `where`; None for this machine. Raises UsageError for what is neither."""
    if not where:
        return None
    try:
        parts = urlsplit(where)
        if parts.hostname and parts.port and where == f"{DASK}{parts.netloc}":
            return parts.hostname, parts.port
    except ValueError:  # of a port that is no number
        pass
    raise UsageError(f"`-s HARVEST_EXECUTOR={where}` will not do: it must be empty, or {DASK}HOST:PORT.")


def open_workers(where: str, processes: int = 0) -> Workers:
    """Those at `where`: empty for this machine, or `dask://HOST:PORT`, the address of a scheduler.

    `processes` is for this machine only; 0 is one for each core.
    """
    if place := scheduler(where):
        from harvester.workers import cluster

        return cluster.connect(where.removeprefix(DASK), place)
    processes = processes or len(os.sched_getaffinity(0))
    pool = ThreadPoolExecutor(processes, thread_name_prefix="reader")

    def close() -> None:
        pool.shutdown(wait=False, cancel_futures=True)
        while _guards:
            _guards.pop().close()

    return Workers(pool, processes, close)
