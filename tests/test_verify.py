"""`scrapy verify`: every file and kept capture against its checksum."""

import shutil
from collections import Counter
from pathlib import Path

import pdfs
import pytest
from conftest import scrapy

from harvester.capture import Provenance
from harvester.extensions.progress import describe
from harvester.files.intake import Intake, Origin
from harvester.items import Document
from harvester.store import captures
from harvester.store.archive import Archive, now
from harvester.store.keeper import Keeper
from harvester.urls import recognise
from harvester.verification import Check

SITE = "https://digitalarchive.wilsoncenter.org"
PAGE = f"{SITE}/document/a"
FILES = [f"{SITE}/document/{number}/download" for number in (7, 8)]


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    """An archive with one kept page and two files of its document."""
    archive = Archive(tmp_path, "live", "document", {})
    body = b"<html>page</html>"
    keeper = Keeper(tmp_path)
    location = keeper.keep(PAGE, "200 OK", [], body, source="live", address=PAGE, fetched_at="2025-03-03T10:00:00Z")
    keeper.close()
    with archive.page():
        archive.frontier.add([a for url in (PAGE, *FILES) if (a := recognise(url))])
        found = captures.read(tmp_path, location)
        capture = archive.writer.capture(found.provenance())
        archive.writer.document(Document("a", url=PAGE, title="A", files=FILES), capture, now())
        archive.frontier.settle(PAGE, "done", etag='"1"')
    intake = Intake(archive)
    for number, url in enumerate(FILES):
        assert intake.take([pdfs.text(f"File {number}")], Origin(url, now()), url) == "pdf"
    return archive


def findings(archive: Archive) -> list[tuple[str, list[str]]]:
    return [(f.condition, f.addresses) for f in Check(archive.db, Intake(archive).vault)]


def paths(archive: Archive) -> list[Path]:
    return [archive.output / row[0] for row in archive.db.conn.execute("SELECT path FROM files ORDER BY id")]


def test_all_is_whole(archive: Archive) -> None:
    assert findings(archive) == []
    assert Check(archive.db, Intake(archive).vault).count == 3


def test_a_flipped_bit_and_a_missing_file_are_found_and_fetched_again(archive: Archive) -> None:
    first, second = paths(archive)
    data = bytearray(first.read_bytes())
    data[100] ^= 1
    first.write_bytes(data)
    second.unlink()
    check = Check(archive.db, Intake(archive).vault)
    assert {(f.condition, *f.addresses) for f in check} == {("damaged", FILES[0]), ("missing", FILES[1])}
    assert check.waiting() == 2
    assert archive.writer.files.wanted(10**9) == FILES
    intake = Intake(archive)
    for number, url in enumerate(FILES):
        intake.take([pdfs.text(f"File {number}")], Origin(url, now()), url)
    assert findings(archive) == [], "the whole bytes took the place of the damaged ones"
    assert check.waiting() == 0


@pytest.mark.parametrize("how", ["flip", "cut", "remove"])
def test_a_lost_capture_is_found_and_its_page_asked_for_again(archive: Archive, how: str) -> None:
    warc = next((archive.output / captures.FOLDER).glob("*.gz"))
    data = bytearray(warc.read_bytes())
    if how == "flip":
        data[-20] ^= 1
        warc.write_bytes(data)
    elif how == "cut":
        warc.write_bytes(data[:-60])
    else:
        warc.unlink()
    check = Check(archive.db, Intake(archive).vault)
    assert [(f.condition, f.addresses) for f in check] == [("missing" if how == "remove" else "damaged", [PAGE])]
    entry = archive.frontier.take([PAGE])
    assert entry is not None
    assert entry.etag is None, "or the site would answer that nothing has changed"
    assert check.waiting() == 1


def test_captures_of_runs_that_kept_none_are_not_missed(archive: Archive) -> None:
    where = f"https://web.archive.org/web/20220101000000id_/{PAGE}"
    for source, location in (("live", None), ("wayback", where), ("warc", "../some.warc.gz#123")):
        archive.writer.capture(Provenance(PAGE, source, now(), 200, None, 1, "sha256:1", location))
    assert findings(archive) == []


def test_the_command_names_what_is_lost_and_its_exit_code_tells(archive: Archive, tmp_path: Path) -> None:
    archive.close(0, "complete")
    whole = scrapy("verify", HARVEST_OUTPUT=tmp_path)
    assert (whole.returncode, whole.stderr) == (0, "")
    assert "3 files and captures checked" in whole.stdout
    shutil.rmtree(tmp_path / "files")
    lost = scrapy("verify", HARVEST_OUTPUT=tmp_path)
    assert lost.returncode == 6
    assert all(url in lost.stdout for url in FILES)
    assert "scrapy crawl document -a files=yes" in lost.stdout
    again = scrapy("verify", HARVEST_OUTPUT=tmp_path)
    assert again.returncode == 6, "until they have been fetched"


def test_wrong_use_of_the_command(tmp_path: Path) -> None:
    nothing = scrapy("verify", HARVEST_OUTPUT=tmp_path)
    assert nothing.returncode == 2
    assert "There is no archive" in nothing.stderr + nothing.stdout
    assert not list(tmp_path.iterdir())


def test_progress_tells_of_files() -> None:
    counts = Counter({"pages": 30, "files": 10, "file bytes": 20_000_000, "files to read": 2})
    assert describe(counts, {"pending": 60, "done": 40}, 20.0, 5_000_000) == (
        "30 pages done, 10 files (20.0 MB, 1.0 MB a second), 5.0 MB of the next, 2 files to read, 100 known,"
        " 60 to go, 2.0 a second, under a minute left"
    )
