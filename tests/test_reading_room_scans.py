"""Scans from the output directory: whole, in ranges, and never anything from outside `files/`."""

import hashlib
import os
import sqlite3
from pathlib import Path

import pytest
from reading_room_archive import PDF, build
from reading_room_server import Reader

from harvester.reading_room.plugin.scans import open_inside

DIGEST = hashlib.sha256(PDF).hexdigest()
ADDRESS = f"/-/file/{DIGEST}"


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return build(tmp_path_factory.mktemp("scans"))


@pytest.fixture(scope="module")
def reader(output):
    return Reader(output)


@pytest.mark.parametrize("address", [ADDRESS, f"{ADDRESS}.pdf"])
def test_the_whole_file(reader, address):
    response = reader.get(address)
    assert (response.status_code, response.content) == (200, PDF)
    assert response.headers["content-type"] == "application/pdf"
    assert response.headers["content-length"] == str(len(PDF))
    assert response.headers["accept-ranges"] == "bytes"
    assert response.headers["content-disposition"].startswith("inline")
    assert response.headers["x-frame-options"] == "SAMEORIGIN"
    assert "default-src 'none'" in response.headers["content-security-policy"]


def test_head_says_the_same_without_the_content(reader):
    response = reader.get(ADDRESS, method="HEAD")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["content-length"] == str(len(PDF))


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-3", 0, 3),
        ("bytes=5-", 5, len(PDF) - 1),
        ("bytes=-7", len(PDF) - 7, len(PDF) - 1),
        ("bytes=-99999", 0, len(PDF) - 1),
        ("bytes=10-99999", 10, len(PDF) - 1),
        (f"bytes={len(PDF) - 1}-", len(PDF) - 1, len(PDF) - 1),
    ],
)
def test_ranges(reader, asked, start, end):
    response = reader.get(ADDRESS, headers={"range": asked})
    assert response.status_code == 206
    assert response.content == PDF[start : end + 1]
    assert response.headers["content-range"] == f"bytes {start}-{end}/{len(PDF)}"
    assert response.headers["content-length"] == str(end - start + 1)


@pytest.mark.parametrize("asked", [f"bytes={len(PDF)}-", "bytes=9-3", "bytes=-0", "bytes=-"])
def test_ranges_that_cannot_be(reader, asked):
    response = reader.get(ADDRESS, headers={"range": asked})
    assert (response.status_code, response.headers["content-range"]) == (416, f"bytes */{len(PDF)}")


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "lines=1-2", "bytes=a-b"])
def test_other_ranges_are_answered_with_the_whole(reader, asked):
    assert reader.get(ADDRESS, headers={"range": asked}).status_code == 200


def test_a_copy_that_is_held_is_not_sent_again(reader):
    etag = reader.get(ADDRESS).headers["etag"]
    assert reader.get(ADDRESS, headers={"if-none-match": etag}).status_code == 304
    part = reader.get(ADDRESS, headers={"range": "bytes=0-3", "if-range": '"another"'})
    assert part.status_code == 200


@pytest.mark.parametrize("name", ["0" * 64, "../wilson.db", DIGEST.upper(), DIGEST[:-1], f"{DIGEST}/x"])
def test_other_names_are_not_found(reader, name):
    assert reader.get(f"/-/file/{name}").status_code == 404


@pytest.mark.parametrize(
    "path",
    ["wilson.db", "../secret.pdf", "files/../wilson.db", "files/../../secret.pdf", "/etc/passwd", "files", "files/",
     "files/link.pdf", "files/folder/inside.pdf", "files/none.pdf", "files/a\0b", "files/pipe", ""],
)  # fmt: skip
def test_no_path_of_the_database_leads_out(tmp_path, path):
    output = build(tmp_path / "output")
    (tmp_path / "secret.pdf").write_bytes(b"secret")
    (output / "files/link.pdf").symlink_to(tmp_path / "secret.pdf")
    (output / "files/folder").symlink_to(tmp_path)
    (tmp_path / "inside.pdf").write_bytes(b"secret")
    os.mkfifo(output / "files/pipe")
    assert open_inside(output / "files", output, (path, "application/pdf")) is None
    with sqlite3.connect(output / "wilson.db") as connection:
        connection.execute("UPDATE files SET path = ?", [path])
    assert Reader(output).get(ADDRESS).status_code == 404


def test_an_output_directory_reached_by_a_link_is_fine(tmp_path):
    build(tmp_path / "real")
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert Reader(Path(tmp_path / "link")).get(ADDRESS).content == PDF


def test_what_is_no_picture_and_no_pdf_is_a_download_in_a_sandbox(tmp_path):
    output = build(tmp_path)
    with sqlite3.connect(output / "wilson.db") as connection:
        connection.execute("UPDATE files SET media_type = 'text/html'")
    response = Reader(output).get(ADDRESS)
    assert response.headers["content-type"] == "application/octet-stream"
    assert response.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in response.headers["content-security-policy"]
