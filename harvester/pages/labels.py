"""The labels of a document's page and the fields they name. Data, and how a label is compared."""

import re

from harvester.normalise.text import line

_AUTHOR = re.compile(r"\bauthors?\b", re.I)
_PLURAL = re.compile(r"(?:\(s\)|s)$")


def label_key(label: str) -> str:
    """A label made comparable: `Languages :` and `LANGUAGE` are one."""
    key = (line(label) or "").casefold().rstrip(" :").replace("organisation", "organization")
    return _PLURAL.sub("", key)


def names_authors(label: str) -> bool:
    """Whether a label says that authors follow: `Author(s)`, `AUTHORS:`, `Document Author`."""
    return _AUTHOR.search(label) is not None


PILLS = {
    label_key(label): field
    for field, labels in {
        "authors": ["Author(s)"],
        "places": ["Associated Places", "Places"],
        "people": [
            "Associated People & Organizations",
            "Associated People and Organizations",
            "Associated People",
            "Associated Person",
            "Associated Organizations",
        ],
        "subjects": ["Subjects Discussed", "Subject Discussed", "Subjects"],
        "contributors": ["Document Contributors", "Contributors"],
        "archives": ["Original Archives", "Archive"],
        "languages": ["Languages", "Original Language"],
        "donors": ["Donors"],
    }.items()
    for label in labels
}
"""Field for each label whose values are names."""

TEXTS = {
    label_key(label): field
    for field, labels in {
        "source": ["Source"],
        "uploaded": ["Original Uploaded Date", "Original Upload Date", "Uploaded Date"],
        "rights": ["Rights"],
        "record_id": ["Record ID"],
        "classification": ["Original Classification", "Classification"],
    }.items()
    for label in labels
}
"""Field for each label whose value is a text."""

SECTIONS = {label_key(label) for label in ("Document Information", "Summary", "Transcript", "Related Documents")}
"""Headings of the page that stand above no value of their own."""
