"""The Wayback Machine's index, listed page by page through the frontier: a kill forgets nothing.

What was listed before is not listed again, but for the last days: a capture may take some to be listed.
Raises StoreError.
"""

from typing import TYPE_CHECKING

from scrapy.http import Response

from harvester import urls
from harvester.clock import days_ago
from harvester.sources import cdx, identity
from harvester.store.archived import Archived
from harvester.store.frontier import FILES, Entry

if TYPE_CHECKING:
    from harvester.spiders.wayback import WaybackSpider

KIND = "cdx"
SLOT = "index"
"""The download slot of the index, which has a pace of its own."""
_ROWS = 10_000  # captures in a page
_LATE = 30  # days that a capture may take to be listed


class Index:
    """Stands between a spider and the index, for one run. `span` is what the user asked for: from, to."""

    def __init__(self, spider: "WaybackSpider", archived: Archived, span: tuple[str | None, str | None]) -> None:
        self.spider, self.archive, self.archived = spider, spider.archive, archived
        self._since, self._until = span
        self._prefixes = cdx.PREFIXES + (cdx.FILES_PREFIXES if spider.desk else ())
        self._wanted = identity.PAGES | (set(FILES) if spider.desk else set())
        self._asked_otherwise = False

    def seed(self) -> None:
        """Ask for every part of the index; call it inside a transaction."""
        for prefix in self._prefixes:
            self._ask(prefix)

    def more(self) -> bool:
        """A service that lists nothing may want its prefixes in another form."""
        if self.archived.count() or self._asked_otherwise or self._since or self._until:
            return False
        self._asked_otherwise = True
        with self.archive.page():
            for prefix in self._prefixes:
                self._ask(prefix.removesuffix("*"))
        return True

    def listed(self, entry: Entry, response: Response) -> None:
        """Note the captures of a page, and ask for the next page."""
        if response.status != 200:
            self.archive.settle(entry.url, "failed", f"HTTP {response.status} from the index")
            return
        try:
            answer = cdx.parse(response.text)
        except ValueError as error:
            self.spider.again(entry, f"not an answer of the index: {error}")
            return
        following = cdx.following(entry.url, answer.resume_key) if answer.resume_key else None
        newest = "" if self._since else max((row.timestamp for row in answer.rows), default="")
        with self.archive.page():
            frontier, prefix = self.archive.frontier, cdx.prefix_of(entry.url)
            frontier.again(address for address in self.archived.note(answer.rows) if address.kind in self._wanted)
            self.archived.listed(prefix, newest, following)
            if following:
                frontier.again([urls.Address(KIND, prefix, following)])
            frontier.settle(entry.url, "done")
        self.archive.counts.update({"pages": 1, "captures listed": len(answer.rows)})

    def _ask(self, prefix: str) -> None:
        """Ask for the captures under a prefix: on from where a killed run was, else from the newest known."""
        since, newest = self._since, self.archived.newest(prefix)
        if since is None and newest is not None:
            since = min(newest, "".join(filter(str.isdigit, days_ago(_LATE))))
        first = cdx.query(self.spider.service, prefix, _ROWS, since=since, until=self._until)
        asking = self.archived.asking(prefix)
        if not asking or not asking.startswith(first):
            asking = first
        self.archived.listed(prefix, "", asking)
        self.archive.frontier.again([urls.Address(KIND, prefix, asking)])
