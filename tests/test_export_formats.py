"""What `scrapy export` writes, format by format, hostile values among them."""

import csv
import io
import json
import re
import sqlite3
import zipfile
from hashlib import sha256

import pytest
from hostile import PAYLOADS, build_hostile
from hypothesis import given
from hypothesis import strategies as st
from reading_room_archive import DOCUMENTS, ROSHCHIN, build

from harvester.exceptions import UsageError
from harvester.export import datapackage, published, records, tables
from harvester.export.selection import Wanted, select, snapshot
from harvester.reading_room import metadata
from harvester.reading_room.plugin.citing import FORMATS, Name, Reference, bibtex, chicago, csl_json, ris


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return build(tmp_path_factory.mktemp("export"))


@pytest.fixture
def connection(output):
    with snapshot(output) as connection:
        yield connection


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return build_hostile(tmp_path_factory.mktemp("hostile"))


# -- tables ----------------------------------------------------------------------------------


def rows_of(text):
    return list(csv.DictReader(io.StringIO(text)))


def test_csv_is_a_row_a_document(connection):
    rows = rows_of("".join(tables.csv_lines(connection, None)))
    assert [row["slug"] for row in rows] == [document["slug"] for document in DOCUMENTS]
    first = rows[0]
    assert first["title"] == DOCUMENTS[0]["title"]
    assert first["text"] == DOCUMENTS[0]["text"]
    assert first["people"].split(tables.SEPARATOR) == [*DOCUMENTS[0]["authors"], *DOCUMENTS[0]["people"]]
    assert first["record_id"] == "111442"
    assert rows[-1]["date_edtf"] == ""
    assert "html" not in first


def test_csv_keeps_hostile_values_as_they_are(hostile):
    with snapshot(hostile) as connection:
        rows = rows_of("".join(tables.csv_lines(connection, None)))
    assert [row["title"] for row in rows][: len(PAYLOADS)] == PAYLOADS
    assert [row["summary"] for row in rows][: len(PAYLOADS)] == PAYLOADS


def test_csv_for_a_spreadsheet_holds_no_formulas(tmp_path):
    documents = [{"slug": "a", "title": '=HYPERLINK("http://x")', "text": "-1+1", "credit": "plain"}]
    with snapshot(build(tmp_path, documents)) as connection:
        text = "".join(tables.csv_lines(connection, None, spreadsheet=True))
    assert text.startswith("\ufeff")
    (row,) = rows_of(text.removeprefix("\ufeff"))
    assert (row["title"], row["text"], row["credit"]) == ('\'=HYPERLINK("http://x")', "'-1+1", "plain")


def test_jsonl_holds_all_that_hangs_on_a_document(connection):
    lines = [json.loads(line) for line in tables.jsonl(connection, None)]
    assert len(lines) == len(DOCUMENTS)
    first = lines[0]
    assert [(person["name"], person["role"]) for person in first["people"]] == [
        ("Roshchin, Nikolai Vasil'evich", "author"),
        ("Zhou, Enlai", "associated"),
        ("Mao, Zedong", "associated"),
        ("Stalin, Joseph", "associated"),
    ]
    assert first["places"] == [{"id": "china", "name": "China"}, {"id": "soviet-union", "name": "Soviet Union"}]
    assert [text["language"] for text in first["texts"]] == ["ru", "zh"]
    assert first["citation"]["fond"] == "0100"
    assert first["cited"] == [{"position": 0, "role": "translator", "name": "David Wolff"}]
    assert first["files"][0]["sha256"]
    assert "path" not in first["files"][0]
    assert lines[-1]["citation"] is None


def test_many_documents_are_read_in_batches(tmp_path):
    documents = [{"slug": f"d{n:04}", "title": str(n), "text": "x"} for n in range(450)]
    with snapshot(build(tmp_path, documents)) as connection:
        slugs = [json.loads(line)["slug"] for line in tables.jsonl(connection, None)]
        chosen = [record["slug"] for record in records.documents(connection, ["d0003", "d0449"])]
    assert slugs == [document["slug"] for document in documents]
    assert chosen == ["d0003", "d0449"]


# -- references ------------------------------------------------------------------------------


def test_references_carry_what_one_cites(connection):
    first = next(iter(records.references(connection, None)))
    assert first.authors == (Name("Roshchin", "Nikolai Vasil'evich"),)
    assert first.translators == ("David Wolff",)
    assert first.archive == "Archive of Foreign Policy of the Russian Federation (AVP RF)"
    assert first.date_parts == (1949, 11, 10)


ODD = Reference(
    slug="odd",
    title='100% of A_B & {C} #1 ~ ^ \\ "quoted" $5',
    url="https://digitalarchive.wilsoncenter.org/document/odd",
    authors=(Name("Japan. Foreign Ministry"), Name("Satō", "Eisaku")),
    summary="One line\nTY  - JOUR\r\nand\u2028another",
    date_text="circa 1962",
    date_edtf="1962~",
    source="Box 5, Folder 3.",
    record_id=5,
)


def test_ris_has_one_field_a_line_and_only_its_own():
    lines = ris(ODD).split("\r\n")
    assert lines.pop() == ""
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines)
    assert [line[:2] for line in lines].count("TY") == 1
    assert lines[-1] == "ER  - "
    assert "AB  - One line TY  - JOUR and another" in lines
    assert "AU  - Satō, Eisaku" in lines
    assert "DA  - 1962//" in lines


def test_bibtex_escapes_what_tex_takes_for_commands():
    entry = bibtex(ODD)
    assert entry.startswith("@misc{japan1962-5,\n")
    assert r"100\% of A\_B \& \{C\} \#1 \textasciitilde{} \textasciicircum{} \textbackslash{}" in entry
    assert "author = {{Japan. Foreign Ministry} and Satō, Eisaku}," in entry
    assert "year = {1962}," in entry


def test_csl_json_marks_an_approximate_date():
    item = json.loads(csl_json(ODD))
    assert item["issued"] == {"date-parts": [[1962]], "circa": True}
    assert item["author"] == [{"literal": "Japan. Foreign Ministry"}, {"family": "Satō", "given": "Eisaku"}]
    assert item["archive_location"] == "Box 5, Folder 3."


@pytest.mark.parametrize(
    ("edtf", "parts"),
    [("1949-11-10", (1949, 11, 10)), ("1967-11", (1967, 11)), ("1958", (1958,)), ("195X", ()), ("1953/1954", ()),
     ("1962?", (1962,)), (None, ()), ("../1950", ()), ("1950-21", (1950,))],
)  # fmt: skip
def test_a_reference_is_never_dated_more_sharply_than_the_document(edtf, parts):
    assert Reference(slug="x", title="x", url="https://x", date_edtf=edtf).date_parts == parts


def test_an_undated_document_is_cited_as_undated():
    note = chicago(Reference(slug="x", title="A Note", url="https://x/document/x"))
    assert note == "“A Note,” undated, Wilson Center Digital Archive. https://x/document/x."


def test_quotation_marks_within_a_title_become_single_ones():
    note = chicago(Reference(slug="x", title='On the "Thaw" and “Spring”', url="https://x"))
    assert note.startswith("“On the ‘Thaw’ and ‘Spring’,” undated")


@given(st.text(max_size=60))
def test_any_text_gives_whole_references(text):
    reference = Reference(
        slug="s", title=text or "x", url="https://x", summary=text, authors=(Name(text or "x", text),)
    )
    assert ris(reference).count("\r\n") == len(ris(reference).split("\n")) - 1
    assert json.loads(csl_json(reference))["title"]
    entry = re.sub(r"\\[{}]", "", bibtex(reference))
    depth = 0
    for character in entry:
        depth += (character == "{") - (character == "}")
        assert depth >= 0
    assert depth == 0


@pytest.mark.parametrize("form", FORMATS)
def test_a_file_of_references_is_whole(connection, form):
    written = FORMATS[form].write(records.references(connection, None))
    entries = {"ris": written.count("TY  - "), "bib": written.count("@misc{")}
    assert entries.get(form) or len(json.loads(written)) == len(DOCUMENTS)
    assert FORMATS[form].write([]) in ("", "[\n\n]\n")


# -- selection -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "count"),
    [
        (Wanted(), None),
        (Wanted({"places": ["China"]}), 5),
        (Wanted({"places": ["china", "Soviet Union"]}), 1),
        (Wanted({"people": ["mao, zedong"]}), 2),
        (Wanted({"languages": ["Japanese"]}), 2),
        (Wanted(first=1960, last=1970), 2),
        (Wanted(words='"cherished the hope"'), 1),
        (Wanted(words="文化"), 1),
        (Wanted({"topics": ["Sino-Soviet Relations"]}, 1990), 0),
    ],
)
def test_filters_choose_documents(connection, wanted, count):
    chosen = select(connection, wanted)
    assert (chosen if chosen is None else len(chosen)) == count


def test_an_unknown_name_is_answered_with_the_nearest(connection):
    with pytest.raises(UsageError, match=r"'Mao Zedung' among its people\. Did you mean 'Mao, Zedong'"):
        select(connection, Wanted({"people": ["Mao Zedung"]}))


def test_a_search_without_a_word_is_refused(connection):
    with pytest.raises(UsageError, match="no letter or digit"):
        select(connection, Wanted(words="***"))


# -- the data package ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def package(output, tmp_path_factory):
    target = tmp_path_factory.mktemp("package") / "archive"
    with snapshot(output) as connection:
        datapackage.write(connection, None, target)
    return target


def test_the_package_is_described_and_checked(package):
    described = json.loads((package / "datapackage.json").read_text())
    assert described["profile"] == "tabular-data-package"
    assert described["licenses"][0]["title"]
    assert described["sources"]
    assert described["contributors"]
    for resource in described["resources"]:
        path = package / resource["path"]
        assert resource["bytes"] == path.stat().st_size
        assert resource["hash"] == f"sha256:{sha256(path.read_bytes()).hexdigest()}"
        assert all(field["description"] for field in resource["schema"]["fields"])
        with path.open(newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames == [field["name"] for field in resource["schema"]["fields"]]
            assert len(list(reader)) == resource["rows"]


def test_every_value_is_of_the_type_its_column_states(package):
    checks = {
        "integer": lambda v: re.fullmatch(r"-?\d+", v),
        "number": float,
        "string": lambda v: True,
        "date": lambda v: re.fullmatch(r"\d{4}-\d\d-\d\d", v),
        "array": lambda v: isinstance(json.loads(v), list),
        "object": lambda v: isinstance(json.loads(v), dict),
    }
    for resource in json.loads((package / "datapackage.json").read_text())["resources"]:
        types = {field["name"]: field["type"] for field in resource["schema"]["fields"]}
        with (package / resource["path"]).open(newline="", encoding="utf-8") as file:
            for row in csv.DictReader(file):
                for name, value in row.items():
                    assert value == "" or checks[types[name]](value) is not None, (resource["name"], name, value)


def test_foreign_keys_lead_to_rows(package):
    resources = {r["name"]: r for r in json.loads((package / "datapackage.json").read_text())["resources"]}

    def values(name, column):
        with (package / resources[name]["path"]).open(newline="", encoding="utf-8") as file:
            return {row[column] for row in csv.DictReader(file)}

    checked = 0
    for name, resource in resources.items():
        for key in resource["schema"].get("foreignKeys", ()):
            target = key["reference"]
            assert values(name, key["fields"]) - {""} <= values(target["resource"], target["fields"])
            checked += 1
    assert checked > 15


def test_every_file_has_its_checksum(package):
    listed = dict(reversed(line.split("  ")) for line in (package / "checksums-sha256.txt").read_text().splitlines())
    files = {p.relative_to(package).as_posix() for p in package.rglob("*") if p.is_file()} - {"checksums-sha256.txt"}
    assert listed.keys() == files
    assert all(sha256((package / name).read_bytes()).hexdigest() == digest for name, digest in listed.items())


def test_the_package_holds_no_paths(package):
    assert all(b"/home/someone" not in path.read_bytes() for path in package.rglob("*") if path.is_file())


def test_a_part_of_the_archive_is_whole_in_itself(output, tmp_path):
    with snapshot(output) as connection:
        datapackage.write(connection, select(connection, Wanted({"languages": ["de"]})), tmp_path / "part.zip")
    with zipfile.ZipFile(tmp_path / "part.zip") as archive:
        people = rows_of(archive.read("data/people.csv").decode())
        assert {row["name"] for row in people} == {
            "Bitterlich, Joachim", "Primakov, Yevgeni Maksimovich", "Kohl, Helmut", "Yeltsin, Boris",
        }  # fmt: skip
        assert len(rows_of(archive.read("data/documents.csv").decode())) == 1
        assert len(rows_of(archive.read("data/captures.csv").decode())) == 1
        assert "part of it" in json.loads(archive.read("datapackage.json"))["description"]


def test_a_package_takes_the_place_of_an_older_one_and_of_nothing_else(output, tmp_path):
    with snapshot(output) as connection:
        datapackage.write(connection, None, tmp_path / "p")
    with snapshot(output) as connection:
        datapackage.write(connection, None, tmp_path / "p")
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/notes.txt").write_text("mine")
    with snapshot(output) as connection, pytest.raises(UsageError, match="something else"):
        datapackage.write(connection, None, tmp_path / "mine")
    assert (tmp_path / "mine/notes.txt").read_text() == "mine"
    assert not list(tmp_path.glob(".datapackage-*"))


# -- the published database ------------------------------------------------------------------


def test_a_published_copy_leaves_out_what_only_the_harvest_needs(output, tmp_path):
    path = published.publish(output, tmp_path / "copy.db")
    with sqlite3.connect(path) as copy:
        names = {row[0] for row in copy.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        assert not names & set(published.OPERATIONAL)
        assert names >= set(metadata.TABLES) - set(published.OPERATIONAL)
        assert copy.execute("SELECT count(*) FROM captures WHERE location IS NOT NULL").fetchone() == (0,)
        assert copy.execute("SELECT count(*) FROM documents").fetchone() == (len(DOCUMENTS),)
        assert copy.execute("PRAGMA journal_mode").fetchone() == ("delete",)
        assert copy.execute("PRAGMA foreign_key_check").fetchall() == []
        for table, words in (("documents_fts", "Roshchin"), ("texts_fts", "посольстве"), ("cjk_fts", '"毛泽 泽东"')):
            assert copy.execute(f"SELECT count(*) FROM {table} WHERE {table} MATCH ?", [words]).fetchone() == (1,)
    assert b"/home/someone" not in path.read_bytes()
    assert list(tmp_path.iterdir()) == [path]


def test_search_in_the_copy_finds_the_same_documents_after_rows_were_renumbered(tmp_path):
    output = build(tmp_path / "output")
    with sqlite3.connect(output / "wilson.db") as connection:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("UPDATE documents SET rowid = rowid * 1000 + 7 WHERE 1")
        connection.execute("INSERT INTO documents_fts (documents_fts) VALUES ('rebuild')")
    path = published.publish(output, tmp_path / "copy.db")
    with sqlite3.connect(path) as copy:
        found = copy.execute(
            "SELECT slug FROM documents_fts f JOIN documents d ON d.rowid = f.rowid"
            " WHERE documents_fts MATCH 'Roshchin'"
        )
        assert found.fetchall() == [(ROSHCHIN,)]


def test_a_folder_gets_the_reading_room_too(output, tmp_path):
    path = published.publish(output, tmp_path / "public")
    assert path == tmp_path / "public/wilson.db"
    assert (tmp_path / "public/plugins/reading_room.py").is_file()


def test_the_copy_is_whole_while_a_harvest_writes(tmp_path):
    output = build(tmp_path / "output")
    writer = sqlite3.connect(output / "wilson.db", isolation_level=None)
    writer.execute("BEGIN IMMEDIATE")
    writer.execute("UPDATE documents SET title = 'half-written'")
    path = published.publish(output, tmp_path / "copy.db")
    writer.execute("ROLLBACK")
    with sqlite3.connect(path) as copy:
        assert copy.execute("SELECT count(*) FROM documents WHERE title = 'half-written'").fetchone() == (0,)


def test_the_archive_itself_is_never_the_target(output):
    with pytest.raises(UsageError, match="is the archive itself"):
        published.publish(output, output)
    with pytest.raises(UsageError, match="is the archive itself"):
        published.publish(output, output / "wilson.db")
