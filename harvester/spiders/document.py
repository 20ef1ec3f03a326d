"""The live site: catalog, documents, people, places and topics.

`scrapy crawl document` goes on where the last run stopped and brings what is new.
"""

import asyncio
from functools import partial
from typing import ClassVar
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.http import Response

from harvester import drift, urls
from harvester.capture import Capture
from harvester.clock import days_ago, now
from harvester.exceptions import HarvesterError, UsageError
from harvester.middlewares.robots import RobotsMiddleware
from harvester.reading import Reading, read
from harvester.spiders import arguments
from harvester.spiders.harvest import UNREACHABLE, HarvestSpider, header
from harvester.spiders.reasons import reason
from harvester.store.frontier import Entry
from harvester.store.lists import Lists
from harvester.store.runs import interrupted_since

OTHER_COPIES = (
    "The archive survives in other copies: `scrapy crawl wayback` reads the Wayback Machine,"
    " `scrapy crawl warc -a path=…` WARC files, `scrapy crawl mirror -a path=…` a saved mirror."
)
_TRIES = 6  # of robots.txt, when it fails
_REFUSALS = 3  # of the connection
_FRESH = 1 / 24  # days for which the catalog is not asked again by a run that goes on


class SourceUnreachable(HarvesterError):
    """Raised when the site does not answer at all, or its robots.txt fails."""

    exit_code = 4


class Blocked(HarvesterError):
    """Raised when the site keeps us out from the first request on."""

    exit_code = 3


class DocumentSpider(HarvestSpider):
    """Harvests the live site, or a server that looks like it (`-a site=URL`)."""

    name = "document"
    source = "live"
    arguments: ClassVar = {
        "site": arguments.site,
        "urls": arguments.addresses,
        "sample": arguments.count,
        "full": arguments.yes_no,
        "files": arguments.yes_no,
        "ocr": arguments.ocr,
    }

    def __init__(self, *args: str, **given: str) -> None:
        super().__init__(*args, **given)
        self.site: str = self.options.get("site", urls.SITE)
        self.asked = self.site
        self.hosts = urls.HOSTS | {(urlsplit(self.site).hostname or "").lower()}
        self.wanted = [self._wanted(url) for url in self.options.get("urls", [])]
        self.only = [address.url for address in self.wanted] or None
        self._afresh = bool(self.options.get("full") or self.wanted)

    def _wanted(self, url: str) -> urls.Address:
        address = urls.recognise(url, self.site, self.hosts)
        if address is None:
            sites = " or ".join(dict.fromkeys((self.site, urls.SITE)))
            raise UsageError(f"`-a urls={url}` will not do: it is not an address of {sites}.")
        return address

    async def arrive(self) -> None:
        """Ask for robots.txt until it answers: whether the site is there, lets us in, and what it allows."""
        robots = self.crawler.get_downloader_middleware(RobotsMiddleware)
        if robots is None:  # ROBOTSTXT_OBEY is off: the user answers for it
            return
        tries = refusals = 0
        while True:
            if self.breaker.left:
                await asyncio.sleep(self.breaker.left)
            try:
                response = await robots.consult(self.site)
            except Exception as error:  # whatever a download raises: the site did not answer
                problem, asked = reason(error), None
                refusals += isinstance(error, UNREACHABLE)
            else:
                problem, asked = f"HTTP {response.status} for robots.txt", self.retries.asked(partial(header, response))
                challenge = self._is_challenge(response)
                if challenge or response.status == 429:
                    problem = f"a challenge in place of robots.txt, {problem}" if challenge else problem
                    self.breaker.blocked(response.url, "robots")
                    if self.breaker.blocks and self.breaker.at_fault():
                        raise Blocked(self.block_message(problem))
                    self.breaker.hold(asked or self.retries.backoff(1))
                    continue
                if response.status < 500:
                    self.breaker.signs = 0
                    return
            tries += 1
            if tries >= _TRIES or refusals >= _REFUSALS:
                raise SourceUnreachable(self.unreachable(problem))
            self.breaker.hold(asked or self.retries.backoff(tries))

    def unreachable(self, reason: str) -> str:
        """What to tell the user when the site does not answer."""
        kept = "What was harvested is kept" if self.opened else "Nothing was changed"
        return f"{self.site} cannot be reached ({reason}). {kept}; the same command tries again. {OTHER_COPIES}"

    def block_message(self, reason: str) -> str:
        """What to tell the user when the site keeps us out."""
        return (
            f"{self.site} keeps this crawl out ({reason}), also after the pauses. What was harvested is kept;"
            f" the same command goes on where it was, some hours later. {OTHER_COPIES}"
        )

    def seed(self) -> None:
        """The wanted addresses, or the lists that lead to all others."""
        settings, frontier, archive = self.crawler.settings, self.archive.frontier, self.archive
        swept_before = days_ago(settings.getfloat("CATALOG_SWEEP_DAYS"))
        self.lists = Lists(archive.db, self.source, swept_before, archive.writer.authorities.topics_of)
        with archive.page():
            if self.wanted:
                frontier.again(self.wanted)
                return
            frontier.retry_failed()
            if self.options.get("full"):
                since = interrupted_since(archive.db, self.name, self.given) or archive.started
                frontier.all_again(since)
                if since == archive.started:
                    self.lists.forget_sweeps()
            elif "sample" not in self.options:
                frontier.revisit(days_ago(settings.getfloat("REVISIT_DAYS")), settings.getint("REVISIT_LIMIT"))
            frontier.add(address for name in urls.LISTS if (address := urls.recognise(f"/{name}")))
            if not self.lists.sweeping():
                frontier.again([_CATALOG])

    def learnt(self, reading: Reading) -> None:
        """Of a page of a list: ask for what else of it is not as known; when the catalog changed, so may the topics."""
        page, frontier = reading.catalog, self.archive.frontier
        if page is None or self.only is not None:
            return
        news = self.lists.met(page, reading.provenance.fetched_at)
        frontier.again(news.wanted)
        if news.changed and not page.topic:
            frontier.again(self.lists.topics())
            if news.whole:
                frontier.kind_again("list")

    def more(self) -> bool:
        """When nothing is left to ask for: another round of what a sweep did not find; at last, the catalog's news."""
        if self.only is not None:
            return False
        frontier = self.archive.frontier
        with self.archive.page():
            wanted = self.lists.rounds(now())
            if not wanted and frontier.checked(_CATALOG.url) < min(days_ago(_FRESH), self.archive.started):
                wanted = [_CATALOG]
            frontier.again(wanted)
        return bool(wanted)

    def signs(self, limits: drift.Limits) -> list[drift.Alarm]:
        """A catalog that cannot be read, or claims fewer documents than are held."""
        if self.only is not None or "sample" in self.options:
            return []
        state, reason = self.archive.frontier.state(_CATALOG.url)
        claimed = self.lists.claimed()
        if state in ("quarantined", "excluded"):
            return [drift.Alarm("catalog", f"it cannot be read ({reason})", [_CATALOG.url])]
        if state != "done":
            return []
        if claimed is None:
            return [drift.Alarm("catalog", "it does not say how many documents it lists", [_CATALOG.url])]
        return drift.shrunk(self.archive.frontier.held(), claimed, limits)

    def enough(self) -> bool:
        """With `-a sample=N`: whether N documents are here, or on their way."""
        wanted: int | None = self.options.get("sample")
        return wanted is not None and self.archive.counts["documents"] + self.archive.frontier.in_flight >= wanted

    def request_for(self, entry: Entry) -> Request:
        """Ask for an address; a page met before, on condition that it has changed."""
        known = {} if self._afresh else {"If-None-Match": entry.etag, "If-Modified-Since": entry.last_modified}
        return Request(
            urls.at(self.site, entry.url),
            callback=self.parse,
            errback=self.missed,
            headers={name: value for name, value in known.items() if value},
            meta={"entry": entry},
            dont_filter=True,  # the frontier knows what has been asked for
        )

    def _is_challenge(self, response: Response) -> bool:
        capture = Capture(response.url, response.body, self.source, now(), response.status)
        problem = read(capture, witness=False).problem
        return problem is not None and problem.problem == "challenge"


_found = urls.recognise(urls.catalog())
assert _found
_CATALOG = _found
