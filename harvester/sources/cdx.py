"""The Wayback Machine's index of captures: what to ask, and what its answers say. Pure, no network.

`{service}/cdx/search/cdx` lists captures, `{service}/web/{timestamp}id_/{address}` gives one as it came.
"""

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from harvester import urls
from harvester.urls import Address

SERVICE = "https://web.archive.org"
FOLDERS = ("document/", "people", "places", "topics", "search", "node/", "srv/record/")
PREFIXES = tuple(f"{urls.HOST}/{folder}*" for folder in FOLDERS) + tuple(
    f"{host}/*" for host in sorted(urls.STAGING_HOSTS)
)
FILES_PREFIXES = (f"{urls.HOST}/sites/default/files/*",)
_FIELDS = ("timestamp", "original", "mimetype", "statuscode", "digest")
_ALL_FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")
_PLAYBACK = re.compile(r"/web/(\d{1,14})(?:[a-z]{2}_)?/(.+)", re.S)


@dataclass(frozen=True, slots=True)
class Row:
    """A capture as the index lists it."""

    timestamp: str
    """YYYYMMDDhhmmss, in UTC."""
    original: str
    """The address as it was captured."""
    status: int | None
    """The HTTP status; None where the index gives none (a revisit: the bytes are those of an earlier capture)."""
    media_type: str
    digest: str
    """The index's digest of the payload: equal digests, equal bytes."""

    @property
    def fetched_at(self) -> str:
        """The timestamp in ISO 8601."""
        t = self.timestamp
        return f"{t[:4]}-{t[4:6]}-{t[6:8]}T{t[8:10]}:{t[10:12]}:{t[12:14]}Z"


@dataclass(frozen=True, slots=True)
class Answer:
    """One page of the index."""

    rows: list[Row]
    resume_key: str | None
    """Given when there is more, even where this page has no rows; None at the end."""


def query(
    service: str,
    prefix: str,
    limit: int,
    resume_key: str | None = None,
    since: str | None = None,
    until: str | None = None,
) -> str:
    """The address that lists the captures under `prefix`, `limit` at a time.

    `host/folder/*` is the form that the Wayback Machine knows; without the star, services that speak nearly as
    it does are told so in another way.
    """
    asked = {
        "url": prefix,
        "matchType": None if prefix.endswith("*") else "prefix",
        "output": "json",
        "fl": ",".join(_FIELDS),
        "limit": limit,
        "showResumeKey": "true",
        "from": since,
        "to": until,
        "resumeKey": resume_key,
    }
    given = {name: value for name, value in asked.items() if value}
    return f"{service}/cdx/search/cdx?{urlencode(given, safe='/*:,')}"


def following(page: str, resume_key: str) -> str:
    """The address of the page after `page`."""
    return page.partition("&resumeKey=")[0] + "&" + urlencode({"resumeKey": resume_key})


def prefix_of(page: str) -> str:
    """The prefix that a page of the index is about."""
    return parse_qs(urlsplit(page).query)["url"][0]


def playback(service: str, row: Row) -> str:
    """The address of a capture's bytes as the site sent them, without the Wayback Machine's own markup."""
    return f"{service}/web/{row.timestamp}id_/{row.original}"


def played(url: str) -> tuple[str, str] | None:
    """Timestamp and original address out of a playback address; None when it is none."""
    found = _PLAYBACK.search(url)
    return (found[1], found[2]) if found else None


def parse(text: str) -> Answer:
    """Read an answer, JSON or plain text. Raises ValueError when it is neither."""
    text = text.strip()
    if not text:
        return Answer([], None)
    return _json(text) if text.startswith("[") else _plain(text)


def _json(text: str) -> Answer:
    lines = json.loads(text)
    if not all(isinstance(line, list) and all(isinstance(cell, str) for cell in line) for line in lines):
        raise ValueError("not a list of rows")
    key = None
    if len(lines) >= 2 and lines[-2] == [] and len(lines[-1]) == 1:
        key, lines = lines[-1][0], lines[:-2]
    names: tuple[str, ...] = _FIELDS
    if lines and "timestamp" in lines[0]:
        names, lines = tuple(lines[0]), lines[1:]
    return Answer(_rows(names, lines), key)


def _plain(text: str) -> Answer:
    body, gap, key = text.rpartition("\n\n")
    lines = [line.split(" ") for line in (body if gap else text).split("\n") if line]
    if not gap and len(lines) == 1 and len(lines[0]) == 1:
        return Answer([], lines[0][0])  # an empty page with a resume key
    if any(len(line) not in (len(_FIELDS), len(_ALL_FIELDS)) for line in lines):
        raise ValueError(f"not the index's form: {text[:80]!r}")
    names = _FIELDS if lines and len(lines[0]) == len(_FIELDS) else _ALL_FIELDS
    return Answer(_rows(names, lines), key.strip() if gap else None)


def _rows(names: tuple[str, ...], lines: Iterable[list[str]]) -> list[Row]:
    rows = []
    for line in lines:
        cells = dict(zip(names, line, strict=False))
        timestamp, original = cells.get("timestamp", ""), cells.get("original", "")
        if not re.fullmatch(r"\d{14}", timestamp) or not original:
            continue
        status = cells.get("statuscode", "-")
        rows.append(
            Row(
                timestamp,
                original,
                int(status) if re.fullmatch(r"\d{3}", status) else None,
                cells.get("mimetype", ""),
                cells.get("digest", ""),
            )
        )
    return rows


def by_address(rows: Iterable[Row]) -> dict[Address, list[Row]]:
    """The archive's addresses among the rows; spellings and query strings of one address are one."""
    found: dict[Address, list[Row]] = {}
    for row in rows:
        if address := urls.recognise(row.original):
            found.setdefault(address, []).append(row)
    return found


def choose(rows: Iterable[Row]) -> list[Row]:
    """The captures to try for one address, best first; errors and repeated bytes are left out.

    Newest first; redirects, which hold no page, after all others. Of captures with the same bytes the newest
    stands for all.
    """
    worth = [row for row in rows if row.status is None or row.status < 400]
    worth.sort(key=lambda row: (row.status is None or row.status < 300, row.timestamp), reverse=True)
    chosen: dict[str, Row] = {}
    for row in worth:
        chosen.setdefault(row.digest.strip("-") or row.timestamp, row)
    return list(chosen.values())
