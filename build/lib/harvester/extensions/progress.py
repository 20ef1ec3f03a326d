"""How far a crawl is, for a person: pages and files done and to go, the rate and the time left."""

import logging
import time
from collections import Counter

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

from harvester.console import Line, duration, size

logger = logging.getLogger(__name__)


class Progress:
    """One live line on a terminal, a plain log line a minute elsewhere."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.line = Line(logger.info)
        crawler.signals.connect(self.opened, signals.spider_opened)
        crawler.signals.connect(self.closed, signals.spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "Progress":
        """Scrapy's way in."""
        return cls(crawler)

    def opened(self) -> None:
        """Start to count."""
        self.started = time.monotonic()
        self.loop = create_looping_call(self.show)
        self.loop.start(self.line.every, now=False)

    def closed(self) -> None:
        """Leave the terminal's line."""
        if self.loop.running:
            self.loop.stop()
        self.line.clear()

    def show(self) -> None:
        """Say how far the crawl is."""
        spider = self.crawler.spider
        archive, desk = getattr(spider, "archive", None), getattr(spider, "desk", None)
        if archive is not None:
            arriving = desk.intake.vault.arriving() if desk else 0
            passed = time.monotonic() - self.started
            self.line.show(describe(archive.counts, archive.frontier.counts(), passed, arriving))


def describe(counts: Counter[str], states: dict[str, int], seconds: float, arriving: int = 0) -> str:
    """What has been done in so many seconds, out of the addresses in each state; `arriving` in bytes."""
    known, to_go = sum(states.values()), states.get("pending", 0)
    pages, files, received = counts["pages"], counts["files"], counts["file bytes"]
    rate = (pages + files) / seconds if seconds else 0.0
    said = [f"{pages:,} pages done"]
    if files:
        said.append(f"{files:,} files ({size(received)}, {size(received / seconds)} a second)")
    if arriving:
        said.append(f"{size(arriving)} of the next")
    if counts["files to read"]:
        said.append(f"{counts['files to read']:,} files to read")
    left = duration(to_go / rate) if rate else "unknown"
    return ", ".join([*said, f"{known:,} known, {to_go:,} to go, {rate:.1f} a second, {left} left"])
