"""The sample archive answers as the live site would, and lets a test change it."""

import gzip
import http.client
import re
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from harvester.exceptions import UsageError
from harvester.sample_site import Response, SampleSite

SEED = "/document/diary-nv-roshchin-memorandum-conversation-prime-minister-zhou-enlai-10-november-1949"


def get(site: SampleSite, path: str, method: str = "GET", **headers: str) -> tuple[int, dict[str, str], bytes]:
    """Status, headers and body as sent; follows nothing."""
    connection = http.client.HTTPConnection(site.url.removeprefix("http://"), timeout=10)
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request(method, path, headers=names)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return answer.status, {name.lower(): value for name, value in answer.getheaders()}, body


@pytest.mark.parametrize(
    ("path", "media_type", "says"),
    [
        ("/", "text/html", "Digital Archive"),
        ("/robots.txt", "text/plain", "User-agent: *"),
        (SEED, "text/html", "From the Diary of N.V. Roshchin"),
        (SEED + "/", "text/html", "From the Diary of N.V. Roshchin"),
        ("/people", "text/html", "Chehab, Emir Farid"),
        ("/people?page=1", "text/html", "Kim, Il Sung"),
        ("/people/mao-zedong", "text/html", "1893-1976"),
        ("/places/china", "text/html", "(East Asia)"),
        ("/topics/berlin-wall", "text/html", "(2) documents"),
        ("/essays/essay-sino-soviet-alliance", "text/html", "Sino-Soviet Alliance"),
        ("/document/280697", "text/html", "subj-list"),
        ("/document/280697.ris", "application/x-research-info-systems", "TY  - MANSCPT"),
        ("/srv/record/121893.json", "application/json", '"doc_date": "19891206"'),
        ("/document/98741/download", "application/pdf", "%PDF-1.4"),
        ("/document/118433/download", "application/pdf", "%PDF-1.4"),
        (
            "/sites/default/files/shared-media/imported_document_original_file/kabul-garrison.pdf",
            "application/pdf",
            "garrison of Kabul",
        ),
    ],
)
def test_every_kind_of_address(site: SampleSite, path: str, media_type: str, says: str) -> None:
    status, headers, body = get(site, path)
    assert (status, headers["content-type"].partition(";")[0]) == (200, media_type)
    assert says.encode() in body


@pytest.mark.parametrize(
    "path",
    ["/document/nothing", "/people/nobody", "/topics?page=9", "/node/1", "/document/1/download", "/favicon.ico",
     "/document/../../pyproject.toml", "/people/%2e%2e/input.html", "/sites/default/files/nothing.pdf"],
)  # fmt: skip
def test_what_is_not_there(site: SampleSite, path: str) -> None:
    status, _, body = get(site, path)
    assert status == 404
    assert b"Page not found" in body
    assert b"mega-menu" in body


def test_node_redirects_to_the_document(site: SampleSite) -> None:
    status, headers, _ = get(site, "/node/99018")
    assert (status, headers["location"]) == (301, SEED)


def slugs(site: SampleSite, path: str) -> list[str]:
    return re.findall(r'<td class="document"><a href="/document/([^"]+)"', get(site, path)[2].decode())


def test_catalog_lists_every_document_once_newest_first(site: SampleSite) -> None:
    held = {folder.name for folder in (site.root / "document").iterdir()}
    pages = [slugs(site, f"/search?page={number}") for number in range(len(held) // 10 + 1)]
    assert sorted(slug for page in pages for slug in page) == sorted(held)
    assert {len(page) for page in pages[:-1]} == {10}
    assert pages[0][0] == "letter-jawaharlal-nehru-all-provincial-premiers"
    assert f"Results: 1 - 10 of {len(held)}".encode() in get(site, "/search")[2]


def test_past_the_end_there_are_no_results(site: SampleSite) -> None:
    status, _, body = get(site, "/search?page=1616")
    assert status == 200
    assert b"Results:" not in body
    assert b"<table" not in body


def test_catalog_of_a_topic(site: SampleSite) -> None:
    listed = [slug for page in (0, 1) for slug in slugs(site, f"/search?f[0]=topics:87160&fo[0]=87160&page={page}")]
    assert sorted(listed) == sorted(site.topics["87160"])
    assert slugs(site, "/search?f%5B0%5D=topics%3A87155&fo%5B0%5D=87155") == [
        "instructions-border-troops-berlin-sector",
        "telegram-unknown-sender-berlin-checkpoints",
    ]
    assert slugs(site, "/search?f[0]=topics:1&fo[0]=1") == []


def test_catalog_of_words(site: SampleSite) -> None:
    assert slugs(site, "/search?search_api_fulltext=nehru+provincial") == [
        "letter-jawaharlal-nehru-all-provincial-premiers"
    ]


def test_catalog_follows_changed_added_and_deleted_documents(site: SampleSite) -> None:
    before = len(site._documents())
    page = get(site, SEED)[2].decode()
    site.pages[SEED] = page.replace("From the Diary of N.V.", "Out of the Diary of N. V.")
    site.pages["/document/new"] = page.replace("2011-11-20", "2099-01-01").replace("99018", "770001")
    site.pages["/document/note-supplies-fishing-boats-undated"] = None
    site.pages["/document/cipher-message-harbor-master"] = Response(b"", 503)
    assert slugs(site, "/search")[0] == "new"
    assert f"of {before - 1}".encode() in get(site, "/search")[2]
    assert get(site, "/document/note-supplies-fishing-boats-undated")[0] == 404
    assert get(site, "/document/cipher-message-harbor-master")[0] == 503
    assert get(site, "/node/770001")[1]["location"] == "/document/new"
    everything = b"".join(get(site, f"/search?page={number}")[2] for number in range(4))
    assert b"Out of the Diary of N. V. Roshchin, Memorandum" in everything


def test_a_folder_of_ones_own_is_served(tmp_path: Path) -> None:
    with SampleSite() as site:
        frame, page = (site.root / "frame.html").read_bytes(), get(site, SEED)[2]
    (tmp_path / "frame.html").write_bytes(frame)
    (tmp_path / "document" / "mine").mkdir(parents=True)
    (tmp_path / "document" / "mine" / "input.html").write_bytes(page)
    with SampleSite(tmp_path) as site:
        assert slugs(site, "/search") == ["mine"]
        assert get(site, "/document/mine")[2] == page


def test_conditional_requests(site: SampleSite) -> None:
    _, headers, body = get(site, SEED)
    assert get(site, SEED, If_None_Match=headers["etag"])[::2] == (304, b"")
    assert get(site, SEED, If_Modified_Since=headers["last-modified"])[0] == 304
    assert get(site, SEED, If_Modified_Since="Sat, 01 Jan 2000 00:00:00 GMT")[0] == 200
    site.pages[SEED] = body + b"<!-- edited -->"
    changed = get(site, SEED, If_None_Match=headers["etag"], If_Modified_Since=headers["last-modified"])
    assert changed[0] == 200


def test_compression_when_accepted(site: SampleSite) -> None:
    plain = get(site, SEED)
    packed = get(site, SEED, Accept_Encoding="gzip, deflate")
    assert "content-encoding" not in plain[1]
    assert packed[1]["content-encoding"] == "gzip"
    assert gzip.decompress(packed[2]) == plain[2]
    assert int(packed[1]["content-length"]) == len(packed[2])


def test_head_has_no_body(site: SampleSite) -> None:
    status, headers, body = get(site, SEED, method="HEAD")
    assert (status, body) == (200, b"")
    assert int(headers["content-length"]) > 10_000


def test_log(site: SampleSite) -> None:
    get(site, SEED, User_Agent="one")
    get(site, "/nothing", User_Agent="two")
    assert [(v.method, v.path, v.user_agent, v.status) for v in site.log] == [
        ("GET", SEED, "one", 200),
        ("GET", "/nothing", "two", 404),
    ]
    assert site.log[0].finished <= site.log[1].started


@pytest.mark.parametrize(
    ("kind", "name", "status", "says"),
    [("challenge", "interstitial", 200, b"bm-verify"), ("challenge", "429-iframe", 429, b"<iframe"),
     ("error", "503-maintenance", 503, b"maintenance"), ("not-found", "soft", 200, b"Page not found")],
)  # fmt: skip
def test_cases_as_answers(site: SampleSite, kind: str, name: str, status: int, says: bytes) -> None:
    site.respond = lambda request, response: site.case(kind, name)
    found = get(site, SEED)
    assert found[0] == status
    assert says in found[2]


def test_hook_changes_the_answer_by_count(site: SampleSite) -> None:
    site.respond = lambda request, response: (
        Response(b"wait", 429, {"Retry-After": "1"}) if request.count < 3 else response
    )
    assert [get(site, SEED)[0] for _ in range(3)] == [429, 429, 200]
    assert get(site, "/people", User_Agent="x")[0] == 429


def test_hook_resets_the_connection(site: SampleSite) -> None:
    def reset(request, response):
        request.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        request.connection.close()

    site.respond = reset
    with pytest.raises((ConnectionError, http.client.BadStatusLine)):
        get(site, SEED)
    assert site.log[0].status is None
    site.respond = None
    assert get(site, SEED)[0] == 200


def test_hook_truncates(site: SampleSite) -> None:
    site.respond = lambda request, response: Response(
        response.body[:100], headers=response.headers | {"Content-Length": str(len(response.body))}
    )
    connection = socket.create_connection(site._server.server_address[:2], timeout=10)
    connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
    raw = b"".join(iter(lambda: connection.recv(65536), b""))
    connection.close()
    assert len(raw.partition(b"\r\n\r\n")[2]) == 100


def test_without_a_sample(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="not in"):
        SampleSite(tmp_path)
    command = [sys.executable, "-m", "harvester.sample_site", str(tmp_path)]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 2
    assert str(tmp_path) in run.stderr
    assert "Traceback" not in run.stderr


def test_port_taken(site: SampleSite) -> None:
    command = [sys.executable, "-m", "harvester.sample_site", "--port", site.url.rpartition(":")[2]]
    run = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert run.returncode == 1
    assert "Port" in run.stderr
    assert "Traceback" not in run.stderr
