"""Bodies in every shape a page may give them come back paragraph for paragraph, in text and in HTML."""

import unicodedata
from collections.abc import Callable
from html import escape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.pages.body import read_body
from harvester.pages.parse import parse

WORDS = st.sampled_from(
    """the of Mao Zedong 1949. "quoted" Chiang’s co-operation (sic) [illegible] — § 5% A&B <b> AT&amp;T x<y &nbsp;
    Посол СССР Н.В. Рощин 毛泽东 同志 北京。 Đồng chí Hồ Chí Minh Külügyminisztérium Tőkés naïve 3. a) • … I.
    ﷽ سلام שלום e\u0301 \u1e9b\u0323 👍🏽 </p> <!-- --> ]]> \\ ` $1 -- ‘’""".split()
)
PARAGRAPH = st.lists(WORDS, min_size=1, max_size=12).map(lambda words: unicodedata.normalize("NFC", " ".join(words)))
PARAGRAPHS = st.lists(PARAGRAPH, min_size=1, max_size=8)
SPACERS = st.sampled_from(
    ["", "\n", "<p>&nbsp;</p>", "<p> </p>\n", "<p><br></p>", "<div>\xa0</div>", "<p><span></span></p>"]
)
PIECES = st.integers(min_value=1, max_value=5)

Shape = Callable[[list[str], st.DataObject], str]


def joined(paragraphs: list[str], data: st.DataObject, wrap: Callable[[str], str]) -> str:
    return "".join(wrap(paragraph) + data.draw(SPACERS) for paragraph in paragraphs)


def split_spans(text: str, data: st.DataObject) -> str:
    """Words cut anywhere, each piece and each space perhaps in a span of its own."""
    size = data.draw(PIECES)
    cut = [text[at : at + size] for at in range(0, len(text), size)]
    return "".join(f'<span class="cs{number % 3}A">{escape(piece)}</span>' for number, piece in enumerate(cut))


def plain(paragraphs: list[str], data: st.DataObject) -> str:
    return joined(paragraphs, data, lambda text: f"<p>{escape(text)}</p>")


def unclosed(paragraphs: list[str], data: st.DataObject) -> str:
    return "".join(f"<p class=x>{escape(text)}\n" for text in paragraphs)


def exported_word(paragraphs: list[str], data: st.DataObject) -> str:
    style = "<style>.cs1A{color:#000;font-weight:bold} p > .x { content: 'no text' }</style>"
    inner = joined(paragraphs, data, lambda text: f'<p class="cs366E2583">{split_spans(text, data)}</p>\n')
    return f"<p>{style}<span>{inner}</span></p>"


def spans_in_p(paragraphs: list[str], data: st.DataObject) -> str:
    return joined(paragraphs, data, lambda text: f"<p>{split_spans(text, data)}</p>")


def double_breaks(paragraphs: list[str], data: st.DataObject) -> str:
    breaks = st.sampled_from(
        ["<br><br>", "<br/>&nbsp;<br />", "<br>\n\xa0<br>\n<br>", "<span><br></span> <br>", "</b><br><b></b><br>"]
    )
    body = escape(paragraphs[0]) + "".join(data.draw(breaks) + escape(text) for text in paragraphs[1:])
    return data.draw(st.sampled_from(["<p>{}</p>", "{}", "<div>{}</div>", "<span>{}</span>", "<p>{}<br></p>"])).format(
        body
    )


def divisions(paragraphs: list[str], data: st.DataObject) -> str:
    body = joined(paragraphs, data, lambda text: f"<div>{escape(text)}</div>")
    return f'<article><div class="field field--name-body"><section>{body}</section></div></article>'


def loose_between_blocks(paragraphs: list[str], data: st.DataObject) -> str:
    return "".join(
        escape(text) if number % 2 else f"<div>{escape(text)}</div>" for number, text in enumerate(paragraphs)
    )


def lists(paragraphs: list[str], data: st.DataObject) -> str:
    closing = data.draw(st.sampled_from(["</li>", "\n"]))
    tag = data.draw(st.sampled_from(["ul", "ol"]))
    return f"<{tag}>" + "".join(f"<li>{escape(text)}{closing}" for text in paragraphs) + f"</{tag}>"


def nested_lists(paragraphs: list[str], data: st.DataObject) -> str:
    return "".join(f"<ul><li>{escape(text)}" for text in paragraphs) + "</li></ul>" * len(paragraphs)


def paragraphs_in_items(paragraphs: list[str], data: st.DataObject) -> str:
    return "<ol>" + "".join(f"<li><p>{escape(text)}</p></li>" for text in paragraphs) + "</ol>"


def quotes_and_headings(paragraphs: list[str], data: st.DataObject) -> str:
    tags = st.sampled_from(["h2", "h3", "h6", "blockquote", "p", "center", "pre", "dd", "figcaption", "address"])
    return "".join("<{0}>{1}</{0}>".format(data.draw(tags), escape(text)) for text in paragraphs)


def emphasis_across(paragraphs: list[str], data: st.DataObject) -> str:
    tag = data.draw(st.sampled_from(["em", "strong", "b", "i", "u", "font", "a href='/x'", "span lang=ru"]))
    body = "".join(f"<p>{escape(text)}</p>" for text in paragraphs)
    return f"<{tag}>{body}</{tag.split()[0]}>"


def layout_table(paragraphs: list[str], data: st.DataObject) -> str:
    return f"<table><tr><td>{plain(paragraphs, data)}</td></tr></table>"


def broken_nesting(paragraphs: list[str], data: st.DataObject) -> str:
    """A block in a paragraph ends it, and the end tag that is left over is a border too."""
    return "".join(
        f"<p>{escape(text)}"
        if number % 3 == 0
        else f"<div>{escape(text)}</div>"
        if number % 3 == 1
        else f"{escape(text)}</p>"
        for number, text in enumerate(paragraphs)
    )


SHAPES: list[Shape] = [
    plain, unclosed, exported_word, spans_in_p, double_breaks, divisions, loose_between_blocks, lists, nested_lists,
    paragraphs_in_items, quotes_and_headings, emphasis_across, layout_table, broken_nesting,
]  # fmt: skip


def read(markup: str) -> tuple[list[str], str]:
    body = read_body(parse(f"<div>{markup}</div>".encode()).root)
    return (body.text or "").split("\n\n"), body.html or ""


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
@settings(max_examples=40, deadline=None)
@given(paragraphs=PARAGRAPHS, data=st.data())
def test_each_paragraph_once_whole_in_order(shape: Shape, paragraphs: list[str], data: st.DataObject) -> None:
    text, html = read(shape(paragraphs, data))
    assert text == paragraphs
    assert read(html)[0] == paragraphs, "the HTML says the same"


@settings(max_examples=60, deadline=None)
@given(parts=st.lists(st.tuples(st.sampled_from(SHAPES), PARAGRAPHS), min_size=2, max_size=4), data=st.data())
def test_shapes_after_one_another(parts: list[tuple[Shape, list[str]]], data: st.DataObject) -> None:
    markup = "".join(f"<div>{shape(paragraphs, data)}</div>" for shape, paragraphs in parts)
    assert read(markup)[0] == [paragraph for _, paragraphs in parts for paragraph in paragraphs]


@settings(max_examples=40, deadline=None)
@given(rows=st.lists(st.lists(PARAGRAPH, min_size=2, max_size=4), min_size=1, max_size=4), data=st.data())
def test_a_table_is_a_paragraph_and_a_row_a_line(rows: list[list[str]], data: st.DataObject) -> None:
    cell = data.draw(
        st.sampled_from(
            ["<td>{}</td>", "<td><p>{}</p></td>", "<th>{}<br></th>", "<td><div>{}\n", "<td colspan=9007199254740991>{}"]
        )
    )
    body = "".join("<tr>" + "".join(cell.format(escape(text)) for text in row) for row in rows)
    text, html = read(f"<p>before</p><table><tbody>{body}</tbody></table><p>after</p>")
    assert text == ["before", "\n".join(" ".join(row) for row in rows), "after"]
    assert read(html)[0] == text
    assert "9007199254740991" not in html


@settings(max_examples=40, deadline=None)
@given(lines=st.lists(PARAGRAPH, min_size=1, max_size=5), data=st.data())
def test_a_break_is_a_line(lines: list[str], data: st.DataObject) -> None:
    line_break = data.draw(st.sampled_from(["<br>", " <br/>\n", "<span><br></span>", "&nbsp;<br>&nbsp;"]))
    text, html = read("<p>" + line_break.join(split_spans(line, data) for line in lines) + "</p>")
    assert text == ["\n".join(lines)]
    assert read(html)[0] == text
