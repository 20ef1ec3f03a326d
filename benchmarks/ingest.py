"""Bulk reading against the bare limit: `scrapy crawl mirror` and `scrapy crawl warc` of the same pages."""

import json
from collections.abc import Callable
from pathlib import Path

from benchmarks import data, measure
from benchmarks.report import Result

_SOURCES: dict[str, Callable[[int], Path]] = {"mirror": data.mirror, "warc": data.warc}


def limit(path: Path) -> float:
    """Seconds of CPU time to unpack and parse every page of a file once, on one core."""
    return float(json.loads(measure.run("benchmarks.limit", str(path)).output)["cpu"])


def against_the_limit(spider: str, pages: int, runs: int = 3) -> list[Result]:
    """(a) The ratio of wall times, limit and crawl by turns."""
    path = _SOURCES[spider](pages)
    wall, cpu, parent, sizes, children = [], [], [], [], []
    for _ in range(runs):
        bare = limit(path)
        taken = measure.crawl(spider, f"path={path}")
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
    """(f) Time at 1×, 3× and 10× the pages, the start of the processes left out."""
    idle = measure.crawl("mirror", f"path={data.mirror(1)}").wall
    times = [measure.crawl("mirror", f"path={data.mirror(pages * factor)}").wall - idle for factor in (1, 3, 10)]
    return [
        Result("f", f"3 × {pages:,} pages", "× the time", [times[1] / times[0]], goal=3.15),
        Result("f", f"10 × {pages:,} pages", "× the time", [times[2] / times[0]], goal=10.5),
    ]
