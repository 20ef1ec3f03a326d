"""The bare limit: unpack every page and parse its HTML once, on one core, and nothing else.

`python -m benchmarks.limit FILE` prints the seconds of wall and CPU time, without the start of Python.
"""

import json
import sys
import tarfile
import time
import zlib
from collections.abc import Iterator
from pathlib import Path

import zstandard
from lxml import etree


def mirror(path: Path) -> Iterator[bytes]:
    """The members of a tar.zst."""
    with zstandard.open(path, "rb") as stream, tarfile.open(fileobj=stream, mode="r|") as tar:
        for member in tar:
            if file := tar.extractfile(member):
                yield file.read()


def warc(path: Path) -> Iterator[bytes]:
    """The bodies of a WARC file's responses, one gzip member each."""
    with open(path, "rb") as stream:
        left = b""
        while chunk := left or stream.read(1 << 20):
            inflate, parts = zlib.decompressobj(31), []
            while True:
                parts.append(inflate.decompress(chunk))
                if inflate.eof or not (chunk := stream.read(1 << 16)):
                    break
            left = inflate.unused_data
            head, _, rest = b"".join(parts).partition(b"\r\n\r\n")
            if b"application/http" in head:
                yield rest.partition(b"\r\n\r\n")[2]


def read(path: Path) -> int:
    """Parse every page of a file; returns how many there were."""
    parser = etree.HTMLParser(encoding="utf-8")
    pages = 0
    for body in (warc if path.suffix == ".gz" else mirror)(path):
        pages += etree.HTML(body, parser) is not None
    return pages


if __name__ == "__main__":
    wall, cpu = time.perf_counter(), time.process_time()
    pages = read(Path(sys.argv[1]))
    print(json.dumps({"pages": pages, "wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu}))
