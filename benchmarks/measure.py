"""Runs a command and tells its time, its CPU time and the memory of each of its processes."""

import os
import statistics
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

ROOT = Path(__file__).resolve().parent.parent
_EVERY = 0.25  # seconds between two looks at the memory


@dataclass
class Run:
    """One command's cost."""

    wall: float = 0.0
    """Seconds."""
    cpu: float = 0.0
    """Seconds, of all processes."""
    output: str = ""
    parent: list[int] = field(default_factory=list)
    """Resident bytes of the first process, every quarter of a second."""
    children: int = 0
    """The largest resident bytes of any other process."""

    @property
    def growth(self) -> int:
        """Bytes by which the parent grew between the first third of its time and the last."""
        third = len(self.parent) // 3
        return max(self.parent[-third:]) - max(self.parent[third : 2 * third]) if third else 0


def run(*command: str, codes: Sequence[int] = (0,)) -> Run:
    """Run a Python module's command line from the repository; raises RuntimeError when it fails."""
    before, started = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", *command],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=os.environ | {"NO_COLOR": "1"},
    )
    found = Run()
    while process.poll() is None:
        sizes = _memory(process.pid)
        if own := sizes.pop(process.pid, 0):
            found.parent.append(own)
        found.children = max([found.children, *sizes.values()])
        time.sleep(_EVERY)
    found.wall = time.perf_counter() - started
    after = getrusage(RUSAGE_CHILDREN)
    found.cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    assert process.stdout
    found.output = process.stdout.read()
    if process.returncode not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}:\n{found.output[-3000:]}")
    return found


def _memory(root: int) -> dict[int, int]:
    """Resident bytes of a process and all that descend from it, by process id."""
    children: dict[int, list[int]] = defaultdict(list)
    for path in Path("/proc").iterdir():
        if path.name.isdigit():
            try:
                stat = (path / "stat").read_text()
            except OSError:
                continue  # it has ended meanwhile
            children[int(stat.rpartition(")")[2].split()[1])].append(int(path.name))
    found, due = {}, [root]
    while due:
        pid = due.pop()
        due += children[pid]
        try:
            pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
        except OSError:
            continue
        found[pid] = pages * os.sysconf("SC_PAGE_SIZE")
    return found


def middle(values: Sequence[float]) -> dict[str, float]:
    """The median, and the least and the most beside it."""
    return {"median": statistics.median(values), "least": min(values), "most": max(values)}
