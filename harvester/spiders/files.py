"""What a spider does about PDFs: has them streamed to disk, judges what came, and has them read meanwhile.

The same manners, frontier and retries as for pages; what the bytes are decides, not what they are called.
Raises StoreError.
"""

import asyncio
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from scrapy import Request
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from twisted.python.failure import Failure

from harvester import urls
from harvester.capture import Capture
from harvester.clock import now
from harvester.exceptions import StoreError
from harvester.files import ocr
from harvester.files.content import judge
from harvester.files.intake import Intake, Origin
from harvester.files.queue import ReadingQueue
from harvester.files.reader import Limits
from harvester.files.vault import Partial
from harvester.items import Record
from harvester.reading import Reading, read
from harvester.store.frontier import FILES, Entry

if TYPE_CHECKING:
    from harvester.spiders.harvest import HarvestSpider
    from harvester.spiders.run import RunSpider

_CERTAIN = 3  # times that a file which seems cut must come the same in one run, to be believed that it is so
_HOPS = 5
_LOOKED_AT = 1 << 20
"""Bytes of what is no PDF that are looked at to tell what it is."""


def reading_queue(spider: "RunSpider", at_once: int = 1) -> ReadingQueue:
    """The queue that reads the files of a spider's run, so many at once, within the limits of the settings."""
    settings = spider.crawler.settings
    limits = Limits(
        settings.getfloat("FILES_READ_TIMEOUT"),
        settings.getint("FILES_READ_MEMORY"),
        settings.getfloat("OCR_PAGE_TIMEOUT"),
    )
    return ReadingQueue(spider.archive, limits, ocr.packs() if spider.options.get("ocr") else None, at_once)


class FileDesk:
    """Stands between a spider and the files of its archive, for one run."""

    def __init__(self, spider: "HarvestSpider") -> None:
        self.spider, self.archive = spider, spider.archive
        settings = spider.crawler.settings
        self.largest = settings.getint("FILES_MAXSIZE")
        self._timeout = settings.getfloat("FILES_TIMEOUT")
        self.intake = Intake(self.archive)
        self.queue = reading_queue(spider)
        self.intake.arrived = self.queue.arrived
        self.intake.offered = spider.offers
        self._came: dict[str, list[str]] = {}
        """Address → the SHA-256 of what came, at each try of this run."""

    def open(self) -> None:
        """Ask for every file that is named and not held whole, and begin to read what is held."""
        self.archive.written = self._written
        self.intake.vault.clean()
        if self.spider.only is None:
            with self.archive.page():
                missing = self.intake.missing(self.largest)
                self.archive.frontier.add(missing)
                self.archive.frontier.again_if_done(missing)
        self._reading = asyncio.create_task(self.queue.run())

    async def close(self) -> None:
        """Wait until all that is held has been read."""
        self.queue.finish()
        await self._reading

    def stop(self) -> None:
        """Stop reading; the next run goes on with it."""
        self._reading.cancel()

    def request(self, entry: Entry, request: Request) -> Request:
        """Have the answer to a request for a file streamed to disk."""
        headers = request.headers.copy()
        headers["Accept-Encoding"] = "identity"  # so that sizes and checksums are those of the file
        known = {"If-None-Match": entry.etag, "If-Modified-Since": entry.last_modified}
        held = self.intake.files.held(entry.url) is not None
        for name, value in known.items():
            headers.pop(name, None)
            if held and value:
                headers[name] = value
        meta = request.meta | {
            "partial": self.intake.vault.partial(),
            "download_maxsize": self.largest,
            "download_warnsize": 0,
            "download_timeout": self._timeout,
        }
        return request.replace(headers=headers, meta=meta)

    def _written(self, record: Record, outcome: str) -> None:
        """Ask for the files of a document that was written, again when it has changed."""
        addresses = self.intake.asked(record, again=outcome == "changed")
        if self.spider.only is not None:
            self.spider.only.extend(address.url for address in addresses)

    # -- judging answers --------------------------------------------------------------------

    def judges(self, response: Response) -> bool:
        """Whether an answer is for this desk; what is not (403, 5xx …) is judged as that of a page."""
        if "partial" not in response.meta:
            return False
        if response.status != 200:
            response.meta["partial"].discard()
        return response.status in (200, 301, 302, 303, 304, 307, 308, 404, 410)

    async def judge(self, entry: Entry, response: Response) -> list[Request]:
        """Keep a file, ask again, or end its address; returns the requests that follow a redirect."""
        if response.status == 200:
            try:
                await self._received(entry, response)
            finally:
                response.meta["partial"].discard()
        elif response.status == 304:
            self.spider.breaker.answered(entry.kind)
            self.intake.unchanged(entry.url)
        elif response.status in (404, 410):
            self.spider.breaker.answered(entry.kind)
            self.intake.without(entry.url, "absent", f"HTTP {response.status}")
        else:
            return list(self._redirected(entry, response))
        return []

    def missed(self, entry: Entry, failure: Failure) -> bool:
        """Judge a request that brought no answer; False when it is to be judged as that of a page."""
        meta = failure.request.meta  # type: ignore[attr-defined]
        partial: Partial | None = meta.get("partial")
        if partial is None:
            return False
        partial.discard()
        if isinstance(failure.value, StoreError):
            raise failure.value
        if not failure.check(DownloadCancelledError):
            return False
        if partial.stopped:
            self.spider.again(entry, f"given up: {partial.stopped}")
        elif meta["download_maxsize"] == self.largest:
            reason = f"larger than FILES_MAXSIZE ({self.largest:,} bytes)"
            self.intake.without(entry.url, "too-large", reason, self.largest + 1)
        else:
            return False
        return True

    async def _received(self, entry: Entry, response: Response) -> None:
        partial: Partial = response.meta["partial"]
        content = judge(partial.head, partial.tail)
        reason = f"the file is {content}, at {partial.size:,} bytes"
        seen = self._came.setdefault(entry.url, [])
        seen.append(partial.sha256)
        times = self.spider.retries.times
        last, certain = entry.attempts + 1 >= times, len(seen) >= min(_CERTAIN, times)
        if content == "pdf" or (content == "cut" and last and certain and seen == seen[:1] * len(seen)):
            await self.keep(entry, response)
        elif content == "cut" and last and not certain:  # runs that were killed have used up the tries
            self.archive.frontier.retry(entry.url, reason, self.spider.retries.backoff(len(seen)), counts=False)
        elif content in ("cut", "empty"):
            self.spider.again(entry, reason)
        else:
            self._no_file(entry, response, partial, content)

    async def keep(self, entry: Entry, response: Response) -> None:
        """Take what came for the file of an address."""
        partial: Partial = response.meta["partial"]
        path = await asyncio.to_thread(self.intake.vault.keep, partial)
        self.spider.breaker.answered(entry.kind)
        self.intake.keep(
            path,
            partial,
            Origin(entry.url, self.spider.fetched_at(response), _header(response, "Content-Type")),
            entry.url,
            target=response.meta.get("target"),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
        )

    def _no_file(self, entry: Entry, response: Response, partial: Partial, content: str) -> None:
        reading = self._page(entry, response, partial)
        problem = reading.problem.problem if reading.problem else content
        reason = f"a {content}, not a PDF" + (f": {problem}, {reading.problem.detail}" if reading.problem else "")
        if problem == "challenge":
            self.spider.blocked(entry, reading, reason, None)
        elif problem == "error":
            self.spider.again(entry, reason)
        elif problem == "not-found":
            self.spider.breaker.answered(entry.kind)
            self.intake.without(entry.url, "absent", reason)
        else:
            self.spider.breaker.answered(entry.kind)
            self.intake.refuse(reading, entry.url, f"{reason}; {_header(response, 'Content-Type')}")

    def _page(self, entry: Entry, response: Response, partial: Partial) -> Reading:
        capture = Capture(
            url=entry.url,
            body=partial.beginning(_LOOKED_AT),
            source=self.spider.source,
            fetched_at=now(),
            status=200,
            media_type=_header(response, "Content-Type"),
        )
        return read(capture, witness=False)

    def _redirected(self, entry: Entry, response: Response) -> Iterator[Request]:
        target = urljoin(response.url, (_header(response, "Location") or "").strip())
        address = urls.recognise(target, response.url, self.spider.hosts)
        hops = response.meta.get("hops", 0) + 1
        self.spider.breaker.answered(entry.kind)
        if address is None:
            self.archive.settle(entry.url, "failed", f"redirects out of the archive, to {target}: refused")
        elif address.kind not in FILES:
            self.intake.without(entry.url, "absent", f"redirects to {address.url}, which is no file")
        elif hops > _HOPS or address.url == entry.url:
            self.archive.settle(entry.url, "failed", f"redirects in a circle, to {target}: refused")
        elif not self.intake.follow(entry.url, address.url):
            request = self.spider.request_for(Entry(address.url, address.kind, entry.attempts, None, None))
            meta = {"entry": entry, "hops": hops, "target": address.url}
            yield self.request(entry, request.replace(meta=request.meta | meta))


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
