"""Copies on disk, through the real command, into SQLite: what is whole is taken, the rest is told."""

import gzip
import json
from pathlib import Path

import pytest
import zstandard
from conftest import scrapy
from copies import archive, legacy, pages, problem, record, rows, tar
from warcs import SITE, Record, warc

from harvester.exceptions import UsageError
from harvester.sample_site.archive import ROOT
from harvester.spiders import arguments
from harvester.spiders.warc import WarcSpider

SLUG = "diary-nv-roshchin-memorandum-conversation-prime-minister-zhou-enlai-10-november-1949"
OLDER = "2022-02-02T02:02:02Z"
RIS = {"Content-Type": "application/x-research-info-systems"}


def crawl(spider: str, path: object, output: Path, **settings: object):
    return scrapy("crawl", spider, "-a", f"path={path}", HARVEST_OUTPUT=output, **settings)


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory) -> Path:
    """A harvest of a plain mirror, to compare with."""
    folder = tmp_path_factory.mktemp("mirror")
    (folder / "mirror.tar.zst").write_bytes(zstandard.ZstdCompressor().compress(tar(pages(), "documents/")))
    done = crawl("mirror", folder / "mirror.tar.zst", folder / "output")
    assert done.returncode == 0, done.stderr
    return folder / "output"


def test_a_mirror_brings_everything(mirrored):
    documents = [path for path in pages() if path.startswith("/document/")]
    assert rows(mirrored, "SELECT count(*) FROM documents") == [(len(documents),)]
    assert set(rows(mirrored, "SELECT state FROM frontier")) == {("done",)}
    assert rows(mirrored, "SELECT source, fetched_at, substr(location, 1, 15) FROM captures GROUP BY 1, 2, 3") == [
        ("mirror", "2025-03-16T00:00:00Z", "mirror.tar.zst#")
    ]
    [(text,)] = rows(mirrored, f"SELECT text FROM documents WHERE slug = '{SLUG}'")
    assert text.startswith("From the Diary of N. V. ROSHCHIN")
    assert rows(mirrored, "SELECT count(*) > 0 FROM document_topics") == [(1,)]


def test_a_noisy_warc_gives_the_same_rows(mirrored, tmp_path):
    slugs = [path for path in pages() if path.startswith("/document/")]
    challenges = [problem("challenge", name) for name in ("interstitial", "403-interstitial", "429-iframe")]
    noise = [
        Record("https://www.wilsoncenter.org/document/elsewhere", pages()[slugs[0]].body),
        Record(f"{SITE}/core/misc/drupal.js", b"var x;", {"Content-Type": "text/javascript"}),
        Record(f"{SITE}/document/never-was", problem("not-found", "404-drupal").body, status="404 Not Found"),
        *(record(path, challenges[n % 3], date="2026-01-01T00:00:00Z") for n, path in enumerate(slugs[:9])),
        record("/document/only-challenged", challenges[0]),
        record(slugs[3], problem("error", "503-maintenance"), date="2026-01-01T00:00:00Z"),
    ]
    old = [
        Record(SITE + path, pages()[path].body.replace(b"</h1>", b" (draft)</h1>", 1), date=OLDER)
        for path in slugs[::3]
    ]
    (tmp_path / "1.warc.gz").write_bytes(warc([*noise, *old]))
    (tmp_path / "2.warc").write_bytes(warc([record(path, page) for path, page in pages().items()], "plain", "1.0"))
    done = crawl("warc", tmp_path / "*.warc*", tmp_path / "output")
    assert done.returncode == 0, done.stderr
    assert archive(tmp_path / "output") == archive(mirrored)
    states = dict(rows(tmp_path / "output", "SELECT url, state FROM frontier WHERE state <> 'done'"))
    assert states == {
        f"{SITE}/document/never-was": "quarantined",
        f"{SITE}/document/only-challenged": "quarantined",
    }
    assert rows(
        tmp_path / "output",
        "SELECT DISTINCT c.source, fetched_at, substr(location, 1, 7) FROM captures c"
        " JOIN documents ON documents.capture = c.id",
    ) == [("warc", "2023-05-01T10:00:00Z", "2.warc#")]


def test_damage_is_told_and_the_rest_taken(tmp_path):
    found = list(pages().items())[-40:-20]
    whole = [record(path, page).write() for path, page in found]
    flipped = bytearray(whole[5])
    flipped[len(flipped) // 2] ^= 1
    (tmp_path / "a.warc.gz").write_bytes(b"".join([*whole[:5], flipped, *whole[6:9], b"garbage", *whole[9:]])[:-50])
    (tmp_path / "b.warc").write_bytes(b"<!DOCTYPE html><html></html>")
    done = crawl("warc", tmp_path, tmp_path / "output")
    assert done.returncode == 6, done.stderr
    assert "Traceback" not in done.stderr
    assert "4 parts of the files had to be left out as damaged; the table quarantine says which." in done.stderr
    places = rows(tmp_path / "output", "SELECT url, detail FROM quarantine WHERE reason = 'damage' ORDER BY id")
    assert [url for url, _ in places] == [SITE + found[5][0], "a.warc.gz", SITE + found[-1][0], "b.warc"]
    assert f"byte {len(b''.join(whole[:5]))}" in places[0][1]
    failed = rows(tmp_path / "output", "SELECT url FROM frontier WHERE state = 'failed' ORDER BY url")
    assert failed == sorted((SITE + found[n][0],) for n in (5, -1))
    assert rows(tmp_path / "output", "SELECT count(*) FROM frontier WHERE state = 'done'") == [(len(found) - 2,)]


def test_one_damaged_part_is_one(tmp_path):
    path, page = list(pages().items())[-1]
    (tmp_path / "a.warc.gz").write_bytes(record(path, page).write()[:-50])
    done = crawl("warc", tmp_path, tmp_path / "output")
    assert done.returncode == 6, done.stderr
    assert "1 part of the files had to be left out as damaged; the table quarantine says which." in done.stderr


def test_legacy_records_and_nothing_changes_when_they_are_read_again(tmp_path):
    path = tmp_path / "legacy.warc.gz"
    path.write_bytes(warc([record(path, page) for path, page in legacy().items()]))
    assert crawl("warc", path, tmp_path / "output").returncode == 0
    before = archive(tmp_path / "output"), rows(tmp_path / "output", "SELECT * FROM captures")
    assert crawl("warc", path, tmp_path / "output").returncode == 0
    assert (archive(tmp_path / "output"), rows(tmp_path / "output", "SELECT * FROM captures")) == before
    records = {path.rpartition("/")[2].partition(".")[0] for path in legacy()}
    assert {slug for (slug,) in rows(tmp_path / "output", "SELECT slug FROM documents")} == {
        f"record-{number}" for number in records
    }
    kinds = rows(tmp_path / "output", "SELECT slug, title, type FROM documents WHERE record_id = 119641")
    assert kinds == [("record-119641", kinds[0][1], "Telegram")]


def test_a_folder_of_saved_pages(tmp_path):
    folder = tmp_path / "Letters and telegrams"
    folder.mkdir()
    page = pages()[f"/document/{SLUG}"].body
    (folder / "From the Diary.html").write_bytes(page)
    (folder / "Compressed.html").write_bytes(gzip.compress(page.replace(SLUG.encode(), b"another-slug")))
    (folder / "link.html").symlink_to("/etc/passwd")
    done = crawl("mirror", folder, tmp_path / "output")
    assert done.returncode == 0, done.stderr
    assert rows(tmp_path / "output", "SELECT slug FROM documents ORDER BY slug") == [("another-slug",), (SLUG,)]
    assert rows(tmp_path / "output", "SELECT reason FROM quarantine") == [("refused",)]


def test_wrong_use_is_told(tmp_path):
    for given, told in (
        ({}, "-a path="),
        ({"path": "/no/such/*.warc"}, "no such file"),
        ({"path": ""}, "no such file"),
        ({"pth": "x"}, "Did you mean `-a path="),
        ({"path": ".", "files": "perhaps"}, "`yes` or `no`"),
    ):
        with pytest.raises(UsageError, match=told):
            arguments.read("warc", WarcSpider.arguments, given, WarcSpider.required)
    done = scrapy("crawl", "mirror", HARVEST_OUTPUT=tmp_path / "output")
    assert done.returncode == 2
    assert not (tmp_path / "output" / "wilson.db").exists()


def test_nothing_of_the_archive_is_told(tmp_path):
    (tmp_path / "a.warc").write_bytes(warc([Record("https://example.org/", b"<html></html>")], "plain"))
    done = crawl("warc", tmp_path / "a.warc", tmp_path / "output")
    assert done.returncode == 6
    assert "Nothing of the archive" in done.stdout + done.stderr


def test_files_and_feeds(tmp_path):
    pdf = next(iter(sorted((ROOT / "files").glob("*.pdf")))).read_bytes()
    pdf_type = {"Content-Type": "application/pdf"}
    records = [record(path, page) for path, page in list(pages().items())[6:10]]
    records.append(Record(f"{SITE}/document/99018/download", pdf, pdf_type))
    records.append(Record(f"{SITE}/document/7/download", b"<html>no</html>", pdf_type))
    (tmp_path / "a.warc.gz").write_bytes(warc(records))
    feed, output = tmp_path / "feed.jsonl", tmp_path / "output"
    done = scrapy("crawl", "warc", "-a", f"path={tmp_path}", "-a", "files=yes", "-o", str(feed), HARVEST_OUTPUT=output)
    assert done.returncode == 0, done.stderr
    [(path, size)] = rows(output, "SELECT path, size FROM files WHERE path IS NOT NULL")
    assert (output / path).read_bytes() == pdf
    assert size == len(pdf)
    assert rows(output, "SELECT state FROM frontier WHERE url LIKE '%/7/%'") == [("quarantined",)]
    assert len([json.loads(line)["title"] for line in feed.read_text().splitlines()]) == 4
