"""Golden cases: what must be read from each page under tests/fixtures, field by field.

A case without expected.json gets one and fails: read it, correct the code or the page, and commit it.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest

from harvester import pages, urls
from harvester.capture import Capture
from harvester.sample_site import Archive

ARCHIVE = Archive()
CASES = sorted(f"{path.parent.parent.name}/{path.parent.name}" for path in ARCHIVE.root.glob("*/*/input.*"))
FOLDERS = {"document": "document", "person": "people", "place": "places", "topic": "topics"}
CATALOG = {
    "first": "page=0",
    "last": "page=3",
    "past-the-end": "page=4",
    "separate-cells": "page=1",
    "topic": "f[0]=topics:87160&fo[0]=87160",
}


def address(kind: str, name: str) -> str:
    """The address a case was captured at; what is no page stands in for a document."""
    ident, _, form = name.partition("-")
    paths = {
        "list": f"/{ident}" + (f"?page={name[-1]}" if form else ""),
        "catalog": f"/search?{CATALOG.get(name)}",
        "legacy": f"/srv/record/{ident}.json" if form == "json" else f"/document/{ident}" + form.replace("ris", ".ris"),
        "other": "/" if name == "home" else f"/essays/{name}",
    }
    return urls.SITE + paths.get(kind, f"/{FOLDERS.get(kind, 'document')}/{name}")


def capture(case: str) -> Capture:
    """The case as the site would have served it."""
    kind, name = case.split("/")
    answer = ARCHIVE.case(kind, name)
    return Capture(
        url=address(kind, name),
        body=answer.body,
        source="live",
        fetched_at="2025-10-07T12:40:14Z",
        status=answer.status,
        media_type=answer.headers["Content-Type"],
    )


def read(case: str) -> dict[str, Any]:
    """What the code reads from a case: the kind of page and every field that holds something."""
    page = pages.read(capture(case), witness=False)
    fields = {field: value for field, value in asdict(page).items() if value not in (None, [], {}, "")}
    return json.loads(json.dumps({"is": type(page).__name__} | fields))


def expected(case: str) -> dict[str, Any]:
    """The case's expectation; writes a missing one and fails."""
    path: Path = ARCHIVE.root / case / "expected.json"
    if not path.is_file():
        path.write_text(json.dumps(read(case), indent=1, ensure_ascii=False) + "\n", "utf-8")
        pytest.fail(f"{path.relative_to(ARCHIVE.root.parent)} was missing and has been written: review and commit it.")
    return json.loads(path.read_text("utf-8"))


@pytest.mark.parametrize("case", CASES)
def test_page(case: str) -> None:
    want, got = expected(case), read(case)
    different = {field: (want.get(field), got.get(field)) for field in want | got if want.get(field) != got.get(field)}
    assert not different
    assert list(want) == list(got), "fields in another order: harmless, but write the file anew"


def test_a_missing_expectation_is_written_and_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = tmp_path / "empty" / "nothing"
    copy.mkdir(parents=True)
    (copy / "input.html").write_bytes(b"")
    monkeypatch.setattr(ARCHIVE, "root", tmp_path)
    with pytest.raises(pytest.fail.Exception, match="review"):
        test_page("empty/nothing")
    test_page("empty/nothing")
    (copy / "input.html").write_bytes(b"<p>Not empty</p>" * 50)
    with pytest.raises(AssertionError):
        test_page("empty/nothing")
