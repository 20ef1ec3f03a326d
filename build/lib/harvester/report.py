"""What became of a run: for people as a summary, for machines as JSON in `runs/` of the output directory."""

import json
import logging
import os
import shutil
import sqlite3
import sys
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from harvester import __version__
from harvester.clock import now
from harvester.console import size
from harvester.drift import Alarm
from harvester.store.database import NAME

if TYPE_CHECKING:
    from harvester.spiders.run import RunSpider

logger = logging.getLogger(__name__)

FOLDER = "runs"
_SHOWN = 5  # failures shown to a person; all are in the JSON
_HEADLINES = {
    0: "The harvest is complete.",
    1: "The harvest ended with an error.",
    2: "This cannot be run.",
    3: "The site keeps the harvest out.",
    4: "The source cannot be reached.",
    5: "The harvest is complete, but the pages no longer look as known.",
    6: "The harvest is not complete.",
    7: "Another run is writing here.",
}


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

    def text(self) -> str:
        """The summary for a person."""
        lines = [f"{_HEADLINES.get(self.exit_code, '')} (exit code {self.exit_code})"]
        if self.exit_code:
            lines += ["", self.reason]
        if self.held:
            lines += ["", *self._table()]
        lines += [f"  failed: {url}: {why}" for url, why in self.failures[:_SHOWN]]
        if len(self.failures) > _SHOWN:
            lines.append(f"  … and {len(self.failures) - _SHOWN} more; the report names them.")
        if self.held.get("documents"):
            lines += ["", f"The archive is in {Path(self.output) / NAME}. To read it: {self._command('browse')}"]
        return "\n".join(lines)

    def _table(self) -> list[str]:
        h, held = self.harvest, self.held
        unchanged = h.get("document unchanged", 0) + h.get("not modified", 0)
        rows = {
            "held": ", ".join(f"{count:,} {name}" for name, count in held.items()),
            "documents": f"{h.get('document new', 0):,} new, {h.get('document changed', 0):,} changed,"
            f" {unchanged:,} unchanged, {h.get('documents gone', 0):,} gone from the site",
            "set aside": f"{h.get('failed', 0):,} failed, {h.get('quarantined', 0):,} quarantined,"
            f" {h.get('excluded', 0) + h.get('not found', 0):,} not there or not allowed",
        }
        if files := {name: count for name, count in h.items() if name.startswith("file") and count}:
            rows["files"] = ", ".join(_file_counts(files))
        if read := next(iter(self.fields.values()), [0, 0])[1]:
            rows["filled"] = ", ".join(f"{name} {filled / read:.0%}" for name, (filled, _) in self.fields.items())
        if self.unknown:
            rows["not known"] = ", ".join(f"{name} ({count})" for name, count in list(self.unknown.items())[:10])
        rows["network"] = f"{self.network['requests']:,} requests, {size(self.network['bytes'])}, {_time(self.seconds)}"
        return [f"  {name:<10} {value}" for name, value in rows.items()]

    def _command(self, name: str) -> str:
        program = Path(sys.executable).with_name("scrapy")
        found = shutil.which("scrapy")
        if found and Path(found).resolve() == program.resolve():
            program = Path("scrapy")
        elif program.is_relative_to(Path.cwd()):
            program = program.relative_to(Path.cwd())
        moved = f" -s HARVEST_OUTPUT={self.output}" if self.output != "output" else ""
        return f"{program} {name}{moved}"


def _file_counts(counts: dict[str, int]) -> Iterator[str]:
    """What became of the PDFs, in a reader's words."""
    yield f"{counts.get('files', 0):,} brought ({size(counts.get('file bytes', 0))})"
    yield f"{counts.get('files read', 0):,} read"
    if left := counts.get("files to read", 0):
        yield f"{left:,} left to read"
    for condition in ("image-only", "encrypted", "broken", "absent", "too-large"):
        if count := counts.get(f"files {condition}", 0):
            yield f"{count:,} {condition}"


def _time(seconds: float) -> str:
    minutes, hours = int(seconds // 60), int(seconds // 3600)
    if hours:
        return f"{hours} h {minutes % 60} min"
    return f"{minutes} min {seconds % 60:.0f} s" if minutes else f"{seconds:.0f} s"
