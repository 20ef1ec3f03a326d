"""Dates: each form comes back as EDTF with its bounds, and nothing else is ever made a date."""

import re
import time
from calendar import month_abbr, month_name
from datetime import date, timedelta

import pytest
from edtf import parse_edtf
from hypothesis import assume, example, given
from hypothesis import strategies as st

from harvester.normalise import dates
from harvester.normalise.dates import UNDATED, Date, read

# shown; EDTF; earliest; latest (… is open)
FORMS = """
November 10, 1949                    | 1949-11-10            | 1949-11-10 | 1949-11-10
September 02, 1950                   | 1950-09-02            | 1950-09-02 | 1950-09-02
10 November 1949                     | 1949-11-10            | 1949-11-10 | 1949-11-10
1949-11-10                           | 1949-11-10            | 1949-11-10 | 1949-11-10
Nov. 10, 1949                        | 1949-11-10            | 1949-11-10 | 1949-11-10
Sept 2 1950                          | 1950-09-02            | 1950-09-02 | 1950-09-02
Thursday, November 10, 1949          | 1949-11-10            | 1949-11-10 | 1949-11-10
Thu 10 Nov 1949                      | 1949-11-10            | 1949-11-10 | 1949-11-10
November 10th, 1949                  | 1949-11-10            | 1949-11-10 | 1949-11-10
1st of December, 1949                | 1949-12-01            | 1949-12-01 | 1949-12-01
1949 November 10                     | 1949-11-10            | 1949-11-10 | 1949-11-10
NOVEMBER 10,1949.                    | 1949-11-10            | 1949-11-10 | 1949-11-10
February 29, 1952                    | 1952-02-29            | 1952-02-29 | 1952-02-29
November 1967                        | 1967-11               | 1967-11-01 | 1967-11-30
February 1952                        | 1952-02               | 1952-02-01 | 1952-02-29
November, 1967                       | 1967-11               | 1967-11-01 | 1967-11-30
1967-11                              | 1967-11               | 1967-11-01 | 1967-11-30
1958                                 | 1958                  | 1958-01-01 | 1958-12-31
(1958)                               | 1958                  | 1958-01-01 | 1958-12-31
1950s                                | 195X                  | 1950-01-01 | 1959-12-31
the 1950's                           | 195X                  | 1950-01-01 | 1959-12-31
early 1950s                          | 195X                  | 1950-01-01 | 1959-12-31
Mid-1950s                            | 195X                  | 1950-01-01 | 1959-12-31
circa 1950s                          | 195X~                 | 1950-01-01 | 1959-12-31
late November 1962                   | 1962-11               | 1962-11-01 | 1962-11-30
beginning of 1962                    | 1962                  | 1962-01-01 | 1962-12-31
circa 1962                           | 1962~                 | 1962-01-01 | 1962-12-31
c. 1962                              | 1962~                 | 1962-01-01 | 1962-12-31
c1962                                | 1962~                 | 1962-01-01 | 1962-12-31
ca. November 1962                    | 1962-11~              | 1962-11-01 | 1962-11-30
[ca. 1962]                           | 1962~                 | 1962-01-01 | 1962-12-31
approximately November 10, 1949      | 1949-11-10~           | 1949-11-10 | 1949-11-10
1962 (approx.)                       | 1962~                 | 1962-01-01 | 1962-12-31
November 1962 (uncertain)            | 1962-11?              | 1962-11-01 | 1962-11-30
1962?                                | 1962?                 | 1962-01-01 | 1962-12-31
1962 (?)                             | 1962?                 | 1962-01-01 | 1962-12-31
[1962]                               | 1962?                 | 1962-01-01 | 1962-12-31
[1962?]                              | 1962?                 | 1962-01-01 | 1962-12-31
November 10, [1949]                  | 1949-11-10?           | 1949-11-10 | 1949-11-10
possibly 1962                        | 1962?                 | 1962-01-01 | 1962-12-31
circa 1962?                          | 1962%                 | 1962-01-01 | 1962-12-31
Spring 1962                          | 1962-21               | 1962-03-01 | 1962-05-31
summer of 1962                       | 1962-22               | 1962-06-01 | 1962-08-31
Fall 1962                            | 1962-23               | 1962-09-01 | 1962-11-30
Autumn, 1962                         | 1962-23               | 1962-09-01 | 1962-11-30
Winter 1962                          | 1962-24               | 1962-01-01 | 1962-12-31
Winter 1962-63                       | 1962-24               | 1962-12-01 | 1963-02-28
Winter 1963/1964                     | 1963-24               | 1963-12-01 | 1964-02-29
February 1-3, 1953                   | 1953-02-01/1953-02-03 | 1953-02-01 | 1953-02-03
1-3 February 1953                    | 1953-02-01/1953-02-03 | 1953-02-01 | 1953-02-03
February 1 to 3, 1953                | 1953-02-01/1953-02-03 | 1953-02-01 | 1953-02-03
October 28 - November 2, 1962        | 1962-10-28/1962-11-02 | 1962-10-28 | 1962-11-02
28 October – 2 November 1962         | 1962-10-28/1962-11-02 | 1962-10-28 | 1962-11-02
December 30, 1961 - January 3, 1962  | 1961-12-30/1962-01-03 | 1961-12-30 | 1962-01-03
30 December 1961—3 January 1962      | 1961-12-30/1962-01-03 | 1961-12-30 | 1962-01-03
from December 30, 1961 through January 3, 1962 | 1961-12-30/1962-01-03 | 1961-12-30 | 1962-01-03
1949-11-10 - 1949-11-12              | 1949-11-10/1949-11-12 | 1949-11-10 | 1949-11-12
1961-1963                            | 1961/1963             | 1961-01-01 | 1963-12-31
1961–62                              | 1961/1962             | 1961-01-01 | 1962-12-31
1950 to 1953                         | 1950/1953             | 1950-01-01 | 1953-12-31
between 1950 and 1953                | 1950/1953             | 1950-01-01 | 1953-12-31
circa 1961-1963                      | 1961~/1963~           | 1961-01-01 | 1963-12-31
1961-1963?                           | 1961/1963?            | 1961-01-01 | 1963-12-31
March-April 1956                     | 1956-03/1956-04       | 1956-03-01 | 1956-04-30
December 1961 - January 1962         | 1961-12/1962-01       | 1961-12-01 | 1962-01-31
late 1950 - early 1951               | 1950/1951             | 1950-01-01 | 1951-12-31
Spring-Summer 1962                   | 1962-21/1962-22       | 1962-03-01 | 1962-08-31
1950s-1960s                          | 195X/196X             | 1950-01-01 | 1969-12-31
late 1940s - early 1950s             | 194X/195X             | 1940-01-01 | 1959-12-31
1909–10                              | 1909/1910             | 1909-01-01 | 1910-12-31
before 1950                          | ../1950               | …          | 1950-12-31
prior to November 10, 1949           | ../1949-11-10         | …          | 1949-11-10
1950 or earlier                      | ../1950               | …          | 1950-12-31
after November 1949                  | 1949-11/..            | 1949-11-01 | …
not before 1950                      | 1950/..               | 1950-01-01 | …
1991-present                         | 1991/..               | 1991-01-01 | …
"""
FORMS = [tuple(cell.strip() for cell in row.split("|")) for row in FORMS.strip().splitlines()]
NOT_UNDERSTOOD = [
    "February 30, 1953",
    "February 29, 1953",
    "November 31, 1949",
    "November 0, 1949",
    "1949-13-01",
    "1949-02-30",
    "1963-1961",
    "1962-1962",
    "February 3-1, 1953",
    "December 30 - January 3, 1962",  # of which year?
    "February 1-1953",
    "1909-10",  # October 1909, or two years?
    "3/4/1953",  # which comes first?
    "11/10/49",
    "November 10",
    "10",
    "49",
    "1950s 1960s",
    "1949 1950",
    "February 1 and 3, 1953",
    "Winter 1962-64",
    "Winter 9999-00",
    "circa Spring 1962",
    "19491110",
    "0987",
    "3049",
    "19xx",
    "November 10, 1949 and later, see file 12",
    "meeting of 1962 with Mao",
    "between 1950 and",
    "before",
    "١٩٤٩",
    "² November 1949",
    "x" * 5000,
]


@pytest.mark.parametrize(("shown", "edtf", "earliest", "latest"), FORMS)
def test_each_form_is_read_and_never_made_sharper(shown, edtf, earliest, latest):
    assert read(shown) == (edtf, None if earliest == "…" else earliest, None if latest == "…" else latest)


@pytest.mark.parametrize("edtf", sorted({row[1] for row in FORMS}))
def test_the_edtf_library_understands_all_of_it_and_agrees_on_the_bounds(edtf):
    shown = {row[1]: row for row in FORMS if "inter" not in row[0]}.get(edtf)
    parsed = parse_edtf(edtf)
    if shown:  # the winter of a year is the library's December, and ours any winter day of that year
        assert [day(parsed.lower_strict()), day(parsed.upper_strict())] == list(shown[2:])


def day(bound: time.struct_time | float) -> str:
    return time.strftime("%Y-%m-%d", bound) if isinstance(bound, time.struct_time) else "…"


@pytest.mark.parametrize("shown", NOT_UNDERSTOOD)
def test_what_is_not_certain_is_not_understood(shown):
    assert read(shown) is None


@pytest.mark.parametrize(
    "shown", [None, "", "  ", "undated", "Undated.", "n.d.", "[n.d.]", "No date", "(unknown)", "?"]
)
def test_no_date_is_not_an_unknown_form(shown):
    assert read(shown) == UNDATED


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        ("2023-10-10", "2023-10-10"),
        ("2012-07-02 16:12:00", "2012-07-02"),
        ("2012-07-02T16:12:00+00:00", "2012-07-02"),
        ("October 10, 2023", "2023-10-10"),
        ("October 2023", None),
        ("circa 2023-10-10", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_day_is_exact_or_nothing(shown, expected):
    assert dates.day(shown) == expected


@pytest.mark.parametrize(
    ("shown", "edtf"),
    [("19491110", "1949-11-10"), ("19491100", "1949-11"), ("19490000", "1949"), ("00000000", None), ("", None)],
)
def test_the_legacy_form_has_zeros_for_what_is_unknown(shown, edtf):
    assert dates.compact(shown).edtf == edtf


@pytest.mark.parametrize("shown", ["19490010", "19491341", "1949", "foo", "00001110"])
def test_a_broken_legacy_form_is_not_understood(shown):
    assert dates.compact(shown) is None


DAYS = st.dates(date(1700, 1, 1), date(2060, 12, 31))
YEARS = st.integers(1700, 2060)


@given(
    DAYS,
    st.sampled_from(["{m} {d}, {y}", "{m} {d:02}, {y}", "{d} {m} {y}", "{a}. {d}, {y}", "{w}, {m} {d}, {y}", "{iso}"]),
)
def test_any_day_comes_back(when, form):
    shown = form.format(
        m=month_name[when.month], a=month_abbr[when.month], d=when.day, y=when.year, w=when.strftime("%A"), iso=when
    )
    assert read(shown) == Date(str(when), str(when), str(when))


@given(YEARS, st.integers(1, 12), st.sampled_from([("", ""), ("circa ", "~"), ("ca. ", "~"), ("possibly ", "?")]))
def test_any_month_year_and_decade_comes_back(year, month, qualified):
    words, mark = qualified
    assert read(f"{words}{month_name[month]} {year}").edtf == f"{year}-{month:02}{mark}"
    assert read(f"{words}{year}").edtf == f"{year}{mark}"
    assert read(f"{words}{year // 10}0s").edtf == f"{year // 10}X{mark}"


@given(DAYS, st.integers(1, 400), st.sampled_from([" - ", "-", " – ", "—", " to ", " through "]))
def test_any_range_of_days_comes_back_written_short_or_in_full(first, length, dash):
    last = first + timedelta(days=length)
    expected = Date(f"{first}/{last}", str(first), str(last))
    start, end = f"{month_name[first.month]} {first.day}", f"{month_name[last.month]} {last.day}"
    assert read(f"{start}, {first.year}{dash}{end}, {last.year}") == expected
    assume(first.year == last.year)
    assert read(f"{start}{dash}{end}, {last.year}") == expected
    assume(first.month == last.month)
    assert read(f"{start}{dash}{last.day}, {last.year}") == expected
    assert read(f"{first.day}{dash}{last.day} {month_name[last.month]} {last.year}") == expected


SOUP = st.text(alphabet="0123456789 -/.,–?[]()~s", max_size=24)
WORDS = st.lists(
    st.sampled_from(
        ["march", "May", "10", "3", "1953", "1961", "62", "-", "to", "circa", "before", "Spring", "s", ",", "of", "?"]
    ),
    max_size=7,
).map(" ".join)


@given(st.one_of(st.text(), SOUP, WORDS))
@example("\ud800 1950")
@example("1950\x00")
def test_any_other_string_never_raises_and_never_invents(shown):
    found = read(shown)
    if found is None or found == UNDATED:
        return
    assert parse_edtf(found.edtf)
    assert found.earliest is None or found.latest is None or found.earliest <= found.latest
    numbers = {int(number) for number in re.findall("[0-9]+", shown)}
    for year in re.findall(r"\b(\d{4})", found.edtf):
        assert int(year) in numbers or int(year[2:]) in numbers
    for month, day_of_month in re.findall(r"\d{4}-(\d\d)(?:-(\d\d))?", found.edtf):
        named = [*month_name[1:], *month_abbr[1:], "spring", "summer", "autumn", "fall", "winter"]
        assert int(month) in numbers or any(name.lower() in shown.lower() for name in named)
        assert not day_of_month or int(day_of_month) in numbers
