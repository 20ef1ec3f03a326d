"""What every page of the reading room needs: the database, links and answers."""

import sqlite3
from collections.abc import Callable
from typing import Any

from datasette.utils import sqlite_timelimit, tilde_encode
from datasette.utils.asgi import Forbidden, Response

DATABASE = "wilson"
TIME_LIMIT_MS = 5000


class TooSlow(Exception):
    """Raised by `read` when a page's queries take longer than they may."""


class Room:
    """The reading room as one request sees it."""

    def __init__(self, datasette: Any, request: Any) -> None:
        self.datasette = datasette
        self.request = request

    @property
    def database(self) -> Any | None:
        """Datasette's database; None while nothing has been harvested."""
        return self.datasette.databases.get(DATABASE)

    def setting(self, name: str, default: Any = None) -> Any:
        """A value under `plugins: wilson-reading-room:` in datasette.yaml or metadata.yaml."""
        return (self.datasette.plugin_config("wilson-reading-room") or {}).get(name, default)

    def path(self, path: str) -> str:
        """A path of this server, under its base_url."""
        return str(self.datasette.urls.path(path))

    def row(self, table: str, key: object) -> str:
        """The address of a row's page."""
        return self.path(f"/{DATABASE}/{table}/{tilde_encode(str(key))}")

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

        return await self.database.execute_fn(run)  # type: ignore[union-attr]

    async def page(
        self, template: str, context: dict[str, Any], status: int = 200, headers: dict[str, str] | None = None
    ) -> Response:
        """A template of ours as an answer, under the strict policy of `security.OURS`."""
        environment = (
            self.datasette.get_jinja_environment(self.request)
            if hasattr(self.datasette, "get_jinja_environment")
            else self.datasette.jinja_env
        )
        body = await environment.get_template(f"room/{template}").render_async(
            room=self, path=self.path, row=self.row, **context
        )
        return Response.html(body, status=status, headers={"x-room": "1", **(headers or {})})


async def may_read(datasette: Any, actor: dict[str, Any] | None) -> bool:
    """Whether Datasette's own permissions let this reader see the documents.

    Datasette 0.65 and 1.0 are asked in different ways.
    """
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
