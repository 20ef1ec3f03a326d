"""The live site: catalog, documents, people, places and topics.

`scrapy crawl document` goes on where the last run stopped and brings what is new.
"""

import asyncio
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request

from harvester import urls
from harvester.exceptions import HarvesterError, UsageError
from harvester.middlewares.robots import RobotsMiddleware
from harvester.pages.model import CatalogPage
from harvester.reading import Reading
from harvester.spiders import arguments
from harvester.spiders.harvest import HarvestSpider
from harvester.store.frontier import Entry

OTHER_COPIES = (
    "The archive survives in other copies: `scrapy crawl wayback` reads the Wayback Machine,"
    " `scrapy crawl warc -a path=…` WARC files, `scrapy crawl mirror -a path=…` a saved mirror."
)
_ROBOTS_TRIES = 3


class SourceUnreachable(HarvesterError):
    """Raised when the site does not answer at all, or its robots.txt fails."""

    exit_code = 4


class DocumentSpider(HarvestSpider):
    """Harvests the live site, or a server that looks like it (`-a site=URL`)."""

    name = "document"
    source = "live"
    arguments: ClassVar = {
        "site": arguments.site,
        "urls": arguments.addresses,
        "sample": arguments.count,
        "full": arguments.yes_no,
    }

    def __init__(self, *args: str, **given: str) -> None:
        super().__init__(*args, **given)
        self.site: str = self.options.get("site", urls.SITE)
        self.hosts = urls.HOSTS | {(urlsplit(self.site).hostname or "").lower()}
        self.wanted = [self._wanted(url) for url in self.options.get("urls", [])]
        self.only = [address.url for address in self.wanted] or None

    def _wanted(self, url: str) -> urls.Address:
        address = urls.recognise(url, self.site, self.hosts)
        if address is None:
            raise UsageError(f"`-a urls={url}` will not do: it is not an address of {self.site} or {urls.SITE}.")
        return address

    async def arrive(self) -> None:
        """Ask for robots.txt, a few times: whether the site answers, and what it allows."""
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        problem = ""
        for attempt in range(1, _ROBOTS_TRIES + 1):
            if attempt > 1:
                await asyncio.sleep(self._backoff(attempt - 1))
            try:
                if robots is None:  # ROBOTSTXT_OBEY is off: the user answers for it
                    return
                response = await robots.consult(self.site)
            except Exception as error:  # whatever a download raises: the site did not answer
                problem = str(error) or type(error).__name__
                continue
            if response.status < 500 and response.status != 429:
                return
            problem = f"HTTP {response.status}; a robots.txt that fails means: do not crawl"
        raise SourceUnreachable(self.unreachable(problem))

    def unreachable(self, reason: str) -> str:
        """What to tell the user when the site does not answer."""
        return f"{self.site} cannot be reached ({reason}). Nothing was changed. {OTHER_COPIES}"

    def block_message(self, reason: str) -> str:
        """What to tell the user when the site keeps us out."""
        return (
            f"{self.site} keeps this crawl out ({reason}), also after the pauses. What was harvested is kept;"
            f" the same command goes on where it was, some hours later. {OTHER_COPIES}"
        )

    def seed(self) -> None:
        """The wanted addresses, or the lists that lead to all others."""
        frontier = self.archive.frontier
        with self.archive.page():
            if self.wanted:
                frontier.again(self.wanted)
                return
            frontier.retry_failed()
            if self.options.get("full"):
                frontier.all_again()
            lists = [urls.recognise(f"/{name}") for name in urls.LISTS]
            frontier.add([address for address in lists if address])
            frontier.again([a for a in [urls.recognise("/search")] if a])

    def learnt(self, reading: Reading) -> None:
        """Of the first page of a list: ask for the rest of it, when it is not as known."""
        page = reading.catalog
        if page is not None and self.only is None:
            reading.links.extend(self._rest(page))

    def _rest(self, page: CatalogPage) -> list[urls.Address]:
        """The other pages of a list of which `page` is one."""
        size = len(page.entries)
        if not size:
            return []
        if page.page == 0 and page.total:
            numbers = range(1, -(-page.total // size))
        elif page.total is None:
            numbers = range(page.page + 1, page.page + 2)
        else:
            numbers = range(0)
        found = [urls.recognise(urls.catalog(number, page.topic)) for number in numbers]
        return [address for address in found if address]

    def enough(self) -> bool:
        """With `-a sample=N`: whether N documents are here, or on their way."""
        wanted: int | None = self.options.get("sample")
        return wanted is not None and self.archive.counts["documents"] + self.archive.frontier.in_flight >= wanted

    def request_for(self, entry: Entry) -> Request:
        """Ask for an address; a page met before, on condition that it has changed."""
        headers = {"If-None-Match": entry.etag, "If-Modified-Since": entry.last_modified}
        return Request(
            urls.at(self.site, entry.url),
            callback=self.parse,
            errback=self.missed,
            headers={name: value for name, value in headers.items() if value},
            meta={"entry": entry},
            dont_filter=True,  # the frontier knows what has been asked for
        )
