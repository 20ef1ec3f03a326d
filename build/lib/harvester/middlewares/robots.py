"""robots.txt, obeyed to the letter: asked first, its Crawl-delay kept, its errors taken for a no."""

from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.http import Response
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.misc import build_from_crawler

_HOPS = 5
_MARGIN = 0.1  # seconds; the server counts from when a request arrives, not from when it is sent


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, but the spider asks for the rules before anything else and hears of errors."""

    async def consult(self, site: str) -> Response:
        """Fetch and keep the rules of `site`; returns the answer. Raises what the download raises.

        A 4xx means that there are no rules (RFC 9309); on a 5xx nothing is kept, and the caller
        must not crawl.
        """
        url = f"{site}/robots.txt"
        for _ in range(_HOPS):
            request = Request(url, meta={"dont_obey_robotstxt": True}, callback=NO_CALLBACK)
            response = await self.crawler.engine.download_async(request)
            target = urljoin(url, (response.headers.get("Location") or b"").decode("latin-1"))
            if not 300 <= response.status < 400 or urlsplit(target).netloc != urlsplit(url).netloc:
                break
            url = target
        if response.status < 500 and response.status != 429:
            rules = response.body if response.status == 200 else b""
            parser = build_from_crawler(self._parserimpl, self.crawler, rules)
            self._parsers[urlsplit(site).netloc] = parser
            self._slow_down(request, parser.crawl_delay(self._robotstxt_useragent or self._default_useragent))
        return response

    def _slow_down(self, request: Request, delay: float | None) -> None:
        downloader = self.crawler.engine.downloader
        if delay is None or delay <= self.crawler.settings.getfloat("DOWNLOAD_DELAY"):
            return
        delay += _MARGIN
        key = downloader.get_slot_key(request)
        # Both: the slot there is, and the one made anew after a long pause.
        downloader.per_slot_settings[key] = {"delay": delay, "jitter": 0}
        if slot := downloader.slots.get(key):
            slot.delay, slot.jitter = delay, 0
