"""Mend the rows that a CHECK constraint would refuse.

A row that fails is mended by one branch of the constraint, chosen by its number: columns are made again within what the branch leaves,
an order of two columns is set right, an equation is solved for its column. Keys and references are never touched.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .chance import Array, below, key_of, mix, np
from .checks import Condition
from .constraints import Constraints
from .facts import Rows, Values
from .keys import Refused
from .shapes import DAY, ORDERED, Column, day_of
from .values import Maker, maker_for

try:
    from .evaluate import Evaluator, NotUnderstood
    from .narrow import assignment, narrowed, null_demand, order_demand
except ImportError as error:  # pragma: no cover - without sqlglot there are no conditions
    if error.name != "sqlglot":
        raise

_ROUNDS = 20
_ENDLESS = 1 << 62
_GAP = {"date": 14, "datetime": 5 * DAY, "time": 2 * 3_600_000_000}


class _Mending(NamedTuple):
    """Rows that one branch of a condition mends: *mask* says which, *again* holds other chances for them."""

    condition: Condition
    branch: list[Any]
    mask: Array
    rows: Rows
    again: Rows


@dataclass
class Repair:
    """Mends the rows of one table."""

    constraints: Constraints
    makers: Mapping[str, Maker]
    fixed: frozenset[str]  # keys
    referring: tuple[tuple[str, ...], ...] = ()  # columns of each reference: they change together or not at all
    _narrow_makers: dict[Any, Maker] = field(default_factory=dict)

    def mend(self, rows: Rows) -> None:
        """Change values until every constraint holds.

        Raises:
            Refused: that was not reached.
        """
        failing = self._failing(rows)
        for attempt in range(1, _ROUNDS + 1):
            if not failing:
                return
            again = rows.again(attempt)
            for condition, mask in failing:
                self._mend(condition, mask, rows, again)
            failing = self._failing(rows)
        if failing:
            raise self._refusal(*failing[0], rows)

    def _failing(self, rows: Rows) -> list[tuple[Condition, Array]]:
        count = rows.stop - rows.start
        passed = [(condition, condition.passes(rows.done, count)) for condition in self.constraints.conditions]
        return [(condition, ~let_in) for condition, let_in in passed if not let_in.all()]

    def _refusal(self, condition: Condition, mask: Array, rows: Rows) -> Refused:
        place = int(np.flatnonzero(mask)[0])
        row = {name: _shown(rows.done[name], place) for name in condition.columns}
        table = self.constraints.table.name
        return Refused(
            f"{table}: {condition.label} refuses {int(mask.sum()):,} of {len(mask):,} rows that can be made, for example {row}: "
            f"say in a spec what {', '.join(condition.columns)} may be"
        )

    def _mend(self, condition: Condition, mask: Array, rows: Rows, again: Rows) -> None:
        branches = condition.branches
        turn = (mix(rows.numbers, key_of(condition.check.sql, size=7)) >> np.uint64(33)).astype(np.int64) + again.attempt
        changed: set[str] = set()
        for number, branch in enumerate(branches):
            chosen = mask & (turn % len(branches) == number)
            if chosen.any():
                changed |= self._meet(_Mending(condition, branch, chosen, rows, again), number)
        self._follow(changed, mask, rows)

    def _meet(self, work: _Mending, number: int) -> set[str]:
        """Make the chosen rows meet every demand of a branch."""
        changed: set[str] = set()
        if work.again.attempt > len(work.condition.branches):  # each branch had its turn, and none was enough
            changed = self._roll(work)
        changed.update(name for name in work.condition.columns if not self._is_set(name) and self._remake(work, number, name))
        for demand in work.branch:
            for meet in (self._null, self._order, self._solve):
                changed |= meet(demand, work)
        return changed

    def _is_set(self, name: str) -> bool:
        """Whether a value is not ours to change: it is a key, or refers to one."""
        return name in self.fixed or any(name in columns for columns in self.referring)

    def _roll(self, work: _Mending) -> set[str]:
        names = set(work.condition.columns)
        names.update(name for columns in self.referring if names.intersection(columns) for name in columns)
        free = [name for name in self.makers if name in names and name not in self.fixed]
        for name in free:
            _write(work.rows, name, self._rolled(name, work.again), work.mask)
        return set(free)

    def _rolled(self, name: str, again: Rows) -> Values:
        """Other values for a column; NULL where nothing else has helped."""
        values = self.makers[name].values(again)
        if again.attempt < _ROUNDS or not self.makers[name].column.nullable:
            return values
        return Values(values.data, np.ones(len(values.data), dtype=bool))

    def _remake(self, work: _Mending, number: int, name: str) -> bool:
        """Make a column again within what the branch leaves of it."""
        key = (work.condition.check, number, name)
        if key not in self._narrow_makers:
            self._narrow_makers[key] = self._narrow_maker(name, work)
        maker = self._narrow_makers[key]
        if maker is self.makers[name]:
            return False
        _write(work.rows, name, maker.values(work.again), work.mask)
        return True

    def _narrow_maker(self, name: str, work: _Mending) -> Maker:
        table = self.constraints.table
        column = table.column(name)
        for demand in work.branch:
            column = narrowed(column, demand, table, work.condition.now) or column
        return self.makers[name] if column == table.column(name) else maker_for(column, table)

    def _null(self, demand: Any, work: _Mending) -> set[str]:
        found = null_demand(demand, self.constraints.table)
        if not found or found[0].name in self.fixed:  # a reference may become NULL
            return set()
        column, null = found
        values = work.rows.done[column.name]
        had = values.null if values.null is not None else np.zeros(len(work.mask), dtype=bool)
        work.rows.done[column.name] = Values(values.data, had | work.mask if null and column.nullable else had & ~work.mask)
        return {column.name}

    def _order(self, demand: Any, work: _Mending) -> set[str]:
        found = order_demand(demand, self.constraints.table)
        if not found:
            return set()
        pair = _Pair(*found)
        gap = 1 + below(work.again.raw(f"#gap {pair.lower.name} {pair.higher.name}"), pair.widest_gap)
        new, wrong = pair.set_right(work.rows.done, gap, {name for name in work.condition.columns if self._is_set(name)})
        for column, data in new:
            inside = work.mask & wrong & (data >= _or(column.low, -_ENDLESS)) & (data <= _or(column.high, _ENDLESS))
            _write(work.rows, column.name, Values(data, work.rows.done[column.name].null), inside)
        return {column.name for column, _data in new}

    def _solve(self, demand: Any, work: _Mending) -> set[str]:
        table = self.constraints.table
        found = assignment(demand, table)
        if not found or self._is_set(found[0].name):
            return set()
        column, expression = found
        try:
            term = Evaluator(table, work.rows.done, day_of(work.rows.until) * DAY).term(expression)
        except NotUnderstood:
            return set()
        data = _as_units(np.broadcast_to(term.data, work.mask.shape), column)
        null = np.broadcast_to(np.asarray(term.null), work.mask.shape)
        _write(work.rows, column.name, Values(data, null & column.nullable), work.mask)
        return {column.name}

    def _follow(self, changed: set[str], mask: Array, rows: Rows) -> None:
        """Make again what follows from changed columns, as a total does from a price."""
        for name, maker in self.makers.items():
            if changed.intersection(maker.needs) and name not in changed and name not in self.fixed:
                _write(rows, name, maker.values(rows), mask)


class _Pair(NamedTuple):
    """Two columns, the first of which must be lower (or equal, unless *strict*)."""

    lower: Column
    higher: Column
    strict: bool

    @property
    def widest_gap(self) -> int:
        """How far apart two values are put at most, in the finer unit of both."""
        return _GAP.get(self.higher.kind, 10 ** (max(self.lower.scale, self.higher.scale) + 1))

    def set_right(self, done: Mapping[str, Values], gap: Array, fixed: set[str]) -> tuple[list[tuple[Column, Array]], Array]:
        """New values for one or both, and the rows in which they are needed."""
        low, high = self._fine(done, self.lower), self._fine(done, self.higher)
        wrong = (low >= high) if self.strict else (low > high)
        free = [column for column in (self.higher, self.lower) if column.name not in fixed]
        alike = self.lower.kind == self.higher.kind and self.lower.scale == self.higher.scale
        if len(free) == 2 and alike and not (low == high)[wrong].any():
            return [(self.lower, np.minimum(low, high)), (self.higher, np.maximum(low, high))], wrong
        if self.higher in free:
            return [(self.higher, -self._coarse(-(low + gap), self.higher))], wrong
        return [(self.lower, self._coarse(high - gap, self.lower))] if free else [], wrong

    def _unit(self, column: Column) -> int:
        """How many of the finer units one unit of a column is."""
        if column.kind == "date" and "datetime" in (self.lower.kind, self.higher.kind):
            return DAY
        return 1 if column.kind in _GAP else int(10 ** (max(self.lower.scale, self.higher.scale) - column.scale))

    def _fine(self, done: Mapping[str, Values], column: Column) -> Array:
        data = done[column.name].data
        return np.asarray((data if data.dtype == np.int64 else _as_units(data, column)) * self._unit(column))

    def _coarse(self, data: Array, column: Column) -> Array:
        return np.asarray(data // self._unit(column))


def _write(rows: Rows, name: str, new: Values, mask: Array) -> None:
    old = rows.done[name]
    none = np.zeros(len(mask), dtype=bool)
    null = np.where(mask, none if new.null is None else new.null, none if old.null is None else old.null)
    rows.done[name] = Values(np.where(mask, new.data, old.data), null if null.any() else None)


def _as_units(data: Array, column: Column) -> Array:
    if column.kind not in ORDERED or (column.kind == "float" and data.dtype.kind == "f"):
        return np.asarray(data)
    if column.kind == "date":
        return np.asarray(data // DAY)
    units = np.round(data * 10**column.scale) if data.dtype.kind == "f" else data * 10**column.scale
    return np.asarray(units).astype(np.int64)


def _or(limit: int | None, otherwise: int) -> int:
    return otherwise if limit is None else limit


def _shown(values: Values, place: int) -> Any:
    if values.null is not None and values.null[place]:
        return None
    value = values.data[place]
    return value.item() if isinstance(value, np.generic) else value
