"""`-a files=yes` against a real server: good files, bad files, kills, and what a second run costs."""

import io
import os
import random
import shutil
import signal
import sqlite3
import subprocess
import sys
import tarfile
import time
from collections.abc import Callable, Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import pdfs
import pytest
from conftest import QUICK, ROOT, scrapy
from memory import PeakMemory

from harvester.sample_site import Request, Response, SampleSite

FIXTURES = ROOT / "tests" / "fixtures"
SLUG = "telegram-soviet-ambassador-pyongyang-supplies-rail-crossing-sinuiju"
PAGE = (FIXTURES / "document" / SLUG / "input.html").read_text("utf-8")
SITE = "https://digitalarchive.wilsoncenter.org"
PDF = {"Content-Type": "application/pdf"}


def download(number: int) -> str:
    return f"/document/{number}/download"


needs_tesseract = pytest.mark.skipif(shutil.which("tesseract") is None, reason="Tesseract is not installed")


class Site(SampleSite):
    """Documents 1000, 1001 … whose downloads a test gives; nothing else."""

    def __init__(self, folder: Path) -> None:
        shutil.copytree(FIXTURES / "not-found", folder / "not-found")
        shutil.copy(FIXTURES / "frame.html", folder)
        self.hooks: dict[str, Callable[[Request], Response | None]] = {}
        super().__init__(folder, respond=self._answer)

    def add(self, number: int, file: bytes | Response | None, *, text: bool = True, scan: str = "") -> None:
        """A document with its PDF; `text` says whether it has a transcript, `scan` shows one in its tab."""
        page = PAGE.replace(SLUG, f"letter-{number}").replace("98741", str(number)).replace("119641", str(number))
        page = page.replace("Telegram, Soviet", f"Letter {number}, Soviet")
        body = page[page.index('<div class="tab-content">') : page.index('<div class="text-block">')]
        shown = f'<object class="pdf-preview" data="{scan}"></object>' if scan else ""
        if not text:
            page = page.replace(
                body,
                f'<div class="tab-content"><div class="tab-pane active" id="tab-1">{shown}</div></div></div>',
            )
        elif scan:
            page = page.replace('<div class="tab-content">', f'<div class="tab-content">{shown}', 1)
        self.pages[f"/document/letter-{number}"] = page
        self.pages[download(number)] = Response(file, 200, dict(PDF)) if isinstance(file, bytes) else file

    def asked(self, path: str) -> int:
        """How often a path was asked for."""
        return sum(visit.path == path for visit in self.log)

    def _answer(self, request: Request, response: Response) -> Response | None:
        hook = self.hooks.get(request.path)
        return hook(request) if hook else response


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    (tmp_path / "site").mkdir()
    with Site(tmp_path / "site") as server:
        yield server


class Harvest:
    """Runs of the live spider into one folder, and what they left there."""

    def __init__(self, site: Site, output: Path) -> None:
        self.site, self.output = site, output

    def start(self, *arguments: str, **settings: object) -> subprocess.Popen[str]:
        given = [word for name in ("files=yes", f"site={self.site.url}", *arguments) for word in ("-a", name)]
        options = QUICK | {"HARVEST_OUTPUT": self.output} | settings
        command = [sys.executable, "-m", "scrapy", "crawl", "document", *given]
        command += [word for name, value in options.items() for word in ("-s", f"{name}={value}")]
        pipe = subprocess.PIPE
        return subprocess.Popen(command, cwd=ROOT, stdout=pipe, stderr=pipe, text=True, env=os.environ.copy())

    def run(self, *arguments: str, **settings: object) -> tuple[int, str]:
        """(exit code, all it said)."""
        process = self.start(*arguments, **settings)
        out, err = process.communicate(timeout=100)
        return process.returncode, out + err

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        connection = sqlite3.connect(self.output / "wilson.db")
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def file(self, number: int) -> dict[str, Any]:
        """The row of a document's download."""
        names = "sha256, size, pages, path, condition, problem, text, text_from, media_type, ocr_confidence"
        [row] = self.rows(f"SELECT {names} FROM files WHERE url = '{SITE}{download(number)}'")
        return dict(zip(names.split(", "), row, strict=True))

    def state(self, number: int) -> tuple[str, str]:
        """(state, reason) of a document's download."""
        [row] = self.rows(f"SELECT state, reason FROM frontier WHERE url = '{SITE}{download(number)}'")
        return row

    def named(self) -> list[Path]:
        """The files that have a final name; each must be whole."""
        found = sorted((self.output / "files").glob("??/*"))
        for path in found:
            digest = sha256(path.read_bytes()).hexdigest()
            assert path == self.output / "files" / digest[:2] / f"{digest}.pdf"
        return found

    def partial(self) -> list[Path]:
        return list((self.output / "files" / ".partial").glob("*"))


@pytest.fixture
def harvest(site: Site, tmp_path: Path) -> Harvest:
    return Harvest(site, tmp_path / "out")


def test_forty_documents_are_brought_whole_named_read_and_brought_once(site: Site, harvest: Harvest) -> None:
    files = {number: pdfs.text(f"Report {number}") for number in range(1000, 1040)}
    files[1039] = files[1038]  # the same bytes at two addresses
    for number, data in files.items():
        site.add(number, data, text=number % 2 == 0)
    code, said = harvest.run()
    assert code == 0, said
    assert "40 brought" in said
    for number, data in files.items():
        row = harvest.file(number)
        digest = sha256(data).hexdigest()
        assert (row["sha256"], row["size"], row["pages"]) == (digest, len(data), 1)
        assert (row["path"], row["condition"]) == (f"files/{digest[:2]}/{digest}.pdf", "ok")
        assert row["text"].startswith(f"Report {min(number, 1038)}\n\nThe Ambassador received")
    assert len(harvest.named()) == 39
    assert harvest.partial() == []
    documents = harvest.rows("SELECT text_from, count(*) FROM documents GROUP BY 1 ORDER BY 1")
    assert documents == [("pdf", 20), ("template", 20)]
    assert harvest.rows("SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'newspapers'") == [(20,)]
    captured = harvest.rows("SELECT count(*) FROM captures WHERE location LIKE 'files/%' AND digest LIKE 'sha256:%'")
    assert captured == [(40,)]
    before, log = harvest.rows("SELECT * FROM files ORDER BY id"), len(site.log)
    code, said = harvest.run()
    assert code == 0, said
    assert not [visit.path for visit in site.log[log:] if "download" in visit.path]
    assert harvest.rows("SELECT * FROM files ORDER BY id") == before


def test_bad_files_are_what_they_are_and_harm_nothing(site: Site, harvest: Harvest) -> None:
    whole = pdfs.text("Whole")
    page = site.case("other", "essay") if (FIXTURES / "other" / "essay").is_dir() else Response(PAGE.encode())
    challenge = next(FIXTURES.glob("challenge/*/input.html")).read_bytes()
    site.add(1000, Response(page.body, 200, dict(PDF)))
    site.add(1001, Response(whole, 200, {"Content-Type": "text/html; charset=UTF-8"}))
    site.add(1002, None)
    site.add(1003, pdfs.encrypted())
    site.add(1004, pdfs.broken())
    site.add(1005, pdfs.image(), text=False)
    site.add(1006, pdfs.large(300_000))
    site.add(1007, pdfs.text("Cut on the way"))
    site.add(1008, pdfs.text("Cut before it was sent"))
    site.add(1009, pdfs.text("Behind a challenge"))
    site.add(1010, whole[: len(whole) // 2])
    site.add(1012, pdfs.text("Stalls at first"))
    site.add(1011, Response(b"\x89PNG\r\n\x1a\n" + bytes(100), 200, dict(PDF)))
    good = {number: site.pages[download(number)].body for number in (1007, 1008, 1009, 1012)}

    def short(request: Request) -> Response | None:
        if request.count > 2:
            return Response(good[1007], 200, dict(PDF))
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: {len(good[1007])}\r\n\r\n"
        request.connection.sendall(head.encode() + good[1007][:200])
        return None

    def stall(request: Request) -> Response | None:
        if request.count > 1:
            return Response(good[1012], 200, dict(PDF))
        request.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n%PDF-1.4\n")
        time.sleep(3)
        return None

    site.hooks[download(1012)] = stall
    site.hooks[download(1007)] = short
    site.hooks[download(1008)] = lambda r: Response(good[1008][: 200 if r.count < 3 else None], 200, dict(PDF))
    site.hooks[download(1009)] = lambda r: Response(challenge if r.count < 2 else good[1009], 200, dict(PDF))
    code, said = harvest.run(FILES_MAXSIZE=200_000, RETRY_TIMES=4, DOWNLOAD_TIMEOUT=1)
    assert code == 0, said

    assert harvest.state(1000)[0] == "quarantined"
    assert harvest.state(1011)[0] == "quarantined"
    assert {row[0] for row in harvest.rows("SELECT reason FROM quarantine")} == {"not a PDF"}
    assert harvest.file(1001)["sha256"] == sha256(whole).hexdigest()
    assert harvest.file(1001)["media_type"] == "application/pdf"
    assert (harvest.file(1002)["condition"], harvest.state(1002)) == ("absent", ("excluded", "HTTP 404"))
    assert harvest.file(1003)["condition"] == "encrypted"
    assert harvest.file(1004)["condition"] == "broken"
    assert harvest.file(1005)["condition"] == "image-only"
    assert (harvest.file(1006)["condition"], harvest.file(1006)["path"]) == ("too-large", None)
    for number, data in good.items():
        assert harvest.file(number)["sha256"] == sha256(data).hexdigest()
        assert harvest.file(number)["condition"] == "ok"
    assert (harvest.file(1010)["condition"], site.asked(download(1010))) == ("broken", 4)
    assert harvest.partial() == []
    assert len(harvest.named()) == 9
    assert harvest.rows("PRAGMA integrity_check") == [("ok",)]

    code, said = harvest.run()
    assert code == 0, said
    assert harvest.file(1006)["condition"] == "ok", "the limit has been raised"
    assert site.asked(download(1002)) == site.asked(download(1001)) == 1


def test_a_broken_file_is_known_although_kills_have_used_up_its_tries(site: Site, harvest: Harvest) -> None:
    whole = pdfs.text("Whole")
    site.add(1000, whole[: len(whole) // 2])
    assert harvest.run("files=no")[0] == 0
    with sqlite3.connect(harvest.output / "wilson.db") as connection:
        connection.execute(
            "INSERT OR IGNORE INTO frontier (url, source, kind, added_at) VALUES (?, 'live', 'download', '')",
            [f"{SITE}{download(1000)}"],
        )
        connection.execute("UPDATE frontier SET attempts = 3, state = 'pending' WHERE kind = 'download'")
    connection.close()
    code, said = harvest.run(RETRY_TIMES=4)
    assert code == 0, said
    assert harvest.file(1000)["condition"] == "broken"


def dripping(data: bytes, pause: float) -> Callable[[Request], None]:
    """Sends a file in twenty pieces."""

    def hook(request: Request) -> None:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: {len(data)}\r\n\r\n"
        try:
            request.connection.sendall(head.encode())
            for start in range(0, len(data), len(data) // 20):
                request.connection.sendall(data[start : start + len(data) // 20])
                time.sleep(pause)
        except OSError:
            return

    return hook


def test_stopped_in_the_middle_of_a_file_it_goes_on_the_next_time(site: Site, harvest: Harvest) -> None:
    data = pdfs.large(4_000_000)
    site.add(1000, data)
    site.add(1001, pdfs.text("Small"))
    site.hooks[download(1000)] = dripping(data, 1.0)
    for how in (signal.SIGINT, signal.SIGKILL):
        process = harvest.start()
        deadline = time.monotonic() + 60
        while not any(path.stat().st_size > 200_000 for path in harvest.partial()):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        process.send_signal(how)
        process.communicate(timeout=30)
        assert process.returncode in (-how, 6)
        assert len(harvest.named()) <= 1, "nothing partial has a final name"
        assert harvest.state(1000)[0] == "pending"
    del site.hooks[download(1000)]
    code, said = harvest.run()
    assert code == 0, said
    assert harvest.file(1000)["sha256"] == sha256(data).hexdigest()
    assert (len(harvest.named()), harvest.partial()) == (2, [])


def test_a_run_without_files_names_them_and_a_later_one_brings_what_is_missing(site: Site, harvest: Harvest) -> None:
    for number in range(1000, 1004):
        site.add(number, pdfs.text(f"Report {number}"))
    code, said = harvest.run("files=no")
    assert code == 0, said
    assert harvest.rows("SELECT count(*), count(sha256) FROM files") == [(4, 0)]
    assert harvest.rows("SELECT count(*) FROM frontier WHERE state = 'pending'") == [(0,)]
    assert not any("download" in visit.path for visit in site.log)
    code, said = harvest.run()
    assert code == 0, said
    assert len(harvest.named()) == 4
    # One is deleted, one is cut short, one has changed on the site, and so has its page.
    lost, cut = (harvest.output / harvest.file(number)["path"] for number in (1000, 1001))
    lost.unlink()
    cut.write_bytes(cut.read_bytes()[:100])
    site.add(1002, pdfs.text("Report 1002, as corrected"))
    page = site.pages["/document/letter-1002"]
    assert isinstance(page, str)
    site.pages["/document/letter-1002"] = page.replace("Letter 1002", "Letter 1002 (corrected)")
    code, said = harvest.run("full=yes")
    assert code == 0, said
    assert harvest.file(1002)["text"].startswith("Report 1002, as corrected")
    assert harvest.rows("SELECT condition, count(*) FROM files GROUP BY 1") == [("ok", 4)]
    assert [visit.status for visit in site.log if visit.path == download(1003)] == [200, 304]
    assert [visit.status for visit in site.log if visit.path == download(1000)] == [200, 200]
    assert len(harvest.named()) == 5, "the version before is kept"


def test_redirects_to_a_file_are_followed_and_the_file_is_brought_once(site: Site, harvest: Harvest) -> None:
    scan = "/sites/default/files/shared-media/imported_document_original_file/a%20scan.pdf"
    to = {"Location": scan}
    site.add(1000, Response(b"", 302, to), text=False, scan=scan)
    site.add(1001, Response(b"", 301, {"Location": download(1001)}))
    site.add(1002, Response(b"", 302, {"Location": "http://elsewhere.example/x.pdf"}))
    site.add(1003, Response(b"", 302, {"Location": "/document/letter-1003"}))
    site.pages[scan] = Response(pdfs.text("The scan"), 200, dict(PDF))
    code, said = harvest.run()
    assert code == 6, said
    digest = sha256(pdfs.text("The scan")).hexdigest()
    assert harvest.rows("SELECT document, sha256 FROM files WHERE document = 'letter-1000'") == [
        ("letter-1000", digest),
        ("letter-1000", digest),
    ]
    assert site.asked(scan) == 1
    assert (harvest.state(1001)[0], harvest.state(1002)[0]) == ("failed", "failed")
    assert harvest.file(1003)["condition"] == "absent"


def test_a_large_file_is_never_in_memory(site: Site, harvest: Harvest) -> None:
    size, piece = 192 << 20, bytes(1 << 20)
    head, tail = pdfs.text("Very long").split(b"startxref")

    def stream(request: Request) -> None:
        length = len(head) + 1 + size + 1 + len(b"startxref" + tail)
        request.connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n" % length + head + b"%")
        for _ in range(size >> 20):
            request.connection.sendall(piece)
        request.connection.sendall(b"\nstartxref" + tail)

    site.add(1000, b"")
    site.hooks[download(1000)] = stream
    process = harvest.start(FILES_READ_TIMEOUT=5)
    peak = PeakMemory(process.pid)
    process.communicate(timeout=100)
    assert process.returncode == 0
    assert harvest.file(1000)["size"] > size
    assert 0 < peak.bytes < size


@needs_tesseract
def test_ocr_reads_scans_also_those_held_from_before(site: Site, harvest: Harvest) -> None:
    site.add(1000, pdfs.image(), text=False)
    assert harvest.run()[0] == 0
    assert harvest.rows("SELECT text_from FROM documents") == [(None,)]
    code, said = harvest.run("ocr=yes")
    assert code == 0, said
    row = harvest.file(1000)
    assert (row["condition"], row["text_from"]) == ("image-only", "ocr")
    assert row["ocr_confidence"] > 0.5
    [(text_from, text)] = harvest.rows("SELECT text_from, text FROM documents")
    assert text_from == "ocr"
    assert "Ambassador" in text
    assert "tesseract-ocr-rus" in said, "the record says Russian: its pack is named"
    assert site.asked(download(1000)) == 1


def test_ocr_without_tesseract_says_what_to_install(harvest: Harvest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(harvest.output))
    code, said = harvest.run("ocr=yes")
    assert code == 2
    assert "apt-get install tesseract-ocr" in said
    assert "Traceback" not in said


def test_a_sample_comes_with_its_files(site: Site, harvest: Harvest) -> None:
    for number in range(1000, 1012):
        site.add(number, pdfs.text(f"Report {number}"))
    code, said = harvest.run("sample=3")
    assert code == 0, said
    assert harvest.rows("SELECT count(*), count(path) FROM files JOIN documents ON slug = document") == [(3, 3)]


def test_wanted_pages_come_with_their_files_at_the_pace_of_the_crawl(site: Site, harvest: Harvest) -> None:
    for number in range(1000, 1003):
        site.add(number, pdfs.text(f"Report {number}"))
    code, said = harvest.run("urls=/document/letter-1000,/document/letter-1001", DOWNLOAD_DELAY=0.3)
    assert code == 0, said
    assert harvest.rows("SELECT document, condition FROM files") == [("letter-1000", "ok"), ("letter-1001", "ok")]
    visits = [visit for visit in site.log if visit.path != "/robots.txt"]
    assert len(visits) == 4
    for before, after in pairwise(visits):
        assert after.started > (before.finished or after.started), "never two at a time"
        assert after.started - before.started > 0.3 * 0.7


def test_a_mirror_brings_its_files_whole_or_says_what_they_are(site: Site, tmp_path: Path) -> None:
    files = {number: pdfs.text(f"Report {number}") for number in range(1000, 1010)}
    files[1009] = b"<!DOCTYPE html><html><body>Sign in</body></html>"
    files[1008] = files[1008][:300]
    with tarfile.open(tmp_path / "mirror.tar", "w") as tar:
        for number, data in files.items():
            site.add(number, None, text=number % 2 == 0)
            page = str(site.pages[f"/document/letter-{number}"]).encode()
            members = {f"documents/document/letter-{number}": page, f"downloads/document/{number}/download": data}
            for name, content in members.items():
                member = tarfile.TarInfo(name)
                member.size = len(content)
                tar.addfile(member, io.BytesIO(content))
    harvest = Harvest(site, tmp_path / "out")
    arguments = ["-a", f"path={tmp_path / 'mirror.tar'}", "-a", "files=yes"]
    done = scrapy("crawl", "mirror", *arguments, HARVEST_OUTPUT=harvest.output)
    assert done.returncode == 0, done.stdout + done.stderr
    for number in range(1000, 1008):
        assert harvest.file(number)["sha256"] == sha256(files[number]).hexdigest()
        assert harvest.file(number)["condition"] == "ok"
    assert harvest.file(1008)["condition"] == "broken"
    assert harvest.state(1009)[0] == "quarantined"
    assert len(harvest.named()) == 9
    assert harvest.rows("SELECT count(*) FROM documents WHERE text_from = 'pdf'") == [(4,)]
    assert harvest.rows("SELECT count(*) FROM files WHERE path IS NOT NULL AND document IS NULL") == [(0,)]


@pytest.mark.soak
def test_random_kills_and_faults_cost_no_file(site: Site, harvest: Harvest) -> None:
    chance = random.Random(7)
    files = {number: pdfs.large(chance.randrange(1000, 400_000), f"Report {number}") for number in range(1000, 1040)}
    for number, data in files.items():
        site.add(number, data, text=number % 2 == 0)
        site.hooks[download(number)] = faulty(data, chance)
    for _ in range(8):
        process = harvest.start()
        time.sleep(chance.uniform(1.5, 5.0))
        process.kill()
        process.communicate(timeout=30)
        harvest.named()
    code, said = harvest.run()
    assert code == 0, said
    for number, data in files.items():
        assert harvest.file(number)["sha256"] == sha256(data).hexdigest()
        assert harvest.file(number)["condition"] == "ok"
    assert (len(harvest.named()), harvest.partial()) == (40, [])
    assert harvest.rows("SELECT count(*) FROM documents WHERE text_from = 'pdf'") == [(20,)]
    assert harvest.rows("PRAGMA integrity_check") == [("ok",)]
    assert scrapy("verify", HARVEST_OUTPUT=harvest.output).returncode == 0


def faulty(data: bytes, chance: random.Random) -> Callable[[Request], Response | None]:
    """Three answers of ten are wrong: an error, nothing, a reset, cut short with and without saying so."""

    def hook(request: Request) -> Response | None:
        fault = chance.choice(["503", "empty", "reset", "short", "cut"]) if chance.random() < 0.3 else ""
        if fault in ("reset", "short"):
            head = f"HTTP/1.1 200 OK\r\nContent-Type: application/pdf\r\nContent-Length: {len(data)}\r\n\r\n"
            request.connection.sendall(b"" if fault == "reset" else head.encode() + data[: len(data) // 2])
            return None
        if fault == "503":
            return Response(b"<html>busy</html>", 503)
        return Response({"empty": b"", "cut": data[: chance.randrange(len(data))]}.get(fault, data), 200, dict(PDF))

    return hook
