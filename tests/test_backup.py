"""A copy of the database that is whole, also when it is made during a harvest."""

import shutil
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from conftest import ROOT, command, scrapy
from contents import assert_sound, contents, one

from harvester.exceptions import StoreError
from harvester.sample_site import SampleSite
from harvester.store.backup import backup


def test_a_copy_holds_the_same_and_replaces_an_older_one(clean: Path, tmp_path: Path) -> None:
    target = tmp_path / "wilson.db"
    target.write_text("an older copy")
    done = scrapy("backup", str(target), HARVEST_OUTPUT=clean)
    assert done.returncode == 0, done.stderr
    assert "and checked" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["wilson.db"], "one file"
    assert contents(tmp_path) == contents(clean)
    assert_sound(tmp_path)


def test_copies_and_readers_during_a_harvest(site: SampleSite, tmp_path: Path) -> None:
    output = tmp_path / "output"
    process = subprocess.Popen(
        command("crawl", "document", "-a", f"site={site.url}", HARVEST_OUTPUT=output),
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    held: list[int] = []
    while process.poll() is None:
        if (output / "wilson.db").exists() and len(site.log) > 10:
            folder = tmp_path / f"copy-{len(held)}"
            backup(output, folder / "wilson.db")
            assert_sound(folder)
            held.append(one(folder, "SELECT count(*) FROM documents"))
            # As Datasette reads: read-only, again and again, and never an error.
            with sqlite3.connect(f"file:{output / 'wilson.db'}?mode=ro", uri=True, timeout=1) as reader:
                reader.execute("SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'the'").fetchone()
        time.sleep(0.05)
    assert process.returncode == 0
    assert len(held) >= 3
    assert held == sorted(held)
    assert len(set(held)) >= 2, "copies were made while it grew"


def test_a_damaged_database_gives_no_copy(clean: Path, tmp_path: Path) -> None:
    output = Path(shutil.copytree(clean, tmp_path / "output"))
    data = bytearray((output / "wilson.db").read_bytes())
    data[200_000:260_000] = b"\xff" * 60_000
    (output / "wilson.db").write_bytes(bytes(data))
    target = tmp_path / "copy.db"
    target.write_text("an older copy")
    with pytest.raises(StoreError):
        backup(output, target)
    assert target.read_text() == "an older copy"
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize(
    ("words", "expected"),
    [([], "name one file"), (["wilson.db", "more"], "name one file"), (["/proc/nowhere/x.db"], "cannot be written")],
)
def test_wrong_use(clean: Path, words: list[str], expected: str) -> None:
    done = scrapy("backup", *words, HARVEST_OUTPUT=clean)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr


def test_the_archive_is_no_copy_of_itself(clean: Path) -> None:
    done = scrapy("backup", str(clean / "wilson.db"), HARVEST_OUTPUT=clean)
    assert done.returncode == 2
    assert "is the archive itself" in done.stderr
