"""People and organisations: names taken apart, life dates read, kinds told apart. Pure; raises nothing.

A kind is given only where it is certain: a name with a comma is a person's unless a word of it stands
in the names of bodies only; a name without one is a body's only where such a word, a hierarchy
(`Japan. Foreign Ministry`) or an acronym says so. `Tito` and `Chou En-lai` stay without.
"""

import re
from typing import NamedTuple

from harvester import urls
from harvester.items import Person

from . import text
from .memory import remembered
from .tables import words
from .vocabularies import is_place

_YEAR = (
    r"(?:(?:circa|ca?\.?|approximately|about) ?)?(?:[^\W\d]+ [0-9]{1,2}, |[0-9]{1,2} [^\W\d]+ )?(?:[12][0-9]{3}\??|\?)"
)
_LIFE = re.compile(
    rf"(?:b\.|born)(?: in)? ?(?P<born>{_YEAR})(?:[,;]? ?(?:d\.|died)(?: in)? ?(?P<then_died>{_YEAR}))?"
    rf"|(?:d\.|died)(?: in)? ?(?P<died>{_YEAR})"
    rf"|(?P<birth>{_YEAR}) ?[-–—] ?(?P<death>{_YEAR}|present)?"
    rf"|[-–—] ?(?P<only_death>{_YEAR})"
    rf"|(?:fl\.|flourished) ?{_YEAR}(?: ?[-–—] ?{_YEAR})?",
    re.IGNORECASE,
)
_YEARS = re.compile(r"[12][0-9]{3}|\?")
_AT_END = re.compile(rf"(?P<name>.*?[^\s,(]),? (?P<open>\()?(?P<dates>{_LIFE.pattern})(?(open)\))", re.IGNORECASE)
_PARENTHESES = re.compile(r" ?\([^()]*\)")
_ACRONYM = re.compile(r".+ \([A-ZА-Я]{2,}(?:[-/ ][A-ZА-Я]{2,})*\)")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_PERSONAL = re.compile(r"[^\W\d_][^\d,;:]*")
_LONGEST = 200
"""Characters; a longer name is kept and not looked at."""


class Life(NamedTuple):
    """Life dates: as shown, and the years that are certain."""

    shown: str | None = None
    born: int | None = None
    died: int | None = None


@remembered(16_384)
def person(name: str, href: str | None = None, note: str | None = None) -> Person:
    """A person or organisation as a pill, a list or its own page shows it; `note` holds the life dates."""
    name, life = with_life_dates(name)
    if life.shown is None:
        life = life_dates(note)
    kind = kind_of(name)
    if kind == "organisation":
        life = Life(life.shown)  # nobody was born
    family, given = _parts(name) if kind == "person" else (None, None)
    address = urls.recognise(href) if href else None
    known = address if address and address.kind == "person" else None
    return Person(
        id=known.id if known else text.slugify(name) or name,
        name=name,
        kind=kind,
        family_name=family,
        given_names=given,
        life_dates=life.shown,
        birth_year=life.born,
        death_year=life.died,
        url=known.url if known else None,
    )


def with_life_dates(name: str) -> tuple[str, Life]:
    """A name without the life dates at its end, and those: `Mao, Zedong 1893-1976`."""
    match = _AT_END.fullmatch(name) if len(name) <= _LONGEST and _YEARS.search(name) else None
    if not match or kind_of(match["name"]) == "organisation":
        return name, Life()
    return match["name"], life_dates(match["dates"])


def life_dates(shown: str | None) -> Life:
    """`1893-1976`, `(1908-1985)`, `1912-`, `b. 1912`; a year that is `ca.` or `?` is not certain."""
    bare = (text.line(shown) or "").removeprefix("(").removesuffix(")").strip()
    match = _LIFE.fullmatch(bare) if len(bare) <= _LONGEST else None
    if not match:
        return Life()
    found = match.groupdict()
    born = _year(found["born"] or found["birth"])
    died = _year(found["then_died"] or found["died"] or found["death"] or found["only_death"])
    return Life(bare, born, died)


def _year(shown: str | None) -> int | None:
    """The year of a date that nothing makes doubtful."""
    match = re.fullmatch(r"(?:[^\W\d]+ [0-9]{1,2}, |[0-9]{1,2} [^\W\d]+ )?([12][0-9]{3})", shown or "")
    return int(match[1]) if match else None


@remembered(16_384)
def kind_of(name: str) -> str | None:
    """`person`, `organisation`, or None where the name does not tell."""
    if len(name) > _LONGEST:
        return None
    if name in words("name_words", "name") or ("," not in name and _ACRONYM.fullmatch(name)):
        return "organisation"
    bare = _PARENTHESES.sub("", name).strip()
    superior, stop, _ = bare.partition(". ")
    if stop and is_place(superior):
        return "organisation"
    before, comma, after = (part.strip() for part in bare.partition(","))
    first, strong, weak = _words(before), words("name_words", "strong"), words("name_words", "weak")
    body = any(word in strong for word in first)
    if not comma:
        weighty = any(word in weak for word in first) and ("of" in first or len(first) >= 4)
        return "organisation" if body or weighty else None
    if body:
        return "organisation" if len(first) > 1 else None
    if any(word in strong for word in _words(after)):
        jurisdiction = is_place(before) or before.isupper() or before in words("name_words", "name")
        return "organisation" if jurisdiction else None
    return "person" if _is_personal(before, after) else None


def _is_personal(before: str, after: str) -> bool:
    """`Smith` and `J. R.`, `John Paul II` and `Pope`; not `Beijing` and `China`, `Article 5` and `text`."""
    given, *more = after.split(", ")
    return (
        bool(_PERSONAL.fullmatch(before) and _PERSONAL.fullmatch(given.lstrip("\"“'‘")))
        and len(_words(before)) <= 5
        and all(_follows_a_name(part) for part in more)
        and not (is_place(before) and is_place(after))
    )


def _follows_a_name(part: str) -> bool:
    """Whether a part behind a comma is a title or a suffix, not a given name."""
    plain = part.replace(".", "").casefold()
    titles = words("name_words", "title")
    return plain in words("name_words", "suffix") or plain in titles or (plain.partition(" of ")[0] in titles)


def _parts(name: str) -> tuple[str | None, str | None]:
    """Family and given names of a person's name; neither where what follows the comma is a title."""
    before, _, after = _PARENTHESES.sub("", name).partition(",")
    given = after.strip()
    if _follows_a_name(given):
        return None, None
    return before.strip() or None, given or None


def _words(phrase: str) -> list[str]:
    return [word.casefold() for word in _WORD.findall(phrase)]
