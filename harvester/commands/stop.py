"""Ends a command at Ctrl-C or SIGTERM as a run is ended: with a line that says so, and exit code 6."""

import argparse
import signal
import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

from harvester.store.runs import STOPPED

REASON = f"{STOPPED} before its end (Ctrl-C or a signal)."
Run = Callable[[Any, list[str], argparse.Namespace], None]


def stoppable(run: Run) -> Run:
    """A command's `run`, in which both are a KeyboardInterrupt; it may handle that itself."""

    @wraps(run)
    def stopped(self: Any, args: list[str], opts: argparse.Namespace) -> None:
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        try:
            run(self, args, opts)
        except KeyboardInterrupt:
            print(f"scrapy {type(self).__module__.rpartition('.')[2]}: {REASON}", file=sys.stderr)
            self.exitcode = 6

    return stopped
