"""A real Dask cluster on this machine: a scheduler and workers, each a process of its own, over TCP.

The processes that read pages for the workers keep a diary of it, do what poisoned pages say, and wait while they are
told to: so a test knows who reads what, and can strike while it is being read.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from conftest import ROOT
from test_workers import POISON

READER = """
does = reading.read
def noted(capture, *how, **more):
    with open(os.environ["DIARY"], "a") as diary:
        diary.write(f"{os.getppid()} {capture.url}\\n")
    while os.path.exists(os.environ["DIARY"] + ".hold"): time.sleep(0.02)
    return does(capture, *how, **more)
reading.read = noted
if "VERSION" in os.environ:
    import harvester
    harvester.__version__ = os.environ["VERSION"]
"""
_PATIENCE = 90.0  # seconds, for a machine that has much else to do
_QUIET = ("--no-dashboard", "--host", "127.0.0.1")


class Cluster:
    """A scheduler, and as many workers as it is asked for, until it is closed."""

    def __init__(self, folder: Path, **environment: str) -> None:
        """The environment is the scheduler's."""
        folder.mkdir(exist_ok=True)
        self.folder, self.diary = folder, folder / "diary"
        self.workers: list[subprocess.Popen[bytes]] = []
        self._hold = folder / "diary.hold"
        self.diary.touch()
        (folder / "sitecustomize.py").write_text(POISON + READER)
        about = folder / "scheduler.json"
        words = ("--port", "0", "--dashboard-address", "127.0.0.1:0", "--idle-timeout", "600")
        self.scheduler = self._start("scheduler", *_QUIET, *words, "--scheduler-file", str(about), **environment)
        try:
            wait(lambda: about.is_file() and about.read_text().endswith("}"), self.log)
        except BaseException:
            self.close()
            raise
        self.address = json.loads(about.read_text())["address"].removeprefix("tcp://")

    def __enter__(self) -> "Cluster":
        return self

    def __exit__(self, *error: object) -> None:
        self.close()

    def start(self, workers: int, **environment: str) -> None:
        """Start workers, and wait until the scheduler knows them."""
        known = self._said("Register worker")
        words = [self.address, *_QUIET, "--nthreads", "1", "--no-nanny", "--memory-limit", "0", "--death-timeout", "60"]
        for _ in range(workers):
            worker = self._start("worker", *words, "--local-directory", str(self.folder), **environment)
            self.workers.append(worker)
        wait(lambda: self._said("Register worker") == known + workers, self.log)

    def hold(self) -> None:
        """From now on, no page comes back; the diary begins anew."""
        self._hold.touch()
        self.diary.write_text("")

    def go_on(self) -> None:
        """Let pages come back."""
        self._hold.unlink(missing_ok=True)

    def read(self) -> dict[int, list[str]]:
        """Worker → addresses of the pages it has begun to read, in order."""
        found: dict[int, list[str]] = {}
        for line in self.diary.read_text().splitlines():
            worker, url = line.split(maxsplit=1)
            found.setdefault(int(worker), []).append(url)
        return found

    def kill(self, *processes: "subprocess.Popen[bytes]") -> None:
        """End processes as the kernel does when memory runs out, and wait until the scheduler has noticed."""
        noticed = self._said("Remove worker")
        lost = [worker for worker in processes if worker in self.workers]
        self._end(*processes)
        self.workers = [worker for worker in self.workers if worker not in lost]
        if self.scheduler.poll() is None:
            wait(lambda: self._said("Remove worker") == noticed + len(lost), self.log)

    def close(self) -> None:
        """End everything."""
        self.go_on()
        self._end(*self.workers, self.scheduler)

    def log(self) -> str:
        """What all processes have said."""
        return "\n".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    def _end(self, *processes: "subprocess.Popen[bytes]") -> None:
        for process in processes:
            process.kill()
            process.wait()

    def _said(self, what: str) -> int:
        return (self.folder / "scheduler-0.log").read_text().count(what)

    def _start(self, part: str, *words: str, **environment: str) -> "subprocess.Popen[bytes]":
        number = len(list(self.folder.glob(f"{part}-*.log")))
        path = os.pathsep.join([str(self.folder), str(ROOT)])
        with open(self.folder / f"{part}-{number}.log", "wb") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "dask", part, *words],
                env=os.environ | {"PYTHONPATH": path, "DIARY": str(self.diary)} | environment,
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )


def wait(until: Callable[[], object], explain: Callable[[], str]) -> None:
    """Wait until something is so; fails with an explanation when it never is."""
    deadline = time.monotonic() + _PATIENCE
    while not until():
        assert time.monotonic() < deadline, explain()
        time.sleep(0.05)
