"""Revisit records: captures whose bytes stand in another record of the same set. Pure; raises nothing."""

from collections.abc import Iterator
from dataclasses import dataclass

from harvester.sources.http import Headers

_Key = str | tuple[str, str]


@dataclass(frozen=True, slots=True)
class Revisit:
    """What a revisit record says of itself."""

    url: str
    fetched_at: str
    location: str


class Waiting:
    """Revisits whose original has not been met, by what they say of it."""

    def __init__(self) -> None:
        self._by_key: dict[_Key, list[Revisit]] = {}
        self._left: set[Revisit] = set()

    def __len__(self) -> int:
        return len(self._left)

    def add(self, revisit: Revisit, fields: Headers) -> None:
        """`fields` is the head of the revisit record."""
        self._left.add(revisit)
        uri, date = fields.get("warc-refers-to-target-uri", ""), fields.get("warc-refers-to-date", "")
        for key in _keys(fields.get("warc-payload-digest", ""), uri, date):
            self._by_key.setdefault(key, []).append(revisit)

    def wants(self, fields: Headers) -> bool:
        """Whether the record with this head is the original of a revisit that still waits."""
        return bool(self._left) and any(True for _ in self._of(fields))

    def take(self, fields: Headers) -> list[Revisit]:
        """The revisits of the record with this head; they wait no longer."""
        found = list(dict.fromkeys(self._of(fields)))
        self._left.difference_update(found)
        return found

    def _of(self, fields: Headers) -> Iterator[Revisit]:
        if fields.get("warc-type", "").lower() in ("response", "resource"):
            digest, uri = fields.get("warc-payload-digest", ""), fields.get("warc-target-uri", "")
            for key in _keys(digest, uri, fields.get("warc-date", "")):
                yield from (revisit for revisit in self._by_key.get(key, ()) if revisit in self._left)


def _keys(digest: str, uri: str, date: str) -> Iterator[_Key]:
    if digest:
        yield digest
    if uri and date:
        yield uri.strip("<> "), date[:19]
