"""A clock for measuring on a machine that others use too."""

from __future__ import annotations

import io
import os
import threading
import time

SCHEDULE = "/proc/thread-self/schedstat"  # of Linux: nanoseconds on a processor, and nanoseconds in the queue for one


class _Queue(threading.local):
    """How long this thread stood in the queue for a processor; a forked process opens the file of its own thread."""

    process = 0
    file: io.FileIO | None = None

    def seconds(self) -> float:
        if self.process != os.getpid():
            self.process, self.file = os.getpid(), _opened(SCHEDULE)
        return int(os.pread(self.file.fileno(), 80, 0).split()[1]) / 1e9 if self.file else 0.0


_queue = _Queue()


def now() -> float:
    """Seconds that passed, without those in which this thread was ready to work while others had all processors.

    Waiting for a disk, a server or a lock counts, as on a clock at the wall. Where the queue is not known (Windows), nothing is left out.
    """
    return time.perf_counter() - _queue.seconds()


def _opened(path: str) -> io.FileIO | None:
    try:
        return io.FileIO(path)
    except OSError:
        return None
