"""HTTP around the sample archive: a log, conditional requests, compression, and a hook for faults."""

import gzip
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socket import socket
from threading import Thread

from harvester.sample_site.archive import ROOT, Archive, Response


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
    """When the answer was ready to leave; set before the client can have it."""


Respond = Callable[[Request, Response], Response | None]


class SampleSite(Archive):
    """Serves the sample archive until the `with` block ends.

    `respond` may return the normal response, another one, or None after acting on the socket itself.
    """

    def __init__(self, root: Path | str = ROOT, port: int = 0, respond: Respond | None = None):
        super().__init__(root)
        self.respond = respond
        self.log: list[Visit] = []
        self._counts: Counter[str] = Counter()
        self._server = _Server(("127.0.0.1", port), type("Handler", (_Handler,), {"site": self}))
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

    def visit(self, request: Request, visit: Visit) -> Response | None:
        """Log a request and find the answer to it; None when a hook has given it."""
        self.log.append(visit)
        self._counts[request.path] += 1
        request.count = self._counts[request.path]
        response = self.answer(request.path)
        return self.respond(request, response) if self.respond else response


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no error; anything else is one of the hook or of ours."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # type: ignore[arg-type]


class _Handler(BaseHTTPRequestHandler):
    site: SampleSite
    protocol_version = "HTTP/1.1"
    server_version, sys_version = "sample", ""
    wbufsize = -1  # head and body in one packet
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        visit = Visit(time.monotonic(), self.command, self.path, headers.get("user-agent", ""), headers)
        request = Request(self.command, self.path, headers, 0, self.connection)
        response = self.site.visit(request, visit)
        if response:
            self._send(response, visit)
        else:
            self.close_connection = True
            visit.finished = time.monotonic()

    do_HEAD = do_GET

    def _send(self, response: Response, visit: Visit) -> None:
        body, status, headers = response.body, response.status, dict(response.headers)
        asked = visit.headers
        if status == 200:
            headers.setdefault("ETag", f'"{sha256(body).hexdigest()[:20]}"')
            if _unchanged(asked, headers):
                body, status = b"", 304
        zippable = "gzip" in asked.get("accept-encoding", "") and "Content-Encoding" not in headers
        if body and zippable and headers.get("Content-Type", "").startswith("text/"):
            body = gzip.compress(body, 5, mtime=0)
            headers |= {"Content-Encoding": "gzip", "Vary": "Accept-Encoding"}
        if status != 304:
            headers.setdefault("Content-Length", str(len(body)))
        visit.status, visit.finished = status, time.monotonic()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

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
