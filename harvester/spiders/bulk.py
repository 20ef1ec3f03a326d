"""Spiders that read files: many captures, no network. Other processes read the pages; rows come in file order.

What is not whole is told, noted in `quarantine`, and makes the run incomplete; challenge and error pages are
noted only. An address of which no capture is whole ends `failed`.
"""

import os
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import ClassVar

from scrapy.settings import BaseSettings

from harvester import garbage, urls
from harvester.capture import Capture
from harvester.files.intake import Intake, Origin
from harvester.reading import Harvest
from harvester.sources import Damage
from harvester.spiders import arguments
from harvester.spiders.files import reading_queue
from harvester.spiders.run import RunSpider
from harvester.store.frontier import FILES
from harvester.workers.jobs import Unreadable
from harvester.workers.readers import Readers

_TOLD = 20  # faults told one by one
# Off in any case, but Scrapy loads what stands in a list, and a web server with it; the last costs a turn of the
# event loop for each item, to count what the archive counts.
_LEFT_OUT = (
    "scrapy.extensions.telnet.TelnetConsole",
    "scrapy.extensions.remote_control.RemoteControl",
    "scrapy.extensions.corestats.CoreStats",
)


class BulkSpider(RunSpider):
    """Reads the captures in files; a subclass says how."""

    arguments: ClassVar = {"path": arguments.paths, "files": arguments.yes_no, "ocr": arguments.ocr}
    required: ClassVar = ("path",)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Load nothing for the network: what reads files cannot call anybody, and starts in half the time."""
        super().update_settings(settings)
        for name in ("DOWNLOAD_HANDLERS", "DOWNLOADER_MIDDLEWARES", "SPIDER_MIDDLEWARES"):
            settings.set(name, {}, "spider")
            settings.set(f"{name}_BASE", {}, "spider")
        extensions = {name: order for name, order in settings["EXTENSIONS_BASE"].items() if name not in _LEFT_OUT}
        settings.set("EXTENSIONS_BASE", extensions, "spider")

    def captures(self, paths: list[Path], limit: int, files_limit: int, counts: Counter[str]) -> Iterator:
        """The `Capture`s and the `Damage` in files; limits in bytes, `counts` as in `sources`."""
        raise NotImplementedError

    async def arrive(self) -> None:
        """Find those who read: nothing is written when a cluster cannot be had."""
        self.readers = Readers.from_settings(self.crawler.settings)

    async def harvest(self) -> AsyncIterator[Harvest]:
        """Every good page."""
        garbage.search_seldom()
        self.intake = Intake(self.archive)
        self.intake.vault.clean()
        self.archive.in_batches()
        try:
            async for result in self.readers.read(self._pages()):
                if self.exit_code is not None:
                    return
                address = urls.recognise(result.provenance.url)
                if isinstance(result, Unreadable):
                    self.archive.unreadable(result.provenance, result.reason)
                elif result.problem or address is None:
                    self.archive.refused(result)
                else:
                    harvest = Harvest(result, address.url)
                    if result.kind in ("catalog", "list"):
                        self.archive.keep(harvest)
                    else:
                        yield harvest
        finally:
            self.readers.close()
        if self.wants_files:
            self.archive.commit()
            queue = reading_queue(self, os.cpu_count() or 1)
            queue.finish()
            await queue.run()

    def _pages(self) -> Iterator[Capture]:
        """The pages; what else the files hold is seen to on the way."""
        settings = self.crawler.settings
        files_limit = settings.getint("FILES_MAXSIZE") if self.wants_files else 0
        counts: Counter[str] = Counter()
        for found in self.captures(self.options["path"], settings.getint("DOWNLOAD_MAXSIZE"), files_limit, counts):
            if isinstance(found, Damage):
                self._damaged(found)
            elif (address := urls.recognise(found.url)) and address.kind in FILES:
                self._file(found, address)
            else:
                yield found
        self.archive.near_the_end()
        self.archive.counts.update({f"passed over: {what}": count for what, count in counts.items()})

    def _damaged(self, damage: Damage) -> None:
        told = self.archive.counts["damaged"] + self.archive.counts["refused"]
        if told < _TOLD:
            self.logger.warning(str(damage))
        elif told == _TOLD:
            self.logger.warning("There is more of this: see the table quarantine.")
        self.archive.damaged(damage)

    def _file(self, capture: Capture, address: urls.Address) -> None:
        with self.archive.page():
            self.archive.frontier.add([address])
        origin = Origin(capture.url, capture.fetched_at, capture.media_type, capture.status)
        content = self.intake.take([capture.body], origin, address.url)
        if content not in ("pdf", "cut"):
            self.archive.settle(address.url, "quarantined", f"no PDF but: {content}")

    def closed(self, reason: str) -> None:
        """Judge what the files held before the run is judged."""
        if self.opened and self.exit_code is None and reason == "finished":
            counts = self.archive.counts
            with self.archive.page():
                counts["failed"] += self.archive.frontier.abandon("none of its captures is whole")
            if damaged := counts["damaged"]:
                what = "1 part" if damaged == 1 else f"{damaged:,} parts"
                what += " of the files had to be left out as damaged; the table quarantine says which"
                self.finish(6, f"{what}. Everything that is whole was taken.")
            elif not counts["pages"] and not counts["files"]:
                self.finish(6, f"Nothing of the archive was found in {self.given['path']}.")
        super().closed(reason)
