"""A page's main part by class and tag, collected in one pass. Pure; raises nothing.

What stands inside the transcript is left out: its classes are not the page's.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from lxml import etree
from lxml.etree import _Element as Element


class Outline:
    """The elements of a main part in document order, found by class or tag without searching again."""

    def __init__(self, main: Element) -> None:
        self.main = main
        self.tabs: Element | None = None
        """`#documentTabs`, which holds the language versions."""
        self._order: dict[Element, int] = {}
        self._last: dict[Element, int] = {}  # the place of the last element inside, once it was asked for
        self._by_class: dict[str, list[Element]] = defaultdict(list)
        self._by_tag: dict[str, list[Element]] = defaultdict(list)
        order, by_class, by_tag = self._order, self._by_class, self._by_tag
        walk = etree.iterwalk(main, events=("start",))
        for _, element in walk:
            order[element] = len(order)
            if shown := element.get("class"):
                names = shown.split()
                if "modal" in names:  # a dialogue, hidden until a button opens it
                    walk.skip_subtree()
                    continue
                for name in names:
                    by_class[name].append(element)
            by_tag[element.tag].append(element)
            if self.tabs is None and element.get("id") == "documentTabs":
                self.tabs = element
                walk.skip_subtree()

    def title(self) -> Element | None:
        """The page's own title."""
        titles = self.of_class("title")
        for title in titles:
            if title.tag == "h1":
                return title
        for head in self.of_class("content-block"):
            if inside := self.inside(head, titles):
                return inside[0]
        return next(iter(self.of_tag("h1")), None)

    def of_class(self, *names: str) -> list[Element]:
        """The elements with any of the classes, in order, each once."""
        return self._merged([self._by_class.get(name, []) for name in names])

    def of_class_like(self, pattern: re.Pattern[str]) -> list[Element]:
        """The elements with any class in which the pattern is found, in order, each once."""
        return self.of_class(*filter(pattern.search, self._by_class))

    def of_tag(self, *tags: str) -> list[Element]:
        """The elements with any of the tags, in order."""
        return self._merged([self._by_tag.get(tag, []) for tag in tags])

    def holds(self, outer: Element, inner: Element) -> bool:
        """Whether `inner` stands inside `outer`; an element does not hold itself."""
        order = self._order
        place = order[inner]
        return place > order[outer] and place <= self._last_inside(outer)

    def _last_inside(self, outer: Element) -> int:
        """The place of the last element in `outer` that is part of the outline."""
        last = self._last.get(outer)
        if last is None:
            element = outer
            while len(element):
                if element[-1] not in self._order:  # `element` is the tabs or a dialogue
                    break
                element = element[-1]
            last = self._last[outer] = self._order[element]
        return last

    def follows(self, later: Element, earlier: Element) -> bool:
        """Whether `later` begins after `earlier` does."""
        return self._order[later] > self._order[earlier]

    def outermost(self, elements: list[Element]) -> list[Element]:
        """Those of the elements, given in order, that stand in none of the others."""
        kept: list[Element] = []
        for element in elements:
            if not kept or not self.holds(kept[-1], element):
                kept.append(element)
        return kept

    def outside(self, elements: list[Element], others: Iterable[Element]) -> list[Element]:
        """Those of the elements that stand in none of the others."""
        if not elements:
            return []
        others = set(others)
        return [element for element in elements if others.isdisjoint(element.iterancestors())]

    def inside(self, outer: Element, elements: list[Element]) -> list[Element]:
        """Those of the elements that stand in `outer`, or are it."""
        if not elements:
            return []
        order = self._order
        first, last = order[outer], self._last_inside(outer)
        return [element for element in elements if first <= order[element] <= last]

    def _merged(self, lists: list[list[Element]]) -> list[Element]:
        filled = [elements for elements in lists if elements]
        if len(filled) < 2:
            return filled[0] if filled else []
        return sorted({element for elements in filled for element in elements}, key=self._order.__getitem__)
