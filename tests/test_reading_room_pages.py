"""Home, documents, people, places, lists, feed and the maintainers' page, as a reader gets them."""

import json
import re
import sqlite3
from xml.etree import ElementTree

import pytest
from lxml import html
from reading_room_archive import ROSHCHIN, build
from reading_room_server import Reader

ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return build(tmp_path_factory.mktemp("room"))


@pytest.fixture(scope="module")
def reader(output):
    return Reader(output)


def page(reader, path, status=200):
    response = reader.get(path)
    assert response.status_code == status, response.text[:500]
    return html.fromstring(response.text)


def text(node):
    return " ".join(node.text_content().split())


def test_home_says_what_the_archive_holds_since_when_and_from_where(reader):
    words = text(page(reader, "/"))
    assert "6 documents from the Wilson Center Digital Archive" in words
    assert "As of 2025-10-07" in words
    assert "4 further language versions and 1 scan" in words
    assert "Harvested from the live site" in words


def test_home_leads_on(reader):
    home = page(reader, "/")
    assert home.xpath("//form[@role='search']/@action") == ["/-/search"]
    links = home.xpath("//a/@href")
    for wanted in ("/wilson/people/mao-zedong", "/wilson/places/china", f"/wilson/documents/{ROSHCHIN}"):
        assert wanted in links
    bars = home.xpath("//figure[contains(@class,'chart')]//svg//a")
    assert {bar.get("href"): text(bar) for bar in bars} == {
        "/-/search?from=1949&to=1949": "1949: 2 documents",
        "/-/search?from=1967&to=1967": "1967: 2 documents",
        "/-/search?from=1997&to=1997": "1997: 1 document",
    }


@pytest.mark.parametrize(
    "path", ["/", "/-/search?q=x", "/wilson/documents/x", "/-/people", "/-/feed.atom", "/-/upkeep"]
)
def test_an_output_without_a_database_says_what_to_type(tmp_path, path):
    response = Reader(tmp_path).get(path)
    assert response.status_code == 503
    assert "scrapy crawl document" in response.text


def test_a_document_shows_every_field(reader):
    shown = text(page(reader, f"/wilson/documents/{ROSHCHIN}"))
    for wanted in (
        "November 10, 1949",
        "Top Secret",
        "Roshchin, Nikolai Vasil'evich",
        "Zhou, Enlai; Mao, Zedong; Stalin, Joseph",
        "China--Foreign relations--Soviet Union",
        "Sino-Soviet Relations",
        "AVP RF, f. 0100, op. 42, pap. 288, d. 19, ll. 81-85. Translated by David Wolff.",
        "fond 0100, opis 42, papka 288, delo 19, listy 81-85",
        "Translated by David Wolff",
        "Archive of Foreign Policy of the Russian Federation (AVP RF)",
        "Leon Levy Foundation",
        "111442",
        "2011-11-20",
        "Two independent readings of the page agree on 98 % of the words",
        "USSR Ambassador to the PRC N. Roshchin",
    ):
        assert wanted in shown


def test_paragraphs_and_lines_of_the_text_are_kept(reader):
    reading = page(reader, f"/wilson/documents/{ROSHCHIN}").xpath("//section[@class='reading']")[0]
    paragraphs = reading.xpath("./p")
    assert len(paragraphs) == 5
    assert text(paragraphs[0].xpath("text()[1]")[0].getparent()).startswith("From the Diary")
    assert len(paragraphs[0].xpath("./br")) == 1


def test_footnotes_lead_to_their_notes_within_the_text(reader):
    reading = page(reader, "/wilson/documents/letter-jawaharlal-nehru-all-provincial-premiers")
    (link,) = reading.xpath("//section[@class='reading']//sup/a/@href")
    assert reading.xpath(f"//section[@class='reading']//p[@id='{link[1:]}']")
    assert reading.xpath("//section[@class='reading']//em")[0].text == "events in China"
    assert [text(item) for item in reading.xpath("//section[@class='reading']//li")] == ["the harvest", "the budget"]


def test_versions_are_tabs_that_are_links(reader):
    russian = page(reader, f"/wilson/documents/{ROSHCHIN}?version=1")
    tabs = russian.xpath("//nav[@class='versions']/ul//a")
    assert [text(tab) for tab in tabs] == ["English", "Russian", "Chinese", "Scan (PDF, 1 page)"]
    assert [text(tab) for tab in tabs if tab.get("aria-current")] == ["Russian"]
    (reading,) = russian.xpath("//section[@class='reading']")
    assert reading.get("lang") == "ru"
    assert "Запись беседы" in text(reading)


def test_two_versions_stand_side_by_side(reader):
    both = page(reader, f"/wilson/documents/{ROSHCHIN}?version=main&beside=2")
    assert [section.get("lang") for section in both.xpath("//section[@class='reading']")] == ["en", "zh"]


def test_the_scan_stands_beside_the_text(reader):
    both = page(reader, f"/wilson/documents/{ROSHCHIN}?version=main&beside=scan")
    (address,) = both.xpath("//iframe/@src")
    response = reader.get(address)
    assert response.headers["content-type"] == "application/pdf"
    assert response.content.startswith(b"%PDF")


@pytest.mark.parametrize("query", ["version=9", "version=%00", "version=main&beside=main", "beside=77", "asked=x"])
def test_nonsense_in_the_address_shows_the_document(reader, query):
    assert page(reader, f"/wilson/documents/{ROSHCHIN}?{query}").xpath("//section[@class='reading']")


def test_metadata_for_reference_managers(reader):
    head = page(reader, f"/wilson/documents/{ROSHCHIN}")
    metas = {(meta.get("name"), meta.get("content")) for meta in head.xpath("//meta[@name]")}
    for wanted in (
        ("citation_author", "Roshchin, Nikolai Vasil'evich"),
        ("citation_publication_date", "1949/11/10"),
        ("citation_public_url", f"https://digitalarchive.wilsoncenter.org/document/{ROSHCHIN}"),
        ("DC.date", "1949-11-10"),
        ("DC.creator", "Roshchin, Nikolai Vasil'evich"),
        ("DC.publisher", "Wilson Center Digital Archive"),
    ):
        assert wanted in metas
    titles = {content for name, content in metas if name in ("citation_title", "DC.title")}
    assert len(titles) == 1
    assert titles.pop().startswith("From the Diary of N.V. Roshchin")
    (pdf,) = [content for name, content in metas if name == "citation_pdf_url"]
    assert re.fullmatch(r"https?://.*/-/file/[0-9a-f]{64}", pdf)


def test_a_date_that_is_only_a_month_is_cited_as_one(reader):
    head = page(
        reader,
        "/wilson/documents/statement-nakajima-kenzo-chairman-board-opposing-visit-prime-minister-sato-united-states",
    )
    assert head.xpath("//meta[@name='citation_publication_date']/@content") == ["1967/11"]
    assert page(reader, "/wilson/documents/undated-note").xpath("//meta[@name='citation_publication_date']") == []


def test_the_note_to_cite_it_by(reader):
    (note,) = page(reader, f"/wilson/documents/{ROSHCHIN}").xpath("//*[@id='citation']")
    assert text(note) == (
        "Nikolai Vasil'evich Roshchin, “From the Diary of N.V. Roshchin, Memorandum of Conversation with Prime "
        "Minister Zhou Enlai on 10 November 1949,” November 10, 1949, Wilson Center Digital Archive, AVP RF, "
        "f. 0100, op. 42, pap. 288, d. 19, ll. 81-85. Translated by David Wolff. "
        f"https://digitalarchive.wilsoncenter.org/document/{ROSHCHIN}."
    )


@pytest.mark.parametrize(
    ("suffix", "media_type", "wanted"),
    [
        ("ris", "application/x-research-info-systems", "DA  - 1949/11/10\r\n"),
        ("bib", "application/x-bibtex", "@misc{roshchin1949-111442,"),
        ("json", "application/vnd.citationstyles.csl+json", '"date-parts": [[1949, 11, 10]]'),
    ],
)
def test_references_are_downloads(reader, suffix, media_type, wanted):
    links = page(reader, f"/wilson/documents/{ROSHCHIN}").xpath("//section[@class='cite']//a/@href")
    (link,) = [link for link in links if link.endswith(f".{suffix}")]
    response = reader.get(link)
    assert response.headers["content-type"].startswith(media_type)
    assert response.headers["content-disposition"].endswith(f'.{suffix}"')
    assert wanted in response.text


def test_where_it_came_from_and_how_it_changed(reader):
    shown = page(reader, f"/wilson/documents/{ROSHCHIN}").xpath("//section[@class='provenance']")[0]
    assert "Read from the site on 2025-10-07; this page shows it" in text(shown)
    assert [text(node) for node in shown.xpath(".//del")] == ["Conversation between Roshchin and Zhou."]
    assert "Zhou Enlai speaks on behalf" in text(shown.xpath(".//ins")[0])


def test_a_compact_difference_is_shown_by_paragraph(output, reader):
    with sqlite3.connect(output / "wilson.db") as connection:
        connection.execute(
            "INSERT INTO document_versions (document, version, seen_at, capture, changes)"
            " VALUES ('undated-note', 2, '2025-11-01T00:00:00Z', 1, ?)",
            [
                json.dumps(
                    {
                        "text": {"diff": [[0, ["An old line."], ["A new line."]]]},
                        "html": {"diff": []},
                        "texts.0.html": {},
                    }
                )
            ],
        )
    shown = page(reader, "/wilson/documents/undated-note").xpath("//ol[@class='changes']")[0]
    assert (text(shown.xpath(".//del")[0]), text(shown.xpath(".//ins")[0])) == ("An old line.", "A new line.")
    assert "html" not in text(shown)


def test_a_capture_of_the_wayback_machine_is_linked(output, reader):
    with sqlite3.connect(output / "wilson.db") as connection:
        connection.execute(
            "INSERT INTO captures (url, source, fetched_at, digest) VALUES"
            " ('https://digitalarchive.wilsoncenter.org/document/undated-note', 'wayback', '2023-04-05T06:07:08Z', 'x')"
        )
    links = page(reader, "/wilson/documents/undated-note").xpath("//section[@class='provenance']//a/@href")
    assert (
        "https://web.archive.org/web/20230405060708/https://digitalarchive.wilsoncenter.org/document/undated-note"
    ) in links


def test_related_documents_share_people(reader):
    related = page(reader, f"/wilson/documents/{ROSHCHIN}").xpath("//section[@class='related']//a/@href")
    assert related == [
        "/wilson/documents/asian-affairs-bureau-ministry-foreign-affairs-japan-chinese-communist-problem"
    ]


def test_a_person(reader):
    mao = page(reader, "/wilson/people/mao-zedong")
    words = text(mao)
    assert "Mao, Zedong 1893–1976" in words
    assert "2 documents; mentioned in 2" in words
    aside = mao.xpath("//aside//a/@href")
    assert "/wilson/people/zhou-enlai" in aside
    assert "/wilson/people/mao-zedong" not in aside
    assert text(mao.xpath("//ol[@class='documents']//h3")[0]).startswith("From the Diary")


@pytest.mark.parametrize(
    ("path", "heading", "count"),
    [
        ("places/china", "China", 5),
        ("topics/sino-soviet-relations", "Sino-Soviet Relations", 1),
        ("archives/german-federal-archives-barch", "German Federal Archives (BArch)", 1),
        ("subjects/china-foreign-relations-soviet-union", "China--Foreign relations--Soviet Union", 1),
        ("languages/ja", "Japanese", 2),
        ("donors/leon-levy-foundation", "Leon Levy Foundation", 1),
    ],
)
def test_every_kind_of_entry_has_a_page_with_its_documents(reader, path, heading, count):
    shown = page(reader, f"/wilson/{path}")
    assert text(shown.xpath("//h1")[0]).startswith(heading)
    assert len(shown.xpath("//ol[@class='documents']/li")) == count


def test_a_topic_says_what_the_site_claims(reader):
    assert "1 document; the site claims 434" in text(page(reader, "/wilson/topics/sino-soviet-relations"))


@pytest.mark.parametrize("table", ["people", "places", "topics", "archives", "subjects", "languages", "donors"])
def test_every_kind_has_a_list(reader, table):
    shown = page(reader, f"/-/{table}")
    assert shown.xpath(f"//main//a[starts-with(@href, '/wilson/{table}/')]")


def test_a_list_is_filtered_without_regard_to_diacritics(reader):
    assert [text(a) for a in page(reader, "/-/people?q=sato").xpath("//div[@class='columns']//a")] == ["Satō, Eisaku"]
    assert "No name holds that." in text(page(reader, "/-/people?q=nobody"))


def test_places_stand_on_a_map(reader):
    shown = page(reader, "/-/places")
    circles = shown.xpath("//figure[contains(@class,'world')]//*[local-name()='a']")
    at = {
        circle.get("href"): (float(node.get("cx")), float(node.get("cy")))
        for circle in circles
        for node in circle.xpath("./*[local-name()='circle']")
    }
    assert len(at) == 8
    assert at["/wilson/places/japan"][0] > at["/wilson/places/china"][0] > at["/wilson/places/germany"][0]
    assert at["/wilson/places/germany"][1] < at["/wilson/places/india"][1]
    assert reader.get("/static/land.svg").status_code == 200


@pytest.mark.parametrize("path", ["/wilson/documents/nothing", "/wilson/people/nobody", "/wilson/places/~22~3E"])
def test_what_is_not_held_is_said(reader, path):
    assert "holds no" in text(page(reader, path, status=404))


def test_the_feed_is_atom(reader):
    response = reader.get("/-/feed.atom")
    assert response.headers["content-type"].startswith("application/atom+xml")
    feed = ElementTree.fromstring(response.content)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == 6
    assert [entry.find(f"{ATOM}updated").text for entry in entries] == sorted(
        (entry.find(f"{ATOM}updated").text for entry in entries), reverse=True
    )
    ids = [entry.find(f"{ATOM}id").text for entry in entries]
    assert len(set(ids)) == 6
    assert f"https://digitalarchive.wilsoncenter.org/document/{ROSHCHIN}" in ids


def test_the_maintainers_page(output, reader):
    with sqlite3.connect(output / "wilson.db") as connection:
        connection.execute(
            "INSERT INTO frontier (url, source, kind, state, reason, added_at) VALUES"
            " ('https://x/document/a', 'live', 'document', 'failed', 'HTTP 500, /home/someone/secret/x.warc', '2025')"
        )
        connection.execute(
            "INSERT INTO missing (url, expected_by, noted_at) VALUES ('https://x/y', 'the catalog', '2025')"
        )
        connection.execute("INSERT INTO quarantine (url, reason) VALUES ('https://x/document/b', 'challenge')")
        connection.execute("UPDATE documents SET other = '{\"Provenance Note\": [\"x\"]}' WHERE slug = 'undated-note'")
    words = text(page(reader, "/-/upkeep"))
    for wanted in (
        "HTTP 500, …/x.warc",
        "challenge",
        "nowhere known",
        "Provenance Note",
        "complete",
        "6 documents new, 40 requests",
        "summary 83.3 %",
    ):
        assert wanted in words
    assert "/home/someone" not in words


def test_machines_get_json_and_csv_of_everything(reader):
    rows = reader.get("/wilson/documents.json?_shape=array").json()
    assert len(rows) == 6
    assert reader.get(f"/wilson/documents/{ROSHCHIN}.json?_shape=array").json()
    assert reader.get("/wilson/people.csv").text.startswith("id,name,kind")


def test_datasettes_own_search_works_on_documents(reader):
    assert [row["slug"] for row in reader.get("/wilson/documents.json?_search=roshchin&_shape=array").json()] == [
        ROSHCHIN
    ]


def test_descriptions_facets_and_sort_orders_reach_datasettes_pages(reader):
    table = page(reader, "/wilson/documents")
    assert "The site's Record ID, which printed footnotes cite" in text(table)
    assert "facet-results" in html.tostring(table).decode()
    years = [row["date_earliest"] for row in reader.get("/wilson/documents.json?_shape=array").json()]
    assert years[0] == "1997-04-23"


def test_several_scans_are_told_apart_and_the_same_one_is_shown_once(tmp_path):
    output = build(tmp_path)
    with sqlite3.connect(output / "wilson.db") as connection:
        held = connection.execute("SELECT sha256 FROM files").fetchone()[0]
        for number, sha256 in enumerate((held, "f" * 64, None)):
            connection.execute(
                "INSERT INTO files (document, url, sha256, ocr_confidence) VALUES (?, ?, ?, 0.874)",
                [ROSHCHIN, f"https://x/{number}.pdf", sha256],
            )
        connection.execute("UPDATE documents SET text_from = 'ocr' WHERE slug = ?", [ROSHCHIN])
    shown = page(Reader(output), f"/wilson/documents/{ROSHCHIN}?version=main&beside=scan-2")
    tabs = [text(tab) for tab in shown.xpath("//nav[@class='versions']/ul//a")]
    assert tabs == ["English", "Russian", "Chinese", "Scan (PDF, 1 page)", "Scan 2 (PDF)"]
    assert shown.xpath("//iframe/@src")[0].startswith(f"/-/file/{'f' * 64}#")
    assert "read from the scan by machine, which was 87 % sure of it, and has mistakes" in text(shown)


def test_a_page_that_takes_too_long_says_so(output, monkeypatch):
    reader = Reader(output)
    import wilson_reading_room.base as base

    monkeypatch.setattr(base, "TIME_LIMIT_MS", 0)
    monkeypatch.setitem(reader.datasette._settings, "sql_time_limit_ms", 0)
    assert "This took too long" in text(page(reader, f"/wilson/documents/{ROSHCHIN}", status=503))
