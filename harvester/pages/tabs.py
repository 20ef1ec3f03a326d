"""The language versions of a document: the panes of `#documentTabs`. Pure; raises nothing."""

from collections.abc import Iterator

from lxml import etree

from harvester.pages.body import read_body, read_line
from harvester.pages.links import absolute
from harvester.pages.model import Version
from harvester.pages.select import has_class, many

_PANES = etree.XPath(
    "descendant::*[contains(concat(' ', @class, ' '), ' tab-pane ')]"
    "[not(ancestor::*[contains(concat(' ', @class, ' '), ' tab-pane ')])]"
)
_FIRST_BLOCK = frozenset({"div", "section", "article", "header"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def read_versions(tabs: etree._Element) -> list[Version]:
    """One version a pane, in the order of the page."""
    panes = _PANES(tabs)
    labels = _labels(tabs, panes)
    several = len(panes) > 1
    return [
        _version(pane, label, f"v{number}-" if several else "")
        for number, (pane, label) in enumerate(zip(panes, labels, strict=True), start=1)
    ]


def read_scans(root: etree._Element) -> list[str]:
    """The scans shown below `root`, each once."""
    shown = many(root, "object.pdf-preview, embed[src*='.pdf'], iframe[src*='.pdf']")
    addresses = (absolute(scan.get("data") or scan.get("src")) for scan in shown)
    return list(dict.fromkeys(address for address in addresses if address))


def _version(pane: etree._Element, label: str | None, prefix: str) -> Version:
    body = read_body(pane, prefix, skip=list(_repeated_label(pane, label)))
    return Version(label, body.text, body.html, has_class(pane, "active"), read_scans(pane))


def _labels(tabs: etree._Element, panes: list[etree._Element]) -> list[str | None]:
    """The label of each pane: by the link between the two, else by position."""
    links = [
        link
        for link in many(tabs, ".nav-link")
        if not any(has_class(above, "tab-pane") for above in link.iterancestors())
    ]
    by_target: dict[str, str | None] = {}
    for link in links:
        for name in ("href", "data-bs-target", "data-target", "aria-controls"):
            by_target.setdefault((link.get(name) or "").lstrip("#"), read_line(link))
        by_target.setdefault(link.get("id") or "", read_line(link))
    by_target.pop("", None)
    labels = [by_target.get(pane.get("id") or "", by_target.get(pane.get("aria-labelledby") or "")) for pane in panes]
    if not any(labels) and len(links) == len(panes):
        return [read_line(link) for link in links]
    return labels


def _repeated_label(pane: etree._Element, label: str | None) -> Iterator[etree._Element]:
    """A heading at the top of a pane that only repeats the tab's label."""
    element = pane
    while label and len(element) and not (element.text or "").strip():
        element = element[0]
        if element.tag in _HEADINGS:
            if read_line(element) == label:
                yield element
            return
        if element.tag not in _FIRST_BLOCK:
            return
