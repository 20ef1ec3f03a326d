"""A note in the manner of the Chicago Manual of Style, as the archive itself asks to be cited."""

from .reference import COLLECTION, Name, Reference


def chicago(reference: Reference) -> str:
    """`Author, “Title,” Date, Wilson Center Digital Archive, Archival citation. Address.`"""
    title = reference.title.replace("“", "‘").replace("”", "’").rstrip(".,")
    if title.count('"') % 2 == 0:
        for mark in "‘’" * (title.count('"') // 2):
            title = title.replace('"', mark, 1)
    names = [_spoken(name) for name in reference.authors]
    names = [name for name in names if name not in title]  # "Letter, Nehru to …" names its author
    parts = [_list(names)] if names else []
    quoted = f"“{title},”" if title[-1:] not in "?!" else f"“{title}”"
    source = (reference.source or reference.archive or "").rstrip(". ")
    held = ", ".join(part for part in (reference.date_text or "undated", COLLECTION, source) if part)
    return f"{', '.join([*parts, quoted])} {held}. {reference.url}."


def _spoken(name: Name) -> str:
    return f"{name.given} {name.family}" if name.given else name.family


def _list(names: list[str]) -> str:
    if len(names) > 3:
        return f"{names[0]} et al."
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)
