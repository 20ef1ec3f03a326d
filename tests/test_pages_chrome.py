"""A document is read without the site's header and footer: the same as with them, and nothing of them."""

from importlib import import_module

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_pages_golden import CASES, capture

from harvester import pages
from harvester.capture import Capture
from harvester.pages.chrome import without_chrome
from harvester.pages.model import DocumentPage

URL = "https://digitalarchive.wilsoncenter.org/document/letter"
HEAD = '<title>Letter</title><link rel="canonical" href="/document/letter">'
HEADER = '<header><div class="date">1893</div><svg><title>Menu</title></svg><!-- menu --><h1>Site</h1></header>'
MAIN = """<div class="content-block"><div class="date">May 1, 1950</div><h1 class="title">Letter</h1></div>
<div id="documentTabs"><div class="tab-content"><div class="tab-pane active"><p>First.</p>%s</div></div></div>
<div class="information-block"><h3 class="sub-title">Record ID</h3><div class="text">117</div></div>"""
FOOTER = "<footer><p>Chrome</p></footer>"
SCRIPT = '<script data-drupal-selector="drupal-settings-json">{"path":{"currentPath":"node\\/7"}}</script>'


def page(header: str = HEADER, footer: str = FOOTER, head: str = HEAD, text: str = "<p>Last.</p>") -> bytes:
    main = MAIN % text
    start = f"<!DOCTYPE html><html><head>{head}</head><body>{header}"
    return f"{start}<main>{main}</main>{footer}{SCRIPT}</body></html>".encode()


def read(body: bytes) -> DocumentPage:
    read = pages.read(Capture(URL, body, "mirror", "2025-10-07T12:40:14Z"), witness=False)
    assert isinstance(read, DocumentPage)
    return read


def parse_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(import_module("harvester.pages.parse"), "without_chrome", lambda source: source)


def test_only_the_chrome_goes() -> None:
    assert without_chrome(page()) == page(header="", footer="").replace(b"<body>", b"")


@pytest.mark.parametrize("case", CASES)
def test_every_case_is_read_the_same(case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    found = pages.read(capture(case))
    parse_whole(monkeypatch)
    assert pages.read(capture(case)) == found


@pytest.mark.parametrize(
    "header",
    [
        '<a href="/node/7/download">PDF</a>',
        SCRIPT,
        '<link rel="shortlink" href="/node/7">',
        '<meta property="og:url" content="/document/letter">',
        "<script>if (a<b) document.write('",
        "<!-- a comment without its end",
        "<!-- <main> -->",
        "<style>a{}",
        '<div title="a quote without its end>',
        "<div data-menu='<main>'></div>",
        "<p>the end of a comment --></p>",
        "</textarea>",
        "<DIV>in capitals</DIV>",
        "</head>",
        "<p>" * 30_000,
    ],
)
def test_a_header_that_may_matter_is_parsed(header: str) -> None:
    assert without_chrome(page(header, footer="")) == page(header, footer="")


@pytest.mark.parametrize(
    "footer",
    [
        '<a href="/node/7/download">PDF</a>',
        "<!-- open",
        "<textarea>",
        "<!-- </main> --><p>Chrome</p>",
        "<textarea></main></textarea>",
        "<p data-menu='</main>'>Chrome</p>",
        "<p data-menu='<script>'>Chrome</p>",
    ],
)
def test_a_footer_that_may_matter_is_parsed(footer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert without_chrome(page("", footer)) == page("", footer).replace(b"<body>", b"")
    found = read(page(HEADER, footer)).node_id
    parse_whole(monkeypatch)
    assert read(page(HEADER, footer)).node_id == found


@pytest.mark.parametrize("head", [HEAD + "<script>var a = '", HEAD + '<link href="/x', HEAD + "<!--", ""])
def test_a_head_without_an_end_costs_nothing(head: str, monkeypatch: pytest.MonkeyPatch) -> None:
    body = page(head=head, header='<p class="x">"</script>--></p><h1>Site</h1>')
    found = pages.read(Capture(URL, body, "mirror", "2025-10-07T12:40:14Z"), witness=False)
    parse_whole(monkeypatch)
    assert pages.read(Capture(URL, body, "mirror", "2025-10-07T12:40:14Z"), witness=False) == found


def test_a_table_without_an_end_takes_nothing_from_the_footer() -> None:
    [version] = read(page(text="<table><tr><td>Last.")).versions
    assert version.text
    assert version.text.startswith("First.\n\nLast.")
    assert "Chrome" not in version.text


PIECES = [
    "<div>", "</div>", "<p>", "</p>", "<a href='/x'>", "</a>", "<svg>", "<title>", "</title>", "<!--", "-->",
    "<script>", "</script>", '"', "'", "text", "<ul><li>", "<form>", "<table><tr><td>", "<b>", "</body>",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_whatever_the_header_is_the_document_is_read(header: str) -> None:
    """What is left out is markup from end to end: without it the document is the same as with no header at all."""
    body = page(header)
    if without_chrome(body) != body:
        assert read(body) == read(page(""))
