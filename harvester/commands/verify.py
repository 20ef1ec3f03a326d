"""`scrapy verify`: is everything that is kept still what it was?"""

import argparse
import sys
import time

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from harvester.clock import now
from harvester.commands.archive import held
from harvester.commands.stop import stoppable
from harvester.console import Line, duration, size, typed
from harvester.exceptions import HarvesterError
from harvester.files.vault import Vault
from harvester.store import database
from harvester.store.lock import Lock
from harvester.verification import Check


class Command(ScrapyCommand):
    """Exit code 0 when all is whole, 6 when something is damaged or missing."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        return "Check every file and every kept capture against its checksum"

    def long_desc(self) -> str:
        return (
            "Reads every PDF and every kept capture in the output directory (-s HARVEST_OUTPUT=DIR) and compares "
            "it with its checksum. What is damaged or missing is named, and marked: the next harvest fetches it "
            "again (PDFs with -a files=yes)."
        )

    @stoppable
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"`scrapy verify` takes no {args[0]!r}; name a folder with -s HARVEST_OUTPUT=DIR.")
        output = held(self.settings)
        try:
            lock = Lock(output, "verify", now())
            try:
                self.exitcode = verify(Check(database.connect(output), Vault(output)))
            finally:
                lock.release()
        except HarvesterError as error:
            print(f"scrapy verify: {error}", file=sys.stderr)
            self.exitcode = error.exit_code


def verify(check: Check) -> int:
    """Check everything, say what is found, and return the exit code."""
    line, started = Line(print), time.monotonic()
    done = read = 0

    def tell(count: int) -> None:
        nonlocal done, read
        done, read = done + 1, read + count
        if line.due():
            passed = time.monotonic() - started
            left = duration(passed / done * (check.count - done))
            line.show(f"{done:,} of {check.count:,} checked, {size(read)}, {size(read / passed)} a second, {left} left")

    check.tell = tell
    found = 0
    for finding in check:
        found += 1
        line.clear()
        for address in finding.addresses:
            print(f"{finding.condition}: {finding.path} ({address}): {finding.problem}")
    line.clear()
    waiting = check.waiting()
    print(f"{done:,} files and captures checked, {size(read)}; {found:,} damaged or missing.")
    if waiting:
        what = "address waits" if waiting == 1 else "addresses wait"
        print(
            typed(
                f"{waiting:,} {what} to be fetched again: `scrapy crawl document -a files=yes` does it,"
                " or the spider of another source (see README)."
            )
        )
    return 6 if found or waiting else 0
