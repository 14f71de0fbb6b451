"""Which statements grow too fast: one for each row (N+1), or one that takes longer for each row the more rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from workflow_profiling.volumes import Size, StatementSum

ROWS_PER_CALL = 50  # one more call for fewer rows than that is a query for each row; batches are larger
STEEPNESS = 0.35  # of the time for each row: n^0.35 slower; with n·log n it is 0.1, with n² it is 1
STILL_RISING = 1.15  # between the two largest sizes
LEAST_SHARE = 0.1  # of the time of all statements, below which nothing is said
LEAST_SECONDS = 0.02


@dataclass(frozen=True)
class Growing:
    """A statement that grows too fast, and how."""

    kind: str  # "calls" or "time"
    sql: str
    place: str
    how: str
    calls: tuple[int, ...]
    seconds: tuple[float, ...]


def growing(sizes: Sequence[Size]) -> list[Growing]:
    """The statements that grow too fast, by what was seen at each of the *sizes*; those that take most time first."""
    seen = [size for size in sizes if size.statements is not None]
    if len(seen) < 2:
        return []
    found = [each for statement in seen[-1].statements or [] if (each := _judge(statement, seen))]
    return sorted(found, key=lambda each: -each.seconds[-1])


def _judge(statement: StatementSum, sizes: Sequence[Size]) -> Growing | None:
    rows = [size.rows for size in sizes]
    same = [_same(statement, size) for size in sizes]
    calls, seconds = tuple(each.calls for each in same), tuple(each.seconds for each in same)
    more_calls, more_rows = calls[-1] - calls[0], rows[-1] - rows[0]
    if more_calls * ROWS_PER_CALL > more_rows:
        rate = more_calls / more_rows
        often = f"{rate:.1f} calls for each row" if rate >= 0.5 else f"one more call for every {more_rows / more_calls:.0f} rows"
        return Growing("calls", statement.sql, statement.place, f"{often}: {calls[-1]:,} calls at {rows[-1]:,} rows", calls, seconds)
    total = sum(each.seconds for each in sizes[-1].statements or [])
    if seconds[0] <= 0 or seconds[-1] < max(LEAST_SECONDS, LEAST_SHARE * total):
        return None
    slower = [_for_each_row(took, number, seconds[0], rows[0]) for took, number in zip(seconds, rows, strict=True)]
    steep = [times >= (number / rows[0]) ** STEEPNESS for times, number in zip(slower, rows, strict=True)]
    if not all(steep[-2:]) or slower[-1] < slower[-2] * STILL_RISING:  # the two largest must agree: one may have been disturbed
        return None
    before, after = (f"{1e6 * took / number:.1f} µs" for took, number in ((seconds[0], rows[0]), (seconds[-1], rows[-1])))
    how = f"{slower[-1]:.1f} times slower for each row: {before} at {rows[0]:,} rows, {after} at {rows[-1]:,}"
    return Growing("time", statement.sql, statement.place, how, calls, seconds)


def _for_each_row(seconds: float, rows: int, before: float, rows_before: int) -> float:
    """How many times longer a row takes than before."""
    return (seconds / rows) / (before / rows_before) if before > 0 else 1.0


def _same(statement: StatementSum, size: Size) -> StatementSum:
    """What the same statement did at another size; nothing where it was not there."""
    for each in size.statements or []:
        if (each.sql, each.place) == (statement.sql, statement.place):
            return each
    return StatementSum(statement.sql, statement.place)
