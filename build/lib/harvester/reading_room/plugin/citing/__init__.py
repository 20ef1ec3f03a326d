"""References to documents, for footnotes and for reference managers. Pure; imports nothing but itself."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from .bibtex import bibtex
from .chicago import chicago
from .csl import csl_json
from .reference import Name, Reference
from .ris import ris

__all__ = ["FORMATS", "Format", "Name", "Reference", "bibtex", "chicago", "csl_json", "ris"]


@dataclass(frozen=True)
class Format:
    """A format of reference managers."""

    label: str
    suffix: str
    media_type: str
    entry: Callable[[Reference], str]
    """One reference; how entries are joined is below."""
    head: str = ""
    between: str = "\n"
    tail: str = ""

    def stream(self, references: Iterable[Reference]) -> Iterable[str]:
        """A whole file, piece by piece."""
        yield self.head
        for number, reference in enumerate(references):
            yield (self.between if number else "") + self.entry(reference)
        yield self.tail

    def write(self, references: Iterable[Reference]) -> str:
        """A whole file."""
        return "".join(self.stream(references))


FORMATS = {
    "ris": Format("RIS", "ris", "application/x-research-info-systems", ris, between="\r\n"),
    "bib": Format("BibTeX", "bib", "application/x-bibtex", bibtex),
    "json": Format("CSL-JSON", "json", "application/vnd.citationstyles.csl+json", csl_json, "[\n", ",\n", "\n]\n"),
}
