"""Text from the database made safe to show. Pure; raises nothing."""

import re
from collections.abc import Iterable

from markupsafe import Markup, escape

try:
    import nh3
except ImportError:  # a published copy without it shows the plain text instead
    nh3 = None  # type: ignore[assignment]

_TAGS = {
    *("p", "br", "hr", "div", "span", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "code"),
    *("em", "strong", "b", "i", "u", "s", "del", "ins", "sub", "sup", "small", "q", "cite", "abbr", "a"),
    *("ul", "ol", "li", "dl", "dt", "dd"),
    *("table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td"),
}
_ATTRIBUTES = {
    "*": {"id"},
    "a": {"href"},
    "ol": {"start"},
    "li": {"value"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
_ID_PREFIX = "text-"  # so that no id of a text is taken for one of the page's own


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        if value.startswith("#"):
            return f"#{_ID_PREFIX}{value[1:]}"
        return value if value.startswith(("https://", "http://")) else None
    if name in ("colspan", "rowspan"):
        return value if value.isascii() and value.isdigit() and 0 < int(value[:4]) <= 100 else None
    return value


def reading(html: str | None, text: str | None) -> Markup:
    """A version as markup: its HTML cleaned once more, or its plain text in paragraphs."""
    if html and nh3:
        return Markup(  # noqa: S704  (this is the sanitiser)
            nh3.clean(
                html,
                tags=_TAGS,
                attributes=_ATTRIBUTES,
                attribute_filter=_attribute,
                id_prefix=_ID_PREFIX,
                link_rel="noopener noreferrer nofollow",
            )
        )
    return paragraphs(text)


def paragraphs(text: str | None) -> Markup:
    """Plain text in paragraphs, its line breaks kept."""
    pieces = [piece for piece in (text or "").split("\n\n") if piece.strip()]
    return Markup("").join(Markup("<p>{}</p>").format(Markup("<br>").join(piece.split("\n"))) for piece in pieces)


def highlight(text: str, words: Iterable[str]) -> Markup:
    """A text with each of `words` marked, whatever its case."""
    pattern = "|".join(re.escape(word) for word in words if word)
    if not pattern:
        return escape(text)
    pieces = re.split(f"({pattern})", text, flags=re.IGNORECASE)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if odd % 2 else escape(piece) for odd, piece in enumerate(pieces)
    )


def marked(snippet: str, start: str = "\x02", end: str = "\x03") -> Markup:
    """A snippet of SQLite's, whose hits stand between two control characters."""
    pieces = re.split(f"{start}([^{end}]*){end}", snippet)
    return Markup("").join(
        Markup("<mark>{}</mark>").format(piece) if odd % 2 else escape(piece) for odd, piece in enumerate(pieces)
    )


def web_address(address: str | None) -> str:
    """An address that a link may have; '#' for any other scheme."""
    return address if address and address.startswith(("https://", "http://")) else "#"
