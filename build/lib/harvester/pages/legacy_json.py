"""The JSON of a legacy record, `/srv/record/{record id}.json`. Pure; raises nothing."""

import json
from typing import Any

from harvester import urls
from harvester.normalise.text import line
from harvester.pages.body import read_fragment
from harvester.pages.links import absolute
from harvester.pages.model import LegacyPage, Version

_LISTS = {
    "creators": "authors",
    "contributors": "contributors",
    "donors": "donors",
    "subjects": "subjects",
    "original_coverages": "places",
    "collections": "collections",
    "repositories": "archives",
    "publishers": "publishers",
    "languages": "languages",
}
_NAMES = ("name", "title", "rights", "value", "id")
_CONTENT = ("html", "content", "body", "text")
_ADDRESSES = ("path", "url", "file", "uri")


def read_json(text: str, record_id: int) -> LegacyPage | None:
    """The record; None when the text is not the JSON of one."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if isinstance(data, dict) and isinstance(data.get("record"), dict):
        data = data["record"]
    if not isinstance(data, dict) or not data.get("title"):
        return None
    page = LegacyPage(f"{urls.SITE}/srv/record/{record_id}.json", record_id, "json")
    page.title = _plain(data["title"])
    page.summary = _prose(data.get("description"))
    page.date = _plain(data.get("frontend_doc_date"))
    page.doc_date = _plain(data.get("doc_date"))
    page.source = _plain(data.get("source"))
    page.rights = _plain(" ".join(_names(data.get("rights"), ("rights", "name"))))
    page.type = next(iter(_names(data.get("type"))), None)
    page.classification = next(iter(_names(data.get("classifications"))), None)
    page.uploaded = _plain(data.get("source_created_at"))
    page.updated = _plain(data.get("source_updated_at"))
    page.first_published = _plain(data.get("first_published_at"))
    for key, field in _LISTS.items():
        setattr(page, field, _names(data.get(key)))
    original = page.languages[0] if len(page.languages) == 1 else None
    page.versions = [_version(item, original) for item in _items(data.get("transcripts"))]
    page.versions += [_version(item, None) for item in _items(data.get("translations"))]
    page.versions = [version for version in page.versions if version.text or version.label]
    files = [*_items(data.get("media_files")), *_items(data.get("attachments"))]
    page.files = list(dict.fromkeys(url for item in files if (url := _address(item))))
    return page


def _items(value: Any) -> list[dict[str, Any]]:
    if isinstance(value, dict):
        value = [value]
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _names(value: Any, keys: tuple[str, ...] = _NAMES) -> list[str]:
    """The names in a value: one or many, plain or with an id."""
    found = []
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, dict):
            item = next((item[key] for key in keys if item.get(key)), None)
        if (name := _plain(item)) and name not in found:
            found.append(name)
    return found


def _plain(value: Any) -> str | None:
    return line(_prose(value)) if isinstance(value, str | int) and not isinstance(value, bool) else None


def _prose(value: Any) -> str | None:
    """Text that may hold markup."""
    text = str(value) if value is not None else ""
    return read_fragment(text).text if text.strip() else None


def _version(item: dict[str, Any], language: str | None) -> Version:
    label = next(iter(_names(item.get("language"))), language)
    markup = next((item[key] for key in _CONTENT if isinstance(item.get(key), str)), "")
    body = read_fragment(markup)
    return Version(label, body.text, body.html)


def _address(item: dict[str, Any]) -> str | None:
    return next((url for key in _ADDRESSES if isinstance(item.get(key), str) and (url := absolute(item[key]))), None)
