"""The sample archive over HTTP, on loopback: for the demo and the tests.

Serves the pages under tests/fixtures as the live site would. A new folder there is served, and listed in
the catalog, without code. Reads files and listens on 127.0.0.1; raises UsageError without a sample.

    with SampleSite() as site:
        site.pages["/document/gone"] = None            # a page can be changed, added or taken away
        get(site.url + "/search?page=0"); site.log     # ... and every request is on record
"""

import argparse
import gzip
import json
import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.utils import formatdate, parsedate_to_datetime
from functools import lru_cache
from hashlib import sha256
from html import escape, unescape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Thread
from urllib.parse import parse_qsl, unquote, urlsplit

from harvester.exceptions import HarvesterError, UsageError

ROOT = Path(__file__).resolve().parent.parent / "tests" / "fixtures"
PER_PAGE = 10
FOLDERS = {
    "document": "document",
    "people": "person",
    "places": "place",
    "topics": "topic",
    "essays": "other",
}
LISTS = ("people", "places", "topics")
HTML = "text/html; charset=UTF-8"
MEDIA_TYPES = {".html": HTML, ".pdf": "application/pdf", ".json": "application/json",
               ".ris": "application/x-research-info-systems"}  # fmt: skip


@dataclass
class Request:
    """A request, as a `respond` hook sees it."""

    method: str
    path: str
    """With the query string, as sent."""
    headers: dict[str, str]
    """By lower-case name."""
    count: int
    """How many requests for this path there have been, this one included."""
    connection: socket
    """For hooks that reset, truncate or drip: act on it and return None."""


@dataclass
class Response:
    """An answer, before conditional requests and compression are considered."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": HTML})


@dataclass
class Visit:
    """One line of the log. Times are `time.monotonic()` seconds."""

    started: float
    method: str
    path: str
    user_agent: str
    headers: dict[str, str]
    status: int | None = None
    """None when a hook answered on the socket itself."""
    finished: float | None = None


@dataclass(frozen=True)
class Listing:
    """What the catalog says of a document, read from its page."""

    slug: str
    date: str
    title: str
    summary: str
    uploaded: str


Respond = Callable[[Request, Response], Response | None]
Page = Response | bytes | str | None


class SampleSite:
    """Serves the sample archive until the `with` block ends."""

    def __init__(self, root: Path | str = ROOT, port: int = 0, respond: Respond | None = None):
        self.root = Path(root)
        if not (self.root / "document").is_dir():
            raise UsageError(
                f"The sample archive is not in {self.root}. It is part of the source tree: run this from a"
                " checkout of the project, or name the folder that holds `document/`."
            )
        self.respond = respond
        self.robots = "User-agent: *\nAllow: /\n"
        self.log: list[Visit] = []
        self.pages: dict[str, Page] = {}
        """Path (with or without query string) → what to answer instead; None is a 404."""
        self.topics: dict[str, list[str]] = {}
        """Term id of a topic → slugs of its documents."""
        self.topic_names: dict[str, str] = {}
        topics = self.root / "topics.json"
        for ident, topic in json.loads(topics.read_text("utf-8")).items() if topics.is_file() else ():
            self.topics[ident], self.topic_names[ident] = list(topic["documents"]), topic["name"]
        handler = type("Handler", (_Handler,), {"site": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> "SampleSite":
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def serve(self) -> None:
        """Serve in this thread until interrupted."""
        self._server.serve_forever()

    def case(self, kind: str, name: str) -> Response:
        """A fixture as an answer; a name such as `503-maintenance` begins with its status."""
        path = next((self.root / kind / name).glob("input.*"))
        headers = {"Content-Type": MEDIA_TYPES[path.suffix]}
        headers["Last-Modified"] = formatdate(path.stat().st_mtime, usegmt=True)
        status = re.match(r"[45]\d\d(?=-)", name)
        return Response(path.read_bytes(), int(status[0]) if status else 200, headers)

    def answer(self, target: str) -> Response:
        """The normal answer to a path with its query string."""
        parts = urlsplit(target)
        path = unquote(parts.path).rstrip("/") or "/"
        query = dict(parse_qsl(parts.query))
        for key in (target, path):
            if key in self.pages:
                page = self.pages[key]
                if isinstance(page, Response):
                    return page
                return self._not_found() if page is None else Response(_bytes(page))
        if path == "/robots.txt":
            return Response(self.robots.encode(), 200, {"Content-Type": "text/plain"})
        if path == "/":
            return self.case("other", "home")
        if path == "/search":
            return Response(self.catalog(query).encode())
        if found := re.fullmatch(r"/node/(\d+)", path):
            slug = self._nodes().get(found[1])
            return Response(b"", 301, {"Location": f"/document/{slug}"}) if slug else self._not_found()
        file = self._file(path, query)
        if file is None:
            return self._not_found()
        if file.name.startswith("input."):
            return self.case(file.parts[-3], file.parts[-2])
        return Response(file.read_bytes(), 200, {"Content-Type": MEDIA_TYPES[file.suffix]})

    def _file(self, path: str, query: dict[str, str]) -> Path | None:
        """The file that answers a path, inside the sample's folder; None when there is none."""
        names = path.strip("/").split("/")
        if ".." in names or "" in names:
            return None
        if found := re.fullmatch(r"/document/(\d+)/download", path):
            return self._pdf(found[1])
        if found := re.fullmatch(r"/document/(\d+)(\.ris)?|/srv/record/(\d+)\.json", path):
            case = f"{found[1] or found[3]}{'-ris' if found[2] else '-json' if found[3] else ''}"
            return next((self.root / "legacy" / case).glob("input.*"), None)
        if len(names) == 1 and names[0] in LISTS:
            page = query.get("page", "0")
            file = self.root / "list" / (names[0] if page == "0" else f"{names[0]}-page-{page}") / "input.html"
        elif len(names) == 2 and names[0] in FOLDERS:
            file = self.root / FOLDERS[names[0]] / names[1] / "input.html"
        elif path.startswith("/sites/default/files/") and path.endswith(".pdf"):
            file = self.root / "files" / names[-1]
        else:
            return None
        return file if file.is_file() else None

    def _pdf(self, node: str) -> Path | None:
        """A document's download: its folder's download.pdf, else the scan that its page shows."""
        slug = self._nodes().get(node, "")
        own = self.root / "document" / slug / "download.pdf"
        scan = re.search(rb'data="[^"]*/([^"/]+\.pdf)"', self._documents().get(slug, b""))
        shown = self.root / "files" / scan[1].decode() if scan else own
        return next((file for file in (own, shown) if file.is_file()), None)

    def _not_found(self) -> Response:
        folder = self.root / "not-found" / "404-drupal"
        return self.case("not-found", folder.name) if folder.is_dir() else Response(b"Not found", 404)

    def _documents(self) -> dict[str, bytes]:
        """Slug → page of every document that answers 200 now."""
        found = {f.parent.name: f.read_bytes() for f in (self.root / "document").glob("*/input.html")}
        for path, page in self.pages.items():
            if slug := path.removeprefix("/document/") if path.startswith("/document/") else "":
                found.pop(slug, None)
                if isinstance(page, (bytes, str)):
                    found[slug] = _bytes(page)
                elif page and page.status == 200:
                    found[slug] = page.body
        return found

    def _nodes(self) -> dict[str, str]:
        """Node id → slug."""
        found = {slug: re.search(rb"node\\?/(\d+)", body) for slug, body in self._documents().items()}
        return {match[1].decode(): slug for slug, match in found.items() if match}

    def catalog(self, query: dict[str, str]) -> str:
        """A catalog page: newest upload first, ten a page, filtered by a topic or by words."""
        listings = [_listing(slug, body) for slug, body in self._documents().items()]
        if (facet := query.get("f[0]", "")).startswith("topics:"):
            wanted = self.topics.get(facet.removeprefix("topics:"), [])
            listings = [entry for entry in listings if entry.slug in wanted]
        for word in query.get("search_api_fulltext", "").casefold().split():
            listings = [e for e in listings if word in f"{e.title} {e.summary}".casefold()]
        listings.sort(key=lambda e: e.slug)
        listings.sort(key=lambda e: e.uploaded, reverse=True)
        page = int(query["page"]) if query.get("page", "").isdecimal() else 0
        held = {entry.slug for entry in listings}
        counts = {ident: len(held.intersection(slugs)) for ident, slugs in self.topics.items()}
        frame = (self.root / "frame.html").read_text("utf-8")
        return frame.replace("<!-- content -->", _catalog(listings, page, facet, counts, self.topic_names))


@lru_cache(maxsize=1000)
def _listing(slug: str, page: bytes) -> Listing:
    """What the catalog says of a document, from its page (which follows the sample's own template)."""
    main = page.decode("utf-8", "replace").partition("<main")[2]

    def text(pattern: str) -> str:
        found = re.search(pattern, main, re.DOTALL)
        return unescape(" ".join(re.sub(r"<[^>]+>", "", found[1]).split())) if found else ""

    return Listing(
        slug,
        text(r'class="date[^>]*>(.*?)</'),
        text(r"<h1[^>]*>(.*?)</h1>"),
        text(r'class="text-block[^>]*>(.*?)</div>'),
        text(r"Original Uploaded Date.*?(\d{4}-\d\d-\d\d)"),
    )


def _catalog(listings: list[Listing], page: int, facet: str, counts: dict, names: dict[str, str]) -> str:
    """The main part of a catalog page; past the end, one without results."""
    shown = listings[page * PER_PAGE : (page + 1) * PER_PAGE]
    last = max(0, len(listings) - 1) // PER_PAGE
    prefix = f"?f%5B0%5D={facet.replace(':', '%3A')}&amp;fo%5B0%5D={facet.partition(':')[2]}&amp;" if facet else "?"
    rows = "\n".join(
        f'<tr><td class="document"><a href="/document/{entry.slug}">'
        f'<p class="date">{escape(entry.date)}</p><p class="title">{escape(entry.title)}</p>'
        f'<p class="summary">{escape(entry.summary)}</p></a></td></tr>'
        for entry in shown
    )
    results = (
        f'<div class="view-header">Results: {page * PER_PAGE + 1} - {page * PER_PAGE + len(shown)} of'
        f' {len(listings):,}</div>\n<table class="table table-hover table-striped">\n<thead><tr>'
        f'<th scope="col">Document</th></tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table>'
        if shown
        else '<div class="view-empty"><p>There are no results for these filters.</p></div>'
    )
    facets = "\n".join(
        f'<li class="facet-item"><a href="/search?f%5B0%5D=topics%3A{ident}&amp;fo%5B0%5D={ident}"'
        f' rel="nofollow" data-drupal-facet-item-id="topics-{ident}"><span class="facet-item__value">'
        f'{escape(names[ident])}</span> <span class="facet-item__count">({count})</span></a></li>'
        for ident, count in counts.items()
        if count and ident in names
    )
    pager = "\n".join(
        f'<li class="pager__item{" is-active" if number == page else ""}"><a href="{prefix}page={number}"'
        f' title="Go to page {number + 1}">{number + 1}</a></li>'
        for number in range(last + 1)
    )
    return (
        '<h1 class="title">Catalog</h1>\n<div class="row">\n<aside class="col-md-3 facets">\n'
        '<div class="block-facet--links"><h3 class="title">Topics</h3>\n<ul data-drupal-facet-id="topics">\n'
        f'{facets}\n</ul></div>\n</aside>\n<div class="col-md-9 view view-search">\n{results}\n'
        '<nav class="pager" aria-label="Pagination"><ul class="pager__items js-pager__items">\n'
        f"{pager}\n</ul></nav>\n</div>\n</div>"
    )


def _bytes(page: bytes | str) -> bytes:
    return page.encode() if isinstance(page, str) else page


class _Handler(BaseHTTPRequestHandler):
    """Hands requests to the site; adds the log, conditional requests and compression."""

    site: SampleSite
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sample", ""

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        visit = Visit(time.monotonic(), self.command, self.path, headers.get("user-agent", ""), headers)
        self.site.log.append(visit)
        count = sum(1 for seen in self.site.log if seen.path == self.path)
        request = Request(self.command, self.path, headers, count, self.connection)
        response: Response | None = self.site.answer(self.path)
        if response and self.site.respond:
            response = self.site.respond(request, response)
        if response is None:  # the hook has answered on the socket
            self.close_connection = True
        else:
            visit.status = self._send(headers, response)
        visit.finished = time.monotonic()

    do_HEAD = do_GET

    def _send(self, asked: dict[str, str], response: Response) -> int:
        body, status, headers = response.body, response.status, dict(response.headers)
        if status == 200:
            headers.setdefault("ETag", f'"{sha256(body).hexdigest()[:20]}"')
            if _unchanged(asked, headers):
                body, status = b"", 304
        zippable = "gzip" in asked.get("accept-encoding", "") and "Content-Encoding" not in headers
        if zippable and body and headers.get("Content-Type", "").startswith("text/"):
            body = gzip.compress(body, 5, mtime=0)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if status != 304 and "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        return status

    def log_message(self, *_: object) -> None:
        """Nothing on the terminal: the log is `SampleSite.log`."""


def _unchanged(asked: dict[str, str], headers: dict[str, str]) -> bool:
    """Whether a conditional request may be answered with 304; an ETag outranks a date (RFC 9110)."""
    if "if-none-match" in asked:
        return headers["ETag"] in asked["if-none-match"]
    try:
        since = parsedate_to_datetime(asked["if-modified-since"])
        return parsedate_to_datetime(headers["Last-Modified"]) <= since
    except (KeyError, TypeError, ValueError):
        return False


def main() -> None:
    """Serve the sample until Ctrl-C, the address on the first line."""
    parser = argparse.ArgumentParser(prog="python -m harvester.sample_site", description=main.__doc__)
    parser.add_argument("root", nargs="?", default=ROOT, help="folder of the sample (tests/fixtures)")
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    arguments = parser.parse_args()
    try:
        site = SampleSite(arguments.root, arguments.port)
    except HarvesterError as error:
        parser.exit(error.exit_code, f"{error}\n")
    except (OSError, OverflowError) as error:
        parser.exit(1, f"Port {arguments.port} cannot be used: {error}. Try another with --port.\n")
    print(f"The sample archive is at {site.url} (Ctrl-C to stop)", flush=True)
    try:
        site.serve()
    except KeyboardInterrupt:
        print()


if __name__ == "__main__":
    main()
