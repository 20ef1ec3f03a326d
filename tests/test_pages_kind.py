"""What is no page of the archive never becomes one, and what only talks of such things still does."""

import pytest

from harvester import pages
from harvester.capture import Capture
from harvester.pages.model import CatalogPage, DocumentPage, NotAPage, TermPage

SITE = "https://digitalarchive.wilsoncenter.org"
URL = f"{SITE}/document/letter-nehru"
CHROME = """<header><nav><a href="/people">People</a><div class="date">1893-1976</div>
<div class="title">Mao, Zedong</div></nav></header>"""
FOOTER = '<footer><div class="text-block">Wilson Center</div></footer>'
DOCUMENT = """<div class="content-block"><div class="date">May 1, 1950</div><h1 class="title">{title}</h1></div>
<div id="documentTabs"><div class="tab-content"><div class="tab-pane active"><p>{body}</p></div></div></div>
<div class="information-block"><h3 class="sub-title">Record ID</h3><div class="text">117</div></div>"""
META = """<meta http-equiv="refresh" content="5; URL='/document/letter-nehru?bm-verify=AAQAAAAL_____x'" />"""
SCRIPT = """<script>function triggerInterstitialChallenge(){var x=new XMLHttpRequest();
x.open("POST","/_sec/verify?provider=interstitial",false);}</script>"""


def read(
    body: str | bytes, url: str = URL, status: int = 200, head: str = "", media_type: str | None = None
) -> pages.Page:
    if isinstance(body, str):
        body = f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>".encode()
    return pages.read(Capture(url, body, "live", "2025-10-07T12:40:14Z", status, media_type), witness=False)


def problem(*args: object, **where: object) -> str:
    page = read(*args, **where)  # type: ignore[arg-type]
    assert isinstance(page, NotAPage), page
    assert page.detail
    return page.problem


def site(main: str) -> str:
    return f"{CHROME}<main>{main}</main>{FOOTER}"


@pytest.mark.parametrize("status", [200, 403, 429, 503])
@pytest.mark.parametrize(
    ("head", "body"),
    [
        (META, "<p></p>"),
        ("", f'<div class="akam-logo"></div>{SCRIPT}'),
        ("", SCRIPT),
        ("", '<div id="akam-logo"></div><iframe src="/_sec/cp_challenge/x.html"></iframe>'),
        (META, "<main><h1>One moment</h1>" + "<p>We are checking your request, please wait.</p>" * 900 + "</main>"),
        ("", "<!-- " + "padding " * 9000 + " -->" + SCRIPT + "<p>text</p>" * 500),
        ("<title>Just a moment...</title>", "<p>Enable JavaScript and cookies to continue</p>"),
        ("<title>Access Denied</title>", "<h1>Access Denied</h1>Reference #18.2 https://errors.edgesuite.net/18.2"),
    ],
)
def test_a_challenge_at_any_status(status: int, head: str, body: str) -> None:
    for url in (URL, f"{SITE}/people/mao-zedong", f"{SITE}/search?page=3", f"{SITE}/srv/record/117.json"):
        assert problem(body, url, status, head) == "challenge"


@pytest.mark.parametrize(
    "words",
    [
        "Page not found",
        "The archive answered: 404 Not Found. Access denied. Service unavailable.",
        "bm-verify= akam-logo triggerInterstitialChallenge() /_sec/verify?provider=interstitial",
        "&lt;meta http-equiv=&quot;refresh&quot; content=&quot;5; URL=?bm-verify=1&quot;&gt;",
        "Just a moment, said the Ambassador. The website encountered an unexpected error.",
    ],
)
def test_a_document_may_speak_of_it(words: str) -> None:
    for title in ("Letter", words):
        page = read(site(DOCUMENT.format(title=title, body=words)))
        assert isinstance(page, DocumentPage)
        assert page.versions[0].text


def test_a_document_with_a_script_of_the_guard_is_a_document() -> None:
    assert isinstance(read(SCRIPT + site(DOCUMENT.format(title="Letter", body="Text"))), DocumentPage)


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (404, "not-found"),
        (410, "not-found"),
        (403, "error"),
        (401, "error"),
        (500, "error"),
        (502, "error"),
        (301, "other"),
    ],
)
def test_the_status_speaks(status: int, kind: str) -> None:
    assert problem(site(DOCUMENT.format(title="Letter", body="Text")), status=status) == kind


@pytest.mark.parametrize(
    ("head", "main", "kind"),
    [
        ("<title>Page not found | Wilson Center Digital Archive</title>", "<p>Try the search.</p>", "not-found"),
        ("", '<h1 class="title">Page not found</h1><p>The requested page could not be found.</p>', "not-found"),
        ("", "<h1>404</h1><p>Sorry</p>", "not-found"),
        ("", "<h1>Error 404: Page Not Found</h1>", "not-found"),
        ("", "The requested page could not be found.", "not-found"),
        ("", "<h1>The page you are looking for no longer exists.</h1>", "not-found"),
        ("<title>Site under maintenance</title>", "<h1>Site under maintenance</h1><p>Be back soon.</p>", "error"),
        ("", "The website encountered an unexpected error. Please try again later.", "error"),
        ("<title>502 Bad Gateway</title>", "<h1>502 Bad Gateway</h1>nginx", "error"),
        ("", "<h1>Access denied</h1><p>You are not authorized to access this page.</p>", "error"),
        ("", "", "empty"),
        ("", "<div>&nbsp;</div>", "empty"),
    ],
)
def test_a_good_status_with_a_failure(head: str, main: str, kind: str) -> None:
    for body in (site(main), main):
        for url in (URL, f"{SITE}/people/mao-zedong"):
            assert problem(body, url, head=head) == kind


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"", "empty"),
        (b" \r\n\t\0", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"%PDF-1.4\n%\xe2\xe3", "other"),
        (b'{"id": "117", "title": "x"}', "other"),
        (b"\x89PNG\r\n\x1a\n\0\0", "other"),
        (b"\xff\xd8\xff\xe0", "other"),
        (b"just words, no markup", "other"),
        (b"\x1f\x8b\x08\0\0\0\0\0\0\x03garbage", "other"),
        (bytes(range(256)) * 40, "other"),
    ],
)
def test_another_medium(body: bytes, kind: str) -> None:
    assert problem(body, media_type="text/html") == kind


PERSON = """<article about="/people/mao-zedong"><div class="content-block"><h1 class="title">Mao, Zedong</h1>
<div class="date">1893-1976</div></div><div class="text-block"><p>Chairman.</p></div></article>"""
CATALOG = """<h1>Search</h1><p>Results: 1 - 1 of 434</p><table class="table table-hover table-striped"><tr>
<td class="document"><a href="/document/x">X</a></td></tr></table>"""


@pytest.mark.parametrize(
    ("canonical", "main"),
    [
        ("/people/mao-zedong", PERSON),
        ("/", "<h1>Digital Archive</h1><p>Welcome.</p><div class='text-block'>About</div>"),
        ("/search", CATALOG),
        (
            "/essays/alliance",
            "<div class='content-block'><div class='date'>2020</div><h1 class='title'>Essay</h1></div><p>Text</p>",
        ),
        ("/people", "<h1>People</h1><a href='/people/mao-zedong'>Mao, Zedong</a>"),
        (None, PERSON),
        (None, CATALOG),
        (None, "<h1>Log in</h1><form><input name=name></form>"),
    ],
)
def test_another_page_at_a_documents_address(canonical: str | None, main: str) -> None:
    head = f'<link rel="canonical" href="{SITE}{canonical}">' if canonical else ""
    assert problem(site(main), head=head) == "other"


def test_the_same_pages_at_their_own_addresses() -> None:
    assert isinstance(read(site(PERSON), f"{SITE}/people/mao-zedong"), TermPage)
    assert isinstance(
        read(site(CATALOG), f"{SITE}/search?page=0", head=f'<link rel="canonical" href="{SITE}/search">'), CatalogPage
    )


@pytest.mark.parametrize(
    "url", ["https://www.wilsoncenter.org/document/x", "https://example.org/", "about:blank", "", "http://["]
)
def test_pages_of_other_sites(url: str) -> None:
    head = f'<link rel="canonical" href="{url}">'
    assert problem(site("<h1 class='title'>X</h1><p>Text</p>"), url, head=head) == "other"


def test_a_search_by_words_is_not_the_catalog() -> None:
    for query in ("search_api_fulltext=bomb", "f[0]=people:1&fo[0]=1", "f[0]=topics:1&f[1]=places:2"):
        assert problem(site(CATALOG), f"{SITE}/search?{query}") == "other"


@pytest.mark.parametrize("said", ["Page not found", "Access denied", "Oops! That page can’t be found.", "Log in"])
def test_a_page_that_recommends_documents_with_their_names_is_none(said: str) -> None:
    cards = """<section><h2 class="title">Popular Documents</h2><div class="views-row"><div class="date">1906</div>
    <div class="title"><a href="/document/y">Y</a></div><div class="pill-block"><h4 class="title">Associated Places</h4>
    <div class="pill"><span class="name">China</span></div></div></div></section>"""
    assert problem(site(f'<h1 class="title">{said}</h1><p>There is nothing here.</p>{cards}')) in {
        "not-found",
        "error",
        "other",
    }
