"""`scrapy reparse`: all kept captures, read again with today's code."""

import argparse
import asyncio
import json
import sys

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from harvester.clock import now
from harvester.commands.archive import held
from harvester.commands.stop import REASON, stoppable
from harvester.console import Line
from harvester.exceptions import HarvesterError
from harvester.rereading import Rereading
from harvester.store.archive import Archive
from harvester.store.lock import Lock
from harvester.workers.readers import Readers

_SHOWN = 10


class Command(ScrapyCommand):
    """Exit code 0 when everything kept could be read, 6 when something is damaged."""

    requires_project = True
    requires_crawler_process = False

    def short_desc(self) -> str:
        return "Read all kept captures again with today's code, without the network"

    def long_desc(self) -> str:
        return (
            "Rebuilds the values in the output directory (-s HARVEST_OUTPUT=DIR) from what harvests received and "
            "kept in captures/, and says what that changes. What came from WARC files or mirrors is read again "
            "by the command that brought it."
        )

    @stoppable
    def run(self, args: list[str], opts: argparse.Namespace) -> None:
        if args:
            raise UsageError(f"`scrapy reparse` takes no {args[0]!r}; name a folder with -s HARVEST_OUTPUT=DIR.")
        output = held(self.settings)
        assert self.settings is not None
        try:
            lock = Lock(output, "reparse", now())
            try:
                readers = Readers.from_settings(self.settings)
                try:
                    self.exitcode = reparse(Archive(output, "live", "reparse", {}), readers)
                finally:
                    readers.close()
            finally:
                lock.release()
        except HarvesterError as error:
            print(f"scrapy reparse: {error}", file=sys.stderr)
            self.exitcode = error.exit_code


def reparse(archive: Archive, readers: Readers) -> int:
    """Read everything kept, say what changes, and return the exit code."""
    line = Line(print)

    def tell(done: int, known: int) -> None:
        if line.due():
            line.show(f"{done:,} of {known:,} captures read")

    work = Rereading(archive, readers, tell)
    try:
        asyncio.run(work.run())
    except KeyboardInterrupt:
        reason = f"{REASON} What was read again is kept; the same command begins anew."
        archive.close(6, reason)
        print(f"scrapy reparse: {reason}", file=sys.stderr)
        return 6
    finally:
        line.clear()
    counts = archive.counts
    print(
        f"{counts['pages']:,} kept pages read again: documents {counts['document changed']:,} changed,"
        f" {counts['document new']:,} new, {counts['document unchanged']:,} unchanged; {work.no_pages:,} captures hold"
        " no page."
    )
    for name, count in work.changed.most_common():
        print(f"  {name}: in {count:,}, for example {work.examples[name]}")
    for problem in [*map(str, work.damage), *work.unreadable][:_SHOWN]:
        print(f"  damaged: {problem}")
    for spider, arguments in _other_sources(archive):
        words = " ".join(f"-a {name}={value}" for name, value in json.loads(arguments).items())
        print(f"To read again what came from files: scrapy crawl {spider} {words}")
    broken = len(work.damage) + len(work.unreadable)
    captures = "1 kept capture" if broken == 1 else f"{broken:,} kept captures"
    reason = f"{captures} could not be read; `scrapy verify` marks them to be fetched again"
    archive.close(6 if broken else 0, reason if broken else "complete")
    if broken:
        print(f"{reason}.")
    return 6 if broken else 0


def _other_sources(archive: Archive) -> list[tuple[str, str]]:
    rows = archive.db.conn.execute("SELECT DISTINCT spider, arguments FROM runs WHERE spider IN ('warc', 'mirror')")
    return rows.fetchall()
