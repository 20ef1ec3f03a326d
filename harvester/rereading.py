"""Reads all kept captures again with today's code, without the network, and says what that changes.

The captures of one address are read together, the newest first: it gives the values, older ones fill gaps.
A value that none of them shows any more is forgotten, unless another source may have given it. Raises what
`store` and `workers` raise.
"""

import json
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, fields
from pathlib import Path

from harvester import urls
from harvester.capture import Capture
from harvester.exceptions import CaptureError
from harvester.items import Document
from harvester.reading import Reading
from harvester.sources import Damage
from harvester.store import captures
from harvester.store.archive import Archive
from harvester.store.merge import BODY, DATE
from harvester.workers.jobs import Result
from harvester.workers.readers import Readers

# What a page may show; the other parts of a text or a date go with their first.
_SHOWN = {f.name for f in fields(Document)} - {
    "slug",
    "url",
    "topics",
    "files",
    "flags",
    "unknown",
    *BODY[1:],
    *DATE[1:],
}


@dataclass
class Rereading:
    """One reading of everything kept."""

    archive: Archive
    readers: Readers
    tell: Callable[[int, int], None] = lambda done, known: None
    """Called with the captures read so far and those there are."""
    damage: list[Damage] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)
    """Addresses of captures that no process could read, with the reason."""
    no_pages: int = 0
    """Captures that hold no page: challenges, errors."""
    changed: Counter[str] = field(default_factory=Counter)
    """Field → documents in which it changed."""
    examples: dict[str, str] = field(default_factory=dict)
    """Field → a document in which it changed."""

    async def run(self) -> None:
        """Read, write, and note what changed."""
        since = self._last_version()
        self.archive.writer.cause = "software"
        self.archive.in_batches()
        groups = self._index(self.archive.output)
        known, done = sum(map(len, groups.values())), 0
        async for group in self._groups(groups):
            done += len(group)
            self._write(group)
            self.tell(done, known)
        self._compare(since)

    def _index(self, output: Path) -> dict[str, list[str]]:
        """Address → locations of its captures, the newest first."""
        found: dict[str, list[tuple[str, int, str]]] = {}
        for number, item in enumerate(captures.index(output)):
            if isinstance(item, Damage):
                self.damage.append(item)
            else:
                found.setdefault(item.address, []).append((item.captured_at, number, item.location))
        return {address: [kept[-1] for kept in sorted(group, reverse=True)] for address, group in found.items()}

    async def _groups(self, groups: dict[str, list[str]]) -> AsyncIterator[list[Result]]:
        sizes: deque[int] = deque()
        group: list[Result] = []

        def load() -> Iterator[Capture]:
            for locations in groups.values():
                loaded = [capture for location in locations if (capture := self._load(location))]
                if loaded:
                    sizes.append(len(loaded))
                    yield from loaded
            self.archive.near_the_end()

        async for result in self.readers.read(load()):
            group.append(result)
            if len(group) == sizes[0]:
                sizes.popleft()
                yield group
                group = []

    def _load(self, location: str) -> Capture | None:
        try:
            return captures.read(self.archive.output, location)
        except CaptureError as error:
            name, _, offset = location.partition("#")
            self.damage.append(Damage(name, int(offset), str(error)))
            return None

    def _write(self, group: list[Result]) -> None:
        good = []
        for result in group:
            if not isinstance(result, Reading):
                self.unreadable.append(f"{result.provenance.url}: {result.reason}")
            elif result.problem:
                self.no_pages += 1
            else:
                good.append(result)
        forget = self._forgettable(good)
        for reading in good:
            self.archive.reread(reading, forget if reading is good[0] else None)

    def _forgettable(self, good: list[Reading]) -> set[str]:
        """What none of the captures of a document shows, and no other source can have given."""
        documents = [record for reading in good for record in reading.records if isinstance(record, Document)]
        if not documents or not self._is_all(documents[0], good):
            return set()
        return {name for name in _SHOWN if not any(getattr(document, name) for document in documents)}

    def _is_all(self, document: Document, good: list[Reading]) -> bool:
        """Whether these readings are of all captures that a document may have its values from."""
        forms = _legacy(document.record_id)
        count = "SELECT count(*) FROM captures WHERE url IN (SELECT value FROM json_each(?))"
        not_here = f"{count} AND id NOT IN (SELECT capture FROM quarantine WHERE capture IS NOT NULL)"
        execute = self.archive.db.conn.execute
        [elsewhere] = execute(count, (json.dumps(forms),)).fetchone()
        [held] = execute(not_here, (json.dumps([document.url]),)).fetchone()
        return not elsewhere and held <= len(good)

    def _last_version(self) -> int:
        return int(self.archive.db.conn.execute("SELECT coalesce(max(rowid), 0) FROM document_versions").fetchone()[0])

    def _compare(self, since: int) -> None:
        rows = self.archive.db.conn.execute("SELECT document, changes FROM document_versions WHERE rowid > ?", (since,))
        for slug, changes in rows:
            for name in {name.partition(".")[0] for name in json.loads(changes)}:
                self.changed[name] += 1
                self.examples.setdefault(name, slug)


def _legacy(record_id: int | None) -> list[str]:
    paths = (f"/document/{record_id}", f"/document/{record_id}.ris", f"/srv/record/{record_id}.json")
    return [urls.SITE + path for path in paths]
