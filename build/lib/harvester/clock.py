"""The time as the archive writes it."""

import time
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """The time in UTC, to the second: 2025-10-07T12:40:14Z."""
    return moment(int(time.time()))


@lru_cache(1 << 10)
def moment(seconds: int) -> str:
    """The moment so many seconds after 1970."""
    return datetime.fromtimestamp(seconds, UTC).strftime(_FORM)


def days_ago(days: float) -> str:
    """The time so many days before now."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime(_FORM)
