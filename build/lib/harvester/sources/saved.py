"""Makes captures of saved pages and files: what they are, of which address, from when. Raises CaptureError.

A capture's time is the file's modification time, which wget sets to the page's and browsers to the saving's;
one from before the archive's site is no such time, and the mirror's own stands in for it.
"""

import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy

from harvester import urls
from harvester.capture import Capture
from harvester.clock import moment
from harvester.exceptions import CaptureError
from harvester.sources import http, identity

LIMIT = 32 << 20
_OLDEST = datetime(2000, 1, 1, tzinfo=UTC).timestamp()
_LATEST = datetime(2100, 1, 1, tzinfo=UTC).timestamp()
_PASSED_OVER = re.compile(
    r"\.(?:css|js|mjs|map|png|jpe?g|gif|svg|ico|webp|avif|bmp|tiff?|woff2?|ttf|otf|eot|mp[34]|webm|m4[av]"
    r"|xml|txt|txt\.zst|md5|sha256|log)(?:[?@].*)?$",
    re.I,
)
_MHTML = re.compile(rb"(?:[\w-]+:.*\r?\n(?:[ \t].*\r?\n)*)*Content-Type:\s*multipart/related", re.I)


@dataclass
class Saved:
    """What the reading of saved pages is bounded by, and whom it tells what it passed over."""

    limit: int
    files_limit: int
    counts: Counter[str]

    def bound(self, name: str) -> int:
        """How many bytes a member of this name may have; 0 when it is not wanted."""
        known = identity.of_name(name)
        if _PASSED_OVER.search(name) and not (known and known.kind in identity.FILES):
            self.counts["other media"] += 1
            return 0
        if (known and known.kind in identity.FILES) or name.lower().endswith(".pdf"):
            self.counts["files"] += not self.files_limit
            return self.files_limit
        return self.limit

    def capture(self, name: str, body: bytes, time: float, age: float, location: str) -> Capture | None:
        """The capture in a member; None when it is no page or file of the archive.

        `time` is the member's, `age` that of the mirror's file, in seconds since 1970.
        """
        media_type, body, where = _content(body, self.limit)
        known = identity.of_name(name) if media_type == "application/pdf" else identity.identify(body, name)
        if where and (not known or known.kind in ("node", "catalog")):
            known = urls.recognise(identity.original(where)) or known
        if not known:
            self.counts["other pages"] += 1
            return None
        return Capture(
            url=known.url,
            body=body,
            source="mirror",
            fetched_at=moment(int(next((t for t in (time, age) if _OLDEST <= t < _LATEST), 0))),
            media_type=media_type,
            location=location,
        )


def _content(body: bytes, limit: int) -> tuple[str, bytes, str]:
    """Media type, content, and the address noted beside it (in a browser's single-file archive)."""
    if body.startswith(b"\x1f\x8b"):  # saved as it was sent
        body = http.decode(body, "gzip", limit) or body
    if _MHTML.match(body, 0, 1 << 16):
        return _unpacked(body)
    start = body[:1024].lstrip(b"\xef\xbb\xbf \t\r\n")
    if start.startswith(b"{"):
        return "application/json", body, ""
    if start.startswith(b"TY  -"):
        return "application/x-research-info-systems", body, ""
    if not start.startswith(b"<") and b"%PDF-" in start:
        return "application/pdf", body, ""
    return "text/html", body, ""


def _unpacked(body: bytes) -> tuple[str, bytes, str]:
    message = message_from_bytes(body, policy=policy.compat32)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            content = part.get_payload(decode=True)
            if not isinstance(content, bytes):
                break
            charset = part.get_content_charset() or "utf-8"
            where = str(message.get("Snapshot-Content-Location") or part.get("Content-Location") or "")
            return f"text/html; charset={charset}", content, where
    raise CaptureError("a saved page (MHTML) without a page in it")
