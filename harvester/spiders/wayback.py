"""The Wayback Machine: for each address of the archive, the newest capture that holds a good page.

First the index is listed, then captures are asked for as the site sent them (`id_`). Both are interfaces
for programs, with manners of their own: few queries of the index a minute, and a 429 or 503 obeyed to the
letter.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Any, ClassVar

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings

from harvester import urls
from harvester.capture import Capture
from harvester.exceptions import StoreError
from harvester.reading import Harvest, read
from harvester.sources import cdx
from harvester.spiders import arguments, index
from harvester.spiders.document import SourceUnreachable
from harvester.spiders.harvest import HarvestSpider, header
from harvester.spiders.playback import Playback, is_capture
from harvester.store.archived import Archived, Span
from harvester.store.frontier import Entry

_OTHER_COPIES = (
    "The archive survives in other copies: `scrapy crawl warc -a path=…` reads WARC files,"
    " `scrapy crawl mirror -a path=…` a saved mirror; `scrapy crawl document` the live site."
)
_TRIES = 3  # of the first query
_REFUSALS = 20  # 403, 429 and 503 of the service in a row, each obeyed, before the run gives up
_PAUSE = 30  # times RETRY_BACKOFF: how long a 429 is obeyed that does not say for how long
_NO_CAPTURE = "no capture from the time asked for"


class WaybackSpider(HarvestSpider):
    """Harvests the Wayback Machine, or a service that speaks as it does (`-a service=URL`)."""

    name = "wayback"
    source = "wayback"
    ahead = 0  # a request under way when a 429 comes in would disobey it
    arguments: ClassVar = {
        "service": arguments.site,
        "from": arguments.moment,
        "to": arguments.moment,
        "files": arguments.yes_no,
        "ocr": arguments.ocr,
    }
    custom_settings = {  # noqa: RUF012  (Scrapy's, declared on the instance)
        "RETRY_AFTER_MAX": 7200.0,
        "ROBOTSTXT_OBEY": False,  # these are interfaces for programs; robots.txt speaks of pages
    }

    def __init__(self, *args: str, **given: str) -> None:
        super().__init__(*args, **given)
        self.service: str = self.options.get("service", cdx.SERVICE)
        self.asked = self.service
        if "from" in self.options and "to" in self.options:
            arguments.in_order(self.options["from"], self.options["to"])
        self.archived: Archived
        self.index: index.Index
        self.playback: Playback
        self._refusals = 0

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Give the index its pace."""
        super().update_settings(settings)
        delay = 60 / max(settings.getfloat("WAYBACK_CDX_PER_MINUTE"), 0.001)
        settings.set("DOWNLOAD_SLOTS", {index.SLOT: {"concurrency": 1, "delay": delay, "jitter": 0}}, "spider")

    # -- what there is -----------------------------------------------------------------------

    async def arrive(self) -> None:
        """Ask the index for one capture: whether the service is there."""
        request = Request(cdx.query(self.service, f"{urls.HOST}/*", 1), meta={"download_slot": index.SLOT})
        problem = ""
        for attempt in range(1, _TRIES + 1):
            try:
                response = await self.crawler.engine.download_async(request)
            except Exception as error:  # whatever a download raises: the service did not answer
                problem = f"{type(error).__name__}: {error}"
                await asyncio.sleep(self.retries.backoff(attempt))
                continue
            if response.status < 500 and response.status != 429:
                return
            problem = f"HTTP {response.status}"
            asked = self._asked_to_wait(response)
            await asyncio.sleep(self._pause(attempt) if asked is None else asked)
        raise SourceUnreachable(self.unreachable(problem))

    def unreachable(self, reason: str) -> str:
        """What to tell the user when the service does not answer."""
        kept = "What was harvested is kept" if self.opened else "Nothing was changed"
        return f"{self.service} cannot be reached ({reason}). {kept}; the same command tries again. {_OTHER_COPIES}"

    def block_message(self, reason: str) -> str:
        """What to tell the user when the service keeps us out."""
        return (
            f"{self.service} keeps this crawl out ({reason}), also after the pauses it asked for. What was"
            f" harvested is kept; the same command goes on where it was, some hours later. {_OTHER_COPIES}"
        )

    def seed(self) -> None:
        """The index, from where it was listed last; and what earlier runs left."""
        span = self.options.get("from"), self.options.get("to")
        self.archived = Archived(self.archive.db, Span(*span))
        self.index = index.Index(self, self.archived, span)
        self.playback = Playback(self, self.archived)
        frontier = self.archive.frontier
        with self.archive.page():
            frontier.retry_failed(challenged=False)
            frontier.again_if_excluded(_NO_CAPTURE)
            for url in frontier.pending():
                if urls.recognise(url) and not self.archived.candidates(url):
                    frontier.settle(url, "excluded", _NO_CAPTURE)
            self.index.seed()

    def more(self) -> bool:
        """Another way to ask for the index, when it listed nothing."""
        return self.index.more()

    def offers(self, address: urls.Address) -> bool:
        """Whether the service has captures of a file."""
        return self.archived.best(address.url) is not None

    def request_for(self, entry: Entry) -> Request:
        """A page of the index, or a capture."""
        if entry.kind == index.KIND:
            return self.request_to(entry, entry.url, {"download_slot": index.SLOT})
        return self.playback.request_for(entry)

    def request_to(self, entry: Entry, url: str, meta: dict[str, Any]) -> Request:
        """A request for an address of the service, on behalf of one of the archive."""
        # (The frontier knows what has been asked for.)
        return Request(url, callback=self.parse, errback=self.missed, meta={"entry": entry} | meta, dont_filter=True)

    # -- judging answers --------------------------------------------------------------------

    async def parse(self, response: Response) -> AsyncIterator[Harvest | Request]:
        """Judge an answer: of the index, of a file, of a page."""
        entry: Entry = response.meta["entry"]
        try:
            if found := await self._judge(entry, response):
                yield found
        except StoreError as error:
            self.archive.frontier.release(entry.url)
            self.finish(error.exit_code, str(error))
        finally:
            if partial := response.meta.get("partial"):
                partial.discard()

    async def _judge(self, entry: Entry, response: Response) -> Harvest | Request | None:
        status, reason = response.status, f"HTTP {response.status}"
        if status < 400 or is_capture(response):
            self._refusals = 0
            self.breaker.answered(entry.kind)
        if entry.kind != index.KIND and (status < 400 or is_capture(response)):
            return await self.playback.judge(entry, response)
        if status in (429, 503):
            self._throttled(entry, response, reason)
        elif status >= 500:
            self.again(entry, reason, self._asked_to_wait(response))
        elif entry.kind == index.KIND:
            self.index.listed(entry, response)
        elif status in (401, 403) and not self._is_challenge(entry, response):
            self._refusals += 1
            self.again(entry, reason)
            self._give_up(reason)
        else:
            return await self.playback.judge(entry, response)
        return None

    def _is_challenge(self, entry: Entry, response: Response) -> bool:
        """Whether a 403 is the site's own, when it was captured: the service has no challenges."""
        problem = read(self.capture(response, entry), witness=False).problem
        return problem is not None and problem.problem == "challenge"

    def capture(self, response: Response, entry: Entry) -> Capture:
        """The page as the site sent it."""
        return self.playback.capture(response, entry)

    def fetched_at(self, response: Response) -> str:
        """When the page left the site."""
        return str(response.meta["captured_at"])

    def well(self, entry: Entry) -> None:
        """A good page or file: one to ask for again, when the service is in doubt."""
        self._good(entry)

    def keeps(self, response: Response) -> bool:
        """Only captures are kept, not what the service itself says."""
        return response.status == 200 or is_capture(response)

    def again(self, entry: Entry, reason: str, wait: float | None = None) -> None:
        """Ask again later, or end a page of the index, or go on to another capture."""
        if entry.kind == index.KIND:
            super().again(entry, reason, wait)
            return
        self.last_problem = reason
        self.breaker.failed()
        self.playback.again(entry, reason, wait)

    def _throttled(self, entry: Entry, response: Response, reason: str) -> None:
        """Obey a 429 or 503; it tells nothing about the address."""
        self._refusals += 1
        asked = self._asked_to_wait(response)
        wait = self._pause(self._refusals) if asked is None else asked
        self.logger.info("%s asks for a pause of %g seconds (%s)", self.service, wait, reason)
        self.breaker.hold(wait)
        self.archive.frontier.retry(entry.url, reason, wait, counts=False)
        self._give_up(reason)

    def _give_up(self, reason: str) -> None:
        if self._refusals > _REFUSALS:
            self.finish(3, self.block_message(reason))

    def _asked_to_wait(self, response: Response) -> float | None:
        return self.retries.asked(lambda name: header(response, name))

    def _pause(self, times: int) -> float:
        first = _PAUSE * self.crawler.settings.getfloat("RETRY_BACKOFF")
        return min(first * 2.0 ** min(times - 1, 60), self.retries.cap)

    def closed(self, reason: str) -> None:
        """A service that lists nothing has been asked in vain."""
        if self.opened and self.exit_code is None and reason == "finished" and not self.archived.count():
            self.finish(6, f"{self.service} lists no capture of the archive. {_OTHER_COPIES}")
        super().closed(reason)
