"""The bare limit of a live crawl: a Scrapy spider that downloads addresses in their order and keeps nothing.

`python -m benchmarks.downloads FILE DELAY JITTER`: FILE holds one address a line.
"""

import sys
from collections.abc import AsyncIterator
from pathlib import Path

from scrapy import Request, Spider
from scrapy.crawler import CrawlerProcess
from scrapy.http import Response

from harvester import settings


class Downloads(Spider):
    """Asks for each address and forgets the answer."""

    name = "downloads"
    addresses: list[str]

    async def start(self) -> AsyncIterator[Request]:
        """All at once: Scrapy's scheduler holds them until there is room."""
        for priority, address in enumerate(self.addresses):
            yield Request(address, callback=self.parse, dont_filter=True, priority=-priority)

    def parse(self, response: Response) -> None:
        """Make sure that it is one that the crawl had too."""
        assert response.status in (200, 404), response


def main() -> None:
    """Download with Scrapy's own defaults, but for the manners that the harvest has."""
    file, delay, jitter = sys.argv[1:]
    process = CrawlerProcess(
        {
            "DOWNLOAD_DELAY": float(delay),
            "DOWNLOAD_DELAY_JITTER": float(jitter),
            "CONCURRENT_REQUESTS": settings.CONCURRENT_REQUESTS,
            "CONCURRENT_REQUESTS_PER_DOMAIN": settings.CONCURRENT_REQUESTS_PER_DOMAIN,
            "USER_AGENT": settings.USER_AGENT,
            "COOKIES_ENABLED": False,
            "TELNETCONSOLE_ENABLED": False,
            "HTTPERROR_ALLOW_ALL": True,
            "LOG_LEVEL": "WARNING",
        },
        install_root_handler=False,
    )
    process.crawl(Downloads, addresses=Path(file).read_text().split())
    process.start()


if __name__ == "__main__":
    main()
