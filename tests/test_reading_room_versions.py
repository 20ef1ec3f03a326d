"""The kit under the Datasette that is installed and, where there is one, under a 1.0 alpha.

`make test` makes `.venv-datasette-1` for the latter; it holds only Datasette and nh3, as a published copy
would, which also shows that the kit needs no harvester.
"""

import json
import os
import re
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest
from lxml import html
from reading_room_archive import PDF, ROSHCHIN, build
from reading_room_server import served

ROOT = Path(__file__).resolve().parent.parent
ALPHA = Path(os.environ.get("DATASETTE_1_PYTHON", ROOT / ".venv-datasette-1/bin/python"))


@pytest.fixture(scope="module", params=["installed", "1.0 alpha"])
def address(request, tmp_path_factory):
    python = sys.executable
    if request.param == "1.0 alpha":
        if not ALPHA.exists():
            pytest.skip(f"no Datasette 1.0 alpha at {ALPHA}: `make .venv-datasette-1/.done` installs one")
        python = str(ALPHA)
    output = build(tmp_path_factory.mktemp("versions"))
    with served(output, python=python) as address:
        yield address


def get(address, path):
    with urllib.request.urlopen(address + path, timeout=30) as response:
        return response.headers, response.read()


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("/", "Documents of the Cold War"),
        ("/-/search?q=Roshchin", "1 document"),
        ("/-/search?q=%E6%AF%9B%E6%B3%BD%E4%B8%9C", "found in the Chinese text"),
        (f"/wilson/documents/{ROSHCHIN}", "Leon Levy Foundation"),
        ("/wilson/people/mao-zedong", "1893–1976"),
        ("/-/places", "<circle"),
        ("/-/upkeep", "How well the fields are filled"),
        ("/-/feed.atom", "<entry>"),
        (f"/-/cite/{ROSHCHIN}.ris", "TY  - MANSCPT"),
        ("/wilson", "citation_people"),
        ("/wilson/documents", "which printed footnotes cite"),
        ("/wilson/captures/1", "sha256"),
        ("/wilson?sql=select+count(*)+from+documents", "count(*)"),
    ],
)
def test_pages(address, path, wanted):
    headers, body = get(address, path)
    assert wanted in body.decode()
    assert "'unsafe-inline'" not in re.search(r"script-src[^;]*", headers["content-security-policy"])[0]


def test_facets_labels_and_sort_orders_are_known(address):
    _, body = get(address, "/wilson/documents.json?_extra=facet_results&_shape=objects&_facet_array=topics")
    answer = json.loads(body)
    facets = answer["facet_results"].get("results", answer["facet_results"])
    assert {"people", "places", "languages", "classification"} <= {f["name"] for f in facets.values()}
    assert answer["rows"][0]["date_earliest"] == "1997-04-23"
    assert len(answer["rows"]) == 6


def test_every_script_of_a_datasette_page_may_run(address):
    for path in ("/wilson", "/wilson/documents", "/wilson?sql=select+1"):
        headers, body = get(address, path)
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", headers["content-security-policy"]))
        page = html.fromstring(body)
        assert {script.get("nonce") for script in page.xpath("//script")} == {nonce}
        assert page.xpath("//*[@onclick]") == []


def test_scans_come_from_the_output_directory(address):
    _, page = get(address, f"/wilson/documents/{ROSHCHIN}?beside=scan")
    assert get(address, html.fromstring(page).xpath("//iframe/@src")[0])[1] == PDF


def test_no_paths_and_no_locations(address):
    for path in ("/-/databases.json", "/wilson/captures.json?_shape=array", "/wilson/files.json?_shape=array"):
        _, body = get(address, path)
        assert b"/home/someone" not in body
        assert b".db" not in body


def test_settings_are_taken_up(address):
    _, body = get(address, "/-/settings.json")
    assert json.loads(body)["sql_time_limit_ms"] == 3000


def test_the_kit_imports_nothing_but_datasette_and_the_standard_library():
    code = "import ast, pathlib, sys\n" + (
        "found = set()\n"
        "for path in pathlib.Path(sys.argv[1]).rglob('*.py'):\n"
        "    for node in ast.walk(ast.parse(path.read_text())):\n"
        "        if isinstance(node, ast.Import): found |= {name.name.split('.')[0] for name in node.names}\n"
        "        if isinstance(node, ast.ImportFrom) and not node.level: found.add(node.module.split('.')[0])\n"
        "print(*sorted(found - set(sys.stdlib_module_names)))"
    )
    plugin = ROOT / "harvester/reading_room/plugin"
    answer = subprocess.run([sys.executable, "-c", code, plugin], capture_output=True, text=True, check=True)
    assert answer.stdout.split() == ["datasette", "jinja2", "markupsafe", "nh3"]
