"""Ctrl-C, as a terminal sends it to a command and all that it has started: one line, exit code 6, no traceback."""

import os
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from conftest import ROOT, command, scrapy
from copies import rows

SAID = "Stopped before its end (Ctrl-C or a signal)."
# The first word that a command says to the archive, and a key pressed at that moment.
PRESSED = """
import os, signal
from harvester.commands import archive
def held(settings): os.kill(os.getpid(), signal.{signal})
archive.held = held
"""
# One batch is read, the next is not.
STUCK = """
import time
from harvester import reading
whole, read = reading.read, []
def slowly(*capture, **more):
    read.append(capture)
    if len(read) > 40:
        time.sleep(1)  # for the first batch to be written
        open({marker!r}, "w").close()
        time.sleep(1000)
    return whole(*capture, **more)
reading.read = slowly
"""
# A process that reads pages is still about to start.
STARTING = """
import sys, time
if "harvester.workers.child" in sys.orig_argv:
    open({marker!r}, "w").close()
    time.sleep(1000)
"""


@pytest.fixture
def meddle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Have code run first in every Python process of this test."""

    def meddle(code: str) -> None:
        (tmp_path / "sitecustomize.py").write_text(code)
        monkeypatch.setenv("PYTHONPATH", f"{tmp_path}{os.pathsep}{ROOT}")

    return meddle


def start(*words: str, **settings: object) -> "subprocess.Popen[str]":
    """A command in a process group of its own, as a shell starts it."""
    pipe = subprocess.PIPE
    return subprocess.Popen(command(*words, **settings), cwd=ROOT, stdout=pipe, stderr=pipe, text=True, process_group=0)


@pytest.mark.parametrize(
    ("words", "number"),
    [
        *((words, "SIGINT") for words in ("backup copy.db", "browse --no-open", "export csv", "reconcile", "verify")),
        ("verify", "SIGTERM"),
    ],
)
def test_a_command(meddle: Callable[[str], None], tmp_path: Path, words: str, number: str) -> None:
    meddle(PRESSED.format(signal=number))
    done = scrapy(*words.split(), HARVEST_OUTPUT=tmp_path)
    assert (done.returncode, done.stdout) == (6, "")
    assert done.stderr == f"scrapy {words.partition(' ')[0]}: {SAID}\n"


def assert_reparse_stops(output: Path, marker: Path, number: signal.Signals) -> None:
    """As soon as the marker is there."""
    process = start("reparse", HARVEST_OUTPUT=output, READ_PROCESSES=1)
    try:
        while not marker.exists() and process.poll() is None:
            time.sleep(0.05)
        os.killpg(process.pid, number)
        out, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert err == f"scrapy reparse: {SAID} What was read again is kept; the same command begins anew.\n"
    assert (process.returncode, out) == (6, "")


def test_a_reading_process_that_is_just_starting(meddle: Callable[[str], None], clean: Path, tmp_path: Path) -> None:
    output = Path(shutil.copytree(clean, tmp_path / "output"))
    meddle(STARTING.format(marker=str(tmp_path / "marker")))
    assert_reparse_stops(output, tmp_path / "marker", signal.SIGINT)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_reparse_keeps_what_was_reread(
    meddle: Callable[[str], None], clean: Path, tmp_path: Path, number: signal.Signals
) -> None:
    output = Path(shutil.copytree(clean, tmp_path / "output"))
    with sqlite3.connect(output / "wilson.db") as connection:
        connection.execute("UPDATE documents SET title = 'Wrong'")
    connection.close()
    meddle(STUCK.format(marker=str(tmp_path / "marker")))
    assert_reparse_stops(output, tmp_path / "marker", number)
    [(finished, code, reason)] = rows(output, "SELECT finished, exit_code, reason FROM runs ORDER BY id DESC LIMIT 1")
    assert (bool(finished), code, reason[: len(SAID)]) == (True, 6, SAID)
    [(right,)] = rows(output, "SELECT count(*) FROM documents WHERE title <> 'Wrong'")
    [(every,)] = rows(output, "SELECT count(*) FROM documents")
    assert 0 < right < every
    meddle("")
    assert scrapy("reparse", HARVEST_OUTPUT=output).returncode == 0
    assert rows(output, "SELECT count(*) FROM documents WHERE title = 'Wrong'") == [(0,)]


def test_demo_lets_its_crawl_end_in_order(tmp_path: Path) -> None:
    process = start("demo", HARVEST_OUTPUT=tmp_path)
    try:
        database = tmp_path / "wilson.db"
        while not (database.exists() and database.stat().st_size) and process.poll() is None:
            time.sleep(0.02)
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 6, err
    assert SAID in err
    assert "Traceback" not in err
    assert rows(tmp_path, "SELECT exit_code, finished IS NULL FROM runs") == [(6, 0)]
