"""Last step: everything a page brought, in one transaction. Feeds get the record itself."""

from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harvester.exceptions import StoreError
from harvester.items import Record
from harvester.reading import Harvest


class StorePipeline:
    """Hands each harvest to the archive of the run."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "StorePipeline":
        """Scrapy's way in."""
        return cls(crawler)

    def process_item(self, item: Harvest) -> Record:
        """Write it and return its record; when the database fails, end the run."""
        spider = self.crawler.spider
        try:
            spider.archive.keep(item)  # type: ignore[union-attr]
        except StoreError as error:
            spider.archive.frontier.release(item.url)  # type: ignore[union-attr]
            spider.finish(error.exit_code, str(error))  # type: ignore[union-attr]
            raise DropItem(f"{item.url} could not be stored", log_level="DEBUG") from error
        return item.reading.records[0]
