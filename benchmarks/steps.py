"""(c) What each step of one page costs, as CPU time in bare parses of the same page (`etree.HTML`, as in `limit`).

In one process, without pools or pipes: what a page costs wherever it is read.
"""

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

from lxml import etree

from benchmarks import pages
from benchmarks.data import SEEN
from benchmarks.report import Result
from harvester import normalise, reading
from harvester.capture import Capture
from harvester.pages import document
from harvester.pages import read as read_page
from harvester.pages.parse import parse
from harvester.settings import WITNESS_EVERY
from harvester.store.archive import Archive

_STEPS = {
    "parse": "parse: bytes to a tree, decoded and guarded",
    "fields": "fields: every value but the texts",
    "body": "body: the texts, plain and as HTML",
    "witness": f"witness: trafilatura, of one page in {WITNESS_EVERY} in bulk",
    "normalise": "normalise: page to records",
    "links": "digest and links",
    "write": "write: records to rows, in batches",
}
_Spent = dict[str, float]
_Given = TypeVar("_Given")


def of_a_page(count: int, runs: int = 3) -> list[Result]:
    """Each step's share, one figure a run; the first run, which fills the caches, is not counted."""
    captures = [
        Capture(page.url, page.body, "mirror", SEEN, location=f"made#{page.number}")
        for page in map(pages.page, range(count))
    ]
    spent = [_run(captures) for _ in range(runs + 1)][1:]
    in_bulk = [sum(each.values()) - each["bare"] - each["witness"] for each in spent]
    return [
        *(
            Result("c", f"a page: {name}", "× the bare parse", [each[step] / each["bare"] for each in spent])
            for step, name in _STEPS.items()
        ),
        Result("c", "a page: all but the witness", "× the bare parse",
               [total / each["bare"] for total, each in zip(in_bulk, spent, strict=True)]),
        Result("c", "a page: the bare parse", "ms", [each["bare"] * 1000 / count for each in spent]),
    ]  # fmt: skip


def _run(captures: list[Capture]) -> _Spent:
    """CPU seconds of each step, over all pages; page by page, so that the machine's moods hit all steps alike."""
    spent: _Spent = dict.fromkeys(("bare", *_STEPS), 0.0)
    bodies: list[float] = []
    with tempfile.TemporaryDirectory() as output, _bodies_timed(bodies):
        archive = Archive(Path(output), "mirror", "mirror", {})
        archive.in_batches()
        for capture in captures:
            for step, seconds in _steps(capture, archive, bodies).items():
                spent[step] += seconds
        spent["write"] += _timed(archive.close, 0, "measured")[0]  # a batch is written at its end
    return spent


def _steps(capture: Capture, archive: Archive, bodies: list[float]) -> _Spent:
    bare, _ = _timed(etree.HTML, capture.body, etree.HTMLParser(encoding="utf-8"))
    parsed, _ = _timed(parse, capture.body, capture.media_type)
    bodies.clear()
    paged, page = _timed(read_page, capture, False)
    body = sum(bodies)
    normalised, _ = _timed(normalise.records, page)
    read, found = _timed(reading.read, capture, False)
    witnessed, _ = _timed(read_page, capture, True)
    written, _ = _timed(archive.keep, reading.Harvest(found, capture.url))
    return {
        "bare": bare,
        "parse": parsed,
        "fields": paged - parsed - body,
        "body": body,
        "witness": witnessed - paged,
        "normalise": normalised,
        "links": read - paged - normalised,
        "write": written,
    }


@contextmanager
def _bodies_timed(bodies: list[float]) -> Iterator[None]:
    """While the block runs, each reading of a page's texts adds its time."""
    read_versions = document.read_versions

    def timed(*args: Any) -> Any:
        seconds, versions = _timed(read_versions, *args)
        bodies.append(seconds)
        return versions

    with patch.object(document, "read_versions", timed):
        yield


def _timed(work: Callable[..., _Given], *args: Any) -> tuple[float, _Given]:
    """CPU seconds, and what was given back."""
    started = time.process_time()
    given = work(*args)
    return time.process_time() - started, given
