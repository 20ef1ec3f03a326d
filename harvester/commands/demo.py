"""`scrapy demo`: the whole job on the sample archive of the repository, with nothing asked of the network."""

import argparse
import signal
import subprocess
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand

from harvester.commands.crawl import writable
from harvester.commands.stop import stoppable
from harvester.exceptions import HarvesterError, UsageError
from harvester.sample_site import SampleSite
from harvester.store import sample


class Command(ScrapyCommand):
    """Serves the sample on loopback and runs the real crawl against it."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Harvest the sample archive in the repository: a first look without the network"

    @stoppable
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Crawl the sample; the exit code is the crawl's."""
        assert self.settings
        output = Path(self.settings["HARVEST_OUTPUT"])
        try:
            if args:
                raise UsageError(f"it takes no {args[0]!r}; name a folder with `-s HARVEST_OUTPUT=DIR`.")
            writable(output)
            _apart(output)
            with SampleSite() as site:
                command = [sys.executable, "-m", "scrapy", "crawl", "document", "-a", f"site={site.url}"]
                # Loopback needs no manners, and a newcomer no log.
                for setting in ("DOWNLOAD_DELAY=0", "LOG_LEVEL=WARNING", f"HARVEST_OUTPUT={output}"):
                    command += ["-s", setting]
                print("Harvesting the sample archive …", flush=True)
                self.exitcode = _crawl(command)
        except HarvesterError as error:
            print(f"scrapy demo: {error}", file=sys.stderr)
            self.exitcode = error.exit_code


def _crawl(command: list[str]) -> int:
    """Its exit code. Ctrl-C comes to it from here only: told of it twice, it would not end in order."""
    with subprocess.Popen(command, process_group=0) as crawl:  # noqa: S603
        try:
            return crawl.wait()
        except KeyboardInterrupt:
            crawl.send_signal(signal.SIGINT)
            return crawl.wait()


def _apart(output: Path) -> None:
    if sample.held(output) is False:
        raise UsageError(
            f"{output}/ holds an archive already, and the sample's documents are made up. Choose another folder:"
            " `make demo OUTPUT=DIR`, or `-s HARVEST_OUTPUT=DIR`."
        )
