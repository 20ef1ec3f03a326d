"""The Wayback Machine on loopback: what it lists, refuses, breaks and forgets; each document comes out whole."""

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import ROOT, scrapy
from copies import archive, legacy, pages, problem, rows, tar
from warcs import SITE
from wayback import Archived, Wayback

from harvester.exceptions import UsageError
from harvester.sample_site.archive import Response
from harvester.spiders import arguments
from harvester.spiders.wayback import WaybackSpider

PAGES = {path: page for path, page in pages().items() if not path.startswith(("/people/", "/places/"))}
DOCUMENTS = [path for path in PAGES if path.startswith("/document/")]
STAGING = "https://wilson-center.drivingcreative.com"


def crawl(service: Wayback, output: Path, *arguments: str, **settings: object):
    quick = {"WAYBACK_CDX_PER_MINUTE": 60000, "LOG_LEVEL": "INFO"}
    words = [word for argument in (f"service={service.url}", *arguments) for word in ("-a", argument)]
    return scrapy("crawl", "wayback", *words, HARVEST_OUTPUT=output, **(quick | settings))


def capture(path: str, answer: Response, timestamp: str = "20230501100000", site: str = SITE, **facts) -> Archived:
    media_type = answer.headers["Content-Type"]
    return Archived(timestamp, site + path, answer.body, answer.status, dict(answer.headers), media_type, **facts)


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory) -> Path:
    """The same pages from a mirror, to compare with."""
    folder = tmp_path_factory.mktemp("mirror")
    (folder / "mirror.tar").write_bytes(tar(PAGES))
    assert scrapy("crawl", "mirror", "-a", f"path={folder}", HARVEST_OUTPUT=folder / "output").returncode == 0
    return folder / "output"


def test_every_document_comes_from_its_newest_good_capture(mirrored, tmp_path):
    challenge, error = problem("challenge", "interstitial"), problem("error", "503-maintenance")
    captures = [capture(path, answer) for path, answer in PAGES.items()]
    draft = [Response(PAGES[p].body.replace(b"</h1>", b" (draft)</h1>", 1)) for p in DOCUMENTS]
    captures += [capture(p, a, "20220101000000") for p, a in zip(DOCUMENTS, draft, strict=True)]
    captures += [capture(p, challenge, "20240601000000") for p in DOCUMENTS[:9]]
    captures += [capture(p, error, "20240701000000") for p in DOCUMENTS[5:9]]
    denied = problem("challenge", "403-interstitial")
    captures += [capture(p, denied, "20240901000000", listed_status="200", bare=True) for p in DOCUMENTS[:5]]
    captures += [capture(p, Response(PAGES[p].body[:900]), "20240801000000") for p in DOCUMENTS[9:12]]
    captures += [capture("/document/never", challenge), capture("/document/gone", error)]
    # Spellings of one document, the newest on a staging copy; an asset; another view of the catalog.
    captures.append(capture(DOCUMENTS[12] + "?utm_source=x", draft[12], "20220301000000"))
    moved = captures.pop(captures.index(capture(DOCUMENTS[13], PAGES[DOCUMENTS[13]])))
    moved.original = STAGING + DOCUMENTS[13]
    captures += [moved, capture("/themes/a.css", Response(b"p {}"), site=STAGING)]
    captures.append(capture("/search?search_api_fulltext=mao", PAGES["/search?page=0"]))
    with Wayback(captures) as service:
        service.empty_pages, service.digests = True, False
        service.moods = {
            "/web/": [(429, {"Retry-After": "1"}), (503, {"Retry-After": "0"}), (500, {}), (502, {})],
            DOCUMENTS[20]: [(429, {"Retry-After": "0"})] * 9,
            "/cdx/": [(429, {"Retry-After": "1"}), (503, {"Retry-After": "1"})],
        }
        service.cut[DOCUMENTS[21]] = 2
        done = crawl(service, tmp_path)
        assert done.returncode == 0, done.stdout + done.stderr
        assert archive(tmp_path) == archive(mirrored)
        assert service.broken_pauses() == []
        asked = len(service.requests)

        states = dict(rows(tmp_path, "SELECT url, state FROM frontier WHERE state <> 'done'"))
        assert states == {f"{SITE}/document/never": "quarantined"}
        [(location, url)] = rows(
            tmp_path,
            f"SELECT location, c.url FROM captures c JOIN documents d ON d.capture = c.id"
            f" WHERE slug = '{DOCUMENTS[13].rpartition('/')[2]}'",
        )
        assert location == f"{service.url}/web/20230501100000id_/{STAGING}{DOCUMENTS[13]}"
        assert url == SITE + DOCUMENTS[13]

        again = crawl(service, tmp_path)
        assert again.returncode == 0
        assert not [path for _, path in service.requests[asked:] if "/web/" in path]
        assert all("from=" in path for path in service.asked("/document/*")[2:])

        service.captures.append(capture(DOCUMENTS[0], draft[0], "20250101000000"))
        asked = len(service.requests)
        assert crawl(service, tmp_path).returncode == 0
        assert len([path for _, path in service.requests[asked:] if "/web/" in path]) == 1
        [(title,)] = rows(tmp_path, f"SELECT title FROM documents WHERE url = '{SITE}{DOCUMENTS[0]}'")
        assert title.endswith("(draft)")


def test_killed_and_resumed(mirrored, tmp_path):
    with Wayback([capture(path, answer) for path, answer in PAGES.items()]) as service:
        words = ["crawl", "wayback", "-a", f"service={service.url}", "-s", f"HARVEST_OUTPUT={tmp_path}"]
        words += ["-s", "WAYBACK_CDX_PER_MINUTE=60000", "-s", "DOWNLOAD_DELAY=0"]
        for wanted in (15, 40):
            run = subprocess.Popen(
                [sys.executable, "-m", "scrapy", *words], cwd=ROOT, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL
            )
            while len(service.asked("/web/")) < wanted:
                assert run.poll() is None
                time.sleep(0.005)
            run.send_signal(signal.SIGKILL)
            run.wait()
        done = crawl(service, tmp_path)
        assert done.returncode == 0, done.stderr
        assert archive(tmp_path) == archive(mirrored)
        asked = service.asked("/web/")
        assert len(asked) <= len(set(asked)) + 4
        listed = service.asked("/document/*")
        assert len(listed) == 2 or "from=" in listed[-1]


def test_legacy_records_redirects_and_files(tmp_path):
    pdf = next(iter(sorted((ROOT / "tests" / "fixtures" / "files").glob("*.pdf")))).read_bytes()
    page = PAGES[DOCUMENTS[0]]
    captures = [capture(path, answer, "20160101000000") for path, answer in legacy().items()]
    html = {"Content-Type": "text/html"}
    captures += [
        capture(DOCUMENTS[0], page),
        # The site of today sends a record's old address on; the capture before it still has the record.
        capture("/document/119641", Response(b"", 301, html | {"Location": SITE + DOCUMENTS[0]}), "20230101000000"),
        capture("/node/5", Response(b"", 302, html | {"Location": "https://example.org/"})),
        # The index promises what the service has only of another time, and as a revisit.
        capture(DOCUMENTS[1], PAGES[DOCUMENTS[1]], "20220505050505", listed_status="-"),
        capture("/document/99018/download", Response(pdf, 200, {"Content-Type": "application/pdf"})),
        capture("/document/99018/download", Response(b"<html>no</html>", 200, html), "20240101000000"),
        capture("/document/7/download", Response(b"<html>no</html>", 200, html)),
    ]
    captures[-4].listed_timestamp = "20230101000000"
    with Wayback(captures) as service:
        service.knows_stars = False
        service.moods = {DOCUMENTS[0]: [(403, {})] * 2}
        done = crawl(service, tmp_path, "files=yes", WAYBACK_CDX_PER_MINUTE=600)
        assert done.returncode == 0, done.stdout + done.stderr
        moments = [at for at, path in service.requests if "/cdx/" in path]
        assert moments[-1] - moments[0] >= 0.1 * (len(moments) - 1) * 0.9
    records = {int(path.rpartition("/")[2].partition(".")[0]) for path in legacy()}
    assert {record for (record,) in rows(tmp_path, "SELECT record_id FROM documents WHERE url = legacy_url")} == records
    found = rows(tmp_path, "SELECT url, state FROM frontier WHERE kind <> 'cdx'")
    states = {url.removeprefix(SITE): state for url, state in found}
    assert states.pop("/node/5") == states.pop("/document/7/download") == "quarantined"
    assert {url for url, state in states.items() if state != "done"} == set()
    [(path, fetched)] = rows(tmp_path, "SELECT path, fetched_at FROM files WHERE path IS NOT NULL")
    assert (tmp_path / path).read_bytes() == pdf
    assert fetched == "2023-05-01T10:00:00Z"
    [(seen,)] = rows(tmp_path, f"SELECT last_seen FROM documents WHERE url = '{SITE}{DOCUMENTS[1]}'")
    assert seen == "2022-05-05T05:05:05Z"


def test_spans_of_time(tmp_path):
    captures = [capture(DOCUMENTS[n], PAGES[DOCUMENTS[n]], f"20{20 + n}0601000000") for n in range(4)]
    with Wayback(captures) as service:
        done = crawl(service, tmp_path, "from=1999", "to=2000")
        assert done.returncode == 6
        assert "lists no capture" in done.stdout + done.stderr
        assert crawl(service, tmp_path, "from=2021", "to=2022-12").returncode == 0
        assert rows(tmp_path, "SELECT first_seen FROM documents ORDER BY 1") == [
            ("2021-06-01T00:00:00Z",),
            ("2022-06-01T00:00:00Z",),
        ]
        assert crawl(service, tmp_path).returncode == 0
        assert rows(tmp_path, "SELECT count(*) FROM documents") == [(4,)]


def test_a_service_that_is_not_there_or_keeps_us_out(tmp_path):
    with Wayback() as service:
        service.captures = [capture(path, PAGES[path]) for path in DOCUMENTS[:3]]
        service.moods = {"/web/": [(429, {"Retry-After": "0"})] * 30}
        done = crawl(service, tmp_path / "kept-out")
        assert done.returncode == 3
        assert "keeps this crawl out" in done.stdout + done.stderr
    done = crawl(service, tmp_path / "dead")
    assert done.returncode == 4
    assert "cannot be reached" in done.stdout + done.stderr
    assert "scrapy crawl mirror" in done.stdout + done.stderr
    assert not (tmp_path / "dead" / "wilson.db").exists()


def test_wrong_use():
    for given in ({"from": "19"}, {"from": "2019-13"}, {"to": "yesterday"}, {"service": "web.archive.org"}):
        with pytest.raises(UsageError):
            arguments.read("wayback", WaybackSpider.arguments, given)
    assert arguments.read("wayback", WaybackSpider.arguments, {"from": "2019-03-31"}) == {"from": "20190331"}
