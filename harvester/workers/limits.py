"""How much time and memory a page may cost, and how a process is held to it: by the kernel."""

import re
import resource
import signal
from dataclasses import dataclass
from pathlib import Path

_PEAK = re.compile(rb"^VmHWM:\s*(\d+) kB$", re.M)


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
    return peak_memory() > limits.memory * 3 // 4


def peak_memory(process: int | str = "self") -> int:
    """The most bytes a running process has ever held; 0 where the system does not tell.

    (The `ru_maxrss` of `getrusage` will not do: a process inherits what its parent held when it was started.)
    """
    try:
        status = Path(f"/proc/{process}/status").read_bytes()
    except OSError:
        return 0
    found = _PEAK.search(status)
    return int(found[1]) * 1024 if found else 0
