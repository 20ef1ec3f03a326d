"""Runs a command and tells its time, and the CPU time and memory of each of its processes."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_EVERY = 0.1  # seconds between two looks at the processes
_TICKS, _PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


@dataclass
class Run:
    """One command's cost."""

    wall: float = 0.0
    """Seconds."""
    parent_cpu: float = 0.0
    """Seconds of the first process."""
    children_cpu: float = 0.0
    """Seconds of all processes that descend from it."""
    parent_sizes: list[int] = field(default_factory=list)
    """Resident bytes of the first process, ten times a second."""
    child_size: int = 0
    """The largest resident bytes of any other process."""
    output: str = ""

    @property
    def cpu(self) -> float:
        """Seconds, of all processes."""
        return self.parent_cpu + self.children_cpu

    def growth(self, pages: int) -> float:
        """Bytes by which the parent grows with a page, once it has its working size (a third of the run)."""
        third = len(self.parent_sizes) // 3
        if not third:
            return 0.0
        middle, last = self.parent_sizes[third : 2 * third], self.parent_sizes[-third:]
        return (statistics.median(last) - statistics.median(middle)) / (pages / 3)


def run(*command: str) -> Run:
    """Run a Python module's command line from the repository; raises RuntimeError when it fails."""
    found, cpu = Run(), dict[int, float]()
    with tempfile.TemporaryFile("w+") as output:
        started = time.perf_counter()
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | {"NO_COLOR": "1"},
        )
        while process.poll() is None:
            for pid, (seconds, size) in _family(process.pid).items():
                cpu[pid] = seconds
                if pid == process.pid:
                    found.parent_sizes.append(size)
                else:
                    found.child_size = max(found.child_size, size)
            time.sleep(_EVERY)
        found.wall = time.perf_counter() - started
        output.seek(0)
        found.output = output.read()
    found.parent_cpu = cpu.pop(process.pid, 0.0)
    found.children_cpu = sum(cpu.values())
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{found.output[-3000:]}")
    return found


def crawl(spider: str, *arguments: str, **settings: object) -> Run:
    """One crawl into an empty folder; `arguments` as `name=value`."""
    with tempfile.TemporaryDirectory() as output:
        given = {"HARVEST_OUTPUT": output, "LOG_LEVEL": "WARNING"} | settings
        words = [word for argument in arguments for word in ("-a", argument)]
        words += [word for name, value in given.items() for word in ("-s", f"{name}={value}")]
        return run("scrapy", "crawl", spider, *words)


def _family(root: int) -> dict[int, tuple[float, int]]:
    """CPU seconds and resident bytes of a process and all that descend from it, by process id.

    Looks at nothing else: to look through all of /proc ten times a second takes a fortieth of two cores.
    """
    found, due = {}, [root]
    while due:
        pid = due.pop()
        try:
            values = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            for task in Path(f"/proc/{pid}/task").iterdir():
                due += map(int, (task / "children").read_text().split())
        except OSError:
            continue  # it has ended meanwhile
        found[pid] = ((int(values[11]) + int(values[12])) / _TICKS, int(values[21]) * _PAGE)
    return found
