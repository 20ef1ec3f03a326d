"""Reading WARC and WACZ files: whole ones, odd ones, and those that time has been at."""

import base64
import gzip
import hashlib
import random
import zipfile
import zlib
from collections import Counter
from pathlib import Path

import brotli
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from warcs import SITE, Record, document, page
from warcs import warc as make

from harvester.capture import Capture
from harvester.sources import Damage, warc

FORMS = ["plain", "gzip", "whole"]
SLUGS = [f"letter-{n}" for n in range(8)]


def read(path: Path, data: bytes | None = None, **options) -> tuple[list[Capture], list[Damage]]:
    if data is not None:
        path.write_bytes(data)
    found = list(warc.read([path], **options))
    return [f for f in found if isinstance(f, Capture)], [f for f in found if isinstance(f, Damage)]


def slugs(captures: list[Capture]) -> list[str]:
    """The slugs, after a check that every body is whole."""
    names = [c.url.rpartition("/")[2] for c in captures]
    assert [c.body for c in captures] == [page(name) for name in names]
    return names


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.warc"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("version", ["1.0", "1.1"])
def test_whole_files(path, form, version):
    captures, damage = read(path, make(map(document, SLUGS), form, version))
    assert (slugs(captures), damage) == (SLUGS, [])
    assert captures[0].fetched_at == "2023-05-01T10:00:00Z"
    assert captures[0].media_type == "text/html; charset=UTF-8"
    assert (captures[0].status, captures[0].source) == (200, "warc")


def test_zstd_by_record_and_with_a_dictionary(path):
    parts = [document(slug).write(compressed=False) for slug in SLUGS]
    frames = zstandard.ZstdCompressor(write_checksum=True)
    captures, damage = read(path, b"".join(map(frames.compress, parts)))
    assert (slugs(captures), damage) == (SLUGS, [])

    samples = [f"{slug} {n} a telegram of the embassy".encode() for slug in SLUGS for n in range(200)]
    dictionary = zstandard.train_dictionary(2048, samples)
    frames = zstandard.ZstdCompressor(dict_data=dictionary)
    head = b"\x5d\x2a\x4d\x18" + len(dictionary.as_bytes()).to_bytes(4, "little") + dictionary.as_bytes()
    captures, damage = read(path, head + b"".join(map(frames.compress, parts)))
    assert (slugs(captures), damage) == (SLUGS, [])


@pytest.mark.parametrize("form", FORMS)
def test_location_leads_back_to_the_record(path, form):
    data = make(map(document, SLUGS), form)
    captures, _ = read(path, data)
    offsets = [c.location.removeprefix("a.warc#") for c in captures]
    for slug, offset in zip(SLUGS, offsets, strict=True):
        member, _, inner = offset.partition("+")
        rest = data[int(member) :]
        content = zlib.decompressobj(31).decompress(rest) if form != "plain" else rest
        assert content[int(inner or 0) :].startswith(b"WARC/1.1\r\n")
        assert f"/document/{slug}\r\n".encode() in content[int(inner or 0) :][:400]


def test_what_is_passed_over_is_counted(path):
    counts = Counter()
    captures, damage = read(
        path,
        make(
            [
                Record("https://example.org/document/x", page("x")),
                Record(f"{SITE}/themes/a.css", b"p {}", {"Content-Type": "text/css"}),
                Record(f"{SITE}/document/7/download", b"%PDF-1.4", {"Content-Type": "application/pdf"}),
                Record(f"{SITE}/about", b"<html>About</html>"),
                Record(f"{SITE}/node/5", b"", {"Location": "/document/x"}, "301 Moved"),
                Record(f"{SITE}/document/part", page("part")[:90], {"Content-Range": "bytes 0-89/900"}, "206 Partial"),
                document("kept"),
            ]
        ),
        counts=counts,
    )
    assert (slugs(captures), damage) == (["kept"], [])
    assert counts == {
        "other hosts": 1,
        "other media": 1,
        "files": 1,
        "other pages": 1,
        "redirects": 1,
        "parts of answers": 1,
    }


def test_kinds_of_captures(path):
    host = "http://wilson-center.drivingcreative.com"
    ris = {"Content-Type": "application/x-Research-Info-Systems"}
    records = [
        Record(f"{host}:80/document/a/?x=1", page("a")),
        Record(f"{SITE}/document/5.ris", b"TY  - GEN\r\n", ris),
        Record(f"{SITE}/srv/record/5.json", b"{}", {"Content-Type": "application/json"}),
        Record(f"{SITE}/document/7/download", b"%PDF-1.4 ...", {"Content-Type": "application/pdf"}),
        Record(f"{SITE}/document/b", page("b"), {"Content-Type": ""}),
        Record(f"{SITE}/index.php?q=c", page("c")),
        Record(f"<{SITE}/document/d>", page("d"), warc={"WARC-Type": "response"}),
        Record(f"{SITE}/document/e", page("e"), type="resource"),
        Record(f"{SITE}/document/f", b"<html>Forbidden</html>", status="403 Forbidden"),
    ]
    captures, damage = read(path, make(records), files_limit=1 << 20)
    assert damage == []
    found = {c.url.rpartition("/")[2]: c for c in captures}
    assert list(found) == ["?x=1", "5.ris", "5.json", "download", "b", "c", "d", "e", "f"]
    assert found["f"].status == 403
    assert found["c"].url == f"{SITE}/document/c"
    assert (found["e"].status, found["e"].media_type) == (200, "text/html")


# --- Codings ---------------------------------------------------------------------------------


def chunked(body: bytes) -> bytes:
    parts = [body[at : at + 300] for at in range(0, len(body), 300)]
    return b"".join(b"%X;x=y\r\n%s\r\n" % (len(p), p) for p in parts) + b"0\r\n\r\n"


def raw_deflate(body: bytes) -> bytes:
    return zlib.compress(body)[2:-4]


ENCODE = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "deflate": zlib.compress,
    "Deflate": raw_deflate,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
    "GZip, BR": lambda body: brotli.compress(gzip.compress(body)),
    "identity": bytes,
    "none": bytes,
}


@pytest.mark.parametrize("transfer", ["", "chunked", "Chunked"])
@pytest.mark.parametrize("coding", ENCODE)
def test_codings(path, coding, transfer):
    stored = ENCODE[coding](page("a"))
    headers = {"Content-Encoding": coding, "Content-Length": str(len(stored))}
    if transfer:
        headers = {"Content-encoding": coding, "transfer-ENCODING": transfer}
        stored = chunked(stored)
    captures, damage = read(path, make([Record(f"{SITE}/document/a", stored, headers)]))
    assert (slugs(captures), damage) == (["a"], [])


@pytest.mark.parametrize("coding", ENCODE)
def test_stored_decoded_with_the_headers_left(path, coding):
    length = len(ENCODE[coding](page("a")))
    headers = {"Content-Encoding": coding, "Transfer-Encoding": "chunked", "Content-Length": str(length)}
    captures, damage = read(path, make([Record(f"{SITE}/document/a", page("a"), headers)]))
    assert (slugs(captures), damage) == (["a"], [])


def test_compressed_although_no_header_says_so(path):
    captures, damage = read(path, make([Record(f"{SITE}/document/a", gzip.compress(page("a")))]))
    assert (slugs(captures), damage) == (["a"], [])


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_bombs_are_capped(path, coding):
    bomb = make([Record(f"{SITE}/document/a", ENCODE[coding](bytes(3 << 20)), {"Content-Encoding": coding})])
    captures, damage = read(path, bomb, limit=1 << 20)
    assert captures == []
    assert "inflates beyond" in damage[0].reason


@pytest.mark.parametrize("coding", ["gzip", "deflate", "Deflate", "br", "zstd"])
def test_cut_compressed_bodies_are_damage(path, coding):
    stored = ENCODE[coding](page("a"))[:-40]
    captures, damage = read(path, make([Record(f"{SITE}/document/a", stored, {"Content-Encoding": coding})]))
    assert (captures, len(damage)) == ([], 1)
    assert damage[0].url == f"{SITE}/document/a"


def test_cut_bodies_are_damage(path):
    half = page("a")[:300]
    claims = {"Content-Length": str(len(page("a")))}
    records = [
        Record(f"{SITE}/document/a", half, claims),
        Record(f"{SITE}/document/b", chunked(half)[:-9], {"Transfer-Encoding": "chunked"}),
        document("c", warc={"WARC-Truncated": "length"}),
        document("d", headers={"Content-Length": "99999"}),  # a lie: the page is whole
    ]
    captures, damage = read(path, make(records))
    assert slugs(captures) == ["d"]
    assert [d.url.rpartition("/")[2] for d in damage] == ["a", "b", "c"]


def test_a_wrong_digest_is_damage(path):
    wrong = {"WARC-Payload-Digest": "sha1:" + "A" * 32, "WARC-Block-Digest": "sha1:" + "B" * 32}
    captures, damage = read(path, make([document("a", warc=wrong), document("b")]))
    assert slugs(captures) == ["b"]
    assert "digest" in damage[0].reason


def test_a_proven_payload_survives_a_damaged_head(path):
    captures, damage = read(path, make([document("a", warc={"WARC-Block-Digest": "sha1:" + "B" * 32})]))
    assert slugs(captures) == ["a"]
    assert "payload whole" in damage[0].reason


# --- Revisits --------------------------------------------------------------------------------


def revisit(slug: str, date: str, **warc: str) -> Record:
    return Record(f"{SITE}/document/{slug}", type="revisit", date=date, warc=warc, digests=False)


@pytest.mark.parametrize("order", [1, -1])
def test_revisits_take_the_body_of_their_original(tmp_path, order):
    digest = "sha1:" + base64.b32encode(hashlib.sha1(page("a")).digest()).decode()
    of_b = {
        "WARC-Refers-To-Target-URI": f"{SITE}/document/b",
        "WARC-Refers-To-Date": "2023-05-01T10:00:00Z",
    }
    again = [
        revisit("a", "2024-01-01T00:00:00Z", **{"WARC-Payload-Digest": digest}),
        revisit("b", "2024-01-02T00:00:00Z", **of_b),
        revisit("c", "2024-01-03T00:00:00Z", **{"WARC-Payload-Digest": "sha1:" + "Z" * 32}),
    ]
    paths = [tmp_path / "1.warc.gz", tmp_path / "2.warc.gz"]
    paths[0].write_bytes(make([document("a"), document("b", digests=False)]))
    paths[1].write_bytes(make(again))
    counts = Counter()
    found = list(warc.read(paths[::order], counts=counts))
    assert slugs(found) == ["a", "b", "a", "b"]
    assert [c.fetched_at for c in found[2:]] == ["2024-01-01T00:00:00Z", "2024-01-02T00:00:00Z"]
    assert found[2].location == "2.warc.gz#0"
    assert counts["unresolved revisits"] == 1


# --- Damage ----------------------------------------------------------------------------------


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("share", [0.02, 0.4, 0.77, 0.999])
def test_truncated_files(path, form, share):
    data = make(map(document, SLUGS), form)
    captures, damage = read(path, data[: int(len(data) * share)])
    found = slugs(captures)
    assert found == SLUGS[: len(found)]
    assert len(found) >= int(share * len(SLUGS)) - 1
    assert damage


@pytest.mark.parametrize(
    ("form", "digests"),  # (nothing can tell a flipped letter in a plain file without digests)
    [("plain", True), ("gzip", True), ("gzip", False), ("whole", True), ("whole", False)],
)
def test_flipped_bits_never_pass_as_whole(path, form, digests):
    data = make([document(slug, digests=digests) for slug in SLUGS], form)
    chance = random.Random(7)
    for _ in range(60):
        bad = bytearray(data)
        bad[chance.randrange(len(bad))] ^= 1 << chance.randrange(8)
        captures, damage = read(path, bytes(bad))
        found = [c.url.rpartition("/")[2] for c in captures]
        assert all(c.body in map(page, SLUGS) for c in captures)
        if form != "whole":
            assert len(found) >= len(SLUGS) - 1
        if len(found) < len(SLUGS):
            assert damage or form == "plain"  # a flipped host name is another host


@pytest.mark.parametrize("form", ["plain", "gzip"])
@pytest.mark.parametrize("lie", ["9", "1900", "999999", "99999999999", "-5", "abc", "9" * 40])
@pytest.mark.parametrize("wanted", [True, False])
@pytest.mark.parametrize("digests", [True, False])
def test_lying_content_length_costs_one_record(path, form, lie, wanted, digests):
    records = [document(slug, digests=digests) for slug in SLUGS]
    if not wanted:
        records[3] = Record("https://example.org/", page("letter-3"), digests=digests)
    parts = [record.write(compressed=False) for record in records]
    head, _, rest = parts[3].partition(b"\r\n\r\n")
    lines = [line for line in head.split(b"\r\n") if not line.startswith(b"Content-Length")]
    parts[3] = b"\r\n".join([*lines, b"Content-Length: " + lie.encode()]) + b"\r\n\r\n" + rest
    if form == "gzip":
        parts = [gzip.compress(part) for part in parts]
    captures, damage = read(path, b"".join(parts))
    assert slugs(captures) == SLUGS[:3] + SLUGS[4:]
    assert len(damage) == 1


@pytest.mark.parametrize("form", ["plain", "gzip"])
def test_rubbish_between_records(path, form):
    parts = [document(slug).write(compressed=form == "gzip") for slug in SLUGS]
    rubbish = random.Random(3).randbytes(5000)
    captures, damage = read(path, rubbish + parts[0] + rubbish + b"".join(parts[1:]) + rubbish)
    assert slugs(captures) == SLUGS
    assert len(damage) == 3
    assert [d.offset for d in damage][:2] == [0, 5000 + len(parts[0])]


def test_zeros_at_the_end_are_padding(path):
    assert read(path, make([document("a")]) + bytes(100_000))[1] == []


@pytest.mark.parametrize("data", [b"", b"<!DOCTYPE html><html></html>" * 500, gzip.compress(b"<html>"), b"PK\3\4xx"])
def test_what_is_no_warc_is_told(path, data):
    captures, damage = read(path, data)
    assert captures == []
    assert damage[0].offset == 0


def test_a_record_of_an_unknown_type_is_told(path):
    data = make([document("a"), document("b")], "plain").replace(b"WARC-Type: response", b"WARC-Type: rfsponse", 1)
    captures, damage = read(path, data)
    assert slugs(captures) == ["b"]
    assert "rfsponse" in damage[0].reason


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    form=st.sampled_from(FORMS),
    place=st.floats(0, 1),
    inserted=st.binary(max_size=40),
    removed=st.integers(0, 60),
)
def test_any_edit_leaves_whole_pages_only(path, form, place, inserted, removed):
    """One edit: a second may take away the digest that would tell of the first."""
    data = make(map(document, SLUGS), form)
    at = int(place * len(data))
    captures, _ = read(path, data[:at] + inserted + data[at + removed :])
    assert all(c.body in map(page, SLUGS) for c in captures)


# --- WACZ ------------------------------------------------------------------------------------


def wacz(path: Path, method: int) -> bytes:
    with zipfile.ZipFile(path, "w", method) as archive:
        archive.writestr("datapackage.json", "{}")
        archive.writestr("archive/one.warc.gz", make(map(document, SLUGS[:4])))
        archive.writestr("archive/two.warc", make(map(document, SLUGS[4:]), "plain"))
        archive.writestr("indexes/index.cdx.gz", gzip.compress(b"cdx"))
    return path.read_bytes()


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_wacz(path, method):
    wacz(path, method)
    captures, damage = read(path)
    assert (slugs(captures), damage) == (SLUGS, [])
    assert captures[0].location == "a.warc!archive/one.warc.gz#0"


def test_broken_wacz(path):
    data = wacz(path, zipfile.ZIP_STORED)
    captures, damage = read(path, data[: data.index(b"archive/two.warc")])
    assert slugs(captures) == SLUGS[:4]
    assert "WACZ" in damage[0].reason

    bad = bytearray(data)
    bad[data.index(b"\x1f\x8b") + 600] ^= 4
    captures, damage = read(path, bytes(bad))
    assert slugs(captures) == SLUGS[:1] + SLUGS[2:] or slugs(captures) == SLUGS[1:]
    assert damage


@pytest.mark.parametrize("digest", ["sha1:", "sha1:not base 32!", "sha3:ABC", "crc32:00000000", "sha1:ABCD"])
def test_a_digest_that_says_nothing_is_none(path, digest):
    headers = {"WARC-Payload-Digest": digest, "WARC-Block-Digest": digest}
    captures, damage = read(path, make([document("a", warc=headers)]))
    assert (slugs(captures), damage) == (["a"], [])


@pytest.mark.parametrize("spell", [str.upper, str.lower])
def test_digests_are_read_as_tools_write_them(path, spell):
    body = page("a")
    hexadecimal = "SHA-256:" + spell(hashlib.sha256(body).hexdigest())
    base32 = "sha1:" + spell(base64.b32encode(hashlib.sha1(body).digest()).decode())
    for digest in (hexadecimal, base32):
        record = document("a", warc={"WARC-Payload-Digest": digest, "WARC-Block-Digest": "x"})
        assert slugs(read(path, make([record]))[0]) == ["a"]
        other = document("b", warc={"WARC-Payload-Digest": digest, "WARC-Block-Digest": "x"})
        assert read(path, make([other]))[0] == []


def test_a_long_blank_is_no_burden(path):
    captures, damage = read(path, gzip.compress(b"\r\n" * (20 << 20) + document("a").write(compressed=False)))
    assert (slugs(captures), damage) == (["a"], [])
