"""Spiders that ask a server: every answer is judged. Nothing here parses a page.

An answer is kept, asked for again, or ends its address. A HarvesterError ends the run.
"""

import asyncio
import re
from collections import Counter
from collections.abc import AsyncIterator
from functools import partial
from typing import Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, IgnoreRequest
from scrapy.http import Response
from twisted.internet.defer import CancelledError
from twisted.internet.error import ConnectError
from twisted.python.failure import Failure

from harvester import urls
from harvester.capture import Capture
from harvester.clock import now
from harvester.exceptions import StoreError
from harvester.items import Document
from harvester.reading import Harvest, Reading, read
from harvester.spiders.feeding import FeedingSpider
from harvester.spiders.files import FileDesk
from harvester.spiders.reasons import reason as why
from harvester.store.frontier import Entry

_GONE = (404, 410)
_REFUSED = (401, 403, 429)
_REPEATS = 4  # a page that is wrong in the very same way so often is no accident
_HABIT = 5  # addresses without an end before a site is believed to write none
_HOPS = 5  # redirects in a chain
_NOT_OURS = ("home", "essay", "legacy-search")
_BEGINS = re.compile(rb"<!doctype html|<html|<body", re.IGNORECASE)
_ENDS = re.compile(rb"</html|</body", re.IGNORECASE)
UNREACHABLE = (ConnectError, CannotResolveHostError, DownloadConnectionRefusedError)


class HarvestSpider(FeedingSpider):
    """Settles each address of the frontier by what came of it."""

    def __init__(self, *args: Any, **given: str) -> None:
        super().__init__(*args, **given)
        self._repeats: Counter[tuple[str, str]] = Counter()
        self._ends = 0
        self._endless: set[str] = set()
        self._led_from: dict[str, str] = {}

    # -- what a subclass says ---------------------------------------------------------------

    def offers(self, address: urls.Address) -> bool:
        """Whether a file that a page names can be asked for."""
        return True

    def learnt(self, reading: Reading) -> None:
        """Called for each page of a list, inside the transaction that keeps it."""

    # -- judging answers --------------------------------------------------------------------

    async def parse(self, response: Response) -> AsyncIterator[Harvest | Request]:
        """Judge an answer: keep it, ask again, or end its address."""
        entry: Entry = response.meta["entry"]
        harvest = None
        try:
            if self.desk and self.desk.judges(response):
                for request in await self.desk.judge(entry, response):
                    yield request
            else:
                harvest = self.judge(entry, response)
        except StoreError as error:
            self.archive.frontier.release(entry.url)
            self.finish(error.exit_code, str(error))
            return
        if harvest:
            yield harvest

    def judge(self, entry: Entry, response: Response) -> Harvest | None:
        """The harvest of a good page, for the pipelines; None when the address has been seen to here."""
        if response.status == 304:
            self._good(entry)
            self.archive.unchanged(entry.url)
            return None
        if 300 <= response.status < 400:
            self._redirected(entry, response)
            return None
        reading = read(self.capture(response, entry))
        problem = reading.problem
        reason = f"HTTP {response.status}" + (f": {problem.problem}, {problem.detail}" if problem else "")
        wait = self.retries.asked(partial(header, response))
        if response.status in _REFUSED or (problem and problem.problem == "challenge"):
            self.blocked(entry, reading, reason, wait)
        elif response.status in _GONE:
            self._good(entry)
            self.archive.gone(entry.url, f"HTTP {response.status}")
        elif response.status >= 400 or (problem and problem.problem in ("error", "empty")):
            self.again(entry, reason, wait)
        elif not self.whole(entry, response.body):
            self.again(entry, "the page ends in the middle")
        elif problem:
            self._not_a_page(entry, reading, reason)
        else:
            self._good(entry)
            harvest = Harvest(reading, entry.url, *self._validators(reading, response))
            if reading.kind not in ("catalog", "list"):
                return harvest
            self.archive.keep(harvest, self.learnt)
        return None

    def file_desk(self) -> FileDesk:
        """Who sees to the PDFs: they are judged as pages are."""
        return FileDesk(self)

    async def is_well(self, entry: Entry) -> bool:
        """Whether an address brings a good page now."""
        try:
            response = await self.crawler.engine.download_async(self.request_for(entry))
            return response.status == 304 or not read(self.capture(response, entry)).problem
        except Exception as error:  # whatever a download raises: it is not well
            self.logger.info("%s, good before, does not come: %s", entry.url, error)
            return False

    def capture(self, response: Response, entry: Entry) -> Capture:
        """The capture that a response is."""
        return Capture(
            url=entry.url,
            body=response.body,
            source=self.source,
            fetched_at=self.fetched_at(response),
            status=response.status,
            media_type=header(response, "Content-Type"),
            location=response.meta.get("location"),
        )

    def keeps(self, response: Response) -> bool:
        """Whether an answer is one to be kept in `captures/`."""
        return response.status != 304

    def fetched_at(self, response: Response) -> str:
        """When the bytes of a response left the site."""
        return response.meta.get("received_at") or now()

    def missed(self, failure: Failure) -> None:
        """Judge a request that brought no answer."""
        entry: Entry = failure.request.meta["entry"]  # type: ignore[attr-defined]
        reason = why(failure.value)
        try:
            if self.desk and self.desk.missed(entry, failure):
                return
            if failure.check(CancelledError, asyncio.CancelledError):  # the run is being stopped
                self.archive.frontier.release(entry.url)
            elif failure.check(StoreError):
                self.archive.frontier.release(entry.url)
                self.finish(1, failure.getErrorMessage())
            elif failure.check(IgnoreRequest):
                self.archive.settle(entry.url, "excluded", failure.getErrorMessage())
            elif failure.check(*UNREACHABLE):
                self._refused(entry, reason)
            else:
                self.again(entry, reason)
        except StoreError as error:
            self.archive.frontier.release(entry.url)
            self.finish(error.exit_code, str(error))

    def closed(self, reason: str) -> None:
        """End the reading of files before the run is judged and its row completed."""
        if self.desk:
            self.desk.stop()
        super().closed(reason)

    def broken(self, failure: Failure, response: Response | Failure | None = None) -> None:
        """An error nobody foresaw ends one address, not the run."""
        super().broken(failure)
        request = getattr(response, "request", None)
        entry = request.meta.get("entry") if request else None
        if entry is None:
            return
        try:
            if self.exit_code is None:
                self.archive.settle(entry.url, "failed", str(self.unforeseen))
        except StoreError as error:
            self.finish(error.exit_code, str(error))
        self.archive.frontier.release(entry.url)

    def _good(self, entry: Entry) -> None:
        self.breaker.answered(entry.kind)
        self.canary = entry

    def _validators(self, reading: Reading, response: Response) -> tuple[str, str]:
        """ETag and Last-Modified, for conditional requests; not of lists, nor of pages that were guessed at."""
        documents = [record for record in reading.records if isinstance(record, Document)]
        if reading.kind in ("catalog", "list") or any(d.flags or d.text_from == "trafilatura" for d in documents):
            return "", ""
        return header(response, "ETag") or "", header(response, "Last-Modified") or ""

    def _redirected(self, entry: Entry, response: Response) -> None:
        target = urljoin(response.url, (header(response, "Location") or "").strip())
        address = urls.recognise(target, response.url, self.hosts)
        self.breaker.answered(entry.kind)
        chain = [entry.url]
        while chain[-1] in self._led_from:
            chain.append(self._led_from[chain[-1]])
        if address is None or address.kind in _NOT_OURS:
            self.archive.settle(entry.url, "failed", f"redirects out of the archive, to {target}: refused")
        elif address.url in chain:
            self.archive.settle(entry.url, "failed", f"redirects in a circle, to {target}: refused")
        elif len(chain) > _HOPS:
            self.archive.settle(entry.url, "failed", f"redirects too often, the last time to {target}: refused")
        else:
            self._led_from[address.url] = entry.url
            if self.only is not None:
                self.only.append(address.url)
            self.archive.moved(entry.url, address)

    def blocked(self, entry: Entry, reading: Reading, reason: str, wait: float | None) -> None:
        """See to a sign of a block."""
        self.last_problem = reason
        own = self.breaker.blocked(entry.url, entry.kind)
        if own and entry.attempts + 1 >= self.retries.times:
            if reading.problem and reading.problem.problem == "challenge":
                self.archive.quarantine(reading, entry.url, "challenge", reason)
            else:
                self.archive.settle(entry.url, "failed", reason)
            return
        wait = self.retries.backoff(1) if wait is None else wait
        self.breaker.hold(wait)
        # Later than the hold ends, so that another address is asked first: is it this one, or the site?
        self.archive.frontier.retry(entry.url, reason, wait + self.retries.backoff(entry.attempts + 1), counts=own)

    def _refused(self, entry: Entry, reason: str) -> None:
        self.last_problem = reason
        self.archive.frontier.retry(entry.url, reason, 0, counts=False)
        if self.breaker.refused():
            self.finish(4, self.unreachable(reason))
        self.breaker.hold(self.retries.backoff(self.breaker.refusals))

    def _not_a_page(self, entry: Entry, reading: Reading, reason: str) -> None:
        """A page of another kind: perhaps an accident; when it stays the same, what the site has there."""
        assert reading.problem
        key = entry.url, reading.provenance.digest
        self._repeats[key] += 1
        if self._repeats[key] >= _REPEATS or entry.attempts + 1 >= self.retries.times:
            self.breaker.answered(entry.kind)
            self.archive.quarantine(reading, entry.url, reading.problem.problem, reading.problem.detail)
        else:
            self.again(entry, reason)

    def again(self, entry: Entry, reason: str, wait: float | None = None) -> None:
        """Ask again later, or end an address that has been tried often enough."""
        self.last_problem = reason
        self.breaker.failed()
        if entry.attempts + 1 >= self.retries.times:
            self.archive.settle(entry.url, "failed", reason)
            return
        if wait:
            self.breaker.hold(wait)
        self.archive.frontier.retry(entry.url, reason, wait or self.retries.backoff(entry.attempts + 1))

    def whole(self, entry: Entry, body: bytes) -> bool:
        """Whether a page that has a beginning has an end; a site that never writes one is believed in the end."""
        if not _BEGINS.search(body[:4096]):
            return True
        if _ENDS.search(body[-4096:]):
            self._ends += 1
            return True
        self._endless.add(entry.url)
        return not self._ends and len(self._endless) >= _HABIT


def header(response: Response, name: str) -> str | None:
    """A header of a response, as text."""
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
