"""A Wayback Machine on loopback: an index with pages and resume keys, captures as they came, and its moods."""

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha1
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import parse_qs, urlsplit

FIELDS = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length")


@dataclass
class Archived:
    """One capture the service holds."""

    timestamp: str
    original: str
    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    media_type: str = "text/html; charset=utf-8"
    listed_status: str | None = None
    """What the index says, where it differs: `-` for a revisit."""
    listed_timestamp: str | None = None
    bare: bool = False
    """Whether it is served without the headers that mark a capture."""

    @property
    def urlkey(self) -> str:
        return self.original.partition("//")[2].lower().replace(":80/", "/").removeprefix("www.")

    def row(self) -> dict[str, str]:
        return {
            "urlkey": self.urlkey,
            "timestamp": self.listed_timestamp or self.timestamp,
            "original": self.original,
            "mimetype": self.media_type.partition(";")[0],
            "statuscode": self.listed_status or str(self.status),
            "digest": sha1(self.body).hexdigest()[:32].upper() if self.body else "-",
            "length": str(len(self.body)),
        }


class Wayback:
    """Serves `captures` until the `with` block ends."""

    def __init__(self, captures: list[Archived] | None = None) -> None:
        self.captures = captures or []
        self.requests: list[tuple[float, str]] = []
        """When, and for what."""
        self.waits: list[tuple[float, float]] = []
        """When a pause was asked for, and for how many seconds."""
        self.moods: dict[str, list[tuple[int, dict[str, str]]]] = {}
        """Part of an address → answers to give first, before the proper one."""
        self.knows_stars = True
        self.digests = True
        """Whether the index tells captures apart by their bytes."""
        self.empty_pages = False
        """Whether every page of the index is followed by an empty one with a resume key."""
        self.cut: Counter[str] = Counter()
        """Part of an address → how often its body is cut short on its way."""

    def __enter__(self) -> "Wayback":
        service = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                service.answer(self)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, kind: type | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self.server.shutdown()
        self.server.server_close()

    def asked(self, part: str) -> list[str]:
        """The requests whose address holds `part`, in order."""
        return [path for _, path in self.requests if part in path]

    def broken_pauses(self) -> list[tuple[float, str]]:
        """Requests that came before a pause that was asked for had passed."""
        return [(at, path) for at, path in self.requests for since, wait in self.waits if since < at < since + wait]

    def answer(self, handler: BaseHTTPRequestHandler) -> None:
        path = handler.path
        self.requests.append((time.monotonic(), path))
        for part, answers in self.moods.items():
            if part in path and answers:
                status, headers = answers.pop(0)
                self.waits.append((time.monotonic(), float(headers.get("Retry-After", 0))))
                send(handler, status, b"<html><h1>Too Many Requests</h1></html>", headers)
                return
        if path.startswith("/cdx/search/cdx"):
            send(handler, 200, self.index(path).encode(), {"Content-Type": "application/json"})
        elif path.startswith("/web/"):
            self.play(handler, path)
        else:
            send(handler, 404, b"", {})

    def index(self, path: str) -> str:
        asked = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
        starred = asked["url"].endswith("*") and self.knows_stars
        prefix = asked["url"].removesuffix("*") if starred or "matchType" in asked else asked["url"] + "\n"
        rows = sorted(
            (c.row() for c in self.captures if c.urlkey.startswith(prefix)),
            key=lambda row: (row["urlkey"], row["timestamp"]),
        )
        begin, end = asked.get("from", "").ljust(14, "0"), asked.get("to", "").ljust(14, "9")
        rows = [row for row in rows if begin <= row["timestamp"] <= end]
        key = asked.get("resumeKey", "0")
        at, empty = int(key.strip("e")), key.endswith("e")
        size = 0 if empty else int(asked["limit"])
        names = asked.get("fl", ",".join(FIELDS)).split(",")
        page = [[row[name] for name in names] for row in rows[at : at + size]]
        if not self.digests:
            page = [
                ["SAME" if name == "digest" else cell for name, cell in zip(names, row, strict=True)] for row in page
            ]
        following = f"{at + size}e" if self.empty_pages and not empty else str(at + size)
        more = at + size < len(rows) or following.endswith("e")
        return json.dumps(([names] if page else []) + page + ([[], [following]] if more else []))

    def play(self, handler: BaseHTTPRequestHandler, path: str) -> None:
        timestamp, _, original = path.removeprefix("/web/").partition("id_/")
        same = [c for c in self.captures if c.original == original]
        found = next((c for c in same if c.timestamp == timestamp), None)
        if found is None and same:
            near = min(same, key=lambda c: abs(int(c.timestamp) - int(timestamp)))
            send(handler, 302, b"", {"Location": f"{self.url}/web/{near.timestamp}id_/{near.original}"})
        elif found is None:
            send(handler, 404, b"<html><body>The Wayback Machine has not archived that URL.</body></html>", {})
        else:
            own = {f"x-archive-orig-{name}": value for name, value in found.headers.items()}
            headers = {"Content-Type": found.media_type}
            headers |= {} if found.bare else {"Memento-Datetime": found.timestamp} | own
            if "Location" in found.headers:
                headers["Location"] = f"{self.url}/web/{found.timestamp}id_/{found.headers['Location']}"
            part = next((part for part in self.cut if part in path and self.cut[part] > 0), None)
            if part:
                self.cut[part] -= 1
            send(handler, found.status, found.body, headers, cut=part is not None)


def send(
    handler: BaseHTTPRequestHandler, status: int, body: bytes, headers: dict[str, str], *, cut: bool = False
) -> None:
    handler.send_response(status)
    for name, value in ({"Content-Type": "text/html"} | headers).items():
        handler.send_header(name, value)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body[: len(body) // 2] if cut else body)
    handler.close_connection = cut
