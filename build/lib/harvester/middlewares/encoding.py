"""Undoes content codings, strictly: what is cut short or broken is an error, and is asked for again.

Scrapy's own gives back what it could inflate of a broken body, checksum or not: half a page, or a wrong one.
"""

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.http import Response

from harvester.sources import http


class EncodingMiddleware:
    """In place of Scrapy's HttpCompressionMiddleware. Raises CaptureError.

    The answer with its codings goes to `meta["as_sent"]`.
    """

    def __init__(self, limit: int) -> None:
        self._limit = limit

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "EncodingMiddleware":
        """Scrapy's way in."""
        return cls(crawler.settings.getint("DOWNLOAD_MAXSIZE"))

    def process_request(self, request: Request) -> None:
        """Say what can be undone."""
        request.headers.setdefault("Accept-Encoding", "gzip, deflate, br, zstd")

    def process_response(self, request: Request, response: Response) -> Response:
        """The response with its content as it is meant to be read."""
        named = b", ".join(response.headers.getlist("Content-Encoding")).decode("latin-1")
        codings = http.codings({"content-encoding": named})
        body = response.body
        for coding in reversed(codings):
            decoded = http.decode(body, coding, request.meta.get("download_maxsize", self._limit))
            body = body if decoded is None else decoded
        if not codings:
            return response
        request.meta["as_sent"] = response.copy()
        response = response.replace(body=body)
        del response.headers["Content-Encoding"]
        return response
