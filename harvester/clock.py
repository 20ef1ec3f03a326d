"""The time as the archive writes it."""

from datetime import UTC, datetime, timedelta

_FORM = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """The time in UTC, to the second: 2025-10-07T12:40:14Z."""
    return datetime.now(UTC).strftime(_FORM)


def days_ago(days: float) -> str:
    """The time so many days before now."""
    return (datetime.now(UTC) - timedelta(days=days)).strftime(_FORM)
