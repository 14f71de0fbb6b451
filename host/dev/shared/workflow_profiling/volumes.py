"""Run a workflow at several volumes: how long, how much memory, which statements, how many rows.

The sizes are run in rounds, all of them in each, so that what else the machine does falls on all alike. Timed runs are not watched;
statements and memory are looked at in runs of their own, because looking costs time.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import URL
from workflow_testing.databases import Databases
from workflow_testing.spy import SqlSpy, fingerprint
from workflow_testing.stopwatch import now

from workflow_profiling.runs import Subject

ROUNDS = 3
SHARES = {True: (1 / 16, 1 / 8, 1 / 4, 1), False: (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1)}  # is everything measured? else it is projected
PILOT_ROWS = 500
NOTICED = 0.03  # of the time that is left: a trial that takes more tells enough
COST_OF_ALL = {True: 5, False: 9}  # runs of the largest size that all runs together cost, when time grows with the rows


@dataclass
class StatementSum:
    """One statement of one line of code at one size: how often, how many rows it fetched, how many seconds it took."""

    sql: str
    place: str
    calls: int = 0
    rows: int = 0
    seconds: float = 0.0


@dataclass
class Size:
    """What was measured with so many *rows*; None is what was not looked at."""

    rows: int
    seconds: list[float] = field(default_factory=list)
    peak_bytes: int | None = None
    statements: list[StatementSum] | None = None

    @property
    def calls(self) -> int | None:
        return None if self.statements is None else sum(each.calls for each in self.statements)

    @property
    def fetched(self) -> int | None:
        return None if self.statements is None else sum(each.rows for each in self.statements)


def measure_sizes(subject: Subject, databases: Databases, rows: int, seconds: float, tell: Callable[[str], None]) -> list[Size]:
    """Measure *subject* at sizes up to *rows*, or up to the largest one for which *seconds* of time suffice."""
    bench = _Bench(subject, databases, time.perf_counter() + seconds, tell)
    largest = bench.largest(rows)
    sizes = [Size(each) for each in sorted({max(1, round(largest * share)) for share in SHARES[largest >= rows]})]
    bench.measure(sizes, whole=largest >= rows)
    return sizes


class _Trial(NamedTuple):
    """How long one run of so many rows took, and what it took to make them."""

    rows: int
    run: float
    filling: float


class _Bench:
    """The databases of each size, and the time that is left."""

    def __init__(self, subject: Subject, databases: Databases, deadline: float, tell: Callable[[str], None]) -> None:
        self.subject, self.databases, self.deadline, self.tell = subject, databases, deadline, tell
        self.filled: dict[int, URL] = {}

    def largest(self, rows: int) -> int:
        """The largest size up to *rows* of which everything can be measured in the time that is left.

        Small runs tell: each is eight times larger than the one before, until one takes a noticeable part of the time.
        """
        smaller = self._try(min(rows, PILOT_ROWS))
        while smaller.rows < rows:
            larger = self._try(min(rows, smaller.rows * 8))
            if larger.run + larger.filling > NOTICED * self._left():
                break
            smaller = larger
        else:
            larger = smaller
        halves = [rows // 2**halved for halved in range(20)]
        fits = [each for each in halves if self._cost(smaller, larger, each, whole=each >= rows) < self._left()]
        return max(1, fits[0] if fits else smaller.rows)

    def measure(self, sizes: list[Size], *, whole: bool) -> None:
        """Time each size in rounds; then look at the statements and the memory of those for which there is time.

        The largest size is run in each round when more is to be projected from it; when it is the *whole* size that is judged, only as
        long as there is time.
        """
        for size in sizes:
            self.tell(f"making {size.rows:,} rows")
            self.prepare(size.rows)
        for number in range(1, ROUNDS + 1):
            for size in sizes:
                if not (whole and size is sizes[-1] and size.seconds) or self._left() > 3 * size.seconds[0]:
                    self.tell(f"round {number} of {ROUNDS}: {size.rows:,} rows")
                    size.seconds.append(self.time_run(size.rows))
        for number in range(1, ROUNDS + 1):
            for size in sizes:
                if size is not sizes[-1] or self._left() > 3 * size.seconds[0]:
                    self.tell(f"looking at the statements of {size.rows:,} rows, {number} of {ROUNDS}")
                    size.statements = _shorter(self.watch_run(size.rows), size.statements)
        for size in sizes:
            if size in sizes[:3] or self._left() > 3 * size.seconds[0]:
                self.tell(f"looking at the memory of {size.rows:,} rows")
                size.peak_bytes = self.trace_run(size.rows)

    def prepare(self, rows: int) -> None:
        """Make the database with so many rows, which each run gets a copy of."""
        if rows not in self.filled:
            url = self.databases.make(self.subject.samples)
            self.subject.fill(url, rows)
            self.filled[rows] = url

    def time_run(self, rows: int) -> float:
        """How long one run takes."""
        with self._copy(rows) as url:
            gc.collect()
            start = now()
            self.subject.run(url)
            return now() - start

    def watch_run(self, rows: int) -> list[StatementSum]:
        """The statements of one run, those of one form and one line of code together."""
        with self._copy(rows) as url, SqlSpy().watching() as spy:
            self.subject.run(url)
        sums: dict[tuple[str, str], StatementSum] = {}
        for each in spy.statements:
            key = (fingerprint(each.sql), each.place)
            found = sums.setdefault(key, StatementSum(*key))
            found.calls, found.rows, found.seconds = found.calls + 1, found.rows + each.rows, found.seconds + each.seconds
        return sorted(sums.values(), key=lambda each: -each.seconds)

    def trace_run(self, rows: int) -> int:
        """The peak of the memory that Python allocates in one run, in bytes."""
        with self._copy(rows) as url:
            tracemalloc.start()
            try:
                self.subject.run(url)
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    @contextmanager
    def _copy(self, rows: int) -> Iterator[URL]:
        url = self.databases.clone(self.filled[rows], self.subject.samples)
        try:
            yield url
        finally:
            self.databases.drop(url)

    def _try(self, rows: int) -> _Trial:
        self.tell(f"trying {rows:,} rows")
        start = time.perf_counter()
        self.prepare(rows)
        filling = time.perf_counter() - start
        return _Trial(rows, min(self._passing(rows), self._passing(rows)), filling)  # the first run of all is like no other

    def _passing(self, rows: int) -> float:
        """How much of the time that is left one run takes, its copy and other programs included."""
        start = time.perf_counter()
        self.time_run(rows)
        return time.perf_counter() - start

    def _cost(self, smaller: _Trial, larger: _Trial, rows: int, *, whole: bool) -> float:
        """What everything costs at so many rows, by what more rows cost between two trials."""
        beyond = (rows - larger.rows) / max(1, larger.rows - smaller.rows)
        run = max(smaller.run, larger.run + max(0.0, larger.run - smaller.run) * beyond)
        filling = max(smaller.filling, larger.filling + max(0.0, larger.filling - smaller.filling) * beyond)
        return 1.2 * (run * COST_OF_ALL[whole] + filling * 2)

    def _left(self) -> float:
        return self.deadline - time.perf_counter()


def _shorter(one: list[StatementSum], other: list[StatementSum] | None) -> list[StatementSum]:
    """The statements of a run, each with the shortest time of all runs so far: a single one may have been disturbed."""
    times = {(each.sql, each.place): each.seconds for each in other or []}
    for each in one:
        each.seconds = min(each.seconds, times.get((each.sql, each.place), each.seconds))
    return sorted(one, key=lambda each: -each.seconds)
