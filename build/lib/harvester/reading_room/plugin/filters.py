"""By what documents can be narrowed down."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Filter:
    """Something that documents are linked to."""

    table: str
    """Of links to documents."""
    column: str
    names: str
    """The table of what is linked."""
    title: str


FILTERS = {
    "topics": Filter("document_topics", "topic", "topics", "Topics"),
    "people": Filter("document_people", "person", "people", "People"),
    "places": Filter("document_places", "place", "places", "Places"),
    "languages": Filter("document_languages", "language", "languages", "Original languages"),
    "archives": Filter("document_archives", "archive", "archives", "Archives"),
    "subjects": Filter("document_subjects", "subject", "subjects", "Subjects"),
    "donors": Filter("document_donors", "donor", "donors", "Donors"),
}
