"""The reading processes: same results as reading here, limits that hold, and a bad page costs itself only."""

import asyncio
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from memory import PeakMemory

from harvester import reading
from harvester.capture import Capture
from harvester.exceptions import UsageError
from harvester.workers import executor, guard
from harvester.workers.guard import Guard
from harvester.workers.jobs import Result, Unreadable
from harvester.workers.limits import Limits
from harvester.workers.readers import Readers

FIXTURES = Path(__file__).parent / "fixtures" / "document"
# Stands in front of the reader in every Python process of a test: what a page says is what it does.
POISON = """
import os, signal, time
from harvester import reading
whole = reading.read
def read(capture, *how, **more):
    match capture.body:
        case b"endless":
            while True: pass
        case b"asleep": time.sleep(1000)
        case b"exploding":
            held = []
            while True: held.append(bytearray(1 << 20))
        case b"crashing": os.kill(os.getpid(), signal.SIGSEGV)
        case b"leaving": os._exit(0)
        case b"raising": raise RecursionError("too deep")
    return whole(capture, *how, **more)
reading.read = read
"""


def capture(body: bytes, url: str = "https://digitalarchive.wilsoncenter.org/document/some") -> Capture:
    return Capture(url, body, "mirror", "2025-03-16T00:00:00Z")


@pytest.fixture(scope="module")
def good() -> list[Capture]:
    """A dozen pages of the sample."""
    return [
        capture(path.read_bytes(), f"https://digitalarchive.wilsoncenter.org/document/{path.parent.name}")
        for path in sorted(FIXTURES.glob("*/input.html"))[:12]
    ]


@pytest.fixture
def poison(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the child processes of this test do what the pages say."""
    (tmp_path / "sitecustomize.py").write_text(POISON)
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{Path(__file__).parent.parent}")


def read_all(captures: Iterable[Capture], **options: object) -> list[Result]:
    async def run() -> list[Result]:
        readers = Readers(**options)  # type: ignore[arg-type]
        try:
            return [result async for result in readers.read(captures)]
        finally:
            readers.close()

    return asyncio.run(run())


def test_same_as_here(good: list[Capture]) -> None:
    expected = [reading.read(page, number % 5 == 0, follow=False) for number, page in enumerate(good * 4, 1)]
    assert read_all(good * 4, processes=2, witness_every=5) == expected


@pytest.mark.usefixtures("poison")
def test_bad_pages_cost_themselves_only(good: list[Capture]) -> None:
    said = {
        b"endless": "3 seconds",
        b"exploding": "448 MB",
        b"crashing": "SIGSEGV",
        b"raising": "RecursionError",
        b"leaving": "exit code 0",
    }
    captures = [good[0], *map(capture, said), *good[1:]]
    results = read_all(captures, processes=2, limits=Limits(seconds=3))
    assert [result.provenance.digest for result in results] == [page.digest for page in captures]
    bad = [result for result in results if isinstance(result, Unreadable)]
    assert len(bad) == len(said)
    for result, reason in zip(bad, said.values(), strict=True):
        assert reason in result.reason


@pytest.mark.usefixtures("poison")
def test_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_PATIENCE", 1)
    [result] = read_all([capture(b"asleep")], processes=1, limits=Limits(seconds=0.5))
    assert isinstance(result, Unreadable)
    assert "no answer" in result.reason


@pytest.mark.usefixtures("poison")
def test_memory_stays_under_its_limit() -> None:
    watched = Guard(Limits(memory=200 * 2**20))
    try:
        watched.read([(capture(b""), False)])
        child = watched._child
        assert child
        peak = PeakMemory(child.pid)
        watched.read([(capture(b"exploding"), False)])
        peak.thread.join(10)  # it has grown too large, and left
    finally:
        watched.close()
    assert 150 * 2**20 < peak.bytes < 256 * 2**20


def test_large_parent(good: list[Capture]) -> None:
    """How much memory the process that starts a reader holds says nothing of the reader."""
    held = b"x" * Limits().memory
    [result] = read_all(good[:1], processes=1)
    assert not isinstance(result, Unreadable), result.reason
    del held


def test_killed_in_the_middle(good: list[Capture]) -> None:
    """Children are killed while they read or start; no page is lost and none is blamed."""
    captures = good * 40
    kills = iter([0, 150, 151, 300, 420])

    def fed() -> Iterator[Capture]:
        due = next(kills)
        for number, page in enumerate(captures):
            if number == due:
                due = next(kills, -1)
                for watched in executor._guards:
                    if watched._child:
                        watched._child.kill()
            yield page

    assert read_all(fed(), processes=2) == [reading.read(page, False, follow=False) for page in captures]
    assert next(kills, None) is None


@pytest.mark.parametrize(
    "where", ["nonsense", "ssh://host:1", "dask://", "dask://host", "dask://host:port", "dask://tcp://host:1"]
)
def test_wrong_executor(where: str) -> None:
    with pytest.raises(UsageError, match=r"dask://HOST:PORT"):
        executor.open_workers(where)


def test_a_worker_of_another_version_reads_nothing() -> None:
    with pytest.raises(executor.ExecutorError, match=r"not 0\.0\.7"):
        executor.read([], Limits(), version="0.0.7")


class Failing(ThreadPoolExecutor):
    """A cluster at its end: of four batches it reads the first, fails over the next, cancels one, and is closed."""

    def submit(self, *work: Any, **more: Any) -> "Future[Any]":
        self.batches = getattr(self, "batches", 0) + 1
        future: Future[Any] = Future()
        if self.batches == 1:
            return super().submit(*work, **more)
        if self.batches == 2:
            future.set_exception(RuntimeError("too many workers were lost"))
        elif self.batches == 3:
            future.cancel()
        else:
            raise RuntimeError("closed")
        return future


async def yes() -> bool:
    return True


@pytest.mark.parametrize(("ahead", "batches"), [(0, 3), (1, 4)])
def test_a_failing_cluster_costs_nothing(
    good: list[Capture], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, ahead: int, batches: int
) -> None:
    pool = Failing(1)
    real = executor.open_workers
    failing = executor.Workers(pool, ahead, pool.shutdown, yes)
    monkeypatch.setattr("harvester.workers.readers.open_workers", lambda where, n: failing if where else real(where, n))
    monkeypatch.setattr("harvester.workers.readers._AHEAD", 0)
    captures = good * 16
    assert read_all(captures, where="dask://there:1") == [reading.read(page, False, follow=False) for page in captures]
    assert caplog.text.count("this machine reads the rest") == 1
    assert pool.batches == batches


def test_what_this_machine_cannot_read_is_raised(good: list[Capture], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard.sys, "executable", "/bin/false")
    with pytest.raises(guard.ReaderError, match="cannot be started"):
        read_all(good)
