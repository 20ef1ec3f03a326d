"""The plain parts of an archival citation; only what is certain, nothing guessed. Pure; raises nothing.

`RGANI, f. 5, op. 49, d. 131, ll. 193-194. Translated by Gary Goldberg.` has them all. Where two shelfmarks,
files or volumes are named, none is taken, for a citation is of one document.
"""

import re
from collections.abc import Mapping
from functools import partial

from harvester.items import Citation

from . import credits
from .memory import remembered
from .tables import alternatives, words
from .vocabularies import is_place

_LONGEST = 2_000
"""Characters; what a citation says beyond is not looked at."""


_any = partial(alternatives, "citation_words")
_NUMBER = r"(?:no\.? ?|№ ?)?(?P<value>[^\W\d]{0,2}[-.]?[0-9](?:[\w/’'.-]*[\w’'])?)(?![\w/])"
_LEAF = r"[0-9]+(?: ?(?:ob|rev)\b)?"
_LEAVES = rf"(?P<value>{_LEAF}(?:(?: ?[-–] ?|, ?(?!1[89][0-9]{{2}}\b|20[0-9]{{2}}\b)){_LEAF})*)"
_FOND = re.compile(rf"(?<![\w.])(?P<word>{_any('fond')})(?:\.| ) ?{_NUMBER}", re.IGNORECASE)
_PARTS = {
    part: re.compile(rf"(?:{_any(part)})(?:\.| |(?=[0-9])) ?{_LEAVES if part == 'listy' else _NUMBER}", re.IGNORECASE)
    for part in ("opis", "papka", "papka-before-delo", "delo", "listy")
}
_LETTER = re.compile(r" [^\W\d_](?=[,;.)]|\Z)")  # `delo 12 a`
_SEVERAL = re.compile(rf"(?:(?:, ?| and | & )[0-9]+[^\W\d_]?)+(?=[ ,;]+(?:{_any('listy')})(?:\.| ))", re.IGNORECASE)
"""More numbers of one part, before another part begins: `d. 3, 4, ll. 5`."""
_DELO_FOLLOWS = re.compile(rf"[ ,;:]*(?:{_any('delo')})(?:\.| )", re.IGNORECASE)
_BETWEEN = re.compile(rf"[ ,;:]*(?:(?:(?:{_any('skip')})\.? [\w-]+|1[89][0-9]{{2}}(?: ?g\.)?)[ ,;:]+)*", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_PARENTHESES = re.compile(r"\([^()]*\)")
_NO = r"(?:no\.?|number|№)"
_CODE = r"[^\s,;()]*[0-9][^\s,;()]*"
_SINGLE = {
    name: re.compile(rf"\b{pattern}", re.IGNORECASE)
    for name, pattern in {
        "file": rf"(?:files?(?: {_NO})? ({_CODE})|file {_NO} ([^\s,;()]+))",
        "volume": rf"(?:vol\.?|volume) (?:{_NO} )?([0-9][\w/.-]*|[IVXLC]+\b)",
        "box": rf"box (?:{_NO} )?({_CODE})",
        "folder": rf"folder (?:{_NO} )?({_CODE})",
    }.items()
}
_ANY_SINGLE = re.compile(r"\b(?:file|vol|box|folder)", re.IGNORECASE)
_ACRONYM = re.compile(rf"(?:{_any('acronym')})(?=[\s,:;.]|$)")
_SEGMENT = re.compile(r"(?:\([^()]*\)|\b(?:[^\W\d_]|St)\.|[^,;:.()]|\.(?!\s|$))+")
_UNCODED = re.compile(r".*?(?= [A-Z]{0,4}-?[0-9]|\Z)", re.DOTALL)
"""A segment without the code at its end: `Fujian Provincial Archive` of `Fujian Provincial Archive 222-12-288`."""
_SMALL = frozenset(("a", "al", "and", "at", "de", "der", "des", "di", "du", "et", "for", "für", "im", "in", "la"))
_SMALL |= {"le", "of", "on", "the", "und", "y"}


@remembered(1_024)
def read(source: str | None) -> Citation | None:
    """What a source citation says plainly; None when it says nothing so."""
    if not source:
        return None
    source = source[:_LONGEST]
    people, rest = credits.read(source)
    fields, archive, rest = _shelfmark(rest)
    if _ANY_SINGLE.search(rest):
        fields |= {name: value for name, pattern in _SINGLE.items() if (value := _single(pattern, rest))}
    if not (archive or fields or people):
        return None
    return Citation(archive=archive, people=people, **fields)


def _shelfmark(source: str) -> tuple[dict[str, str], str | None, str]:
    """Fond, opis, papka, delo and listy; the archive; and the source without the shelfmark."""
    found = []
    for match in _FOND.finditer(source):
        parts: dict[str, str | None] = {"fond": match["value"]}
        end = match.end()
        while part := _next(source, end, parts):
            name, value, end = part
            parts[name] = value
        fields = {name: value for name, value in parts.items() if value}
        if "opis" in fields or words("citation_words", "fond")[match["word"].lower()] != "short":
            found.append((fields, match.start(), end))
    if not found:
        return {}, _archive(source), source
    fields, start, end = found[0]
    return (
        (fields if len(found) == 1 else {}),
        _archive(source[:start], before_fond=True),
        f"{source[:start]} {source[end:]}",
    )


def _next(source: str, position: int, known: Mapping[str, str | None]) -> tuple[str, str | None, int] | None:
    """The next part of a shelfmark: its name, its value (None where several are named) and where it ends."""
    position = _BETWEEN.match(source, position).end()  # type: ignore[union-attr]
    for part, pattern in _PARTS.items():
        name = part.removesuffix("-before-delo")
        match = pattern.match(source, position)
        if not match or name in known or (name == "opis" and "delo" in known):
            continue
        if name == part or _DELO_FOLLOWS.match(source, match.end()):
            if letter := _LETTER.match(source, match.end()):
                return name, match["value"] + letter[0], letter.end()
            if name != "listy" and (several := _SEVERAL.match(source, match.end())):
                return name, None, several.end()
            return name, match["value"], match.end()
    return None


def _single(pattern: re.Pattern[str], source: str) -> str | None:
    """The value where a citation names one, and one only."""
    values = {next(filter(None, match.groups())).rstrip(".") for match in pattern.finditer(source)}
    return values.pop() if len(values) == 1 else None


def _archive(source: str, before_fond: bool = False) -> str | None:
    """The holding archive: a known acronym in front, or the one part that has an archive's name.

    Whatever stands alone before a fond is an archive too.
    """
    acronym = _ACRONYM.match(source)
    if acronym:
        return acronym[0]
    segments = [match[0] for part in _SEGMENT.findall(source) if (match := _UNCODED.match(part.strip())) and match[0]]
    if before_fond and len(segments) == 1 and _is_name(segments[0]):
        return segments[0]
    named = [place for place, segment in enumerate(segments) if _is_name(segment) and _says_archive(segment)]
    if len(named) != 1:
        return None
    first = last = named[0]
    while last + 1 < len(segments) and is_place(_PARENTHESES.sub("", segments[last + 1]).strip()):
        last += 1
    return ", ".join(segments[first : last + 1])


def _is_name(segment: str) -> bool:
    """Whether all words of a part but the small ones begin with a capital letter."""
    found = _WORD.findall(_PARENTHESES.sub("", segment))
    capitals = all(word[0].isupper() or word in _SMALL for word in found)
    return bool(found) and capitals and not re.search(r"[0-9\"“”]", segment)


def _says_archive(segment: str) -> bool:
    known = words("citation_words", "archive")
    return any(word.casefold() in known for word in _WORD.findall(_PARENTHESES.sub("", segment)))
