"""Kept captures, read again: values are rebuilt with today's code, and nothing else is touched."""

import shutil
import sqlite3
from pathlib import Path

import pytest
from conftest import scrapy
from copies import archive, pages, rows
from warcio.cli import main as warcio

from harvester.sample_site import SampleSite

DOCUMENTS = [path.rpartition("/")[2] for path in pages() if path.startswith("/document/")]


@pytest.fixture(scope="module")
def harvested(tmp_path_factory) -> Path:
    """A harvest of the sample site, whose server is gone."""
    output = tmp_path_factory.mktemp("harvest")
    with SampleSite() as site:
        done = scrapy("crawl", "document", "-a", f"site={site.url}", HARVEST_OUTPUT=output)
    assert done.returncode == 0, done.stderr
    return output


@pytest.fixture
def output(harvested: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(harvested, tmp_path / "output"))


def reparse(output: Path):
    return scrapy("reparse", HARVEST_OUTPUT=output)


def test_a_harvest_keeps_valid_warc_of_all_it_received(harvested):
    with pytest.raises(SystemExit, match="0"):
        warcio(["check", *map(str, (harvested / "captures").iterdir())])
    located = rows(harvested, "SELECT count(*), sum(location LIKE 'captures/wilson-%.warc.gz#%') FROM captures")
    assert located[0][0] == located[0][1] > len(pages()) - 5


def test_reading_again_changes_nothing(output):
    before = archive(output), rows(output, "SELECT * FROM captures"), rows(output, "SELECT * FROM frontier")
    times = rows(output, "SELECT first_seen, last_seen, last_changed, capture FROM documents")
    done = reparse(output)
    assert done.returncode == 0, done.stderr
    assert f"documents 0 changed, 0 new, {len(DOCUMENTS)} unchanged" in done.stdout
    assert (archive(output), rows(output, "SELECT * FROM captures"), rows(output, "SELECT * FROM frontier")) == before
    assert rows(output, "SELECT first_seen, last_seen, last_changed, capture FROM documents") == times


def test_what_earlier_code_got_wrong_is_put_right(output):
    before, slug = archive(output), DOCUMENTS[0]
    gone, seen = "2098-01-01T00:00:00Z", "2099-01-01T00:00:00Z"
    with sqlite3.connect(output / "wilson.db") as db:
        db.execute("UPDATE documents SET title = 'Wrong', gone_since = ?, last_seen = ?", (gone, seen))
        db.execute("UPDATE documents SET credit = 'Nobody' WHERE credit IS NULL")
        db.execute("DELETE FROM document_places WHERE document = ?", (slug,))
        db.execute("INSERT INTO places (id, name) VALUES ('x', 'X')")
        db.execute("INSERT INTO document_places VALUES (?, 'x', 0)", (slug,))
        db.execute("INSERT OR REPLACE INTO texts VALUES (?, 9, 'xx', 'X', 'X', 'X')", (slug,))
    db.close()
    done = reparse(output)
    assert done.returncode == 0, done.stderr
    assert f"title: in {len(DOCUMENTS)}" in done.stdout
    moments = "SELECT DISTINCT last_seen, gone_since, cause FROM documents JOIN document_versions ON document = slug"
    assert rows(output, moments) == [(seen, gone, "software")]  # what the site did is not for this to say
    assert rows(output, "SELECT spider, exit_code FROM runs ORDER BY id DESC LIMIT 1") == [("reparse", 0)]
    with sqlite3.connect(output / "wilson.db") as db:
        db.execute("UPDATE documents SET gone_since = NULL")
        db.execute("DELETE FROM places WHERE id = 'x'")
    db.close()
    assert archive(output) == before


def test_a_value_that_another_source_gave_stays(output):
    with sqlite3.connect(output / "wilson.db") as db:
        db.execute("UPDATE documents SET credit = 'Somebody', rights = NULL")
        db.execute(
            "INSERT INTO captures (url, source, fetched_at, digest)"
            " SELECT url, 'warc', '2020-01-01T00:00:00Z', 'x' FROM documents"
        )
    db.close()
    assert reparse(output).returncode == 0
    assert rows(output, "SELECT count(*) FROM documents WHERE credit IS NULL OR credit = ''") == [(0,)]
    assert rows(output, "SELECT count(*) > 0 FROM documents WHERE rights IS NOT NULL") == [(1,)]


def test_damage_is_told(output):
    kept = next((output / "captures").iterdir())
    data = bytearray(kept.read_bytes())
    [(location,)] = rows(output, f"SELECT location FROM captures WHERE url LIKE '%/{DOCUMENTS[0]}'")
    at = int(location.partition("#")[2]) + 400
    data[at : at + 900] = bytes(900)
    kept.write_bytes(data)
    done = reparse(output)
    assert done.returncode == 6
    assert f"{location.partition('#')[0]}: byte {location.partition('#')[2]}" in done.stdout
    assert "\n1 kept capture could not be read; `scrapy verify`" in done.stdout
    assert "Traceback" not in done.stderr


def test_captures_can_be_left(tmp_path):
    with SampleSite() as site:
        words = ["-a", f"site={site.url}", "-a", "sample=1"]
        scrapy("crawl", "document", *words, HARVEST_OUTPUT=tmp_path, KEEP_CAPTURES="no")
    assert not (tmp_path / "captures").exists()
    done = reparse(tmp_path)
    assert done.returncode == 0
    assert "0 kept pages" in done.stdout
