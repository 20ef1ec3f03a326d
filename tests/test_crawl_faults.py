"""A server's bad days: what can be had arrives as from a good one; what cannot ends with the reason."""

import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from contents import assert_sound, contents
from faults import Faults

from harvester.sample_site import SampleSite

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
