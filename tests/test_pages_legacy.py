"""Records of the site before 2022: page, RIS and JSON say the same. The facts are those of four real records."""
# ruff: noqa: E501 (markup reads better on one line)

import json

import pytest

from harvester import pages
from harvester.capture import Capture
from harvester.pages.model import DocumentPage, LegacyPage, NotAPage

SITE = "https://digitalarchive.wilsoncenter.org"
TITLE = "TASS Digest Distributed to Cde. I.V. Stalin and Cde. C.M. Molotov, 'The Anti-Soviet Fabrications of a Mexican Newspaper; Etc.'"
SUMMARY = "Summary of news reports from Mexico, Sweden, Canada, and Great Britain, most on Stalin's alleged illness."
SOURCE = "RGASPI, f. 558, op. 11, d. 97, ll. 67-70. Contributed by Sergey Radchenko and translated by Gary Goldberg."


def read(path: str, body: str, status: int = 200) -> pages.Page:
    return pages.read(Capture(SITE + path, body.encode(), "wayback", "2019-01-01T00:00:00Z", status))


def legacy(path: str, body: str) -> LegacyPage:
    page = read(path, body)
    assert isinstance(page, LegacyPage), page
    return page


def html(labels: str, subjects: str = "", rest: str = "", head: str = "") -> str:
    return f"""<html><head><title>{TITLE} | Wilson Center Digital Archive</title>{head}</head><body>
<div id="header"><h2>Digital Archive</h2><p class="description">International History Declassified</p></div>
<div><div class="top"><h3 class="date">October 16, 1945</h3><h2 class="title">{TITLE}</h2><p class="description">{SUMMARY}</p></div>
<div class="doc-inf-information">{labels}</div><ul id="subj-list">{subjects}</ul>{rest}</div>
<div><h3 class="date">May 1, 1950</h3><h2 class="title">Another</h2></div></body></html>"""


@pytest.mark.parametrize(
    "labels",
    [
        "<h4>Creator</h4><p>Telegraph Agency of the Soviet Union (TASS)</p><h4>Source:</h4><p>{}</p><h4>Language</h4><p>Russian</p><h4>Type</h4><p>Report</p><h4>Record ID</h4><p>134696</p>",
        "<h4>Creators</h4><ul><li>Telegraph Agency of the Soviet Union (TASS)</li></ul><h4>Source</h4>{}<h4>Languages</h4><ul><li><a href='/x'>Russian</a></li></ul><h4>Type</h4><span>Report</span>",
        "<div><h4>Author(s)</h4><div>Telegraph Agency of the Soviet Union (TASS)</div></div><div><h4> Source </h4><div><p>{}</p></div></div><h4>Language</h4><p>Russian</p><h4>Type</h4><p>Report</p>",
    ],
)
def test_the_page(labels: str) -> None:
    subjects = "<li>Stalin, Joseph, 1879-1953</li><li></li>"
    pdf = '<a class="down" href="/document/134696.pdf?v=1">Download</a><a href="/about.pdf">About</a>'
    page = legacy("/document/134696", html(labels.format(SOURCE), subjects, pdf))
    assert (page.url, page.record_id, page.form) == (f"{SITE}/document/134696", 134696, "html")
    assert (page.title, page.date, page.summary) == (TITLE, "October 16, 1945", SUMMARY)
    assert (page.source, page.type, page.languages) == (SOURCE, "Report", ["Russian"])
    assert page.authors == ["Telegraph Agency of the Soviet Union (TASS)"]
    assert page.subjects == ["Stalin, Joseph, 1879-1953"]
    assert page.files == [f"{SITE}/document/134696.pdf"]
    assert page.other == {}


def test_labels_that_are_not_known_are_kept() -> None:
    page = legacy("/document/1", html("<h4>Shelf:</h4><p>3</p><p>4</p><h4>Empty</h4>"))
    assert page.other == {"Shelf": ["3", "4"]}


def test_the_number_may_stand_in_the_page_only() -> None:
    page = legacy("/node/5", html("<h4>Record ID</h4><p>134696</p>"))
    assert page.record_id == 134696


def test_a_transcript_in_the_page() -> None:
    page = legacy("/document/1", html("", rest='<div id="transcript"><p>One<br><br>two</p></div>'))
    assert [version.text for version in page.versions] == ["One\n\ntwo"]


def test_the_current_page_at_the_same_address_is_not_legacy() -> None:
    main = """<link rel="canonical" href="/document/tass-digest"><main><div class="content-block"><div class="date">October 16,
    1945</div><h1 class="title">Digest</h1></div><div class="information-block"><h3 class="sub-title">Record ID</h3>
    <div class="text">134696</div></div></main>"""
    page = read("/document/134696", main)
    assert isinstance(page, DocumentPage)
    assert page.slug == "tass-digest"


RIS = f"""TY  - MANSCPT\r
TI  - {TITLE}\r
AU  - Telegraph Agency of the Soviet Union (TASS)\r
DA  - 1945/10/16/\r
PY  - 1945\r
AB  - Summary of news reports from Mexico, Sweden, Canada, and Great Britain,\r
most on Stalin&#39;s alleged <i>illness</i>.\r
AV  - {SOURCE}\r
LA  - Russian\r
KW  - Stalin, Joseph, 1879-1953\r
L1  - https://digitalarchive.wilsoncenter.org/document/134696.pdf\r
UR  - https://digitalarchive.wilsoncenter.org/document/134696\r
ER  - \r
TY  - MANSCPT
TI  - Another record
"""


def test_the_ris_export() -> None:
    page = legacy("/document/134696.ris", RIS)
    assert (page.url, page.record_id, page.form) == (f"{SITE}/document/134696.ris", 134696, "ris")
    assert (page.title, page.summary, page.source) == (TITLE, SUMMARY, SOURCE)
    assert (page.date, page.doc_date, page.languages) == (None, "19451016", ["Russian"])
    assert (page.authors, page.subjects) == (
        ["Telegraph Agency of the Soviet Union (TASS)"],
        ["Stalin, Joseph, 1879-1953"],
    )
    assert page.files == [f"{SITE}/document/134696.pdf"]


@pytest.mark.parametrize(
    ("date", "compact"),
    [
        ("1958///", "19580000"),
        ("1958/09//", "19580900"),
        ("1944/05/19/", "19440519"),
        ("1958", "19580000"),
        ("n.d.", None),
    ],
)
def test_dates_of_ris(date: str, compact: str | None) -> None:
    assert legacy("/document/1.ris", f"TY  - MANSCPT\nTI  - T\nDA  - {date}\nER  - \n").doc_date == compact


RECORD = {
    "id": "134696",
    "title": TITLE,
    "description": "<p>Summary of news reports from Mexico, Sweden, Canada, and Great Britain, most on Stalin&rsquo;s alleged illness.</p>".replace("&rsquo;", "'"),
    "doc_date": "19451016",
    "frontend_doc_date": "October 16, 1945",
    "source": SOURCE,
    "type": {"id": "70", "name": "Digest"},
    "rights": [{"name": "Open", "rights": "Free for research."}],
    "creators": [{"id": "1", "name": "Telegraph Agency of the Soviet Union (TASS)"}],
    "languages": [{"id": "rus", "name": "Russian"}],
    "original_coverages": [{"name": "Mexico", "parent": [{"name": "Latin America"}]}, {"name": "Mexico"}],
    "collections": [{"name": "Stalin"}],
    "repositories": [],
    "classifications": None,
    "subjects": ["Stalin, Joseph, 1879-1953"],
    "transcripts": [{"url": "/srv/transcript/1.html"}],
    "translations": [{"language": {"id": "eng", "name": "English"}, "html": "<p>One</p><p>two</p>"}],
    "media_files": [{"path": "/srv/media/1.pdf"}],
    "first_published_at": "2018-11-02 10:00:00",
}  # fmt: skip


@pytest.mark.parametrize("wrap", [lambda record: record, lambda record: {"record": record}])
def test_the_json(wrap: object) -> None:
    page = legacy("/srv/record/134696.json", json.dumps(wrap(RECORD)))  # type: ignore[operator]
    assert (page.record_id, page.form, page.title, page.summary) == (134696, "json", TITLE, SUMMARY)
    assert (page.date, page.doc_date, page.type) == ("October 16, 1945", "19451016", "Digest")
    assert (page.source, page.rights, page.classification) == (SOURCE, "Free for research.", None)
    assert (page.languages, page.places, page.collections) == (["Russian"], ["Mexico"], ["Stalin"])
    assert (page.authors, page.subjects) == (
        RECORD["creators"] and ["Telegraph Agency of the Soviet Union (TASS)"],
        RECORD["subjects"],
    )
    assert [(v.label, v.text) for v in page.versions] == [("Russian", None), ("English", "One\n\ntwo")]
    assert (page.files, page.first_published) == ([f"{SITE}/srv/media/1.pdf"], "2018-11-02 10:00:00")


@pytest.mark.parametrize(
    "body",
    [
        "[1]",
        '"x"',
        "{}",
        '{"title": null}',
        '{"title": "x"',
        "[" * 100_000,
        '{"error": "not found"}',
        "{",
    ],
)
def test_other_json_is_no_record(body: str) -> None:
    page = read("/srv/record/1.json", body)
    assert isinstance(page, NotAPage)
    assert page.problem == "other"


def test_any_types_in_a_record_are_borne() -> None:
    for value in (None, 1, "x", [], {}, [None], [[1]], [{}], [{"name": None}], {"name": {"name": 1}}, True):
        page = legacy("/srv/record/1.json", json.dumps(dict.fromkeys(RECORD, value) | {"title": "T"}))
        assert page.title == "T"


def test_an_export_with_an_error_status_is_none() -> None:
    page = read("/document/134696.ris", RIS, status=404)
    assert isinstance(page, NotAPage)
    assert page.problem == "not-found"
