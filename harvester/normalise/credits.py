"""Whom a source citation thanks: `Contributed by Robert Hoppens and translated by Stephen Mercado.`

Only people, and only those whose names end plainly: an institution or a doubtful end is left out.
Pure; raises nothing.
"""

import re

from harvester.items import CitedPerson

from .memory import remembered
from .names import kind_of
from .tables import words
from .vocabularies import is_place

_VERB = "|".join(words("citation_words", "verb"))
_VERBS = re.compile(_VERB, re.IGNORECASE)
_CLAUSE = re.compile(
    rf"(?P<verbs>\b(?:{_VERB})(?:(?:, and |, | and | & )(?:{_VERB}))*)"
    r"(?: (?:for|from|into|to|in) [^.;,()]{1,60}?){0,3} by ",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W\d_]+")
_OF_INSTITUTIONS = words("citation_words", "archive").keys() | words("citation_words", "institution").keys()
_AND = re.compile(r",? and |, | & ")
_TOKEN = re.compile(r" ?([^\W\d_][\w’'.-]*)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+")
_AFTER = re.compile(r"\.?(?:\Z|[,;.()]| (?:and|&|for|with|from|on|in|at|of CWIHP)\b)")
_PARTICLES = frozenset(("al", "bin", "da", "de", "del", "den", "der", "di", "du", "el", "ibn", "la", "van", "von"))
_END = re.compile(r"(?<!\s\w)[.;]\s")
_SUFFIX = re.compile(r",? (?:Jr|Sr)\.?(?!\w)")


def read(source: str) -> tuple[list[CitedPerson], str]:
    """Those it credits, in order, and what of the citation is not credits."""
    clause = _CLAUSE.search(source)
    if not clause:
        return [], source
    people, after = _credited(source[clause.start() :])
    return people, source[: clause.start()] or after


@remembered(4_096)
def _credited(credits: str) -> tuple[list[CitedPerson], str]:
    """Those named from the first clause on, and what follows the last; hundreds of documents share them."""
    people: list[CitedPerson] = []
    end = 0
    for clause in _CLAUSE.finditer(credits):
        named, end = _names(credits, clause.end()), clause.end()
        for verb in _VERBS.findall(clause["verbs"]):
            role = words("citation_words", "verb")[verb.lower()]
            people += [CitedPerson(role, name) for name in named if role]
    unique = {(person.role, person.name): person for person in people}
    closed = _END.search(credits, end)
    return list(unique.values()), credits[closed.end() :] if closed else ""


def _names(source: str, position: int) -> list[str]:
    """The people listed from a position on, until something else follows."""
    found: list[str] = []
    while name := _name(source, position):
        found.append(name)
        position += len(name)
        separator = _AND.match(source, position)
        if not separator:
            break
        position = separator.end()
    return found


def _name(source: str, position: int) -> str | None:
    """A person's name at a position: capitals and particles, two words or more, with a plain end."""
    end = position
    capitals = 0
    while match := _TOKEN.match(source, end):
        token = match[1]
        if not (token[0].isupper() or (token in _PARTICLES and capitals)):
            break
        capitals += token[0].isupper()
        end = match.end()
        if token.endswith(".") and not (_INITIALS.fullmatch(token) or (capitals == 1 and len(token) == 3)):
            end -= 1  # a full stop, but for that of `Karl P.` or, in front, of `Yu.` and `Dr.`
            break
    if suffix := _SUFFIX.match(source, end):
        end = suffix.end()
    name = source[position:end]
    plain = capitals >= 2 and _AFTER.match(source, end)
    return name if plain and not (is_place(name) or _is_institution(name)) else None


def _is_institution(name: str) -> bool:
    return kind_of(name) == "organisation" or not _OF_INSTITUTIONS.isdisjoint(_WORD.findall(name.casefold()))
