"""Stop a command at each of its file-changing calls, and look at what is left."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

FAULTS = ("kill", "after", "int", "28", "5", "13")  # ENOSPC, EIO, EACCES
PARTS = range(4)  # tests of one sweep, so that all workers share even the last one
Command = Sequence[str | Path]


class Sweep:
    """Runs a command under the shim. *build* makes the folder that the command changes, the same each time."""

    def __init__(self, shim: Path, room: Path, build: Callable[[Path], Command]) -> None:
        self.shim, self.room, self.build = shim, room, build
        self.counter = room / "counter"
        self.top = room / "top"

    def run(self, number: int = 0, fault: str = "kill", sticky: bool = False) -> subprocess.CompletedProcess[bytes]:
        """Build afresh, then run the command with *fault* at call *number*."""
        shutil.rmtree(self.top, ignore_errors=True)
        self.top.mkdir(parents=True)
        command = self.build(self.top)
        self.counter.write_bytes(bytes(8))
        settings = {"LD_PRELOAD": self.shim, "FI_ROOT": self.top, "FI_CTR": self.counter, "FI_N": number, "FI_DO": fault}
        settings |= {"FI_STICKY": 1} if sticky else {}
        environment = {**os.environ, **{key: str(value) for key, value in settings.items()}}
        return subprocess.run(
            [str(word) for word in command],
            cwd=self.top,
            env=environment,
            capture_output=True,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def count(self) -> int:
        """How many calls the command makes when nothing stops it."""
        done = self.run()
        assert done.returncode == 0, done.stderr.decode()
        return int.from_bytes(self.counter.read_bytes(), "little")


def calls_to_stop(fault: str, calls: int, step: int, part: int) -> range:
    """Every *step*-th call, as far as it is in this part of the sweep."""
    first = 1 + FAULTS.index(fault) if fault in FAULTS else 1
    return range(first + part * step, calls + 1, step * len(PARTS))


def make_shim(folder: Path) -> Path:
    """Compile the shim; skips where there is no C compiler for Linux."""
    compiler = shutil.which("gcc")
    if compiler is None or os.name == "nt":
        pytest.skip("needs gcc on Linux")
    library = folder / "shim.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, Path(__file__).with_name("shim.c"), "-ldl"], check=True)
    return library
