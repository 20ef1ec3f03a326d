"""What of a page a reader sees as text: neither scripts nor hidden parts nor controls. Pure."""

import re
from functools import lru_cache
from typing import NamedTuple

from lxml.etree import _Element as Element

from harvester import urls
from harvester.normalise.memory import remembered

# Elements whose content is never text of the page.
NO_TEXT = frozenset(
    """script style noscript template head title meta link object iframe svg canvas audio video
    map button select input textarea datalist progress meter nav rt rp noframes noembed""".split()
)
_HIDDEN_CLASSES = frozenset(
    """hidden modal visually-hidden sr-only invisible element-invisible screen-reader-text screen-reader-only
    show-for-sr visually-hidden-focusable sr-only-focusable""".split()
)
_CONTROL_CLASSES = frozenset(
    """btn btn-group nav-link nav-tabs pdf-preview social-share share-links addtoany_list a2a_kit print-link
    download-link contextual-links skip-link""".split()
)
_CONTROL_ROLES = frozenset("button tab tablist navigation".split())
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_BLOCK_STYLE = re.compile(
    r"(?:^|;)\s*display\s*:\s*(?:block|flow-root|list-item|flex|grid|table(?:-cell|-row)?)\s*(?:;|!|$)", re.I
)
_SHOWN_ON_WIDER = re.compile(r"\bd-(?:sm|md|lg|xl|xxl)-(?!none)")
_CONTROL_LINK = re.compile(
    r"""javascript:[^'"]*\bprint\(|mailto:\?|https?://(?:www\.)?
    (?:facebook\.com/(?:sharer|share)|(?:twitter|x)\.com/(?:intent|share)
    |linkedin\.com/share|addtoany\.com|reddit\.com/submit)""",
    re.I | re.X,
)
_EMPHASES = [
    ("strong", re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.I)),
    ("em", re.compile(r"font-style\s*:\s*(?:italic|oblique)", re.I)),
    ("sup", re.compile(r"vertical-align\s*:\s*super", re.I)),
    ("sub", re.compile(r"vertical-align\s*:\s*sub\b", re.I)),
]
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_CLASS = re.compile(r"(?:^|,)\s*[a-z]*\.([\w-]+)\s*(?=,|$)", re.I)
_PREFORMATTED = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.I)


class Look(NamedTuple):
    """What an element's attributes do to its text."""

    hidden: bool = False
    """A browser shows nothing of it, or it is a button or a link of the page's machinery."""
    silent: bool = False
    """Hidden from screen readers only: the sighted read it, unless it is a mere sign."""
    emphases: tuple[str, ...] = ()
    """The tags that its style stands for: strong, em, sup, sub."""
    preformatted: bool = False
    """Line feeds in it are line breaks."""
    block: bool = False
    """Its style sets it apart as a block, whatever its tag."""


Attributes = list[tuple[str, str]]
PLAIN = Look()
SHORT = 300
"""Characters of an attribute up to which it is remembered: a hostile page must not fill the memory."""


def styled_classes(root: Element) -> dict[str, tuple[str, ...]]:
    """The classes for which a style sheet below `root` asks emphasis, with the tags that stand for it.

    Texts exported from Word bring their styles along: `.cs6D7AB2B9{font-weight:bold}`.
    """
    classes: dict[str, tuple[str, ...]] = {}
    for sheet in root.iter("style"):
        for selectors, style in _RULE.findall(sheet.text or ""):
            if emphases := _emphases(style):
                classes |= dict.fromkeys(_CLASS.findall(selectors), emphases)
    return classes


def look(element: Element, attributes: Attributes | None = None) -> Look:
    """How an element shows its text; its attributes need not be asked for again where they are known."""
    attributes = element.items() if attributes is None else attributes
    if not attributes:
        return PLAIN
    if len(attributes) == 1:
        if len(attributes[0][1]) <= SHORT:
            return _look(element.tag == "a", attributes[0])
    elif all(len(value) <= SHORT for _, value in attributes):
        return _look(element.tag == "a", *attributes)
    return _look.__wrapped__(element.tag == "a", *attributes)


def look_of_class(names: str) -> Look | None:
    """How an element with these classes, and no other attribute, shows its text; None if like any other."""
    shown = (_look if len(names) <= SHORT else _look.__wrapped__)(False, ("class", names))
    return None if shown is PLAIN else shown


def is_sign(element: Element) -> bool:
    """Whether an element shows a sign without letters or digits."""
    return not any(letter.isalnum() for letter in "".join(element.itertext()))


@lru_cache(8_192)  # a page repeats its few classes and styles thousands of times
def _look(is_link: bool, *pairs: tuple[str, str]) -> Look:
    attributes = dict(pairs)
    names = attributes.get("class", "")
    style = attributes.get("style", "")
    classes = set(names.split())
    hidden = (
        "hidden" in attributes
        or not classes.isdisjoint(_HIDDEN_CLASSES | _CONTROL_CLASSES)
        or ("d-none" in classes and not _SHOWN_ON_WIDER.search(names))
        or _HIDDEN_STYLE.search(style) is not None
        or attributes.get("role") in _CONTROL_ROLES
        or (is_link and _is_control(attributes.get("href", "")))
    )
    shown = Look(
        hidden,
        attributes.get("aria-hidden") == "true",
        _emphases(style),
        _PREFORMATTED.search(style) is not None,
        _BLOCK_STYLE.search(style) is not None,
    )
    return PLAIN if shown == PLAIN else shown


@remembered(1_024)  # texts from Word bring the same rules along
def _emphases(style: str) -> tuple[str, ...]:
    return tuple(tag for tag, pattern in _EMPHASES if pattern.search(style))


def _is_control(href: str) -> bool:
    """Whether a link downloads, prints or shares the page."""
    if _CONTROL_LINK.match(href.strip()):
        return True
    address = urls.recognise(href) if "/download" in href else None
    return address is not None and address.kind == "download"
