"""Checks what is kept against its checksums: PDFs, and the captures in WARC files. Raises StoreError.

What is not whole is marked in the database as soon as it is found, so that the next run fetches it again.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlite_utils import Database

from harvester.files.vault import Vault
from harvester.sources import Damage
from harvester.store import captures, database
from harvester.store.files import Files
from harvester.store.rows import Rows

LOST_CAPTURE = "its kept capture was lost"
"""Reason of an address in the frontier that waits because of that."""


@dataclass(frozen=True, slots=True)
class Finding:
    """Something kept that is not whole."""

    condition: str
    """`missing` or `damaged`."""
    path: str
    """Relative to the output directory; of a capture with its offset."""
    problem: str
    addresses: list[str]
    """Where it came from."""


@dataclass
class Check:
    """One check of an output directory."""

    db: Database
    vault: Vault
    tell: Callable[[int], None] = lambda _: None
    """Called with the bytes of each file or capture, once it has been read."""

    def __post_init__(self) -> None:
        self.files = Files(self.db, Rows(self.db.conn))
        self.held = self.files.all_held()
        self._expected = {
            (location, url): (identity, digest)
            for identity, url, location, digest in self.db.conn.execute(
                "SELECT id, url, location, digest FROM captures WHERE location LIKE ? OR source = 'wayback'",
                (f"{captures.FOLDER}/%",),
            )
        }
        self.count = len(self.held) + len(self._expected)
        self.size = sum(size or 0 for _, size, _ in self.held)

    def __iter__(self) -> Iterator[Finding]:
        """Everything that is not whole, each once."""
        yield from self._files()
        yield from self._captures()

    def waiting(self) -> int:
        """What was found earlier, and no run has fetched since."""
        lost = "SELECT count(DISTINCT url) FROM files WHERE path IS NULL AND condition IN ('missing', 'damaged')"
        pending = "SELECT count(*) FROM frontier WHERE state = 'pending' AND reason = ?"
        return self.db.conn.execute(f"SELECT ({lost}) + ({pending})", (LOST_CAPTURE,)).fetchone()[0]

    def _files(self) -> Iterator[Finding]:
        for digest, size, path in self.held:
            if problem := self.vault.problem(path, size, digest):
                addresses = self.files.addresses(path)
                with database.transaction(self.db):
                    self.files.lost(path, *problem)
                yield Finding(problem[0], path, problem[1], addresses)
            self.tell(size or 0)

    def _captures(self) -> Iterator[Finding]:
        unseen = dict(self._expected)
        for found in captures.kept(self.vault.output):
            if isinstance(found, Damage):
                continue  # what it held is missed below, where a row expects it
            identity, digest = unseen.pop((found.location, found.url), (None, found.digest))
            self.tell(len(found.body))
            if digest != found.digest:
                yield self._lost(identity, found.url, found.location, "damaged", "its bytes do not match its checksum")
        for (location, url), (identity, _) in unseen.items():
            if location.startswith(f"{captures.FOLDER}/"):
                whole_file = (self.vault.output / location.partition("#")[0]).exists()
                condition, problem = ("damaged", "its record cannot be read") if whole_file else ("missing", "no file")
                yield self._lost(identity, url, location, condition, problem)

    def _lost(self, identity: int | None, url: str, location: str | None, condition: str, problem: str) -> Finding:
        with database.transaction(self.db):
            self.db.conn.execute("UPDATE captures SET location = NULL WHERE id = ?", (identity,))
            self.db.conn.execute(
                "UPDATE frontier SET state = 'pending', attempts = 0, next_try = NULL, etag = NULL,"
                " last_modified = NULL, reason = ? WHERE url = ? AND state <> 'excluded'",
                (LOST_CAPTURE, url),
            )
        return Finding(condition, location or "", problem, [url])
