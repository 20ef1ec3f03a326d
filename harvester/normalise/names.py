"""People and organisations: names taken apart, life dates read. Pure; raises nothing."""

from functools import lru_cache

from harvester import urls
from harvester.items import Person

from . import text


@lru_cache(maxsize=16_384)
def person(name: str, href: str | None = None, note: str | None = None) -> Person:
    """A person or organisation as a pill, a list or its own page shows it; `note` holds the life dates."""
    address = urls.recognise(href) if href else None
    known = address is not None and address.kind == "person"
    family, _, given = name.partition(", ")
    return Person(
        id=address.id if known and address else text.slugify(name),
        name=name,
        kind=None,
        family_name=family if given else None,
        given_names=given or None,
        url=address.url if known and address else None,
    )
