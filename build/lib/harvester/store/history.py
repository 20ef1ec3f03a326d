"""What changed in a document, and which capture showed it: rows of `document_versions`."""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Any

from sqlite_utils import Database

_NOT_HISTORY = ("text_agreement",)
_BLOCK = re.compile(r"(?<=>)(?=<(?:p|div|h[1-6]|[uo]l|li|table|tr|blockquote|pre|hr)\b)")
# How a long value falls into parts; joined by the same, they are the value again.
_PARTS: dict[str, Callable[[str], list[str]]] = {
    "text": lambda value: value.split("\n\n"),
    "summary": lambda value: value.split("\n\n"),
    "html": _BLOCK.split,
}
_MOST = 1_000_000  # pairs of parts to compare: beyond it, what lies between the first and the last change is one


def changes(held: Mapping[str, Any], merged: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Name → `{"old": …, "new": …}`, or of a long text `{"diff": [[start, removed, added], …]}`.

    Of another language version the name is that of one value of it: `texts.0.text`.
    """
    found: dict[str, dict[str, Any]] = {}
    for name, new in merged.items():
        old = held.get(name)
        if name in _NOT_HISTORY or (old or None) == (new or None):
            continue
        if name == "texts":
            found.update(_versions(old or [], new or []))
        else:
            found[name] = _change(name, old, new)
    return found


def difference(old: str, new: str, name: str = "text") -> list[list[Any]]:
    """A compact difference by paragraph (of HTML, by block): `[start, removed parts, added parts]` each.

    `start` counts parts of the old value from 0, so that it can be had back.
    """
    before, after = _PARTS[name](old), _PARTS[name](new)
    same = next(
        (n for n, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), min(len(before), len(after))
    )
    before, after = before[same:], after[same:]
    if len(before) * len(after) > _MOST:
        return [[same, before, after]]
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    return [[same + a, before[a:b], after[c:d]] for tag, a, b, c, d in matcher.get_opcodes() if tag != "equal"]


def _change(name: str, old: Any, new: Any) -> dict[str, Any]:
    return {"diff": difference(old, new, name)} if name in _PARTS and old and new else {"old": old, "new": new}


def _versions(old: Sequence[Mapping[str, Any]], new: Sequence[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    found = {}
    for number, (before, after) in enumerate(zip_longest(old, new)):
        if before is None or after is None:
            found[f"texts.{number}"] = {"old": before, "new": after}
            continue
        for name in after:
            if before.get(name) != after[name]:
                found[f"texts.{number}.{name}"] = _change(name, before.get(name), after[name])
    return found


def add(
    db: Database, slug: str, seen_at: str, capture: int | None, what: Mapping[str, Any], cause: str = "site"
) -> None:
    """Add a version; the first one a document ever had is number 1 and has no row."""
    db.conn.execute(
        "INSERT INTO document_versions (document, version, seen_at, capture, changes, cause)"
        " SELECT ?, coalesce(max(version), 1) + 1, ?, ?, ?, ? FROM document_versions WHERE document = ?",
        (slug, seen_at, capture, json.dumps(what, ensure_ascii=False), cause, slug),
    )
