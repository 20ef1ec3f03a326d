"""A reading room as a process of its own, as `scrapy browse` starts it, and a client that tells each answer's time."""

import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.measure import ROOT


class Client:
    """One reader: asks one thing at a time, over one connection."""

    def __init__(self, port: int) -> None:
        self._connection = HTTPConnection("127.0.0.1", port, timeout=60)

    def seconds(self, path: str, arguments: object = ()) -> float:
        """Until the whole of an answer is there; raises RuntimeError when it is not a good one."""
        target = f"{path}?{urlencode(arguments)}" if arguments else path  # type: ignore[arg-type]
        started = time.perf_counter()
        self._connection.request("GET", target)
        answer = self._connection.getresponse()
        body = answer.read()
        taken = time.perf_counter() - started
        if answer.status != 200 or b"took too long" in body:
            raise RuntimeError(f"{target}: {answer.status}\n{body[:500].decode('utf-8', 'replace')}")
        return taken


@contextmanager
def room(output: Path) -> Iterator[Client]:
    """The reading room of an output directory, until the block ends."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--no-open", "--port", str(port), "-s", f"HARVEST_OUTPUT={output}"]
    with subprocess.Popen(
        [sys.executable, "-m", "scrapy", "browse", *options], cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as server:
        assert server.stdout
        try:
            if "is open" not in server.stdout.readline():
                raise RuntimeError("`scrapy browse` did not start")
            yield Client(port)
        finally:
            server.terminate()
            server.communicate()
