"""A server's bad days: what can be had arrives as from a good one; what cannot ends with the reason."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from changes import LIVE, NEHRU
from contents import assert_sound, contents, many, one
from faults import Faults

from harvester.sample_site import Request, Response, SampleSite

Crawl = Callable[..., Any]


def test_three_in_ten_answers_are_bad_and_all_arrives(
    crawl: Crawl, site: SampleSite, tmp_path: Path, clean: Path
) -> None:
    faults = Faults(site, 0.3, seed=1)
    done = crawl()
    assert done.returncode == 0, done.stdout + done.stderr
    assert sum(faults.given.values()) > 40
    assert contents(tmp_path) == contents(clean)
    assert_sound(tmp_path)
    assert "Traceback" not in done.stderr


def test_a_site_that_blocks_documents_only_is_a_block(crawl: Crawl, site: SampleSite, tmp_path: Path) -> None:
    challenge = site.case("challenge", "interstitial")
    site.respond = lambda request, response: challenge if request.path.startswith("/document/") else response
    done = crawl(BLOCK_PAUSE=0.05, BLOCK_RETRIES=2)
    assert done.returncode == 3, done.stderr
    with sqlite3.connect(tmp_path / "wilson.db") as connection:
        assert connection.execute("SELECT count(*) FROM documents").fetchone() == (0,)


# A fault that does not pass → how its address ends.
LASTING = {
    "reset": "the connection broke",
    "truncated": "the answer was cut short",
    "unannounced": "the page ends in the middle",
    "short": "the page ends in the middle",
    "empty": "HTTP 200: empty",
    "bad_gzip": "broken gzip data",
    "cut_gzip": "cut short: compressed data ends",
    "bomb": "inflates beyond 33,554,432 bytes",
    "failing": "HTTP 50",
    "busy": "HTTP 503",
    "drip": "no whole answer within the time limit",
    "silence": "no whole answer within the time limit",
    "headers": "the connection broke",
    "endless": "the answer was larger than allowed",
}


def test_what_stays_bad_ends_with_the_reason_and_is_never_stored(
    crawl: Crawl, site: SampleSite, tmp_path: Path
) -> None:
    faults = Faults(site, 0.0)

    def respond(request: Request, response: Response) -> Response | None:
        kind = request.path.removeprefix("/document/")
        return getattr(faults, kind)(request, site.answer(NEHRU)) if kind in LASTING else response

    site.respond = respond
    wanted = " ".join([f"{LIVE}{NEHRU}", *(f"{LIVE}/document/{kind}" for kind in LASTING)])
    done = crawl(urls=wanted, RETRY_TIMES=2, DOWNLOAD_TIMEOUT=1)
    assert done.returncode == 6, done.stdout + done.stderr
    query = "SELECT replace(url, ?, ''), reason FROM frontier WHERE state = 'failed'"
    ends = dict(many(tmp_path, query, f"{LIVE}/document/"))
    assert ends.keys() == LASTING.keys()
    for kind, reason in LASTING.items():
        assert reason in ends[kind] or "no text in the page" in ends[kind], (kind, ends[kind])
    assert one(tmp_path, "SELECT count(*) FROM documents") == 1
    assert one(tmp_path, "SELECT count(*) FROM captures") == 1
    assert "Traceback" not in done.stderr
    assert "DATALOSS" not in done.stderr, "advice to take half of a page for the whole"
