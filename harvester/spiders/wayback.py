"""The Wayback Machine: for each address of the archive, the newest capture that holds a good page.

First the index is listed, then captures are asked for as the site sent them (`id_`). Both are interfaces
for programs, with manners of their own: few queries of the index a minute, and a 429 or 503 obeyed to the
letter.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response
from scrapy.settings import BaseSettings

from harvester import urls
from harvester.capture import Capture
from harvester.exceptions import CaptureError, StoreError
from harvester.files.content import judge as judge_file
from harvester.reading import Harvest, Reading, read
from harvester.sources import cdx, http
from harvester.sources.cdx import Row
from harvester.spiders import arguments, index
from harvester.spiders.document import SourceUnreachable
from harvester.spiders.harvest import HarvestSpider, header
from harvester.store.archived import GOOD, Archived, Span
from harvester.store.frontier import FILES, Entry

_OTHER_COPIES = (
    "The archive survives in other copies: `scrapy crawl warc -a path=…` reads WARC files,"
    " `scrapy crawl mirror -a path=…` a saved mirror; `scrapy crawl document` the live site."
)
_TRIES = 3  # of the first query
_REFUSALS = 20  # 403, 429 and 503 of the service in a row, each obeyed, before the run gives up
_PAUSE = 30  # times RETRY_BACKOFF: how long a 429 is obeyed that does not say for how long
_HOPS = 5
_LEADS = "redirects to"  # another page of the archive
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
        self.archived: Archived
        self.index: index.Index
        self._asked: dict[str, Row] = {}
        self._tries: Counter[tuple[str, Row]] = Counter()
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
        """A page of the index, or the best capture of an address that has not been tried."""
        if entry.kind == index.KIND:
            return self._request_to(entry, entry.url, {"download_slot": index.SLOT})
        left = self._left(entry.url)
        row = left[0] if left else self.archived.best(entry.url)
        assert row
        self._asked[entry.url] = row
        return self._request_to(entry, cdx.playback(self.service, row), {"captured_at": row.fetched_at})

    def _request_to(self, entry: Entry, url: str, meta: dict[str, Any]) -> Request:
        # Captures are asked for exactly as they are listed, brackets and all.
        known = {"entry": entry, "verbatim_url": re.fullmatch(r"[!-~]+", url) is not None}
        # (The frontier knows what has been asked for.)
        return Request(url, callback=self.parse, errback=self.missed, meta=known | meta, dont_filter=True)

    def _left(self, url: str) -> list[Row]:
        """Captures of an address that this run may still ask for."""
        times = self.retries.times
        return [row for row in self.archived.candidates(url) if self._tries[url, row] < times]

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
        reason = f"HTTP {response.status}"
        if response.status in (429, 503) and not _is_capture(response):
            self._throttled(entry, response, reason)
        elif response.status >= 500 and not _is_capture(response):
            self.again(entry, reason, self._asked_to_wait(response))
        elif entry.kind == index.KIND:
            self._refusals = 0
            self.breaker.answered(entry.kind)
            self.index.listed(entry, response)
        elif 300 <= response.status < 400:
            return self._led(entry, response)
        elif response.status != 200:
            self._refused_or_bad(entry, response, reason)
        elif "partial" in response.meta:
            await self._file(entry, response)
        else:
            return self._page(entry, response)
        return None

    def _refused_or_bad(self, entry: Entry, response: Response, reason: str) -> None:
        """An error: the site's, when it was captured, or the service's own, which may pass."""
        reading = read(self.capture(response, entry), witness=False)
        if response.status in (401, 403) and not _is_capture(response) and not _is_challenge(reading):
            self._refusals += 1
            self.again(entry, reason)
            self._give_up(reason)
        else:
            self._useless(entry, reason, reading)

    def _page(self, entry: Entry, response: Response) -> Harvest | None:
        try:
            capture = self.capture(response, entry)
            reading = read(capture)
        except CaptureError as error:
            self._useless(entry, str(error))
            return None
        if reading.problem:
            self._useless(entry, f"{reading.problem.problem}: {reading.problem.detail}", reading)
        elif not self.whole(entry, capture.body):
            self._useless(entry, "the page ends in the middle", reading)
        else:
            self._good(entry)
            row = self._asked[entry.url]
            harvest = Harvest(reading, entry.url, kept=lambda: self.archived.tried(entry.url, row, GOOD))
            if reading.kind not in ("catalog", "list"):
                return harvest
            self.archive.keep(harvest)
        return None

    async def _file(self, entry: Entry, response: Response) -> None:
        assert self.desk
        partial = response.meta["partial"]
        content = judge_file(partial.head, partial.tail)
        if content != "pdf":
            self._useless(entry, f"{content}, no whole PDF")
            return
        await self.desk.keep(entry, response)
        with self.archive.page():
            self.archived.tried(entry.url, self._asked[entry.url], GOOD)
        self._good(entry)

    def capture(self, response: Response, entry: Entry) -> Capture:
        """The page as the site sent it. Raises CaptureError when it was cut as it was captured."""
        own = {name: header(response, f"X-Archive-Orig-{name}") for name in ("Content-Encoding", "Content-Length")}
        headers = {name.lower(): value for name, value in own.items() if value}
        return Capture(
            url=entry.url,
            body=http.payload(
                http.Response(200, headers, response.body), self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
            ),
            source=self.source,
            fetched_at=self.fetched_at(response),
            status=response.status,
            media_type=header(response, "Content-Type"),
            location=response.url,
        )

    def fetched_at(self, response: Response) -> str:
        """When the page left the site."""
        return str(response.meta["captured_at"])

    def _good(self, entry: Entry) -> None:
        super()._good(entry)
        self._refusals = 0

    def _led(self, entry: Entry, response: Response) -> Request | None:
        """Follow the service to a nearby capture of the same address; elsewhere the site itself redirected."""
        target = urljoin(response.url, header(response, "Location") or "")
        found = cdx.played(target)
        address = urls.recognise(found[1]) if found else None
        hops = response.meta.get("hops", 0) + 1
        if found and address and address.url == entry.url and hops <= _HOPS:
            row = Row(found[0].ljust(14, "0"), found[1], None, "", "")
            meta = {"captured_at": row.fetched_at, "hops": hops}
            request = self._request_to(entry, cdx.playback(self.service, row), meta)
            return self.desk.request(entry, request) if self.desk and entry.kind in FILES else request
        self._useless(entry, f"{_LEADS} {address.url}" if address else f"redirects out of the archive, to {target}")
        return None

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

    def again(self, entry: Entry, reason: str, wait: float | None = None) -> None:
        """Ask for the same capture again later; one that never comes leaves its place to the next."""
        if entry.kind == index.KIND:
            super().again(entry, reason, wait)
            return
        self._last_problem = reason
        self.breaker.failed()
        row = self._asked[entry.url]
        self._tries[entry.url, row] += 1
        if self._left(entry.url):
            if wait:
                self.breaker.hold(wait)
            delay = wait or self.retries.backoff(self._tries[entry.url, row])
            self.archive.frontier.retry(entry.url, reason, delay, counts=False)
        else:
            self.archive.settle(entry.url, "failed", reason)

    def keeps(self, response: Response) -> bool:
        """Only captures are kept, not what the service itself says."""
        return response.status == 200 or _is_capture(response)

    def _useless(self, entry: Entry, reason: str, reading: Reading | None = None) -> None:
        """A capture holds no good page: on to an older one, or the end of the address."""
        self._refusals = 0
        frontier, row = self.archive.frontier, self._asked[entry.url]
        with self.archive.page():
            self.archived.tried(entry.url, row, reason)
            if reading:
                self.archive.set_aside(reading, reason)
            if self._left(entry.url):
                frontier.retry(entry.url, reason, 0, counts=False)
                return
            state = self._end(entry.url, reason)
            frontier.settle(entry.url, state, reason)
        self.archive.counts[state] += 1

    def _end(self, url: str, reason: str) -> str:
        """The state of an address that has no capture left to try; `reason` is what was wrong with the last."""
        if self.archived.candidates(url):  # there are, but this run could not get them
            return "failed"
        held = self.archived.has_good(url) or reason.startswith(_LEADS)
        return "done" if held else "quarantined"

    def closed(self, reason: str) -> None:
        """A service that lists nothing has been asked in vain."""
        if self.opened and self.exit_code is None and reason == "finished" and not self.archived.count():
            self.finish(6, f"{self.service} lists no capture of the archive. {_OTHER_COPIES}")
        super().closed(reason)


def _is_challenge(reading: Reading) -> bool:
    return reading.problem is not None and reading.problem.problem == "challenge"


def _is_capture(response: Response) -> bool:
    """Whether an answer is a capture, and its status that of the site; else it is the service that speaks."""
    names = (name.lower() for name in response.headers)
    return any(name == b"memento-datetime" or name.startswith(b"x-archive-orig-") for name in names)
