"""Keeps every answer as it came, content codings and all, before anything judges it."""

from http import HTTPStatus
from typing import Any

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.exceptions import NotConfigured
from scrapy.http import Response
from scrapy.signals import spider_closed

from harvester.clock import now
from harvester.spiders.arguments import yes_no
from harvester.store.keeper import Keeper


class CaptureMiddleware:
    """Stands after the decoding, so that answers cut or garbled on their way, which are asked for again, stay out.

    An answer to an address of the frontier (`meta["entry"]`) is kept; `meta["captured_at"]` says when its
    bytes left the site, where that is not now. Where and when it was kept goes to `meta["location"]`
    and `meta["received_at"]`. Files are not
    kept here but as files; a 304 has nothing to keep.
    """

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        if not yes_no(str(settings["KEEP_CAPTURES"])):
            raise NotConfigured
        self._crawler = crawler
        self._rotate = settings.getint("CAPTURES_ROTATE")
        self._keeper: Keeper | None = None
        crawler.signals.connect(self.closed, spider_closed)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "CaptureMiddleware":
        """Scrapy's way in."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep it; raises StoreError when that fails."""
        entry = request.meta.get("entry")
        spider: Any = self._crawler.spider
        if entry is None or entry.kind == "cdx" or "partial" in request.meta or not spider.keeps(response):
            return response
        sent: Response = request.meta.pop("as_sent", response)
        if self._keeper is None:
            self._keeper = Keeper(spider.output, self._rotate)
        status = HTTPStatus(response.status) if response.status in HTTPStatus._value2member_map_ else None
        path = request.url.partition("//")[2].partition("/")[2]
        moment = now()
        request.meta["received_at"] = moment
        request.meta["location"] = self._keeper.keep(
            request.url,
            f"{response.status} {status.phrase if status else ''}",
            _pairs(sent),
            sent.body,
            source=spider.source,
            address=entry.url,
            fetched_at=moment,
            captured_at=request.meta.get("captured_at"),
            request=(f"{request.method} /{path} HTTP/1.1", _pairs(request)),
        )
        return response

    def closed(self) -> None:
        """Bring everything to the disk."""
        if self._keeper:
            self._keeper.close()


def _pairs(message: Request | Response) -> list[tuple[str, str]]:
    return [
        (name.decode("latin-1"), value.decode("latin-1"))
        for name, values in message.headers.items()
        for value in values
    ]
