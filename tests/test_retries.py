"""When to ask again, and when to give up: no network, no clock of a test's own."""

import time
from collections.abc import Callable
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.spiders.breaker import FAILURES, KEPT_OUT, REFUSALS, Breaker
from harvester.spiders.retries import Retries

RETRIES = Retries(times=8, first=2.0, longest=300.0, cap=120.0)


def headers(**given: str) -> Callable[[str], str | None]:
    """The headers of a response, by name."""
    return lambda name: given.get(name.replace("-", "_"))


@given(st.integers(1, 10_000))
def test_the_backoff_doubles_with_jitter_up_to_its_limit(attempt: int) -> None:
    share = min(2.0 * 2 ** min(attempt - 1, 30), 300.0)
    assert share / 2 <= RETRIES.backoff(attempt) <= share


def test_the_backoff_is_not_the_same_each_time() -> None:
    assert len({RETRIES.backoff(5) for _ in range(20)}) > 1


@pytest.mark.parametrize(
    ("value", "seconds"),
    [("7", 7.0), (" 7 ", 7.0), ("0", 0.0), ("100000", 120.0), ("9" * 400, 120.0), ("-5", None), ("1.5", None)],
)
def test_a_wait_in_seconds(value: str, seconds: float | None) -> None:
    assert RETRIES.asked(headers(Retry_After=value)) == seconds


def test_a_wait_as_a_date_is_counted_by_the_servers_clock() -> None:
    sent, until = "Tue, 07 Oct 2025 12:00:00 GMT", "Tue, 07 Oct 2025 12:00:30 GMT"
    assert RETRIES.asked(headers(Retry_After=until, Date=sent)) == 30.0
    assert RETRIES.asked(headers(Retry_After=sent, Date=until)) == 0.0
    assert RETRIES.asked(headers(Retry_After="Tue, 07 Oct 2036 12:00:00 GMT", Date=sent)) == 120.0


def test_a_wait_as_a_date_without_a_clock_of_the_server() -> None:
    asked = RETRIES.asked(headers(Retry_After=formatdate(time.time() + 60, usegmt=True)))
    assert asked is not None
    assert 50 <= asked <= 60


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_header_is_survived(value: str, date: str) -> None:
    asked = RETRIES.asked(headers(Retry_After=value, Date=date))
    assert asked is None or 0 <= asked <= 120


def breaker() -> Breaker:
    return Breaker(enough=3, pause=0.0, pauses=2)


def test_signs_of_a_block_in_a_row_put_the_site_in_doubt() -> None:
    state = breaker()
    for url in "ab":
        state.blocked(url, "document")
    assert not state.doubtful
    state.answered("person")
    for url in "ab":
        state.blocked(url, "document")
    assert not state.doubtful, "a good page between them"
    state.blocked("c", "document")
    assert state.doubtful
    assert state.blocks


def test_it_gives_up_after_its_pauses() -> None:
    state = breaker()
    for expected in (False, False, True):
        for url in "abc":
            state.blocked(url, "document")
        assert state.at_fault() is expected


def test_a_good_page_gives_it_new_patience() -> None:
    state = breaker()
    for _ in range(9):
        for url in "abc":
            state.blocked(url, "document")
        assert not state.at_fault()
        state.answered("document")


def test_a_sign_tells_against_the_address_when_others_are_let_in() -> None:
    state = breaker()
    assert not state.blocked("a", "document")
    assert not state.blocked("a", "document"), "nothing good since: perhaps the site"
    state.answered("document")
    assert state.blocked("a", "document")


def test_one_kind_of_page_may_be_blocked() -> None:
    state = breaker()
    for number in range(KEPT_OUT):
        state.blocked(f"document {number}", "document")
        state.answered("person")
    assert state.kept_out_of == "document"


def test_failures_in_numbers_put_the_site_in_doubt_and_at_fault_at_once() -> None:
    state = breaker()
    for _ in range(FAILURES):
        assert not state.doubtful
        state.failed()
    assert state.doubtful
    assert not state.blocks
    assert state.at_fault(), "there is nothing to wait for"


def test_connections_that_cannot_be_made() -> None:
    state = breaker()
    assert [state.refused() for _ in range(REFUSALS)] == [False] * (REFUSALS - 1) + [True]
    state.answered("document")
    assert not state.refused()
