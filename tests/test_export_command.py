"""`scrapy export` and `scrapy browse` as a user types them."""

import json
import os
import re
import signal
import sqlite3
import subprocess
import sys
import urllib.request

import pytest
from conftest import ROOT
from reading_room_archive import build
from scrapy.cmdline import execute


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return build(tmp_path_factory.mktemp("command"))


@pytest.fixture
def run(monkeypatch, capfdbinary):
    """`run(output, "export", "csv")`: the command within this process, which is quick."""
    monkeypatch.chdir(ROOT)

    def run(output, *words):
        with pytest.raises(SystemExit) as ended:
            execute(["scrapy", *words, "-s", f"HARVEST_OUTPUT={output}"])
        out, errors = capfdbinary.readouterr()
        return subprocess.CompletedProcess(words, ended.value.code or 0, out.decode(), errors.decode())

    return run


def test_export_to_standard_output_and_a_summary_to_the_person(run, output):
    done = run(output, "export", "jsonl", "--place", "Soviet Union")
    assert done.returncode == 0
    assert [json.loads(line)["record_id"] for line in done.stdout.splitlines()] == [111442]
    assert done.stderr.strip() == "Exported 1 document."


def test_export_to_a_file_that_appears_when_it_is_whole(run, output, tmp_path):
    done = run(output, "export", "ris", "-o", str(tmp_path / "new/all.ris"), "--search", "China", "--from", "1960")
    assert done.returncode == 0
    assert (tmp_path / "new/all.ris").read_bytes().count(b"TY  - ") == 2
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["all.ris"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["cvs"], "Did you mean 'csv'?"),
        ([], "Name one format"),
        (["csv", "ris"], "Name one format"),
        (["csv", "--person", "Mao Zedong"], "Did you mean 'Mao, Zedong'?"),
        (["csv", "--from", "long ago"], "invalid int value"),
        (["csv", "-o", "/proc/none/x.csv"], "Cannot write"),
        (["sqlite", "--topic", "x"], "leave the filters out"),
    ],
)
def test_wrong_use_is_explained_with_exit_code_2(run, output, words, said):
    done = run(output, "export", *words)
    assert done.returncode == 2
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("command", [["export", "csv"], ["browse"]])
def test_without_an_archive_it_says_how_to_get_one(run, tmp_path, command):
    done = run(tmp_path, *command)
    assert done.returncode == 2
    assert "scrapy crawl document" in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_an_archive_of_an_older_version_is_brought_up_to_date(run, tmp_path):
    with sqlite3.connect(build(tmp_path) / "wilson.db") as connection:
        connection.execute("DROP INDEX documents_changed")
        connection.execute("DELETE FROM _sqlite_migrations WHERE name LIKE '%reading_room'")
        for name in ("documents_uploaded", "documents_gone", "documents_labels"):
            connection.execute(f"DROP INDEX {name}")
    assert run(tmp_path, "export", "csv").returncode == 0
    with sqlite3.connect(tmp_path / "wilson.db") as connection:
        found = connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'documents_changed'")
        assert found.fetchone() == (1,)


def test_a_damaged_database_is_one_message(run, tmp_path):
    (tmp_path / "wilson.db").write_bytes(b"SQLite format 3\0" + b"\xff" * 5000)
    done = run(tmp_path, "export", "csv")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_enough_is_no_error(output):
    environment = os.environ | {"NO_COLOR": "1"}
    command = f"{sys.executable} -m scrapy export csv -s HARVEST_OUTPUT={output} | head -c 10"
    done = subprocess.run(command, shell=True, cwd=ROOT, env=environment, capture_output=True, text=True)
    assert "Traceback" not in done.stderr


def test_browse_says_where_and_stops_with_ctrl_c(output):
    command = [sys.executable, "-m", "scrapy", "browse", "--no-open", "--no-sql", "-s", f"HARVEST_OUTPUT={output}"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        address = re.search(r"http://127\.0\.0\.1:\d+/", process.stdout.readline())[0]
        with urllib.request.urlopen(address, timeout=30) as response:
            assert b"Documents of the Cold War" in response.read()
        with pytest.raises(urllib.error.HTTPError, match="403"):
            urllib.request.urlopen(f"{address}wilson.json?sql=select+1", timeout=30)
        process.send_signal(signal.SIGINT)
        out, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert "Closed." in out
    assert errors == ""
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(address, timeout=5)


@pytest.mark.parametrize("port", ["99999", "-1"])
def test_browse_refuses_a_port_that_cannot_be(run, output, port):
    done = run(output, "browse", f"--port={port}")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
