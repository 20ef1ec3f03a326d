"""The circuit breaker: tells a block from a bad page, pauses, and says when to give up. No I/O.

A block shows as challenges, 403 or 429 in a row and from more than one address (or from the very
first); a dead site as connections that fail in a row. One good page clears both.
"""

import time
from dataclasses import dataclass, field


@dataclass
class Breaker:
    """State of one host; times in seconds of the monotonic clock."""

    signs_to_pause: int
    pause: float
    pauses: int
    dead_after: int = 5
    good: int = 0
    """Good answers so far."""
    signs: list[str] = field(default_factory=list)
    """Addresses that showed a block since the last good page."""
    dead: int = 0
    paused: int = 0
    until: float = 0.0

    def answered(self) -> None:
        """A good page: nobody blocks us."""
        self.good += 1
        self.signs.clear()
        self.dead = self.paused = 0

    def blocked(self, url: str) -> bool:
        """A sign of a block; returns whether it is time to give up."""
        self.dead = 0
        self.signs.append(url)
        if len(self.signs) < self.signs_to_pause or (self.good and len(set(self.signs)) == 1):
            return False
        if self.paused >= self.pauses:
            return True
        self.paused += 1
        self.signs.clear()
        self.hold(self.pause)
        return False

    def unreachable(self) -> bool:
        """A connection that could not be made; returns whether the site must be taken for dead."""
        self.dead += 1
        return self.dead >= self.dead_after

    def hold(self, seconds: float) -> None:
        """Ask nothing for so long."""
        self.until = max(self.until, time.monotonic() + seconds)

    @property
    def left(self) -> float:
        """Seconds until the next request may go out."""
        return max(0.0, self.until - time.monotonic())
