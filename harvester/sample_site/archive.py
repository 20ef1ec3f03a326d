"""The sample archive as the live site would answer: path in, response out. Reads files, knows no network."""

import json
import re
from dataclasses import dataclass, field
from email.utils import formatdate
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from harvester.exceptions import UsageError
from harvester.sample_site.catalog import Facet, content, listing

ROOT = Path(__file__).resolve().parents[2] / "tests" / "fixtures"
HTML = "text/html; charset=UTF-8"
_MEDIA_TYPES = {".html": HTML, ".pdf": "application/pdf", ".json": "application/json",
                ".ris": "application/x-research-info-systems"}  # fmt: skip
_FOLDERS = {"document": "document", "people": "person", "places": "place", "topics": "topic", "essays": "other"}
_FILES = "/sites/default/files/"


@dataclass
class Response:
    """An answer, before conditional requests and compression are considered."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": HTML})


Page = Response | bytes | str | None


class Archive:
    """The pages under a folder such as tests/fixtures; a new folder is served and listed without code."""

    def __init__(self, root: Path | str = ROOT):
        self.root = Path(root)
        if not (self.root / "frame.html").is_file():
            raise UsageError(
                f"The sample archive is not in {self.root}. It is part of the source tree: run this from a"
                " checkout of the project."
            )
        self.robots = "User-agent: *\nAllow: /\n"
        self.pages: dict[str, Page] = {}
        """Path (with or without query string) → what to answer instead; None is a 404."""
        file = self.root / "topics.json"
        topics = json.loads(file.read_text("utf-8")) if file.is_file() else {}
        self.topics: dict[str, list[str]] = {ident: topic["documents"] for ident, topic in topics.items()}
        """Term id of a topic → slugs of its documents."""
        self.topic_names: dict[str, str] = {ident: topic["name"] for ident, topic in topics.items()}

    def answer(self, target: str) -> Response:
        """The normal answer to a path with its query string."""
        parts = urlsplit(target)
        path = unquote(parts.path).rstrip("/") or "/"
        query = dict(parse_qsl(parts.query))
        for key in (target, path):
            if key in self.pages:
                return self._response(self.pages[key])
        if path == "/robots.txt":
            return Response(self.robots.encode(), 200, {"Content-Type": "text/plain"})
        if path == "/search":
            return Response(self.catalog(query))
        if found := re.fullmatch(r"/node/(\d+)", path):
            slug = self._nodes().get(found[1])
            return Response(b"", 301, {"Location": f"/document/{slug}"}) if slug else self._response(None)
        file = self._file(path, query.get("page", "0"))
        if file is None or not file.is_file():
            return self._response(None)
        if file.stem == "input":
            return self.case(file.parts[-3], file.parts[-2])
        return Response(file.read_bytes(), 200, {"Content-Type": _MEDIA_TYPES[file.suffix]})

    def case(self, kind: str, name: str) -> Response:
        """A fixture as an answer; a name such as `503-maintenance` begins with its status."""
        path = next((self.root / kind / name).glob("input.*"))
        headers = {"Content-Type": _MEDIA_TYPES[path.suffix]}
        headers["Last-Modified"] = formatdate(path.stat().st_mtime, usegmt=True)
        status = re.match(r"[45]\d\d(?=-)", name)
        return Response(path.read_bytes(), int(status[0]) if status else 200, headers)

    def catalog(self, query: dict[str, str]) -> bytes:
        """A catalog page: newest upload first, ten a page, filtered by a topic or by words."""
        listings = [listing(slug, body) for slug, body in self._documents().items()]
        topic = query.get("f[0]", "").removeprefix("topics:") or None
        if topic:
            listings = [entry for entry in listings if entry.slug in self.topics.get(topic, [])]
        for word in query.get("search_api_fulltext", "").casefold().split():
            listings = [e for e in listings if word in f"{e.title} {e.summary}".casefold()]
        listings.sort(key=lambda entry: entry.slug)
        listings.sort(key=lambda entry: entry.uploaded, reverse=True)
        held = {entry.slug for entry in listings}
        counts = {ident: len(held.intersection(slugs)) for ident, slugs in self.topics.items()}
        facets = [Facet(i, self.topic_names.get(i, i), count) for i, count in counts.items() if count]
        page = int(query["page"]) if query.get("page", "").isdecimal() else 0
        frame = (self.root / "frame.html").read_text("utf-8")
        return frame.replace("<!-- content -->", content(listings, page, topic, facets)).encode()

    def _response(self, page: Page) -> Response:
        if isinstance(page, Response):
            return page
        return self.case("not-found", "404-drupal") if page is None else Response(_bytes(page))

    def _file(self, path: str, page: str) -> Path | None:
        """The file that answers a path, inside the sample's folder."""
        names = path.strip("/").split("/")
        if ".." in names or not page.isdecimal():
            return None
        if path == "/":
            return self.root / "other" / "home" / "input.html"
        if found := re.fullmatch(r"/document/(\d+)/download", path):
            return self._pdf(found[1])
        if found := re.fullmatch(r"/document/(\d+)(\.ris)?|/srv/record/(\d+)\.json", path):
            case = f"{found[1] or found[3]}{'-ris' if found[2] else '-json' if found[3] else ''}"
            return next((self.root / "legacy" / case).glob("input.*"), None)
        if path in ("/people", "/places", "/topics"):
            return self.root / "list" / (names[0] + (f"-page-{page}" if int(page) else "")) / "input.html"
        if len(names) == 2 and names[0] in _FOLDERS:
            return self.root / _FOLDERS[names[0]] / names[1] / "input.html"
        return self.root / "files" / names[-1] if path.startswith(_FILES) and path.endswith(".pdf") else None

    def _pdf(self, node: str) -> Path | None:
        """A document's download: its folder's download.pdf, else the scan that its page shows."""
        slug = self._nodes().get(node, "")
        scan = re.search(rb'data="[^"]*/([^"/]+\.pdf)"', self._documents().get(slug, b""))
        own = self.root / "document" / slug / "download.pdf"
        return own if own.is_file() or not scan else self.root / "files" / scan[1].decode()

    def _documents(self) -> dict[str, bytes]:
        """Slug → page of every document that answers 200 now."""
        found = {file.parent.name: file.read_bytes() for file in self.root.glob("document/*/input.html")}
        for path, page in self.pages.items():
            if path.startswith("/document/") and path.count("/") == 2:
                slug, response = path.removeprefix("/document/"), self._response(page)
                found.pop(slug, None)
                if response.status == 200:
                    found[slug] = response.body
        return found

    def _nodes(self) -> dict[str, str]:
        """Node id → slug."""
        found = {slug: re.search(rb'"node\\?/(\d+)"', body) for slug, body in self._documents().items()}
        return {match[1].decode(): slug for slug, match in found.items() if match}


def _bytes(page: bytes | str) -> bytes:
    return page.encode() if isinstance(page, str) else page
