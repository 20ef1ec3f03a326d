"""The labels of a document's page and the fields they name. Data, and how a label is compared."""

import re

from harvester.normalise.text import line

# Labels in the singular, without colon, in lower case.
PILLS = {
    "author": "authors",
    "associated place": "places",
    "place": "places",
    "associated people & organization": "people",
    "associated people and organization": "people",
    "associated people": "people",
    "associated person": "people",
    "associated organization": "people",
    "subjects discussed": "subjects",
    "subject discussed": "subjects",
    "subject": "subjects",
    "document contributor": "contributors",
    "contributor": "contributors",
    "original archive": "archives",
    "archive": "archives",
    "language": "languages",
    "original language": "languages",
    "donor": "donors",
}
TEXTS = {
    "source": "source",
    "original uploaded date": "uploaded",
    "original upload date": "uploaded",
    "uploaded date": "uploaded",
    "right": "rights",
    "record id": "record_id",
    "original classification": "classification",
    "classification": "classification",
}
_PLURAL = re.compile(r"(?:\(s\)|s)$")


def label_key(label: str) -> str:
    """A label made comparable: `Languages :` and `LANGUAGE` are one."""
    key = (line(label) or "").casefold().rstrip(" :").replace("organisation", "organization")
    return _PLURAL.sub("", key)
