"""What of a page a reader sees as text: neither scripts nor hidden parts nor controls."""

import re

from lxml import etree

from harvester import urls

# Elements whose content is never text of the page.
NO_TEXT = frozenset(
    """script style noscript template head title meta link object embed iframe svg canvas audio video
    map button select input textarea datalist progress meter nav rt rp noframes noembed""".split()
)
_HIDDEN_CLASSES = frozenset(
    """hidden visually-hidden sr-only invisible element-invisible screen-reader-text screen-reader-only
    show-for-sr visually-hidden-focusable sr-only-focusable""".split()
)
_CONTROL_CLASSES = frozenset(
    """btn btn-group button nav-link nav-tabs pdf-preview share social-share share-links addtoany_list a2a_kit
    print print-link download-link contextual-links skip-link""".split()
)
TELLING_CLASSES = _HIDDEN_CLASSES | _CONTROL_CLASSES | {"d-none"}
"""Classes for which an element may be left out; no other class makes a difference."""
_HIDDEN_STYLE = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.I)
_SHOWN_ON_WIDER = re.compile(r"\bd-(?:sm|md|lg|xl|xxl)-(?!none)")
_CONTROL_LINK = re.compile(
    r"""javascript:[^'"]*\bprint\(|mailto:\?|https?://(?:www\.)?(?:facebook\.com/(?:sharer|share)|(?:twitter|x)\.com/(?:intent|share)
    |linkedin\.com/share|addtoany\.com|reddit\.com/submit)""",
    re.I | re.X,
)


def is_hidden(element: etree._Element) -> bool:
    """Whether a browser shows nothing of the element."""
    attributes = element.attrib
    if not attributes:
        return False
    if "hidden" in attributes:
        return True
    style = attributes.get("style")
    if style and _HIDDEN_STYLE.search(style):
        return True
    names = attributes.get("class")
    if not names:
        return attributes.get("aria-hidden") == "true" and _is_icon(element)
    tokens = names.split()
    if not _HIDDEN_CLASSES.isdisjoint(tokens):
        return True
    if "d-none" in tokens and not _SHOWN_ON_WIDER.search(names):
        return True
    return attributes.get("aria-hidden") == "true" and _is_icon(element)


def _is_icon(element: etree._Element) -> bool:
    """What is hidden from screen readers only is still read by the sighted, unless it is a mere sign."""
    return not any(letter.isalnum() for letter in "".join(element.itertext()))


def is_control(element: etree._Element) -> bool:
    """Whether the element is a button or a link of the page's machinery: download, print, share."""
    attributes = element.attrib
    if not attributes:
        return False
    names = attributes.get("class")
    if names and not _CONTROL_CLASSES.isdisjoint(names.split()):
        return True
    if attributes.get("role") in ("button", "tab", "tablist", "navigation"):
        return True
    href = attributes.get("href") if element.tag == "a" else None
    if not href:
        return False
    if _CONTROL_LINK.match(href.strip()):
        return True
    if "/download" not in href:
        return False
    address = urls.recognise(href)
    return address is not None and address.kind == "download"
