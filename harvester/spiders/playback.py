"""Captures of the Wayback Machine: which is asked for next, and what an answer means for its address.

An answer that is a capture carries the site's own status; any other is the service speaking. Raises StoreError.
"""

import re
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

from scrapy import Request
from scrapy.http import Response

from harvester import urls
from harvester.capture import Capture
from harvester.exceptions import CaptureError
from harvester.files.content import judge as judge_file
from harvester.reading import Harvest, Reading, read
from harvester.sources import cdx, http
from harvester.sources.cdx import Row
from harvester.spiders.harvest import header
from harvester.store.archived import GOOD, Archived
from harvester.store.frontier import FILES, Entry

if TYPE_CHECKING:
    from harvester.spiders.wayback import WaybackSpider

_HOPS = 5
_LEADS = "redirects to"  # another page of the archive


class Playback:
    """Stands between a spider and the captures it asks for, for one run."""

    def __init__(self, spider: "WaybackSpider", archived: Archived) -> None:
        self.spider, self.archive, self.archived = spider, spider.archive, archived
        self._limit = spider.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        self._asked: dict[str, Row] = {}
        self._tries: Counter[tuple[str, Row]] = Counter()

    def request_for(self, entry: Entry) -> Request:
        """Ask for the best capture of an address that has not been tried; for the one it has, when all were."""
        left = self._left(entry.url)
        row = left[0] if left else self.archived.best(entry.url)
        assert row
        self._asked[entry.url] = row
        return self._request(entry, row, {})

    def _request(self, entry: Entry, row: Row, meta: dict[str, Any]) -> Request:
        url = cdx.playback(self.spider.service, row)
        # Exactly as it is listed, brackets and all.
        meta |= {"captured_at": row.fetched_at, "verbatim_url": re.fullmatch(r"[!-~]+", url) is not None}
        return self.spider.request_to(entry, url, meta)

    def _left(self, url: str) -> list[Row]:
        """Captures of an address that this run may still ask for."""
        times = self.spider.retries.times
        return [row for row in self.archived.candidates(url) if self._tries[url, row] < times]

    # -- what an answer means ----------------------------------------------------------------

    async def judge(self, entry: Entry, response: Response) -> Harvest | Request | None:
        """Keep a good page or file, follow the service, or go on to an older capture."""
        if 300 <= response.status < 400:
            return self._led(entry, response)
        if response.status != 200:
            self.useless(entry, f"HTTP {response.status}", read(self.capture(response, entry), witness=False))
        elif "partial" in response.meta:
            await self._file(entry, response)
        else:
            return self._page(entry, response)
        return None

    def _page(self, entry: Entry, response: Response) -> Harvest | None:
        try:
            capture = self.capture(response, entry)
        except CaptureError as error:
            self.useless(entry, str(error))
            return None
        reading = read(capture)
        if reading.problem:
            self.useless(entry, f"{reading.problem.problem}: {reading.problem.detail}", reading)
        elif not self.spider.whole(entry, capture.body):
            self.useless(entry, "the page ends in the middle", reading)
        else:
            self.spider.well(entry)
            row = self._asked[entry.url]
            harvest = Harvest(reading, entry.url, kept=lambda: self.archived.tried(entry.url, row, GOOD))
            if reading.kind not in ("catalog", "list"):
                return harvest
            self.archive.keep(harvest)
        return None

    async def _file(self, entry: Entry, response: Response) -> None:
        desk = self.spider.desk
        assert desk
        partial = response.meta["partial"]
        content = judge_file(partial.head, partial.tail)
        if content != "pdf":
            self.useless(entry, f"{content}, no whole PDF")
            return
        await desk.keep(entry, response)
        with self.archive.page():
            self.archived.tried(entry.url, self._asked[entry.url], GOOD)
        self.spider.well(entry)

    def _led(self, entry: Entry, response: Response) -> Request | None:
        """Follow the service to a nearby capture of the same address; elsewhere the site itself redirected."""
        target = urljoin(response.url, header(response, "Location") or "")
        found = cdx.played(target)
        address = urls.recognise(found[1]) if found else None
        hops = response.meta.get("hops", 0) + 1
        if found and address and address.url == entry.url and hops <= _HOPS:
            request = self._request(entry, Row(found[0].ljust(14, "0"), found[1], None, "", ""), {"hops": hops})
            desk = self.spider.desk
            return desk.request(entry, request) if desk and entry.kind in FILES else request
        self.useless(entry, f"{_LEADS} {address.url}" if address else f"redirects out of the archive, to {target}")
        return None

    def capture(self, response: Response, entry: Entry) -> Capture:
        """The page as the site sent it. Raises CaptureError when it was cut as it was captured."""
        own = {name: header(response, f"X-Archive-Orig-{name}") for name in ("Content-Encoding", "Content-Length")}
        sent = http.Response(200, {name.lower(): value for name, value in own.items() if value}, response.body)
        return Capture(
            url=entry.url,
            body=http.payload(sent, self._limit) if response.status == 200 else response.body,
            source=self.spider.source,
            fetched_at=response.meta["captured_at"],
            status=response.status,
            media_type=header(response, "Content-Type"),
            location=response.url,
        )

    # -- the next capture, or the end --------------------------------------------------------

    def again(self, entry: Entry, reason: str, wait: float | None) -> None:
        """Ask for the same capture again later; one that never comes leaves its place to the next."""
        row = self._asked[entry.url]
        self._tries[entry.url, row] += 1
        if self._left(entry.url):
            if wait:
                self.spider.breaker.hold(wait)
            delay = wait or self.spider.retries.backoff(self._tries[entry.url, row])
            self.archive.frontier.retry(entry.url, reason, delay, counts=False)
        else:
            self.archive.settle(entry.url, "failed", reason)

    def useless(self, entry: Entry, reason: str, reading: Reading | None = None) -> None:
        """A capture holds no good page: on to an older one, or the end of the address."""
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


def is_capture(response: Response) -> bool:
    """Whether an answer is a capture, and its status that of the site; else it is the service that speaks."""
    names = [name.lower() for name in response.headers]
    return any(name == b"memento-datetime" or name.startswith(b"x-archive-orig-") for name in names)
