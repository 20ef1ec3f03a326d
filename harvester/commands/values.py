"""Checks the settings that a user may give with `-s`. Raises UsageError with what is allowed."""

from collections.abc import Callable
from difflib import get_close_matches
from typing import Any
from urllib.parse import urlsplit

from scrapy.settings import BaseSettings, default_settings

from harvester import settings as ours
from harvester.drift import FIELDS
from harvester.exceptions import UsageError
from harvester.spiders.arguments import yes_no
from harvester.workers.executor import scheduler

_MOST = 2.0**53  # infinity is a slip of the keyboard


def _number(least: float, most: float, whole: bool = False) -> Callable[[Any], None]:
    def check(value: Any) -> None:
        try:
            number = int(value) if whole else float(value)
        except (TypeError, ValueError, OverflowError):
            raise ValueError("it must be a whole number" if whole else "it must be a number") from None
        if not least <= number <= most:
            raise ValueError(f"it must be {least:,} or more" if most >= _MOST else f"it must be {least:g} to {most:g}")

    return check


def _folder(value: Any) -> None:
    if not str(value).strip():
        raise ValueError("it must name a folder")


def _contact(value: Any) -> None:
    if not str(value).isascii() or not str(value).isprintable():
        raise ValueError("it must be plain ASCII on one line, for it becomes part of the User-Agent")


def _webhook(value: Any) -> None:
    parts = urlsplit(str(value))
    if value and (parts.scheme not in ("http", "https") or not parts.hostname):
        raise ValueError("it must be an address that begins with http:// or https://")


def _when(value: Any) -> None:
    if value not in ("failure", "always"):
        raise ValueError("it is either `failure` or `always`")


_COUNT, _SECONDS, _SHARE = _number(1, _MOST, whole=True), _number(0, _MOST), _number(0, 1)
CHECKS: dict[str, Callable[[Any], object]] = {
    **dict.fromkeys(("CONCURRENT_REQUESTS", "CONCURRENT_REQUESTS_PER_DOMAIN", "DOWNLOAD_MAXSIZE"), _COUNT),
    **dict.fromkeys(
        ("RETRY_TIMES", "BLOCK_SIGNS", "WITNESS_EVERY", "DRIFT_LEAST", "FILES_MAXSIZE", "CAPTURES_ROTATE"), _COUNT
    ),
    **dict.fromkeys(("BLOCK_RETRIES", "REVISIT_LIMIT", "READ_PROCESSES"), _number(0, _MOST, whole=True)),
    **dict.fromkeys(("DOWNLOAD_DELAY", "RETRY_BACKOFF", "RETRY_BACKOFF_MAX", "RETRY_AFTER_MAX"), _SECONDS),
    **dict.fromkeys(("BLOCK_PAUSE", "CATALOG_SWEEP_DAYS", "REVISIT_DAYS"), _SECONDS),
    **dict.fromkeys(("DOWNLOAD_TIMEOUT", "FILES_TIMEOUT", "FILES_READ_TIMEOUT", "READ_SECONDS"), _number(0.1, _MOST)),
    **dict.fromkeys(("DRIFT_LOST", "DRIFT_REWRITTEN", "DRIFT_GUESSED", "DRIFT_AGREEMENT", "DRIFT_VANISHED"), _SHARE),
    "DOWNLOAD_DELAY_JITTER": _SHARE,
    "READ_MEMORY": _number(1 << 26, _MOST, whole=True),  # what it takes to start
    "WAYBACK_CDX_PER_MINUTE": _number(0.01, _MOST),
    "HARVEST_OUTPUT": _folder,
    "HARVEST_EXECUTOR": scheduler,
    "CONTACT": _contact,
    "KEEP_CAPTURES": lambda value: yes_no(str(value)),
    "NOTIFY_WEBHOOK": _webhook,
    "NOTIFY_WHEN": _when,
}


def check(settings: BaseSettings) -> None:
    """Refuse a value that cannot be meant."""
    for name, verify in CHECKS.items():
        try:
            verify(settings[name])
        except ValueError as error:
            raise UsageError(f"`-s {name}={settings[name]}` will not do: {error}.") from None
    try:
        minima = settings.getdict("DRIFT_MINIMA")
        for name, share in minima.items():
            _SHARE(share)
            if name not in FIELDS:
                raise ValueError(f"{name!r} is no field; there are {', '.join(FIELDS)}")
    except ValueError as error:
        raise UsageError(f"`-s DRIFT_MINIMA=…` will not do: {error}.") from None


def unknown(settings: BaseSettings, given: dict[str, str]) -> list[str]:
    """A warning for each name given with `-s` that nothing here knows, with the nearest known one."""
    known = {name for module in (ours, default_settings) for name in dir(module) if name.isupper()}
    warnings = []
    for name in given:
        if name not in known and (near := get_close_matches(name, known, 1, 0.8)):
            warnings.append(f"`-s {name}=…` does nothing that this program knows of. Did you mean `{near[0]}`?")
    return warnings
