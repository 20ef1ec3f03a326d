"""Links as they stand in a page, made absolute. Pure; raises nothing."""

import re
from functools import lru_cache
from urllib.parse import urljoin

from harvester import urls

_WAYBACK = re.compile(r"(?:https?://web\.archive\.org)?/web/\d{4,14}(?:[a-z]{2}_)?/(?=https?:)")


@lru_cache(10_000)  # the same names are linked from thousands of pages
def absolute(href: str | None) -> str | None:
    """The address a link leads to; canonical when it is the archive's; None when it leads nowhere safe.

    Prefixes that the Wayback Machine puts before links are taken off.
    """
    href = _WAYBACK.sub("", (href or "").strip(), count=1)
    if not href or href.startswith("#"):
        return None
    address = urls.recognise(href)
    if address:
        return address.url
    try:
        url = urljoin(urls.SITE, href)
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://", "mailto:")) else None
