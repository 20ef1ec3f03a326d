"""Catalog pages, the pages of people, places and topics, and the lists of them."""
# ruff: noqa: E501 (markup reads better on one line)

import pytest

from harvester import pages
from harvester.capture import Capture
from harvester.exceptions import SelectorError
from harvester.pages.model import CatalogPage, Entry, TermEntry, TermListPage, TermPage

SITE = "https://digitalarchive.wilsoncenter.org"
CHROME = """<header><nav><h2>Featured People</h2><a href="/people/stalin-joseph">Stalin, Joseph (1879-1953)</a>
<a href="/search?f[0]=topics:999">Berlin Wall</a><table class="table table-hover table-striped"><tr><td class="document">
<a href="/document/chrome">Chrome</a></td></tr></table><div class="text-block">Quick links</div></nav></header>"""
FOOTER = """<section><h2 class="title">Popular Documents</h2><a href="/document/x"><div class="date">1950</div>
<h3 class="title">X</h3></a><div class="text-block">About X.</div></section><footer><p>Contact the archive.</p></footer>"""


def read(path: str, main: str, head: str = "", after: str = FOOTER) -> pages.Page:
    markup = f"<!DOCTYPE html><html><head>{head}</head><body>{CHROME}<main>{main}</main>{after}</body></html>"
    return pages.read(Capture(SITE + path, markup.encode(), "live", "2025-10-07T12:40:14Z"))


def catalog(path: str, main: str) -> CatalogPage:
    page = read(path, main, f'<link rel="canonical" href="{SITE}/search">')
    assert isinstance(page, CatalogPage), page
    return page


def term(path: str, main: str, head: str = "") -> TermPage:
    page = read(path, main, head)
    assert isinstance(page, TermPage), page
    return page


def listed(path: str, main: str) -> TermListPage:
    page = read(path, main)
    assert isinstance(page, TermListPage), page
    return page


TABLE = '<table class="table table-hover table-striped"><tbody>{}</tbody></table>'
LETTER = Entry(f"{SITE}/document/letter-a", "Letter A", "September 02, 1950", "It says A.")


@pytest.mark.parametrize(
    "row",
    [
        '<tr><td class="document"><a href="/document/letter-a"><p class="date">September 02, 1950</p><p class="title">Letter A</p><p class="summary">It says A.</p></a></td></tr>',
        f'<tr><td class="date">September 02, 1950</td><td class="document"><a href="{SITE}/document/letter-a?x=1">Letter <b>A</b></a><p>It says <i>A</i>.</p></td></tr>',
        '<tr><td class="document"><div class="date">September 02, 1950</div><h4 class="title"><a href="/document/letter-a">Letter A</a></h4><div class="text-block"><p>It says A.</p></div><a href="/document/letter-b">Compare B</a></td></tr>',
        '<tr><td class="document"><span class="date">September 02, 1950</span> <a href="https://wilson-center.drivingcreative.com/document/letter-a"><span>Letter A</span></a><div>It says A.</div></td></tr>',
    ],
)
def test_an_entry(row: str) -> None:
    page = catalog("/search?page=0", "<h1>Search</h1>Results: 1 - 1 of 16,153" + TABLE.format(row))
    assert page.entries == [LETTER]
    assert (page.page, page.topic, page.total) == (0, None, 16153)


@pytest.mark.parametrize(
    ("path", "page", "topic"),
    [
        ("/search", 0, None),
        ("/search?page=1615", 1615, None),
        ("/search?f[0]=topics:87160&fo[0]=87160&page=3", 3, "87160"),
        ("/search?f%5B0%5D=topics%3A87160&page=3", 3, "87160"),
    ],
)
def test_which_page_it_is(path: str, page: int, topic: str | None) -> None:
    rows = "".join(f'<tr><td class="document"><a href="/document/d{n}">D{n}</a></td></tr>' for n in (3, 1, 2, 1))
    found = catalog(path, "<div>Results: 31 - 33 of 434</div>" + TABLE.format(rows))
    assert [entry.url for entry in found.entries] == [f"{SITE}/document/d{n}" for n in (3, 1, 2)]
    assert (found.page, found.topic, found.total) == (page, topic, 434)


@pytest.mark.parametrize(
    "said",
    ["There are no results.", "Your search yielded no results.", "Results: 0 - 0 of 0", "Results: 441 - 434 of 434"],
)
def test_past_the_end(said: str) -> None:
    page = catalog("/search?page=44", f'<div class="view-search"><p>{said}</p></div>')
    assert page.entries == []


def test_results_that_cannot_be_read_are_an_error() -> None:
    for rows in ("", '<tr><td class="document"><a href="/people/x">X</a></td></tr>'):
        with pytest.raises(SelectorError, match=r"/search\?page=0.*1 - 10 of 434"):
            catalog("/search?page=0", "<p>Results: 1 - 10 of 434</p>" + TABLE.format(rows))


def test_topics_of_the_facet() -> None:
    facet = """<ul><li><a href="/search?f[0]=topics:12&fo[0]=12">Korean War, 1950-1953 (372)</a></li>
    <li><a href="?f%5B0%5D=topics%3A13&amp;fo%5B0%5D=13"><span>Space Race</span> <span>(1,043) documents</span></a></li>
    <li><a href="/search?f[0]=topics:12&f[1]=topics:14">Narrowed (3)</a></li>
    <li><a href="/search?f[0]=places:15">China (5)</a></li></ul>"""
    page = catalog("/search?page=0", facet + TABLE.format(""))
    assert page.topics == {"12": "Korean War, 1950-1953", "13": "Space Race"}


BIOGRAPHY = "<div class='text-block'><p>Diplomat and sinologist.</p><p>Interpreter of Stalin &amp; Mao.</p></div>"


@pytest.mark.parametrize(
    ("main", "name", "note"),
    [
        ("<div class='content-block'><h1 class='title'>Fedorenko, Nikolai Trofimovich 1912-</h1></div>", "Fedorenko, Nikolai Trofimovich 1912-", None),
        ("<div class='content-block'><svg><title>Icon for Type - Person</title></svg><h1 class='title'><span>Mao, Zedong</span></h1><p class='date'>1893-1976</p></div>", "Mao, Zedong", "1893-1976"),
        ("<div><img alt='Portrait of Mao'><h1>Mao, Zedong</h1><div>(1893-1976)</div></div>", "Mao, Zedong", "(1893-1976)"),
        ("<h1>Japan. Foreign Ministry</h1>", "Japan. Foreign Ministry", None),
        ("<h1 class='title'>Mao, Zedong <small>1893-1976</small></h1>", "Mao, Zedong", "1893-1976"),
        ("<div class='content-block'><div>People</div><h1 class='title'>Mao, Zedong</h1><div>Portrait</div><div>1893-1976</div></div>", "Mao, Zedong", "1893-1976"),
        ("<div class='content-block'><div>People</div><h1 class='title'>Mao, Zedong</h1></div>", "Mao, Zedong", None),
    ],
)  # fmt: skip
def test_a_person(main: str, name: str, note: str | None) -> None:
    for inside in ("", FOOTER.split("<footer>")[0]):
        page = term("/people/some-body", main + BIOGRAPHY + inside)
        assert (page.kind, page.slug, page.url) == ("person", "some-body", f"{SITE}/people/some-body")
        assert (page.name, page.note) == (name, note)
        assert page.text == "Diplomat and sinologist.\n\nInterpreter of Stalin & Mao."


def test_a_biography_without_its_class() -> None:
    main = "<h1>Kim, Il Sung</h1><p>1912-1994</p><div><p>Founder of the DPRK, who led it for decades until his death.</p><p>Born in 1912.</p></div><ul><li><p>A link</p></li></ul>"
    page = term("/people/kim-il-sung", main + FOOTER.split("<footer>")[0])
    assert page.text == "Founder of the DPRK, who led it for decades until his death.\n\nBorn in 1912."


def test_nothing_is_said_of_a_person() -> None:
    page = term("/people/x", "<div class='content-block'><h1 class='title'>X</h1></div>" + FOOTER.split("<footer>")[0])
    assert (page.note, page.text) == (None, None)


@pytest.mark.parametrize(
    "main",
    [
        "<div class='content-block'><h1 class='title'>China</h1><div class='region'>(East Asia)</div></div>",
        "<div class='content-block'><p>Place</p><h1 class='title'>China</h1><p>(East Asia)</p><p>(372) documents</p></div>",
        "<h1 class='title'>China <span class='region'>(East Asia)</span></h1>",
    ],
)
def test_a_place_and_its_region(main: str) -> None:
    page = term("/places/china", main)
    assert (page.kind, page.name, page.note, page.text) == ("place", "China", "(East Asia)", None)


@pytest.mark.parametrize(
    ("link", "head"),
    [
        ('<a href="/search?f[0]=topics:87188&fo[0]=87188">See all</a>', ""),
        ('<a href="/search?f%5B0%5D=topics%3A87188">See all</a><a href="/search?f[0]=people:1">Mao</a>', ""),
        (
            "",
            '<script data-drupal-selector="drupal-settings-json">{"path":{"currentPath":"taxonomy\\/term\\/87188"}}</script>',
        ),
    ],
)
def test_a_topic_and_its_id(link: str, head: str) -> None:
    main = f"<div class='content-block'><h1 class='title'>Korean War, 1950-1953</h1><p>(372) documents</p></div>{BIOGRAPHY}{link}"
    page = term("/topics/korean-war-1950-1953", main, head)
    assert (page.kind, page.name, page.note, page.term_id) == (
        "topic",
        "Korean War, 1950-1953",
        "(372) documents",
        "87188",
    )


def test_a_page_without_a_name_is_an_error() -> None:
    with pytest.raises(SelectorError, match=r"/people/nobody.*h1"):
        term("/people/nobody", "<div>Some text</div>")


@pytest.mark.parametrize(
    "items",
    [
        '<li><a href="/people/mao-zedong">Mao, Zedong</a> <span>1893-1976</span></li><li><a href="/people/japan">Japan. Foreign Ministry</a></li>',
        f'<div><a href="{SITE}/people/mao-zedong"><h3 class="title">Mao, Zedong</h3><p>1893-1976</p></a></div><div><a href="/people/japan"><h3>Japan. Foreign Ministry</h3></a></div>',
        '<tr><td><a href="/people/mao-zedong">Mao, Zedong</a></td><td>1893-1976</td></tr><tr><td><a href="/people/japan">Japan. Foreign Ministry</a></td></tr>',
        '<div class="card"><a href="/people/mao-zedong"><img></a><a href="/people/mao-zedong"><span class="name">Mao, Zedong</span> 1893-1976</a></div><a href="/people/japan">Japan. Foreign Ministry</a>',
        '<div class="pill"><a href="/people/mao-zedong"><span class="name">Mao, Zedong</span></a><div>1893-1976</div></div><div class="pill"><a href="/people/japan"><span class="name">Japan. Foreign Ministry</span></a></div>',
        '<div class="card"><a href="/people/mao-zedong"><h3>Mao, Zedong</h3></a><p>1893-1976</p><a href="/people/mao-zedong"><img></a></div><div><h3><a href="/people/japan">Japan. Foreign Ministry</a></h3></div>',
    ],
)
def test_a_list(items: str) -> None:
    wrap = "<table>{}</table>" if items.startswith("<tr") else "<ul>{}</ul>" if items.startswith("<li") else "{}"
    pager = '<nav><a href="?page=1">2</a><a href="/people?page=2">3</a><a href="?page=1">Next</a><a href="/places">Places</a></nav>'
    page = listed("/people", "<h1>People</h1>" + wrap.format(items) + pager)
    assert page.entries == [
        TermEntry(f"{SITE}/people/mao-zedong", "mao-zedong", "Mao, Zedong", "1893-1976"),
        TermEntry(f"{SITE}/people/japan", "japan", "Japan. Foreign Ministry"),
    ]
    assert (page.kind, page.page, page.pages) == ("person", 0, [f"{SITE}/people?page=1", f"{SITE}/people?page=2"])


def test_a_further_page_of_a_list() -> None:
    page = listed(
        "/topics?page=4", '<h1>Topics</h1><a href="/topics/space-race">Space Race (43)</a><a href="?page=0">1</a>'
    )
    assert (page.kind, page.page, page.pages) == ("topic", 4, [f"{SITE}/topics"])
    assert [entry.name for entry in page.entries] == ["Space Race (43)"]
