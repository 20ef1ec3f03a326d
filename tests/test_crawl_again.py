"""What a further run costs and brings: news wherever they stand, revisits in rotation, and nothing lost."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from changes import HOXHA, LIVE, NEHRU, ROSHCHIN, add, asked, page, plain, replace
from contents import assert_sound, many, one

from harvester.sample_site import Request, Response, SampleSite

Crawl = Callable[..., Any]
_ROWS = ("documents", "texts", "people", "places", "topics", "document_people", "document_topics", "document_versions")


@pytest.fixture
def held(clean: Path, tmp_path: Path) -> Path:
    """An archive that is complete."""
    return Path(shutil.copytree(clean, tmp_path, dirs_exist_ok=True))


def rows(output: Path) -> dict[str, list[Any]]:
    """All that readers see."""
    return {table: many(output, f"SELECT * FROM {table}") for table in _ROWS}


def document(output: Path, path: str, column: str) -> Any:
    """A value of the document at a path of the site."""
    return one(output, f"SELECT {column} FROM documents WHERE url = ?", LIVE + path)


def test_a_second_run_costs_two_requests_and_changes_no_row(crawl: Crawl, site: SampleSite, held: Path) -> None:
    before = rows(held)
    assert crawl().returncode == 0
    assert asked(site) == ["/robots.txt", "/search?page=0"]
    assert rows(held) == before


def test_news_are_found_at_the_end_of_the_catalog_with_their_topics(crawl: Crawl, site: SampleSite, held: Path) -> None:
    path = add(site, "letter-found-late", "2009-01-01", 999001)
    site.topics["87160"].append("letter-found-late")
    assert crawl().returncode == 0
    assert document(held, path, "record_id") == 999001
    assert document(held, path, "topics") == '["China and the Soviet Union"]'
    assert asked(site, "/document/") == [path]
    assert asked(site, "/search?page=") == [f"/search?page={number}" for number in range(4)]
    site.log.clear()
    assert crawl().returncode == 0
    assert len(asked(site)) == 2, "the difference is explained"


def test_news_on_the_first_page_explain_the_difference_at_once(crawl: Crawl, site: SampleSite, held: Path) -> None:
    path = add(site, "letter-of-today", "2024-01-01", 999002)
    assert crawl().returncode == 0
    assert document(held, path, "title")
    assert asked(site, "/search?page=") == ["/search?page=0"]


def test_what_leaves_the_catalog_is_checked_and_marked_gone_and_comes_back(
    crawl: Crawl, site: SampleSite, held: Path
) -> None:
    site.pages[HOXHA] = None
    assert crawl().returncode == 0
    assert asked(site, "/document/") == [HOXHA]
    assert document(held, HOXHA, "gone_since")
    assert document(held, HOXHA, "text")
    del site.pages[HOXHA]
    assert crawl(REVISIT_DAYS=0).returncode == 0
    assert document(held, HOXHA, "gone_since") is None
    assert_sound(held)


def test_a_revisit_brings_what_changed_and_harms_nothing(crawl: Crawl, site: SampleSite, held: Path) -> None:
    before = {row[0]: row for row in many(held, "SELECT slug, title, text, record_id, last_changed FROM documents")}
    replace(site, NEHRU, "I shall be leaving for London", "I shall be flying to London")
    replace(site, NEHRU, "Secret", "Top Secret")
    others = [path for path in sorted(asked_documents(held)) if path not in (NEHRU, ROSHCHIN)]
    soft, challenged, essay, failing, refused = others[:5]
    answers = {
        soft: site.case("not-found", "soft"),
        challenged: plain(site.case("challenge", "interstitial").body),
        essay: site.case("other", "essay-sino-soviet-alliance"),
        failing: plain("oops", 500),
        refused: plain("<html><body>Forbidden</body></html>", 403),
    }
    site.respond = lambda request, response: answers.get(request.path, response)
    done = crawl(REVISIT_DAYS=0, RETRY_TIMES=4)
    assert done.returncode == 6, done.stdout + done.stderr
    after = {row[0]: row for row in many(held, "SELECT slug, title, text, record_id, last_changed FROM documents")}
    changed = {slug for slug in before if before[slug] != after[slug]}
    assert changed == {NEHRU.rpartition("/")[2]}
    assert one(held, "SELECT count(*) FROM documents WHERE gone_since IS NOT NULL") == 0
    [(version, changes)] = many(held, "SELECT version, changes FROM document_versions")
    assert version == 2
    assert '"classification": {"old": "Secret", "new": "Top Secret"}' in changes
    assert "flying to London" in changes
    assert "Three questions" not in changes, "a text is kept as a difference"
    states = dict(many(held, "SELECT replace(url, ?, ''), state FROM frontier", LIVE))
    assert [states[path] for path in answers] == ["quarantined", "quarantined", "quarantined", "failed", "failed"]
    assert sum(visit.status == 304 for visit in site.log) > 100
    site.respond = None
    site.log.clear()
    assert crawl().returncode == 0
    assert sorted(asked(site, "/document/")) == sorted([challenged, failing, refused]), "these get a new chance at once"


def asked_documents(held: Path) -> list[str]:
    """The paths of all documents."""
    return [row[0] for row in many(held, "SELECT replace(url, ?, '') FROM documents", LIVE)]


def test_revisits_go_round_the_oldest_check_first(crawl: Crawl, site: SampleSite, held: Path) -> None:
    met: list[str] = []
    for _ in range(2):
        site.log.clear()
        assert crawl(REVISIT_DAYS=0, REVISIT_LIMIT=20).returncode == 0
        pages = [path for path in asked(site) if path != "/robots.txt" and not path.startswith("/search")]
        assert len(pages) == 20
        met += pages
    assert len(set(met)) == 40


def test_pages_that_shift_during_a_sweep_lose_nothing(crawl: Crawl, site: SampleSite, tmp_path: Path) -> None:
    first = [line.split('"')[0] for line in page(site, "/search?page=0").split('<a href="/document/')[1:]]
    gone = f"/document/{first[0]}"

    def respond(request: Request, response: Response) -> Response:
        if request.path == "/search?page=1" and gone not in site.pages:
            site.pages[gone] = None  # what stood first on this page now stands last on the one before
            return site.answer(request.path)
        return response

    site.respond = respond
    assert crawl().returncode == 0
    assert one(tmp_path, "SELECT count(*) FROM documents") == 37
    assert one(tmp_path, "SELECT total FROM lists WHERE list = 'catalog'") == 36


def test_only_the_wanted_pages_and_no_more_documents_than_asked_for(
    crawl: Crawl, site: SampleSite, tmp_path: Path
) -> None:
    assert crawl(urls=f"{LIVE}{NEHRU} {site.url}{ROSHCHIN}").returncode == 0
    assert asked(site) == ["/robots.txt", NEHRU, ROSHCHIN]
    site.log.clear()
    assert crawl(sample="3").returncode == 0
    assert one(tmp_path, "SELECT count(*) FROM documents") == 5
    assert len(asked(site, "/document/")) == 3


def test_a_changed_template_ends_the_run_with_five_and_harms_nothing(
    crawl: Crawl, site: SampleSite, held: Path
) -> None:
    before = many(held, "SELECT slug, record_id FROM documents")

    def respond(request: Request, response: Response) -> Response:
        return plain(response.body.replace(b">Record ID<", b">Identifier<"))

    site.respond = respond
    done = crawl(REVISIT_DAYS=0)
    assert done.returncode == 5, done.stdout + done.stderr
    assert "record_id: 36 of 36 documents that had it come without it now" in done.stderr
    assert done.stderr.count(f"{LIVE}/document/") >= 3
    assert many(held, "SELECT slug, record_id FROM documents") == before


def test_a_catalog_that_cannot_be_read_is_drift(crawl: Crawl, site: SampleSite, held: Path) -> None:
    site.pages["/search"] = "<html><body><main><h1>Our new search</h1><p>Type here.</p></main></body></html>"
    done = crawl()
    assert done.returncode == 5, done.stdout + done.stderr
    assert "catalog: it cannot be read" in done.stderr
