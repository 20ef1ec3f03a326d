"""`scrapy crawl`, with wrong use refused before anything starts, and the contract's exit codes."""

import argparse
import gc
import logging
import sys
import tempfile
from difflib import get_close_matches
from pathlib import Path

from scrapy.commands.crawl import Command as ScrapyCrawl
from scrapy.exceptions import UsageError as ScrapyUsageError

from harvester.commands import values
from harvester.commands.stop import stoppable
from harvester.exceptions import HarvesterError, UsageError
from harvester.stopping import PromptCrawler

# What Scrapy says of its own parts is of no use to the person who watches a harvest.
_PARTS = ("addons", "core.engine", "crawler", "middleware", "utils.log")
_CHATTER = (*(f"scrapy.{part}" for part in _PARTS), "py.warnings")


class Command(ScrapyCrawl):
    """Scrapy's own, replaced by name."""

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Harvest from a source: document (the live site), wayback, warc or mirror"

    def long_desc(self) -> str:
        """What `scrapy crawl -h` says."""
        return (
            "Sources and what they can be told with -a NAME=VALUE. "
            "document, the live site: site=URL (another address of it), urls=… (only these pages), sample=N (stop "
            "after N documents), full=yes (look at every page again). "
            "wayback, the Wayback Machine: from=, to= (2019, 2021-06), service=URL. "
            "warc, WARC and WACZ files: path=GLOB. "
            "mirror, a tar, zip or folder of saved pages: path=FILE_OR_DIR. "
            "Any of them: files=yes (the PDFs too), ocr=yes (scans read by machine). "
            "-s HARVEST_OUTPUT=DIR moves the output, -s CONTACT=you@example.org says who is harvesting."
        )

    def process_options(self, args: list[str], opts: argparse.Namespace) -> None:
        """Read the options, and say nothing of Scrapy's own parts unless asked to."""
        super().process_options(args, opts)
        if self.settings and self.settings["LOG_LEVEL"] != "DEBUG":
            for name in _CHATTER:
                logging.getLogger(name).addFilter(lambda record: record.levelno >= logging.WARNING)

    @stoppable
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Run one spider; the exit code is the run's."""
        if len(args) != 1:
            raise ScrapyUsageError("name one spider: document, wayback, warc or mirror", print_help=False)
        assert self.crawler_process
        assert self.settings
        try:
            loader = self.crawler_process.spider_loader
            if args[0] not in loader.list():
                near = get_close_matches(args[0], loader.list(), 1)
                hint = f" Did you mean `{near[0]}`?" if near else ""
                raise UsageError(
                    f"There is no spider `{args[0]}`.{hint} There are: {', '.join(sorted(loader.list()))}."
                )
            spider = loader.load(args[0])
            spider(**opts.spargs)  # refuses what it does not know
            values.check(self.settings)
            writable(Path(self.settings["HARVEST_OUTPUT"]))
            for warning in values.unknown(self.settings, dict(word.partition("=")[::2] for word in opts.set)):
                print(f"scrapy crawl: {warning}", file=sys.stderr)
            crawler = PromptCrawler(spider, self.settings, init_reactor=True)
            self.crawler_process.crawl(crawler, **opts.spargs)
        except HarvesterError as error:
            print(f"scrapy crawl: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
            return
        self.crawler_process.start()
        gc.freeze()  # else Python looks for garbage in all of it before it ends: for half a second after a large run
        code = getattr(crawler.spider, "exit_code", None)
        self.exitcode = 1 if self.crawler_process.bootstrap_failed or code is None else code


def writable(output: Path) -> None:
    """Raise UsageError unless files can be made in `output`, which is made when it is missing."""
    try:
        output.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=output):
            pass
    except OSError as error:
        raise UsageError(
            f"The output directory {output} cannot be written: {error.strerror}. Choose another with"
            " `-s HARVEST_OUTPUT=DIR`."
        ) from None
