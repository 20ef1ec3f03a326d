"""Old footnotes lead to documents, or to a page that says what is known."""

from urllib.parse import quote

import pytest
from reading_room_archive import ROSHCHIN, build
from reading_room_server import Reader

from harvester.reading_room.plugin.resolve import Reference, looks_like_reference, read

SITE = "https://digitalarchive.wilsoncenter.org"


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    return Reader(build(tmp_path_factory.mktemp("resolve")))


@pytest.mark.parametrize(
    "cited",
    [
        f"{SITE}/document/111442",
        "http://digitalarchive.wilsoncenter.org/document/111442",
        "digitalarchive.wilsoncenter.org/document/111442",
        "http://www.digitalarchive.wilsoncenter.org/document/111442/",
        f"{SITE}/document/111442?mode=critical#page=3",
        f"<{SITE}/document/111442>.",
        f"https://web.archive.org/web/20161231000000/{SITE}/document/111442",
        f"{SITE}/document/111442.ris",
        f"{SITE}/srv/record/111442.json",
        "111442",
        " 111442 ",
        "Record ID 111442",
        "record 111442",
        f"{SITE}/document/{ROSHCHIN}",
        f"{SITE}/document/{ROSHCHIN}?utm_source=x",
        f"/document/{ROSHCHIN}",
        ROSHCHIN,
        ROSHCHIN.upper(),
    ],
)
def test_it_leads_to_the_document(reader, cited):
    response = reader.get(f"/-/resolve?q={quote(cited)}")
    assert (response.status_code, response.headers.get("location")) == (302, f"/wilson/documents/{ROSHCHIN}")


@pytest.mark.parametrize("cited", [f"{SITE}/node/99018", "/node/99018", f"{SITE}/document/99018/download"])
def test_node_ids_lead_to_the_document(reader, cited):
    response = reader.get(f"/-/resolve?q={quote(cited)}")
    assert response.status_code == 302
    assert response.headers["location"].startswith(f"/wilson/documents/{ROSHCHIN}")


def test_of_a_record_id_and_a_node_id_the_record_id_wins_and_the_other_is_named(reader):
    response = reader.get("/-/resolve?q=99018")
    assert response.headers["location"].startswith("/wilson/documents/undated-note")
    shown = reader.get(response.headers["location"]).text
    assert "99018 is this document's record id" in shown
    assert f'href="/wilson/documents/{ROSHCHIN}"' in shown


@pytest.mark.parametrize("path", ["/document/111442", f"/document/{ROSHCHIN}", "/node/99018", "/document/111442/"])
def test_an_address_works_with_this_host_put_in(reader, path):
    response = reader.get(path)
    assert response.status_code == 302
    assert response.headers["location"].startswith(f"/wilson/documents/{ROSHCHIN}")


@pytest.mark.parametrize("cited", ["121894", f"{SITE}/document/121894", f"{SITE}/document/never-held"])
def test_what_is_not_held_is_said_with_where_it_may_be_had(reader, cited):
    response = reader.get(f"/-/resolve?q={quote(cited)}")
    assert response.status_code == 404
    assert "does not hold" in response.text
    assert f"https://web.archive.org/web/2020*/{SITE}/document/" in response.text


def test_a_node_id_that_is_not_held_names_the_record(reader):
    response = reader.get(f"/-/resolve?q={quote('/node/111442')}")
    assert response.status_code == 404
    assert f'href="/wilson/documents/{ROSHCHIN}"' in response.text


@pytest.mark.parametrize(
    "cited", ["what about China", "\x00", "'; --", "<script>", "document/", "9" * 40, "/document/%FF", "/node/x", "🙂"]
)
def test_nonsense_is_no_error(reader, cited):
    assert reader.get(f"/-/resolve?q={quote(cited)}").status_code == 404
    assert reader.get("/-/resolve?q=").status_code == 200


def test_search_recognises_a_reference():
    assert looks_like_reference("111442")
    assert looks_like_reference(f"{SITE}/document/x")
    assert not looks_like_reference("1956")
    assert not looks_like_reference("Mao in 1956")


def test_reading_a_reference():
    assert read("/document/5/download") == Reference("node", "5")
    assert read("no address of it") is None
