"""How a run ends: each exit code with one message that says what to do next, and never a traceback."""

import ctypes
import json
import os
import resource
import shutil
import signal
import sqlite3
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from changes import LIVE, NEHRU, ROSHCHIN, asked, plain
from conftest import ROOT, command
from contents import assert_sound, one, states

from harvester.sample_site import Request, Response, SampleSite
from harvester.store.lock import Lock

Crawl = Callable[..., Any]


def reports(output: Path) -> list[dict[str, Any]]:
    """The JSON reports, oldest first."""
    return [json.loads(path.read_text()) for path in sorted((output / "runs").iterdir())]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["-a", "sampel=3"], "Did you mean `-a sample=…`?"),
        (["-a", "urls=https://example.org/document/a"], "not an address of"),
        (["-s", "HARVEST_OUTPUT=/proc/nowhere"], "The output directory /proc/nowhere cannot be written"),
    ],
)
def test_wrong_use_of_the_command_is_refused(words: list[str], expected: str) -> None:
    done = subprocess.run(
        command("crawl", "document") + words, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_dead_site_leaves_an_archive_untouched(crawl: Crawl, clean: Path, tmp_path: Path) -> None:
    output = Path(shutil.copytree(clean, tmp_path / "held"))
    before = (output / "wilson.db").read_bytes()
    done = crawl(site="http://127.0.0.1:9", HARVEST_OUTPUT=output)
    assert done.returncode == 4
    assert "http://127.0.0.1:9 cannot be reached (the connection was refused" in done.stderr
    assert "scrapy crawl wayback" in done.stderr
    assert "Traceback" not in done.stderr
    assert (output / "wilson.db").read_bytes() == before
    assert reports(output)[-1]["exit_code"] == 4


@pytest.mark.parametrize("status", [200, 403])
def test_a_site_that_keeps_us_out(crawl: Crawl, site: SampleSite, tmp_path: Path, status: int) -> None:
    page = site.case("challenge", "interstitial").body
    site.respond = lambda request, response: plain(page, status)
    done = crawl(BLOCK_PAUSE=0.1)
    assert done.returncode == 3, done.stdout + done.stderr
    assert "keeps this crawl out" in done.stderr
    assert "scrapy crawl wayback" in done.stderr
    assert len(site.log) == 12, "three signs, and three more after each of three pauses"


def test_a_block_in_the_middle_is_waited_for_and_what_is_held_stays(
    crawl: Crawl, site: SampleSite, tmp_path: Path
) -> None:
    def respond(request: Request, response: Response) -> Response:
        return plain("Forbidden", 403) if len(site.log) > 40 else response

    site.respond = respond
    assert crawl(BLOCK_PAUSE=0.1).returncode == 3
    held = one(tmp_path, "SELECT count(*) FROM documents")
    assert held > 10
    assert states(tmp_path).keys() == {"done", "pending"}
    assert one(tmp_path, "SELECT exit_code FROM runs") == 3
    site.respond = None
    assert crawl().returncode == 0
    assert one(tmp_path, "SELECT count(*) FROM documents") == 37


def test_pages_that_only_some_may_see_are_no_block(crawl: Crawl, site: SampleSite, tmp_path: Path) -> None:
    secret = (NEHRU, ROSHCHIN, "/people/kim-il-sung", "/places/china")
    refusal = plain("<html><body>Forbidden</body></html>", 403)
    site.respond = lambda request, response: refusal if request.path in secret else response
    done = crawl(BLOCK_PAUSE=60, RETRY_TIMES=3)
    assert done.returncode == 6, done.stdout + done.stderr
    assert states(tmp_path)["failed"] == 4
    assert one(tmp_path, "SELECT count(*) FROM documents") == 35
    assert f"failed: {LIVE}{NEHRU}: HTTP 403" in done.stdout


def test_robots_txt_that_fails_means_do_not_crawl(crawl: Crawl, site: SampleSite, tmp_path: Path) -> None:
    site.pages["/robots.txt"] = plain("oops", 503)
    done = crawl()
    assert done.returncode == 4
    assert set(asked(site)) == {"/robots.txt"}
    assert not (tmp_path / "wilson.db").exists()


def test_a_second_run_is_refused_and_a_dead_lock_is_no_obstacle(crawl: Crawl, site: SampleSite, tmp_path: Path) -> None:
    (tmp_path / ".lock").write_text('{"spider": "document", "pid": 999999}')  # left by a process that died
    lock = Lock(tmp_path, "warc", "2025-10-07T12:40:14Z")
    done = crawl()
    assert done.returncode == 7
    assert f"`warc`, process {os.getpid()} on" in done.stderr
    assert asked(site) == []
    lock.release()
    assert crawl(sample="1").returncode == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_one_ctrl_c_ends_the_run_within_seconds(site: SampleSite, tmp_path: Path, number: int) -> None:
    site.robots = "User-agent: *\nCrawl-delay: 1\n"

    def respond(request: Request, response: Response) -> Response | None:
        if "/document/" in request.path:
            time.sleep(20)  # an answer that is not worth waiting for
            return None
        return response

    site.respond = respond
    process = subprocess.Popen(
        command("crawl", "document", "-a", f"site={site.url}", HARVEST_OUTPUT=tmp_path),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    while not asked(site, "/document/"):
        time.sleep(0.05)
    process.send_signal(number)
    _, err = process.communicate(timeout=15)
    assert process.returncode == 6
    assert "Stopped before its end (Ctrl-C or a signal). The same command goes on where it was." in err
    assert "Traceback" not in err
    assert_sound(tmp_path)
    assert one(tmp_path, "SELECT exit_code FROM runs") == 6


def limited(limit: Callable[[], None], site: SampleSite, output: Path) -> subprocess.CompletedProcess[str]:
    """A crawl in a process that has been limited."""
    return subprocess.run(
        command("crawl", "document", "-a", f"site={site.url}", HARVEST_OUTPUT=output),
        cwd=ROOT,
        capture_output=True,
        text=True,
        preexec_fn=limit,
        timeout=60,
        check=False,
    )


def test_a_full_disk(site: SampleSite, tmp_path: Path) -> None:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (2_500_000, 2_500_000))

    done = limited(small, site, tmp_path)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "wilson.db cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
    assert_sound(tmp_path)
    assert one(tmp_path, "SELECT count(*) FROM documents") > 0


def test_a_corrupt_page_of_the_database(crawl: Crawl, clean: Path, tmp_path: Path) -> None:
    output = Path(shutil.copytree(clean, tmp_path / "held"))
    with sqlite3.connect(output / "wilson.db") as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        [page] = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'frontier'").fetchone()
        [size] = connection.execute("PRAGMA page_size").fetchone()
    with open(output / "wilson.db", "r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    done = crawl(HARVEST_OUTPUT=output)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "malformed" in done.stdout + done.stderr
    assert ".recover" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert one(output, "SELECT count(*) FROM documents") == 37, "what is whole stays readable"


def test_what_is_no_database(crawl: Crawl, tmp_path: Path) -> None:
    (tmp_path / "wilson.db").write_text("Dear diary, this is no database at all. " * 100)
    done = crawl()
    assert done.returncode == 1
    assert "not a database" in done.stderr
    assert "Traceback" not in done.stderr


def mortal() -> None:
    """Take from root what lets it write where it may not."""
    for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
        ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


def test_a_database_that_may_only_be_read(site: SampleSite, clean: Path, tmp_path: Path) -> None:
    output = Path(shutil.copytree(clean, tmp_path / "held"))
    (output / "wilson.db").chmod(0o444)
    done = limited(mortal, site, output)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "readonly" in done.stderr
    assert "Check who owns the file and its folder" in done.stderr
    assert "Traceback" not in done.stderr
    assert one(output, "SELECT count(*) FROM documents") == 37


def test_an_error_nobody_foresaw_ends_one_address_and_is_told(
    site: SampleSite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import harvester.spiders.harvest as h\n"
        "real = h.read\n"
        "def read(capture, *more):\n"
        "    if 'nehru-all-provincial' in capture.url:\n"
        "        raise RuntimeError('nobody foresaw this')\n"
        "    return real(capture, *more)\n"
        "h.read = read\n"
    )
    monkeypatch.setenv("PYTHONPATH", f"{tmp_path}:{ROOT}")
    output = tmp_path / "output"
    done = subprocess.run(
        command("crawl", "document", "-a", f"site={site.url}", HARVEST_OUTPUT=output),
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Unexpected error, RuntimeError: nobody foresaw this" in done.stderr
    assert "Traceback" in done.stderr
    assert states(output) == {"done": 149, "failed": 1}
