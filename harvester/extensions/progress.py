"""How far a crawl is, for a person: one live line on a terminal, a plain log line a minute elsewhere."""

import logging
import sys
import time

from scrapy import signals
from scrapy.crawler import Crawler
from scrapy.utils.asyncio import create_looping_call

logger = logging.getLogger(__name__)

_LIVE, _PLAIN = 0.5, 60.0  # seconds between two lines


class Progress:
    """Pages done, known and to go, the rate and the time left."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        self.live = sys.stderr.isatty()
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
        self.loop.start(_LIVE if self.live else _PLAIN, now=False)

    def closed(self) -> None:
        """Leave the terminal's line."""
        if self.loop.running:
            self.loop.stop()
        if self.live:
            sys.stderr.write("\r\x1b[K")

    def show(self) -> None:
        """Say how far the crawl is."""
        archive = getattr(self.crawler.spider, "archive", None)
        if archive is None:
            return
        states = archive.frontier.counts()
        known, to_go = sum(states.values()), states.get("pending", 0)
        done = archive.counts["pages"]
        rate = done / (time.monotonic() - self.started)
        left = _duration(to_go / rate) if rate else "unknown"
        line = f"{done} pages done, {known} known, {to_go} to go, {rate:.1f} a second, {left} left"
        if self.live:
            sys.stderr.write(f"\r\x1b[K{line}")
            sys.stderr.flush()
        else:
            logger.info(line)


def _duration(seconds: float) -> str:
    minutes = round(seconds / 60)
    return (
        f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min" if minutes else "under a minute"
    )
