"""What the sample's data says is what comes out of its pages: nothing lost, nothing of the chrome.

The data in tests/fixtures/source is the truth here; the golden cases only say what the code did last time.
"""

import re
import sys
from html import unescape

import pytest

from harvester import reading
from harvester.capture import Capture
from harvester.items import Document, Person, Place, Topic
from harvester.sample_site import Archive
from harvester.urls import SITE

ARCHIVE = Archive()
sys.path.insert(0, str(ARCHIVE.root))

import make  # noqa: E402

SAMPLE = make.Sample()
DOCUMENTS = {document["slug"]: document for document in SAMPLE.documents}
TERMS = [term for terms in SAMPLE.terms.values() for term in terms.values()]


def read(path: str) -> reading.Reading:
    answer = ARCHIVE.answer(path)
    capture = Capture(SITE + path, answer.body, "live", "2025-10-07T12:40:14Z", 200, answer.headers["Content-Type"])
    return reading.read(capture, witness=False)


def document(slug: str) -> Document:
    found = read(f"/document/{slug}")
    assert found.kind == "document"
    (record,) = found.records
    assert isinstance(record, Document)
    return record


def one_line(text: str | None) -> str | None:
    return re.sub(r"\s+", " ", text).strip() or None if text else None


def names(found: Document, role: str) -> list[str]:
    return [mention.person.name for mention in found.people if mention.role == role]


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_fields(slug: str) -> None:
    said, found = DOCUMENTS[slug], document(slug)
    assert (found.slug, found.node_id, found.url) == (slug, said["node"], f"{SITE}/document/{slug}")
    assert found.record_id == said["record_id"]
    for field, key in {"title": "title", "date_text": "date", "summary": "summary", "credit": "credit",
                       "source": "source", "rights": "rights", "classification": "classification",
                       "uploaded": "uploaded"}.items():  # fmt: skip
        assert getattr(found, field) == one_line(said[key]), field


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_names(slug: str) -> None:
    said, found = DOCUMENTS[slug], document(slug)
    assert names(found, "author") == said["authors"]
    assert names(found, "associated") == said["people"]
    assert names(found, "contributor") == said["contributors"]
    for field in ("places", "subjects", "archives", "donors"):
        assert [term.name for term in getattr(found, field)] == said[field], field
    assert found.other == {
        label: [values] if isinstance(values, str) else values for label, values in said["other"].items()
    }


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_every_paragraph_of_every_version_and_nothing_else(slug: str) -> None:
    said, found = DOCUMENTS[slug]["versions"], document(slug)
    read_texts = [text for text in (found.text, *(version.text for version in found.texts)) if text]
    authored = ["\n\n".join(version["text"]) for version in said if version["text"]]
    assert sorted(read_texts) == sorted(authored)
    english = [text for version, text in zip(said, authored, strict=False) if version["label"].startswith("English")]
    assert found.text == next(iter(english + authored), None)


@pytest.mark.parametrize("term", TERMS, ids=lambda term: f"{term['kind']}-{term['slug']}")
def test_terms(term: dict) -> None:
    (found,) = read(f"/{make.FOLDERS[term['kind']]}/{term['slug']}").records
    assert isinstance(found, {"person": Person, "place": Place, "topic": Topic}[term["kind"]])
    assert (found.id, found.name) == (term["slug"], term["name"])
    text = "\n\n".join(term["text"]) or None
    if isinstance(found, Person):
        years = [int(year) for year in re.findall(r"\d{4}", term["note"] or "")]
        assert [year for year in (found.birth_year, found.death_year) if year] == years
        assert found.biography == text
    elif isinstance(found, Topic):
        assert (found.document_count, found.description) == (len(term["documents"]), text)
    else:
        assert found.region == ((term["note"] or "").strip("()") or None)


@pytest.mark.parametrize("kind", make.FOLDERS)
def test_lists_name_every_term_once(kind: str) -> None:
    folder, found, page = make.FOLDERS[kind], [], 0
    while ARCHIVE.answer(f"/{folder}?page={page}").status == 200:
        found += read(f"/{folder}?page={page}").records
        page += 1
    assert [record.name for record in found] == list(SAMPLE.terms[kind])
    assert [record.id for record in found] == [term["slug"] for term in SAMPLE.terms[kind].values()]


def test_catalog_names_every_document_once() -> None:
    found = [read(f"/search?page={page}").catalog for page in range(5)]
    assert sorted(entry.url for page in found for entry in page.entries) == sorted(
        f"{SITE}/document/{slug}" for slug in DOCUMENTS
    )
    assert {page.total for page in found[:4]} == {len(DOCUMENTS)}
    assert not found[4].entries


@pytest.mark.parametrize("case", [f"{p.parent.name}/{p.name}" for kind in ("challenge", "not-found", "error", "empty",
                                  "other") for p in sorted((ARCHIVE.root / kind).iterdir())])  # fmt: skip
def test_what_is_no_page_becomes_none(case: str) -> None:
    answer = ARCHIVE.case(*case.split("/"))
    address = f"{SITE}/document/letter-jawaharlal-nehru-all-provincial-premiers"
    capture = Capture(address, answer.body, "live", "2025-10-07T12:40:14Z", answer.status, "text/html")
    found = reading.read(capture, witness=True)
    assert found.kind == "problem"
    assert not found.records
    assert found.problem.problem == case.split("/")[0]


@pytest.mark.parametrize("slug", DOCUMENTS)
def test_html_says_what_the_text_says(slug: str) -> None:
    found = document(slug)
    for version in (found, *found.texts):
        shown = unescape(re.sub(r"<[^>]+>", "", version.html or ""))
        assert "".join(shown.split()) == "".join((version.text or "").split())
