"""Where captures come from when they are files or lists of files: WARC, mirrors, the Wayback Machine's index.

Pure readers, no Scrapy: each streams `Capture`s, and `Damage` for what is not whole. Bad bytes never raise.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Damage:
    """A part of a file that could not be read whole. Nothing of it is handed on."""

    path: str
    """The file, as it was named; of a file inside another, `outer!inner`."""
    offset: int
    """Where in that file the damaged part begins, in bytes."""
    reason: str
    """What is wrong with it."""
    url: str | None = None
    """The address it holds, where that can still be told."""

    @property
    def incomplete(self) -> bool:
        """Whether something that may be wanted is missing because of it."""
        return True

    def __str__(self) -> str:
        about = f" ({self.url})" if self.url else ""
        return f"{self.path}: byte {self.offset}: {self.reason}{about}"


class Refusal(Damage):
    """A member of a mirror that is not taken on purpose: a link, a device, a name that leads outside."""

    @property
    def incomplete(self) -> bool:
        return False
