"""One document from several captures: which value wins. Pure.

The newest good capture gives the values, an older one fills gaps, a worse one never wins, and
nothing is ever replaced by nothing.
"""

from collections.abc import Collection, Mapping
from typing import Any

# How far a text can be trusted, by how it was found. A guess never replaces a reading.
TRUST = {None: 0, "legacy": 1, "ocr": 1, "pdf": 2, "trafilatura": 2, "template": 3}

# These go together: taken from one capture or from the other, never mixed.
BODY = ("text", "html", "text_language", "text_from", "text_agreement", "word_count")
DATE = ("date_text", "date_edtf", "date_earliest", "date_latest")


def merge(
    held: Mapping[str, Any], read: Mapping[str, Any], *, newer: bool, forget: Collection[str] = ()
) -> dict[str, Any]:
    """The values to hold, by name, out of those held and those just read; empty is None, [] or {}.

    `newer` says whether what was read was captured after (or with) what is held, and is as good. What is to
    `forget` is held no longer if it was not read: an earlier version of this software was wrong about it.
    """
    for group in (BODY, DATE):
        if group[0] in forget and held.get("text_from") not in ("pdf", "ocr"):
            held = {name: None if name in group else value for name, value in held.items()}
    merged = {
        name: value if name in forget or (_given(value) and (newer or not _given(held.get(name)))) else held.get(name)
        for name, value in read.items()
    }
    trusted, offered = TRUST.get(held.get("text_from"), 0), TRUST.get(read.get("text_from"), 0)
    takes = _given(read.get("text")) and (
        not _given(held.get("text")) or offered > trusted or (newer and offered == trusted)
    )
    _together(merged, read if takes else held, BODY)
    dated = (newer and _given(read.get("date_text"))) or not _dated(held)
    _together(merged, read if dated and _dated(read) else held, DATE)
    if held.get("text") == merged.get("text") and _given(held.get("text_agreement")):
        merged["text_agreement"] = held["text_agreement"]  # the chrome around an unchanged text may move it
    return merged


def _given(value: Any) -> bool:
    return value is not None and value != [] and value != {}


def _dated(values: Mapping[str, Any]) -> bool:
    return _given(values.get("date_text")) or _given(values.get("date_edtf"))


def _together(merged: dict[str, Any], chosen: Mapping[str, Any], names: tuple[str, ...]) -> None:
    merged.update({name: chosen.get(name) for name in names if name in merged})
