"""Says at the end of a run what became of it: to the person, and to whom they want to be told."""

import sys

from scrapy import signals
from scrapy.crawler import Crawler

from harvester import notify, summary


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
        """Facts go to the standard output (unless the records go there), what is wrong to the error output.

        So a scheduler that discards the standard output, as cron lines do, is silent until there is something to say.
        """
        report = getattr(self.crawler.spider, "report", None)
        if report is None:
            return
        settings = self.crawler.settings
        records = any(str(uri) == "-" or str(uri).startswith("stdout:") for uri in settings.getdict("FEEDS"))
        out = sys.stderr if records else sys.stdout
        print(f"\n{summary.verdict(report)}", file=sys.stderr if report.exit_code else out, flush=True)
        if facts := summary.facts(report):
            print(f"\n{facts}", file=out, flush=True)
        if report.exit_code or settings["NOTIFY_WHEN"] == "always":
            notify.send(report, settings["NOTIFY_COMMAND"], settings["NOTIFY_WEBHOOK"])
