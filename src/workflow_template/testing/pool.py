"""Workers side by side: hand out jobs, end those that take too long, go on after those that die."""

from __future__ import annotations

import contextlib
import json
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Any, NamedTuple

from workflow_template.core.errors import UserError

FORKS = sys.platform == "linux"
_GRACE = 0.5  # seconds, in which a worker writes down where it hangs


class Job(NamedTuple):
    """What to do for one workflow, as *what* tells the worker; what comes out is written into *aside*."""

    name: str
    aside: Path
    timeout: float
    what: dict[str, Any]

    def line(self) -> bytes:
        return json.dumps({**self.what, "name": self.name, "aside": str(self.aside), "timeout": self.timeout}).encode() + b"\n"


@dataclass(frozen=True)
class Ended:
    """How the process of a job ended: by itself with *status*, or not."""

    job: Job
    status: int | None
    timed_out: bool = False


class _Worker:
    """One worker process. *log* gets what it says when it breaks."""

    def __init__(self, top: Path, words: Sequence[str], log: Path) -> None:
        command = [sys.executable, "-m", "workflow_template.testing.worker", *words]
        with open(log, "ab") as errors:
            self._process = subprocess.Popen(  # noqa: S603 - our own module
                command, cwd=top, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, start_new_session=True
            )
        self.once = "--fork" not in words
        self._pid = 0
        self._late = False

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def run(self, job: Job) -> Ended:
        """Run one job to its end, whatever that is.

        Raises:
            UserError: the worker cannot run tests at all.
        """
        with contextlib.suppress(OSError):
            self._tell(job.line())
        begun = self._hear()
        if "problem" in begun:
            raise UserError(begun["problem"], "python -m pip install -r requirements-dev.txt")
        self._pid, self._late = begun.get("pid", 0), False
        timer = threading.Timer(job.timeout + _GRACE, self._stop_late)
        if job.timeout:
            timer.start()
        status = self._process.wait() if self.once else self._hear().get("status")
        timer.cancel()
        if self.once or status is None:
            self.stop()
        self._pid = 0
        return Ended(job, status, self._late)

    def close(self) -> None:
        """Let it end by itself."""
        with contextlib.suppress(OSError):
            self._pipe().close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(2)
        self.stop()

    def stop(self) -> None:
        """End it and all that its tests started."""
        _end_tree(self._pid)
        _end_tree(self._process.pid)
        self._process.wait()
        for stream in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                stream.close() if stream else None

    def _stop_late(self) -> None:
        self._late = True
        _end_tree(self._pid or self._process.pid)

    def _pipe(self) -> Any:
        return self._process.stdin

    def _tell(self, line: bytes) -> None:
        self._pipe().write(line)
        self._pipe().flush()

    def _hear(self) -> dict[str, Any]:
        """The next answer; empty when the worker is gone."""
        assert self._process.stdout  # noqa: S101 - it was asked for
        try:
            answer: dict[str, Any] = json.loads(self._process.stdout.readline() or b"{}")
        except (OSError, ValueError):
            return {}
        return answer


class Pool:
    """Runs jobs in *slots* workers. Leaving the `with` block ends whatever still runs."""

    def __init__(self, top: Path, slots: int, words: Sequence[str], log: Path) -> None:
        self._top, self._slots, self._words, self._log = top, slots, list(words), log
        self._left: deque[Job] = deque()
        self._news: queue.Queue[tuple[str, Any]] = queue.Queue()
        self._workers: dict[int, _Worker] = {}
        self._stopped = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._stopped = True
        self._left.clear()
        for worker in list(self._workers.values()):
            worker.stop()

    def run(self, jobs: Sequence[Job]) -> Iterator[tuple[str, Any]]:
        """Run all jobs in their order. Yields ("began", Job), ("ended", Ended), and ("", None) when nothing happened for a moment.

        Raises:
            UserError: the workers cannot run tests at all.
        """
        self._left.extend(jobs)
        for number in range(min(self._slots, len(jobs))):
            threading.Thread(target=self._slot, args=(number,), daemon=True).start()
        waiting = len(jobs)
        while waiting:
            try:
                kind, content = self._news.get(timeout=0.2)
            except queue.Empty:
                kind, content = "", None
            if kind == "broken":
                raise content
            waiting -= kind == "ended"
            yield kind, content

    def _slot(self, number: int) -> None:
        try:
            while not self._stopped:
                job = self._left.popleft()
                self._news.put(("began", job))
                self._news.put(("ended", self._worker(number).run(job)))
        except IndexError:  # nothing is left to do
            pass
        except BaseException as error:  # noqa: BLE001 - told in the thread that waits
            self._news.put(("broken", error))

    def _worker(self, number: int) -> _Worker:
        worker = self._workers.get(number)
        if worker is None or worker.once or not worker.alive:
            if worker:
                worker.close()
            worker = self._workers[number] = _Worker(self._top, self._words, self._log)
        return worker


def _end_tree(pid: int) -> None:
    """End a process and those that it started."""
    if not pid:
        return
    if os.name == "nt":
        subprocess.run(["taskkill", "/T", "/F", "/PID", str(pid)], capture_output=True, check=False)  # noqa: S603, S607 - Windows' own
        return
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
