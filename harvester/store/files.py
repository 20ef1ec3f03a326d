"""The table `files`: which PDFs the documents name, which are held, and what reading them gave.

A row is made with the document's own, whether or not files are fetched, so that a later run knows what
is missing. The table is also the queue of what is to be read: held and without a condition.
"""

import json
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from html import escape
from typing import Any

from sqlite_utils import Database

from harvester import urls
from harvester.normalise.text import count_words
from harvester.store import history
from harvester.store.rows import Rows
from harvester.store.search import index_own

MEDIA_TYPE = "application/pdf"
LEAST_CONFIDENCE = 0.5
"""Below this, what OCR read is noise (most often: no language pack) and stays out of the document's text."""

NOT_HELD = ("absent", "too-large", "missing", "damaged")
_BYTES = "sha256, media_type, size, path, fetched_at"
_CONTENTS = "condition, pages, text, text_from, problem, metadata, ocr_confidence, ocr_languages"


@dataclass(frozen=True, slots=True)
class Held:
    """A PDF that is whole and has its name."""

    sha256: str
    size: int
    path: str
    """Relative to the output directory."""
    fetched_at: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A held PDF that is to be read."""

    sha256: str
    path: str
    languages: tuple[str, ...]
    """ISO 639 codes of the original's languages, as the document's record has them."""


@dataclass(slots=True)
class Contents:
    """What reading a PDF gave; the fields are those of `items.File`."""

    condition: str
    pages: int | None = None
    text: str | None = None
    text_from: str | None = None
    problem: str | None = None
    metadata: dict[str, Any] = field(default_factory=dict)
    ocr_confidence: float | None = None
    ocr_languages: str | None = None


class Files:
    """Reads and writes the rows; every change inside the caller's transaction."""

    def __init__(self, db: Database, rows: Rows) -> None:
        self._db, self._rows = db, rows
        self._execute = db.conn.execute

    # -- what there should be ----------------------------------------------------------------

    def named(self, slug: str, addresses: Iterable[str], node_id: int | None) -> bool:
        """Note that a document names these files; what is already held of them is held for it too.

        False when nobody has named any of them before.
        """
        own = [urls.download(node_id)] if node_id is not None else []
        if not any(self.known(url) for url in {*own, *addresses}):
            self._rows.add("INSERT OR IGNORE INTO files (document, url) VALUES (?, ?)", [(slug, a) for a in addresses])
            return False
        self._rows.write()
        for url in [*own, *addresses]:
            self._execute("UPDATE OR IGNORE files SET document = ? WHERE url = ? AND document IS NULL", (slug, url))
        for url in addresses:
            self._execute(
                f"INSERT OR IGNORE INTO files (document, url, {_BYTES}, {_CONTENTS}) SELECT ?, ?, {_BYTES}, {_CONTENTS}"
                " FROM (SELECT 1) LEFT JOIN files ON url = ? AND path IS NOT NULL LIMIT 1",
                (slug, url, url),
            )
        return True

    def wanted(self, limit: int) -> list[str]:
        """Addresses of files that are not held and may be had: not those the site has not, or above `limit` bytes."""
        return _firsts(
            self._execute(
                "SELECT DISTINCT url FROM files WHERE path IS NULL AND condition IS NOT 'absent'"
                " AND (condition IS NOT 'too-large' OR size <= ?) ORDER BY id",
                (limit,),
            )
        )

    def known(self, url: str) -> bool:
        """Whether any document names this file."""
        return self._execute("SELECT 1 FROM files WHERE url = ?", (url,)).fetchone() is not None

    # -- what there is -----------------------------------------------------------------------

    def held(self, url: str) -> Held | None:
        """The file of an address; None when it is not held."""
        row = self._execute(
            "SELECT sha256, size, path, fetched_at FROM files WHERE url = ? AND path IS NOT NULL", (url,)
        ).fetchone()
        return Held(*row) if row else None

    def all_held(self) -> list[tuple[str, int, str]]:
        """SHA-256, size and path of every file that should be on disk, each once."""
        return self._execute("SELECT DISTINCT sha256, size, path FROM files WHERE path IS NOT NULL").fetchall()

    def addresses(self, path: str) -> list[str]:
        """Where a held file came from."""
        return _firsts(self._execute("SELECT DISTINCT url FROM files WHERE path = ? ORDER BY id", (path,)))

    def keep(self, url: str, held: Held, *, always: bool = False) -> str:
        """Note that the file of an address is held; returns `new`, `changed`, `unchanged` or `older`.

        Of two, the one that left the site later is held, unless this one is to be held `always`.
        """
        before = self._execute(
            "SELECT sha256, path, fetched_at FROM files WHERE url = ? ORDER BY path IS NULL LIMIT 1", (url,)
        ).fetchone()
        if before is None:
            self._execute("INSERT INTO files (document, url) VALUES (?, ?)", (self._document_of(url), url))
        elif before[:2] == (held.sha256, held.path):
            self._execute(
                "UPDATE files SET fetched_at = ? WHERE url = ? AND fetched_at < ?",
                (held.fetched_at, url, held.fetched_at),
            )
            return "unchanged"
        elif before[1] and before[2] > held.fetched_at and not always:
            return "older"
        # The same bytes may have been read before, under another address.
        known = self._execute(
            f"SELECT {_CONTENTS} FROM files WHERE sha256 = ? AND condition IS NOT NULL"
            f" AND condition NOT IN ({_quoted(NOT_HELD)})",
            (held.sha256,),
        ).fetchone() or (None,) * len(_CONTENTS.split(","))
        self._execute(
            f"UPDATE files SET ({_BYTES}, {_CONTENTS}) = (?, ?, ?, ?, ?{', ?' * len(known)}) WHERE url = ?",
            (held.sha256, MEDIA_TYPE, held.size, held.path, held.fetched_at, *known, url),
        )
        self._texts("url", url)
        return "changed" if before and before[1] else "new"

    def without(self, url: str, condition: str, problem: str, size: int | None = None) -> bool:
        """Note why an address brought no file; False when one is held from before, which then stays."""
        if self.held(url):
            return False
        self._execute(
            "UPDATE files SET condition = ?, problem = ?, size = ? WHERE url = ?", (condition, problem, size, url)
        )
        return True

    def lost(self, path: str, condition: str, problem: str) -> None:
        """Note that a held file is `missing` or `damaged`: the next run that fetches files fetches it again."""
        self._execute(
            "UPDATE files SET sha256 = NULL, path = NULL, condition = ?, problem = ? WHERE path = ?",
            (condition, problem, path),
        )

    # -- what they say -----------------------------------------------------------------------

    def unread(self) -> list[Unread]:
        """Held files that are to be read, each once, in the order they came."""
        return self._unread("condition IS NULL")

    def unread_images(self, packs: Collection[str]) -> list[Unread]:
        """Held files with pages without text that Tesseract has not read, or not with a pack that is there now."""
        return self._unread(
            "coalesce(json_extract(metadata, '$.pages_without_text'), 0) > 0 AND (text_from IS NOT 'ocr' OR EXISTS"
            " (SELECT 1 FROM json_each(metadata, '$.packs_missing') WHERE value IN (SELECT value FROM json_each(?))))",
            json.dumps(sorted(packs)),
        )

    def _unread(self, which: str, *values: str) -> list[Unread]:
        rows = self._execute(
            "SELECT min(id), sha256, path, (SELECT group_concat(language) FROM document_languages l"
            f" WHERE l.document = files.document) FROM files WHERE path IS NOT NULL AND {which}"
            " GROUP BY sha256 ORDER BY 1",
            values,
        )
        return [Unread(row[1], row[2], tuple(row[3].split(",")) if row[3] else ()) for row in rows]

    def read(self, sha256: str, contents: Contents) -> None:
        """Write what a file says, and let it serve the documents that have no transcript."""
        values = {name: getattr(contents, name) for name in _CONTENTS.split(", ")}
        values["metadata"] = json.dumps(contents.metadata, ensure_ascii=False)
        self._execute(
            f"UPDATE files SET ({_CONTENTS}) = ({', '.join('?' * len(values))}) WHERE sha256 = ? AND path IS NOT NULL",
            (*values.values(), sha256),
        )
        self._texts("sha256", sha256)

    def give_text(self, slug: str) -> None:
        """Where a document has no transcript, its longest PDF text serves search and reading."""
        held = self._execute("SELECT text, text_from FROM documents WHERE slug = ?", (slug,)).fetchone()
        if held is None or (held[0] and held[1] not in ("pdf", "ocr")):
            return
        best = self._execute(
            "SELECT text, text_from, fetched_at, (SELECT max(id) FROM captures c WHERE c.url = files.url) FROM files"
            " WHERE document = ? AND text IS NOT NULL AND (ocr_confidence IS NULL OR ocr_confidence >= ?)"
            " ORDER BY length(text) DESC, id LIMIT 1",
            (slug, LEAST_CONFIDENCE),
        ).fetchone()
        if best is None or best[:2] == held:
            return
        text, text_from, seen_at, capture = best
        if held[0]:  # a first reading is no change of the document; another text later is
            what = {"text": {"diff": history.difference(held[0], text)}}
            history.add(self._db, slug, seen_at, capture, what)
            self._execute("UPDATE documents SET last_changed = ? WHERE slug = ?", (seen_at, slug))
        languages = _firsts(self._execute("SELECT language FROM document_languages WHERE document = ?", (slug,)))
        self._execute(
            "UPDATE documents SET text = ?, html = ?, text_language = ?, text_from = ?, text_agreement = NULL,"
            " word_count = ? WHERE slug = ?",
            (text, _html(text), languages[0] if len(languages) == 1 else None, text_from, count_words(text), slug),
        )
        index_own(self._db.conn, slug)

    def _texts(self, column: str, value: str) -> None:
        rows = self._execute(
            f"SELECT DISTINCT document FROM files WHERE {column} = ? AND document IS NOT NULL", (value,)
        )
        for slug in _firsts(rows):
            self.give_text(slug)

    def _document_of(self, url: str) -> str | None:
        """The document a download's address tells, when it is known."""
        address = urls.recognise(url)
        if address is None or address.kind != "download":
            return None
        row = self._execute("SELECT slug FROM documents WHERE node_id = ?", (int(address.id),)).fetchone()
        return row[0] if row else None


def _html(text: str) -> str:
    return "\n".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in text.split("\n\n"))


def _firsts(rows: Iterable[tuple[Any, ...]]) -> list[Any]:
    return [row[0] for row in rows]


def _quoted(names: Iterable[str]) -> str:
    return ", ".join(f"'{name}'" for name in names)
