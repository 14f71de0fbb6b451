"""Values between limits that are different in each row, such as `ends <= starts + INTERVAL '8 hours'`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlglot import exp

from .chance import Array, np
from .evaluate import Evaluator
from .facts import Values
from .shapes import DAY, Column, Table
from .solve import Bound

_GAPS = {"date": 14, "datetime": 5 * DAY, "time": 2 * 3_600_000_000}
_ENDLESS = 1 << 62


def widest_gap(column: Column) -> int:
    """How far from a single limit a value lies at most, in units of the column."""
    return _GAPS.get(column.kind, 10 ** (column.scale + 1))


def drawn(bounds: Sequence[Bound], done: Mapping[str, Values], table: Table, now: int, raw: Array, widest: int) -> tuple[Array, Array]:
    """A value for each row between the *bounds* of one column, and which rows have room for one.

    Raises:
        NotUnderstood: a limit cannot be evaluated.
    """
    column, count = bounds[0].column, len(raw)
    low, high = np.full(count, -_ENDLESS), np.full(count, _ENDLESS)
    for bound in bounds:
        limit, known = _limit(bound, done, table, now, count)
        if bound.kind in (exp.GT, exp.GTE):
            low = np.where(known, np.maximum(low, limit), low)
        else:
            high = np.where(known, np.minimum(high, limit), high)
    bounded = (low > -_ENDLESS) | (high < _ENDLESS)
    low = np.where(low == -_ENDLESS, high - widest, low)
    high = np.where(high == _ENDLESS, low + widest, high)
    low, high = np.maximum(low, _or(column.low, -_ENDLESS)), np.minimum(high, _or(column.high, _ENDLESS))
    room = bounded & (low <= high)
    size = np.where(room, np.minimum(high - low, (1 << 32) - 2) + 1, 1).astype(np.uint64)
    data = low + (((raw >> np.uint64(32)) * size) >> np.uint64(32)).astype(np.int64)
    return _on_the_second(data, low, column), room


def _limit(bound: Bound, done: Mapping[str, Values], table: Table, now: int, count: int) -> tuple[Array, Array]:
    """The limit itself, in units of the column and one closer where it must not be reached; and where there is one."""
    column, up = bound.column, bound.kind in (exp.GT, exp.GTE)
    term = Evaluator(table, done, now).term(bound.expression)
    exact = np.asarray(term.data, dtype=np.float64 if column.kind not in ("date", "datetime", "time") else np.int64)
    exact = exact / DAY if column.kind == "date" else exact * 10**column.scale if column.kind not in ("datetime", "time") else exact
    usable = np.isfinite(exact) & (np.abs(exact) < 1e15 if column.kind not in ("datetime", "time") else True) & np.logical_not(term.null)
    exact = np.where(usable, exact, 0)
    near = np.round(exact)
    exact = np.where(np.abs(exact - near) < 1e-6, near, exact)
    limit = np.ceil(exact) if up else np.floor(exact)
    step = {exp.GT: 1, exp.LT: -1}.get(bound.kind, 0)
    limit = limit.astype(np.int64) + np.where(limit == exact, step, 0)
    return np.broadcast_to(limit, (count,)), np.broadcast_to(usable, (count,))


def _on_the_second(data: Array, low: Array, column: Column) -> Array:
    """Moments without a fraction where there is room."""
    if column.kind not in ("datetime", "time"):
        return data
    whole = data // 1_000_000 * 1_000_000
    return np.asarray(np.where(whole >= low, whole, data))


def _or(limit: int | None, otherwise: int) -> int:
    return otherwise if limit is None else limit
