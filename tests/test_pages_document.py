"""Every field of a document's page, wherever its block stands, and nothing of the chrome around it."""
# ruff: noqa: E501 (markup reads better on one line)

from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester import pages
from harvester.capture import Capture
from harvester.pages.model import DocumentPage, NotAPage, Pill

SITE = "https://digitalarchive.wilsoncenter.org"
SLUG = "letter-jawaharlal-nehru-all-provincial-premiers"
NODE = 288123

HEADER = """<header><nav class="mega-menu"><h2 class="title">Featured People</h2>
<div class="date">1893-1976</div><div class="pill"><div class="name"><span>Mao, Zedong</span></div></div>
<div class="text-block">Quick links</div><h1 class="title">People</h1>
<div class="pill-block"><h4 class="title">Associated Places</h4><a class="pill" href="/places/soviet-union">
<span class="name">Soviet Union</span></a></div><div class="donated">Donate</div></nav></header>"""
ITEM = """<a href="/document/another-letter"><div class="date">May 5, 1955</div><h3 class="title">Another Letter</h3></a>
<div class="text-block">Its summary.</div>"""
HEAD_OF_ANOTHER = """<div class="content-block"><div class="date">1950</div>
<h3 class="title"><a href="/document/x">X</a></h3><div class="text-block">Its summary.</div></div>"""
CARD = """<div class="views-row"><div class="date">1906</div><div class="title"><a href="/document/y">Y</a></div>
<div class="pill-block"><h4 class="title">Associated Places</h4><div class="pill"><span class="name">Elsewhere</span></div></div></div>"""
FOOTER = f"""<footer><section class="related"><h2 class="title">Related Documents</h2>{ITEM}</section>
<div class="information-block"><h3 class="sub-title">Source</h3><div class="text">Chrome, f. 1</div></div>
<div class="text-block">Wilson Center, Washington</div></footer>"""
RELATED = [
    f'<section><h2 class="title">Related Documents</h2><div>{ITEM}</div></section>',
    f'<aside class="sidebar">{ITEM}</aside>',
    f"<ul><li>{ITEM}</li><li>{ITEM}</li></ul>",
    f'<div class="related-documents"><div class="pill-block"><h4 class="title">Subjects Discussed</h4>'
    f'<div class="pill"><div class="name">Elsewhere</div></div></div>{ITEM}</div>',
    '<div class="cards"><div class="card"><div class="date">1950</div>'
    '<div class="title"><a href="https://digitalarchive.wilsoncenter.org/document/x">X</a></div></div></div>',
    f"<div><div>{ITEM}</div></div>",
    f'<section class="block-views"><h2>Recently Added</h2><div>{CARD}{HEAD_OF_ANOTHER}</div></section>',
    f'<div class="bottom"><h3>More</h3><div>{CARD}{HEAD_OF_ANOTHER}</div></div>',
    f'<div class="modal fade"><div class="modal-body"><div class="date">1950</div>{ITEM}</div></div>',
]

FIELDS = {
    "title": "Letter, Jawaharlal Nehru to All Provincial Premiers",
    "date": "April 1, 1949",
    "credit": "This document was made possible with support from Leon Levy Foundation",
    "summary": "Nehru briefs the Premiers about “internal” & external developments.",
    "source": "Nehru Memorial Museum and Library, File No. JNSG, vol. 21-1.",
    "uploaded": "2023-10-10",
    "rights": "Free for research.",
    "record_id": "300653",
    "classification": "Secret",
}
PILLS = {
    "authors": ("Author(s)", ["Nehru, Jawaharlal", "Japan. Foreign Ministry"], "people"),
    "people": ("Associated People & Organizations", ["Chiang, Ching-kuo (Jiang Jingguo)", "Mao, Zedong"], "people"),
    "places": ("Associated Places", ["India", "China", "Southeast Asia"], "places"),
    "subjects": ("Subjects Discussed", ["India--Foreign relations--Pakistan"], None),
    "contributors": ("Document Contributor(s)", ["Kraus, Charles"], "people"),
    "archives": ("Original Archive", ["Nehru Memorial Museum and Library (NMML)"], None),
    "languages": ("Language", ["English", "Hindi"], None),
    "donors": ("Donors", ["Chun & Jane Chiu Family Foundation"], None),
}
TEXT_LABELS = {
    "source": "Source",
    "uploaded": "Original Uploaded Date",
    "rights": "Rights",
    "record_id": "Record ID",
    "classification": "Original Classification",
}


def slug(name: str) -> str:
    return "".join(c if c.isalnum() else "-" for c in name.lower()).strip("-")


def read(body: str, url: str = f"{SITE}/document/{SLUG}", head: str = "", **capture: object) -> pages.Page:
    page = f"<!DOCTYPE html><html><head><title>x | Wilson Center Digital Archive</title>{head}</head><body>{body}</body></html>"
    return pages.read(Capture(url, page.encode(), "live", "2025-10-07T12:40:14Z", **capture), witness=False)  # type: ignore[arg-type]


def document(body: str, **where: str) -> DocumentPage:
    page = read(body, **where)
    assert isinstance(page, DocumentPage), page
    return page


HEAD = (
    f'<div class="content-block"><div class="date">{FIELDS["date"]}</div><h1 class="title">{FIELDS["title"]}</h1></div>'
)
RECORD = '<div class="information-block"><h3 class="sub-title">Record ID</h3><div class="text">300653</div></div>'
BODY = (
    '<div id="documentTabs"><ul class="nav nav-tabs"><li><a class="nav-link active" href="#t1">English</a></li></ul>'
    '<div class="tab-content"><div class="tab-pane active" id="t1"><p class="date">April 1, 1949</p><p>My dear Premier,'
    '</p><p>This is <a href="/document/an-older-letter">as I wrote</a>.</p></div></div></div>'
)


@st.composite
def pill(draw: st.DrawFn, name: str, folder: str | None) -> str:
    """A pill with its link where the site may have it."""
    shown = draw(st.sampled_from(["<span>{}</span>", "{}", " <span>\n{} </span>\n"])).format(escape(name))
    extra = draw(st.sampled_from(["", " pill-subject"]))
    href = f"/{folder}/{slug(name)}"
    href = f"{draw(st.sampled_from(['', SITE, 'https://wilson-center.drivingcreative.com']))}{href}"
    inner = f'<div class="name">{shown}</div>'
    if not folder:
        return f'<div class="pill{extra}">{inner}</div>'
    return draw(
        st.sampled_from(
            [
                f'<a class="pill{extra}" href="{href}">{inner}</a>',
                f'<a href="{href}"><div class="pill{extra}">{inner}</div></a>',
                f'<div class="pill{extra}"><a href="{href}">{inner}</a></div>',
                f'<div class="pill{extra}"><div class="name"><a href="{href}">{shown}</a></div></div>',
                f'<div class="pill{extra}"><a class="name" href="{href}">{shown}</a></div>',
                f'<div class="pill{extra}"><svg><title>Icon for Type - People</title></svg>{inner}<a href="{href}"></a></div>',
            ]
        )
    )


@st.composite
def block(draw: st.DrawFn, field: str) -> str:
    if field in TEXT_LABELS:
        label = draw(st.sampled_from(["{}", "{}:", " {}\n", "<span>{}</span>"])).format(TEXT_LABELS[field])
        value = escape(FIELDS[field])
        value = draw(st.sampled_from(["{}", "<p>{}</p>", "\n {} ", "<span>{}</span>"])).format(value)
        return f'<div class="information-block"><h3 class="sub-title">{label}</h3><div class="text">{value}</div></div>'
    label, names, folder = PILLS[field]
    pills = "\n".join(draw(pill(name, folder)) for name in names)
    if field == "authors":
        return f'<h2 class="title">{draw(st.sampled_from(["Author", "Author(s):", "Authors"]))}</h2>\n<div class="pills">{pills}</div>'
    if field in ("archives", "languages", "donors"):
        label = label.rstrip("s") + draw(st.sampled_from(["", "s", ":"]))
        return f'<div class="information-block"><h3 class="sub-title">{label}</h3>{pills}</div>'
    heading = draw(st.sampled_from(["h3", "h4"]))
    return f'<div class="pill-block"><{heading} class="title">{escape(label)}</{heading}><div>{pills}</div></div>'


@settings(max_examples=120, deadline=None)
@given(data=st.data())
def test_every_field_in_any_order_and_shape(data: st.DataObject) -> None:
    summary = f'<div class="text-block"><p>{escape(FIELDS["summary"])}</p></div>'
    credit = f'<div class="donated">{FIELDS["credit"]}</div>'
    title = data.draw(st.sampled_from([FIELDS["title"], f"<span>{FIELDS['title']}</span>"]))
    head = f'<div class="content-block"><div class="date">{FIELDS["date"]}</div><h1 class="title">{title}</h1>'
    head += f"{credit}</div>" if data.draw(st.booleans()) else f"</div>{credit}"
    parts = [head, summary, BODY, *(data.draw(block(field)) for field in [*TEXT_LABELS, *PILLS])]
    parts = data.draw(st.permutations(parts))
    wrap = data.draw(st.sampled_from(["{}", "<div>{}</div>", "<section><div class='row'>{}</div></section>"]))
    related = data.draw(st.sampled_from(["", *RELATED]))
    inner = "".join(wrap.format(part) for part in parts) + related
    main = data.draw(st.sampled_from(["<main>{}</main>", "<main><article><div>{}</div></article></main>"])).format(
        inner
    )
    page = document(HEADER + main + FOOTER)
    assert {name: getattr(page, name) for name in FIELDS} == FIELDS
    for field, (_, names, folder) in PILLS.items():
        links = [f"{SITE}/{folder}/{slug(name)}" if folder else None for name in names]
        assert getattr(page, field) == [Pill(*both) for both in zip(names, links, strict=True)], field
    [version] = page.versions
    assert version.text == "April 1, 1949\n\nMy dear Premier,\n\nThis is as I wrote."
    assert (page.other, page.flags, page.text_from) == ({}, [], "template")


@pytest.mark.parametrize("related", RELATED)
def test_what_is_missing_is_not_taken_from_other_documents(related: str) -> None:
    head = f'<div class="content-block"><h1 class="title">{FIELDS["title"]}</h1></div>'
    for main in (head + RECORD + BODY + related, f"<div>{head}</div><div><div>{RECORD}{BODY}</div>{related}</div>"):
        page = document(f"{HEADER}<main>{main}</main>{FOOTER}")
        assert (page.date, page.summary, page.credit, page.source) == (None, None, None, None)
        assert [page.people, page.places, page.subjects, page.other] == [[], [], [], {}]
        assert page.title == FIELDS["title"]


def test_what_follows_a_list_of_other_documents_under_its_own_heading_is_kept() -> None:
    info = f'<h2 class="title">Document Information</h2>{RECORD}'
    page = document(f'<main>{HEAD}{BODY}<h2 class="title">Related Documents</h2><div>{ITEM}</div>{info}</main>')
    assert (page.record_id, page.summary) == ("300653", None)


def test_an_empty_date_is_undated_whatever_stands_below() -> None:
    head = '<div class="content-block"><div class="date"> </div><h1 class="title">Undated Letter</h1></div>'
    page = document(f'<main>{head}{RECORD}{BODY}<div class="date">May 1, 1950</div></main>')
    assert page.date is None


def test_a_date_apart_from_the_title_is_found() -> None:
    page = document(
        f'<main><h1 class="title">T</h1>{RECORD}{BODY}<div><p class="date">1958</p></div>{RELATED[0]}</main>'
    )
    assert page.date == "1958"


def test_a_summary_may_have_paragraphs_and_link_to_a_document() -> None:
    summary = '<div class="text-block"><p>First, see <a href="/document/x">X</a>.</p><p>Then.</p></div>'
    assert document(f"<main>{HEAD}{summary}{RECORD}{BODY}</main>").summary == "First, see X.\n\nThen."


def test_labels_that_are_not_known_are_kept() -> None:
    blocks = """<div class="information-block"><h3 class="sub-title">Original Format:</h3><div class="text">Telegram</div></div>
    <div class="information-block"><h3 class="sub-title">Physical Place</h3><div class="pill"><div class="name">Box 3</div></div>
    <div class="pill"><div class="name">Box 4</div></div></div>
    <div class="information-block"><h3 class="sub-title">Pages</h3><p>12</p></div>
    <div class="pill-block"><h3 class="title">Related Events</h3><a class="pill" href="/events/x"><span class="name">Geneva</span></a></div>
    <div class="pill-block"><div class="pill"><span class="name">Nowhere</span></div></div>"""
    assert document(f"<main>{HEAD}{RECORD}{blocks}</main>").other == {
        "Original Format": ["Telegram"],
        "Physical Place": ["Box 3", "Box 4"],
        "Pages": ["12"],
        "Related Events": ["Geneva"],
        "unlabelled": ["Nowhere"],
    }


@pytest.mark.parametrize("more", ["", '<div class="pill-block"><h3 class="title">Associated Places</h3></div>'])
def test_authors_may_stand_in_a_block_within_what_follows_their_heading(more: str) -> None:
    pill = '<a class="pill" href="/people/x"><span class="name"><span>Zhou, Enlai</span></span></a>'
    part = f'<h2 class="title">Author(s):</h2><div><div class="pill-block">{pill}</div>{more}</div>'
    assert [author.name for author in document(f"<main>{HEAD}{part}{RECORD}</main>").authors] == ["Zhou, Enlai"]


def test_names_below_a_heading_without_a_block_are_kept() -> None:
    names = """<h2 class="title">Recipient(s)</h2><div><a class="pill" href="/people/x"><span class="name">Stalin</span></a></div>
    <h4 class="title">Associated Places</h4><div class="pills"><span class="pill"><span class="name">Cuba</span></span></div>"""
    page = document(f"<main>{HEAD}{RECORD}{names}</main>")
    assert page.other == {"Recipient(s)": ["Stalin"]}
    assert [pill.name for pill in page.places] == ["Cuba"]


def test_known_labels_take_either_kind_of_value() -> None:
    blocks = """<div class="information-block"><h3 class="sub-title">Original Classification</h3><div class="pill">
    <div class="name"><span>Top Secret</span></div></div></div>
    <div class="information-block"><h3 class="sub-title">LANGUAGES</h3><div class="text">Russian</div></div>
    <div class="information-block"><h3 class="sub-title">Donor</h3><div class="text"></div></div>"""
    page = document(f"<main>{HEAD}{RECORD}{blocks}</main>")
    assert (page.classification, page.languages, page.donors) == ("Top Secret", [Pill("Russian")], [])


def test_labels_may_be_buttons_that_fold_a_part_away() -> None:
    blocks = """<div class="accordion-item"><div class="pill-block"><h3 class="title"><button class="btn">Associated Places</button></h3>
    <div class="pill"><div class="name">China</div></div></div></div>
    <div class="information-block"><h3 class="sub-title"><button>Rights</button></h3><div class="text">Free</div></div>"""
    page = document(f"<main>{HEAD}{RECORD}{blocks}</main>")
    assert (page.places, page.rights, page.other) == ([Pill("China")], "Free", {})


@pytest.mark.parametrize("label", ["AUTHOR(S)", "Document Author(s):", "<span>Authors</span>", "Author&nbsp;:"])
def test_any_heading_that_names_authors(label: str) -> None:
    block = (
        f'<h2 class="title">{label}</h2> <!-- x --> <div><div class="pill"><p class="name">Zhou, Enlai</p></div></div>'
    )
    page = document(f"<main>{HEAD}{RECORD}{block}</main>")
    assert (page.authors, page.other) == ([Pill("Zhou, Enlai")], {})


def test_an_authority_is_no_author() -> None:
    block = '<h2 class="title">Authority</h2><div><div class="pill"><div class="name">Politburo</div></div></div>'
    page = document(f"<main>{HEAD}{RECORD}{block}</main>")
    assert page.authors == []


def test_several_labels_in_one_block() -> None:
    block = """<div class="pill-block"><h3 class="title">Associated Places</h3><div class="pill"><div class="name">China</div></div>
    <h3 class="title">Subjects Discussed</h3><div class="pill pill-subject"><div class="name">Peace</div></div></div>"""
    page = document(f"<main>{HEAD}{RECORD}{block}</main>")
    assert (page.places, page.subjects) == ([Pill("China")], [Pill("Peace")])


@pytest.mark.parametrize(
    ("url", "head", "slug"),
    [
        (f"{SITE}/document/{SLUG}?page=2#top", "", SLUG),
        (f"http://www.digitalarchive.wilsoncenter.org:80/document/{SLUG}/", "", SLUG),
        (f"https://wilson-center.drivingcreative.com/document/{SLUG}", "", SLUG),
        (f"http://127.0.0.1:8000/document/{SLUG}", "", SLUG),
        (f"https://web.archive.org/web/20230101000000id_/{SITE}/document/{SLUG}", "", SLUG),
        (f"{SITE}/node/288123", f'<link rel="canonical" href="{SITE}/document/{SLUG}">', SLUG),
        (f"{SITE}/document/300653", f'<link rel="canonical" href="/document/{SLUG}">', SLUG),
        ("file:///home/me/saved%20page.html", f'<link href="{SITE}/document/{SLUG}" rel="canonical">', SLUG),
        (
            "page.html",
            f'<meta property="og:url" content="https://wilson-center.drivingcreative.com/document/{SLUG}">',
            SLUG,
        ),
        ("page.html", f"<!-- saved from url=(0042){SITE}/document/{SLUG} -->", SLUG),
        (f"{SITE}/document/{SLUG}", f'<link rel="canonical" href="{SITE}/">', SLUG),
        (f"{SITE}/document/{SLUG}", f'<link rel="canonical" href="{SITE}/node/5">', SLUG),
        (f"{SITE}/document/old-alias", f'<link rel="canonical" href="{SITE}/document/{SLUG}">', SLUG),
        (f"{SITE}/node/288123", "", "record-300653"),
        (f"{SITE}/document/300653", "", "record-300653"),
    ],
)
def test_the_slug(url: str, head: str, slug: str) -> None:
    page = document(f"{HEADER}<main>{HEAD}{RECORD}{BODY}</main>", url=url, head=head)
    assert (page.slug, page.url) == (slug, f"{SITE}/document/{slug}")


def test_a_document_that_does_not_say_which_is_none() -> None:
    page = read(f"<main>{HEAD}{BODY}</main>", url="page.html")
    assert isinstance(page, NotAPage)
    assert page.problem == "other"


@pytest.mark.parametrize(
    ("settings_", "head", "node"),
    [
        (r'{"path":{"currentPath":"node\/99018"}}', "", 99018),
        ('{"path": {"baseUrl": "/", "currentPath" : "node/99018", "x": 1}}', "", 99018),
        ('{"path":{"currentPath":"search"}}', "", None),
        ("{", f'<link rel="shortlink" href="{SITE}/node/17">', 17),
        ("", '<link rel="shortlink" href="/node/17">', 17),
    ],
)
def test_the_node_id(settings_: str, head: str, node: int | None) -> None:
    script = f'<script type="application/json" data-drupal-selector="drupal-settings-json">{settings_}</script>'
    assert document(f"<main>{HEAD}{RECORD}</main>{script}", head=head).node_id == node


def test_pdf_and_scans() -> None:
    script = '<script data-drupal-selector="drupal-settings-json">{"currentPath":"node\\/7"}</script>'
    panes = """<div id="documentTabs"><div class="tab-content"><div class="tab-pane active"><p>Text.</p></div>
    <div class="tab-pane"><object class="pdf-preview" data="/sites/default/files/a b.pdf" type="application/pdf">
    <p>Your browser shows no PDF. <a href="/document/7/download">Download PDF</a></p></object></div></div></div>
    <a href="/document/8/download">Another</a><a class="btn" href="https://digitalarchive.wilsoncenter.org/document/7/download">PDF</a>"""
    page = document(f"<main>{HEAD}{RECORD}{panes}</main>{script}")
    assert page.download == f"{SITE}/document/7/download"
    assert [(version.text, version.scans) for version in page.versions] == [
        ("Text.", []),
        (None, [f"{SITE}/sites/default/files/a%20b.pdf"]),
    ]


@pytest.mark.parametrize(
    ("main", "script", "download", "node"),
    [
        ('<div id="documentTabs"><a href="/document/7/download">PDF</a></div>', "", 7, 7),
        ('<a href="/document/7/download">PDF</a>', "", 7, 7),
        (
            '<div class="related"><a href="/document/x">X</a><a href="/document/8/download">PDF</a></div>',
            "",
            None,
            None,
        ),
        ('<a href="/document/8/download">PDF</a>', "7", 7, 7),
        ("", "7", 7, 7),
    ],
)
def test_which_download_is_its_own(main: str, script: str, download: int | None, node: int | None) -> None:
    settings_ = f'<script data-drupal-selector="drupal-settings-json">{{"currentPath":"node/{script}"}}</script>'
    foot = '<footer><a href="/document/9/download">PDF</a><a href="/document/7/download">PDF</a></footer>'
    page = document(f"<main>{HEAD}{RECORD}{main}</main>{settings_ if script else ''}{foot}")
    assert page.download == (f"{SITE}/document/{download}/download" if download else None)
    assert page.node_id == node


def test_a_heading_of_the_summary_is_not_its_text() -> None:
    summary = '<div class="text-block"><h2 class="title">Summary:</h2><p>It says A.</p></div>'
    assert document(f"<main>{HEAD}{summary}{RECORD}{BODY}</main>").summary == "It says A."


def test_a_summary_that_begins_with_the_name_of_a_part_is_whole() -> None:
    summary = '<div class="text-block"><p>Summary</p><p>It says A.</p></div>'
    assert document(f"<main>{HEAD}{summary}{RECORD}{BODY}</main>").summary == "Summary\n\nIt says A."


def test_a_scan_without_tabs_is_a_version_without_text() -> None:
    page = document(
        f'<main>{HEAD}{RECORD}<object class="pdf-preview" data="/sites/default/files/x.pdf"></object></main>'
    )
    [version] = page.versions
    assert (version.text, version.scans, page.text_from) == (None, [f"{SITE}/sites/default/files/x.pdf"], None)


@pytest.mark.parametrize(
    ("links", "ids"),
    [
        ('<a class="nav-link" href="#a">English</a><a class="nav-link active" href="#b">Russian Transcript</a>', "ab"),
        (
            '<button class="nav-link" data-bs-target="#b">Russian Transcript</button><button class="nav-link" data-bs-target="#a">English</button>',
            "ab",
        ),
        (
            '<a class="nav-link" id="la" aria-controls="a">English</a><a class="nav-link" aria-controls="b">Russian\n Transcript</a>',
            "ab",
        ),
        ('<a class="nav-link">English</a><a class="nav-link"><span>Russian</span> Transcript</a>', "xy"),
    ],
)
def test_labels_belong_to_their_panes(links: str, ids: str) -> None:
    panes = (
        f'<div class="tab-pane fade" id="{ids[0]}" aria-labelledby="la"><h2 class="title">English</h2><p>One</p></div>'
    )
    panes += f'<div class="tab-pane active" id="{ids[1]}" hidden><p>Один</p></div>'
    tabs = f'<div id="documentTabs"><div class="nav">{links}</div><div class="tab-content">{panes}</div></div>'
    versions = document(f"<main>{HEAD}{RECORD}{tabs}</main>").versions
    assert [(v.label, v.text, v.active) for v in versions] == [
        ("English", "One", False),
        ("Russian Transcript", "Один", True),
    ]


def test_without_main_the_chrome_is_cut_away() -> None:
    page = document(f"{HEADER}<div>{HEAD}{RECORD}{BODY}</div>{FOOTER}")
    assert (page.title, page.date, page.summary) == (FIELDS["title"], FIELDS["date"], None)
    assert (page.source, page.record_id, page.places, page.flags) == (None, "300653", [], ["no-main"])


def test_without_main_and_without_tags_for_chrome() -> None:
    menu = HEADER.replace("header", "div").replace("nav", "div")
    footer = FOOTER.replace("footer", "div").replace("information-block", "info")
    page = document(
        f'{menu.replace("h1", "h2")}<div class="page"><div>{HEAD}</div><div>{BODY}{RECORD}</div></div>{footer}'
    )
    assert (page.title, page.date, page.summary) == (FIELDS["title"], FIELDS["date"], None)
    assert (page.source, page.record_id, page.places, page.credit) == (None, "300653", [], None)
