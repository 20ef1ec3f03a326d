"""The Wayback Machine's index: what is asked, how its answers read, which captures are tried first."""

import json
from contextlib import suppress
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from warcs import SITE

from harvester import urls
from harvester.sources import cdx
from harvester.sources.cdx import Answer, Row

HEAD = ["timestamp", "original", "mimetype", "statuscode", "digest"]
LINE = ["20230501100000", f"{SITE}/document/a", "text/html", "200", "ABC"]
ROW = Row("20230501100000", f"{SITE}/document/a", 200, "text/html", "ABC")


def row(timestamp: str, status: int | None = 200, digest: str = "", original: str = f"{SITE}/document/a") -> Row:
    return Row(timestamp.ljust(14, "0"), original, status, "text/html", digest or timestamp)


def test_a_query_says_what_it_wants():
    url = cdx.query("http://127.0.0.1:1", cdx.PREFIXES[0], 500, "key +", "2019", "2024")
    assert url.startswith("http://127.0.0.1:1/cdx/search/cdx?url=digitalarchive.wilsoncenter.org/document/*&")
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    assert asked | {"url": ""} == {
        "url": "",
        "output": "json",
        "fl": ",".join(HEAD),
        "limit": "500",
        "showResumeKey": "true",
        "resumeKey": "key +",
        "from": "2019",
        "to": "2024",
    }


def test_all_hosts_are_asked_for():
    assert {prefix.partition("/")[0] for prefix in cdx.PREFIXES} == urls.HOSTS - {f"www.{urls.HOST}"}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("", Answer([], None)),
        ("[]", Answer([], None)),
        (json.dumps([HEAD]), Answer([], None)),
        (json.dumps([HEAD, LINE]), Answer([ROW], None)),
        (json.dumps([HEAD, LINE, [], ["key"]]), Answer([ROW], "key")),
        (json.dumps([HEAD, [], ["key"]]), Answer([], "key")),  # empty, and yet not the end
        (json.dumps([[], ["key"]]), Answer([], "key")),
        (json.dumps([LINE]), Answer([ROW], None)),
        (json.dumps([["urlkey", *HEAD, "length"], ["org,x)/", *LINE, "5"]]), Answer([ROW], None)),
        (" ".join(LINE), Answer([ROW], None)),
        (" ".join(["org,x)/", *LINE, "5"]) + "\n\nkey\n", Answer([ROW], "key")),
        (json.dumps([HEAD, [LINE[0], LINE[1], "warc/revisit", "-", "ABC"]]),
         Answer([Row(LINE[0], LINE[1], None, "warc/revisit", "ABC")], None)),
        (json.dumps([HEAD, ["2023", *LINE[1:]], LINE]), Answer([ROW], None)),
    ],
)  # fmt: skip
def test_answers(text, answer):
    assert cdx.parse(text) == answer


@pytest.mark.parametrize("text", ["<html>Too many requests</html>", '[{"a": 1}]', "[1", "[[1, 2]]"])
def test_what_is_no_answer_raises(text):
    with pytest.raises(ValueError, match=r"."):
        cdx.parse(text)


@given(st.text())
def test_no_other_error_is_raised(text):
    with suppress(ValueError):
        cdx.parse(text)


def test_the_newest_good_capture_comes_first():
    rows = [row("2021"), row("2025", 404), row("2023"), row("2024", 301), row("2022", None), row("2026", 503)]
    assert [r.timestamp[:4] for r in cdx.choose(rows)] == ["2023", "2022", "2021", "2024"]


def test_equal_bytes_are_asked_for_once():
    rows = [row("2021", digest="A"), row("2023", digest="A"), row("2022", digest="B"), row("2020", digest="-")]
    assert [r.timestamp[:4] for r in cdx.choose(rows)] == ["2023", "2022", "2020"]


def test_spellings_of_one_address_are_one():
    spellings = [
        "https://digitalarchive.wilsoncenter.org/document/a",
        "http://digitalarchive.wilsoncenter.org:80/document/a?utm_source=x",
        "https://wilson-center.drivingcreative.com/document/a/",
    ]
    rows = [row(f"202{n}", original=url) for n, url in enumerate(spellings)] + [row("2020", original="https://x.org/")]
    found = cdx.by_address(rows)
    assert {address.url: len(rows) for address, rows in found.items()} == {f"{SITE}/document/a": 3}


def test_playback():
    address = cdx.playback("https://web.archive.org", ROW)
    assert address == f"https://web.archive.org/web/20230501100000id_/{SITE}/document/a"
    assert cdx.played(address) == ("20230501100000", f"{SITE}/document/a")
    assert cdx.played("http://127.0.0.1/elsewhere") is None
    assert ROW.fetched_at == "2023-05-01T10:00:00Z"
