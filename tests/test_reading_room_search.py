"""Search: what is found, how it is ranked, shown, filtered and counted, and that nothing typed breaks it."""

import sqlite3
import time
from types import SimpleNamespace
from urllib.parse import quote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html
from reading_room_archive import DOCUMENTS, ROSHCHIN, build
from reading_room_server import Reader

from harvester.reading_room.plugin import cjk, counts, query, search
from harvester.store.database import connect
from harvester.store.search import MAIN, index_cjk, rebuild

ASIAN_AFFAIRS = "asian-affairs-bureau-ministry-foreign-affairs-japan-chinese-communist-problem"
NEHRU = "letter-jawaharlal-nehru-all-provincial-premiers"
NAKAJIMA = "statement-nakajima-kenzo-chairman-board-opposing-visit-prime-minister-sato-united-states"
YELTSIN = "chancellors-helmut-kohls-meeting-russian-president-yeltsin-17-april-1997-baden-baden"


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return build(tmp_path_factory.mktemp("search"))


@pytest.fixture(scope="module")
def reader(output):
    return Reader(output)


@pytest.fixture(scope="module")
def connection(output):
    return connect(output).conn


def found(reader, words, **filters):
    address = f"/-/search.json?q={quote(words)}" + "".join(f"&{k}={quote(str(v))}" for k, v in filters.items())
    return [row["slug"] for row in reader.get(address.replace("from_", "from")).json()["results"]]


def page(reader, words, extra=""):
    response = reader.get(f"/-/search?q={quote(words)}{extra}")
    assert response.status_code == 200
    return html.fromstring(response.text)


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("Roshchin", {ROSHCHIN}),
        ("roshchin moscow", {ROSHCHIN}),
        ('"cherished the hope"', {ROSHCHIN}),
        ("“cherished the hope”", {ROSHCHIN}),
        ('"hope the cherished"', set()),
        ("cherish*", {ROSHCHIN}),
        ("cherish", set()),
        ("ubung", {NAKAJIMA}),
        ("ÜBUNG", {NAKAJIMA}),
        ("China -Nehru", {ASIAN_AFFAIRS, NAKAJIMA}),
        ("Nehru OR Roshchin", {NEHRU, ROSHCHIN}),
        ("Yeltsin NOT Kohl", set()),
        ("N.V. Roshchin", {ROSHCHIN}),
        ("посольстве", {ROSHCHIN}),
        ("schließenden", {YELTSIN}),
        ("毛泽东", {ROSHCHIN}),
        ("周恩来总理", {ROSHCHIN}),
        ("文化大革命", {ASIAN_AFFAIRS}),
        ("革命", {ASIAN_AFFAIRS}),
        ("命", {ASIAN_AFFAIRS}),
        ("革文", set()),
        ("Chiang 文化", {ASIAN_AFFAIRS}),
        ("Roshchin 文化", set()),
        ("文化 -中共", set()),
        ("について", {ASIAN_AFFAIRS}),
    ],
)
def test_what_is_found(reader, words, wanted):
    assert set(found(reader, words)) == wanted


def test_a_word_in_the_title_ranks_before_one_in_the_text(reader):
    assert found(reader, "Nehru OR China OR Letter")[0] == NEHRU


def test_words_are_marked_in_title_and_snippet(reader):
    first = page(reader, "Roshchin conversation").xpath("//ol[@class='documents']/li")[0]
    assert {mark.text.lower() for mark in first.xpath(".//mark")} == {"roshchin", "conversation"}
    other = page(reader, "cherished hope").xpath("//p[@class='gist']//mark")
    assert [mark.text for mark in other] == ["cherished", "hope"]


def test_characters_are_marked_too(reader):
    (result,) = page(reader, "革命").xpath("//ol[@class='documents']/li")
    assert [mark.text for mark in result.xpath(".//mark")] == ["革命"]
    assert "found in the Japanese text" in result.text_content()
    assert result.xpath(".//h3/a/@href")[0].endswith("?version=1")


@pytest.mark.parametrize(
    ("filters", "wanted"),
    [
        ({"from_": 1949, "to": 1949}, {NEHRU, ROSHCHIN}),
        ({"from_": 1997}, {YELTSIN}),
        ({"to": 1949, "places": "soviet-union"}, {ROSHCHIN}),
        ({"people": "mao-zedong"}, {ROSHCHIN, ASIAN_AFFAIRS}),
        ({"languages": "ja"}, {ASIAN_AFFAIRS, NAKAJIMA}),
        ({"archives": "german-federal-archives-barch"}, {YELTSIN}),
        ({"topics": "sino-soviet-relations"}, {ROSHCHIN}),
        ({"subjects": "nuclear-weapons-china"}, {ASIAN_AFFAIRS}),
        ({"people": "nobody"}, set()),
        ({"people": "' OR 1=1 --"}, set()),
    ],
)
def test_filters(reader, filters, wanted):
    assert set(found(reader, "", **filters)) == wanted


def test_filters_and_words_together(reader):
    assert found(reader, "China", places="india") == [NEHRU]


def test_counts_stand_beside_the_results_and_narrow_them(reader):
    answer = reader.get("/-/search.json?q=China").json()
    counts = {entry["id"]: entry["count"] for entry in answer["facets"]["places"]}
    assert counts["japan"] == 2
    assert answer["years"] == {"1949": 1, "1967": 2}
    shown = page(reader, "China")
    (link,) = [a for a in shown.xpath("//aside//a") if a.text == "Japan"]
    narrowed = html.fromstring(reader.get(link.get("href")).text)
    assert len(narrowed.xpath("//ol[@class='documents']/li")) == 2
    (chip,) = narrowed.xpath("//p[@class='chips']/a")
    assert len(html.fromstring(reader.get(chip.get("href")).text).xpath("//ol[@class='documents']/li")) == 3


@pytest.mark.parametrize(
    ("sort", "wanted"),
    [
        ("date", [NEHRU, ROSHCHIN, NAKAJIMA, ASIAN_AFFAIRS, YELTSIN, "undated-note"]),
        ("-date", [YELTSIN, ASIAN_AFFAIRS, NAKAJIMA, ROSHCHIN, NEHRU, "undated-note"]),
    ],
)
def test_sorting_by_date_leaves_undated_ones_for_the_end(reader, sort, wanted):
    assert found(reader, "", sort=sort) == wanted


@pytest.mark.parametrize(
    ("words", "explained"),
    [
        ('"unbalanced zhou', "no partner"),
        ("***", "no letter or digit"),
        ("-china", "Only words to leave out"),
        ("x" * 2000, "only its first 500 characters"),
        (" ".join(f"w{n}" for n in range(60)), "Only the first 32 words"),
        ("dip*lom", "A star works at the end of a word only"),
    ],
)
def test_a_query_that_cannot_be_taken_as_it_stands_is_explained(reader, words, explained):
    assert any(explained in note.text_content() for note in page(reader, words).xpath("//p[@class='note']"))


@pytest.mark.parametrize(
    "words",
    ["NEAR(a b, 3)", "title: {x} ^ y", "a AND", "OR", "NOT", "(((", 'a"b"c', "\x00", "\ud7ff", "col:x", "-", "--", '""',
     "'; DROP TABLE documents; --", "%", "_", "\\", "a\tb\nc", "🙂", "毛*", '"毛泽', "AND AND OR NOT"],
)  # fmt: skip
def test_nothing_typed_breaks_it(reader, words):
    page(reader, words)
    assert reader.get(f"/-/search.json?q={quote(words)}").json()["ok"]


@pytest.mark.parametrize("extra", ["&page=0", "&page=999999999", "&page=x", "&from=x", "&to=99999", "&sort=nonsense"])
def test_nonsense_in_the_address_is_left_out(reader, extra):
    assert page(reader, "China", extra).xpath("//ol[@class='documents']") is not None


ANYTHING = st.text(max_size=80) | st.text('"*-()OR ANDNOTab:^{}毛泽\x00', max_size=60)


@given(ANYTHING)
@settings(max_examples=300, deadline=None)
def test_any_string_is_a_valid_query(connection, text):
    asked = query.parse(text)
    for table, expression in (
        ("documents_fts", asked.words),
        ("texts_fts", asked.words),
        ("cjk_fts", asked.characters),
    ):
        if expression:
            connection.execute(f"SELECT rowid FROM {table} WHERE {table} MATCH ?", [expression]).fetchall()


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x4E10), min_size=2, max_size=12), st.data())
@settings(max_examples=100, deadline=None)
def test_every_part_of_a_run_of_characters_is_found(run, data):
    start = data.draw(st.integers(0, len(run) - 1))
    end = data.draw(st.integers(start + 1, len(run)))
    memory = sqlite3.connect(":memory:")
    memory.execute("CREATE VIRTUAL TABLE x USING fts5 (grams, tokenize='ascii')")
    memory.execute("INSERT INTO x VALUES (?)", [cjk.grams(f"in English {run}, and more")])
    assert memory.execute("SELECT count(*) FROM x WHERE x MATCH ?", [cjk.expression(run[start:end])]).fetchone()[0]


def test_documents_of_other_versions_are_looked_up_only_while_the_index_is_out_of_date(tmp_path):
    path = build(tmp_path) / "wilson.db"
    connection = sqlite3.connect(path)
    connection.execute("SELECT count(*) FROM documents")  # it stays open, as Datasette's do
    index = counts._make(SimpleNamespace(connect=lambda: sqlite3.connect(path)), str(path))

    def matches(words):
        """How many, and whether their documents were looked up."""
        asked, said = search.Asked(query.parse(words)), []
        expected = search.match(connection, asked)
        connection.set_trace_callback(said.append)
        assert search.match(connection, asked, index) == expected
        connection.set_trace_callback(None)
        return len(expected[0]), any("JOIN documents" in statement for statement in said)

    assert matches("schließenden") == (1, False)
    assert matches("schließenden OR посольстве") == (2, False)
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO texts VALUES (?, 9, 'de', 'German', 'Sie schließenden', '')", [NEHRU])
    assert matches("schließenden") == (2, True)


def test_english_has_no_pairs():
    assert cjk.grams("Sino-Soviet “relations”, Übung, дневник") == ""
    assert cjk.grams("毛 and 泽东") == "毛 泽东 东"


def test_indexing_again_replaces_what_was_indexed(tmp_path):
    db = connect(build(tmp_path, DOCUMENTS[-1:]))
    for text in ("毛泽东", "周恩来"):
        index_cjk(db.conn, "undated-note", {MAIN: text})

    def hits(text):
        return db.conn.execute("SELECT count(*) FROM cjk_fts WHERE cjk_fts MATCH ?", [cjk.expression(text)]).fetchone()

    assert (hits("毛泽"), hits("周恩来")) == ((0,), (1,))


def test_rebuilding_gives_the_same_indexes(tmp_path):
    db = connect(build(tmp_path))
    before = db.conn.execute("SELECT document, position, grams FROM cjk ORDER BY 1, 2").fetchall()
    assert before
    rebuild(db.conn)
    assert db.conn.execute("SELECT document, position, grams FROM cjk ORDER BY 1, 2").fetchall() == before
    for table in ("documents_fts", "texts_fts", "cjk_fts"):
        db.conn.execute(f"INSERT INTO {table} ({table}, rank) VALUES ('integrity-check', 1)")


@pytest.mark.parametrize(
    ("words", "wanted"),
    [
        ("毛泽东", [ROSHCHIN]),
        ("革命", [ASIAN_AFFAIRS]),
        ("Chiang 文化", [ASIAN_AFFAIRS]),
        ("Roshchin 文化", []),
        ('"毛', [ROSHCHIN]),
    ],
)
def test_datasettes_own_search_box_finds_characters_too(reader, words, wanted):
    answer = reader.get("/wilson/documents.json", params={"_search": words, "_shape": "array"}).json()
    assert [row["slug"] for row in answer] == wanted
    page = html.fromstring(reader.get("/wilson/documents", params={"_search": words}).text)
    assert f"search matches “{words}”" in page.text_content()


def test_a_search_that_takes_too_long_says_so(output, monkeypatch):
    slow = Reader(output)
    import wilson_reading_room.base as base

    monkeypatch.setattr(base, "TIME_LIMIT_MS", 0)
    monkeypatch.setitem(slow.datasette._settings, "sql_time_limit_ms", 0)
    response = slow.get("/-/search?q=conversation+takes+time")
    assert response.status_code == 200
    assert "took too long" in response.text


def test_more_results_than_fit_are_paged(tmp_path):
    many = [{"slug": f"d{n}", "title": f"Telegram number {n}", "text": "words"} for n in range(45)]
    reader = Reader(build(tmp_path, many))
    seen = []
    address = "/-/search.json?q=telegram"
    while address:
        answer = reader.get(address).json()
        seen += [row["slug"] for row in answer["results"]]
        address = (answer["next"] or "").removeprefix("http://localhost")
    assert (answer["total"], len(seen), len(set(seen))) == (45, 45, 45)


def test_counts_follow_the_database_without_a_search_waiting_for_them(tmp_path):
    reader = Reader(build(tmp_path))

    def japan():
        entries = reader.get("/-/search.json?q=").json()["facets"]["places"]
        return {entry["id"]: entry["count"] for entry in entries}.get("japan")

    assert japan() == 2
    with sqlite3.connect(tmp_path / "wilson.db") as connection:
        connection.execute("INSERT INTO document_places VALUES ('undated-note', 'japan', 0)")
    for tries in range(100):  # noqa: B007
        with sqlite3.connect(tmp_path / "wilson.db") as connection:
            connection.execute("UPDATE places SET region = region || 'x'")  # so that no answer is kept
        if japan() == 3:
            break
        time.sleep(0.05)
    assert japan() == 3
