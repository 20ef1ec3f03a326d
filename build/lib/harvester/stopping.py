"""Ends a run within seconds of Ctrl-C or SIGTERM.

Scrapy waits for every request in flight, through its delay and its time limit. Here they are given up
after a moment: in the frontier they are pending, and the next run asks for them.
"""

import asyncio
from collections.abc import Generator
from typing import Any

from scrapy import Request, Spider
from scrapy.core.downloader import Downloader
from scrapy.crawler import Crawler
from twisted.internet.defer import Deferred, inlineCallbacks

_GRACE = 2.0  # seconds for an answer that is already on its way


class PromptDownloader(Downloader):
    """Scrapy's, which can be told to give up."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._open: set[Deferred[Any]] = set()

    @inlineCallbacks
    def fetch(self, request: Request, spider: Spider | None = None) -> Generator[Deferred[Any], Any, Any]:
        """Download a request, as Scrapy does."""
        download = super().fetch(request)
        self._open.add(download)
        try:
            return (yield download)
        finally:
            self._open.discard(download)

    def give_up(self) -> None:
        """Cancel what is waiting or in flight; its errbacks get a CancelledError."""
        for download in list(self._open):
            download.cancel()


class PromptCrawler(Crawler):
    """Scrapy's, which gives up what is in flight when it is stopped."""

    async def stop_async(self) -> None:
        """Stop the crawl; it takes a moment longer than `_GRACE`."""
        downloader = self.engine.downloader
        if self.crawling and isinstance(downloader, PromptDownloader):
            asyncio.get_running_loop().call_later(_GRACE, downloader.give_up)
        await super().stop_async()
