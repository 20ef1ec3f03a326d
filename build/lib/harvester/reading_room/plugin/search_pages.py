"""`/-/search`: the page, and the same as JSON."""

from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Response

from . import charts, query, resolve, search
from .base import Room, TooSlow
from .cache import cached
from .counts import index
from .filters import FILTERS
from .search import DEPTH, PAGE, SORTS, Asked, Found


class Search:
    """A search as its address says it, and the addresses of searches that differ from it in one thing."""

    def __init__(self, room: Room) -> None:
        self.room = room
        arguments = room.request.args
        self.q = query.clean(arguments.get("q") or "")
        self.filters = {
            name: list(dict.fromkeys(filter(None, arguments.getlist(name))))
            for name in FILTERS
            if any(arguments.getlist(name))
        }
        self.notes: list[str] = []
        self.first, self.last = self._year("from"), self._year("to")
        parsed = query.parse(self.q)
        self.notes += parsed.notes
        default = "relevance" if parsed else "date"
        self.sort = arguments.get("sort") if arguments.get("sort") in SORTS else default
        page = arguments.get("page") or "1"
        self.page = int(page) if page.isascii() and page.isdigit() and 0 < int(page[:6]) <= DEPTH // PAGE else 1
        self.asked = Asked(parsed, self.filters, self.first, self.last, self.sort)

    def _year(self, name: str) -> int | None:
        value = (self.room.request.args.get(name) or "").strip()
        if not value:
            return None
        if value.isascii() and value.isdigit() and 0 < int(value[:5]) <= 9999:
            return int(value[:5])
        self.notes.append(f"“{value[:40]}” is not a year, and was left out.")
        return None

    def url(self, **changes: Any) -> str:
        """This search with some arguments changed (None: without); a change starts again at the first page."""
        return self._address("/-/search", changes)

    def json_url(self, **changes: Any) -> str:
        """The same for machines."""
        return self._address("/-/search.json", changes)

    def _address(self, path: str, changes: dict[str, Any]) -> str:
        current: dict[str, Any] = {"q": self.q, "from": self.first, "to": self.last, **self.filters}
        if self.sort != ("relevance" if self.asked.query else "date"):
            current["sort"] = self.sort
        pairs = {name: value for name, value in {**current, **changes}.items() if value}
        return self.room.path(path) + (f"?{urlencode(pairs, doseq=True)}" if pairs else "")

    def with_filter(self, name: str, ident: str) -> str:
        """The same, narrowed by one more."""
        return self.url(**{name: [*self.filters.get(name, []), ident]})

    def without_filter(self, name: str, ident: str) -> str:
        """The same without one of its filters."""
        return self.url(**{name: [other for other in self.filters.get(name, []) if other != ident]})

    async def run(self) -> dict[str, Any]:
        """Matches and counts, kept until the database changes; raises TooSlow."""
        asked, counts = self.asked, await index(self.room.database)

        def work(connection: Any) -> dict[str, Any]:
            found = search.find(connection, asked, counts)
            return {"found": found, "names": search.names(connection, asked.filters)}

        key = ("search", asked.query.words, asked.query.characters, repr(self.filters), self.first, self.last)
        return await cached(self.room, (*key, self.sort), work)

    async def results(self, found: Found) -> list[dict[str, Any]]:
        """The documents of this page."""
        rows = found.best[(self.page - 1) * PAGE : self.page * PAGE]
        return await self.room.read(search.results, self.asked.query, rows, found.version)


async def view(request: Any, datasette: Any) -> Response:
    """The page; a query that cannot be run says why, with status 200."""
    room = Room(datasette, request)
    asked = Search(room)
    context: dict[str, Any] = {"search": asked, "q": asked.q, "sorts": SORTS, "filters": FILTERS, "depth": DEPTH}
    try:
        answer = await asked.run()
        found: Found = answer["found"]
        results = await asked.results(found)
    except TooSlow:
        asked.notes.append("This search took too long. Add a word, or narrow it down by years or a place.")
        found, results, answer = Found(0, [], {}), [], {"names": {}}
    pages = -(-len(found.best) // PAGE)
    context |= {
        "names": answer["names"],
        "facets": found.facets,
        "results": results,
        "total": found.total,
        "first_shown": (asked.page - 1) * PAGE + 1,
        "pages": pages,
        "chart": charts.years(found.years, labels=5),
        "notes": asked.notes,
        "looks_like_reference": resolve.looks_like_reference(asked.q),
    }
    return await room.page("search.html", context)


async def as_json(request: Any, datasette: Any) -> Response:
    """The same for machines: total, results, facets."""
    room = Room(datasette, request)
    asked = Search(room)
    try:
        answer = await asked.run()
        found: Found = answer["found"]
        results = await asked.results(found)
    except TooSlow:
        return Response.json({"ok": False, "error": "This search took too long.", "q": asked.q}, status=503)
    more = asked.page * PAGE < len(found.best)
    return Response.json(
        {
            "ok": True,
            "q": asked.q,
            "notes": asked.notes,
            "total": found.total,
            "results": [
                {
                    "slug": row["slug"],
                    "title": row["title"],
                    "date": row["date_edtf"],
                    "snippet": str(row["snippet"]),
                    "url": room.absolute(room.row("documents", row["slug"])),
                }
                for row in results
            ],
            "facets": {
                name: [{"id": ident, "name": title, "count": count} for ident, title, count in rows]
                for name, rows in found.facets.items()
            },
            "years": found.years,
            "next": room.absolute(asked.json_url(page=asked.page + 1)) if more else None,
        }
    )


async def opensearch(request: Any, datasette: Any) -> Response:
    """So that a browser can search here from its address bar."""
    room = Room(datasette, request)
    template = room.absolute(room.path("/-/search")) + "?q={searchTerms}"
    body = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<OpenSearchDescription xmlns="http://a9.com/-/spec/opensearch/1.1/"><ShortName>Wilson archive</ShortName>'
        "<Description>Documents of the Wilson Center Digital Archive</Description>"
        f'<Url type="text/html" template="{template}"/></OpenSearchDescription>\n'
    )
    return Response(body, content_type="application/opensearchdescription+xml; charset=utf-8")


ROUTES = [
    (r"/-/search$", view),
    (r"/-/search\.json$", as_json),
    (r"/-/opensearch\.xml$", opensearch),
]
