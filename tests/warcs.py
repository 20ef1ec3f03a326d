"""Makes WARC files for the tests, with warcio, as other people's tools do."""

import gzip
import io
from collections.abc import Iterable
from dataclasses import dataclass, field

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

SITE = "https://digitalarchive.wilsoncenter.org"


def page(slug: str, words: str = "A telegram.", size: int = 400) -> bytes:
    """A page large enough to be worth damaging, unlike any other."""
    filler = " ".join(f"{slug}-{n}" for n in range(size // 8))
    return (
        f"<!DOCTYPE html><html><head><link rel='canonical' href='{SITE}/document/{slug}'></head>"
        f"<body><main><p>{words}</p><p>{filler}</p></main></body></html>\n"
    ).encode()


@dataclass
class Record:
    """A record to write."""

    url: str
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    status: str = "200 OK"
    date: str = "2023-05-01T10:00:00Z"
    type: str = "response"
    warc: dict[str, str] = field(default_factory=dict)
    digests: bool = True

    def write(self, *, compressed: bool = True, version: str = "1.1") -> bytes:
        """The record's bytes."""
        out = io.BytesIO()
        writer = WARCWriter(out, gzip=compressed, warc_version=version)
        if not self.digests:
            writer.ensure_digest = lambda *a, **k: None
        http = self.type in ("response", "revisit")
        headers = {"Content-Type": "text/html; charset=UTF-8"} | self.headers
        writer.write_record(
            writer.create_warc_record(
                self.url,
                self.type,
                payload=io.BytesIO(self.body),
                length=len(self.body),
                http_headers=StatusAndHeaders(self.status, [*headers.items()], "HTTP/1.1") if http else None,
                warc_content_type="" if http else "text/html",
                warc_headers_dict={"WARC-Date": self.date} | self.warc,
            )
        )
        return out.getvalue()


def document(slug: str, **facts) -> Record:
    """A document's page as a response."""
    return Record(f"{SITE}/document/{slug}", page(slug), **facts)


def warc(records: Iterable[Record], form: str = "gzip", version: str = "1.1") -> bytes:
    """A WARC file: `plain`, `gzip` (a member a record) or `whole` (one member)."""
    parts = [record.write(compressed=form == "gzip", version=version) for record in records]
    return gzip.compress(b"".join(parts), mtime=0) if form == "whole" else b"".join(parts)
