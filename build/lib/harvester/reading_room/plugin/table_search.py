"""Lets Datasette's own search box on `documents` find Chinese, Japanese and Korean too.

Its `?_search=` asks an index that takes a run of these characters for one word. A search that holds any is
handed on under another name, and answered from the index of character pairs.
"""

from typing import Any
from urllib.parse import parse_qsl, quote_plus, urlencode

from datasette.filters import FilterArguments

from . import cjk
from .base import DATABASE
from .query import parse

_NAME = "_characters"
_PATHS = tuple(f"/{DATABASE}/documents{suffix}" for suffix in ("", ".json", ".csv"))


def handed_on(scope: dict[str, Any]) -> dict[str, Any]:
    """The request with `_search` renamed where it holds such characters, else as it was."""
    raw = scope.get("query_string", b"").decode("latin-1")
    if "_search=" not in raw or not scope["path"].endswith(_PATHS):
        return scope
    pairs = parse_qsl(raw, keep_blank_values=True)
    names = [_NAME if name == "_search" and cjk.RUN.search(value) else name for name, value in pairs]
    if _NAME not in names:
        return scope
    query = urlencode(list(zip(names, (value for _, value in pairs), strict=True)), quote_via=quote_plus)
    return {**scope, "query_string": query.encode()}


def conditions(request: Any, database: str, table: str) -> FilterArguments | None:
    """What a search that was handed on asks of the rows of `documents`."""
    text = request.args.get(_NAME)
    if not text or (database, table) != (DATABASE, "documents"):
        return None
    asked = parse(text)
    clauses, values = [], {}
    if asked.characters:
        clauses.append(
            "slug IN (SELECT document FROM cjk WHERE id IN (SELECT rowid FROM cjk_fts WHERE cjk_fts MATCH :characters))"
        )
        values["characters"] = asked.characters
    if asked.words:
        clauses.append("rowid IN (SELECT rowid FROM documents_fts WHERE documents_fts MATCH :words)")
        values["words"] = asked.words
    return FilterArguments(clauses, values, [f"search matches “{text}”"], {"search": text})
