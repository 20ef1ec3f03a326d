"""Scrapy's HTTP download handler, which can also stream the body of an answer to disk, and bounds its head.

A request with a `Partial` in `meta["partial"]` has the body of a 200 written there instead of being
held in memory; its response has no body. All else (proxies, TLS, limits, signals) is Scrapy's.
"""

import asyncio
import zlib
from typing import Any

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import (
    HTTP11DownloadHandler,
    _LenientHTTP11ClientFactory,
    _LenientHTTP11ClientProtocol,
    _LenientHTTPClientParser,
    _ResponseReader,
    _ScrapyAgent,
)
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Response
from scrapy.utils._download_handlers import wrap_twisted_exceptions
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from harvester.exceptions import StoreError
from harvester.files.vault import Partial

SLOWEST = 1024
"""Bytes a second, below which, for as long as DOWNLOAD_TIMEOUT, an answer is given up as a drip."""

_INFLATED = 1 << 24  # bytes out of one packet; PDFs are compressed as they are
MOST_OF_HEAD = 256 * 1024
"""Bytes of status line and headers."""

_WATCH = 0.5  # seconds between two looks at a transfer


class StreamingDownloadHandler(HTTP11DownloadHandler):
    """Streams where a request asks for it, and gives up transfers that stall."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._pool._factory = _BoundedFactory
        self._fail_on_dataloss_warned = True  # Scrapy would advise to take a page that is cut for the whole
        self._patience = crawler.settings.getfloat("DOWNLOAD_TIMEOUT")

    async def download_request(self, request: Request) -> Response:
        """Download as Scrapy does; with a partial, into it. Raises StoreError when the disk refuses."""
        partial: Partial | None = request.meta.get("partial")
        if partial is None:
            return await super().download_request(request)
        agent = _StreamingAgent(
            contextFactory=self._contextFactory,
            bindAddress=self._bind_address,
            pool=self._pool,
            maxsize=self._default_maxsize,
            crawler=self._crawler,
        )
        download = agent.download_request(request)
        watch = asyncio.create_task(self._watch(download, partial))
        try:
            with wrap_twisted_exceptions():
                response = await maybe_deferred_to_future(download)
        finally:
            watch.cancel()
            if partial.error:
                raise partial.error
        if partial.stopped:
            raise DownloadCancelledError(partial.stopped)
        response.headers.pop("Content-Encoding", None)  # it would be undone on the empty body
        return response

    async def _watch(self, download: "Deferred[Response]", partial: Partial) -> None:
        """Cancel a transfer that stalls or that the disk refuses."""
        before, waited = 0, 0.0
        while True:
            await asyncio.sleep(_WATCH)
            waited += _WATCH
            if partial.error:
                partial.stopped = "the disk"
            elif waited >= self._patience:
                if partial.size - before < self._patience * SLOWEST:
                    partial.stopped = f"fewer than {SLOWEST} bytes a second for {self._patience:.0f} seconds"
                before, waited = partial.size, 0.0
            if partial.stopped:
                download.cancel()
                return


class _BoundedParser(_LenientHTTPClientParser):
    """Reads the head of a response, which Twisted would read without end."""

    _head = 0

    def lineReceived(self, line: bytes) -> None:
        """One line of the head. Raising ends the connection, and the request fails."""
        self._head += len(line)
        if self._head > MOST_OF_HEAD:
            raise ValueError(f"the head of the answer is longer than {MOST_OF_HEAD:,} bytes")
        super().lineReceived(line)


class _BoundedProtocol(_LenientHTTP11ClientProtocol):
    def request(self, request: Any) -> Any:
        answer = super().request(request)
        assert self._parser is not None
        self._parser.__class__ = _BoundedParser  # as Scrapy does: Twisted names its own
        return answer


class _BoundedFactory(_LenientHTTP11ClientFactory):
    def buildProtocol(self, addr: Any) -> _BoundedProtocol:
        return _BoundedProtocol(self._quiescentCallback)


class _StreamingAgent(_ScrapyAgent):
    """Hands the body of a 200 to the request's partial."""

    def _cb_bodyready(self, txresponse: Any, request: Request) -> Any:
        if txresponse.code == 200:
            txresponse = _Diverted(txresponse, request.meta["partial"], request.meta["download_maxsize"])
        else:
            request.meta["download_maxsize"] = self._maxsize  # it is a page, and is held in memory
        return super()._cb_bodyready(txresponse, request)


class _Diverted:
    """A response of Twisted's whose reader keeps what it gets in a partial."""

    def __init__(self, txresponse: Any, partial: Partial, limit: int) -> None:
        self._txresponse, self._partial, self._limit = txresponse, partial, limit

    def __getattr__(self, name: str) -> Any:
        return getattr(self._txresponse, name)

    def deliverBody(self, reader: _ResponseReader) -> None:
        """Twisted's way to start the body."""
        codings = self._txresponse.headers.getRawHeaders("Content-Encoding", [])
        reader._bodybuf = _Sink(self._partial, self._limit, gzipped="gzip" in ",".join(codings).lower())  # type: ignore[assignment]
        self._txresponse.deliverBody(reader)


class _Sink:
    """Stands in for the buffer of a reader. Never raises: Twisted would only log it."""

    def __init__(self, partial: Partial, limit: int, *, gzipped: bool) -> None:
        self._partial, self._limit = partial, limit
        # Not asked for, yet some servers compress whatever they are asked.
        self._inflate = zlib.decompressobj(wbits=31) if gzipped else None

    def write(self, data: bytes) -> int:
        if self._partial.error or self._partial.stopped:
            return 0
        try:
            self._partial.write(self._inflate.decompress(data, _INFLATED) if self._inflate else data)
        except StoreError as error:
            self._partial.error = error
        except zlib.error as error:
            self._partial.stopped = f"its compression is broken: {error}"
        if self._inflate and (self._inflate.unconsumed_tail or self._partial.size > self._limit):
            self._partial.stopped = "its compression explodes"
        return len(data)

    def truncate(self, size: int) -> int:
        return size

    def getvalue(self) -> bytes:
        return b""
