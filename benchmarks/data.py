"""Makes mirrors, WARC files and databases of any size, streaming to disk; what is there already is kept."""

import tarfile
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path
from random import Random

import zstandard
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from benchmarks import pages, words
from harvester import urls
from harvester.capture import Capture
from harvester.items import Document, Mention, Person, Place, Subject, Term, Text, Topic
from harvester.normalise.text import count_words, slugify
from harvester.store import database
from harvester.store.writer import Writer

DATA = Path(__file__).resolve().parent / "data"
SEEN = "2025-03-16T00:00:00Z"
_TIME = 1_742_083_200  # the same moment, as a tarball has it
_TOPICS = 90
_VERSIONS = [("ru", "Russian"), ("de", "German"), ("pl", "Polish"), ("hu", "Hungarian")]


def _made(name: str, make: Callable[[Path], None]) -> Path:
    """`DATA/name`, made under another name first, so that what has that name is whole."""
    path = DATA / name
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        part = DATA / f"part-{name}"
        make(part)
        part.rename(path)
    return path


def mirror(count: int) -> Path:
    """`count` pages in the layout of the mirror of March 2025: `documents/document/{slug}` in a tar.zst."""

    def make(path: Path) -> None:
        with (
            zstandard.open(path, "wb", cctx=zstandard.ZstdCompressor(9)) as stream,
            tarfile.open(fileobj=stream, mode="w|", format=tarfile.PAX_FORMAT) as tar,
        ):
            for number in range(count):
                page = pages.page(number)
                member = tarfile.TarInfo(f"documents/document/{page.slug}")
                member.size, member.mtime = len(page.body), _TIME
                tar.addfile(member, BytesIO(page.body))

    return _made(f"mirror-{count}.tar.zst", make)


def warc(count: int) -> Path:
    """`count` pages as responses of one WARC file, a gzip member a record."""

    def make(path: Path) -> None:
        with open(path, "wb") as stream:
            writer = WARCWriter(stream, gzip=True, warc_version="WARC/1.1")
            for number in range(count):
                page = pages.page(number)
                headers = [("Content-Type", "text/html; charset=UTF-8"), ("Content-Length", str(len(page.body)))]
                writer.write_record(
                    writer.create_warc_record(
                        page.url,
                        "response",
                        payload=BytesIO(page.body),
                        http_headers=StatusAndHeaders("200 OK", headers, protocol="HTTP/1.1"),
                        warc_headers_dict={
                            "WARC-Date": SEEN,
                            "WARC-Record-ID": f"<urn:uuid:00000000-0000-4000-8000-{number:012}>",
                        },
                    )
                )

    return _made(f"pages-{count}.warc.gz", make)


def archive(count: int) -> Path:
    """A folder with a database of `count` documents and all their links, as a harvest leaves it."""

    def make(path: Path) -> None:
        path.mkdir()
        db = database.connect(path)
        writer = Writer(db)
        # One writer, one time: what a harvest waits for at each commit is of no use here.
        db.conn.execute("PRAGMA synchronous = OFF")
        with database.transaction(db):
            for number in range(_TOPICS):
                writer.authorities.write(
                    Topic(f"topic-{number}", f"Topic {number}", term_id=str(number)), "topics", replace=False
                )
        for start in range(0, count, 500):
            with database.transaction(db):
                for number in range(start, min(count, start + 500)):
                    document = _document(number)
                    capture = Capture(document.url or "", b"", "mirror", SEEN, location=f"made#{number}")
                    for topic in Random(f"topics:{number}").sample(range(_TOPICS), number % 3):
                        writer.authorities.listing("mirror", f"topic:{topic}", [document.slug], SEEN)
                    writer.document(document, writer.capture(capture.provenance()), SEEN)
        db.conn.execute("PRAGMA optimize")
        db.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        db.conn.close()

    return _made(f"archive-{count}", make)


@cache
def _entities(kind: str, count: int) -> list[tuple[str, str]]:
    """(id, name) of each."""
    return [(slugify(name), name) for name in pages.names(kind, count)]


def _document(number: int) -> Document:
    random = Random(f"database:{number}")
    title = " ".join(words.some(random, random.randint(5, 14))).capitalize()
    paragraphs = words.paragraphs(random, min(5000, int(random.lognormvariate(6.5, 0.6))))
    text, year = "\n\n".join(paragraphs), random.randint(1945, 1991)
    language, label = random.choice(_VERSIONS)
    original = words.paragraphs(random, len(text) // 12) if random.random() < 0.2 else []
    slug = f"{slugify(title)[:80].strip('-')}-{number}"

    def some(kind: str, pool: int, most: int) -> list[tuple[str, str]]:
        return random.sample(_entities(kind, pool), random.randint(1, most))

    return Document(
        slug=slug,
        record_id=110_000 + number,
        node_id=80_000 + number,
        url=urls.document(slug),
        title=title,
        date_text=str(year),
        date_edtf=str(year),
        date_earliest=f"{year}-01-01",
        date_latest=f"{year}-12-31",
        summary=" ".join(words.sentences(random, 40)),
        text=text,
        html=_html(paragraphs),
        text_language="en",
        text_from="template",
        word_count=count_words(text),
        source=f"Central Archive, fond {random.randint(1, 99)}",
        people=[
            Mention(Person(*who, kind="person"), random.choice(("author", "associated")))
            for who in some("people", 3000, 8)
        ],
        places=[Place(*place) for place in some("places", 220, 4)],
        subjects=[Subject(*subject) for subject in some("subjects", 2500, 7)],
        archives=[Term(*archive) for archive in some("archives", 120, 1)],
        languages=[Term(language, label)],
        texts=[Text(1, language, label, "\n\n".join(original), _html(original))] if original else [],
    )


def _html(paragraphs: list[str]) -> str:
    return "".join(f"<p>{paragraph}</p>" for paragraph in paragraphs)
