"""The site's lists: as known, swept until the difference is explained, and swept again when pages shift."""

import random
import sqlite3
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from harvester import urls
from harvester.pages.model import CatalogPage, Entry
from harvester.store.lists import ROUNDS, Lists
from harvester.store.schema import migrations

SIZE = 3


@cache
def _empty() -> sqlite3.Connection:
    db = Database(sqlite3.connect(":memory:", isolation_level=None))
    migrations.apply(db)
    return db.conn


class Site:
    """A catalog of so many documents, and the harvest's view of it."""

    def __init__(self, slugs: list[str], topic: str | None = None) -> None:
        self.slugs, self.topic, self.clock = slugs, topic, 0
        self.db = Database(sqlite3.connect(":memory:", isolation_level=None))
        _empty().backup(self.db.conn)
        self.unlisted: list[str] = []
        self.pending: list[urls.Address] = []
        self.asked: list[int] = []

    def lists(self, swept_before: str = "1970") -> Lists:
        return Lists(self.db, "live", swept_before, self.unlisted.append)

    def now(self) -> str:
        self.clock += 1
        return f"2025-10-07T00:00:00.{self.clock:06d}Z"

    def read(self, lists: Lists, number: int) -> None:
        """Read a page of the catalog, as the spider does."""
        shown = self.slugs[number * SIZE : (number + 1) * SIZE]
        entries = [Entry(urls.document(slug)) for slug in shown]
        page = CatalogPage("", number, self.topic, len(self.slugs), entries)
        seen, name = self.now(), f"topic:{self.topic}" if self.topic else "catalog"
        for slug in shown:
            self.db.conn.execute(
                "INSERT INTO listed (source, list, document, seen_at) VALUES ('live', ?, ?, ?)"
                " ON CONFLICT (list, document, source) DO UPDATE SET seen_at = excluded.seen_at",
                (name, slug, seen),
            )
        self.asked.append(number)
        self.pending += lists.met(page, seen).wanted

    def run(self, swept_before: str = "1970") -> list[int]:
        """A whole run: the first page, what it asks for, rounds; returns the pages asked for."""
        lists, self.asked = self.lists(swept_before), []
        self.pending = [a for a in [urls.recognise(urls.catalog(0, self.topic))] if a]
        while True:
            while self.pending:
                address = self.pending.pop(0)
                if address.kind == "catalog" and (address.page == 0 or lists_open(self.db)):
                    self.read(lists, address.page)
            self.pending = lists.rounds(self.now())
            self.revisits = [a.id for a in self.pending if a.kind == "document"]
            self.pending = [a for a in self.pending if a.kind == "catalog"]
            if not self.pending:
                return self.asked

    def known(self) -> set[str]:
        return {row[0] for row in self.db.conn.execute("SELECT document FROM listed")}


def lists_open(db: Database) -> bool:
    return bool(db.conn.execute("SELECT 1 FROM lists WHERE sweep IS NOT NULL").fetchone())


@pytest.fixture
def ten() -> Site:
    site = Site([f"d{number}" for number in range(10)])
    assert site.run() == [0, 1, 2, 3, 0], "the first page once more at the end: it is as it was"
    return site


def test_as_known_costs_one_page(ten: Site) -> None:
    assert ten.run() == [0]


def test_one_more_on_the_first_page_is_explained_at_once(ten: Site) -> None:
    ten.slugs.insert(0, "new")
    assert ten.run() == [0]
    assert "new" in ten.known()
    assert ten.run() == [0]


def test_one_more_at_the_end_is_looked_for_until_it_is_found(ten: Site) -> None:
    ten.slugs.append("new")
    assert ten.run() == [0, 1, 2, 3]
    assert "new" in ten.known()
    assert ten.run() == [0]


def test_one_more_before_the_end_is_not_looked_for_beyond_it(ten: Site) -> None:
    ten.slugs.insert(4, "new")
    assert ten.run() == [0, 1]


def test_another_order_is_swept_once(ten: Site) -> None:
    ten.slugs.reverse()
    assert ten.run() == [0, 1, 2, 3, 0]
    assert ten.run() == [0]


def test_one_less_at_the_beginning_hides_no_news_at_the_end(ten: Site) -> None:
    ten.slugs.pop(0)
    ten.slugs.append("new")
    ten.run()
    assert ten.known() == set(ten.slugs)


def test_one_less_is_a_whole_sweep_and_a_revisit(ten: Site) -> None:
    ten.slugs.remove("d5")
    assert ten.run() == [0, 1, 2, 0]
    assert ten.revisits == ["d5"]
    assert "d5" not in ten.known()
    assert ten.run() == [0]


def test_one_for_another_is_noticed_on_the_first_page(ten: Site) -> None:
    ten.slugs.remove("d7")
    ten.slugs.insert(0, "new")
    ten.run()
    assert ten.known() == set(ten.slugs)


def test_a_topics_list_tells_what_left_it() -> None:
    site = Site([f"d{number}" for number in range(5)], topic="77")
    site.run()
    site.slugs.remove("d3")
    site.run()
    assert site.unlisted == ["d3"]


def test_whole_again_after_so_many_days(ten: Site) -> None:
    assert ten.run(swept_before="2026") == [0, 1, 2, 3, 0]


def test_a_list_that_never_shows_all_it_claims_is_given_up_after_its_rounds() -> None:
    site = Site([f"d{number}" for number in range(9)])
    site.slugs += ["d1", "d2"]  # shown twice: eleven claimed, nine there
    assert site.run().count(1) == ROUNDS
    assert site.run() == [0], "and is as known from then on"
    site.slugs.append("new")
    site.run()
    assert "new" in site.known()
    assert site.run() == [0]


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 14), st.data())
def test_pages_that_shift_while_they_are_read_lose_nothing(count: int, data: st.DataObject) -> None:
    site = Site([f"d{number}" for number in range(count)])
    changes = iter(data.draw(st.lists(st.sampled_from(["remove first", "add first", "none", "none"]), max_size=5)))
    read = site.read

    def shifting(lists: Lists, number: int) -> None:
        read(lists, number)
        change = next(changes, "none")
        if change == "remove first" and len(site.slugs) > 1:
            site.slugs.pop(0)
        elif change == "add first":
            site.slugs.insert(0, f"new{len(site.asked)}")

    site.read = shifting  # type: ignore[method-assign]
    site.run()
    site.read = read  # type: ignore[method-assign]
    site.run()
    assert set(site.slugs) <= site.known()


@pytest.mark.parametrize("count", [1, 4, 20, 60])
def test_a_list_without_any_order_is_met_whole(count: int) -> None:
    site, chance = Site([f"d{number}" for number in range(count)]), random.Random(count)
    read = site.read

    def shuffled(lists: Lists, number: int) -> None:
        chance.shuffle(site.slugs)
        read(lists, number)

    site.read = shuffled  # type: ignore[method-assign]
    site.run()
    assert site.known() == set(site.slugs)


def test_it_is_kept_in_the_database(tmp_path: Path) -> None:
    site = Site([f"d{number}" for number in range(10)])
    site.read(site.lists(), 0)
    site.read(site.lists(), 1)
    assert site.lists().sweeping()
    assert [address.page for address in site.pending] == [1, 2, 3]
    assert site.lists().claimed() == 10
