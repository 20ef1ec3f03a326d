"""Bulk reading against the bare limit: `scrapy crawl mirror` and `scrapy crawl warc` of the same pages."""

import json
from collections.abc import Callable
from pathlib import Path
from statistics import mean

from benchmarks import data, measure
from benchmarks.report import Result

_SOURCES: dict[str, Callable[[int], Path]] = {"mirror": data.mirror, "warc": data.warc}


def limit(path: Path) -> float:
    """Seconds of CPU time to unpack and parse every page of a file once, on one core."""
    return float(json.loads(measure.run("benchmarks.limit", str(path)).output)["cpu"])


def _between_limits(spider: str, path: Path) -> tuple[measure.Run, float]:
    """A crawl, and the mean of the limit before and after it: a machine's speed may change within minutes."""
    before = limit(path)
    taken = measure.crawl(spider, f"path={path}")
    return taken, (before + limit(path)) / 2


def against_the_limit(spider: str, pages: int, runs: int = 3) -> list[Result]:
    """(a) The ratio of wall times, limit and crawl by turns."""
    path = _SOURCES[spider](pages)
    wall, cpu, parent, sizes, children = [], [], [], [], []
    for _ in range(runs):
        taken, bare = _between_limits(spider, path)
        wall.append(taken.wall / bare)
        cpu.append(taken.cpu / bare)
        parent.append(taken.parent_cpu / bare)
        sizes.append(max(taken.parent_sizes) / 2**20)
        children.append(taken.child_size / 2**20)
    name = f"{spider}, {pages:,} pages"
    return [
        Result("a", f"{name}: time", "× the bare limit", wall, goal=3.0),
        Result("a", f"{name}: CPU time, all processes", "× the bare limit", cpu),
        Result("a", f"{name}: CPU time, parent", "× the bare limit", parent),
        Result("e", f"{name}: parent", "MB", sizes, goal=300),
        Result("e", f"{name}: a worker", "MB", children, goal=512),
    ]


def growth(pages: int) -> list[Result]:
    """(e) Whether the parent's memory stays flat."""
    taken = measure.crawl("mirror", f"path={data.mirror(pages)}")
    return [
        Result("e", f"mirror, {pages:,} pages: parent", "MB", [max(taken.parent_sizes) / 2**20], goal=300),
        Result("e", f"mirror, {pages:,} pages: a worker", "MB", [taken.child_size / 2**20], goal=512),
        Result("e", f"mirror, {pages:,} pages: parent grows", "MB each 10,000 pages",
               [taken.growth(pages) * 10_000 / 2**20], goal=1.0),
    ]  # fmt: skip


def scaling(pages: int) -> list[Result]:
    """(f) Time at 3× and 10× the pages, the start of the processes left out; each in bare limits of its own file."""
    idle = measure.crawl("mirror", f"path={data.mirror(1)}").wall
    times: dict[int, list[float]] = {1: [], 3: [], 10: []}
    for factor in (1, 3, 1, 10, 1):
        taken, bare = _between_limits("mirror", data.mirror(pages * factor))
        times[factor].append((taken.wall - idle) / bare * factor)
    return [
        Result(
            "f", f"{factor} × {pages:,} pages", "× the time", [times[factor][0] / mean(times[1])], goal=factor * 1.05
        )
        for factor in (3, 10)
    ]
