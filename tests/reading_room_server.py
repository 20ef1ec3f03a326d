"""Datasette on an archive, for tests: within this process, or as a server of its own."""

import asyncio
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from datasette.app import Datasette

from harvester.reading_room import kit


class Reader:
    """Asks one Datasette within this process, which is quick."""

    def __init__(self, output: Path, **settings) -> None:
        kit.install(output)
        given = {"settings": settings} if settings else {}
        self.datasette = Datasette([], config_dir=output, **given)

    def get(self, path: str, method: str = "GET", **options):
        """The response, redirects not followed."""
        return asyncio.run(self.datasette.client.request(method, path, **options))


@contextmanager
def served(output: Path, *options: str, python: str = sys.executable) -> Iterator[str]:
    """The address of a `datasette OUTPUT` of its own, as a user would start it."""
    kit.install(output)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [python, "-m", "datasette", "serve", str(output), "--host", "127.0.0.1", "--port", str(port)]
    log = output / "datasette.log"
    with log.open("wb") as out, subprocess.Popen([*command, *options], stdout=out, stderr=out) as server:
        try:
            address = f"http://127.0.0.1:{port}"
            for _ in range(300):
                if server.poll() is not None:
                    raise RuntimeError(log.read_text())
                try:
                    urllib.request.urlopen(f"{address}/-/versions.json", timeout=5).close()
                    break
                except (urllib.error.URLError, ConnectionError):
                    time.sleep(0.1)
            yield address
        finally:
            server.terminate()
            server.wait(10)
