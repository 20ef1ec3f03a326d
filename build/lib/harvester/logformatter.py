"""Log lines a person can read: what was dropped by name, not the whole text of a document."""

import logging
from typing import Any

from scrapy import Spider
from scrapy.http import Response
from scrapy.logformatter import LogFormatter, LogFormatterResult
from twisted.python.failure import Failure


class QuietLogFormatter(LogFormatter):
    """Scrapy's, without the items: a document can be a hundred pages long."""

    def dropped(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """One line: why."""
        level = getattr(logging, getattr(exception, "log_level", None) or "WARNING")
        return {"level": level, "msg": "%(exception)s", "args": {"exception": exception}}

    def scraped(self, item: Any, response: Response | Failure | None, spider: Spider) -> LogFormatterResult:
        """One line: which address."""
        name = getattr(item, "url", None) or type(item).__name__
        return {"level": logging.DEBUG, "msg": "Kept %(name)s", "args": {"name": name}}

    def item_error(
        self, item: Any, exception: BaseException, response: Response | Failure | None, spider: Spider
    ) -> LogFormatterResult:
        """One line, and the traceback that follows it."""
        return {"level": logging.ERROR, "msg": "Error keeping %(name)s", "args": {"name": getattr(item, "url", item)}}
