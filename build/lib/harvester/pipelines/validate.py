"""First step: what is not a whole record goes to quarantine, not to the archive."""

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.exceptions import DropItem

from harvester.items import Document
from harvester.reading import Harvest


class ValidatePipeline:
    """Lets through what has the least a record must have."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ValidatePipeline":
        """Scrapy's way in."""
        return cls(crawler)

    def process_item(self, item: Harvest) -> Harvest:
        """Pass `item` on, or quarantine it and drop it."""
        for record in item.reading.records:
            if isinstance(record, Document) and not record.title:
                spider: Spider = self.crawler.spider  # type: ignore[assignment]
                spider.archive.quarantine(item.reading, item.url, "no title", None)  # type: ignore[attr-defined]
                raise DropItem(f"{item.url} has no title; see the table quarantine")
        return item
