"""What Datasette is told of each table: titles, column descriptions, facets, sort orders, sizes, units."""

import json
from dataclasses import dataclass, field
from typing import Any

import yaml

from harvester import items

SETTINGS: dict[str, Any] = {
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 1000,
    "default_page_size": 50,
    "facet_time_limit_ms": 800,
    "suggest_facets": False,  # the useful ones are set; suggesting costs every page
    "default_facet_size": 20,
    "truncate_cells_html": 300,
    # The harvest's own database names files; `scrapy export sqlite` makes a copy to share.
    "allow_download": False,
    "default_allow_sql": True,
}

_DOCUMENT = {"document": "The document: its slug."}
_POSITION = {"position": "Place in the order of the page, from 0."}


@dataclass
class Table:
    """One table, as a reader meets it."""

    title: str
    description: str
    record: type | None = None
    """The record whose fields' docstrings describe its columns."""
    columns: dict[str, str] = field(default_factory=dict)
    """Descriptions of the other columns."""
    more: dict[str, Any] = field(default_factory=dict)
    """Datasette's own keys: facets, sort, sort_desc, size, label_column, units, hidden."""
    operational: bool = False
    """Whether only the harvest needs it, so that a published copy goes without."""


def _link(many: str, one: str, what: str) -> Table:
    return Table(
        f"Documents and {many}",
        f"Which document has which {one}.",
        columns={**_DOCUMENT, one: what, **_POSITION},
        more={"facets": [one], "sort": "document"},
    )


TABLES = {
    "documents": Table(
        "Documents",
        "One row a document, with its English text where there is one.",
        items.Document,
        {
            "authors": "Names of the authors, in page order (JSON).",
            "first_seen": "When this archive first met the document (UTC).",
            "last_seen": "When it was last seen unchanged or changed (UTC).",
            "last_changed": "When a value last changed (UTC).",
            "gone_since": "Since when the site answers that it is gone; the document stays.",
            "capture": "The capture its values come from.",
        },
        {
            "label_column": "title",
            "sort_desc": "date_earliest",
            "size": 25,
            "fts_table": "documents_fts",
            "fts_pk": "rowid",
            "facets": [
                "classification",
                *({"array": a} for a in ("people", "places", "topics", "languages")),
            ],
        },
    ),
    "texts": Table(
        "Language versions",
        "Every version of a document but the one in `documents`.",
        items.Text,
        _DOCUMENT,
        {"facets": ["language"], "size": 25, "fts_table": "texts_fts", "fts_pk": "rowid"},
    ),
    "people": Table(
        "People and organisations",
        "Authority records.",
        items.Person,
        more={"label_column": "name", "sort": "name", "facets": ["kind"], "size": 100},
    ),
    "places": Table(
        "Places",
        "Countries, cities and regions, historical states among them.",
        items.Place,
        more={
            "label_column": "name",
            "sort": "name",
            "facets": ["region"],
            "size": 100,
            "units": {"latitude": "degree", "longitude": "degree"},
        },
    ),
    "topics": Table(
        "Topics",
        "Under which the site collects documents.",
        items.Topic,
        more={"label_column": "name", "sort_desc": "document_count", "size": 100},
    ),
    "subjects": Table(
        "Subjects",
        "Headings in the manner of the Library of Congress.",
        items.Subject,
        more={"label_column": "name", "sort": "name", "facets": ["heading"], "size": 100},
    ),
    "archives": Table(
        "Archives", "That hold the originals.", items.Term, more={"label_column": "name", "sort": "name"}
    ),
    "donors": Table("Donors", "Who supported the work.", items.Term, more={"label_column": "name", "sort": "name"}),
    "languages": Table("Languages", "Of the originals.", items.Term, more={"label_column": "name", "sort": "name"}),
    "document_people": Table(
        "Documents and people",
        "Who has which part in which document.",
        columns={
            **_DOCUMENT,
            "person": "The person or organisation.",
            "role": "`author`, `associated` or `contributor`.",
            **_POSITION,
        },
        more={"facets": ["role"], "sort": "document"},
    ),
    "document_places": _link("places", "place", "The place."),
    "document_subjects": _link("subjects", "subject", "The subject."),
    "document_topics": _link("topics", "topic", "The topic."),
    "document_archives": _link("archives", "archive", "The archive."),
    "document_donors": _link("donors", "donor", "The donor."),
    "document_languages": _link("languages", "language", "The language."),
    "citations": Table(
        "Shelfmarks",
        "The plain parts of the archival citations; only what is certain.",
        items.Citation,
        _DOCUMENT,
        {"facets": ["archive"]},
    ),
    "citation_people": Table(
        "People named in citations",
        "Translators, contributors and others whom a citation thanks.",
        items.CitedPerson,
        {**_DOCUMENT, **_POSITION},
        {"facets": ["role", "name"]},
    ),
    "files": Table(
        "Files",
        "PDFs, kept by their checksum; also those the documents name that are not held.",
        items.File,
        {"id": "Number of the row."},
        {"facets": ["condition", "text_from"], "units": {"size": "byte"}},
    ),
    "captures": Table(
        "Captures",
        "Where each word came from: every page as it was received, with its checksum.",
        columns={
            "id": "Number of the row.",
            "url": "The address, as the source names it.",
            "source": "live, wayback, warc or mirror.",
            "fetched_at": "When the bytes left the site (UTC).",
            "status": "The HTTP status.",
            "media_type": "The content type as sent.",
            "size": "Size of the content.",
            "digest": "SHA-256 of the content.",
            "location": "Which file holds it; not shown here.",
        },
        more={"facets": ["source", "status"], "sort_desc": "fetched_at", "units": {"size": "byte"}},
    ),
    "document_versions": Table(
        "Changes",
        "What changed in a document, and when it was seen.",
        columns={
            **_DOCUMENT,
            "version": "Number of the change, from 1.",
            "seen_at": "When it was seen (UTC).",
            "capture": "The capture that showed it.",
            "changes": "Fields with their old and new values; texts as differences (JSON).",
            "cause": "site: the page changed; software: the same page, read again by a newer version of this software.",
        },
        more={"sort_desc": "seen_at"},
    ),
    "runs": Table(
        "Runs",
        "One row a harvest.",
        columns={
            "id": "Number of the run.",
            "spider": "Which source it read.",
            "arguments": "How it was called; not shown here.",
            "started": "When it began (UTC).",
            "finished": "When it ended (UTC); NULL while it runs, or when it was killed.",
            "exit_code": "0 complete, 1 error, 2 usage, 3 blocked, 4 unreachable, 5 drift, 6 incomplete.",
            "reason": "How it ended, in words.",
            "counts": "What it did: new, changed, failed, fill rates, unknown labels (JSON).",
        },
        more={"facets": ["spider", "exit_code"], "sort_desc": "id"},
        operational=True,
    ),
    "frontier": Table(
        "Addresses",
        "What is known, done, failed or still to be read.",
        columns={
            "url": "The canonical address.",
            "source": "Where it is to be had.",
            "kind": "What kind of page it is.",
            "state": "pending, done, failed, quarantined or excluded.",
            "attempts": "How often it was tried.",
            "priority": "Which comes first: lower numbers do.",
            "next_try": "Before this moment it is not tried again (seconds since 1970).",
            "reason": "Why it ended as it did.",
            "added_at": "When it was first met (UTC).",
            "checked_at": "When it was last read (UTC).",
            "etag": "What the server said of its version.",
            "last_modified": "When the server said it changed.",
            "digest": "SHA-256 of its content when last read.",
            "run": "The run that touched it last.",
        },
        more={"facets": ["state", "kind", "source"]},
        operational=True,
    ),
    "quarantine": Table(
        "Quarantine",
        "What came in but is no page of the archive: challenges, errors, other sites' pages.",
        columns={
            "id": "Number of the row.",
            "url": "The address.",
            "run": "The run that met it.",
            "reason": "What it is instead.",
            "detail": "What gave it away.",
            "capture": "The capture that holds it.",
        },
        more={"facets": ["reason"], "sort_desc": "id"},
        operational=True,
    ),
    "lists": Table(
        "Lists",
        "What the site's own lists claim.",
        columns={
            "source": "Where the list was read.",
            "list": "Which list: the catalog, or a topic's.",
            "total": "How many documents it claims.",
            "first_page": "The documents on its first page (JSON), to see whether it changed.",
            "swept_at": "When it was last read whole (UTC).",
            "sweep": "When the reading began that is going on (UTC); NULL when none is.",
            "round": "Which round of that reading: pages shift while it goes on.",
            "whole": "Whether that reading takes every page, or ends when the difference is explained.",
            "missing": "Documents it claims and did not show when it was last read whole.",
            "pages": "How many pages it has.",
            "mark": "Total and first page (JSON) when the round began, to see whether they hold at its end.",
            "met": "How many documents were met on it so far.",
            "checked": "The last round at whose end the first page was read once more.",
        },
        operational=True,
    ),
    "listed": Table(
        "Listed documents",
        "Which document stands on which list.",
        columns={
            "source": "Where the list was read.",
            "list": "Which list.",
            **_DOCUMENT,
            "seen_at": "When it was seen there (UTC).",
        },
        more={"facets": ["list"]},
        operational=True,
    ),
    "archived": Table(
        "Archived captures",
        "What the Wayback Machine's index lists of the archive, and what came of it.",
        columns={
            "address": "The canonical address.",
            "timestamp": "When it was captured: YYYYMMDDhhmmss (UTC).",
            "original": "The address as it was captured.",
            "status": "The HTTP status; NULL where the index gives none.",
            "media_type": "The content type, as the index gives it.",
            "digest": "The index's digest: equal digests, equal bytes.",
            "outcome": "good, or what is wrong with it; NULL when it was not asked for.",
        },
        more={"facets": ["status", "media_type"]},
        operational=True,
    ),
    "archived_lists": Table(
        "Archived lists",
        "How far the Wayback Machine's index has been listed.",
        columns={
            "prefix": "The part of the index: a host and a folder.",
            "newest": "The newest capture when it was last listed to its end.",
            "reached": "The newest capture it has shown so far.",
            "asking": "What is asked for next; NULL when the listing has come to its end.",
        },
        operational=True,
    ),
    "missing": Table(
        "Missing documents",
        "What should be here and is not, as `scrapy reconcile` last found it.",
        columns={
            "url": "The address.",
            "expected_by": "Who says that it exists: a list of the site, the Wayback Machine, a list of addresses.",
            "source": "From where it can still be had, as far as is known; NULL when nowhere.",
            "noted_at": "When it was found missing (UTC).",
        },
        more={"facets": ["expected_by", "source"]},
        operational=True,
    ),
    "cjk": Table(
        "Character pairs",
        "What the search for Chinese, Japanese and Korean reads.",
        columns={
            "id": "Number of the row.",
            **_DOCUMENT,
            "position": "The version, as in `texts`; -1 for the document's own title, summary and text.",
            "grams": "Its pairs of neighbouring characters.",
        },
        more={"hidden": True},
    ),
}


# Fields of the records that are tables of their own, or that only the run's report shows.
ELSEWHERE = {items.Document: {"texts", "citation", "files", "flags", "unknown"}, items.Citation: {"people"}}


def descriptions(table: str) -> dict[str, str]:
    """Column → description."""
    entry = TABLES[table]
    described = dict(items.describe(entry.record)) if entry.record else {}
    elsewhere = ELSEWHERE.get(entry.record, set()) if entry.record else set()
    return {name: text for name, text in described.items() if name not in elsewhere} | entry.columns


def metadata() -> str:
    """`metadata.yaml`, which Datasette 0.65 and 1.0 both read."""
    tables = {
        name: {
            "title": entry.title,
            "description": entry.description,
            "columns": descriptions(name),
            **entry.more,
        }
        for name, entry in TABLES.items()
    }
    content = {
        "title": "Wilson Center Digital Archive",
        "description": "A harvested copy of the documents of the Wilson Center Digital Archive.",
        "source": "Wilson Center Digital Archive",
        "source_url": "https://digitalarchive.wilsoncenter.org/",
        "about": "Rights of each document are its own: see the column `rights`.",
        "databases": {"wilson": {"title": "The archive as data", "tables": tables}},
    }
    return _HEAD + yaml.dump(content, Dumper=_DUMPER, sort_keys=False, allow_unicode=True, width=100)


def config() -> str:
    """`datasette.yaml`, where Datasette 1.0 looks for settings."""
    return _HEAD + yaml.dump({"settings": SETTINGS}, Dumper=_DUMPER, sort_keys=False)


def settings() -> str:
    """`settings.json`, where Datasette 0.65 looks for them."""
    return json.dumps(SETTINGS, indent=2) + "\n"


# Every run writes these: in C, where PyYAML was built with it, it takes no time.
_DUMPER = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_HEAD = "# Written by wilson-harvester; change it as you like: your version is kept.\n"
