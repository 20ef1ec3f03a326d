"""A document's language versions: which one is its text, and what is kept beside it. Pure; raises nothing."""

from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

from harvester import urls
from harvester.items import Text
from harvester.pages.model import Version

from .vocabularies import language_of_label


@dataclass
class Versions:
    """The versions of one document, sorted out."""

    main: Text | None
    """The English version where there is one, else the first that has text."""
    others: list[Text]
    """All the others, with their places on the page; those that show only a scan have no text."""
    unknown: list[str]
    """Labels that name no language the table knows, as `language: label`."""


def sort_out(versions: list[Version]) -> Versions:
    """Choose the version that becomes the document's text."""
    texts, unknown = [], []
    for position, version in enumerate(versions):
        named = language_of_label(version.label)
        if named.unknown:
            unknown.append(f"language: {named.unknown}")
        language = named.terms[0].id if named.terms else None
        texts.append(Text(position, language, version.label, version.text, version.html))
    written = [text for text in texts if text.text]
    english = [text for text in written if text.language == "en"]
    main = next(iter(english or written), None)
    others = [
        text
        for text, version in zip(texts, versions, strict=True)
        if text is not main and (text.text or text.label or version.scans)
    ]
    return Versions(main, others, unknown)


def files(first: list[str], versions: list[Version], base: str) -> list[str]:
    """Absolute addresses of the PDFs, each once: `first`, then the scans in the order of the tabs."""
    shown = first + [scan for version in versions for scan in version.scans]
    found = (_absolute(address, base) for address in shown)
    return list(dict.fromkeys(address for address in found if address))


def _absolute(address: str, base: str) -> str | None:
    """The canonical address of what is the archive's, an absolute one of another site, None for no address."""
    known = urls.recognise(address, base)
    if known:
        return known.url
    try:
        absolute = urljoin(base, address.strip())
        return absolute if urlsplit(absolute).scheme in ("http", "https") else None
    except ValueError:
        return None
