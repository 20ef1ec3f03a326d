"""What keeps a public reading room safe: headers, no inline scripts, no paths of this machine.

Text from the archive's pages is untrusted to the last template; these are the second line behind escaping.
"""

import re
import secrets
import sqlite3
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from datasette.utils.asgi import Response
from datasette.version import __version__
from jinja2 import Environment
from jinja2.ext import Extension

from .hidden import HIDDEN
from .table_search import handed_on

_nonce: ContextVar[str] = ContextVar("csp_nonce", default="")

_COMMON = "default-src 'none'; img-src 'self' data:; font-src 'self'; connect-src 'self'; base-uri 'none'; "
OURS = (
    f"{_COMMON}script-src 'self'; style-src 'self'; form-action 'self'; frame-src 'self'; "
    "object-src 'self'; frame-ancestors 'none'"
)
# What stands in Datasette's own templates carries a nonce (see NonceExtension). The components of its 1.0 style
# themselves, which needs more.
_OLD = __version__.startswith("0.")
_STYLES = "'nonce-{nonce}'" if _OLD else "'unsafe-inline'"
DATASETTES = (
    f"{_COMMON}script-src 'self' 'nonce-{{nonce}}'; style-src 'self' {_STYLES}; form-action 'self'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "strict-origin-when-cross-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()",
    "cross-origin-opener-policy": "same-origin",
}


class NonceExtension(Extension):
    """Gives each script and style sheet that stands in a template a nonce, before the template is compiled.

    What comes from the database enters when a template is rendered, so a script in it never has one.
    """

    def preprocess(self, source: str, name: str | None, filename: str | None = None) -> str:
        source = re.sub(r"<(script|style)\b", r'<\1 nonce="{{ csp_nonce() }}"', source)
        if _OLD:
            # A handle that styles itself; static/datasette.css lets the browser resize the editor instead.
            source = re.sub(r"<script\b[^>]*cm-resize[^>]*></script>", "", source)
            # Colours of borders; the value may hold an expression with quotation marks of its own.
            source = re.sub(r'\sstyle="(?:\{\{.*?\}\}|[^"{])*"', "", source)
        return re.sub(r'\sonclick="(\w+)\(\)"', r' data-calls="\1"', source)  # see static/datasette.js


def prepare(environment: Environment) -> None:
    """Make Datasette's templates work without inline scripts being allowed at large."""
    environment.add_extension(NonceExtension)
    environment.globals["csp_nonce"] = _nonce.get


def wrap(app: Callable[..., Any]) -> Callable[..., Any]:
    """ASGI middleware: each answer gets the headers above, unless it set its own."""

    async def wrapped(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        _nonce.set(nonce)

        async def guarded(message: dict[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = list(message.get("headers", []))
                ours = any(name.lower() == b"x-room" for name, _ in headers)
                headers = [(name, value) for name, value in headers if name.lower() != b"x-room"]
                sent = {name.lower() for name, _ in headers}
                policy = OURS if ours else DATASETTES.format(nonce=nonce)
                for name, value in {"content-security-policy": policy, **HEADERS}.items():
                    if name.encode() not in sent:
                        headers.append((name.encode(), value.encode()))
                message = {**message, "headers": headers}
            await send(message)

        await app(handed_on(scope), receive, guarded)

    return wrapped


async def databases(datasette: Any) -> Response:
    """Datasette's `/-/databases.json`, without the paths of the files."""
    return Response.json(
        [{"name": name, "size": db.size} for name, db in datasette.databases.items() if name[0] != "_"]
    )


async def withheld() -> Response:
    """`/-/threads` tells where this software is installed; nobody needs that from outside."""
    return Response.text("Not found\n", status=404)


ROUTES: list[tuple[str, Callable[..., Any]]] = [
    (r"/-/databases(?:\.json)?$", databases),
    (r"/-/(?:threads|tasks)(?:\.json)?$", withheld),
]


def hide_paths(connection: sqlite3.Connection) -> None:
    """Make the columns of `HIDDEN` NULL and `pragma_database_list` empty on this connection."""

    def judge(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        if action == sqlite3.SQLITE_READ and (first, second) in HIDDEN:
            return sqlite3.SQLITE_IGNORE
        if action == sqlite3.SQLITE_PRAGMA and first == "database_list":
            return sqlite3.SQLITE_IGNORE
        return sqlite3.SQLITE_OK

    connection.set_authorizer(judge)
