"""Says at the end of a run what became of it: to the person, and to whom they want to be told."""

import sys

from scrapy import signals
from scrapy.crawler import Crawler

from harvester import notify


class RunReport:
    """Prints the summary once everything of the run is closed."""

    def __init__(self, crawler: Crawler) -> None:
        self.crawler = crawler
        crawler.signals.connect(self.ended, signals.engine_stopped)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "RunReport":
        """Scrapy's way in."""
        return cls(crawler)

    def ended(self) -> None:
        """The summary goes to the standard output, unless the records go there; an error to the other one too."""
        report = getattr(self.crawler.spider, "report", None)
        if report is None:
            return
        settings = self.crawler.settings
        records = any(str(uri) == "-" or str(uri).startswith("stdout:") for uri in settings.getdict("FEEDS"))
        quiet = records or not report.held
        print(f"\n{report.text()}", file=sys.stderr if quiet else sys.stdout, flush=True)
        if report.exit_code or settings["NOTIFY_WHEN"] == "always":
            notify.send(report, settings["NOTIFY_COMMAND"], settings["NOTIFY_WEBHOOK"])
