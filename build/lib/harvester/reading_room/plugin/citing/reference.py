"""What a reference says, whichever format it is written in."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

COLLECTION = "Wilson Center Digital Archive"


@dataclass(frozen=True)
class Name:
    """A person (family and given names) or an organisation (one name)."""

    family: str
    given: str | None = None

    @classmethod
    def of(cls, row: Mapping[str, Any]) -> "Name":
        """From a row of `people`."""
        if row["kind"] != "organisation" and row["family_name"] and row["given_names"]:
            return cls(row["family_name"], row["given_names"])
        return cls(row["name"])

    def __str__(self) -> str:
        return f"{self.family}, {self.given}" if self.given else self.family


@dataclass(frozen=True)
class Reference:
    """A document, as one cites it."""

    slug: str
    title: str
    url: str
    authors: Sequence[Name] = ()
    translators: Sequence[str] = ()
    date_text: str | None = None
    date_edtf: str | None = None
    date_earliest: str | None = None
    date_latest: str | None = None
    summary: str | None = None
    source: str | None = None
    archive: str | None = None
    rights: str | None = None
    record_id: int | None = None
    language: str | None = None
    subjects: Sequence[str] = field(default_factory=tuple)
    accessed: str | None = None
    """The day the cited text was seen on the site, ISO 8601."""

    @classmethod
    def of(
        cls,
        document: Mapping[str, Any],
        people: Mapping[str, Iterable[Mapping[str, Any]]],
        linked: Mapping[str, Sequence[Mapping[str, Any]]],
        cited: Iterable[Mapping[str, Any]] = (),
    ) -> "Reference":
        """From a row of `documents` and the rows that hang on it."""
        return cls(
            slug=document["slug"],
            title=document["title"] or document["slug"],
            url=document["url"],
            authors=tuple(Name.of(row) for row in people.get("author", ())),
            translators=tuple(row["name"] for row in cited if row["role"] == "translator"),
            date_text=document["date_text"],
            date_edtf=document["date_edtf"],
            date_earliest=document["date_earliest"],
            date_latest=document["date_latest"],
            summary=document["summary"],
            source=document["source"],
            archive=next((row["name"] for row in linked.get("archives", ())), None),
            rights=document["rights"],
            record_id=document["record_id"],
            language=document["text_language"],
            subjects=tuple(row["name"] for row in linked.get("subjects", ())),
            accessed=(document["last_seen"] or "")[:10] or None,
        )

    @property
    def date_parts(self) -> tuple[int, ...]:
        """Year, month and day as far as known; () for ranges, decades and unknown dates."""
        # Months above 12 are EDTF's seasons, which these formats do not know.
        found = re.match(r"(\d{4})(?:-(0[1-9]|1[0-2])(?:-(\d\d))?)?(?:-\d\d)?[?~%]?$", self.date_edtf or "")
        return tuple(int(part) for part in found.groups() if part) if found else ()
