"""A server's bad days: answers that are late, cut, broken, refused or not what was asked for.

`Faults(site, share, seed)` is a `respond` hook of the sample site that spoils a share of all answers, at random
by its seed. `served` has every path that came whole, with the document's own bytes.
"""

import gzip
import random
import socket
import struct
import time
from collections import Counter
from email.utils import formatdate

from harvester.sample_site import Request, Response, SampleSite

HTML = {"Content-Type": "text/html; charset=UTF-8"}


class Faults:
    """Spoils `share` of the answers with one of `kinds`; `only` narrows it to some paths."""

    def __init__(self, site: SampleSite, share: float = 0.3, seed: int = 0, kinds: tuple[str, ...] = ()) -> None:
        self.site, self.share = site, share
        self.kinds = kinds or KINDS
        self.random = random.Random(seed)
        self.given: Counter[str] = Counter()
        self.served: Counter[str] = Counter()
        self.paths = ""
        """When given, only paths that contain it are spoiled."""
        site.respond = self

    def __call__(self, request: Request, response: Response) -> Response | None:
        if self.random.random() >= self.share or self.paths not in request.path:
            self.served[request.path] += 1
            return response
        kind = self.random.choice(self.kinds)
        self.given[kind] += 1
        return getattr(self, kind)(request, response)

    # -- faults of the connection ------------------------------------------------------------

    def reset(self, request: Request, response: Response) -> None:
        """The connection is reset before a byte is sent."""
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.connection.close()

    def reset_midway(self, request: Request, response: Response) -> None:
        """The connection is reset in the middle of the body."""
        self._send(request, response.body[: len(response.body) // 2], len(response.body))
        time.sleep(0.02)
        self.reset(request, response)

    def truncated(self, request: Request, response: Response) -> None:
        """Half of the body that was announced."""
        self._send(request, response.body[: len(response.body) // 2], len(response.body))

    def unannounced(self, request: Request, response: Response) -> None:
        """Half of the body, with no length announced: the connection's end is the body's."""
        self._send(request, response.body[: len(response.body) // 2], None)

    def drip(self, request: Request, response: Response) -> None:
        """A byte now and then, for longer than anybody should wait."""
        self._send(request, b"", len(response.body))
        for number in range(60):
            request.connection.sendall(response.body[number : number + 1])
            time.sleep(0.1)

    def silence(self, request: Request, response: Response) -> None:
        """No answer for longer than anybody should wait."""
        time.sleep(6)

    def headers(self, request: Request, response: Response) -> None:
        """Headers without end."""
        request.connection.sendall(b"HTTP/1.1 200 OK\r\n")
        for number in range(20_000):
            request.connection.sendall(b"X-%d: %s\r\n" % (number, b"a" * 1000))

    def endless(self, request: Request, response: Response) -> None:
        """A body without end."""
        self._send(request, b"<html>", None)
        while True:
            request.connection.sendall(b"<p>" * 100_000)

    # -- faults of the answer ----------------------------------------------------------------

    def short(self, request: Request, response: Response) -> Response:
        """Half of the body, announced as if it were all."""
        return Response(response.body[: len(response.body) // 2], 200, dict(HTML))

    def empty(self, request: Request, response: Response) -> Response:
        """No body at all."""
        return Response(b"", 200, dict(HTML))

    def bare(self, request: Request, response: Response) -> Response:
        """A page with nothing on it."""
        return Response(b"<html><body></body></html>", 200, dict(HTML))

    def bad_gzip(self, request: Request, response: Response) -> Response:
        """Compressed data with a flipped byte in the middle."""
        packed = bytearray(gzip.compress(response.body or b"x" * 1000))
        packed[len(packed) // 2] ^= 0xFF
        return Response(bytes(packed), 200, HTML | {"Content-Encoding": "gzip"})

    def cut_gzip(self, request: Request, response: Response) -> Response:
        """Compressed data that ends in the middle, announced as if it were all."""
        packed = gzip.compress(response.body or b"x" * 1000)
        return Response(packed[: len(packed) * 2 // 3], 200, HTML | {"Content-Encoding": "gzip"})

    def no_gzip(self, request: Request, response: Response) -> Response:
        """Bytes that were never compressed data, and say they are."""
        return Response(b"\x1f\x8b\x08\x00garbage" * 9, 200, HTML | {"Content-Encoding": "gzip"})

    def bomb(self, request: Request, response: Response) -> Response:
        """A body that inflates to 64 MB."""
        return Response(_BOMB, 200, HTML | {"Content-Encoding": "gzip"})

    def failing(self, request: Request, response: Response) -> Response:
        """A server's own error."""
        return Response(b"<html><body>Sorry</body></html>", self.random.choice([500, 502, 504]), dict(HTML))

    def busy(self, request: Request, response: Response) -> Response:
        """503, with a wait in seconds or as a date."""
        return Response(b"Busy", 503, HTML | {"Retry-After": self.random.choice(["1", formatdate(usegmt=True)])})

    def too_many(self, request: Request, response: Response) -> Response:
        """429, with and without a wait."""
        return Response(b"Slow down", 429, HTML | self.random.choice([{}, {"Retry-After": "0"}]))

    def challenge(self, request: Request, response: Response) -> Response:
        """The bot protection's page, with whatever status."""
        page = self.site.case("challenge", "interstitial")
        return Response(page.body, self.random.choice([200, 403, 429]), dict(HTML))

    def _send(self, request: Request, body: bytes, length: int | None) -> None:
        announced = "" if length is None else f"Content-Length: {length}\r\n"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=UTF-8\r\n{announced}Connection: close\r\n\r\n"
        request.connection.sendall(head.encode() + body)


KINDS = (
    "reset", "reset_midway", "truncated", "unannounced", "short", "empty", "bare", "bad_gzip", "cut_gzip", "no_gzip",
    "failing", "busy", "too_many", "challenge",
)  # fmt: skip
_BOMB = gzip.compress(bytes(64 * 1024 * 1024))
