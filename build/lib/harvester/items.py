"""The records: what the pages say, made uniform, raw value beside the normalised one.

Each field's docstring is its one documentation: the reading room shows it to readers, and a test
requires the field in the database. Missing is None, never ''. Lists keep the order of the page.
"""

import ast
from dataclasses import dataclass, field
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any


@dataclass
class Person:
    """A person or an organisation: an authority record."""

    id: str
    """The slug of the page under /people/, or one made from the name where the page has no link."""
    name: str
    """The name as shown, family name first; of an organisation, its parts separated by full stops."""
    kind: str | None = None
    """`person` or `organisation`."""
    family_name: str | None = None
    """The part before the comma; NULL for organisations and single names."""
    given_names: str | None = None
    """The part after the comma, without life dates or other forms of the name in parentheses."""
    life_dates: str | None = None
    """Life dates as shown: `1893-1976`, `1912-`, `ca. 1880-1950`."""
    birth_year: int | None = None
    """Year of birth, where the site gives it for certain."""
    death_year: int | None = None
    """Year of death, where the site gives it for certain."""
    biography: str | None = None
    """The biography on the person's page, paragraphs separated by a blank line."""
    url: str | None = None
    """The address of the person's page; NULL where the site links none."""


@dataclass
class Place:
    """A country, city or region, historical states among them."""

    id: str
    """The slug of the page under /places/, or one made from the name."""
    name: str
    """The name as shown."""
    region: str | None = None
    """The region the site files it under, such as East Asia."""
    latitude: float | None = None
    """Degrees north, from the project's reviewed table; of a country, a point well inside it."""
    longitude: float | None = None
    """Degrees east, from the same table."""
    url: str | None = None
    """The address of the place's page; NULL where the site links none."""


@dataclass
class Topic:
    """A topic under which the site collects documents."""

    id: str
    """The slug of the page under /topics/."""
    name: str
    """The name as shown."""
    description: str | None = None
    """The text on the topic's page, paragraphs separated by a blank line."""
    document_count: int | None = None
    """How many documents the site claims for it."""
    url: str | None = None
    """The address of the topic's page."""
    term_id: str | None = None
    """The number by which the site's catalog filters by it."""


@dataclass
class Term:
    """A name from a vocabulary without pages of its own: subject, archive, donor or language."""

    id: str
    """A slug made from the name; of a language, its ISO 639 code."""
    name: str
    """The name as shown; of a language, its English name."""


@dataclass
class Subject(Term):
    """A subject heading in the manner of the Library of Congress."""

    heading: str | None = None
    """The part before the first `--`: `China` of `China--Foreign relations--Soviet Union`."""
    subdivisions: list[str] = field(default_factory=list)
    """The parts after it, in order (JSON)."""


@dataclass
class Mention:
    """A person's part in a document."""

    person: Person
    """Who, as far as this page tells."""
    role: str
    """`author`, `associated` or `contributor`."""


@dataclass
class Text:
    """One language version of a document."""

    position: int
    """Place among the page's tabs, from 0."""
    language: str | None = None
    """ISO 639 code of the language; NULL where the label does not tell."""
    label: str | None = None
    """The tab's label as shown."""
    text: str | None = None
    """The version's text, paragraphs separated by a blank line; NULL where only a scan is shown."""
    html: str | None = None
    """The same text as sanitised HTML."""


@dataclass
class CitedPerson:
    """Somebody the source citation names for a service to the document."""

    role: str
    """`translator`, `contributor`, `obtainer` or `transcriber`."""
    name: str
    """The name as the citation gives it."""


@dataclass
class Citation:
    """The plain parts of an archival citation; only what is certain."""

    archive: str | None = None
    """The holding archive, as the citation names it."""
    fond: str | None = None
    """Fond (Russian and East European archives)."""
    opis: str | None = None
    """Opis, the inventory within the fond."""
    papka: str | None = None
    """Papka, the folder between opis and delo in the Russian Foreign Ministry's archive."""
    delo: str | None = None
    """Delo, the file within the opis."""
    listy: str | None = None
    """Listy, the leaves within the delo."""
    file: str | None = None
    """File number, where the citation says so."""
    volume: str | None = None
    """Volume number, where the citation says so."""
    box: str | None = None
    """Box number, where the citation says so."""
    folder: str | None = None
    """Folder number, where the citation says so."""
    people: list[CitedPerson] = field(default_factory=list)
    """Those it credits, in order."""


@dataclass
class Document:
    """A document of the archive."""

    slug: str
    """The last part of the document's address, its key; `record-{record id}` until the real one is known."""
    record_id: int | None = None
    """The site's Record ID, which printed footnotes cite: /document/{record id} of the site before 2022."""
    node_id: int | None = None
    """The site's internal number, used by its download addresses."""
    url: str | None = None
    """The canonical address on the live site, whichever copy it was read from."""
    legacy_url: str | None = None
    """The address on the site before 2022, as old footnotes cite it."""
    title: str | None = None
    """The title as shown."""
    date_text: str | None = None
    """The document's date as shown."""
    date_edtf: str | None = None
    """The date in EDTF: 1949-11-10, 1967-11, 195X, 1962~, 1953-02-01/1953-02-03."""
    date_earliest: str | None = None
    """The first day the date can mean; NULL when open or unknown."""
    date_latest: str | None = None
    """The last day the date can mean; NULL when open or unknown."""
    summary: str | None = None
    """The summary the archive's editors wrote."""
    credit: str | None = None
    """Whose support made the document possible, as shown."""
    text: str | None = None
    """The English version where there is one, else the first; paragraphs separated by a blank line."""
    html: str | None = None
    """The same text as sanitised HTML."""
    text_language: str | None = None
    """ISO 639 code of the language of `text`."""
    text_from: str | None = None
    """How the text was found: template, trafilatura (a guess: the template has changed), pdf, ocr, legacy."""
    text_agreement: float | None = None
    """0 to 1: the share of words on which two independent readings agree; NULL where not compared."""
    word_count: int | None = None
    """Words in `text`; Chinese, Japanese and Korean characters count as one each."""
    source: str | None = None
    """The archival citation as shown."""
    rights: str | None = None
    """The rights statement as shown."""
    classification: str | None = None
    """The original classification, such as Top Secret."""
    uploaded: str | None = None
    """The day the site says it was first uploaded."""
    type: str | None = None
    """The kind of document, known from the site before 2022 only."""
    collections: list[str] = field(default_factory=list)
    """Collections it belonged to on the site before 2022 (JSON)."""
    first_published: str | None = None
    """When the site before 2022 first published it."""
    other: dict[str, Any] = field(default_factory=dict)
    """Labels of the page that this software does not know yet, with their values (JSON)."""
    people: list[Mention] = field(default_factory=list)
    """Authors, associated people and organisations, contributors."""
    places: list[Place] = field(default_factory=list)
    """Associated places."""
    subjects: list[Subject] = field(default_factory=list)
    """Subjects discussed."""
    topics: list[Topic] = field(default_factory=list)
    """Topics whose lists hold the document."""
    archives: list[Term] = field(default_factory=list)
    """Archives that hold the original."""
    languages: list[Term] = field(default_factory=list)
    """Languages of the original."""
    donors: list[Term] = field(default_factory=list)
    """Donors."""
    texts: list[Text] = field(default_factory=list)
    """Every language version but the one in `text`."""
    citation: Citation | None = None
    """The source's plain parts; NULL when there is none."""
    files: list[str] = field(default_factory=list)
    """Addresses of the PDFs: the download first, then the scans shown in the page."""
    flags: list[str] = field(default_factory=list)
    """What was cut or looked odd when the page was read."""
    unknown: list[str] = field(default_factory=list)
    """Values no table knows, as `kind: value` (label, language, date, role); reported at the end of a run."""


@dataclass
class File:
    """A PDF that a document names: its scan, or one generated by the site."""

    document: str | None
    """The slug of the document; NULL while no page is known that names the file."""
    url: str
    """The canonical address of the file."""
    sha256: str | None = None
    """The SHA-256 of the bytes, hexadecimal; NULL while the file is not held whole."""
    media_type: str | None = None
    """What the bytes are, whatever the server called them: application/pdf."""
    size: int | None = None
    """Bytes."""
    pages: int | None = None
    """Pages; NULL when the file cannot be opened."""
    path: str | None = None
    """Where it is kept, relative to the output directory; NULL while it is not held whole."""
    text: str | None = None
    """Its text, paragraphs separated by a blank line."""
    fetched_at: str | None = None
    """When the bytes left the site, ISO 8601 in UTC."""
    condition: str | None = None
    """`ok`, `encrypted`, `broken` or `image-only` (no text in it); of files not held `absent` (the site has none),
    `too-large`, `missing` or `damaged` (see `scrapy verify`). NULL: not fetched, or not read yet."""
    problem: str | None = None
    """What is the matter, in words."""
    metadata: dict[str, Any] | None = None
    """What the PDF says of itself (title, author, producer, dates), and `pages_without_text` (JSON)."""
    text_from: str | None = None
    """`pdf`, or `ocr` when a machine read it from images: then expect errors."""
    ocr_confidence: float | None = None
    """0 to 1: how sure Tesseract was of the words, on average; NULL without OCR."""
    ocr_languages: str | None = None
    """The languages Tesseract read with: `rus+eng`."""


Record = Document | Person | Place | Topic


@cache
def describe(cls: type) -> dict[str, str]:
    """Field name → its docstring, for a record of this file, read from the file itself."""
    found = {name: text for base in cls.__bases__ if base is not object for name, text in describe(base).items()}
    for here, following in pairwise(_classes()[cls.__name__].body):
        if isinstance(here, ast.AnnAssign) and isinstance(following, ast.Expr):
            assert isinstance(here.target, ast.Name)
            found[here.target.id] = ast.literal_eval(following.value)
    return found


@cache
def _classes() -> dict[str, ast.ClassDef]:
    tree = ast.parse(Path(__file__).read_text(encoding="utf-8"))
    return {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
