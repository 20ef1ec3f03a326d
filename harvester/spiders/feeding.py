"""Spiders that ask a server: the frontier feeds them, one request whenever there is room.

While the site is in doubt, a page that was good before is asked for first. A HarvesterError ends the run.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar, Self

from scrapy import Request
from scrapy.crawler import Crawler

from harvester import urls
from harvester.spiders.breaker import Breaker
from harvester.spiders.files import FileDesk
from harvester.spiders.retries import Retries
from harvester.spiders.run import RunSpider
from harvester.store.frontier import FILES, Entry


class FeedingSpider(RunSpider):
    """Feeds requests from the frontier; a subclass judges what comes."""

    retries: Retries
    breaker: Breaker
    ahead: ClassVar[int] = 1
    """Requests handed to the engine before there is room for them."""

    def __init__(self, *args: Any, **given: str) -> None:
        super().__init__(*args, **given)
        self.hosts = urls.HOSTS
        self.only: list[str] | None = None
        """When given, the only addresses this run asks for."""
        self.desk: FileDesk | None = None
        """With `-a files=yes`: who sees to the PDFs."""
        self.canary: Entry | None = None
        """The last address that brought a good page."""
        self.last_problem = ""
        """Of the last answer that was none."""

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Scrapy's way in."""
        spider = super().from_crawler(crawler, *args, **given)
        settings = crawler.settings
        spider.retries = Retries(
            settings.getint("RETRY_TIMES"),
            settings.getfloat("RETRY_BACKOFF"),
            settings.getfloat("RETRY_BACKOFF_MAX"),
            settings.getfloat("RETRY_AFTER_MAX"),
        )
        spider.breaker = Breaker(
            settings.getint("BLOCK_SIGNS"), settings.getfloat("BLOCK_PAUSE"), settings.getint("BLOCK_RETRIES")
        )
        return spider

    # -- what a subclass says ---------------------------------------------------------------

    def seed(self) -> None:
        """Put the first addresses into the frontier."""
        raise NotImplementedError

    def request_for(self, entry: Entry) -> Request:
        """The request for an address of the frontier."""
        raise NotImplementedError

    def more(self) -> bool:
        """Called when the frontier is empty: add more and return True, or end the run."""
        return False

    def enough(self) -> bool:
        """Whether the run may stop early."""
        return False

    def unreachable(self, reason: str) -> str:
        """What to tell the user when the source does not answer."""
        return reason

    def block_message(self, reason: str) -> str:
        """What to tell the user when the site keeps us out."""
        return reason

    def file_desk(self) -> FileDesk:
        """Who sees to the PDFs."""
        raise NotImplementedError

    async def is_well(self, entry: Entry) -> bool:
        """Whether an address brings a good page now."""
        raise NotImplementedError

    # -- the feeding ------------------------------------------------------------------------

    async def harvest(self) -> AsyncIterator[Request]:
        """A request whenever there is room, until nothing is left to ask for and every file is read."""
        self._answered = asyncio.Event()
        self.archive.frontier.freed = self._answered.set
        if self.wants_files:
            self.desk = self.file_desk()
        self._narrow()
        self.seed()
        if self.desk:
            self.desk.open()
        async for request in self._feed():
            yield request
        if self.desk and self.exit_code is None:
            await self.desk.close()

    async def _feed(self) -> AsyncIterator[Request]:
        frontier = self.archive.frontier
        ahead = self.crawler.settings.getint("CONCURRENT_REQUESTS") + self.ahead
        while self.exit_code is None:
            wanted = self._narrow()
            if self.breaker.left:
                await asyncio.sleep(min(self.breaker.left, 1.0))
            elif self.breaker.doubtful:
                await self._find_out()
            elif wanted and frontier.in_flight < ahead and (entry := frontier.take(self.only)):
                yield self._request(entry)
            elif frontier.in_flight:
                await self._wait(1.0)
                self._recover()
            elif wanted and (due := frontier.wait(self.only)) is not None:
                await self._wait(min(due + 0.01, 1.0))
            elif self.enough() or not self.more():
                return

    def _narrow(self) -> bool:
        """Say which addresses are to be asked for: when there are pages enough, their files; False when none."""
        enough = self.enough()
        self.archive.frontier.narrow("pages" if not self.desk else "files" if enough else "all")
        return self.desk is not None or not enough

    def _request(self, entry: Entry) -> Request:
        request = self.request_for(entry)
        return self.desk.request(entry, request) if self.desk and entry.kind in FILES else request

    async def _wait(self, seconds: float) -> None:
        self._answered.clear()
        try:
            await asyncio.wait_for(self._answered.wait(), seconds)
        except TimeoutError:
            return

    def _recover(self) -> None:
        """Put back what was handed to the engine and is nowhere in it: no request may hang a run."""
        engine = self.crawler.engine
        assert engine.scheduler is not None
        assert engine.scraper.slot is not None
        if not (
            engine.downloader.active or engine.scheduler.has_pending_requests() or not engine.scraper.slot.is_idle()
        ):
            for url in self.archive.frontier.taken():
                self.logger.warning("%s was lost on its way; asking again", url)
                self.archive.frontier.retry(url, "lost on its way", self.retries.backoff(1))

    async def _find_out(self) -> None:
        """The site is in doubt: ask for a page that was good before; if that fails too, pause or give up."""
        canary = self.canary
        if canary and not self.breaker.kept_out_of and await self.is_well(canary):
            self.breaker.answered(canary.kind)
            return
        blocks, reason = self.breaker.blocks, self.last_problem
        if not self.breaker.at_fault():
            self.logger.warning("Signs of a block (%s): pausing for %g seconds", reason, self.breaker.pause)
        elif blocks:
            self.finish(3, self.block_message(reason))
        else:
            self.finish(4, self.unreachable(reason))
