"""The catalog of the sample: what it says of a document, and the markup of its pages. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from html import escape, unescape
from urllib.parse import quote, urlencode

PER_PAGE = 10


@dataclass(frozen=True)
class Listing:
    """What the catalog says of a document."""

    slug: str
    date: str
    title: str
    summary: str
    uploaded: str


@dataclass(frozen=True)
class Facet:
    """A topic in the sidebar."""

    id: str
    name: str
    count: int


@lru_cache(maxsize=1000)
def listing(slug: str, page: bytes) -> Listing:
    """What the catalog says of a document, from its page (which follows the sample's own template)."""
    main = page.decode("utf-8", "replace").partition("<main")[2]

    def text(pattern: str) -> str:
        found = re.search(pattern, main, re.DOTALL)
        return unescape(" ".join(re.sub(r"<[^>]+>", "", found[1]).split())) if found else ""

    return Listing(
        slug,
        date=text(r'class="date"[^>]*>(.*?)</'),
        title=text(r"<h1[^>]*>(.*?)</h1>"),
        summary=text(r'class="text-block"[^>]*>(.*?)</div>'),
        uploaded=text(r"Original Uploaded Date.*?(\d{4}-\d\d-\d\d)"),
    )


def content(listings: Sequence[Listing], page: int, topic: str | None, facets: Sequence[Facet]) -> str:
    """The main part of a catalog page; past the end, one without results."""
    shown = listings[page * PER_PAGE : (page + 1) * PER_PAGE]
    pages = range((len(listings) - 1) // PER_PAGE + 1)
    return _PAGE.format(
        facets="\n".join(_FACET.format(facet.id, escape(facet.name), facet.count) for facet in facets),
        results=_results(shown, page * PER_PAGE, len(listings)) if shown else _NO_RESULTS,
        pager="\n".join(_pager_item(number, page, topic) for number in pages),
    )


def _results(shown: Sequence[Listing], start: int, total: int) -> str:
    rows = (_ROW.format(quote(e.slug), escape(e.date), escape(e.title), escape(e.summary)) for e in shown)
    return _RESULTS.format(start + 1, start + len(shown), total, "\n".join(rows))


def _pager_item(number: int, page: int, topic: str | None) -> str:
    filters = {"f[0]": f"topics:{topic}", "fo[0]": topic} if topic else {}
    query = escape(urlencode(filters | {"page": number}))
    return _PAGER_ITEM.format(" is-active" if number == page else "", query, number + 1)


_PAGE = """\
<h1 class="title">Catalog</h1>
<div class="row">
<aside class="col-md-3 facets">
<div class="block-facet--links"><h3 class="title">Topics</h3>
<ul data-drupal-facet-id="topics">
{facets}
</ul></div>
</aside>
<div class="col-md-9 view view-search">
{results}
<nav class="pager" aria-label="Pagination"><ul class="pager__items js-pager__items">
{pager}
</ul></nav>
</div>
</div>"""
_FACET = """\
<li class="facet-item"><a href="/search?f%5B0%5D=topics%3A{0}&amp;fo%5B0%5D={0}" rel="nofollow" \
data-drupal-facet-item-id="topics-{0}"><span class="facet-item__value">{1}</span> \
<span class="facet-item__count">({2})</span></a></li>"""
_RESULTS = """\
<div class="view-header">Results: {} - {} of {:,}</div>
<table class="table table-hover table-striped">
<thead><tr><th scope="col">Document</th></tr></thead>
<tbody>
{}
</tbody>
</table>"""
_ROW = """\
<tr><td class="document"><a href="/document/{}"><p class="date">{}</p><p class="title">{}</p>\
<p class="summary">{}</p></a></td></tr>"""
_NO_RESULTS = '<div class="view-empty"><p>There are no results for these filters.</p></div>'
_PAGER_ITEM = '<li class="pager__item{0}"><a href="?{1}" title="Go to page {2}">{2}</a></li>'
