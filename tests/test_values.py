"""Settings and arguments that cannot be meant are refused, with what is allowed."""

from typing import Any

import pytest
from scrapy.settings import Settings
from scrapy.utils.project import get_project_settings

from harvester.commands import values
from harvester.exceptions import UsageError
from harvester.spiders.document import DocumentSpider


def settings(**given: Any) -> Settings:
    """The project's, with some given on the command line."""
    known = get_project_settings()
    for name, value in given.items():
        known.set(name, value, "cmdline")
    return known


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("DOWNLOAD_DELAY", "-1", "it must be 0 or more"),
        ("DOWNLOAD_DELAY", "abc", "it must be a number"),
        ("DOWNLOAD_DELAY", "nan", "it must be 0 or more"),
        ("BLOCK_PAUSE", "inf", "it must be 0 or more"),
        ("RETRY_TIMES", "0", "it must be 1 or more"),
        ("RETRY_TIMES", "2.5", "it must be a whole number"),
        ("DOWNLOAD_TIMEOUT", "0", "it must be 0.1 or more"),
        ("DRIFT_LOST", "5", "it must be 0 to 1"),
        ("DRIFT_MINIMA", '{"titel": 1}', "'titel' is no field"),
        ("DRIFT_MINIMA", '{"title": 2}', "it must be 0 to 1"),
        ("CONTACT", "né@example.org", "plain ASCII"),
        ("CONTACT", "a\r\nX-Header: b", "on one line"),
        ("HARVEST_EXECUTOR", "nonsense", "it must be empty, or dask://HOST:PORT"),
        ("HARVEST_EXECUTOR", "dask://host", "it must be empty, or dask://HOST:PORT"),
        ("READ_PROCESSES", "-1", "it must be 0 or more"),
        ("READ_SECONDS", "0", "it must be 0.1 or more"),
        ("READ_MEMORY", "448", "it must be 67,108,864 or more"),
        ("NOTIFY_WEBHOOK", "file:///etc/passwd", "begins with http"),
        ("NOTIFY_WHEN", "often", "`failure` or `always`"),
    ],
)
def test_a_value_out_of_range(name: str, value: str, expected: str) -> None:
    with pytest.raises(UsageError) as raised:
        values.check(settings(**{name: value}))
    assert expected in str(raised.value)
    assert name in str(raised.value)


def test_the_defaults_and_usual_values_will_do() -> None:
    values.check(settings())
    values.check(
        settings(DOWNLOAD_DELAY="0", RETRY_BACKOFF="0.1", BLOCK_PAUSE="1", REVISIT_DAYS="0", BLOCK_RETRIES="0")
    )


def test_a_name_that_nothing_knows_gets_the_nearest_one() -> None:
    [warning] = values.unknown(settings(), {"DOWNLOD_DELAY": "1", "DOWNLOAD_DELAY": "1", "SOMETHING_OF_MINE": "1"})
    assert "Did you mean `DOWNLOAD_DELAY`?" in warning


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"ful": "yes"}, "Did you mean `-a full=…`?"),
        ({"full": "maybe"}, "it is either `yes` or `no`"),
        ({"sample": "0"}, "it must be a whole number from 1"),
        ({"sample": "-3"}, "it must be a whole number from 1"),
        ({"site": "ftp://example.org"}, "it must be an address"),
        ({"site": "http://example.org:port"}, "will not do"),
        ({"urls": " , "}, "it must name at least one address"),
        ({"urls": "https://example.org/document/a"}, "it is not an address of"),
    ],
)
def test_an_argument_that_will_not_do(given: dict[str, str], expected: str) -> None:
    with pytest.raises(UsageError) as raised:
        DocumentSpider(**given)
    assert expected in str(raised.value)
