"""Builds and recognises the archive's addresses and its three ids (slug, node id, record id).

Pure functions; raises nothing: what is not an address of the archive is None.
"""

import re
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

HOST = "digitalarchive.wilsoncenter.org"
SITE = f"https://{HOST}"

# Staging copies with the same markup have leaked into web archives.
STAGING_HOSTS = frozenset({"wilson-center.drivingcreative.com", "wilson-center-digital-archive.dvincitest.com"})
HOSTS = frozenset({HOST, f"www.{HOST}"}) | STAGING_HOSTS

FILES_PATH = "/sites/default/files/"
LISTS = {"people": "person", "places": "place", "topics": "topic"}
FOLDERS = {kind: folder for folder, kind in LISTS.items()}

_PATTERNS = [
    ("record", re.compile(r"/document/(\d+)")),
    ("download", re.compile(r"/document/(\d+)/download")),
    ("ris", re.compile(r"/document/(\d+)\.ris")),
    ("document", re.compile(r"/document/([^/]+)")),
    ("json", re.compile(r"/srv/record/(\d+)\.json")),
    ("node", re.compile(r"/node/(\d+)")),
    ("person", re.compile(r"/people/([^/]+)")),
    ("place", re.compile(r"/places/([^/]+)")),
    ("topic", re.compile(r"/topics/([^/]+)")),
    ("list", re.compile(r"/(people|places|topics)")),
    ("essay", re.compile(r"/essays/([^/]+)")),
    ("file", re.compile(r"(/sites/default/files/.+)")),
    ("catalog", re.compile(r"/(search)")),
    ("legacy-search", re.compile(r"/(search-results/.*)")),
    ("home", re.compile(r"(/)")),
]


@dataclass(frozen=True, slots=True)
class Address:
    """An address of the archive, taken apart."""

    kind: str
    """document, record, node, download, ris, json, person, place, topic, list, catalog, file, essay,
    legacy-search or home."""
    id: str
    """The slug, the number, or the path, by kind."""
    url: str
    """The canonical address on the live site, whatever host or spelling it was found under."""
    page: int = 0
    """Of a catalog or list page: which one, from 0."""
    topic: str | None = None
    """Of a catalog page filtered by topic: the topic's term id."""


@lru_cache(1 << 14)  # the same names are linked from thousands of pages
def recognise(url: str, base: str = SITE, hosts: frozenset[str] = HOSTS) -> Address | None:
    """Take an address apart; None when it is not on one of `hosts` or of no known form.

    `url` may be relative to `base`. Scheme, port, fragment, trailing slash and, but for the
    catalog, the query string make no difference.
    """
    try:
        url = url.strip()
        parts = urlsplit(url if url.startswith(("https://", "http://")) else urljoin(base, url))
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in hosts:
        return None
    path = re.sub(r"/{2,}", "/", unquote(parts.path, errors="replace")).rstrip("/") or "/"
    path = path.removeprefix("/en") if path.startswith("/en/") else path
    for kind, pattern in _PATTERNS:  # noqa: B007
        found = pattern.fullmatch(path)
        if found:
            break
    else:
        return None
    ident = found[1]
    if kind not in ("catalog", "list"):
        return Address(kind, ident, SITE + quote(path, safe="/!$&'()*+,;=:@~"))
    query = dict(parse_qsl(parts.query))
    page = int(query["page"]) if query.get("page", "").isascii() and query.get("page", "").isdigit() else 0
    if kind == "list":
        return Address(kind, ident, f"{SITE}{path}" + (f"?page={page}" if page else ""), page)
    facets = [value for key, value in query.items() if key.startswith("f[")]
    topic = facets[0].removeprefix("topics:") if len(facets) == 1 and facets[0].startswith("topics:") else None
    known = {k for k in query if k == "page" or (topic and re.fullmatch(r"fo?\[\d+\]", k))}
    if set(query) - known:
        return None  # another filter or a search by words: a view of the catalog, not the catalog
    return Address(kind, ident, catalog(page, topic), page, topic)


def document(slug: str) -> str:
    """The canonical address of a document."""
    return f"{SITE}/document/{slug}"


def download(node_id: int) -> str:
    """The address of a document's PDF."""
    return f"{SITE}/document/{node_id}/download"


def term(kind: str, slug: str) -> str:
    """The canonical address of a person, a place or a topic."""
    return f"{SITE}/{FOLDERS[kind]}/{slug}"


def catalog(page: int = 0, topic: str | None = None) -> str:
    """The canonical address of a catalog page, whole or filtered by a topic's term id."""
    query: dict[str, str | int] = {"f[0]": f"topics:{topic}", "fo[0]": topic} if topic else {}
    return f"{SITE}/search?" + urlencode(query | {"page": page}, safe="[]:")


def at(site: str, url: str) -> str:
    """The same address on another host: `at("http://127.0.0.1:8000", canonical)`."""
    return site.rstrip("/") + url.removeprefix(SITE)
