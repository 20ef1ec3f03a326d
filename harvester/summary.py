"""What became of a run, in words for the person who started it. Pure but for where `scrapy` is found."""

from collections.abc import Iterator
from pathlib import Path
from textwrap import wrap

from harvester.console import program, size, typed
from harvester.report import Report
from harvester.store.database import NAME

_HEADLINES = {
    0: "The harvest is complete.",
    1: "The harvest ended with an error.",
    3: "The site keeps the harvest out.",
    4: "The source cannot be reached.",
    5: "The pages no longer look as known. What was held is kept; see what changed before you trust what is new.",
    6: "The harvest is not complete.",
    7: "Another run is writing here.",
}
_SHOWN = 5  # failures; the report has all
_WIDTH = 110


def verdict(report: Report) -> str:
    """How it ended, and why."""
    headline = f"{_HEADLINES.get(report.exit_code, 'The harvest ended.')} (exit code {report.exit_code})"
    return f"{headline}\n{typed(report.reason)}" if report.exit_code else headline


def facts(report: Report) -> str:
    """What was done, what is held, and what to type next; '' when nothing was opened."""
    if not report.held:
        return ""
    lines = [line for name, value in _rows(report).items() for line in _row(name, value)]
    lines += [f"  failed: {url}: {why}" for url, why in report.failures[:_SHOWN]]
    if len(report.failures) > _SHOWN:
        lines.append(f"  … and {len(report.failures) - _SHOWN} more; the report names them.")
    if report.held["documents"]:
        browse = _command("browse", report.output)
        lines += ["", f"The archive is in {Path(report.output) / NAME}. To read it: {browse}"]
    return "\n".join(lines)


def _rows(report: Report) -> dict[str, str]:
    h = report.harvest
    rows = {
        "held": ", ".join(f"{count:,} {name}" for name, count in report.held.items()),
        "documents": f"{h.get('document new', 0):,} new, {h.get('document changed', 0):,} changed,"
        f" {h.get('document unchanged', 0):,} unchanged, {h.get('documents gone', 0):,} gone from the site",
        "set aside": f"{h.get('failed', 0):,} failed, {h.get('quarantined', 0):,} quarantined,"
        f" {h.get('excluded', 0) + h.get('not found', 0):,} not there or not allowed",
    }
    if files := {name: count for name, count in h.items() if name.startswith("file") and count}:
        rows["files"] = ", ".join(_file_counts(files))
    if read := next(iter(report.fields.values()), [0, 0])[1]:
        rows["filled"] = ", ".join(f"{name} {filled / read:.0%}" for name, (filled, _) in report.fields.items())
    if report.unknown:
        rows["not known"] = ", ".join(f"{name} ({count})" for name, count in list(report.unknown.items())[:10])
    received = size(report.network["bytes"])
    rows["network"] = f"{report.network['requests']:,} requests, {received}, {_time(report.seconds)}"
    return rows


def _row(name: str, value: str) -> list[str]:
    return wrap(f"  {name:<10} {value}", _WIDTH, subsequent_indent=" " * 13, break_on_hyphens=False)


def _command(name: str, output: str) -> str:
    moved = f" -s HARVEST_OUTPUT={output}" if output != "output" else ""
    return f"{program()} {name}{moved}"


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
