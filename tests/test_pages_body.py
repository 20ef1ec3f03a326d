"""What is text of a body and what is not, and what its small HTML keeps."""
# ruff: noqa: E501 (markup reads better on one line)

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.pages.body import _SANITISER, Body, read_body
from harvester.pages.parse import parse
from harvester.pages.select import first

SITE = "https://digitalarchive.wilsoncenter.org"


def body(markup: str, prefix: str = "") -> Body:
    pane = first(parse(f'<main><div class="tab-pane" hidden>{markup}</div></main>'.encode()).root, ".tab-pane")
    assert pane is not None
    return read_body(pane, prefix)


def text(markup: str) -> str | None:
    return body(markup).text


@pytest.mark.parametrize(
    "hidden",
    [
        "<style>.a { color: red } p::before { content: 'x' }</style>",
        "<script>document.write('<p>x</p>')</script>",
        "<noscript><p>Switch on JavaScript</p></noscript>",
        "<template><p>x</p></template>",
        "<!-- a <b>comment</b> --><!--[if gte mso 9]><xml><w:WordDocument>x</w:WordDocument></xml><![endif]-->",
        "<?xml version='1.0'?>",
        "<p hidden>x</p><p hidden=''>x</p><div hidden=until-found>x<p>y</p></div>",
        '<p style="display:none">x</p><span style="color:red; DISPLAY : None;">x</span>',
        '<p style="visibility: hidden">x</p>',
        '<h2 class="visually-hidden">English</h2><span class="sr-only">x</span><p class="a hidden">x</p><p class=d-none>x</p>',
        '<i class="icon" aria-hidden="true">→</i>',
        "<svg><title>Icon for Type - People</title><text>x</text></svg>",
        "<button>Print</button><select><option>x</option></select><textarea>x</textarea><input value=x>",
        '<a class="btn btn-primary" href="/x">View</a><a role="button" href="#">Share</a>',
        '<p><a href="/document/99018/download">Download PDF</a></p>',
        '<a href="javascript:window.print()">Print this page</a><a href="mailto:?subject=x">Email</a>',
        '<a href="https://www.facebook.com/sharer/sharer.php?u=x">Share</a><a href="https://twitter.com/intent/tweet?x">Tweet</a>',
        '<object class="pdf-preview" data="/x.pdf"><p>Your browser cannot show it: <a href="/x.pdf">Download PDF</a></p></object>',
        '<iframe src="/x">x</iframe><embed src="/x.pdf"><audio>x</audio><video>x</video><canvas>x</canvas>',
        '<img alt="Portrait of Mao" src="x.jpg" title="x">',
        "<nav><ol><li>Home</li></ol></nav>",
    ],
)
def test_what_is_not_text(hidden: str) -> None:
    found = body(f"<p>before</p>{hidden}<p>after</p>")
    assert found == Body("before\n\nafter", "<p>before</p><p>after</p>")
    assert text(f"<p>be{hidden if not hidden.startswith(('<p', '<h2', '<nav', '<object')) else ''}fore</p>") == "before"


@pytest.mark.parametrize(
    "shown",
    [
        '<p class="d-none d-md-block">words</p>',
        '<p aria-hidden="true">words</p>',
        '<p style="font-size:9pt;mso-hide:screen">words</p>',
        '<p class="hidden-print not-hidden">words</p>',
        "<del>words</del>",
        "<details><summary>words</summary></details>",
        '<a href="/document/an-older-letter">words</a>',
        "<a href=\"javascript:alert('x')\">words</a>",
        "<font color=red>words</font>",
        "<o:p>words</o:p><custom-element></custom-element>",
        "<form><label>words</label></form>",
        "<math><mi>words</mi></math>",
        "<center>words</center>",
        "<bdi>words</bdi>",
    ],
)
def test_what_is_text(shown: str) -> None:
    assert text(f"<p>before</p>{shown}<p>after</p>") == "before\n\nwords\n\nafter"


@pytest.mark.parametrize(
    ("markup", "said"),
    [
        ("<span>wor</span><span>ds</span>", "words"),
        ('<span style="display:block">one</span><span style="color:red; Display: block">two</span>', "one\n\ntwo"),
        ('<span style="display:inline-block">wor</span><span style="display:inline">ds</span>', "words"),
        ("<span>two</span><span> </span><span>words</span>", "two words"),
        ("<span>two</span>\n<b> words</b>", "two words"),
        ("wo<b>r</b>d<i>s</i>", "words"),
        ("two&nbsp;&nbsp;words", "two words"),
        ("two\u2003words\u202f.", "two words ."),
        ("wor&shy;ds w&#8203;ords wo<wbr>rds w\ufeffords", "words words words words"),
        ("می‌خواهم", "می‌خواهم"),
        ("Treaty<sup>1</sup>, H<sub>2</sub>O", "Treaty1, H2O"),
        ('Ambassador<a href="#_ftn1" name="_ftnref1">[1]</a>.', "Ambassador[1]."),
        ("<ruby>毛<rp>(</rp><rt>Máo</rt><rp>)</rp></ruby><ruby>泽东<rt>Zédōng</rt></ruby>", "毛泽东"),
        ("<!--[if !supportLists]-->1.<span>&nbsp;&nbsp; </span><!--[endif]-->Point", "1. Point"),
        ("&lt;b&gt; &amp;amp; 5 &lt; 7", "<b> &amp; 5 < 7"),
        ("I said: <q>yes</q>", "I said: yes"),
        ("one<br>two<br/>three", "one\ntwo\nthree"),
        ("<br>one<br>", "one"),
        ("one<br>\n&nbsp;\n<br>two", "one\n\ntwo"),
        ("one<b><br></b><i> <br></i>two", "one\n\ntwo"),
        ("one<br><br><br><br>two", "one\n\ntwo"),
        ("<pre>one\n  two\n\nthree</pre>", "one\ntwo\n\nthree"),
        ('<p style="white-space: pre-line">one\ntwo</p>', "one\ntwo"),
        ("one<hr>two", "one\n\ntwo"),
        ("<p>one</p>two<p>three</p>four", "one\n\ntwo\n\nthree\n\nfour"),
        ("<p>again</p><p>again</p>", "again\n\nagain"),
        ("<dl><dt>one</dt><dd>two</dd></dl>", "one\n\ntwo"),
        ("<figure><img><figcaption>one</figcaption></figure><p>two</p>", "one\n\ntwo"),
        ("<p>one<table><tr><td>two</td><td></td><td>three</td></tr></table>four", "one\n\ntwo three\n\nfour"),
        ("<table><caption>T</caption><thead><tr><th>a<th>b<tbody><tr><td>c<td>d</table>", "T\na b\nc d"),
        ("<table><tr><td>a<td><table><tr><td>b<td>c<tr><td>d<td>e</table></table>", "a b c d e"),
        ("<table role=presentation><tr><td><p>a<p>b<td>c</table>", "a\n\nb\n\nc"),
        ("<table><tr><td><p>a<p>b<tr><td><p>c</table>", "a\n\nb\n\nc"),
        ("<table><tr><td>a<tr><td>b</table>", "a\nb"),
        ("<table><tr><td><ul><li>a<li>b</ul><td>c</table>", "a b c"),
        ("<table></table><ul></ul><p></p>", None),
        ("", None),
        ("&nbsp; <br> <p>&#8203;</p>", None),
    ],
)
def test_text(markup: str, said: str | None) -> None:
    assert text(markup) == said


@pytest.mark.parametrize(
    ("markup", "html"),
    [
        ("<p class=x style='color:red' onclick='x()'>a <b>b</b> <em>c</em><u></u></p>", "<p>a <b>b</b> <em>c</em></p>"),
        ("<p><em>a<br><br>b</em></p>", "<p><em>a</em></p><p><em>b</em></p>"),
        ('<p><span style="font-weight:bold">a</span> <span style="font-style: italic; vertical-align:super">b</span></p>', "<p><strong>a</strong> <em><sup>b</sup></em></p>"),
        ("<h2>a</h2><blockquote><p>b</p>c</blockquote>", "<h2>a</h2><blockquote><p>b</p><p>c</p></blockquote>"),
        ("<ul><li>a<ul><li>b</ul><li><p>c<p>d</ul>", "<ul><li>a<ul><li>b</li></ul></li><li>c<p>d</p></li></ul>"),
        ("<table><tr><td colspan=3 rowspan='2' width=5>a<td>b</table>", '<table><tbody><tr><td colspan="3" rowspan="2">a</td><td>b</td></tr></tbody></table>'),
        ("<table><tr><td colspan=9007199254740991>a<td rowspan=-5>b<td colspan=x>c</table>", '<table><tbody><tr><td colspan="1000">a</td><td>b</td><td>c</td></tr></tbody></table>'),
        ('<a href="/people/mao?x=1#y">a</a> <a href=" https://example.org/?a=1&b=2 ">b</a>', f'<p><a href="{SITE}/people/mao">a</a> <a href="https://example.org/?a=1&amp;b=2">b</a></p>'),
        ("<a href='javascript:x'>a</a> <a href='data:text/html,x'>b</a> <a href='vbscript:x'>c</a> <a>d</a>", "<p>a b c d</p>"),
        ('<a href="mailto:archive@example.org">a</a>', '<p><a href="mailto:archive@example.org">a</a></p>'),
        ('<p>a<a href="#_ftn1" id="_ftnref1">1</a></p><p id=_ftn1><a href="#_ftnref1">1</a> b</p>', '<p>a<span id="v2-_ftnref1"></span><a href="#v2-_ftn1">1</a></p><p><span id="v2-_ftn1"></span><a href="#v2-_ftnref1">1</a> b</p>'),
        ("<p>&lt;script&gt;x&lt;/script&gt; &amp; \"q\"</p>", '<p>&lt;script&gt;x&lt;/script&gt; &amp; "q"</p>'),
        ("<marquee><blink>a</blink></marquee>", "<p>a</p>"),
    ],
)  # fmt: skip
def test_html(markup: str, html: str) -> None:
    assert body(markup, "v2-").html == html


def test_the_styles_of_an_exported_document_are_emphasis() -> None:
    markup = """<p><style>.cs1{font-weight:bold;color:#000}
    .cs2 { font-style: italic } p.cs3, .cs4 {vertical-align:super; font-weight:normal}</style><span>
    <p class="cs0"><span class="cs1">MEMORANDUM</span><span class="cs2"> in full</span><span class="cs4">1</span></p></span></p>"""
    assert body(markup).html == "<p><strong>MEMORANDUM</strong> <em>in full</em><sup>1</sup></p>"


_TAGS = "p br b em sup h3 div span a table tr td ul li dt blockquote script style svg pre font x:y".split()
_ATTRIBUTES = (
    "",
    ' class="x"',
    ' style="font-weight:bold"',
    " onclick=alert(1)",
    ' href="javascript:alert(1)"',
    " id=a",
)
_PIECES = st.one_of(
    st.sampled_from([f"<{tag}{more}>" for tag in _TAGS for more in _ATTRIBUTES] + [f"</{tag}>" for tag in _TAGS]),
    st.sampled_from(
        ["word", " ", "\n", "&lt;script&gt;", "&amp;lt;", "<", ">", '"', "'", "&#60;img src=x onerror=a()>"]
    ),
)


@given(st.lists(_PIECES, max_size=30))
def test_html_is_what_the_sanitiser_leaves(pieces: list[str]) -> None:
    html = body("".join(pieces)).html
    assert html is None or _SANITISER.clean(html) == html
