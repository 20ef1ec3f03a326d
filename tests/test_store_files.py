"""The rows of the PDFs: named by documents, kept, read, lost; and their text in the documents."""

from pathlib import Path
from typing import Any

import pytest

from harvester.capture import Provenance
from harvester.items import Document, Term
from harvester.store import database
from harvester.store.files import Contents, Held
from harvester.store.writer import Writer

DAY, NEXT_DAY = "2025-03-03T10:00:00Z", "2025-03-04T10:00:00Z"
SITE = "https://digitalarchive.wilsoncenter.org"
DOWNLOAD = f"{SITE}/document/7/download"
SCAN = f"{SITE}/sites/default/files/scan.pdf"


class Archive:
    def __init__(self, folder: Path) -> None:
        self.db = database.connect(folder)
        self.writer = Writer(self.db)
        self.files = self.writer.files

    def write(self, slug: str = "a", seen: str = DAY, **values: Any) -> None:
        given = {"files": [DOWNLOAD, SCAN], "node_id": 7, "title": "A title", "languages": [Term("ru", "Russian")]}
        with database.transaction(self.db):
            url = f"{SITE}/document/{slug}"
            capture = self.writer.capture(Provenance(url, "live", seen, 200, "text/html", 1, "sha256:0", None))
            self.writer.document(Document(slug, url=url, **(given | values)), capture, seen)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return self.db.conn.execute(sql).fetchall()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path)


def held(name: str = "ab", day: str = DAY) -> Held:
    return Held(name * 32, 1000, f"files/{name}/{name * 32}.pdf", day)


READ = Contents("ok", 2, "One.\n\nTwo <b>.", "pdf", metadata={"title": "Scan"})


def test_a_document_names_its_files_once_in_order(archive: Archive) -> None:
    archive.write()
    archive.write(seen=NEXT_DAY)
    assert archive.rows("SELECT document, url, sha256 FROM files ORDER BY id") == [
        ("a", DOWNLOAD, None),
        ("a", SCAN, None),
    ]
    assert archive.files.wanted(10**9) == [DOWNLOAD, SCAN]


def test_a_kept_file_is_wanted_no_more_and_is_to_be_read(archive: Archive) -> None:
    archive.write()
    assert archive.files.keep(DOWNLOAD, held()) == "new"
    assert archive.files.keep(DOWNLOAD, held(day=NEXT_DAY)) == "unchanged"
    assert archive.files.wanted(10**9) == [SCAN]
    assert [(u.path, u.languages) for u in archive.files.unread()] == [(held().path, ("ru",))]


def test_what_is_read_serves_every_address_of_the_same_bytes(archive: Archive) -> None:
    archive.write()
    archive.files.keep(DOWNLOAD, held())
    archive.files.read(held().sha256, READ)
    archive.files.keep(SCAN, held())
    assert archive.files.unread() == []
    assert archive.rows("SELECT pages, condition, metadata FROM files") == [(2, "ok", '{"title": "Scan"}')] * 2


def test_other_bytes_are_read_again(archive: Archive) -> None:
    archive.write()
    archive.files.keep(DOWNLOAD, held())
    archive.files.read(held().sha256, READ)
    assert archive.files.keep(DOWNLOAD, held("cd", NEXT_DAY)) == "changed"
    assert [u.path for u in archive.files.unread()] == [held("cd").path]


def test_an_older_copy_does_not_take_the_place_of_a_newer_one(archive: Archive) -> None:
    archive.write(files=[DOWNLOAD])
    archive.files.keep(DOWNLOAD, held("cd", NEXT_DAY))
    assert archive.files.keep(DOWNLOAD, held("ab", DAY)) == "older"
    assert archive.files.held(DOWNLOAD) == held("cd", NEXT_DAY)


def test_the_text_serves_a_document_without_a_transcript(archive: Archive) -> None:
    archive.write()
    archive.files.keep(DOWNLOAD, held())
    archive.files.read(held().sha256, READ)
    columns = "text, html, text_from, text_language, word_count"
    assert archive.rows(f"SELECT {columns} FROM documents") == [
        ("One.\n\nTwo <b>.", "<p>One.</p>\n<p>Two &lt;b&gt;.</p>", "pdf", "ru", 3)
    ]
    assert archive.rows("SELECT count(*) FROM documents_fts WHERE documents_fts MATCH 'two'") == [(1,)]
    assert archive.rows("SELECT * FROM document_versions") == []
    archive.write(seen=NEXT_DAY)
    assert archive.rows("SELECT text_from FROM documents") == [("pdf",)], "the page still has no text"


def test_chinese_text_of_a_pdf_is_found(archive: Archive) -> None:
    archive.write()
    archive.files.keep(DOWNLOAD, held())
    archive.files.read(held().sha256, Contents("ok", 1, "中华人民共和国", "pdf"))
    assert archive.rows("SELECT document, position FROM cjk") == [("a", -1)]


def test_a_transcript_is_never_replaced_and_replaces_a_pdf(archive: Archive) -> None:
    archive.write()
    archive.files.keep(DOWNLOAD, held())
    archive.files.read(held().sha256, READ)
    archive.write(seen=NEXT_DAY, text="Typed.", text_from="template")
    archive.files.read(held().sha256, READ)
    assert archive.rows("SELECT text, text_from FROM documents") == [("Typed.", "template")]


def test_a_file_known_before_its_document_is_linked_when_the_document_comes(archive: Archive) -> None:
    archive.files.keep(DOWNLOAD, held())
    archive.files.read(held().sha256, READ)
    assert archive.rows("SELECT document FROM files") == [(None,)]
    archive.write(files=[])
    assert archive.rows("SELECT document FROM files") == [("a",)]
    assert archive.rows("SELECT text_from FROM documents") == [("pdf",)]


def test_a_download_kept_after_its_document_is_linked_by_node_id(archive: Archive) -> None:
    archive.write(files=[])
    archive.files.keep(DOWNLOAD, held())
    assert archive.rows("SELECT document FROM files") == [("a",)]


def test_a_scan_of_two_documents_is_held_for_both(archive: Archive) -> None:
    archive.write()
    archive.files.keep(SCAN, held())
    archive.files.read(held().sha256, READ)
    archive.write("b", node_id=8, files=[SCAN])
    assert archive.rows(f"SELECT document, path, text_from FROM files WHERE url = '{SCAN}'") == [
        ("a", held().path, "pdf"),
        ("b", held().path, "pdf"),
    ]
    assert archive.rows("SELECT text_from FROM documents WHERE slug = 'b'") == [("pdf",)]


def test_what_the_site_has_not_is_not_wanted_but_what_is_held_stays(archive: Archive) -> None:
    archive.write()
    assert archive.files.without(DOWNLOAD, "absent", "HTTP 404")
    archive.files.keep(SCAN, held())
    assert not archive.files.without(SCAN, "absent", "HTTP 404")
    assert archive.files.wanted(10**9) == []
    assert archive.files.held(SCAN) == held()


def test_what_was_too_large_is_wanted_when_the_limit_is_raised(archive: Archive) -> None:
    archive.write(files=[DOWNLOAD])
    archive.files.without(DOWNLOAD, "too-large", "", 5000)
    assert archive.files.wanted(4999) == []
    assert archive.files.wanted(5000) == [DOWNLOAD]


def test_a_lost_file_is_wanted_and_read_again(archive: Archive) -> None:
    archive.write(files=[DOWNLOAD])
    archive.files.keep(DOWNLOAD, held())
    archive.files.read(held().sha256, READ)
    archive.files.lost(held().path, "damaged", "its checksum")
    assert archive.files.wanted(10**9) == [DOWNLOAD]
    assert archive.files.keep(DOWNLOAD, held(day=NEXT_DAY)) == "new"
    assert len(archive.files.unread()) == 1


def test_images_are_read_once_with_ocr_and_again_when_a_missing_pack_is_there(archive: Archive) -> None:
    archive.write(files=[DOWNLOAD])
    archive.files.keep(DOWNLOAD, held())
    archive.files.read(held().sha256, Contents("image-only", 1, metadata={"pages_without_text": 1}))
    assert archive.files.unread() == []
    assert len(archive.files.unread_images({"eng"})) == 1
    metadata = {"pages_without_text": 1, "packs_missing": ["rus"]}
    archive.files.read(held().sha256, Contents("image-only", 1, "b", "ocr", metadata=metadata, ocr_confidence=0.3))
    assert archive.files.unread_images({"eng"}) == []
    assert len(archive.files.unread_images({"eng", "rus"})) == 1
    assert archive.rows("SELECT text FROM documents") == [(None,)], "noise is no transcript"
