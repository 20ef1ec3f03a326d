"""What can go wrong, as one small tree. Each message says what happened, where, and what to do next."""


class HarvesterError(Exception):
    """Base of all errors raised on purpose; commands print its message without a traceback."""

    exit_code = 1


class UsageError(HarvesterError):
    """Raised by spiders and commands for a wrong argument, value or folder."""

    exit_code = 2


class LockedError(HarvesterError):
    """Raised by `store.lock` when another run writes to the same output directory."""

    exit_code = 7


class StoreError(HarvesterError):
    """Raised by `store` when the database cannot be written: full disk, read-only, corrupt."""


class SelectorError(HarvesterError):
    """Raised by `pages` when a selector does not match as many nodes as the template promises."""


class PageError(HarvesterError):
    """Raised by `pages` when a capture cannot be read as the kind of page it should be."""


class CaptureError(HarvesterError):
    """Raised by sources for bytes that are damaged: a truncated record, a bad checksum, a bomb."""
