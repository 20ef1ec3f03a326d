"""A document as plain values: those that are compared and merged, and its row. Pure."""

from dataclasses import fields
from typing import Any

from harvester.items import Citation, Document
from harvester.store.rows import as_json

JSON = ("collections", "other")
_ELSEWHERE = ("people", "places", "subjects", "topics", "archives", "languages", "donors")
_NOT_COLUMNS = {*_ELSEWHERE, "texts", "citation", "files", "flags", "unknown"}
COLUMNS = [f.name for f in fields(Document) if f.name not in _NOT_COLUMNS]
CITATION = [f.name for f in fields(Citation) if f.name != "people"]
FACETS = ("authors", "people", "places", "subjects", "archives", "languages", "donors")
# Link table → (column, table of what it links to).
LINKS = {
    "places": "place",
    "subjects": "subject",
    "archives": "archive",
    "languages": "language",
    "donors": "donor",
}


def values_of(document: Document) -> dict[str, Any]:
    """All that is compared and merged: columns, and the links as plain values."""
    values: dict[str, Any] = {name: getattr(document, name) for name in COLUMNS}
    values["people"] = [(m.person.id, m.role) for m in document.people]
    for name in LINKS:
        values[name] = [term.id for term in getattr(document, name)]
    values["texts"] = [dict(vars(text)) for text in document.texts]
    values["citation"] = _citation(document.citation) if document.citation else None
    return values


def as_row(values: dict[str, Any], names: list[str]) -> dict[str, Any]:
    """Those of the values that are named, as the row has them: lists and objects as JSON."""
    made = {name: values[name] for name in names}
    if "collections" in made:
        made["collections"] = as_json(made["collections"] or [])
    if "other" in made:
        made["other"] = as_json(made["other"]) if made["other"] else None
    return made


def facets_of(document: Document) -> dict[str, str]:
    """The names of what a document is linked to, as the JSON arrays by which readers narrow a search."""
    names = {
        "authors": [m.person.name for m in document.people if m.role == "author"],
        "people": [m.person.name for m in document.people if m.role == "associated"],
        **{name: [entity.name for entity in getattr(document, name)] for name in LINKS},
    }
    return {name: as_json(values) for name, values in names.items()}


def _citation(cited: Citation) -> dict[str, Any]:
    return vars(cited) | {"people": [dict(vars(person)) for person in cited.people]}
