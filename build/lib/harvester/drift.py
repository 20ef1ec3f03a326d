"""The drift alarm: do the pages still look as they did? Counts while a run reads, judges at its end. Pure.

Three witnesses: fixed minima; the last good runs; and, sharpest, the documents that were held before,
each of which should still have what it had.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from math import sqrt
from typing import Any

_MANY = 5
"""Times the least number of documents that the last good runs must have read to be compared with."""

Values = Mapping[str, Any]
"""A document's values as the writer compares them: columns by name, links as lists."""


def _role(role: str) -> Callable[[Values], Any]:
    return lambda values: [person for person, part in values["people"] if part == role]


def _column(name: str) -> Callable[[Values], Any]:
    return lambda values: values[name]


# The core fields, by the names the reading room gives them.
FIELDS: dict[str, Callable[[Values], Any]] = {
    **{name: _column(name) for name in ("title", "date_text", "summary", "text", "source", "rights", "record_id")},
    **{name: _column(name) for name in ("uploaded", "classification", "credit")},
    **{name: _column(name) for name in ("places", "subjects", "archives", "languages", "donors")},
    **{name: _role(role) for name, role in (("authors", "author"), ("people", "associated"))},
    "contributors": _role("contributor"),
}


@dataclass(frozen=True)
class Limits:
    """When to raise the alarm; shares from 0 to 1."""

    minima: Mapping[str, float]
    """Field → the share of documents that must have it."""
    least: int
    """Documents to read before a share means anything."""
    lost: float
    """Of the documents that had a field, the share that may come without it."""
    rewritten: float
    """Of the documents read again, the share that may come with another value of the same field."""
    guessed: float
    """The share of bodies that may be a guess."""
    agreement: float
    """By how much the two readings of the bodies may agree less than in the last good runs."""
    vanished: float
    """Of the documents held, the share that may be gone."""


@dataclass(frozen=True)
class Alarm:
    """One sign that the site has changed."""

    field: str
    what: str
    addresses: Sequence[str] = ()

    def __str__(self) -> str:
        shown = f" For example {', '.join(self.addresses)}." if self.addresses else ""
        return f"{self.field}: {self.what}.{shown}"


class Examples(defaultdict[str, list[str]]):
    """Field → the first three addresses, and how many there were."""

    def __init__(self) -> None:
        super().__init__(list)
        self.count: Counter[str] = Counter()

    def note(self, name: str, url: str) -> None:
        """One more."""
        self.count[name] += 1
        if len(self[name]) < 3:
            self[name].append(url)


@dataclass
class Tally:
    """What the documents of a run were like."""

    read: int = 0
    filled: Counter[str] = field(default_factory=Counter)
    empty: Examples = field(default_factory=Examples)
    again: int = 0
    """Documents held before and read again."""
    had: Counter[str] = field(default_factory=Counter)
    lost: Examples = field(default_factory=Examples)
    rewritten: Examples = field(default_factory=Examples)
    odd: Examples = field(default_factory=Examples)
    """`guessed`: bodies found without the template; `refused`: no document at a document's address; `gone`."""
    agreements: int = 0
    agreement: float = 0.0

    def add(self, held: Values | None, read: Values, newer: bool) -> None:
        """A document was read; `held` is what the archive had of it."""
        url = str(read["url"])
        self.read += 1
        if held and newer:
            self.again += 1
        for name, value_of in FIELDS.items():
            value = value_of(read)
            if value:
                self.filled[name] += 1
            else:
                self.empty.note(name, url)
            if held and newer and (before := value_of(held)):
                self.had[name] += 1
                if not value:
                    self.lost.note(name, url)
                elif value != before:
                    self.rewritten.note(name, url)
        if read["text_from"] == "trafilatura":
            self.odd.note("guessed", url)
        if read["text_agreement"] is not None:
            self.agreements += 1
            self.agreement += read["text_agreement"]

    def summary(self) -> dict[str, Any]:
        """What later runs compare with: field → [documents that have it, documents read]; the agreement likewise."""
        return {
            "fields": {name: [self.filled[name], self.read] for name in FIELDS},
            "agreement": [round(self.agreement, 3), self.agreements],
        }


def reference(runs: Sequence[Mapping[str, Any]]) -> dict[str, tuple[float, int]]:
    """The sums of the last good runs: name → (documents that have it, documents read)."""
    sums: dict[str, tuple[float, int]] = defaultdict(lambda: (0.0, 0))
    for run in runs:
        for name, (filled, read) in {**run.get("fields", {}), "agreement": run.get("agreement", (0, 0))}.items():
            sums[name] = sums[name][0] + filled, sums[name][1] + read
    return dict(sums)


def alarms(tally: Tally, before: Mapping[str, tuple[float, int]], limits: Limits, held: int) -> list[Alarm]:
    """Every sign of drift in what a run has read; `held` documents stand on the site as far as it is known."""
    found = [
        alarm
        for name in FIELDS
        if (
            alarm := _lost(name, tally, limits) or _fell(name, tally, before, limits) or _rewritten(name, tally, limits)
        )
    ]
    guessed = tally.odd.count["guessed"]
    if guessed >= 3 and guessed > limits.guessed * tally.read:
        what = f"{guessed} of {tally.read} bodies had to be guessed, for the known container is missing"
        found.append(Alarm("text", what, tally.odd["guessed"]))
    refused = tally.odd.count["refused"]
    if refused >= 3 and refused > limits.lost * (tally.read + refused):
        what = f"{refused} addresses of documents hold no page that can be read as one"
        found.append(Alarm("documents", what, tally.odd["refused"]))
    gone = tally.odd.count["gone"]
    if gone >= 5 and gone > limits.vanished * (held + gone):
        found.append(Alarm("documents", f"{gone} of {held + gone} are gone from the site", tally.odd["gone"]))
    total, count = before.get("agreement", (0.0, 0))
    if tally.agreements >= limits.least / 2 and count >= limits.least:
        fall = total / count - tally.agreement / tally.agreements
        if fall > limits.agreement:
            what = f"the two readings of the bodies agree on {tally.agreement / tally.agreements:.0%} of the words"
            found.append(Alarm("text", f"{what}, and on {total / count:.0%} before"))
    return found


def _lost(name: str, tally: Tally, limits: Limits) -> Alarm | None:
    lost, had = tally.lost.count[name], tally.had[name]
    if lost < 3 or lost < limits.lost * had:
        return None
    what = f"{lost} of {had} documents that had it come without it now; what was held is kept"
    return Alarm(name, what, tally.lost[name])


def _fell(name: str, tally: Tally, before: Mapping[str, tuple[float, int]], limits: Limits) -> Alarm | None:
    filled, read = tally.filled[name], tally.read
    least = limits.minima.get(name, 0.0)
    if read >= limits.least and filled < least * read:
        what = f"{filled} of {read} documents have it, and at least {least:.0%} should"
        return Alarm(name, what, tally.empty[name])
    then, of = before.get(name, (0.0, 0))
    if of < _MANY * limits.least or read < limits.least / 2:
        return None
    share = then / of
    # What nearly all had must not fall by a tenth; what some had may halve, for new documents come in batches
    # that are alike. And the fall must be more than chance.
    allowed = share * (0.9 if share > 0.95 else 0.5)
    chance = 4 * sqrt(max(share * (1 - share), 0.001) / read)
    if filled / read >= min(allowed, share - chance):
        return None
    what = f"{filled} of {read} documents have it, and {share:.0%} did in the last good runs"
    return Alarm(name, what, tally.empty[name])


def _rewritten(name: str, tally: Tally, limits: Limits) -> Alarm | None:
    other = tally.rewritten.count[name]
    if other < 5 or other <= limits.rewritten * tally.had[name]:
        return None
    what = f"{other} of {tally.had[name]} documents read again have another value all at once"
    return Alarm(name, what, tally.rewritten[name])


def shrunk(held: int, claimed: int, limits: Limits) -> list[Alarm]:
    """A catalog that claims fewer documents than are held from its site."""
    if claimed >= held - max(1.0, limits.vanished * held):
        return []
    return [Alarm("catalog", f"it claims {claimed} documents, and {held} are held from this site")]
