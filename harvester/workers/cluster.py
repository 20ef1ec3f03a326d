"""A Dask cluster that reads. Raises ExecutorError when it cannot be had."""

import asyncio
import logging
import socket
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from threading import Thread
from typing import TypeVar

from harvester import __version__
from harvester.workers.executor import ExecutorError, Workers

T = TypeVar("T")
_PATIENCE = 10  # seconds for an answer of the scheduler
_FAREWELL = 3  # seconds to take leave of it


def connect(address: str, place: tuple[str, int]) -> Workers:
    """The workers of the scheduler at `address`, HOST:PORT (`place`); all must have this version of this software."""
    try:
        from distributed import Client
    except ImportError:
        raise ExecutorError(
            "A Dask cluster needs one package more, here and on every worker. In the folder of this project:"
            " `.venv/bin/pip install -e '.[distributed]'`."
        ) from None
    for chatter in ("distributed", "distributed.client", "tornado.application"):
        logging.getLogger(chatter).setLevel(logging.CRITICAL)  # tracebacks of what is told here, or made good
    try:
        socket.create_connection(place, timeout=_PATIENCE).close()  # tells more, and sooner
        client = _soon(lambda: Client(f"tcp://{address}", timeout=_PATIENCE, set_as_default=False))
    except OSError as error:
        why = error.strerror or error
        raise ExecutorError(f"No Dask scheduler answers at {address} ({why}). `dask scheduler` starts one.") from None

    def close() -> None:
        with suppress(Exception):  # a cluster that is lost cannot be taken leave of
            client.close(timeout=_FAREWELL)

    async def present() -> bool:
        try:
            return bool(await asyncio.to_thread(client.nthreads, callback_timeout=_PATIENCE))
        except Exception:  # whatever it is: the scheduler does not answer
            return False

    try:
        versions = client.run(_version, on_error="return", callback_timeout=3 * _PATIENCE)
        at_once = sum(client.nthreads(callback_timeout=_PATIENCE).values())
    except Exception as error:
        close()
        why = str(error) or type(error).__name__
        raise ExecutorError(f"The Dask cluster at {address} does not answer ({why}).") from None
    if wrong := [f"{worker}: {found}" for worker, found in versions.items() if found != __version__]:
        close()
        raise ExecutorError(f"Not every Dask worker has version {__version__} of this software ({'; '.join(wrong)}).")
    if not at_once:
        close()
        raise ExecutorError(f"The Dask scheduler at {address} has no workers. `dask worker {address}` starts one.")
    return Workers(client.get_executor(pure=False), at_once, close, present)


def _soon(work: Callable[[], T]) -> T:
    """What `work` gives; raises TimeoutError when it takes too long. It goes on in a thread that no exit waits for.

    (Dask waits forever for a server that is none of its own, or that stands still.)
    """
    result: Future[T] = Future()

    def run() -> None:
        try:
            result.set_result(work())
        except Exception as error:
            result.set_exception(error)

    Thread(target=run, daemon=True).start()
    try:
        return result.result(2 * _PATIENCE)
    except TimeoutError as error:
        raise TimeoutError(str(error) or f"no answer within {2 * _PATIENCE} seconds") from None


def _version() -> str:
    return __version__
