"""Mend the rows that a CHECK constraint would refuse.

A row that fails is mended by one branch of the constraint, chosen by its number: columns are made again within what the branch leaves,
an order of two columns is set right, an equation is solved for its column. Keys and references are never touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from .chance import Array, below, key_of, mix, np, pool
from .checks import Condition
from .constraints import Constraints
from .facts import Rows, Values
from .forms import as_plain
from .keys import Refused
from .pairs import Pair
from .rolling import TRIES, mixed, rolled
from .shapes import DAY, ORDERED, Column, day_of
from .values import Maker, maker_for

try:
    from .evaluate import Evaluator
    from .limits import drawn, widest_gap
    from .narrow import narrowed, null_demand, order_demand
    from .solve import between, equals
    from .terms import NotUnderstood
except ImportError as error:  # pragma: no cover - without sqlglot there are no conditions
    if error.name != "sqlglot":
        raise

_PATIENCE = 8  # rounds in which only what a constraint asks is done, before other values are tried
_ENDLESS = 1 << 62


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
        failing = self._failing(rows, self.constraints.conditions)
        changed: set[str] = set()
        for attempt in range(1, _PATIENCE + TRIES + 1):
            if not failing:
                return
            again = rows.again(attempt)
            for condition, mask in failing:
                changed |= self._mend(condition, mask, rows, again)
            touched = [condition for condition in self.constraints.sure if changed.intersection(condition.columns)]
            failing = self._failing(rows, (*self.constraints.conditions, *touched))
        if failing:
            raise self._refusal(*failing[0], rows)

    def _failing(self, rows: Rows, conditions: Sequence[Condition]) -> list[tuple[Condition, Array]]:
        count = rows.stop - rows.start
        passed = [(condition, condition.passes(rows.done, count)) for condition in conditions]
        passed = [(condition, _or_once(condition, let_in, rows)) for condition, let_in in passed]
        return [(condition, ~let_in) for condition, let_in in passed if not let_in.all()]

    def _refusal(self, condition: Condition, mask: Array, rows: Rows) -> Refused:
        place = int(np.flatnonzero(mask)[0])
        table = self.constraints.table
        row = {name: _shown(rows.done[name], place, table.column(name)) for name in condition.columns}
        return Refused(
            f"{table.name}: {condition.label} refuses {int(mask.sum()):,} of {len(mask):,} rows that can be made, for example {row}: "
            f"say in a spec what {', '.join(condition.columns)} may be"
        )

    def _mend(self, condition: Condition, mask: Array, rows: Rows, again: Rows) -> set[str]:
        branches = condition.branches
        turn = (mix(rows.numbers, key_of(condition.check.sql, size=7)) >> np.uint64(33)).astype(np.int64) + again.attempt
        changed: set[str] = set()
        for number, branch in enumerate(branches):
            chosen = mask & (turn % len(branches) == number)
            if chosen.any():
                changed |= self._meet(_Mending(condition, branch, chosen, rows, again), number)
        return changed | self._follow(changed, mask, rows)

    def _meet(self, work: _Mending, number: int) -> set[str]:
        """Make the chosen rows meet every demand of a branch."""
        changed = self._roll(work) if work.again.attempt > _PATIENCE else set()
        met = self._demands(work, number)
        return changed | met if changed or met else self._roll(work)

    def _demands(self, work: _Mending, number: int) -> set[str]:
        changed = {name for name in work.condition.columns if not self._is_set(name) and self._remake(work, number, name)}
        for demand in work.branch:
            for meet in (self._null, self._order, self._solve):
                changed |= meet(demand, work)
        return changed | self._limit(work)

    def _is_set(self, name: str) -> bool:
        """Whether a value is not ours to change: it is a key, or refers to one."""
        return name in self.fixed or any(name in columns for columns in self.referring)

    def _roll(self, work: _Mending) -> set[str]:
        names = set(work.condition.columns)
        names.update(name for columns in self.referring if names.intersection(columns) for name in columns)
        free = [name for name in self.makers if name in names and name not in self.fixed]
        for name in free:
            self._write(work.rows, name, self._rolled(self.makers[name], work), work.mask)
        return set(free)

    def _rolled(self, maker: Maker, work: _Mending) -> Values:
        return rolled(
            maker, work.again, work.rows.done[maker.column.name], max(work.again.attempt - _PATIENCE, 0), self._is_set(maker.column.name)
        )

    def _remake(self, work: _Mending, number: int, name: str) -> bool:
        """Make a column again within what the branch leaves of it."""
        key = (work.condition.check, number, name)
        if key not in self._narrow_makers:
            self._narrow_makers[key] = self._narrow_maker(name, work)
        maker = self._narrow_makers[key]
        if maker is self.makers[name]:
            return False
        self._write(work.rows, name, self._rolled(maker, work), work.mask)
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
        pair = Pair(*found)
        widest = max(pair.widest_gap // 100 ** (work.again.attempt - 1), 1)  # closer with each attempt, at last equal
        gap = int(pair.strict) + below(work.again.raw(f"#gap {pair.lower.name} {pair.higher.name}"), widest)
        new, wrong = pair.set_right(work.rows.done, gap, {name for name in work.condition.columns if self._is_set(name)})
        for column, data in new:
            inside = work.mask & wrong & (data >= _or(column.low, -_ENDLESS)) & (data <= _or(column.high, _ENDLESS))
            self._write(work.rows, column.name, Values(data, work.rows.done[column.name].null), inside)
        return {column.name for column, _data in new}

    def _solve(self, demand: Any, work: _Mending) -> set[str]:
        table = self.constraints.table
        found = [bound for bound in equals(demand, table) if not self._is_set(bound.column.name)]
        if not found:
            return set()
        column, _kind, expression = found[(work.again.attempt - 1) % len(found)]
        try:
            term = Evaluator(table, work.rows.done, day_of(work.rows.until) * DAY).term(expression)
        except NotUnderstood:
            return set()
        data = _as_units(np.broadcast_to(term.data, work.mask.shape), column)
        if column.length is not None and column.kind == "text":  # "ß" becomes "SS"
            data = pool([text[: column.length] for text in data.tolist()])
        null = np.broadcast_to(np.asarray(term.null), work.mask.shape)
        self._write(work.rows, column.name, Values(data, null & column.nullable), work.mask & _holds(column, data))
        return {column.name}

    def _limit(self, work: _Mending) -> set[str]:
        """Draw a column anew between what the branch demands of it in each row."""
        table = self.constraints.table
        demands = [demand for demand in work.branch if not order_demand(demand, table)]
        found = [bound for demand in demands for bound in between(demand, table) if self._is_free(bound.column)]
        names = list(dict.fromkeys(bound.column.name for bound in found))
        if not names:
            return set()
        name = names[(work.again.attempt - 1) % len(names)]
        bounds = [bound for demand in work.branch for bound in between(demand, table) if bound.column.name == name]
        widest = max(widest_gap(bounds[0].column) // 100 ** (work.again.attempt - 1), 1)
        try:
            data, room = drawn(bounds, work.rows.done, table, day_of(work.rows.until) * DAY, work.again.raw(f"#between {name}"), widest)
        except NotUnderstood:
            return set()
        self._write(work.rows, name, Values(data, work.rows.done[name].null), work.mask & room)
        return {name}

    def _is_free(self, column: Column) -> bool:
        return column.kind in ORDERED and not self._is_set(column.name)

    def _follow(self, changed: set[str], mask: Array, rows: Rows) -> set[str]:
        """Make again what follows from changed columns, as a total does from a price."""
        followed = set()
        for name, maker in self.makers.items():
            if changed.intersection(maker.needs) and name not in changed and name not in self.fixed:
                self._write(rows, name, maker.values(rows), mask)
                followed.add(name)
        return followed

    def _write(self, rows: Rows, name: str, new: Values, mask: Array) -> None:
        old, none = rows.done[name], np.zeros(len(mask), dtype=bool)
        null = np.where(mask, none if new.null is None else new.null, none if old.null is None else old.null)
        data = mixed(mask, new.data, old.data, self.constraints.table.column(name))
        rows.done[name] = Values(data, null if null.any() else None)


def _or_once(condition: Condition, passing: Array, rows: Rows) -> Array:
    """The rows that pass, and of the others the first with each key, as long as no other block can know them."""
    if not condition.once or rows.block or rows.start or passing.all():
        return passing
    places = np.flatnonzero(~passing)
    keys = zip(*(rows.done[name].data[places].tolist() for name in condition.once), strict=True)
    first = dict(reversed([(key, place) for place, key in zip(places.tolist(), keys, strict=True)]))
    passing = passing.copy()
    passing[list(first.values())] = True
    return passing


def _as_units(data: Array, column: Column) -> Array:
    """The result of an expression in the units of a column."""
    if column.kind not in ORDERED:
        return np.asarray(data)
    if column.kind == "date":
        return np.asarray(data // DAY)
    exact = data * 10**column.scale
    return np.asarray(np.nan_to_num(np.round(exact), nan=_ENDLESS) if exact.dtype.kind == "f" else exact).astype(np.int64)


def _holds(column: Column, data: Array) -> Array:
    """Which of the values the type of a column holds."""
    if data.dtype != np.int64:
        return np.ones(len(data), dtype=bool)
    return np.asarray((data >= _or(column.low, -_ENDLESS)) & (data <= _or(column.high, _ENDLESS - 1)))


def _or(limit: int | None, otherwise: int) -> int:
    return otherwise if limit is None else limit


def _shown(values: Values, place: int, column: Column) -> Any:
    only = slice(place, place + 1)
    return as_plain(Values(values.data[only], None if values.null is None else values.null[only]), column)[0]
