"""`scrapy backup`: a whole copy of the database, also while a harvest goes on."""

import argparse
import sys
from pathlib import Path

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from harvester.commands.archive import held
from harvester.commands.stop import stoppable
from harvester.console import size
from harvester.exceptions import HarvesterError
from harvester.store.backup import backup


class Command(ScrapyCommand):
    """Writes to a name of its own first, so that an older copy is never harmed."""

    requires_project = True
    requires_crawler_process = False

    def syntax(self) -> str:
        """How it is called."""
        return "[options] FILE"

    def short_desc(self) -> str:
        """One line for `scrapy`."""
        return "Copy the database, safely also during a harvest"

    def long_desc(self) -> str:
        """What `scrapy backup -h` says."""
        return (
            "Copies the database of the output directory (-s HARVEST_OUTPUT=DIR) to FILE, as it is at one moment, "
            "and checks the copy before it replaces an older one. The folders captures/ and files/ are copied as "
            "they are, with any tool. For a copy to publish see `scrapy export sqlite`."
        )

    @stoppable
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        """Copy; exit code 0, 1 when the copy failed, 2 for wrong use."""
        if len(args) != 1:
            raise UsageError("name one file, such as `scrapy backup wilson-copy.db`", print_help=False)
        target = Path(args[0])
        try:
            backup(held(self.settings), target)
            path = target / "wilson.db" if target.is_dir() else target
            print(f"Copied to {path}, {size(path.stat().st_size)}, and checked.")
        except HarvesterError as error:
            print(f"scrapy backup: {error}", file=sys.stderr)
            self.exitcode = error.exit_code
