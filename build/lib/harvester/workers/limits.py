"""How much time and memory a page may cost, and how a process is held to it: by the kernel."""

import resource
import signal
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """What a child process may use."""

    seconds: float = 30.0
    """CPU time for one page."""
    memory: int = 448 * 2**20
    """Bytes of the process's own memory; with the libraries it shares, it stays under 512 MB."""


TIMED_OUT = -signal.SIGPROF
"""The return code of a process that ran out of time."""


def impose(limits: Limits) -> None:
    """Limit this process's memory for good: beyond it an allocation fails (MemoryError). No core dumps."""
    hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
    memory = limits.memory if hard == resource.RLIM_INFINITY else min(limits.memory, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (memory, hard))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def start_clock(seconds: float) -> None:
    """End this process with SIGPROF when it has used so much CPU time from now; 0 stops the clock.

    The signal keeps its default action, so that code in C which never comes back to Python ends too.
    """
    signal.setitimer(signal.ITIMER_PROF, seconds)


def is_spent(limits: Limits) -> bool:
    """Whether this process has at some time held so much memory that a fresh one does better."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 > limits.memory * 3 // 4
