"""Which page of the archive a stored page is, by what it says itself. Pure; raises nothing.

A page's own word goes first: its canonical link, og:url, the comment that a browser, HTTrack or SingleFile
leaves when saving. Then its name in the mirror, then Drupal's node id.
"""

import html
import re
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import unquote, urlsplit

from harvester import urls
from harvester.urls import Address

DATA = {"ris", "json"}
PAGES = {"document", "record", "node", "person", "place", "topic", "list", "catalog"} | DATA
FILES = {"download", "file"}
_EDGE = 1 << 16  # bytes of a page's begin and end that are looked at
_SAVED = re.compile(r"<!--\s*(?:saved from url=\(\d+\)|Mirrored from |Page saved with SingleFile\s+url:\s*)\s*(\S+)")
_NAMES = ("canonical", "og:url", "shortlink")
_TAG = re.compile(r"<(?:link|meta)\b[^<>]{0,4096}>", re.I)
_ATTRIBUTE = re.compile(r"([a-z:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s>]+))", re.I)
_NODE = re.compile(r'"currentPath"\s*:\s*"node\\?/(\d+)"')
_RESULTS = re.compile(r"Results:\s*(\d[\d,]*)\s*-")
_ARCHIVED = re.compile(r"(?:https?://[^/]+)?/web/\d{1,14}[a-z_]*/(?=https?:)", re.I)
_HEAD_END = re.compile(rb"</head|<body", re.I)
_JSON_ID = re.compile(r'"id"\s*:\s*"?(\d+)')
_TITLE = re.compile(r"[A-Z\s]")  # slugs are lower-case: `document/Some title.html` is a title
_RIS_URL = re.compile(r"^UR\s+-\s+(\S+)", re.M)
_HOST = re.compile(r"(?:[a-z0-9-]+\.)+[a-z]{2,4}(?::\d+)?", re.I)
_ROOT = re.compile(r"(?:document|node|srv|people|places|topics|search|sites|en)(?![a-z-])", re.I)
_PAGE_SUFFIX = re.compile(r"\.(?:html?|php)$|(?<=/download)\.pdf$", re.I)


def identify(body: bytes, name: str) -> Address | None:
    """The address of a stored page called `name`; None when it is none of the archive's."""
    end = _HEAD_END.search(body, 0, _EDGE)
    head = body[: end.start() if end else _EDGE].decode("latin-1")
    named = of_name(name)
    if body.startswith((b"{", b"TY ", b"\xef\xbb\xbfTY ")):
        return named if named and named.kind in DATA else _of_data(head)
    own = [_absolute(original(url)) for url in _own(head)]
    known = [a for url in own if (a := _page(url))]
    if not known and any(_foreign(url) for url in own[:1]):
        return None
    # A canonical link to /node/ or to the bare catalog says less than a name.
    sure = (a for a in known if a.kind not in ("node", "catalog") or a.page or a.topic)
    best = next(sure, None) or named or next(iter(known), None) or _of_node(body, head)
    if best and best.url == urls.catalog(0) and (first := _RESULTS.search(body.decode("latin-1"))):
        return urls.recognise(urls.catalog((int(first[1].replace(",", "")) - 1) // 10))
    return best


def _of_node(body: bytes, head: str) -> Address | None:
    node = _NODE.search(body[-_EDGE:].decode("latin-1")) or _NODE.search(head)
    return _page(f"/node/{node[1]}") if node else None


@lru_cache(8)  # a member's name is looked at before and after its content
def of_name(name: str) -> Address | None:
    """The address that a file's name and folders stand for; None when they are of no known form."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".")]
    hosts = [at for at, part in enumerate(parts[:-1]) if _HOST.fullmatch(part)]
    if hosts:
        if parts[hosts[-1]].partition(":")[0].lower() not in urls.HOSTS:
            return None  # another site's folder in the same mirror
        parts = parts[hosts[-1] + 1 :]
    for at in range(len(parts)):
        if not _ROOT.match(parts[at]):
            continue
        for spelling in _spellings("/".join(parts[at:])):
            known = urls.recognise("/" + spelling)
            # Slugs are lower-case; `Some title.html` in a folder called `document` is a title.
            if known and (known.kind in FILES or (known.kind in PAGES and not _TITLE.search(known.id))):
                return known
    return None


def original(url: str) -> str:
    """An address without the Wayback Machine's before it."""
    return _ARCHIVED.sub("", url.strip(), count=1) if "/web/" in url.lower() else url.strip()


def _own(head: str) -> Iterator[str]:
    """The addresses a page gives itself, the surest first."""
    canonical, other = [], []
    for place in _places(head.lower()):
        tag = _TAG.match(head, head.rfind("<", 0, place))
        if not tag or tag.end() <= place:
            continue
        values = {name.lower(): html.unescape(a or b or c) for name, a, b, c in _ATTRIBUTE.findall(tag[0])}
        if "canonical" in values.get("rel", "").lower().split():
            canonical.append(values.get("href", ""))
        elif values.get("property", "").lower() == "og:url":
            canonical.append(values.get("content", ""))
        elif "shortlink" in values.get("rel", "").lower().split():
            other.append(values.get("href", ""))
    yield from canonical
    yield from (found[1] for found in _SAVED.finditer(head))
    yield from other


def _places(head: str) -> list[int]:
    """Where one of the names stands by which a page gives its address."""
    places = []
    for name in _NAMES:
        place = head.find(name)
        while place >= 0:
            places.append(place)
            place = head.find(name, place + 1)
    return sorted(places)


def _of_data(text: str) -> Address | None:
    """The address of a legacy record's RIS export or JSON, by the record id in it."""
    if text.startswith("{"):
        found = _JSON_ID.search(text)
        return urls.recognise(f"/srv/record/{found[1]}.json") if found else None
    link = _RIS_URL.search(text)
    known = urls.recognise(original(link[1])) if link else None
    return urls.recognise(f"/document/{known.id}.ris") if known and known.kind == "record" else known


def _absolute(url: str) -> str:
    """HTTrack leaves the scheme out."""
    return f"https://{url}" if url.partition("/")[0].lower() in urls.HOSTS else url


def _page(url: str) -> Address | None:
    known = urls.recognise(url)
    return known if known and known.kind in PAGES else None


def _foreign(url: str) -> bool:
    try:
        host = (urlsplit(url).hostname or "").lower()
    except ValueError:
        return False
    return bool(_HOST.fullmatch(host)) and host not in urls.HOSTS


def _spellings(name: str) -> Iterator[str]:
    """What an address was before a tool named a file after it."""
    name = re.sub(r"(?:^|/)index\.html?$", "", name)
    for spelling in dict.fromkeys((_PAGE_SUFFIX.sub("", name), name)):
        yield spelling
        yield unquote(spelling)
        yield re.sub(r"^(.*?search)@", r"\1?", unquote(spelling))
