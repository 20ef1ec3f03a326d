"""Where batches are read: by this machine, or by a Dask cluster. Raises ExecutorError.

Each thread, on whatever machine, keeps a child process of its own (`guard`): limits and the fate of a bad
page are the same everywhere.
"""

import os
from collections.abc import Callable
from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from threading import local

from harvester import __version__
from harvester.exceptions import HarvesterError
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


def read(jobs: list[Job], limits: Limits) -> list[Result]:
    """What an executor runs: read a batch in the child process of this thread."""
    guard: Guard | None = getattr(_thread, "guard", None)
    if guard is None or guard.limits != limits:
        guard = _thread.guard = Guard(limits)
        _guards.append(guard)
    return guard.read(jobs)


def open_workers(where: str, processes: int = 0) -> Workers:
    """Those at `where`: empty for this machine, or `dask://HOST:PORT`, the address of a scheduler.

    `processes` is for this machine only; 0 is one for each core.
    """
    if where.startswith(DASK):
        return _dask(where.removeprefix(DASK))
    if where:
        raise ExecutorError(f"HARVEST_EXECUTOR={where} will not do: it is empty, or `{DASK}HOST:PORT`.")
    processes = processes or len(os.sched_getaffinity(0))
    pool = ThreadPoolExecutor(processes, thread_name_prefix="reader")

    def close() -> None:
        pool.shutdown(wait=False, cancel_futures=True)
        while _guards:
            _guards.pop().close()

    return Workers(pool, processes, close)


def _dask(address: str) -> Workers:
    try:
        from distributed import Client
    except ImportError:
        raise ExecutorError(
            "A Dask cluster needs one package more, here and on every worker:"
            " `pip install 'wilson-harvester[distributed]'`."
        ) from None
    try:
        client = Client(f"tcp://{address}", timeout=10)
    except (OSError, ValueError) as error:
        raise ExecutorError(f"No Dask scheduler answers at {address} ({error}). `dask scheduler` starts one.") from None
    try:
        versions = client.run(_version)
    except Exception as error:  # whatever a worker raises: most often, that it knows no harvester
        versions = {"a worker": str(error)}
    if wrong := {worker: found for worker, found in versions.items() if found != __version__}:
        client.close()
        raise ExecutorError(f"Not every Dask worker has version {__version__} of this software: {wrong}.")
    if not versions:
        client.close()
        raise ExecutorError(f"The Dask scheduler at {address} has no workers. `dask worker {address}` starts one.")
    return Workers(client.get_executor(pure=False), sum(client.nthreads().values()), client.close)


def _version() -> str:
    return __version__
