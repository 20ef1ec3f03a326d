"""A strict reader of the dates the archive shows: EDTF (level 1) and the days it can mean.

Pure; raises nothing. What it does not know is None, never a guess: `February 30, 1953`, reversed
ranges, `3/4/1953` (which comes first?) and `1909-10` (October, or a range?) among them.

What the bounds mean, for none is sharper than the page:
- `~` and `?` change no bound: nobody says how far off a date may be;
- early, mid and late leave the whole period: level 1 has no word for them;
- seasons are the northern ones by whole months, March to May and so on; the winter of one year is any
  day of that year, for nobody says at which end of it, and that of two (1962-63) is December to February;
- before and after are open on one side and, as EDTF's intervals do, include the day, month or year named.
"""

import re
from calendar import monthrange

from . import text
from .memory import remembered
from .points import UNDATED, Date, Point, point, to_date
from .tables import alternatives, words

_LONGEST = 120
"""Characters; no date is longer, and what is longer is not looked at."""

_WINTER = re.compile(r"(?:the )?winter(?: of)? (?P<year>1[0-9]{3}|20[0-9]{2}) ?[-–—/] ?(?P<next>[0-9]{2,4})")
_SEPARATORS = re.compile(r" ?(?:[-‐‑‒–—−]{1,3}|/) ?| (?:to|through|thru|until|till) ")
_AND = re.compile(r" and ")
_PREFIX = {
    kind: re.compile(rf"(?:{alternatives('date_words', kind)})(?: |(?<=-)|(?=[0-9]))")
    for kind in ("approximate", "uncertain", "part", "before", "after")
}
_REMARK = {
    kind: re.compile(rf" \((?:{alternatives('date_words', kind)}) ?\)$") for kind in ("approximate", "uncertain")
}
_SUFFIX = {kind: re.compile(rf" ?(?:{alternatives('date_words', kind)})$") for kind in ("or-before", "or-after")}
# Most dates by far: what all that follows would make of them, in a quarter of the time.
_PLAIN = re.compile(r"(?P<month>[A-Z][a-z]+) (?P<day>[0-9]{1,2}), (?P<year>1[0-9]{3}|20[0-9]{2})")
_ISO = re.compile(r"(?P<year>1[0-9]{3}|20[0-9]{2})-(?P<month>[0-9]{2})-(?P<day>[0-9]{2})")  # as uploads are dated
_TIMED = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T][0-9:.]+(?:Z|[+-][0-9:]+)?$")
_QUERY = re.compile(r" ?[(\[] ?\? ?[)\]]")


@remembered(20_000)
def read(shown: str | None) -> Date | None:
    """A date as shown, read; `UNDATED` where there is none to read, None where it is not understood."""
    line = text.line(shown)
    if line is None:
        return UNDATED
    if len(line) > _LONGEST:
        return None
    if (plain := _PLAIN.fullmatch(line)) and (month := _month(plain)):
        return to_date(Point(int(plain["year"]), month, int(plain["day"])))
    if iso := _ISO.fullmatch(line):
        year, month, day_ = map(int, iso.groups())
        if exact := to_date(Point(year, month, day_)):
            return exact
    tidy, supplied = _unwrap(_tidy(line))
    if tidy in words("date_words", "undated"):
        return UNDATED
    return _closed(tidy, supplied) or _open(tidy, supplied)


def _month(plain: re.Match[str]) -> int:
    """The month of a plain date; 0 where it is no month's name."""
    return int(words("date_words", "month").get(plain["month"].casefold(), 0))


def day(shown: str | None) -> str | None:
    """The ISO day of an exact date, a time of day left out (`2012-07-02 16:12:00`); else None."""
    timed = _TIMED.match(shown or "")
    found = read(timed[1] if timed else shown or "")
    return found.edtf if found and found.edtf and found.edtf == found.earliest else None


def compact(shown: str | None) -> Date | None:
    """A date of the site before 2022: `YYYYMMDD`, zeros where the day or the month is unknown."""
    match = re.fullmatch(r"([0-9]{4})([0-9]{2})([0-9]{2})", (shown or "").strip())
    if not match:
        return UNDATED if not (shown or "").strip() else None
    year, month, day_ = match.groups()
    if year == "0000":
        return UNDATED if month == day_ == "00" else None
    if month == "00":
        return read(year) if day_ == "00" else None
    return read(f"{year}-{month}" if day_ == "00" else f"{year}-{month}-{day_}")


def _tidy(line: str) -> str:
    lowered = _QUERY.sub("?", line.casefold())
    return " ".join(re.sub(r"(?<=[^\W\d])\.|,", " ", lowered).split()).rstrip(" .;")


def _unwrap(tidy: str) -> tuple[str, str]:
    """Without brackets, and `?` when square ones said that an editor supplied the date."""
    bare = tidy.strip("() ") if tidy.startswith("(") and tidy.endswith(")") else tidy
    inner = bare.replace("[", "").replace("]", "").strip()
    return inner, "?" if inner != bare else ""


def _closed(tidy: str, supplied: str) -> Date | None:
    """A point or a range with two ends; None unless there is one reading, and only one."""
    tidy, marks = _qualified(tidy)
    if winter := _winter(tidy):
        return winter
    opening = tidy.split(" ")[0]
    between, from_ = opening == "between", opening == "from"
    tidy = tidy.removeprefix(f"{opening} ") if between or from_ else tidy
    found = {
        _range(tidy[: split.start()], tidy[split.end() :], marks, supplied)
        for split in (_AND if between else _SEPARATORS).finditer(tidy)
    }
    if not (between or from_):
        found.add(to_date(_point(tidy, marks, supplied)))
    found.discard(None)
    return found.pop() if len(found) == 1 else None


def _open(tidy: str, supplied: str) -> Date | None:
    """`before 1950`, `1950 or later`: an interval without start or without end."""
    for table, before, after in ((_PREFIX, "before", "after"), (_SUFFIX, "or-before", "or-after")):
        for kind in (before, after):
            match = table[kind].match(tidy) if table is _PREFIX else table[kind].search(tidy)
            if not match:
                continue
            rest, marks = _qualified(tidy[match.end() :] if table is _PREFIX else tidy[: match.start()])
            date_ = to_date(_point(rest, marks, supplied))
            if date_ is None:
                continue
            if kind == before:
                return Date(f"../{date_.edtf}", None, date_.latest)
            return Date(f"{date_.edtf}/..", date_.earliest, None)
    return None


def _qualified(tidy: str) -> tuple[str, str]:
    """Without the words that qualify a date, in front or in parentheses behind, and the marks they stand for."""
    marks = ""
    for kind, mark in (("approximate", "~"), ("uncertain", "?")):
        if match := _REMARK[kind].search(tidy):
            tidy, marks = tidy[: match.start()], marks + mark
    while True:
        for kind, mark in (("approximate", "~"), ("uncertain", "?"), ("part", "")):
            match = _PREFIX[kind].match(tidy)
            if match:
                tidy, marks = tidy[match.end() :], marks + mark
                break
        else:
            return tidy, marks


def _point(tidy: str, marks: str, supplied: str = "") -> Point | None:
    tidy, own = _qualified(tidy)
    marks += own
    if tidy.endswith("?"):
        tidy, marks = tidy[:-1].rstrip(), marks + "?"
    marks = marks or supplied
    mark = "%" if "~" in marks and "?" in marks else marks[:1]
    return point(tidy, mark)


def _winter(tidy: str) -> Date | None:
    """The winter between two years: `Winter 1962-63`."""
    match = _WINTER.fullmatch(tidy)
    if not match:
        return None
    year, following = match["year"], str(int(match["year"]) + 1)
    if match["next"] not in (following, following[2:]):
        return None
    return Date(f"{year}-24", f"{year}-12-01", f"{following}-02-{monthrange(int(following), 2)[1]}")


def _range(first: str, last: str, marks: str, supplied: str) -> Date | None:
    start, end = _point(first, marks, supplied), _point(last, marks, supplied)
    if start is None or end is None:
        return None
    if start.year is None and start.decade is None:
        start, end = _completed(start, end)
    elif start.year and start == Point(start.year, mark=start.mark) and len(end.short_year or "") == 2:
        end = end._replace(year=start.year // 100 * 100 + int(end.short_year or 0), short_year=None)
    from_, to = to_date(start), to_date(end)
    if from_ is None or to is None or not _follows(to, from_):
        return None
    return Date(f"{from_.edtf}/{to.edtf}", from_.earliest, to.latest)


def _follows(later: Date, sooner: Date) -> bool:
    return (later.earliest or "") > (sooner.earliest or "") and (later.latest or "") > (sooner.latest or "")


def _completed(start: Point, end: Point) -> tuple[Point, Point]:
    """`February 1` and `3, 1953`, `28 October` and `2 November 1962`: each gets what the other says.

    A start is never made whole from an end that is less exact than itself.
    """
    if start.short_year and end.month and end.day:
        start = start._replace(month=end.month, day=int(start.short_year), short_year=None)
    if start.month and start.day and end.day and not end.month:
        end = end._replace(month=start.month)
    if bool(start.day) == bool(end.day) and bool(start.season) == bool(end.season):
        start = start._replace(year=end.year)
    return start, end
