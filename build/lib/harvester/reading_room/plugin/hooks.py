"""Everything Datasette calls."""

import sqlite3
from collections.abc import Callable
from typing import Any

from datasette import handle_exception, hookimpl
from jinja2 import Environment

from . import (
    base,
    counts,
    documents,
    feed,
    home,
    lists,
    markup,
    resolve,
    scans,
    search_pages,
    security,
    table_search,
    terms,
    upkeep,
)


@hookimpl
def register_routes() -> list[tuple[str, Callable[..., Any]]]:
    """The reading room's pages; they come before Datasette's own."""
    modules = (home, search_pages, documents, terms, lists, resolve, feed, scans, upkeep)
    ours = [(path, base.opened(view)) for module in modules for path, view in module.ROUTES]
    return ours + security.ROUTES


@hookimpl
def startup(datasette: Any) -> None:
    """Begin to count; and keep Datasette from printing errors with all variables where `rich` is installed.

    (Datasette 0.65.5 answers 500 instead of 404 when it tries to print.)
    """
    handle_exception.rich = None
    if base.DATABASE in datasette.databases:
        counts.prepare(datasette.databases[base.DATABASE])


@hookimpl
def filters_from_request(request: Any, database: str, table: str) -> Any:
    """Datasette's own search box, for Chinese, Japanese and Korean."""
    return table_search.conditions(request, database, table)


@hookimpl
def asgi_wrapper(datasette: Any) -> Callable[..., Any]:
    """Headers for every answer."""
    return security.wrap


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Nonces for the scripts in Datasette's templates, and our filters."""
    security.prepare(env)
    env.filters["tilde"] = base.encoded
    env.filters["web"] = markup.web_address


@hookimpl
def prepare_connection(conn: sqlite3.Connection, database: str) -> None:
    """No paths of this machine in any answer."""
    security.hide_paths(conn)


@hookimpl
def extra_css_urls(datasette: Any) -> list[str]:
    """Datasette's own pages in the colours of the reading room."""
    return [datasette.urls.path("/static/datasette.css")]


@hookimpl
def extra_js_urls(datasette: Any) -> list[str]:
    """What inline handlers of Datasette's templates did."""
    return [datasette.urls.path("/static/datasette.js")]
