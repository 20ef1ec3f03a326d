"""The drift alarm: every change of the template is noticed, and nothing else is."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from mutations import HARMLESS, MUTATIONS

from harvester import drift, settings, urls
from harvester.capture import Capture
from harvester.clock import now
from harvester.drift import Limits, Tally
from harvester.reading import Harvest, Reading, read
from harvester.store.archive import Archive

LIMITS = Limits(
    settings.DRIFT_MINIMA,
    settings.DRIFT_LEAST,
    settings.DRIFT_LOST,
    settings.DRIFT_REWRITTEN,
    settings.DRIFT_GUESSED,
    settings.DRIFT_AGREEMENT,
    settings.DRIFT_VANISHED,
)
PAGES = {
    folder.name: (folder / "input.html").read_text("utf-8")
    for folder in sorted((ROOT / "tests/fixtures/document").iterdir())
    if len((folder / "input.html").read_bytes()) < 60_000
}


def reading(slug: str, page: str, witness: bool = False) -> Reading:
    """What a page says."""
    return read(Capture(urls.document(slug), page.encode(), "live", now(), media_type="text/html"), witness)


class Undo(Exception):
    """Takes back what a test wrote."""


def keep(archive: Archive, change: Callable[[str], str] = str) -> None:
    """Write all documents, as they are after `change`."""
    with archive.page():
        for slug, page in PAGES.items():
            found = reading(slug, change(page))
            address = urls.recognise(urls.document(slug))
            assert address
            archive.frontier.add([address])
            if found.problem or not found.records[0].title:
                archive.quarantine(found, address.url, "no document", None)
            else:
                archive.keep(Harvest(found, address.url))


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """An archive after a good run."""
    archive = Archive(tmp_path_factory.mktemp("drift"), "live", "document", {})
    keep(archive)
    assert archive.alarms(LIMITS) == []
    return archive


@pytest.fixture
def archive(held: Archive) -> Iterator[Archive]:
    """The same for one test."""
    held.tally = Tally()
    held.db.conn.execute("BEGIN")
    yield held
    held.db.conn.rollback()


VALUES = "SELECT slug, title, date_text, text, summary, source, rights, record_id, places, people FROM documents"


@pytest.mark.parametrize("name", MUTATIONS)
def test_a_change_of_the_template_raises_the_alarm(archive: Archive, name: str) -> None:
    change, fields = MUTATIONS[name]
    assert sum(change(page) != page for page in PAGES.values()) > 15, "the mutation changes pages"
    before = archive.db.execute(VALUES).fetchall()
    keep(archive, change)
    alarms = archive.alarms(LIMITS)
    assert fields & {alarm.field for alarm in alarms}, alarms
    assert all(len(alarm.addresses) == 3 for alarm in alarms if alarm.field in fields)
    after = archive.db.execute(VALUES).fetchall()
    values = ((old, new) for a, b in zip(before, after, strict=True) for old, new in zip(a, b, strict=True))
    assert [old for old, new in values if old and not new] == [], "nothing is replaced by nothing"


def test_there_are_twenty_changes_and_more() -> None:
    assert len(MUTATIONS) >= 20


@pytest.mark.parametrize("name", HARMLESS)
def test_a_change_that_the_reader_gets_over_raises_none(archive: Archive, name: str) -> None:
    before = archive.db.execute(VALUES).fetchall()
    keep(archive, HARMLESS[name])
    assert archive.alarms(LIMITS) == []
    assert archive.db.execute(VALUES).fetchall() == before


@pytest.mark.parametrize(
    "name",
    [
        "the date's class is another",
        "the tabs' container is another",
        "the summary's class is another",
        "all pills are gone",
        "the information blocks are others",
        "the Record ID is called otherwise",
        "the source is missing",
        "the page is drawn by script",
    ],
)
def test_fixed_minima_tell_even_a_first_run(tmp_path: Path, name: str) -> None:
    archive = Archive(tmp_path, "live", "document", {})
    change, fields = MUTATIONS[name]
    keep(archive, change)
    assert fields & {alarm.field for alarm in archive.alarms(LIMITS)}


def test_an_alarm_says_which_field_and_where() -> None:
    tally = Tally()
    for number in range(30):
        tally.add(None, values(url=f"https://a/{number}", places=[]), True)
    [alarm] = drift.alarms(tally, {}, LIMITS, 30)
    assert str(alarm) == (
        "places: 0 of 30 documents have it, and at least 5% should. For example https://a/0, https://a/1, https://a/2."
    )


def values(**other: Any) -> dict[str, Any]:
    """A document's values as the writer compares them."""
    usual: dict[str, Any] = {
        name: "x" for name in (*drift.FIELDS, "url") if name not in ("authors", "people", "contributors")
    }
    people = [("p", "author"), ("q", "associated"), ("r", "contributor")]
    return usual | {"people": people, "text_from": "template", "text_agreement": 0.95} | other


def judged(documents: list[dict[str, Any]], before: dict[str, tuple[float, int]] | None = None) -> set[str]:
    """The fields alarms speak of after documents read for the first time."""
    tally = Tally()
    for document in documents:
        tally.add(None, document, True)
    return {alarm.field for alarm in drift.alarms(tally, before or {}, LIMITS, len(documents))}


def test_what_fell_against_the_last_good_runs() -> None:
    before = {"source": (398.0, 400), "credit": (200.0, 400), "agreement": (380.0, 400)}
    few = [values() for _ in range(5)] + [values(source=None) for _ in range(5)]
    assert judged(few, before) == {"source"}
    assert judged([values(credit=None) for _ in range(40)], before) == {"credit"}
    assert judged([values(text_agreement=0.4) for _ in range(20)], before) == {"text"}


def test_what_is_rare_or_comes_in_batches_is_no_drift() -> None:
    before = {"source": (398.0, 400), "credit": (20.0, 400), "donors": (200.0, 400)}
    assert judged([values(credit=None) for _ in range(30)], before) == set()
    assert judged([values(), *(values(source=None) for _ in range(5))], before) == set(), "too few to tell"
    assert judged([values(donors=[]) for _ in range(12)] + [values() for _ in range(8)], before) == set()
    assert judged([values(date_text=None, text=None, summary=None) for _ in range(9)], {}) == set()


def test_guessed_bodies() -> None:
    assert judged([values(text_from="trafilatura") for _ in range(3)] + [values()] * 40) == {"text"}
    assert judged([values(text_from="trafilatura") for _ in range(2)] + [values()] * 5) == set()


def test_a_catalog_that_shrinks() -> None:
    assert drift.shrunk(held=1000, claimed=985, limits=LIMITS) == []
    [alarm] = drift.shrunk(held=1000, claimed=900, limits=LIMITS)
    assert str(alarm) == "catalog: it claims 900 documents, and 1000 are held from this site."
    assert drift.shrunk(held=20, claimed=19, limits=LIMITS) == []


def test_documents_that_vanish_in_numbers() -> None:
    tally = Tally()
    for number in range(5):
        tally.odd.note("gone", f"https://a/{number}")
    assert [alarm.field for alarm in drift.alarms(tally, {}, LIMITS, 32)] == ["documents"]
    assert drift.alarms(tally, {}, LIMITS, 1000) == []
