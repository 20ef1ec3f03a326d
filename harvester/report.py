"""What became of a run: the facts, and for machines as JSON in `runs/` of the output directory."""

import json
import logging
import os
import sqlite3
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harvester import __version__
from harvester.clock import now
from harvester.drift import Alarm

if TYPE_CHECKING:
    from harvester.spiders.run import RunSpider

logger = logging.getLogger(__name__)

FOLDER = "runs"


@dataclass
class Report:
    """The facts of one run."""

    spider: str
    arguments: dict[str, str]
    started: str
    finished: str
    exit_code: int
    reason: str
    output: str
    version: str = __version__
    harvest: dict[str, int] = field(default_factory=dict)
    """What was done: `document new`, `person changed`, `failed`, `quarantined`, `pages`, …"""
    fields: dict[str, list[int]] = field(default_factory=dict)
    """Field → documents that have it, documents read."""
    agreement: list[float] = field(default_factory=list)
    """Sum of the agreements of the two readings of each body, and how many were compared."""
    unknown: dict[str, int] = field(default_factory=dict)
    """Labels and values no table knows."""
    drift: list[dict[str, Any]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    """(address, reason) of what failed."""
    held: dict[str, int] = field(default_factory=dict)
    """Table → rows, at the end of the run."""
    network: dict[str, int] = field(default_factory=dict)
    """Requests and bytes received."""

    @classmethod
    def of(cls, spider: "RunSpider", alarms: list[Alarm]) -> "Report":
        """The report of a run that is ending; what a broken database no longer tells is left out."""
        stats = spider.crawler.stats
        report = cls(
            spider=spider.name,
            arguments=dict(spider.given),
            started=spider.started,
            finished=now(),
            exit_code=1 if spider.exit_code is None else spider.exit_code,
            reason=spider.reason,
            output=str(spider.output),
            drift=[asdict(alarm) for alarm in alarms],
            network={
                "requests": stats.get_value("downloader/request_count", 0),
                "bytes": stats.get_value("downloader/response_bytes", 0),
            },
        )
        if spider.opened:
            archive = spider.archive
            report.network["bytes"] += archive.counts["file bytes"]  # streamed past Scrapy's count
            report.harvest = dict(archive.counts)
            report.unknown = dict(archive.unknown.most_common())
            tally = archive.tally.summary()
            report.fields, report.agreement = tally["fields"], tally["agreement"]
            try:
                report.failures, report.held = archive.frontier.failures(), archive.held()
            except sqlite3.Error as error:
                logger.warning("The report is not whole: %s", error)
        return report

    @property
    def seconds(self) -> float:
        """How long the run took."""
        return (datetime.fromisoformat(self.finished) - datetime.fromisoformat(self.started)).total_seconds()

    def counts(self) -> dict[str, Any]:
        """What the run's row keeps beside its own columns."""
        own = ("spider", "arguments", "started", "finished", "exit_code", "reason", "output", "failures")
        return {name: value for name, value in asdict(self).items() if name not in own} | {"seconds": self.seconds}

    def write(self, output: Path) -> None:
        """Write the JSON; a disk that is full costs the report, not the run."""
        stamp = self.started.replace("-", "").replace(":", "")  # a colon is no part of a file's name everywhere
        path = output / FOLDER / f"{stamp}-{os.getpid()}.json"
        try:
            path.parent.mkdir(exist_ok=True)
            path.write_text(self.json(), "utf-8")
        except OSError as error:
            logger.warning("The report could not be written to %s: %s", path, error)

    def json(self) -> str:
        """All of it."""
        return json.dumps(asdict(self) | {"seconds": self.seconds}, ensure_ascii=False, indent=1)
