"""Wrong use of the commands: exit code 2 and one sentence; a sample and an archive are never mixed."""

import json
import sqlite3
from pathlib import Path

import pytest

from harvester.console import program, typed
from harvester.exceptions import UsageError
from harvester.store import database, runs, sample
from tests.conftest import scrapy


@pytest.mark.parametrize(
    ("words", "settings", "said"),
    [
        (["crawl", "wayback", "-a", "from=2021", "-a", "to=2019"], {}, "ends before it begins"),
        (["crawl", "document"], {"HARVEST_OUTPUT": ""}, "must name a folder"),
        (
            ["crawl", "document", "-a", "urls=notes.txt"],
            {},
            "not an address of https://digitalarchive.wilsoncenter.org.",
        ),
        (["export", "csv", "--from", "1990", "--to", "1950"], {}, "ends before it begins"),
        (["crawl", "mirror", "-a", "path=README.md"], {"HARVEST_EXECUTOR": "dask://host"}, "must be empty, or dask://"),
        (["demo", "more"], {}, "takes no 'more'"),
    ],
)
def test_wrong_use(words: list[str], settings: dict[str, str], said: str, tmp_path: Path) -> None:
    done = scrapy(*words, **({"HARVEST_OUTPUT": tmp_path / "none"} | settings))
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "none" / "wilson.db").exists()


def archive(folder: Path, *sites: str | None) -> Path:
    """A database whose runs harvested these sites."""
    folder.mkdir()
    db = database.connect(folder)
    for site in sites:
        runs.begin(db, "document", {"site": site} if site else {}, "2026-01-01T00:00:00Z")
    db.close()
    return folder


def test_the_sample_is_known_and_kept_apart(tmp_path: Path) -> None:
    ours, true = archive(tmp_path / "a", "http://127.0.0.1:4711"), archive(tmp_path / "b", None)
    assert sample.held(tmp_path / "none") is None
    assert sample.held(archive(tmp_path / "empty")) is None
    assert sample.held(ours)
    assert sample.held(true) is False
    sample.keep_out(ours, "http://127.0.0.1:80")
    sample.keep_out(true, "https://digitalarchive.wilsoncenter.org")
    with pytest.raises(UsageError, match="made up"):
        sample.keep_out(ours, "https://digitalarchive.wilsoncenter.org")


def test_the_demo_is_not_laid_over_an_archive(tmp_path: Path) -> None:
    done = scrapy("demo", HARVEST_OUTPUT=archive(tmp_path / "true", None))
    assert done.returncode == 2
    assert "holds an archive already" in done.stderr
    with sqlite3.connect(tmp_path / "true" / "wilson.db") as connection:
        assert [json.loads(row[0]) for row in connection.execute("SELECT arguments FROM runs")] == [{}]


def test_commands_are_given_as_they_are_to_be_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = tmp_path / ".venv" / "bin"
    place.mkdir(parents=True)
    (place / "scrapy").touch()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.executable", str(place / "python"))
    monkeypatch.setenv("PATH", "/nowhere")
    assert program() == ".venv/bin/scrapy"
    assert typed("`scrapy crawl wayback` or `-s A=B`") == "`.venv/bin/scrapy crawl wayback` or `-s A=B`"
    monkeypatch.setattr("shutil.which", lambda name: str(place / name))
    assert program() == "scrapy"
