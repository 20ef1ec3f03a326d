"""The second witness: how far it agrees, and the body it finds where the template has changed."""
# ruff: noqa: E501 (markup reads better on one line)

import pytest

from harvester import pages
from harvester.capture import Capture
from harvester.pages.model import DocumentPage
from harvester.pages.witness import agreement

SITE = "https://digitalarchive.wilsoncenter.org"
PARAGRAPHS = [
    "From the Diary of the Ambassador",
    "On 10 November at 1700 the Prime Minister visited the Ambassador at the Embassy and, after conversations of a protocol nature, communicated the following for transmittal to the government.",
    "First, the Chairman has long cherished the hope of visiting the Soviet Union, and wishes to do so in December.",
    "Second, he asks whether there was any answer regarding the delegation at the United Nations.",
    "He asks it again.",
    "The Ambassador answered in the negative, but promised to ask the Foreign Ministry once more before the week is out.",
    "Ambassador to the People's Republic of China, N. Roshchin",
]
HEADER = """<header><a href="/">wilsoncenter.org</a><nav><ul><li><a href="/people/mao-zedong">Mao, Zedong
<span class="date">1893-1976</span></a></li><li><a href="/places/china">China (East Asia)</a></li><li><a href="/people">See All
People</a></li></ul></nav></header>"""
FOOTER = """<section class="related"><h2>Related Documents</h2><a href="/document/x"><div class="date">May 1, 1950</div>
<h3 class="title">Telegram on the Rail Crossing at Sinuiju, with many words in its title</h3></a></section>
<footer><p>One Woodrow Wilson Plaza, Washington, DC. All rights reserved by the archive and its partners.</p></footer>"""
FIELDS = """<div class="content-block"><div class="date">November 10, 1949</div><h1 class="title">Diary of N.V. Roshchin</h1>
<div class="donated">This document was made possible with support from Leon Levy Foundation</div></div>"""
SUMMARY = """<div class="text-block">Conversation between the Soviet Ambassador and the Chinese Premier, who speaks on behalf of
the Chairman and expresses his desire to make a visit to Moscow.</div>"""
INFORMATION = """<h2 class="title">Author(s):</h2><div><a class="pill" href="/people/roshchin"><span class="name">Roshchin,
Nikolai</span></a></div><div class="pill-block"><h3 class="title">Associated Places</h3><div class="pill"><div class="name">China
</div></div></div><h2 class="title">Document Information</h2><div class="information-block"><h3 class="sub-title">Source</h3>
<div class="text">AVP RF, f. 07, op. 22, p. 36, d. 220, ll. 52-56, translated with notes by the staff of the archive.</div></div>
<div class="information-block"><h3 class="sub-title">Rights</h3><div class="text">The archive welcomes the reuse of its
documents for research, teaching and quotation; write to its staff for anything else.</div></div>
<div class="information-block"><h3 class="sub-title">Record ID</h3><div class="text">117889</div></div>"""


def read(main: str, witness: bool = True, chrome: bool = True) -> DocumentPage:
    body = f"{HEADER}<main>{FIELDS}{main}{INFORMATION}</main>{FOOTER}" if chrome else main
    markup = f"<!DOCTYPE html><html><head><title>Diary</title></head><body>{body}</body></html>"
    page = pages.read(Capture(f"{SITE}/document/diary", markup.encode(), "live", "2025-10-07T12:40:14Z"), witness)
    assert isinstance(page, DocumentPage), page
    return page


def tabs(body: str) -> str:
    return f'<div id="documentTabs"><div class="tab-content"><div class="tab-pane active">{body}</div></div></div>'


def plain(wrap: str = "<p>{}</p>") -> str:
    return "".join(wrap.format(text) for text in PARAGRAPHS)


def exported() -> str:
    spans = [" ".join(f"<span class=c1>{word}</span>" for word in text.split()) for text in PARAGRAPHS]
    return (
        "<p><style>.c1{color:red}</style><span>" + "".join(f"<p class=c2>{text}</p>" for text in spans) + "</span></p>"
    )


@pytest.mark.parametrize("body", [plain(), exported(), plain("{}<br><br>"), plain("<div>{}</div>")])
def test_template_and_witness_agree(body: str) -> None:
    page = read(SUMMARY + tabs(body))
    assert page.agreement
    assert page.agreement > 0.9
    assert (page.text_from, page.flags) == ("template", [])


def test_agreement_falls_when_the_template_finds_but_a_part() -> None:
    page = read(SUMMARY + tabs("<p>Only this.</p>") + f'<div class="transcript">{plain()}</div>')
    assert page.agreement is not None
    assert page.agreement < 0.5


def test_no_witness_no_agreement() -> None:
    assert read(SUMMARY + tabs(plain()), witness=False).agreement is None


@pytest.mark.parametrize("witness", [True, False])
@pytest.mark.parametrize(
    "body", [plain(), exported(), plain("{}<br><br>"), plain("<div>{}</div>"), f"<ul>{plain('<li>{}</li>')}</ul>"]
)
@pytest.mark.parametrize(
    "container",
    [
        '<div id="documentPanes"><div class="tab-content"><div class="tab-pane active">{}</div></div></div>',
        '<div id="documentTabs"><div class="panels"><div class="panel">{}</div></div></div>',
        '<div class="transcript">{}</div>',
        "<section><div><div>{}</div></div></section>",
        "{}",
    ],
)
def test_a_renamed_container_gives_the_witness_text(container: str, body: str, witness: bool) -> None:
    for main in (container.format(body) + SUMMARY, SUMMARY + container.format(body)):
        page = read(main, witness)
        assert page.text_from == "trafilatura"
        [version] = page.versions
        assert (version.text or "").split("\n\n") == PARAGRAPHS
        assert version.html


@pytest.mark.parametrize(
    "main",
    [
        "",
        SUMMARY,
        SUMMARY + SUMMARY.replace("Ambassador", "Embassy"),
        SUMMARY + tabs(""),
        SUMMARY
        + tabs(
            '<object class="pdf-preview" data="/sites/default/files/x.pdf"><p>No preview? Download it.</p></object>'
        ),
        SUMMARY
        + '<object class="pdf-preview" data="/sites/default/files/x.pdf"></object><a class="btn" href="/document/5/download">Download</a>',
        SUMMARY + "<p>The transcript is not available yet.</p>",
        SUMMARY + FOOTER + FOOTER,
    ],
)
def test_no_body_is_made_of_summary_and_chrome(main: str) -> None:
    page = read(main)
    assert page.text_from is None
    assert not any(version.text for version in page.versions)


@pytest.mark.parametrize(
    ("one", "other", "share"),
    [
        ("a b c d", "a b c d", 1.0),
        ("a b c d", "d c b a", 1.0),
        ("a a b", "a b b", 0.6667),
        ("a b c d", "a b", 0.6667),
        ("a b", "x y", 0.0),
        ("毛泽东同志", "毛泽东，同志。", 1.0),
        ("毛泽东", "毛澤東", 0.3333),
        ("a", None, 0.0),
        (None, "", None),
    ],
)
def test_agreement(one: str | None, other: str | None, share: float | None) -> None:
    assert agreement(one, other) == agreement(other, one) == share


def test_the_witness_is_not_asked_about_huge_pages() -> None:
    page = read(tabs("<p>word</p>" * 30_000))
    assert (page.agreement, page.text_from, page.flags) == (None, "template", ["witness-skipped"])


def test_a_witness_that_breaks_costs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object, **options: object) -> str:
        raise RuntimeError("inside a library")

    monkeypatch.setattr("trafilatura.extract", broken)
    page = read(tabs(plain()))
    assert (page.agreement, page.text_from, page.flags) == (None, "template", ["witness-failed"])


def test_tags_of_word_do_not_silence_the_witness() -> None:
    body = plain() + "<ul><li>To <st1:place w:st='on'>Peking</st1:place><o:p></o:p></li></ul>"
    page = read(SUMMARY + tabs(body))
    assert page.agreement is not None
    assert page.agreement > 0.9
    assert read(f'<div class="transcript">{body}</div>').text_from == "trafilatura"


def test_what_is_hidden_or_machinery_is_no_part_of_a_guessed_body() -> None:
    others = "".join(f"<p>Разговор с послом о поездке в Москву, {number}.</p>" for number in range(40))
    main = f"""<div class="messages messages--status">Your feedback was sent</div><div class="share-block"><p>Share this
    page with friends</p></div><div id="tabs"><div>{plain()}</div><div style="display:none">{others}</div></div>
    <h2 class="title">Popular Documents</h2><div class="views-row"><a href="/document/x">Another</a></div>"""
    page = read(main)
    assert page.text_from == "trafilatura"
    assert [version.text for version in page.versions] == ["\n\n".join(PARAGRAPHS)]
