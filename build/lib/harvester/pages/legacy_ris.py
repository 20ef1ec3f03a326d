"""The RIS export of a legacy record, `/document/{record id}.ris`. Pure; raises nothing."""

import re
from collections import defaultdict

from harvester import urls
from harvester.normalise.text import line
from harvester.pages.body import read_fragment
from harvester.pages.model import LegacyPage

_LINE = re.compile(r"^([A-Z][A-Z0-9])  ?-(?: (.*))?$")
_DATE = re.compile(r"(\d{4})(?:/(\d{1,2})?)?(?:/(\d{1,2})?)?(?:/.*)?")
_IGNORED = {"TY", "ER", "ID", "UR", "PY", "Y1", "DA"}


def read_ris(text: str, record_id: int) -> LegacyPage | None:
    """The record; None when the text is not RIS."""
    tags = _tags(text)
    if "TY" not in tags:
        return None
    page = LegacyPage(f"{urls.SITE}/document/{record_id}.ris", record_id, "ris")
    page.title = _first(tags, "TI", "T1", "CT")
    page.summary = _first(tags, "AB", "N2")
    page.source = _first(tags, "AV")
    page.type = _first(tags, "M3")
    page.doc_date = _compact(_first(tags, "DA", "Y1", "PY"))
    page.authors = tags.pop("AU", []) + tags.pop("A1", [])
    page.languages = tags.pop("LA", [])
    page.subjects = tags.pop("KW", [])
    page.publishers = tags.pop("DP", []) + tags.pop("PB", []) + tags.pop("DB", [])
    page.files = [url for tag in ("L1", "L2") for url in tags.pop(tag, []) if ".pdf" in url.lower()]
    page.other = {tag: values for tag, values in tags.items() if values and tag not in _IGNORED}
    return page


def _tags(text: str) -> dict[str, list[str]]:
    """Tag → values; a line without a tag goes on with the one above."""
    tags: dict[str, list[str]] = defaultdict(list)
    tag = None
    for row in text.splitlines():
        if found := _LINE.match(row.strip("\ufeff").rstrip()):
            tag = found[1]
            if tag == "TY" and "TY" in tags:
                break  # another record
            tags[tag].append(found[2] or "")
        elif tag and row.strip():
            tags[tag][-1] += " " + row
    return {tag: [clean for value in values if (clean := _plain(value))] for tag, values in tags.items()}


def _plain(value: str) -> str | None:
    """A value without the markup and entities that some have."""
    return line(read_fragment(value).text if "<" in value or "&" in value else value)


def _first(tags: dict[str, list[str]], *names: str) -> str | None:
    values = [value for name in names for value in tags.pop(name, [])]
    return values[0] if values else None


def _compact(date: str | None) -> str | None:
    """`1958/09//` as `19580900`."""
    found = _DATE.fullmatch(date or "")
    return f"{found[1]}{int(found[2] or 0):02}{int(found[3] or 0):02}" if found else None
