"""What a redesign may do to a document's page: each mutation takes the page and gives the changed one."""

import re
from collections.abc import Callable

Mutation = Callable[[str], str]


def _swap(a: str, b: str) -> Mutation:
    """Exchange two pieces of the page."""
    return lambda page: page.replace(a, "\0").replace(b, a).replace("\0", b)


def _replace(old: str, new: str) -> Mutation:
    return lambda page: page.replace(old, new)


def _sub(pattern: str, new: str) -> Mutation:
    return lambda page: re.sub(pattern, new, page, flags=re.DOTALL)


def _block(label: str) -> str:
    """The information block of a label."""
    return rf'<div class="information-block">\s*<h3 class="sub-title">{label}</h3>.*?</div>\s*</div>'


_PANE = r'(<div class="tab-pane[^>]*>)(.*?)(</div>\s*(?=<div class="tab-pane|</div>))'

# Name → the mutation, and the field (or fields) of which an alarm must speak.
MUTATIONS: dict[str, tuple[Mutation, set[str]]] = {
    "the site's name before every title": (
        _replace('<h1 class="title">', '<h1 class="title">Digital Archive | '),
        {"title"},
    ),
    "the date's class is another": (_replace('class="date"', 'class="published"'), {"date_text"}),
    "the date has moved to the foot": (
        _sub(r'(<main.*?)<p class="date">(.*?)</p>(.*</main>)', r'\1\3<p class="date">\2</p>'),
        {"date_text"},
    ),
    "the date has moved to the information": (
        _sub(
            r'(<main.*?)<p class="date">(.*?)</p>(.*)(<div class="information-block">)',
            r'\1\3<div class="information-block"><h3 class="sub-title">When</h3><div class="text">\2</div></div>\4',
        ),
        {"date_text"},
    ),
    "dates are written in another way": (
        _sub(r'<p class="date">[A-Z].*?</p>', '<p class="date">10.11.49</p>'),
        {"date_text"},
    ),
    "the tabs' container is another": (_sub(r"documentTabs|tab-pane|tab-content", "reader"), {"text"}),
    "the panes' class is another": (_replace("tab-pane", "panel"), {"text"}),
    "the text comes by script only": (_sub(_PANE, r"\1\3"), {"text"}),
    "only the first paragraph is shown": (_sub(_PANE, r"\1<p>Read more after signing in.</p>\3"), {"text"}),
    "the summary's class is another": (_replace("text-block", "abstract"), {"summary"}),
    "the blocks of pills are others": (_replace("pill-block", "tag-list"), {"places", "subjects"}),
    "the pills are others": (_sub(r'class="pill\b', 'class="chip'), {"places", "subjects"}),
    "all pills are gone": (
        _sub(r'<(a|div) class="pill[ "][^>]*><div class="name">.*?</div></\1>', ""),
        {"places", "subjects", "languages"},
    ),
    "authors are called otherwise": (_replace("Author(s):", "Written by"), {"authors"}),
    "people and places have changed places": (
        _swap("Associated Places", "Associated People &amp; Organizations"),
        {"places", "people"},
    ),
    "the information blocks are others": (_replace("information-block", "facts"), {"source", "record_id", "rights"}),
    "the labels' class is another": (
        _sub(r'<h3 class="sub-title">(.*?)</h3>', r"<dt>\1</dt>"),
        {"source", "record_id"},
    ),
    "the Record ID is called otherwise": (_replace(">Record ID<", ">Identifier<"), {"record_id"}),
    "source and rights have changed labels": (_swap(">Source<", ">Rights<"), {"source", "rights"}),
    "the source is missing": (_sub(_block("Source"), ""), {"source"}),
    "the language is missing": (_sub(_block("Language"), ""), {"languages"}),
    "days of upload are written in another way": (
        _sub(r">(20\d\d)-(\d\d)-(\d\d)<", r">\3th of month \2, \1<"),
        {"uploaded"},
    ),
    "the page is drawn by script": (_sub(r"<main.*</main>", '<main id="app"></main>'), {"documents"}),
    "the page asks to sign in": (
        _sub(r"<main.*</main>", "<main><h1>Sign in</h1><form><p>Your name</p></form></main>"),
        {"documents"},
    ),
}

# What the reader gets over: the values stay the same, and no alarm is raised.
HARMLESS: dict[str, Mutation] = {
    "the heading is no heading any more": _sub(r'<h1 class="title">(.*?)</h1>', r'<p class="name">\1</p>'),
    "a new wrapper around everything": _sub(
        r"(<main[^>]*>)(.*)(</main>)", r"\1<div class='page'><section>\2</section></div>\3"
    ),
    "another footer": _sub(r"<footer.*</footer>", "<footer><p class='date'>January 1, 2030</p></footer>"),
}
