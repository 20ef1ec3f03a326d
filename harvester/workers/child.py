"""The process that reads pages: lists of jobs on stdin, as many results on stdout, both pickled.

`guard` runs it as `python -m harvester.workers.child SECONDS BYTES`. It ends when stdin does.
"""

import os
import pickle
import signal
import sys

from harvester import garbage
from harvester.reading import read
from harvester.workers.jobs import Job, Result, Unreadable
from harvester.workers.limits import Limits, impose, is_spent, start_clock

_NICE = 10  # the one process that writes is waited for most: it goes first, and so does whoever uses the machine


def main(seconds: str, memory: str) -> None:
    """Answer until there are no more jobs, or until this process has grown too large."""
    limits = Limits(float(seconds), int(memory))
    os.nice(_NICE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which then lets go of us
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a library that prints must not garble the answers
    impose(limits)
    garbage.search_seldom()
    pickle.dump("ready", answers)
    answers.flush()
    while not is_spent(limits):
        try:
            jobs: list[Job] = pickle.load(sys.stdin.buffer)  # noqa: S301  from our parent
        except EOFError:
            return
        pickle.dump([_read(job, limits) for job in jobs], answers, pickle.HIGHEST_PROTOCOL)
        answers.flush()


def _read(job: Job, limits: Limits) -> Result:
    capture, witness = job
    start_clock(limits.seconds)
    try:
        return read(capture, witness, follow=False)
    except MemoryError:
        return Unreadable(capture.provenance(), f"needs more than {limits.memory >> 20} MB to be read")
    except Exception as error:  # a page must not cost the others of its batch
        return Unreadable(capture.provenance(), f"{type(error).__name__}: {error}")
    finally:
        start_clock(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
