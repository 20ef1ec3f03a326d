"""Builds and recognises the archive's addresses and its three ids (slug, node id, record id).

Pure functions; raises nothing: what is not an address of the archive is None.
"""

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

HOST = "digitalarchive.wilsoncenter.org"
SITE = f"https://{HOST}"

# Staging copies with the same markup have leaked into web archives.
STAGING_HOSTS = frozenset({"wilson-center.drivingcreative.com", "wilson-center-digital-archive.dvincitest.com"})
HOSTS = frozenset({HOST, f"www.{HOST}"}) | STAGING_HOSTS

FILES_PATH = "/sites/default/files/"
LISTS = {"people": "person", "places": "place", "topics": "topic"}
FOLDERS = {kind: folder for folder, kind in LISTS.items()}

_FORMS = {
    "record": r"/document/(\d+)",
    "download": r"/document/(\d+)/download",
    "ris": r"/document/(\d+)\.ris",
    "document": r"/document/([^/]+)",
    "json": r"/srv/record/(\d+)\.json",
    "node": r"/node/(\d+)",
    "person": r"/people/([^/]+)",
    "place": r"/places/([^/]+)",
    "topic": r"/topics/([^/]+)",
    "list": r"/(people|places|topics)",
    "essay": r"/essays/([^/]+)",
    "file": r"(/sites/default/files/.+)",
    "catalog": r"/(search)",
    "legacy-search": r"/(search-results/.*)",
    "home": r"(/)",
}
_ANY_FORM = re.compile("|".join(f"(?:{form})" for form in _FORMS.values()))  # one group each: its number is the form's
_KINDS = list(_FORMS)
# Nearly all there are, in their canonical spelling: what `recognise` makes of them, in a fifth of the time.
_USUAL = re.compile(rf"(?:{re.escape(SITE)})?(/(?:document|people|places|topics|node)(?:/[a-z0-9-]+)+)")
_ROOT_RELATIVE = re.compile(r"/(?![/\\.])(?!.*/\.)")
_PLAIN = re.compile(r"[\w/.!$&'()*+,;=:@~-]*", re.A)
_SLASHES = re.compile(r"/{2,}")


class Address(NamedTuple):
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
    if hosts is HOSTS and base == SITE and (usual := _USUAL.fullmatch(url)):
        found = _ANY_FORM.fullmatch(usual[1])
        if found and found.lastindex:
            return Address(_KINDS[found.lastindex - 1], found[found.lastindex], SITE + usual[1])
    url = url.strip()
    if base == SITE and _ROOT_RELATIVE.match(url):
        url = SITE + url  # what `urljoin` gives, in a tenth of the time
    try:
        parts = urlsplit(url if url.startswith(("https://", "http://")) else urljoin(base, url))
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in hosts:
        return None
    path = _SLASHES.sub("/", unquote(parts.path, errors="replace")).rstrip("/") or "/"
    path = path.removeprefix("/en") if path.startswith("/en/") else path
    found = _ANY_FORM.fullmatch(path)
    if not found or not found.lastindex:
        return None
    kind, ident = _KINDS[found.lastindex - 1], found[found.lastindex]
    if kind not in ("catalog", "list"):
        return Address(kind, ident, SITE + (path if _PLAIN.fullmatch(path) else quote(path, safe="/!$&'()*+,;=:@~")))
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
