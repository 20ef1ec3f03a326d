"""Log lines a person can read: what was dropped by name, not the whole text of a document."""

import logging
from typing import Any, Self

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class QuietLogFormatter(LogFormatter):
    """Scrapy's, without the items: a document can be a hundred pages long."""

    def __init__(self, debugging: bool = False) -> None:
        self._debugging = debugging

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Scrapy's way in."""
        return cls(crawler.settings["LOG_LEVEL"] == "DEBUG")

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """One line: why."""
        level = getattr(logging, getattr(exception, "log_level", None) or "WARNING")
        return {"level": level, "msg": "%(exception)s", "args": {"exception": exception}}

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> Any:
        """One line: which address; nothing where nobody sees it, for it costs as much as handing the item on."""
        if not self._debugging:
            return None
        name = getattr(item, "url", None) or type(item).__name__
        return {"level": logging.DEBUG, "msg": "Kept %(name)s", "args": {"name": name}}

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """One line, and the traceback that follows it."""
        return {"level": logging.ERROR, "msg": "Error keeping %(name)s", "args": {"name": getattr(item, "url", item)}}
