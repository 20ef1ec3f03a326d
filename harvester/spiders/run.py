"""What all spiders have in common: arguments, the lock, the archive, and how a run ends.

Whatever goes wrong ends as an exit code and one message; only what nobody foresaw has a traceback.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, Self

from scrapy import Request, Spider, signals
from scrapy.crawler import Crawler
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from harvester import drift
from harvester.clock import now
from harvester.exceptions import HarvesterError, StoreError
from harvester.reading_room import kit
from harvester.report import Report
from harvester.spiders import arguments
from harvester.store import sample
from harvester.store.archive import Archive
from harvester.store.database import NAME, explained
from harvester.store.lock import Lock
from harvester.store.runs import STOPPED

_GO_ON = "The same command goes on where it was."


class RunSpider(Spider):
    """One run on one output directory."""

    source: ClassVar[str]
    arguments: ClassVar[Mapping[str, Callable[[str], Any]]]
    required: ClassVar[Collection[str]] = ()
    """Arguments that must be given."""
    asked: str = ""
    """The address that a run over the network asks."""

    def __init__(self, *args: Any, **given: str) -> None:
        self.options = arguments.read(self.name, self.arguments, given, self.required)
        self.given = given
        self.exit_code: int | None = None
        self.reason = ""
        self.started = now()
        self.archive: Archive  # open once the source has answered
        self.lock: Lock | None = None
        self.report: Report | None = None
        """What became of the run, once it is closed."""
        self.unforeseen: str | None = None
        """The last error that nobody foresaw."""
        super().__init__(*args)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Say in the User-Agent who runs this harvest."""
        super().update_settings(settings)
        agent, contact = settings["USER_AGENT"], (settings["CONTACT"] or "").strip()
        if contact and contact not in agent:
            above = (settings.getpriority("USER_AGENT") or 0) + 1  # the process lays its own over it once more
            settings.set("USER_AGENT", f"{agent} contact: {contact}", above)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **given: Any) -> Self:
        """Scrapy's way in; hears of every error that nobody else handles."""
        spider = super().from_crawler(crawler, *args, **given)
        crawler.signals.connect(spider.broken, signals.spider_error)
        crawler.signals.connect(spider.broken, signals.item_error)
        return spider

    # -- what a subclass says ---------------------------------------------------------------

    async def arrive(self) -> None:
        """Make sure the source answers, before anything is written. Raises HarvesterError."""

    def harvest(self) -> AsyncIterator[Any]:
        """Every request or harvest of the run, each when its turn has come; the archive is open."""
        raise NotImplementedError

    def signs(self, limits: drift.Limits) -> list[drift.Alarm]:
        """Signs of drift of the source's own, beside those in the documents."""
        return []

    # -- the run ----------------------------------------------------------------------------

    @property
    def output(self) -> Path:
        """Where the harvest lands."""
        return Path(self.crawler.settings["HARVEST_OUTPUT"])

    @property
    def wants_files(self) -> bool:
        """Whether PDFs are brought too, as OCR needs them to be."""
        return bool(self.options.get("files", self.options.get("ocr")))

    @property
    def opened(self) -> bool:
        """Whether the source has answered, and the archive is open."""
        return hasattr(self, "archive")

    async def start(self) -> AsyncIterator[Any]:
        """The run, from the lock to the last request."""
        try:
            self.output.mkdir(parents=True, exist_ok=True)
            self.lock = Lock(self.output, self.name, self.started)
            await self.arrive()
            if self.asked:
                sample.keep_out(self.output, self.asked)
            self.archive = Archive(self.output, self.source, self.name, self.given)
            kit.install(self.output)
            engine = self.crawler.engine
            assert engine
            async for wanted in self.harvest():
                if isinstance(wanted, Request):
                    yield wanted
                else:  # as if yielded, without a task and turns of the event loop for each
                    await engine.scraper.start_itemproc_async(wanted, response=None)
        except HarvesterError as error:
            self.finish(error.exit_code, str(error))
        except (GeneratorExit, asyncio.CancelledError):
            raise
        except OSError as error:
            self.finish(1, f"The disk or a folder failed: {error}. What was harvested is kept. {_GO_ON}")
        except Exception as error:
            self.logger.exception("Unexpected error")
            self.finish(1, _describe(error))

    def finish(self, exit_code: int, reason: str) -> None:
        """End the run: what is in flight may still be answered, nothing more is asked for."""
        if self.exit_code is None:
            self.exit_code, self.reason = exit_code, reason

    def broken(self, failure: Failure) -> None:
        """An error in a callback or a pipeline that nobody handled; Scrapy has logged it with its traceback."""
        if isinstance(failure.value, HarvesterError):
            self.finish(failure.value.exit_code, str(failure.value))
        else:
            self.unforeseen = _describe(failure.value)

    def closed(self, reason: str) -> None:
        """Judge the run, complete its row, write its report and let the next run in."""
        alarms: list[drift.Alarm] = []
        try:
            with explained(NAME):
                if self.opened:
                    limits = _limits(self.crawler.settings)
                    alarms = [*self.archive.alarms(limits), *self.signs(limits)]
                if self.exit_code is None:
                    self.finish(*self._verdict(reason, alarms))
                self.report = Report.of(self, alarms)
                if self.opened:
                    self.archive.close(self.report.exit_code, self.reason, self.report.counts())
        except StoreError as error:
            self.exit_code, self.reason = error.exit_code, str(error)
            report = self.report or Report.of(self, alarms)
            self.report = replace(report, exit_code=error.exit_code, reason=self.reason)
        if self.lock:
            self.report.write(self.output)
            self.lock.release()

    def _verdict(self, reason: str, alarms: list[drift.Alarm]) -> tuple[int, str]:
        failed = self.archive.counts["failed"] if self.opened else 0
        if self.unforeseen:
            return 1, f"{self.unforeseen}. {_GO_ON}"
        if reason != "finished":
            how = "Ctrl-C or a signal" if reason == "shutdown" else reason
            return 6, f"{STOPPED} before its end ({how}). {_GO_ON}"
        if alarms:
            return 5, " ".join(str(alarm) for alarm in alarms)
        if failed:
            what = "1 address" if failed == 1 else f"{failed:,} addresses"
            return 6, f"{what} failed after retries. The next run tries again."
        return 0, "complete"


def _limits(settings: BaseSettings) -> drift.Limits:
    return drift.Limits(
        minima={name: float(share) for name, share in settings.getdict("DRIFT_MINIMA").items()},
        least=settings.getint("DRIFT_LEAST"),
        lost=settings.getfloat("DRIFT_LOST"),
        rewritten=settings.getfloat("DRIFT_REWRITTEN"),
        guessed=settings.getfloat("DRIFT_GUESSED"),
        agreement=settings.getfloat("DRIFT_AGREEMENT"),
        vanished=settings.getfloat("DRIFT_VANISHED"),
    )


def _describe(error: BaseException | None) -> str:
    return f"Unexpected error, {type(error).__name__}: {error}"
