"""A Python that has pytest and coverage imported and runs workflows, each in a process of its own.

On Linux it forks one process for each workflow: nothing that the tests of one do can reach the next, and nothing is
imported twice. Elsewhere it runs one workflow and ends. It reads jobs from its standard input, one JSON object a line,
and answers `{"pid": …}` when a job begins and `{"status": …}` when it is over.
"""

from __future__ import annotations

import atexit
import contextlib
import gc
import importlib
import json
import os
import select
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any, BinaryIO, NoReturn

_WARM = (
    *("argparse", "csv", "ctypes", "decimal", "encodings.utf_8_sig", "getpass", "logging.handlers"),
    *("sqlite3", "statistics", "subprocess", "tomllib", "unittest.mock"),
)

_BROKEN = 70  # exit code of a process in which not even pytest could tell what happened


def main(words: list[str]) -> int:
    """Serve jobs until the standard input ends. Words: `--fork`, `--many=FOLDER` for what many jobs share, modules to import beforehand."""
    requests, answers = os.fdopen(_own(0), "rb"), os.fdopen(_own(1), "wb")
    try:
        from workflow_template.testing import begun, child
    except ImportError as error:
        _answer(answers, problem=f"tests cannot be run here: {error}")
        return 2
    if "--fork" in words:
        shared = next((word.removeprefix("--many=") for word in words if word.startswith("--many=")), "")
        _warm(child, bool(shared), [word for word in words if not word.startswith("--")])
        _fork_for_each(child, begun if shared else None, Path(shared, f"cache-{os.getpid()}"), requests, answers)
    if line := requests.readline():
        _answer(answers, pid=os.getpid())
        _close(requests, answers)
        _end_with(lambda: child.do(json.loads(line), Path.cwd()))
    return 0


def _own(number: int) -> int:
    """Take a standard stream for ourselves: neither tests nor what they start can read or write it."""
    handle = os.dup(number)
    with open(os.devnull, "r+b") as nothing:
        os.dup2(nothing.fileno(), number)
    return handle


def _answer(answers: BinaryIO, **content: object) -> None:
    answers.write(json.dumps(content).encode() + b"\n")
    answers.flush()


def _warm(child: ModuleType, many: bool, modules: list[str]) -> None:
    """Import what every run needs, once: a small session of its own makes pytest, its plugins and coverage do it."""
    if many:
        for name in (*_WARM, *modules):
            with contextlib.suppress(Exception):
                importlib.import_module(name)
        with tempfile.TemporaryDirectory() as folder, contextlib.suppress(Exception):
            child.rehearse(Path(folder))
    gc.collect()
    gc.freeze()


def _fork_for_each(child: ModuleType, begun: ModuleType | None, cache: Path, requests: BinaryIO, answers: BinaryIO) -> NoReturn:
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    def next_job() -> Any:
        return _next_job(requests, answers)

    def do() -> int:
        code: int | None = begun.do(next_job, Path.cwd(), cache) if begun else None
        done: int = child.do(next_job(), Path.cwd()) if code is None else code
        return done

    _end_with(do)


def _next_job(requests: BinaryIO, answers: BinaryIO) -> Any:
    """Wait for a job and copy this process. Returns in the copy; the process itself goes on with the next, and ends here."""
    while line := requests.readline():
        pid = os.fork()
        if pid == 0:
            os.setsid()
            signal.signal(signal.SIGINT, signal.default_int_handler)
            _close(requests, answers)
            return json.loads(line)
        _answer(answers, pid=pid)
        _wait(pid, requests)
        _answer(answers, status=_end(pid))
    os._exit(0)


def _close(*streams: BinaryIO) -> None:
    """Let go of the streams, so that a copy of this process that a test leaves behind does not hold them open."""
    for stream in streams:
        os.close(stream.fileno())


def _end_with(work: Callable[[], int]) -> NoReturn:
    """Do this last and end, whatever threads the tests have left: these would keep Python from ending."""
    code = _BROKEN
    try:
        code = work()
        atexit._run_exitfuncs()
    except BaseException:  # noqa: BLE001 - whatever it is, it ends here
        sys.excepthook(*sys.exc_info())
    finally:
        os._exit(code)


def _wait(pid: int, requests: BinaryIO) -> None:
    """Wait for the process to end; when whoever asked is gone, end it."""
    try:
        ended = os.pidfd_open(pid)
    except (AttributeError, OSError):  # an old kernel, or a sandbox
        _wait_by_looking(pid)
        return
    poll = select.poll()
    poll.register(ended, select.POLLIN)
    poll.register(requests.fileno(), 0)  # tells only when the other end is closed
    if ended not in dict(poll.poll()):
        _end(pid)
        os._exit(1)
    os.close(ended)


def _wait_by_looking(pid: int) -> None:
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.005)


def _end(pid: int) -> int:
    """Take away what a workflow's tests left running, then their process. Returns its exit code, negative for a signal."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(pid, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
