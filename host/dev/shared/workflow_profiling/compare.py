"""Compare two versions of a workflow in one run: in turn, on copies of the same rows, each in a process of its own."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import URL
from workflow_testing.databases import Databases

from workflow_profiling.ratio import LEAST_PAIRS, PAIRS, Ratio, ratio_of
from workflow_profiling.runs import Subject

CHILD = Path(__file__).with_name("child.py")
SIZES = (1 / 4, 1)


class CannotCompare(ValueError):
    """The other version cannot be found or run; the message says why."""


@dataclass(frozen=True)
class Compared:
    """The two versions at one size: seconds and statements of the other one and of this one, and how much longer this one takes."""

    rows: int
    before: tuple[float, ...]
    after: tuple[float, ...]
    ratio: Ratio
    statements: tuple[int, int]


@contextmanager
def other_version(subject: Subject, named: str) -> Iterator[Path]:
    """The workflow's folder in another version: *named* is a folder, or a branch, tag or commit of git.

    Raises:
        CannotCompare: it is neither, or the workflow is not in it.
    """
    if Path(named).is_dir():
        yield _workflow_in(Path(named).resolve(), subject)
        return
    top = _git(subject.folder, "rev-parse", "--show-toplevel").decode().strip()
    with tempfile.TemporaryDirectory() as folder:
        packed = _git(Path(top), "archive", "--format=tar", named)
        with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
            archive.extractall(folder, filter="data")
        yield _workflow_in(Path(folder) / "dev" / subject.name, subject)


def compare(subject: Subject, other: Path, databases: Databases, rows: int, seconds: float, tell: Callable[[str], None]) -> list[Compared]:
    """Run both versions in turn, in pairs, at a quarter of *rows* and at all of them, or at fewer when *seconds* do not suffice.

    Raises:
        CannotCompare: one of them fails.
    """
    until = time.perf_counter() + seconds
    with _Version(other, "the other version") as before, _Version(subject.folder, "this version") as after:
        bench = _Pairs(subject, databases, before, after, until, tell)
        largest = bench.largest(rows)
        return [bench.compare(each) for each in sorted({max(1, round(largest * share)) for share in SIZES})]


class _Version:
    """One version, in a process that waits for the next run."""

    def __init__(self, folder: Path, name: str) -> None:
        self.folder, self.name = folder, name
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process

    def __enter__(self) -> _Version:
        command = [sys.executable, "-P", str(CHILD), str(self.folder)]  # -P: nothing beside it is imported
        self._process = subprocess.Popen(  # noqa: S603 - our own script
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._errors, cwd=self.folder.parents[1], encoding="utf-8"
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()
        self._errors.close()

    def run(self, url: URL, *, watch: bool = False) -> dict[str, Any]:
        """Run it once on the database at *url*."""
        if self._process.stdin is None or self._process.stdout is None:
            raise CannotCompare(f"{self.name} was not started")
        try:
            self._process.stdin.write(json.dumps({"url": url.render_as_string(hide_password=False), "watch": watch}) + "\n")
            self._process.stdin.flush()
        except OSError:  # it has ended: its last words are read below
            pass
        answer = self._process.stdout.readline()
        if not answer:
            self._errors.seek(0)
            words = self._errors.read().decode("utf-8", errors="replace").strip().splitlines()[-12:]
            raise CannotCompare(f"{self.name} ({self.folder}) failed:\n" + "\n".join(words))
        found: dict[str, Any] = json.loads(answer)
        return found


class _Pairs:
    """Runs of both versions on copies of the same database."""

    def __init__(
        self, subject: Subject, databases: Databases, before: _Version, after: _Version, until: float, tell: Callable[[str], None]
    ) -> None:
        self.subject, self.databases, self.until, self.tell = subject, databases, until, tell
        self.before, self.after = before, after

    def largest(self, rows: int) -> int:
        """The largest size up to *rows* of which all pairs can be run in the time that is left."""
        tried = min(rows, 500)
        with self._filled(tried) as filled:  # the first run of a process is like no other
            self._run(self.before, filled), self._run(self.after, filled)
        while True:
            start = time.perf_counter()
            with self._filled(tried) as filled:
                runs = self._run(self.before, filled) + self._run(self.after, filled)
            cost = runs * PAIRS * sum(SIZES) + (time.perf_counter() - start - runs) * 2
            left = self.until - time.perf_counter()
            fitting = [rows // 2**halved for halved in range(20) if (rows / 2**halved / tried) ** 1.1 * cost < left]
            largest = max(1, fitting[0] if fitting else tried)
            if tried * 8 >= largest:
                return max(largest, tried)
            tried = min(largest, tried * 8)

    def compare(self, rows: int) -> Compared:
        """Run the pairs at one size; in every second one the new version is first."""
        before: list[float] = []
        after: list[float] = []
        with self._filled(rows) as filled:
            while len(after) < LEAST_PAIRS or (len(after) < PAIRS and time.perf_counter() < self.until):
                self.tell(f"pair {len(after) + 1} of {PAIRS} at {rows:,} rows")
                turns = [(self.before, before), (self.after, after)]
                for version, times in turns if len(after) % 2 == 0 else reversed(turns):
                    times.append(self._run(version, filled))
            statements = (self._count(self.before, filled), self._count(self.after, filled))
        return Compared(rows, tuple(before), tuple(after), ratio_of(before, after), statements)

    def _run(self, version: _Version, filled: URL) -> float:
        with self._copy(filled) as url:
            return float(version.run(url)["seconds"])

    def _count(self, version: _Version, filled: URL) -> int:
        with self._copy(filled) as url:
            return int(version.run(url, watch=True)["statements"])

    @contextmanager
    def _filled(self, rows: int) -> Iterator[URL]:
        url = self.databases.make(self.subject.samples)
        self.subject.fill(url, rows)
        try:
            yield url
        finally:
            self.databases.drop(url)

    @contextmanager
    def _copy(self, filled: URL) -> Iterator[URL]:
        url = self.databases.clone(filled, self.subject.samples)
        try:
            yield url
        finally:
            self.databases.drop(url)


def _workflow_in(folder: Path, subject: Subject) -> Path:
    """The folder of the workflow, given it or the top of its repository."""
    for candidate in (folder, folder / "dev" / subject.name, folder / "scripts" / subject.name):
        if (candidate / f"{subject.name.replace('-', '_')}.py").is_file():
            return candidate
    raise CannotCompare(f"{folder} has no {subject.name.replace('-', '_')}.py: name the folder of the workflow, or of its repository")


def _git(folder: Path, *words: str) -> bytes:
    done = subprocess.run(["git", *words], cwd=folder, capture_output=True, check=False)  # noqa: S603, S607 - read only
    if done.returncode:
        raise CannotCompare(f"neither a folder nor a version that git knows: {done.stderr.decode(errors='replace').strip()}")
    return done.stdout
