"""WARC and WACZ files, of whatever crawler: `scrapy crawl warc -a path=GLOB`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from harvester.capture import Capture
from harvester.sources import Damage, warc
from harvester.spiders.bulk import BulkSpider


class WarcSpider(BulkSpider):
    """Reads files, and those in folders whose names say that they are WARC or WACZ."""

    name = "warc"
    source = "warc"

    def captures(
        self, paths: list[Path], limit: int, files_limit: int, counts: Counter[str]
    ) -> Iterator[Capture | Damage]:
        """All files are one set: a revisit record may refer to any of them."""
        files = [file for path in paths for file in _files(path)]
        yield from warc.read(files, limit, files_limit, counts)


def _files(path: Path) -> Iterator[Path]:
    if path.is_dir():
        yield from sorted(p for p in path.rglob("*") if p.is_file() and p.name.lower().endswith(warc.SUFFIXES))
    else:
        yield path
