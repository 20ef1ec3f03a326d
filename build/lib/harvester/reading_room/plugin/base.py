"""What every page of the reading room needs: the database, links and answers."""

import sqlite3
import time
from collections.abc import Callable
from functools import cache
from typing import Any

from datasette.utils import sqlite_timelimit, tilde_encode
from datasette.utils.asgi import Forbidden, Response
from jinja2 import Environment

DATABASE = "wilson"
TIME_LIMIT_MS = 5000


class TooSlow(Exception):
    """Raised by `read` when a page's queries take longer than they may."""


class Room:
    """The reading room as one request sees it."""

    def __init__(self, datasette: Any, request: Any) -> None:
        self.datasette = datasette
        self.request = request
        self._base = str(datasette.setting("base_url")).rstrip("/")

    @property
    def database(self) -> Any:
        """Datasette's database; None while nothing has been harvested."""
        return self.datasette.databases.get(DATABASE)

    def path(self, path: str) -> str:
        """A path of this server, under its base_url."""
        return self._base + path

    def row(self, table: str, key: object) -> str:
        """The address of a row's page."""
        return f"{self._base}/{DATABASE}/{table}/{encoded(str(key))}"

    def absolute(self, path: str) -> str:
        """The same with scheme and host, for feeds and metadata."""
        return self.datasette.absolute_url(self.request, path)

    async def require(self) -> None:
        """Raise Forbidden where Datasette's permissions keep the documents from this reader."""
        if not await may_read(self.datasette, self.request.actor):
            raise Forbidden("You may not read this archive")

    async def read(self, work: Callable[..., Any], *args: Any) -> Any:
        """`work(connection, *args)` on one of Datasette's threads, in one snapshot, within a time limit.

        Raises what `require` raises, and TooSlow.
        """
        await self.require()
        limit = max(TIME_LIMIT_MS, self.datasette.setting("sql_time_limit_ms"))

        def run(connection: sqlite3.Connection) -> Any:
            try:
                with sqlite_timelimit(connection, limit):
                    connection.execute("BEGIN")
                    return work(connection, *args)
            except sqlite3.OperationalError as error:
                if "interrupted" in str(error):
                    raise TooSlow from error
                raise
            finally:
                connection.rollback()

        return await self.database.execute_fn(run)

    async def page(
        self, template: str, context: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        """A template of ours as an answer, under the strict policy of `security.OURS`."""
        body = (
            _environment(self.datasette)
            .get_template(f"room/{template}")
            .render(room=self, path=self.path, row=self.row, **context)
        )
        return Response.html(body, status=status, headers={"x-room": "1", **(headers or {})})


def opened(view: Callable[..., Any]) -> Callable[..., Any]:
    """The view, or a page that says why there is nothing to see yet, or not in time."""

    async def opened(request: Any, datasette: Any) -> Any:
        room = Room(datasette, request)
        if room.database is None:
            return await room.page("empty.html", {}, status=503)
        try:
            return await view(request, datasette)
        except TooSlow:
            return await room.page("slow.html", {}, status=503, headers={"retry-after": "5"})

    return opened


def encoded(key: str) -> str:
    """A key as Datasette writes it in addresses; most are plain, which is quicker to see than to encode."""
    return key if key.isascii() and key.replace("-", "").isalnum() else tilde_encode(key)


@cache
def _environment(datasette: Any) -> Environment:
    """Datasette's templates, filters and all, without the awaiting that ours have no use for."""
    environment = getattr(datasette, "_jinja_env", None) or datasette.jinja_env  # 1.0 calls it otherwise
    return environment.overlay(enable_async=False)


_anonymous: dict[int, tuple[float, bool]] = {}
_SHORT = 1.0  # seconds for which an answer about readers who have not signed in is kept: asking is slow


async def may_read(datasette: Any, actor: dict[str, Any] | None) -> bool:
    """Whether Datasette's own permissions let this reader see the documents."""
    if actor:
        return await _ask(datasette, actor)
    asked, answer = _anonymous.get(id(datasette), (0.0, False))
    if time.monotonic() - asked > _SHORT:
        answer = await _ask(datasette, None)
        _anonymous[id(datasette)] = (time.monotonic(), answer)
    return answer


async def _ask(datasette: Any, actor: dict[str, Any] | None) -> bool:
    """Datasette 0.65 and 1.0 are asked in different ways."""
    if hasattr(datasette, "permission_allowed"):
        visible, _ = await datasette.check_visibility(
            actor,
            permissions=[
                ("view-table", (DATABASE, "documents")),
                ("view-database", DATABASE),
                "view-instance",
            ],
        )
        return bool(visible)
    from datasette.resources import TableResource

    return bool(
        await datasette.allowed(action="view-table", resource=TableResource(DATABASE, "documents"), actor=actor)
    )
