"""A mirror: tar, zip, or a folder of saved pages: `scrapy crawl mirror -a path=FILE_OR_DIR`."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from harvester.capture import Capture
from harvester.sources import Damage, mirror
from harvester.spiders.bulk import BulkSpider


class MirrorSpider(BulkSpider):
    """Reads archives and folders; nothing is unpacked to disk."""

    name = "mirror"
    source = "mirror"

    def captures(
        self, paths: list[Path], limit: int, files_limit: int, counts: Counter[str]
    ) -> Iterator[Capture | Damage]:
        """One after the other."""
        for path in paths:
            yield from mirror.read(path, limit, files_limit, counts)
