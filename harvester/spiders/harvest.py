"""What the spiders that ask a server have in common: the frontier feeds them, every answer is judged.

A subclass says where captures come from. It may raise HarvesterError; the run then ends with the
error's exit code and message. Nothing here parses a page.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Mapping
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urljoin

from scrapy import Request, Spider
from scrapy.exceptions import CannotResolveHostError, DownloadConnectionRefusedError, IgnoreRequest
from scrapy.http import Response
from twisted.internet.error import ConnectError
from twisted.python.failure import Failure

from harvester import urls
from harvester.capture import Capture
from harvester.exceptions import HarvesterError
from harvester.reading import Harvest, Reading, read
from harvester.spiders import arguments
from harvester.spiders.breaker import Breaker
from harvester.store.archive import Archive, now
from harvester.store.frontier import Entry
from harvester.store.lock import Lock

_BLOCKS = (403, 429)
_GONE = (404, 410)
UNREACHABLE = (ConnectError, CannotResolveHostError, DownloadConnectionRefusedError)


class HarvestSpider(Spider):
    """Feeds requests from the frontier and settles each address by what came of it."""

    source: ClassVar[str]
    arguments: ClassVar[Mapping[str, Callable[[str], Any]]]

    def __init__(self, *args: Any, **given: str) -> None:
        self.options = arguments.read(self.name, self.arguments, given)
        self.given = given
        self.exit_code: int | None = None
        self.reason = ""
        self.hosts = urls.HOSTS
        self._cut: dict[str, str] = {}
        self.only: list[str] | None = None
        """When given, the only addresses this run asks for."""
        super().__init__(*args)

    # -- what a subclass says ---------------------------------------------------------------

    async def arrive(self) -> None:
        """Make sure the source answers, before anything is written. Raises HarvesterError."""

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

    def learnt(self, reading: Reading) -> None:
        """Called for each good page, before it is written, inside no transaction."""

    # -- the run ----------------------------------------------------------------------------

    async def start(self) -> AsyncIterator[Any]:
        """Every request of the run, each when its turn has come."""
        settings = self.crawler.settings
        self.breaker = Breaker(
            settings.getint("BLOCK_SIGNS"), settings.getfloat("BLOCK_PAUSE"), settings.getint("BLOCK_RETRIES")
        )
        output = Path(settings["HARVEST_OUTPUT"])
        try:
            output.mkdir(parents=True, exist_ok=True)
            self.lock = Lock(output, self.name, now())
            await self.arrive()
            self.archive = Archive(output, self.source, self.name, self.given, self.lock)
            self.answered = asyncio.Event()
            self.archive.frontier.freed = self.answered.set
            self.seed()
            async for request in self._feed():
                yield request
        except HarvesterError as error:
            self.finish(error.exit_code, str(error))

    async def _feed(self) -> AsyncIterator[Request]:
        frontier = self.archive.frontier
        ahead = self.crawler.settings.getint("CONCURRENT_REQUESTS") + 1
        while self.exit_code is None:
            if self.breaker.left:
                await asyncio.sleep(min(self.breaker.left, 1.0))
                continue
            entry = None if self.enough() or frontier.in_flight >= ahead else frontier.take(self.only)
            if entry is not None:
                yield self.request_for(entry)
                continue
            due = None if self.enough() else frontier.wait(self.only)
            if due is None and not frontier.in_flight and not self.more():
                return
            self.answered.clear()
            try:
                await asyncio.wait_for(self.answered.wait(), 1.0 if due is None else max(0.01, min(due, 1.0)))
            except TimeoutError:
                continue

    def finish(self, exit_code: int, reason: str) -> None:
        """End the run: what is in flight may still be answered, nothing more is asked for."""
        if self.exit_code is None:
            self.exit_code, self.reason = exit_code, reason
            self.logger.error(reason)

    def closed(self, reason: str) -> None:
        """Complete the run's row."""
        archive = getattr(self, "archive", None)
        if self.exit_code is None:
            failed = archive.counts["failed"] if archive else 0
            if reason != "finished":
                self.exit_code, self.reason = 6, f"stopped: {reason}; the same command goes on where it was"
            elif failed:
                self.exit_code, self.reason = 6, f"{failed} addresses failed after retries"
            else:
                self.exit_code, self.reason = 0, "complete"
        if archive:
            archive.close(self.exit_code, self.reason)
        elif lock := getattr(self, "lock", None):
            lock.release()

    # -- judging answers --------------------------------------------------------------------

    async def parse(self, response: Response) -> AsyncIterator[Any]:
        """Judge an answer: keep it, ask again, or end its address."""
        entry: Entry = response.meta["entry"]
        if response.status == 304:
            self.breaker.answered()
            self.archive.unchanged(entry.url)
            return
        if 300 <= response.status < 400:
            self._redirected(entry, response)
            return
        reading = read(self.capture(response, entry))
        problem = reading.problem
        if problem and (problem.problem == "challenge" or response.status in _BLOCKS):
            self._blocked(entry, response, reading)
        elif response.status in _GONE:
            self.breaker.answered()
            self.archive.gone(entry.url, f"HTTP {response.status}")
        elif response.status >= 400 or (problem and problem.problem in ("error", "empty")):
            detail = problem.detail if problem else ""
            self._again(entry, f"HTTP {response.status} {detail}".strip(), self._retry_after(response))
        elif problem:
            self.breaker.answered()
            self.archive.quarantine(reading, entry.url, problem.problem, problem.detail)
        elif b"</html" not in response.body[-4096:].lower() and not self._same_again(entry, reading):
            self._again(entry, "the page ends in the middle")
        else:
            self.breaker.answered()
            self.learnt(reading)
            harvest = Harvest(reading, entry.url, _header(response, "ETag"), _header(response, "Last-Modified"))
            if reading.kind in ("catalog", "list"):
                self.archive.keep(harvest)
            else:
                yield harvest

    def capture(self, response: Response, entry: Entry) -> Capture:
        """The capture that a response is."""
        return Capture(
            url=entry.url,
            body=response.body,
            source=self.source,
            fetched_at=now(),
            status=response.status,
            media_type=_header(response, "Content-Type"),
        )

    def missed(self, failure: Failure) -> None:
        """Judge a request that brought no answer."""
        entry: Entry = failure.request.meta["entry"]  # type: ignore[attr-defined]
        reason = f"{failure.type.__name__}: {failure.getErrorMessage()}" if failure.type else str(failure)
        if failure.check(IgnoreRequest):
            self.archive.settle(entry.url, "excluded", failure.getErrorMessage())
        elif failure.check(*UNREACHABLE) and self.breaker.unreachable():
            self.archive.frontier.retry(entry.url, reason, 0, counts=False)
            self.finish(4, self.unreachable(reason))
        else:
            self._again(entry, reason)

    def unreachable(self, reason: str) -> str:
        """What to tell the user when the source does not answer."""
        return reason

    def _redirected(self, entry: Entry, response: Response) -> None:
        target = urljoin(response.url, (_header(response, "Location") or "").strip())
        address = urls.recognise(target, response.url, self.hosts)
        self.breaker.answered()
        if address is None:
            self.archive.settle(entry.url, "failed", f"redirects off the archive, to {target}: refused")
        elif address.url == entry.url:
            self.archive.settle(entry.url, "failed", f"redirects to itself, by {target}: refused")
        else:
            with self.archive.page():
                self.archive.frontier.add([address])
            if self.only is not None:
                self.only.append(address.url)
            self.archive.settle(entry.url, "done", f"redirects to {address.url}")

    def _blocked(self, entry: Entry, response: Response, reading: Reading) -> None:
        detail = reading.problem.detail if reading.problem else ""
        reason = f"HTTP {response.status} {detail}".strip()
        if self.breaker.blocked(entry.url):
            self.archive.frontier.retry(entry.url, reason, 0, counts=False)
            self.finish(3, self.block_message(reason))
            return
        if entry.attempts + 1 >= self.crawler.settings.getint("RETRY_TIMES") and self.breaker.good:
            self.archive.quarantine(reading, entry.url, "blocked", reason)
            return
        wait = self._retry_after(response) or self._backoff(len(self.breaker.signs))
        self.breaker.hold(wait)
        self.archive.frontier.retry(entry.url, reason, wait)

    def block_message(self, reason: str) -> str:
        """What to tell the user when the site keeps us out."""
        return reason

    def _again(self, entry: Entry, reason: str, wait: float | None = None) -> None:
        if entry.attempts + 1 >= self.crawler.settings.getint("RETRY_TIMES"):
            self.archive.settle(entry.url, "failed", reason)
            return
        if wait:
            self.breaker.hold(wait)
        self.archive.frontier.retry(entry.url, reason, wait or self._backoff(entry.attempts + 1))

    def _backoff(self, attempt: int) -> float:
        settings = self.crawler.settings
        longest = min(settings.getfloat("RETRY_BACKOFF") * 2 ** (attempt - 1), settings.getfloat("RETRY_BACKOFF_MAX"))
        return longest * random.uniform(0.5, 1.0)  # noqa: S311

    def _retry_after(self, response: Response) -> float | None:
        text = _header(response, "Retry-After")
        if not text:
            return None
        cap = self.crawler.settings.getfloat("RETRY_BACKOFF_MAX")
        if text.isascii() and text.isdigit():
            return min(float(text), cap)
        try:
            until = parsedate_to_datetime(text).timestamp()
        except (TypeError, ValueError):
            return None
        sent = _header(response, "Date")
        base = parsedate_to_datetime(sent).timestamp() if sent else until
        return min(max(0.0, until - base), cap)

    def _same_again(self, entry: Entry, reading: Reading) -> bool:
        """Whether a page that seems cut came the same way before: then that is how it is."""
        before = self._cut.get(entry.url)
        self._cut[entry.url] = reading.provenance.digest
        return before == reading.provenance.digest


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
