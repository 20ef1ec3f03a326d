"""What keeps a public reading room safe: headers, no live markup, no paths, SQL that can be switched off."""

import json
import re

import pytest
from hostile import PAYLOADS, build_hostile
from lxml import html
from reading_room_archive import ROSHCHIN, build
from reading_room_server import Reader

from harvester.reading_room.plugin import markup

PAGES = [
    "/",
    "/-/search?q=China",
    "/-/people",
    "/-/places",
    "/-/upkeep",
    "/-/resolve?q=1",
    "/wilson/people/mao-zedong",
    f"/wilson/documents/{ROSHCHIN}",
    "/wilson/documents/nothing",
]
DATASETTES = [
    "/wilson",
    "/wilson/documents",
    "/wilson/people",
    "/wilson/captures/1",
    "/wilson?sql=select+1",
    "/nowhere",
]
DATA = ["/wilson.json", "/wilson/documents.json", "/wilson/people.csv", "/-/feed.atom", "/static/room.css"]


@pytest.fixture(scope="module")
def output(tmp_path_factory):
    return build(tmp_path_factory.mktemp("safe"))


@pytest.fixture(scope="module")
def reader(output):
    return Reader(output)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    return Reader(build_hostile(tmp_path_factory.mktemp("hostile")))


def policy(response):
    return {
        name: values
        for name, *values in (part.split() for part in response.headers["content-security-policy"].split(";"))
    }


@pytest.mark.parametrize("path", PAGES + DATASETTES + DATA)
def test_every_answer_has_the_headers(reader, path):
    response = reader.get(path)
    assert response.headers["x-content-type-options"] == "nosniff"
    assert response.headers["x-frame-options"] == "DENY"
    assert response.headers["referrer-policy"]
    assert "camera=()" in response.headers["permissions-policy"]
    rules = policy(response)
    assert rules["default-src"] == ["'none'"]
    assert rules["base-uri"] == ["'none'"]
    assert rules["frame-ancestors"] == ["'none'"]
    for value in ("'unsafe-inline'", "'unsafe-eval'", "*", "data:", "https:", "http:"):
        assert value not in rules["script-src"] + rules["style-src"]


@pytest.mark.parametrize("path", PAGES)
def test_our_pages_have_no_inline_script_or_style(reader, path):
    response = reader.get(path)
    assert policy(response)["script-src"] == ["'self'"]
    assert policy(response)["style-src"] == ["'self'"]
    page = html.fromstring(response.text)
    assert page.xpath("//script[not(@src)] | //style | //*[@style]") == []
    assert [name for node in page.iter() for name in node.keys() if str(name).startswith("on")] == []  # noqa: SIM118


@pytest.mark.parametrize("path", DATASETTES)
def test_scripts_in_datasettes_templates_carry_the_nonce_of_their_answer(reader, path):
    first, second = reader.get(path), reader.get(path)
    nonces = []
    for response in (first, second):
        page = html.fromstring(response.text)
        (nonce,) = set(re.findall(r"'nonce-([^']+)'", response.headers["content-security-policy"]))
        assert {node.get("nonce") for node in page.xpath("//script | //style")} == {nonce}
        assert page.xpath("//*[@style]") == []
        assert [name for node in page.iter() for name in node.keys() if str(name).startswith("on")] == []  # noqa: SIM118
        nonces.append(nonce)
    assert nonces[0] != nonces[1]


@pytest.mark.parametrize(
    "path",
    [
        *(f"/wilson/documents/hostile-{n}" for n in range(len(PAYLOADS))),
        *(f"/wilson/documents/hostile-{n}?version=1&beside=main" for n in range(0, len(PAYLOADS), 7)),
        "/",
        "/-/search",
        "/-/search?q=xss",
        "/-/people",
        "/-/places",
        "/-/subjects",
        "/-/topics",
        "/-/archives",
        "/-/upkeep",
        "/wilson/documents",
        "/wilson/people",
        "/wilson/files",
    ],
)
def test_hostile_values_are_never_live_markup(hostile, path):
    response = hostile.get(path)
    assert response.status_code == 200
    page = html.fromstring(response.text)
    ours = "nonce" not in response.headers["content-security-policy"]
    assert page.xpath("//script[not(@src) and not(@nonce)]") == []
    assert [script for script in page.xpath("//script/@src") if not script.startswith("/")] == []
    assert [name for node in page.iter() for name in node.keys() if str(name).startswith("on")] == []  # noqa: SIM118
    for address in page.xpath("//@href | //@src | //@action | //@formaction | //@data"):
        assert not re.match(r"[\s\x00-\x20]*(javascript|data|vbscript):", address, re.IGNORECASE), address
    if ours:
        assert page.xpath("//meta[@http-equiv] | //base | //embed | //object | //form[not(@action)]") == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_what_is_typed_is_never_live_markup(reader, payload):
    for path in ("/-/search", "/-/resolve", "/-/people"):
        response = reader.get(path, params={"q": payload, "people": payload, "from": payload, "asked": payload})
        page = html.fromstring(response.text)
        assert page.xpath("//script[not(@src)] | //img | //iframe | //*[@onerror] | //*[@onload]") == []


@pytest.mark.parametrize("payload", PAYLOADS)
def test_the_cleaned_html_of_a_text_holds_only_what_a_text_needs(payload):
    cleaned = html.fromstring(f"<div>{markup.reading(payload, None)}</div>")
    for node in cleaned.iter():
        assert node.tag in markup._TAGS
        assert set(node.keys()) <= {"href", "rel", "id", "colspan", "rowspan", "start", "value"}


def test_without_nh3_the_plain_text_is_shown(monkeypatch):
    monkeypatch.setattr(markup, "nh3", None)
    assert markup.reading("<b>x</b>", "a <b>\nb\n\nc") == "<p>a &lt;b&gt;<br>b</p><p>c</p>"


def test_ids_of_a_text_are_not_those_of_the_page():
    assert markup.reading('<p id="main">x</p><a href="#main">y</a>', None) == (
        '<p id="text-main">x</p><a href="#text-main" rel="noopener noreferrer nofollow">y</a>'
    )


@pytest.mark.parametrize(
    "path",
    [
        *PAGES,
        *DATASETTES,
        *DATA,
        "/wilson/captures",
        "/wilson/captures.json?_shape=array",
        "/wilson/captures.csv",
        "/wilson/files.json?_shape=array",
        "/wilson/runs.json?_shape=array",
        "/-/databases.json",
        "/-/databases",
        "/-/threads.json",
        "/-/plugins.json",
        "/-/settings.json",
        "/-/metadata.json",
        "/-/versions.json",
        "/wilson.json?sql=select+*+from+captures",
        "/wilson.json?sql=select+*+from+pragma_database_list()",
        "/wilson.json?sql=select+group_concat(location)+from+captures",
        "/wilson.json?sql=select+path+from+files",
        "/wilson/captures.json?location__contains=home",
        "/wilson/captures.json?_facet=location",
    ],
)
def test_no_path_of_this_machine_is_shown(output, reader, path):
    words = reader.get(path).text
    assert "/home/someone" not in words
    assert str(output) not in words
    assert "files/" not in words.replace("/sites/default/files/", "")


def test_sql_can_be_switched_off(output):
    assert Reader(output).get("/wilson.json?sql=select+1").status_code == 200
    closed = Reader(output, default_allow_sql=False)
    assert closed.get("/wilson.json?sql=select+1").status_code == 403
    assert closed.get("/-/search?q=China").status_code == 200
    assert closed.get("/wilson/documents").status_code == 200


def test_sql_is_limited_in_time_and_size(reader):
    endless = "with recursive c(n) as (select 1 union all select n + 1 from c) select max(n) from c"
    assert reader.get("/wilson.json", params={"sql": endless}).status_code == 400
    many = "with recursive c(n) as (select 1 union all select n + 1 from c limit 5000) select n from c"
    answer = reader.get("/wilson.json", params={"sql": many, "_shape": "objects"}).json()
    assert answer["truncated"]
    assert len(answer["rows"]) <= 1000


def test_the_harvests_own_database_is_no_download(reader):
    assert reader.get("/wilson.db").status_code == 403


def test_readers_whom_datasette_keeps_out_see_nothing(output):
    closed = Reader(output)
    closed.datasette._metadata_local = {**closed.datasette._metadata_local, "allow": False}
    for path in ("/", "/-/search?q=China", "/-/people", "/-/feed.atom", f"/wilson/documents/{ROSHCHIN}"):
        response = closed.get(path)
        assert response.status_code == 403
        assert "Roshchin" not in response.text


def test_references_of_hostile_documents_are_whole(hostile):
    for n, payload in enumerate(PAYLOADS):
        item = json.loads(hostile.get(f"/-/cite/hostile-{n}.json").text)[0]
        assert item["title"] == payload
        lines = hostile.get(f"/-/cite/hostile-{n}.ris").text.split("\r\n")
        assert all(re.match(r"[A-Z][A-Z0-9]  - ", line) for line in lines if line)
        entry = hostile.get(f"/-/cite/hostile-{n}.bib").text
        assert entry.count("{") - entry.count(r"\{") == entry.count("}") - entry.count(r"\}")
