"""Stored HTTP responses: whatever the bytes and the headers say, a body is whole or an error is told."""

import gzip
import zlib
from contextlib import suppress

import brotli
import pytest
import zstandard
from hypothesis import example, given
from hypothesis import strategies as st

from harvester.exceptions import CaptureError
from harvester.sources import http

LIMIT = 1 << 16
CODINGS = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.ZstdCompressor().compress,
}
names = st.sampled_from([*CODINGS, "identity", "GZIP", "x-gzip", "utf-8", "", "compress"])


@given(
    body=st.binary(max_size=400),
    codings=st.lists(names, max_size=3),
    chunked=st.booleans(),
    length=st.sampled_from(["", "5", "-1", "99999999999999999999999", "x", "4, 4", "\u0665"]),
)
@example(b"\x1f\x8b\x08", ["gzip"], False, "")
@example(b"ffffffffffffffff\r\n", [], True, "")
def test_nothing_but_capture_errors(body, codings, chunked, length):
    headers = {"content-encoding": ", ".join(codings), "content-length": length}
    headers |= {"transfer-encoding": "Chunked"} if chunked else {}
    with suppress(CaptureError):
        assert len(http.payload(http.Response(200, headers, body), LIMIT)) <= LIMIT


@given(st.binary(max_size=300))
def test_any_head_is_read_or_refused(block):
    for data in (block, b"HTTP/1.1 200 OK\r\n" + block):
        try:
            response = http.parse(data)
        except CaptureError:
            continue
        assert data.endswith(response.body)


@given(st.binary(min_size=1, max_size=2000), st.lists(st.sampled_from([*CODINGS]), max_size=3), st.integers(1, 700))
def test_what_was_coded_comes_back(content, codings, size):
    content = b"<p>" + content
    body = content
    for coding in codings:
        body = CODINGS[coding](body)
    chunks = b"".join(b"%x\r\n%s\r\n" % (len(p), p) for p in (body[a : a + size] for a in range(0, len(body), size)))
    headers = {"content-encoding": ",".join(codings), "transfer-encoding": "chunked"}
    assert http.payload(http.Response(200, headers, chunks + b"0\r\n\r\n"), LIMIT) == content


@pytest.mark.parametrize("coding", CODINGS)
@given(st.binary(min_size=200, max_size=2000), st.data())
def test_no_cut_body_passes_as_whole(coding, content, data):
    body = CODINGS[coding](b"<p>" + content)
    cut = data.draw(st.integers(1, len(body) - 1))
    with pytest.raises(CaptureError):
        http.payload(http.Response(200, {"content-encoding": coding}, body[:cut]), LIMIT)
