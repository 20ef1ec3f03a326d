"""A capture: the bytes of one address at one moment, and where they came from."""

from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256

SOURCES = ("live", "wayback", "warc", "mirror")


@dataclass(frozen=True)
class Capture:
    """What every source hands on and every reader starts from."""

    url: str
    """The address that was captured, as the source names it (any host, any spelling)."""
    body: bytes
    """The content, with transfer and content encodings undone."""
    source: str
    """One of `SOURCES`."""
    fetched_at: str
    """When the bytes left the site, ISO 8601 in UTC: 2025-10-07T12:40:14Z."""
    status: int = 200
    """The HTTP status; 200 for saved pages, which have none."""
    media_type: str | None = None
    """The Content-Type header as sent, charset and all."""
    location: str | None = None
    """Where the bytes are kept: `file#offset`, or a Wayback address."""

    @cached_property
    def digest(self) -> str:
        """`sha256:` and the hexadecimal SHA-256 of the body."""
        return "sha256:" + sha256(self.body).hexdigest()

    def provenance(self) -> "Provenance":
        """All but the bytes: what is kept of a capture in the database."""
        return Provenance(
            self.url,
            self.source,
            self.fetched_at,
            self.status,
            self.media_type,
            len(self.body),
            self.digest,
            self.location,
        )


@dataclass(frozen=True)
class Provenance:
    """Where and when a page's words came from: a row of `captures`."""

    url: str
    source: str
    fetched_at: str
    status: int
    media_type: str | None
    size: int
    """Bytes of the body."""
    digest: str
    location: str | None
