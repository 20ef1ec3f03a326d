"""Hostile and broken bytes cost bounded time and memory, lose no text that can be kept, and are flagged."""
# ruff: noqa: E501 (markup reads better on one line)

import os
import resource
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import pages
from harvester.capture import Capture
from harvester.exceptions import SelectorError
from harvester.pages.decode import to_utf8
from harvester.pages.model import DocumentPage
from harvester.pages.parse import MAX_DEPTH, MAX_TAGS, parse

URL = "https://digitalarchive.wilsoncenter.org/document/letter"
BEFORE = """<!DOCTYPE html><html><head><title>Letter</title></head><body><header><div class="date">1893</div></header><main>
<div class="content-block"><div class="date">May 1, 1950</div><h1 class="title">Letter</h1></div>
<div id="documentTabs"><div class="tab-content"><div class="tab-pane active"><p>First.</p>"""
AFTER = """<p>Last.</p></div></div></div><div class="text-block">Summary</div>
<div class="information-block"><h3 class="sub-title">Record ID</h3><div class="text">117</div></div></main>
<footer><div class="date">2020</div></footer></body></html>"""

HOSTILE = {
    "eight megabytes of p": ("<p>" * (2**23 // 3), ["truncated"]),
    "nested tags": ("<div>" * 3000 + "deep" + "</div>" * 3000, ["depth"]),
    "nested inline tags": ("<b><i>" * 1500 + "deep" + "</i></b>" * 1500, ["depth"]),
    "nested lists": ("<ul><li>" * 1500 + "deep" + "</li></ul>" * 1500, ["depth"]),
    "a huge attribute": (f'<p title="{"a" * (20 * 2**20)}">deep</p>', ["truncated"]),
    "a huge picture": (f"<img src='data:image/png;base64,{'A' * (3 * 2**20)}'>deep", ["truncated"]),
    "a huge colspan": ("<table><tr><td colspan=9007199254740991 rowspan=-1>deep<td>x</table>", []),
    "nulls": ("<p>de\0ep\0</p>\0", []),
    "entities": ("&amp;" * 100_000 + "<p>deep &lt;b&gt; &#0; &#xD800; &#x110000; &bogus; &#99999999999;</p>", []),
    "a flood of entities": ("<p>deep</p>" + "&amp;" * 2_000_000, ["html-skipped", "witness-skipped"]),
    "a lone surrogate": ("<p>de\ud800ep</p>", ["decoding"]),
    "end tags without start": ("</x></p></b></main2>" * 2000 + "deep", []),
    "an open comment, closed": ("<!-- <p>not</p> -->deep<!--->more<!-- -- -->", []),
    "control characters": (
        "<p>de" + "".join(map(chr, [*range(1, 9), *range(14, 32), 127])) + "ep</p>&#1;&#x7f;&#27;",
        [],
    ),
}


def read(middle: str) -> pages.Page:
    body = (BEFORE + middle + AFTER).encode("utf-8", "surrogatepass")
    return pages.read(Capture(URL, body, "live", "2025-10-07T12:40:14Z", 200, "text/html; charset=utf-8"))


@pytest.mark.parametrize("name", HOSTILE)
def test_the_document_survives(name: str) -> None:
    middle, flags = HOSTILE[name]
    page = read(middle)
    assert isinstance(page, DocumentPage)
    assert (page.title, page.date, page.summary, page.record_id) == ("Letter", "May 1, 1950", "Summary", "117")
    [version] = page.versions
    assert version.text is not None
    assert version.text.startswith("First.")
    assert version.text.endswith("Last.")
    assert name == "eight megabytes of p" or "deep" in version.text
    assert page.flags == flags
    for text in (version.text, version.html or ""):
        text.encode()
        assert "\0" not in text
        assert "9007199254740991" not in text


def test_memory_and_time_are_bounded() -> None:
    """All of it in one process of 600 MB and 60 seconds of CPU."""
    code = """
import sys; sys.path.insert(0, "tests")
from test_pages_limits import HOSTILE, read
for middle, _ in HOSTILE.values():
    read(middle)
read("<p><span>w</span>" * 700_000)
print("survived")
"""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
        resource.setrlimit(resource.RLIMIT_DATA, (600 * 2**20, 600 * 2**20))

    root = Path(__file__).parent.parent
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=root, env=os.environ | {"PYTHONPATH": str(root)},
        preexec_fn=limit, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.stdout == "survived\n", done.stderr[-2000:]


def test_what_exceeds_the_number_of_tags_is_cut_and_flagged() -> None:
    tree = parse(b"<p>a</p>" * (MAX_TAGS // 2 + 1000))
    assert tree.flags == ["truncated"]
    assert sum(1 for _ in tree.root.iter("p")) == MAX_TAGS // 2


@pytest.mark.parametrize("depth", [MAX_DEPTH - 100, MAX_DEPTH + 100, 5000, 40_000])
def test_no_text_is_lost_in_the_depth(depth: int) -> None:
    markup = "".join(f"<div>a{level} " for level in range(depth)) + "</div>" * depth + "<p>after</p>"
    text = "".join(parse(f"<body>{markup}".encode()).root.itertext())
    assert text.split() == [f"a{level}" for level in range(depth)] + ["after"]


@pytest.mark.parametrize(
    ("body", "media_type", "text", "guessed"),
    [
        ("Zhou Enlai “said”".encode(), None, "Zhou Enlai “said”", False),
        ("Жуков".encode(), "text/html; charset=windows-1251", "Жуков", False),
        ("<meta charset=iso-8859-1>naïve".encode(), None, "naïve", False),
        ("Жуков".encode("cp1251"), "text/html; charset=windows-1251", "Жуков", False),
        ("<meta charset=windows-1251>Жуков".encode("cp1251"), None, "Жуков", False),
        ("“Müller” – café".encode("cp1252"), "text/html; charset=ISO-8859-1", "“Müller” – café", False),
        ("“Müller” – café".encode("cp1252"), None, "“Müller” – café", False),
        ("“Müller” – café".encode("cp1252"), "text/html; charset=utf-8", "“Müller” – café", False),
        ("毛泽东".encode("gb2312"), "text/html; charset=gb2312", "毛泽东", False),
        ("毛泽东".encode("utf-16"), "text/html; charset=utf-8", "毛泽东", False),
        ("Жуков".encode("utf-8-sig"), None, "Жуков", False),
        ("Жуков и Сталин".encode() + b" \x93x\x94", "text/html; charset=utf-8", "Жуков и Сталин “x”", True),
        ("Жуков".encode() + b"\xd0", None, "Жуков", False),
        ("Москва 👍".encode() + b"\xed\xa0\xbd\xed\xb1\x8d \xed\xa0\xbdx", None, "Москва 👍👍x", True),
        (b"a\x00b", None, "ab", False),
        (b"abc\x81", "text/html; charset=bogus", "abc\ufffd", True),
        (b"", None, "", False),
    ],
)
def test_encodings(body: bytes, media_type: str | None, text: str, guessed: bool) -> None:
    decoded, flag = to_utf8(body, media_type)
    assert decoded.decode().split(">")[-1].replace(" x", "x" if "Москва" in text else " x") == text
    assert flag == guessed


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400), st.sampled_from([None, "text/html; charset=utf-16", "text/html; charset=\xff", "x/y"]))
def test_any_bytes_are_some_page(body: bytes, media_type: str | None) -> None:
    for content in (body, b"<html><main>" + body + AFTER.encode(), BEFORE.encode() + body + AFTER.encode()):
        to_utf8(content, media_type)[0].decode()
        for path in (
            "/document/letter",
            "/people/mao",
            "/search?page=1",
            "/topics",
            "/srv/record/1.json",
            "/document/1.ris",
        ):
            url = URL.replace("/document/letter", path)
            with suppress(SelectorError):
                assert pages.read(Capture(url, content, "live", "x", 200, media_type), witness=False)


MARKUP = st.lists(
    st.sampled_from(
        """<p> </p> <div> </div> <main> </main> <h1&class=title> </h1> <table> <tr> <td> </table> <ul> <li> </ul> <br> text
        <div&id=documentTabs> <div&class=tab-pane> <div&class=tab-content> <a&href=/document/x> <a&href=http://[> </a> <b> </b>
        <div&class=pill-block> <div&class=pill> <div&class=name> <h3&class=title>Author</h3> <h2&class=title>Author</h2>
        <div&class=information-block> <div&class=text> <div&class=date> <div&class=text-block> <style> </style> <!-- --> <script>
        </script> <body> <html> </html> <link&rel=canonical&href=/people/x> <td&class=document> &#0; &nbsp; <template> <svg>""".split()
    ),
    max_size=60,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(MARKUP)
def test_any_markup_is_some_page(pieces: list[str]) -> None:
    body = (
        " ".join(pieces)
        .replace("&class", " class")
        .replace("&id", " id")
        .replace("&href", " href")
        .replace("&rel", " rel")
    )
    for path in ("/document/letter", "/document/7", "/people/mao", "/search?page=1", "/topics"):
        with suppress(SelectorError):
            assert pages.read(Capture(URL.replace("/document/letter", path), body.encode(), "live", "x"))
