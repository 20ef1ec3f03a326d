"""The points of a date: one day, month, season, year or decade, as written. Pure; raises nothing."""

import re
from calendar import monthrange
from datetime import date
from typing import Any, NamedTuple

from .tables import alternatives, words


class Date(NamedTuple):
    """A date as EDTF and as ISO days; all three None where the page says that there is none."""

    edtf: str | None
    earliest: str | None
    latest: str | None


UNDATED = Date(None, None, None)


class Point(NamedTuple):
    """A day, month, season, year or decade, perhaps not whole: `March` of `March-April 1956`."""

    year: int | None = None
    month: int | None = None
    day: int | None = None
    decade: int | None = None
    season: int | None = None
    short_year: str | None = None
    """`62` of `1961-62`; also `3` of `1-3`, until it is known which."""
    mark: str = ""


_MONTH, _SEASON, _WEEKDAY = (alternatives("date_words", kind) for kind in ("month", "season", "weekday"))
_YEAR, _DAY = "(?P<year>1[0-9]{3}|20[0-9]{2})", "(?P<day>[0-9]{1,2})(?:st|nd|rd|th)?"
_FORMS = [
    re.compile(form)
    for form in (
        rf"(?:(?:{_WEEKDAY}) )?(?P<month>{_MONTH}) {_DAY}(?: {_YEAR})?",
        rf"(?:(?:{_WEEKDAY}) )?(?:the )?{_DAY}(?: of)? (?P<month>{_MONTH})(?: {_YEAR})?",
        rf"{_YEAR} (?P<month>{_MONTH})(?: {_DAY})?",
        rf"(?P<month>{_MONTH})(?:(?: of)? {_YEAR})?",
        rf"{_YEAR}-(?P<month>[0-9]{{2}})(?:-(?P<day>[0-9]{{2}}))?",
        rf"(?P<season>{_SEASON})(?:(?: of)? {_YEAR})?",
        rf"(?:the )?(?:year )?{_YEAR}",
        r"(?:the )?(?P<decade>1[0-9]{2}|20[0-9])0['’]?s",
        rf"{_DAY} {_YEAR}",
        r"(?P<short_year>[0-9]{1,2})(?:st|nd|rd|th)?",
    )
]


def point(tidy: str, mark: str) -> Point | None:
    """What one point says, in lower case and without stops and commas; None when it is of no known form."""
    for form in _FORMS:
        match = form.fullmatch(tidy)
        if match:
            return Point(mark=mark, **{name: _value(name, value) for name, value in match.groupdict().items()})
    return None


def _value(name: str, value: str | None) -> Any:
    if value is None or name == "short_year":
        return value
    return int(words("date_words", name).get(value, value) if name in ("month", "season") else value)


def to_date(point: Point | None) -> Date | None:
    """A point as a date; None when it is not whole, does not exist or is more than level 1 can say."""
    if point is None or point.short_year or (point.season and point.mark):
        return None
    if point.decade is not None:
        return Date(f"{point.decade}X{point.mark}", f"{point.decade}0-01-01", f"{point.decade}9-12-31")
    year, month, day_ = point.year, point.month, point.day
    if year is None or (day_ is not None and month is None):
        return None
    if point.season:
        first, last = (1, 12) if point.season == 24 else (3 * point.season - 60, 3 * point.season - 58)
        return Date(f"{year}-{point.season}", *_days(year, first, last))
    if month is None:
        return Date(f"{year}{point.mark}", *_days(year, 1, 12))
    if not 1 <= month <= 12:
        return None
    if day_ is None:
        return Date(f"{year}-{month:02}{point.mark}", *_days(year, month, month))
    if not 1 <= day_ <= monthrange(year, month)[1]:
        return None
    iso = date(year, month, day_).isoformat()
    return Date(iso + point.mark, iso, iso)


def _days(year: int, first: int, last: int) -> tuple[str, str]:
    """The first and the last day of the months of a year."""
    return date(year, first, 1).isoformat(), date(year, last, monthrange(year, last)[1]).isoformat()
