"""BibTeX: `@misc` entries in UTF-8, with what TeX takes for commands escaped."""

import re
import unicodedata

from .reference import COLLECTION, Reference

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{c: "\\" + c for c in "#$%&_"},
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


def bibtex(reference: Reference) -> str:
    """One entry; its key is the first author's family name or the title's first word, year and record id."""
    parts = reference.date_parts
    fields = {
        "author": " and ".join(
            f"{escape(name.family)}, {escape(name.given)}" if name.given else f"{{{escape(name.family)}}}"
            for name in reference.authors
        ),
        "title": f"{{{escape(reference.title)}}}",  # the inner braces keep its capitals
        "year": f"{parts[0]:04}" if parts else "",
        "date": reference.date_edtf or "",
        "howpublished": escape(COLLECTION),
        "note": escape(reference.source or ""),
        "institution": escape(reference.archive or ""),
        "translator": " and ".join(f"{{{escape(name)}}}" for name in reference.translators),
        "abstract": escape(reference.summary or ""),
        "keywords": escape(", ".join(reference.subjects)),
        "language": escape(reference.language or ""),
        "url": re.sub(r"[{}\\\s]", lambda m: f"%{ord(m[0]):02X}", reference.url),
        "urldate": reference.accessed or "",
    }
    lines = [f"  {name} = {{{value}}},\n" for name, value in fields.items() if value]
    if len(parts) > 1 and 1 <= parts[1] <= 12:
        lines.append(f"  month = {_MONTHS[parts[1] - 1]},\n")
    return f"@misc{{{_key(reference)},\n{''.join(lines)}}}\n"


def escape(text: str) -> str:
    """Text as BibTeX takes it literally."""
    return "".join(_SPECIAL.get(c, c) for c in " ".join(text.split()))


def _key(reference: Reference) -> str:
    word = reference.authors[0].family if reference.authors else reference.title
    plain = unicodedata.normalize("NFKD", word).encode("ascii", "ignore").decode()
    first = next(iter(re.findall(r"[A-Za-z]+", plain)), "document").lower()
    year = str(reference.date_parts[0]) if reference.date_parts else ""
    ident = reference.record_id or re.sub(r"[^a-z0-9]+", "-", reference.slug.lower())[:40]
    return f"{first}{year}-{ident}"
