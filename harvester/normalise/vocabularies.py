"""Languages, subjects, places, topics, archives and donors: names from vocabularies, made records.

Pure; raises nothing. A language that the table does not know keeps its name, with a slug for an id.
"""

import re
from functools import cache
from typing import NamedTuple

from harvester import urls
from harvester.items import Place, Subject, Term, Topic

from . import text
from .memory import remembered
from .tables import rows, words

_CACHED = 8_192
"""Values kept by each function here: more than the archive has of any kind, few enough to be small."""

_IN_PARENTHESES = re.compile(r"(.+?) ?\(([^()]+)\)")
_WORD = re.compile(r"\w+(?:['’]\w+)*(?:-(?!language\b)\w+(?:['’]\w+)*)*")
_COUNT = re.compile(r"\(?([0-9][0-9,.]*)\)?(?: documents?)?")
# (Four figures that could be a year are one: `Hungarian Uprising (1956)`.)
_COUNTED = re.compile(r"(?P<name>.*\S) (?P<count>\((?!(?:1[0-9]|20)[0-9]{2}\)$)[0-9][0-9,.]*\)(?: documents?)?)")
_LIST = re.compile(r"\s*(?:[,;/&]|\band\b)\s*")


class Languages(NamedTuple):
    """The languages that one value names."""

    terms: list[Term]
    unknown: str | None
    """The value, when the table does not know it."""


@cache
def _languages() -> dict[str, Term]:
    """Name, alias or code, in lower case → language."""
    table = {}
    for row in rows("languages"):
        term = Term(row["id"], row["name"])
        for key in [row["id"], row["name"], *row["aliases"].split("|"), *row["codes"].split("|")]:
            if key:
                table[text.line(key.casefold()) or ""] = term
    return table


@remembered(_CACHED)
def languages(shown: str) -> Languages:
    """The languages a value names: `Russian`, `rus`, `Русский`, `Chinese and Korean`."""
    known = _languages()
    name = text.line(shown)
    if name is None:
        return Languages([], None)
    if found := known.get(name.casefold()):
        return Languages([found], None)
    parts = [known.get(part.casefold()) for part in _LIST.split(name)]
    if all(parts):
        return Languages(list({term.id: term for term in parts if term}.values()), None)
    return Languages([Term(text.slugify(name) or name, name)], name)


@remembered(_CACHED)
def language_of_label(label: str | None) -> Languages:
    """The language a tab's label names: `English Translation`, `Transcript (Hungarian)`.

    None at all for `Original Scan`; unknown for a label of which more is left than the table knows.
    """
    name = text.line(label)
    if name is None:
        return Languages([], None)
    generic = words("label_words", "generic")
    kept = [word for word in _WORD.findall(name) if word.casefold() not in generic]
    if not kept:
        return Languages([], None)
    found = _languages().get(name.casefold()) or _named(" ".join(kept))
    if found is None:  # `Persian (Farsi)`
        parts = {part.id: part for part in map(_named, kept) if part} if all(map(_named, kept)) else {}
        found = next(iter(parts.values())) if len(parts) == 1 else None
    return Languages([found], None) if found else Languages([], name)


def _named(word: str) -> Term | None:
    """The language of a name, or of a code in capitals: the `no` of `Document No. 1` is not Norwegian."""
    found = _languages().get(word.casefold())
    is_code = found is not None and word.isascii() and len(word) < 4 and word.casefold() != found.name.casefold()
    return None if is_code and not word.isupper() else found


@remembered(_CACHED)
def term(name: str) -> Term:
    """An archive or a donor: its name and a slug made from it."""
    return Term(text.slugify(name) or name, name)


@remembered(_CACHED)
def subject(name: str) -> Subject:
    """A subject heading: `China--Foreign relations--Soviet Union`, taken apart at `--`."""
    heading, *subdivisions = [part for part in map(text.line, name.split("--")) if part] or [name]
    return Subject(text.slugify(name) or name, name, heading, subdivisions)


@cache
def _places() -> dict[str, tuple[float, float]]:
    """Slug of a name or alias → degrees north and east."""
    return {
        text.slugify(name): (float(row["latitude"]), float(row["longitude"]))
        for row in rows("places")
        for name in [row["name"], *row["aliases"].split("|")]
        if name
    }


def is_place(name: str) -> bool:
    """Whether the table of places knows a name."""
    return text.slugify(name) in _places()


@remembered(_CACHED)
def place(name: str, href: str | None = None, note: str | None = None) -> Place:
    """A place as a pill, a list or its own page shows it; `note` holds the region, perhaps in parentheses."""
    address = urls.recognise(href) if href else None
    known = address if address and address.kind == "place" else None
    region = text.line((note or "").strip().removeprefix("(").removesuffix(")"))
    both = _IN_PARENTHESES.fullmatch(name)
    if both and region in (None, both[2]) and not is_place(name) and is_place(both[1]) and is_place(both[2]):
        name, region = both.groups()  # `China (East Asia)`
    slug = text.slugify(name)
    latitude, longitude = _places().get(slug) or _places().get(known.id if known else slug) or (None, None)
    return Place(
        id=known.id if known else slug or name,
        name=name,
        region=region,
        latitude=latitude,
        longitude=longitude,
        url=known.url if known else None,
    )


def topic(name: str, href: str, note: str | None = None, description: str | None = None) -> Topic:
    """A topic; `note` is the number of documents the site claims: `(372) documents`."""
    address = urls.recognise(href)
    known = address if address and address.kind == "topic" else None
    found = _COUNT.fullmatch(text.line(note) or "")
    if not found and (both := _COUNTED.fullmatch(name)):
        name, found = both["name"], _COUNT.fullmatch(both["count"])
    return Topic(
        id=known.id if known else text.slugify(name) or name,
        name=name,
        description=description,
        document_count=int(re.sub("[,.]", "", found[1])) if found else None,
        url=known.url if known else None,
    )
