"""The language versions of a document: the panes of `#documentTabs`. Pure; raises nothing."""

from collections.abc import Iterator

from lxml import etree
from lxml.etree import _Element as Element

from harvester.pages.body import read_body, read_line
from harvester.pages.links import absolute
from harvester.pages.model import Version
from harvester.pages.select import has_class

_FIRST_BLOCK = frozenset({"div", "section", "article", "header"})
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


def read_versions(tabs: Element) -> list[Version]:
    """One version a pane, in the order of the page."""
    panes, links = [], []
    walk = etree.iterwalk(tabs, events=("start",))
    for _, element in walk:
        if has_class(element, "tab-pane"):
            panes.append(element)
            walk.skip_subtree()
        elif has_class(element, "nav-link"):
            links.append(element)
    labels = _labels(links, panes)
    several = len(panes) > 1
    return [
        _version(pane, label, f"v{number}-" if several else "")
        for number, (pane, label) in enumerate(zip(panes, labels, strict=True), start=1)
    ]


def read_scans(root: Element) -> list[str]:
    """The scans shown below `root`, each once."""
    shown = [scan for scan in root.iter("object", "embed", "iframe") if _shows_pdf(scan)]
    addresses = (absolute(scan.get("data") or scan.get("src")) for scan in shown)
    return list(dict.fromkeys(address for address in addresses if address))


def _shows_pdf(element: Element) -> bool:
    if element.tag == "object":
        return has_class(element, "pdf-preview")
    return ".pdf" in (element.get("src") or "").lower()


def _version(pane: Element, label: str | None, prefix: str) -> Version:
    body = read_body(pane, prefix, skip=list(_repeated_label(pane, label)))
    return Version(label, body.text, body.html, has_class(pane, "active"), read_scans(pane))


def _labels(links: list[Element], panes: list[Element]) -> list[str | None]:
    """The label of each pane: by the link between the two, else by position."""
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


def _repeated_label(pane: Element, label: str | None) -> Iterator[Element]:
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
