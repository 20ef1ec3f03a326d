"""What became of the address of a file, written in one transaction: for every source alike.

Raises StoreError when the disk or the database cannot be written.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from harvester import urls
from harvester.capture import Provenance
from harvester.files.content import Content, judge
from harvester.files.vault import Partial, Vault
from harvester.items import Document, Record
from harvester.reading import Reading
from harvester.store.archive import Archive
from harvester.store.files import Held
from harvester.store.frontier import FILES


@dataclass(frozen=True, slots=True)
class Origin:
    """Where the bytes of a file came from; the fields are those of `Capture`."""

    url: str
    fetched_at: str
    media_type: str | None = None
    status: int = 200


class Intake:
    """Takes files into the archive of a run."""

    def __init__(self, archive: Archive) -> None:
        self.archive, self.files = archive, archive.writer.files
        self.vault = Vault(archive.output)
        self.offered: Callable[[urls.Address], bool] = lambda address: True
        """Whether the source has a file that a page names."""
        self.arrived: Callable[[], None] = lambda: None
        """Called whenever a file has come."""
        self._cut: set[str] = set()
        """Addresses of which only a PDF without its end is held."""
        self._followers: defaultdict[str, list[str]] = defaultdict(list)

    def missing(self, largest: int) -> list[urls.Address]:
        """Addresses of files that are named and not held whole, or no longer; call it inside a transaction."""
        for _, size, path in self.files.all_held():
            if problem := self.vault.problem(path, size, None):
                self.files.lost(path, *problem)
        return [address for address in addresses(self.files.wanted(largest)) if self.offered(address)]

    def take(self, chunks: Iterable[bytes], origin: Origin, url: str) -> Content:
        """Take the bytes of a file from a copy of the archive; returns what they are.

        A PDF is kept; one without its end, only while there is no other, for a copy cannot be asked again.
        """
        partial = self.vault.partial()
        try:
            for chunk in chunks:
                partial.write(chunk)
            content = judge(partial.head, partial.tail)
            if content == "pdf" or (content == "cut" and (url in self._cut or not self.files.held(url))):
                self.keep(self.vault.keep(partial), partial, origin, url)
                (self._cut.add if content == "cut" else self._cut.discard)(url)
            return content
        finally:
            partial.discard()

    def keep(
        self,
        path: str,
        partial: Partial,
        origin: Origin,
        url: str,
        *,
        target: str | None = None,
        etag: str | None = None,
        last_modified: str | None = None,
    ) -> None:
        """Note that the file of an address is held at `path`; of its redirect's `target` too, where it is named."""
        archive = self.archive
        digest = f"sha256:{partial.sha256}"
        provenance = Provenance(
            origin.url,
            archive.source,
            origin.fetched_at,
            origin.status,
            origin.media_type,
            partial.size,
            digest,
            path,
        )
        held = Held(partial.sha256, partial.size, path, origin.fetched_at)
        with archive.page():
            archive.writer.capture(provenance)
            outcome = self.files.keep(url, held, always=url in self._cut)
            reason = f"redirects to {target}" if target else None
            archive.frontier.settle(url, "done", reason, digest=digest, etag=etag, last_modified=last_modified)
            if target and self.files.known(target):
                self.files.keep(target, held)
                archive.frontier.settle(target, "done", digest=digest)
            for follower in self._followers[url]:
                self.files.keep(follower, held)
        archive.counts.update({"files": 1, f"files {outcome}": 1, "file bytes": partial.size})
        self.arrived()

    def follow(self, url: str, target: str) -> bool:
        """End an address that redirects to the file of another one that is held, or is asked for anyway.

        False when nobody else asks for it.
        """
        held = self.files.held(target)
        if held is None and self.archive.frontier.state(target)[0] != "pending":
            return False
        with self.archive.page():
            if held:
                self.files.keep(url, held)
            else:  # should this run not come to it, the next one asks again
                self._followers[target].append(url)
            self.archive.frontier.settle(url, "done", f"redirects to {target}")
        return True

    def without(self, url: str, condition: str, problem: str, size: int | None = None) -> None:
        """Note why an address brings no file (`absent`, `too-large`); what is held from before stays."""
        with self.archive.page():
            recorded = self.files.without(url, condition, problem, size)
            self.archive.frontier.settle(url, "excluded" if recorded else "done", problem)
        self.archive.counts[f"files {condition}"] += 1

    def refuse(self, reading: Reading, url: str, detail: str) -> None:
        """Quarantine what an address brought instead of a PDF."""
        self.archive.quarantine(reading, url, "not a PDF", detail)

    def unchanged(self, url: str) -> None:
        """End an address whose file the site says is as it was (304)."""
        with self.archive.page():
            self.archive.frontier.settle(url, "done", "not modified")
        self.archive.counts["files not modified"] += 1

    def asked(self, record: Record, *, again: bool) -> list[urls.Address]:
        """Ask for the files of a record, `again` even those that are held; call it inside a transaction."""
        named = addresses(record.files) if isinstance(record, Document) else []
        named = [address for address in named if self.offered(address)]
        (self.archive.frontier.again if again else self.archive.frontier.add)(named)
        return named


def addresses(found: Iterable[str]) -> list[urls.Address]:
    """Those that lead to files of the archive; a legacy or foreign one cannot be asked for."""
    known = (urls.recognise(url) for url in found)
    return [address for address in known if address and address.kind in FILES]
