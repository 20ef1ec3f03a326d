"""When to ask again: exponential backoff with jitter, and what a server asks for. No I/O."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime


@dataclass(frozen=True)
class Retries:
    """Times in seconds."""

    times: int
    """Tries of one address in one run."""
    first: float
    """The wait before the second try; doubled before each further one."""
    longest: float
    cap: float
    """The longest wait that a server may ask for."""

    def backoff(self, attempt: int) -> float:
        """How long to wait after the `attempt`th try (from 1): at random between half and all of its share."""
        share = min(self.first * 2.0 ** min(attempt - 1, 60), self.longest)
        return share * random.uniform(0.5, 1.0)  # noqa: S311

    def asked(self, header: Callable[[str], str | None]) -> float | None:
        """How long the server asks to wait (Retry-After, seconds or date); None when it does not, or in no known form.

        `header` gives a response's header by name. A date is taken by the server's own clock.
        """
        text = (header("Retry-After") or "").strip()
        if text.isascii() and text.isdigit():
            return min(float(text[:12]), self.cap)
        until, base = _timestamp(text), _timestamp(header("Date"))
        if until is None:
            return None
        return min(max(0.0, until - (time.time() if base is None else base)), self.cap)


def _timestamp(text: str | None) -> float | None:
    try:
        moment = parsedate_to_datetime(text or "")
    except (TypeError, ValueError, IndexError, OverflowError):
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
