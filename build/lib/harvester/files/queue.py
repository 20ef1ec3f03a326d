"""Reads the held PDFs that are to be read, while the crawl waits for its turn.

The table `files` is the queue, so a killed run forgets nothing. Raises StoreError.
"""

import asyncio
import logging
from collections.abc import Iterator

from harvester.files import languages, reader
from harvester.files.reader import Limits
from harvester.store.archive import Archive
from harvester.store.files import Unread

logger = logging.getLogger(__name__)


class ReadingQueue:
    """Of one run; `packs` are Tesseract's language packs, or None without OCR; `at_once` processes read."""

    def __init__(self, archive: Archive, limits: Limits, packs: set[str] | None, at_once: int = 1) -> None:
        self.archive, self.files = archive, archive.writer.files
        self.limits, self.packs, self.at_once = limits, packs, at_once
        self._arrived = asyncio.Event()
        self._last = False
        self._said: set[str] = set()

    def arrived(self) -> None:
        """Say that a file may have come."""
        self._arrived.set()

    def finish(self) -> None:
        """Say that no more will come: `run` ends when all are read."""
        self._last = True
        self._arrived.set()

    async def run(self) -> None:
        """Read until told that no more will come; may be cancelled at any moment."""
        if self.packs is not None:
            await self._read_all(self.files.unread_images(self.packs))
        while True:
            self._arrived.clear()
            waiting = self.files.unread()
            await self._read_all(waiting)
            if not waiting and self._last:
                return
            if not waiting:
                await self._arrived.wait()

    async def _read_all(self, waiting: list[Unread]) -> None:
        self.archive.counts["files to read"] = len(waiting)
        shared = iter(waiting)
        await asyncio.gather(*(self._read_from(shared) for _ in range(self.at_once)))

    async def _read_from(self, waiting: Iterator[Unread]) -> None:
        for unread in waiting:
            await self._read(unread)
            self.archive.counts["files to read"] -= 1

    async def _read(self, unread: Unread) -> None:
        packs, missing = self._packs(unread)
        path = self.archive.output / unread.path
        contents = await reader.read(path, self.limits, packs)
        if missing and contents.text_from == "ocr":
            contents.metadata["packs_missing"] = missing
            self._say_missing(missing)
        with self.archive.page():
            self.files.read(unread.sha256, contents)
        self.archive.counts.update({"files read": 1, f"files {contents.condition}": 1})

    def _packs(self, unread: Unread) -> tuple[list[str] | None, list[str]]:
        if self.packs is None:
            return None, []
        return languages.choose(unread.languages, self.packs)

    def _say_missing(self, missing: list[str]) -> None:
        for pack in set(missing) - self._said:
            self._said.add(pack)
            logger.warning(
                "Tesseract has no language pack %s: read without it, probably badly. `apt-get install"
                " tesseract-ocr-%s`, then run the same command again: such files are read anew.",
                pack,
                pack.replace("_", "-"),
            )
