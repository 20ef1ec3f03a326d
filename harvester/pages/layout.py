"""Which part of a page is its own, and what its head says. Pure; raises nothing."""

import re
from collections.abc import Iterator
from copy import deepcopy
from urllib.parse import urlsplit

from lxml import etree

from harvester import urls
from harvester.normalise.text import line
from harvester.pages.links import absolute, unwrapped
from harvester.pages.select import first, many

NO_MAIN = "no-main"
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+)\s*-->")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def main_part(root: etree._Element, flags: list[str]) -> etree._Element:
    """The main element; where there is none, the body without header, nav and footer, and a flag."""
    main = next(root.iter("main"), None)
    if main is None:
        main = first(root, "[role=main]")
    if main is not None:
        return main
    flags.append(NO_MAIN)
    body = first(root, "body")
    if body is None:
        return root
    body = deepcopy(body)
    chrome = many(body, "header, nav, footer, [role=banner], [role=navigation], [role=contentinfo]")
    titles = [title for title in many(body, "h1.title") if set(chrome).isdisjoint(title.iterancestors())]
    for part in chrome:
        if titles or first(part, "h1.title") is None:
            drop(part)
    return _around(many(body, "h1.title, #documentTabs, .information-block"), body)


def _around(parts: list[etree._Element], body: etree._Element) -> etree._Element:
    """The smallest element that holds all the parts; the body when there are not two."""
    if len(parts) < 2:
        return body
    shared = set.intersection(*({*part.iterancestors()} for part in parts))
    return next((above for above in parts[0].iterancestors() if above in shared), body)


def head_title(root: etree._Element) -> str | None:
    """The page's title in its head, without the site's name."""
    title = root.find("head/title")
    text = line(title.text) if title is not None else None
    return line(text.rsplit(" | ", 1)[0]) if text else None


def canonical_address(root: etree._Element, source: bytes) -> urls.Address | None:
    """What the page says its address is: the canonical link, else og:url, else a browser's note."""
    for link in _own_addresses(root, source):
        address = capture_address(absolute(link) or "")
        if address and address.kind != "node":
            return address
    return None


def _own_addresses(root: etree._Element, source: bytes) -> Iterator[str | None]:
    for link in root.iter("link"):
        if (link.get("rel") or "").lower() == "canonical":
            yield link.get("href")
    for meta in root.iter("meta"):
        if meta.get("property") == "og:url":
            yield meta.get("content")
    start = source[:5000]
    if b"saved from url=" in start and (saved := _SAVED_FROM.search(start)):
        yield saved[1].decode(errors="replace")


def about(main: etree._Element) -> str | None:
    """The slug of the document that the main part is about, as Drupal marks its content."""
    article = first(main, "article[about]")
    address = urls.recognise(article.get("about") or "") if article is not None else None
    return address.id if address and address.kind == "document" else None


def capture_address(url: str) -> urls.Address | None:
    """The archive's address that a capture stands for; a test server on loopback stands for the site."""
    url = unwrapped(url)
    address = urls.recognise(url)
    if address is None:
        try:
            host = urlsplit(url).hostname or ""
        except ValueError:
            return None
        if host in _LOOPBACK:
            address = urls.recognise(url, hosts=frozenset({host}))
    return address


def drop(element: etree._Element) -> None:
    """Remove an element but not the text after it."""
    parent, before = element.getparent(), element.getprevious()
    if parent is None:
        return
    if element.tail:
        if before is not None:
            before.tail = (before.tail or "") + element.tail
        else:
            parent.text = (parent.text or "") + element.tail
    parent.remove(element)
