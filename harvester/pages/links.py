"""Links as they stand in a page, made absolute. Pure; raises nothing."""

import re
from urllib.parse import urljoin

from harvester import urls
from harvester.normalise.memory import remembered

# `wget --convert-links` writes ../people/mao-zedong.html; what browsers save beside a page is under ./
_SAVED = re.compile(r"^(?:\.\./)+((?:document|people|places|topics)(?:/[^/?#]+?)?)(?:\.html?)?(?=[?#]|$)")
_WAYBACK = re.compile(r"(?:https?://web\.archive\.org)?/web/\d{4,14}(?:[a-z]{2}_)?/(?=https?:)")


def unwrapped(url: str) -> str:
    """The address without the prefix that the Wayback Machine puts before it."""
    url = url.strip()
    return _WAYBACK.sub("", url, count=1) if "/web/" in url else url


@remembered(4_096)  # the same names are linked from thousands of pages
def absolute(href: str | None) -> str | None:
    """The address a link leads to; canonical when it is the archive's; None when it leads nowhere safe.

    Links that the Wayback Machine or wget have rewritten are read as they were.
    """
    href = unwrapped(href or "")
    if href.startswith("../"):
        href = _SAVED.sub(r"/\1", href)
    if not href or href.startswith(("#", "./")):
        return None
    address = urls.recognise(href)
    if address:
        return address.url
    try:
        url = urljoin(urls.SITE, href)
    except ValueError:
        return None
    return url if url.startswith(("http://", "https://", "mailto:")) else None
