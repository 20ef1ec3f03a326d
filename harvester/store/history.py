"""What changed in a document, and which capture showed it: rows of `document_versions`."""

import json
from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from sqlite_utils import Database

_NOT_HISTORY = ("text_agreement",)
_LONG = ("text", "html", "summary")


def changes(held: Mapping[str, Any], merged: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Name → `{"old": …, "new": …}`; of long texts `{"diff": [[from, to, new paragraphs], …]}` besides."""
    found: dict[str, dict[str, Any]] = {}
    for name, new in merged.items():
        old = held.get(name)
        if name in _NOT_HISTORY or (old or None) == (new or None):
            continue
        if name in _LONG and old and new:
            found[name] = {"diff": difference(old, new)}
        else:
            found[name] = {"old": old, "new": new}
    return found


def difference(old: str, new: str) -> list[list[Any]]:
    """A compact difference by paragraph: `[start, removed paragraphs, added paragraphs]` each.

    `start` counts paragraphs of the old text from 0, so that the old text can be had back.
    """
    before, after = old.split("\n\n"), new.split("\n\n")
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [[a, before[a:b], after[c:d]] for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def add(db: Database, slug: str, seen_at: str, capture: int | None, what: Mapping[str, Any]) -> None:
    """Add a version; the first one a document ever had is number 1 and has no row."""
    db.conn.execute(
        "INSERT INTO document_versions (document, version, seen_at, capture, changes)"
        " SELECT ?, coalesce(max(version), 1) + 1, ?, ?, ? FROM document_versions WHERE document = ?",
        (slug, seen_at, capture, json.dumps(what, ensure_ascii=False), slug),
    )
