"""How much memory a process held at most, watched from outside while it runs."""

import time
from threading import Thread

from harvester.workers.limits import peak_memory


class PeakMemory:
    """Watches a process until it ends; `bytes` is the most it has held so far."""

    def __init__(self, pid: int) -> None:
        self.bytes = 0
        self.thread = Thread(target=self._watch, args=(pid,), daemon=True)
        self.thread.start()

    def _watch(self, pid: int) -> None:
        while held := peak_memory(pid):
            self.bytes = max(self.bytes, held)
            time.sleep(0.002)
