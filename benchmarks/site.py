"""The live site of the benchmarks: `python -m benchmarks.site COUNT` serves so many documents until it is ended.

The first line on its standard output is its address. `/-/asked` lists what was asked for since it was asked last.
"""

import gzip
import json
import sys
import tempfile
from pathlib import Path

from benchmarks import pages
from harvester.sample_site.archive import HTML, ROOT, Response
from harvester.sample_site.server import Request, SampleSite

ASKED = "/-/asked"


def _response(body: bytes) -> Response:
    """Compressed beforehand, so that the server costs next to nothing while the clock runs."""
    return Response(gzip.compress(body, 5, mtime=0), headers={"Content-Type": HTML, "Content-Encoding": "gzip"})


def site(count: int, root: Path) -> SampleSite:
    """A site with so many documents of 30 to 80 KB, their catalog, and nothing else; `root` is an empty folder."""
    for name in ("frame.html", "not-found"):
        (root / name).symlink_to(ROOT / name)
    paths: list[str] = []

    def respond(request: Request, response: Response) -> Response:
        if request.path == ASKED:
            answer = Response(json.dumps(paths).encode(), headers={"Content-Type": "application/json"})
            paths.clear()
            return answer
        paths.append(request.path)
        return response

    made = SampleSite(root, respond=respond)
    for number in range(count):
        page = pages.page(number)
        made.pages[f"/document/{page.slug}"] = page.body
    # The catalog reads every document's page: this too is done once.
    catalog = {f"/search?page={number}": made.catalog({"page": str(number)}) for number in range(count // 10 + 1)}
    made.pages |= {path: _response(page) for path, page in catalog.items()}
    for path, body in made.pages.items():
        if isinstance(body, bytes):
            made.pages[path] = _response(body)
    made.pages[ASKED] = b""
    return made


def main() -> None:
    """Serve until ended."""
    with tempfile.TemporaryDirectory() as root:
        served = site(int(sys.argv[1]), Path(root))
        print(served.url, flush=True)
        served.serve()


if __name__ == "__main__":
    main()
