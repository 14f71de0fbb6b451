"""The CHECK constraints of a table: what they narrow for good, what is looked at in every row, what only the database knows."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from .chance import np
from .checks import Condition, parse, partial_keys
from .facts import UNTIL, Rows, Values
from .shapes import DAY, Column, Table, day_of
from .unique import unique_for
from .values import maker_for

try:
    from .narrow import narrowed, null_demand
    from .patterns import PATTERNS
except ImportError as error:  # pragma: no cover - without sqlglot there are no conditions
    if error.name != "sqlglot":
        raise

_ROOMY = 1_000_000
_TRIED = 200  # rows made to see whether natural values fit a pattern


@dataclass(frozen=True)
class Constraints:
    """The constraints of a table: those to be looked at in every row, and those that only the database can judge."""

    table: Table  # its columns narrowed
    conditions: tuple[Condition, ...] = ()
    sure: tuple[Condition, ...] = ()  # kept by the narrowed columns alone
    unproven: tuple[str, ...] = ()


def narrow_table(table: Table, seed: int = 0, until: str = UNTIL) -> Constraints:
    """Narrow the columns of a table by its constraints."""
    now = day_of(until) * DAY
    parsed = {check: parse(check, table, now) for check in table.checks}
    table, once = _partial(table, seed, now, until)
    sure = set()
    for check, condition in sorted(parsed.items(), key=lambda each: _speaks_of_a_pattern(each[1])):
        if condition and (demands := _mandatory(condition)):
            table, all_kept = _narrow_by(table, condition, demands, seed)
            if all_kept:
                sure.add(check)
    known = [replace(each, table=table) for each in parsed.values() if each]
    known = [each for each in known if each.evaluable]
    unproven = tuple(check.name or check.sql for check in table.checks if check not in {each.check for each in known})
    referring = {name for reference in table.references for name in reference.columns}
    kept = tuple(each for each in known if each.check in sure and not referring.intersection(each.columns))
    conditions = (*(each for each in known if each not in kept), *(replace(each, table=table) for each in once))
    return Constraints(table, conditions, kept, unproven)


def _partial(table: Table, seed: int, now: int, until: str) -> tuple[Table, list[Condition]]:
    """A unique key of a part of the rows is kept in all of them where its columns have room; else by which rows are that part."""
    if not table.partial:
        return table, []
    referring = {name for reference in table.references for name in reference.columns}
    understood = {each.once: each for each in partial_keys(table, now)}
    narrow = {
        key.columns
        for key in table.partial
        if referring.intersection(key.columns)
        or max(unique_for(table.column(name), table.name, seed, until=until).most for name in key.columns) < _ROOMY
    }
    everywhere = [key.columns for key in table.partial if key.columns not in narrow or key.columns not in understood]
    table = replace(table, unique=tuple(sorted({*table.unique, *everywhere})))
    covered = [set(key) for key in table.keys]
    return table, [
        understood[columns] for columns in understood if columns not in everywhere and not any(key <= set(columns) for key in covered)
    ]


def _speaks_of_a_pattern(condition: Condition | None) -> bool:
    """Patterns come last: by then it is known how long a text must be."""
    return condition is not None and condition.tree.find(*PATTERNS) is not None


def _mandatory(condition: Condition) -> list[Any]:
    """The demands that every row must meet; a NULL passes anyway and is no way out of its own."""
    branches = condition.branches
    escapes = [branch for branch in branches if len(branch) == 1 and (null_demand(branch[0], condition.table) or (None, False))[1]]
    rest = [branch for branch in branches if branch not in escapes]
    return rest[0] if len(rest) == 1 else []


def _narrow_by(table: Table, condition: Condition, demands: list[Any], seed: int) -> tuple[Table, bool]:
    all_kept = True
    for demand in sorted(demands, key=lambda each: _speaks_of_a_pattern(replace(condition, tree=each))):
        found = _narrow_one(table, condition, demand, seed)
        all_kept &= found is not None
        if found:
            table = replace(table, columns=tuple(found if column.name == found.name else column for column in table.columns))
    return table, all_kept


def _narrow_one(table: Table, condition: Condition, demand: Any, seed: int) -> Column | None:
    if asked := null_demand(demand, table):
        column, null = asked
        return replace(column, nulls=1.0) if null else replace(column, nullable=False)
    for name in condition.columns:
        column = table.column(name)
        found = narrowed(column, demand, table, condition.now)
        if found and found.alphabets != column.alphabets and _fits(column, table, replace(condition, tree=demand, table=table), seed):
            return None
        if found:
            return found
    return None


def _fits(column: Column, table: Table, condition: Condition, seed: int) -> bool:
    """Whether the natural values of a column fit a pattern: all of a unique one, else most."""
    if any(key == (column.name,) for key in table.keys):
        values = Values(unique_for(column, table.name, seed).make(np.arange(_TRIED, dtype=np.int64)))
        least = _TRIED
    else:
        values = Values(maker_for(column, table).values(Rows(seed, table.name, 0, 0, _TRIED)).data)
        least = _TRIED // 2
    return int(condition.passes({column.name: values}, _TRIED).sum()) >= least
