"""Document pages in the archive's template, 30 to 80 KB each: chrome, pills and bodies of all usual shapes.

`page(7)` is always the same page. The chrome is that of the sample archive (tests/fixtures/frame.html).
"""

from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path
from random import Random

from benchmarks import bodies, words
from harvester.normalise.text import slugify
from harvester.urls import SITE

_FRAME = Path(__file__).resolve().parent.parent / "tests" / "fixtures" / "frame.html"
_MONTHS = "January February March April May June July August September October November December".split()
_LANGUAGES = ["Russian", "Chinese", "German", "Korean", "Polish", "Hungarian", "Czech", "Vietnamese", "Japanese"]
_SEED = 1991


@dataclass(frozen=True)
class Page:
    """One made page."""

    number: int
    slug: str
    body: bytes

    @property
    def url(self) -> str:
        return f"{SITE}/document/{self.slug}"


@cache
def names(kind: str, count: int) -> list[str]:
    """The names that documents share: `Vatoli, Breno` for people, headings for subjects, and so on."""
    random = Random(f"{_SEED}:{kind}")
    one = {
        "people": lambda: f"{words.name(random)}, {words.name(random)}",
        "places": lambda: words.name(random),
        "subjects": lambda: f"{words.name(random)}--Foreign relations--{words.name(random)}",
        "archives": lambda: f"Central Archive of {words.name(random)}",
        "donors": lambda: f"{words.name(random)} Foundation",
    }[kind]
    return [one() for _ in range(count)]


@cache
def _frame() -> tuple[str, str]:
    """The chrome before and after the content."""
    before, after = _FRAME.read_text("utf-8").split("<!-- content -->")
    return before, after


def page(number: int) -> Page:
    """The page of that number."""
    random = Random(f"{_SEED}:{number}")
    title = " ".join(words.some(random, random.randint(5, 14))).capitalize()
    slug = f"{slugify(title)[:80].strip('-')}-{number}"
    url, node = f"{SITE}/document/{slug}", 80_000 + number
    before, after = _frame()
    before = before.replace(f"{SITE}/search", url).replace("Catalog | Wilson", f"{title} | Wilson", 1)
    shortlink = f'<link rel="shortlink" href="{SITE}/node/{node}" />\n    '
    before = before.replace('<link rel="icon"', f'{shortlink}<link rel="icon"', 1)
    after = after.replace('"currentPath":""', f'"currentPath":"node\\/{node}"', 1)
    content = _content(random, number, node, title)
    after = after.replace("</main>", f"</main>\n{_related(random)}", 1)
    return Page(number, slug, (before + content + after).encode())


def _content(random: Random, number: int, node: int, title: str) -> str:
    date = f"{random.choice(_MONTHS)} {random.randint(1, 28)}, {random.randint(1945, 1991)}"
    kind = random.choices(("word", "plain", "breaks", "mixed", "scan"), (45, 30, 8, 12, 5))[0]
    versions = [("English", kind)]
    if kind != "scan" and random.random() < 0.2:
        versions.append((random.choice(_LANGUAGES), "plain"))
    size = min(6000, int(random.lognormvariate(6.9, 0.6))) // len(versions)
    tabs = "".join(
        f'<li class="nav-item" role="presentation"><a class="nav-link{" active" * (not at)}" id="tab-link-{at}"'
        f' data-toggle="tab" href="#tab-{at}" role="tab" aria-controls="tab-{at}">{label}</a></li>\n'
        for at, (label, _) in enumerate(versions)
    )
    panes = "".join(
        f'<div class="tab-pane fade{" show active" * (not at)}" id="tab-{at}" role="tabpanel">\n'
        f"{bodies.SHAPES[shape](random, size)}\n</div>\n"
        for at, (_, shape) in enumerate(versions)
    )
    archive = random.choice(names("archives", 120))
    donor = random.choice(names("donors", 25))
    information: dict[str, str | list[str]] = {
        "Source": f"{archive}, fond {random.randint(1, 99)}, opis {random.randint(1, 50)}, delo {number}"
        f", listy {random.randint(1, 60)}-99. Translated by {words.name(random)} {words.name(random)}.",
        "Original Archive": [archive],
        "Rights": " ".join(words.sentences(Random("rights"), 45)),
        "Original Uploaded Date": f"20{random.randint(10, 23)}-0{random.randint(1, 9)}-1{random.randint(0, 9)}",
        "Language": [versions[-1][0]],
        "Record ID": str(110_000 + number),
        "Donors": [donor] if random.random() < 0.5 else [],
    }
    blocks = [
        ("Associated People &amp; Organizations", "people", random.sample(names("people", 3000), random.randint(0, 8))),
        ("Associated Places", "places", random.sample(names("places", 220), random.randint(1, 4))),
        ("Subjects Discussed", None, random.sample(names("subjects", 2500), random.randint(0, 7))),
    ]
    return f"""
        <article role="article" class="node node--type-document node--promoted node--view-mode-full">
          <div class="hero hero--document"><div class="container"><div class="content-block">
            <p class="date">{date}</p>
            <h1 class="title"><span>{title}</span></h1>
            <p class="donated">This document was made possible with support from {donor}</p>
          </div></div></div>
          <div class="container document-body">
          <div id="documentTabs">
            <ul class="nav nav-tabs" role="tablist">{tabs}</ul>
            <div class="tab-content">{panes}</div>
          </div>
          <div class="text-block"><p>{" ".join(words.sentences(random, 40))}</p></div>
          <h2 class="title">Author(s):</h2>
          <div class="pills">{_pills(random.sample(names("people", 3000), random.randint(1, 2)), "people")}</div>
          {"".join(_block(label, some, kind) for label, kind, some in blocks)}
          <h2 class="title">Document Information</h2>
          {"".join(_information(label, value) for label, value in information.items() if value)}
          <p class="download"><a class="btn btn-primary" href="/document/{node}/download">Download PDF</a></p>
          </div>
        </article>
"""


def _block(label: str, names: list[str], kind: str | None) -> str:
    return f'<div class="pill-block"><h3 class="title">{label}</h3>{_pills(names, kind)}</div>'


def _pills(names: list[str], kind: str | None) -> str:
    inner = '<div class="name"><span>{}</span></div>'
    return "\n".join(
        f'<a class="pill" href="/{kind}/{slugify(name)}" hreflang="en">{inner.format(name)}</a>'
        if kind
        else f'<div class="pill pill-subject">{inner.format(name)}</div>'
        for name in names
    )


def _information(label: str, value: str | list[str]) -> str:
    shown = f'<div class="text">{escape(value)}</div>' if isinstance(value, str) else _pills(value, None)
    return f'<div class="information-block"><h3 class="sub-title">{label}</h3>{shown}</div>\n'


def _related(random: Random) -> str:
    cards = "".join(
        '<div class="col-md-4"><article class="card node--view-mode-teaser">'
        f'<a href="/document/{"-".join(words.some(random, 5))}">'
        f'<p class="date">{random.choice(_MONTHS)} {random.randint(1945, 1991)}</p><h3 class="title"><span>'
        f"{' '.join(words.some(random, 9))}</span></h3></a>"
        f'<div class="text-block"><p>{" ".join(words.sentences(random, 25))}</p></div></article></div>\n'
        for _ in range(3)
    )
    return f'<section class="related-documents block"><h2 class="title">Related Documents</h2>{cards}</section>\n'
