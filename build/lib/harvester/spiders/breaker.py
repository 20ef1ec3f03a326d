"""The circuit breaker: tells a block or a dead site from bad pages, and says when to pause or give up. No I/O.

Signs of a block are challenges, 403 and 429 without a good page between them. Before it takes them
for a block, the spider asks once more for a page that was good before: if that one comes, the pages
are at fault and not the site. The same goes for failures in numbers.
"""

import time
from dataclasses import dataclass, field

FAILURES = 25
"""Failures in a row after which the site is in doubt. By chance alone, at three in ten, it is 1e-13."""
KEPT_OUT = 8
"""Addresses of one kind with signs of a block, and none good, after which that kind is blocked."""
REFUSALS = 5
"""Connections in a row that could not be made after which the site is dead."""


@dataclass
class Breaker:
    """State of one host; times in seconds of the monotonic clock."""

    enough: int
    """Signs of a block before the site is in doubt."""
    pause: float
    pauses: int
    """Pauses without a good page between them, before it gives up."""
    good: int = 0
    signs: int = 0
    failures: int = 0
    refusals: int = 0
    paused: int = 0
    until: float = 0.0
    paused_for: str | None = None
    """The kind of page the last pause was for; None when it was for the whole site."""
    _seen: dict[str, int] = field(default_factory=dict)
    _out: dict[str, set[str]] = field(default_factory=dict)

    def answered(self, kind: str) -> None:
        """A good page of some kind: the site is there and lets us in."""
        self.good += 1
        self.signs = self.failures = self.refusals = 0
        self._out.pop(kind, None)
        if self.paused_for in (None, kind):
            self.paused, self.paused_for = 0, None

    def blocked(self, url: str, kind: str) -> bool:
        """A sign of a block; returns whether it tells against the address: good pages came since its last one."""
        self.signs += 1
        self._out.setdefault(kind, set()).add(url)
        own = self._seen.get(url, self.good) < self.good
        self._seen[url] = self.good
        return own

    def failed(self) -> None:
        """An answer that is of no use, or none."""
        self.failures += 1

    def refused(self) -> bool:
        """A connection that could not be made; returns whether the site must be taken for dead."""
        self.refusals += 1
        return self.refusals >= REFUSALS

    @property
    def kept_out_of(self) -> str | None:
        """The kind of page that is blocked, whatever else comes."""
        return next((kind for kind, urls in self._out.items() if len(urls) >= KEPT_OUT), None)

    @property
    def blocks(self) -> bool:
        """Whether there are signs enough of a block."""
        return self.signs >= self.enough or self.kept_out_of is not None

    @property
    def doubtful(self) -> bool:
        """Whether it is time to find out if the site is at fault."""
        return self.blocks or self.failures >= FAILURES

    def at_fault(self) -> bool:
        """The site is at fault: pause, or return True when it is time to give up."""
        if not self.blocks or self.paused >= self.pauses:
            return True
        self.paused += 1
        self.paused_for = self.kept_out_of
        self.signs = 0
        self._out.clear()
        self.hold(self.pause)
        return False

    def hold(self, seconds: float) -> None:
        """Ask nothing for so long."""
        self.until = max(self.until, time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds until the next request may go out."""
        return max(0.0, self.until - time.monotonic())
