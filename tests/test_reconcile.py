"""What should be here against what is: claims, lists, other sources, and what to do next."""

import gzip
from pathlib import Path

import pytest
import zstandard
from conftest import scrapy
from copies import rows
from warcs import SITE

from harvester import urls
from harvester.capture import Capture
from harvester.commands import reconcile as command
from harvester.exceptions import UsageError
from harvester.items import Document, Topic
from harvester.sources.cdx import Row
from harvester.store import database
from harvester.store.archive import Archive
from harvester.store.archived import Archived, Span
from harvester.store.reconcile import Claim, Missing, Reconciliation

SEEN = "2025-03-16T00:00:00Z"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """Three documents, a topic that claims four, and a catalog that claims five."""
    archive = Archive(tmp_path, "live", "document", {})
    with archive.page():
        capture = archive.writer.capture(Capture(SITE, b"", "live", SEEN).provenance())
        for number, slug in enumerate(("a", "b", "c"), 1):
            record = Document(slug, number, 100 + number, urls.document(slug), title=slug.upper())
            archive.writer.document(record, capture, SEEN)
        archive.writer.record(Topic("war", "War", document_count=4, term_id="9"), capture, SEEN)
        archive.writer.authorities.listing("live", "catalog", ["a", "b", "c"], SEEN)
        archive.writer.authorities.listing("live", "topic:9", ["a", "b"], SEEN)
        archive.db.conn.execute("INSERT INTO lists (source, list, total) VALUES ('live', 'catalog', 3)")
        archive.db.conn.execute("INSERT INTO lists (source, list, total) VALUES ('live', 'topic:9', 2)")
    return archive


def test_nothing_is_missing(archive, capsys):
    assert command.reconcile(Reconciliation(archive.db), archive.db, []) == 0
    assert "Nothing is known to be missing" in capsys.readouterr().out


def test_claims(archive):
    with archive.page():
        archive.writer.authorities.listing("live", "topic:9", ["d"], SEEN)
        archive.db.conn.execute("UPDATE lists SET total = 5 WHERE list = 'catalog'")
    assert list(Reconciliation(archive.db).claims()) == [
        Claim("the catalog of the live site", 5, 3, 3),
        Claim("topic War", 2, 3, 2),
    ]


def test_what_is_missing_and_from_where(archive, capsys):
    met = [urls.recognise(f"/document/{slug}") for slug in ("failed", "a")]
    rows_ = [("20230101000000", f"{SITE}/document/archived"), ("20150101000000", f"{SITE}/document/77.ris")]
    rows_ += [("20150101000000", f"{SITE}/document/1"), ("20150101000000", f"{SITE}/themes/a.css")]
    with archive.page():
        archive.writer.authorities.listing("live", "catalog", ["listed"], SEEN)
        archive.writer.authorities.listing("warc", "topic:9", ["in-topic"], SEEN)
        archive.frontier.add(met)
        archive.frontier.settle(met[0].url, "failed", "the answer was cut short")
        archive.frontier.settle(met[1].url, "failed", "held, though")
        archived = Archived(archive.db, Span())
        archived.note(Row(moment, url, 200, "text/html", moment + url) for moment, url in rows_)
    given = [("/node/103", "the list"), ("/document/c", "the list"), ("/node/999", "the list"), ("/search", "x")]
    missing = Reconciliation(archive.db).missing(given)
    assert missing == [
        Missing(f"{SITE}/document/in-topic", "topic War", None),
        Missing(f"{SITE}/document/listed", "the catalog of the live site", None),
        Missing(f"{SITE}/document/failed", "the live site, where it is failed (the answer was cut short)", "live"),
        Missing(f"{SITE}/document/77", "the Wayback Machine's index", "wayback"),
        Missing(f"{SITE}/document/archived", "the Wayback Machine's index", "wayback"),
        Missing(f"{SITE}/node/999", "the list", None),
    ]
    assert command.reconcile(Reconciliation(archive.db), archive.db, given) == 6
    said = capsys.readouterr().out
    assert "scrapy crawl document` may bring 1" in said
    assert "scrapy crawl wayback` may bring 2" in said
    assert archive.db.execute("SELECT count(*), count(source) FROM missing").fetchall() == [(6, 3)]
    with database.transaction(archive.db):
        Reconciliation(archive.db).store_missing([])
    assert archive.db.execute("SELECT count(*) FROM missing").fetchall() == [(0,)]


def test_who_does_not_know_where_to_go_is_told(archive, capsys):
    assert command.reconcile(Reconciliation(archive.db), archive.db, [("/document/x", "the list")]) == 6
    assert "scrapy crawl wayback` finds" in capsys.readouterr().out


@pytest.mark.parametrize("pack", [bytes, gzip.compress, zstandard.ZstdCompressor().compress])
def test_lists_of_addresses(tmp_path, pack):
    path = tmp_path / "document-urls.txt"
    path.write_bytes(pack(f"{SITE}/document/a\nslug-only\r\n/document/5\n\n".encode()))
    named = "the list document-urls.txt"
    assert list(command.addresses(path)) == [
        (f"{SITE}/document/a", named),
        ("/document/slug-only", named),
        ("/document/5", named),
    ]


def test_a_list_that_cannot_be_read(tmp_path):
    (tmp_path / "a.gz").write_bytes(gzip.compress(b"x" * 10_000)[:-9])
    for name in ("a.gz", "none.txt"):
        with pytest.raises(UsageError):
            list(command.addresses(tmp_path / name))


def test_the_command(archive, tmp_path):
    archive.close(0, "complete")
    (tmp_path / "list.txt").write_text("a\nnever-met\n")
    done = scrapy("reconcile", str(tmp_path / "list.txt"), HARVEST_OUTPUT=tmp_path)
    assert done.returncode == 6, done.stderr
    assert f"{SITE}/document/never-met: expected by the list list.txt" in done.stdout
    assert rows(tmp_path, "SELECT url FROM missing") == [(f"{SITE}/document/never-met",)]
