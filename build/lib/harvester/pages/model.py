"""What a page says, as shown: the values a reader sees, before anything is made of them.

Texts here are already NFC and single-spaced; missing is None or empty. Nothing is normalised.
"""

from dataclasses import dataclass, field
from typing import Literal

Problem = Literal["challenge", "not-found", "error", "empty", "other"]


@dataclass
class Pill:
    """A name in a rounded box: a person, place, subject, archive, language or donor."""

    name: str
    href: str | None = None
    """The link, as an absolute or root-relative address; None when the pill has none."""


@dataclass
class Version:
    """One tab of a document: a transcript or a translation."""

    label: str | None
    """The tab's label, which names the language: `English`, `Russian Transcript`."""
    text: str | None
    """Paragraphs separated by a blank line, lines by a line feed."""
    html: str | None
    """The same, sanitised: emphasis, lists, tables, quotes, superscripts, safe links."""
    active: bool = False
    """Whether it is the one shown first."""
    scans: list[str] = field(default_factory=list)
    """Addresses of the scans shown in this tab (`object.pdf-preview[data]`)."""


@dataclass
class DocumentPage:
    """A document's page on the current site."""

    url: str
    """The canonical address, https://digitalarchive.wilsoncenter.org/document/{slug}."""
    slug: str
    node_id: int | None = None
    title: str | None = None
    date: str | None = None
    credit: str | None = None
    summary: str | None = None
    authors: list[Pill] = field(default_factory=list)
    people: list[Pill] = field(default_factory=list)
    places: list[Pill] = field(default_factory=list)
    subjects: list[Pill] = field(default_factory=list)
    contributors: list[Pill] = field(default_factory=list)
    versions: list[Version] = field(default_factory=list)
    source: str | None = None
    uploaded: str | None = None
    rights: str | None = None
    record_id: str | None = None
    classification: str | None = None
    archives: list[Pill] = field(default_factory=list)
    languages: list[Pill] = field(default_factory=list)
    donors: list[Pill] = field(default_factory=list)
    other: dict[str, list[str]] = field(default_factory=dict)
    """Label → values, for labels this software does not know."""
    download: str | None = None
    """The address of the PDF, `/document/{node id}/download`."""
    text_from: str | None = None
    """How the body was found: `template`, `trafilatura`, or None when the page shows none."""
    agreement: float | None = None
    """0 to 1: the share of words on which template and trafilatura agree; None where not compared."""
    flags: list[str] = field(default_factory=list)
    """What was cut or looked odd: `truncated`, `depth`, `no-main`, …"""


@dataclass
class Entry:
    """A document as a catalog page lists it."""

    url: str
    title: str | None = None
    date: str | None = None
    summary: str | None = None


@dataclass
class CatalogPage:
    """One page of the catalog, whole or filtered by a topic."""

    url: str
    page: int = 0
    topic: str | None = None
    """The topic's term id, when filtered."""
    total: int | None = None
    """Documents in the whole list, as `Results: 1 - 10 of 16,153` claims; None when not said."""
    entries: list[Entry] = field(default_factory=list)
    topics: dict[str, str] = field(default_factory=dict)
    """Term id → name, from the topic facet's links, where the page shows it."""
    flags: list[str] = field(default_factory=list)


@dataclass
class TermPage:
    """The page of a person, a place or a topic."""

    kind: Literal["person", "place", "topic"]
    url: str
    slug: str
    name: str
    """The heading, without the life dates or region where those stand apart."""
    note: str | None = None
    """What stands beside the name: life dates, a region, `(372) documents`."""
    text: str | None = None
    """Biography or description, paragraphs separated by a blank line."""
    term_id: str | None = None
    """The term id of its filtered catalog, from a `/search?f[0]=topics:{id}` link on the page."""
    flags: list[str] = field(default_factory=list)


@dataclass
class TermEntry:
    """A person, place or topic as a list page or a menu shows it."""

    url: str
    slug: str
    name: str
    note: str | None = None


@dataclass
class TermListPage:
    """`/people`, `/places` or `/topics`, or a further page of it."""

    kind: Literal["person", "place", "topic"]
    url: str
    page: int = 0
    entries: list[TermEntry] = field(default_factory=list)
    pages: list[str] = field(default_factory=list)
    """Addresses of the list's further pages (pager, letters)."""
    flags: list[str] = field(default_factory=list)


@dataclass
class LegacyPage:
    """A record of the site before 2022: its page, its RIS export or its JSON."""

    url: str
    record_id: int
    form: Literal["html", "ris", "json"] = "html"
    title: str | None = None
    date: str | None = None
    """As shown: `September 02, 1950`."""
    doc_date: str | None = None
    """`YYYYMMDD` with zeros where unknown."""
    summary: str | None = None
    type: str | None = None
    source: str | None = None
    rights: str | None = None
    classification: str | None = None
    authors: list[str] = field(default_factory=list)
    contributors: list[str] = field(default_factory=list)
    donors: list[str] = field(default_factory=list)
    subjects: list[str] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    collections: list[str] = field(default_factory=list)
    archives: list[str] = field(default_factory=list)
    publishers: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    """Names, or ISO 639-2/B ids."""
    versions: list[Version] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    uploaded: str | None = None
    updated: str | None = None
    first_published: str | None = None
    other: dict[str, list[str]] = field(default_factory=dict)
    flags: list[str] = field(default_factory=list)


@dataclass
class NotAPage:
    """A capture that holds nothing to keep: an interstitial, an error, another site's page."""

    url: str
    problem: Problem
    detail: str
    """What gave it away, for the person who reads the quarantine."""


Page = DocumentPage | CatalogPage | TermPage | TermListPage | LegacyPage | NotAPage
