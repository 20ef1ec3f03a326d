"""What a person sees of long work: one live line on a terminal, a plain line now and then elsewhere."""

import re
import shutil
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TextIO

LIVE, PLAIN = 0.5, 60.0
"""Seconds between two lines."""


class Line:
    """A line that replaces itself on a terminal, and goes to `log` elsewhere."""

    def __init__(self, log: Callable[[str], object], stream: TextIO | None = None) -> None:
        self._log, self._stream = log, stream or sys.stderr
        self.live = self._stream.isatty()
        self.every = LIVE if self.live else PLAIN
        self._shown = time.monotonic()

    def show(self, text: str) -> None:
        """Show it now."""
        if self.live:
            self._stream.write(f"\r\x1b[K{text}")
            self._stream.flush()
        else:
            self._log(text)

    def due(self) -> bool:
        """Whether it is time for another line."""
        now = time.monotonic()
        if now - self._shown < self.every:
            return False
        self._shown = now
        return True

    def clear(self) -> None:
        """Leave the line to others."""
        if self.live:
            self._stream.write("\r\x1b[K")
            self._stream.flush()


def program() -> str:
    """How `scrapy` is called from here: by its name, or with the way to it when no environment is active."""
    path = Path(sys.executable).with_name("scrapy")
    found = shutil.which("scrapy")
    if (found and Path(found).resolve() == path.resolve()) or not path.exists():
        return "scrapy"
    return str(path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path)


def typed(text: str) -> str:
    """A message, with its `scrapy …` commands as they are to be typed here."""
    return re.sub("`scrapy (?=[a-z])", f"`{program()} ", text)


def duration(seconds: float) -> str:
    """`2 h 5 min`, `12 min`, `under a minute`."""
    hours, minutes = divmod(round(seconds / 60), 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min" if minutes else "under a minute"


def size(count: float) -> str:
    """`812 bytes`, `34 kB`, `1.2 MB`, `11.0 GB`: in thousands, as disks are sold."""
    if count < 1000:
        return f"{count:.0f} bytes"
    if count < 1e6:
        return f"{count / 1e3:.0f} kB"
    return f"{count / 1e6:.1f} MB" if count < 1e9 else f"{count / 1e9:.1f} GB"
