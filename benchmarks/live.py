"""(b) The live crawl against a bare Scrapy spider that downloads the same addresses from the same server.

The server is a process of its own on this machine. Both ask one thing at a time, with the same delay between.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.request import urlopen

from benchmarks import measure, site
from benchmarks.report import Result
from harvester import settings


def against_downloads(documents: int, delay: float, runs: int = 3) -> list[Result]:
    """Ratios of wall times, the crawl and the bare spider by turns, start and end of the processes included.

    The goal is of a delay, as all crawls of the site have one (1.3 s; here it is shorter, so that what a page costs
    beside it shows); without any, the ratio only tells how much more than a download the harvest does.
    """
    wall, cpu, size, cost = [], [], [], []
    with _served(documents) as address:
        for _ in range(runs):
            crawl, asked = _crawl(address, documents, delay)
            bare = _downloads(address, delay, asked)
            wall.append(crawl.wall / bare.wall)
            cpu.append(crawl.cpu / bare.cpu)
            size.append(max(crawl.parent_sizes) / 2**20)
            cost.append((crawl.cpu - bare.cpu) * 1000 / len(asked))
    name = f"live, {documents:,} documents, " + (f"a request each {delay:g} s" if delay else "no delay")
    return [
        Result("b", f"{name}: time", "× a bare spider", wall, goal=1.3 if delay else None),
        Result("b", f"{name}: CPU time", "× a bare spider", cpu),
        Result("b", f"{name}: CPU time beyond the bare spider's", "ms a page", cost),
        Result("e", f"{name}: the process", "MB", size, goal=300),
    ]


@contextmanager
def _served(documents: int) -> Iterator[str]:
    command = [sys.executable, "-m", "benchmarks.site", str(documents)]
    with subprocess.Popen(command, cwd=measure.ROOT, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        try:
            yield server.stdout.readline().strip()
        finally:
            server.terminate()


def _crawl(address: str, documents: int, delay: float) -> tuple[measure.Run, list[str]]:
    """A crawl into an empty folder; also the paths that it asked for, robots.txt left out.

    It ends with its last document: the pages of people and places after it are the cheap ones.
    """
    _asked(address)  # what the bare spider asked for is forgotten
    run = measure.crawl("document", f"site={address}", f"sample={documents}", DOWNLOAD_DELAY=delay)
    return run, [path for path in _asked(address) if path != "/robots.txt"]


def _downloads(address: str, delay: float, paths: list[str]) -> measure.Run:
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as file:
        file.write("\n".join(address + path for path in paths))
        file.flush()
        return measure.run("benchmarks.downloads", file.name, str(delay), str(settings.DOWNLOAD_DELAY_JITTER))


def _asked(address: str) -> list[str]:
    with urlopen(address + site.ASKED) as answer:
        return list(json.load(answer))
