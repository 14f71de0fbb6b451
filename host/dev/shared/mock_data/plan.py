"""Plan several tables: parents before children, how many rows each, and what waits because tables refer to each other in a circle."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol

from .chance import Array
from .constraints import Constraints, narrow_table
from .keys import Ask, Keys, Parent, Refused, plan_keys, referred_to
from .shapes import Reference, Table
from .sieve import sieved
from .tables import Samples, TablePlan, Wish, plan_table
from .values import array_of


class Live(Protocol):
    """What a plan may ask a database."""

    def count(self, table: str) -> int:
        """How many rows are there now."""

    def largest(self, table: str, column: str) -> int:
        """The largest whole number of a column."""

    def keys(self, table: str, columns: Sequence[str]) -> dict[str, Array]:
        """The keys of rows that are there."""


class Nothing:
    """No database: tables are empty."""

    def count(self, _table: str) -> int:
        """No rows."""
        return 0

    def largest(self, _table: str, _column: str) -> int:
        """Nothing."""
        return 0

    def keys(self, _table: str, columns: Sequence[str]) -> dict[str, Array]:
        """None."""
        return {}


@dataclass(frozen=True)
class Plan:
    """What will be made, in the order in which it can be written."""

    tables: tuple[TablePlan, ...]
    wish: Wish
    deferred: tuple[str, ...] = ()  # tables whose references must be checked at the end of the transaction

    def table(self, name: str) -> TablePlan:
        """The plan of one table."""
        return next(each for each in self.tables if each.table.name == name)


@dataclass
class _Planning:
    tables: Mapping[str, Table]
    rows: Mapping[str, int]
    wish: Wish
    live: Live
    append: bool
    samples: Mapping[str, Samples]
    constraints: dict[str, Constraints] = field(default_factory=dict)
    parents: dict[str, Parent] = field(default_factory=dict)
    asks: dict[str, Ask] = field(default_factory=dict)
    keys: dict[str, Keys] = field(default_factory=dict)


def make_plan(
    tables: Mapping[str, Table],
    rows: Mapping[str, int],
    wish: Wish,
    *,
    live: Live | None = None,
    append: bool = True,
    samples: Mapping[str, Samples] | None = None,
) -> Plan:
    """Plan *rows* for each table; *tables* holds these and all that they refer to. *append*: behind the rows that are there.

    Raises:
        Refused: it cannot be, and the message says why.
    """
    rows = {name: count for name, count in rows.items() if count > 0}
    work = _Planning(tables, rows, wish, live or Nothing(), append, samples or {})
    for name in rows:
        work.constraints[name] = narrow_table(tables[name], wish.seed, wish.until)
    for name in rows:
        _plan_keys(work, name, ())
    order, later, deferred = _order({name: work.constraints[name].table for name in rows}, work.keys)
    plans = [_plan_one(work, name, later.get(name, ())) for name in order]
    return Plan(tuple(plans), wish, deferred)


def _plan_one(work: _Planning, name: str, later: tuple[str, ...]) -> TablePlan:
    ask = replace(work.asks[name], parents=work.parents)
    for reference in ask.table.references:
        _parent(work, reference, (name,))
    samples = work.samples.get(name, ())
    return plan_table(ask, work.keys[name], work.wish, work.constraints[name], samples=samples, later=later)


def _plan_keys(work: _Planning, name: str, within: tuple[str, ...]) -> None:
    """Plan the keys of a table, after those of the tables that its keys refer to."""
    if name in work.keys:
        return
    if name in within:
        raise Refused(f"the keys of {' and '.join(within)} refer to each other: no row could be the first")
    table = work.constraints[name].table
    for reference in table.references:
        if reference.table != name and (_matters(reference, table) or referred_to(name, work.tables).intersection(reference.columns)):
            _parent(work, reference, (*within, name))
    first = work.live.count(name) if work.append else 0
    starts = {table.counted: work.live.largest(name, table.counted) + 1 - first} if first and table.counted else {}
    ask = Ask(table, work.wish.seed, first, work.rows[name], work.parents, starts, work.wish.until, referred_to(name, work.tables))
    conditions = work.constraints[name].conditions
    ask = replace(ask, conditions=conditions)
    work.asks[name], work.keys[name] = ask, sieved(ask, conditions, plan_keys)
    work.parents[name] = Parent(first, work.rows[name], work.keys[name].made)


def _matters(reference: Reference, table: Table) -> bool:
    """Whether the keys of a table depend on a reference: it shares a column with a key, or with another reference."""
    others = [each.columns for each in table.references if each != reference]
    return any(set(columns) & set(reference.columns) for columns in (*table.keys, *others))


def _parent(work: _Planning, reference: Reference, within: tuple[str, ...]) -> None:
    """Make sure that the rows which a reference may hold are known: planned ones, else those of the database."""
    if reference.table in work.rows:
        _plan_keys(work, reference.table, within)
        return
    known = work.parents.get(reference.table)
    missing = [target for target in reference.targets if not known or target not in known.keys]
    if missing:
        wanted = [*(known.keys if known else ()), *missing]
        found = work.live.keys(reference.table, wanted)
        count = len(next(iter(found.values()), ()))
        other = work.tables[reference.table]
        work.parents[reference.table] = Parent(0, count, {name: _looked_up(other, name, values) for name, values in found.items()})


def _looked_up(table: Table, name: str, values: Array) -> Callable[[Array], Any]:
    column = next((each for each in table.columns if each.name == name), None)
    there = array_of(values.tolist(), column) if column else values
    return lambda numbers: there[numbers]


def _order(tables: Mapping[str, Table], keys: Mapping[str, Keys]) -> tuple[list[str], dict[str, tuple[str, ...]], tuple[str, ...]]:
    """Parents first. In a circle, a table whose references can be NULL goes first and gets them later; else the database must wait."""
    placed: list[str] = []
    later: dict[str, tuple[str, ...]] = {}
    deferred: list[str] = []
    waiting = dict(tables)
    while waiting:
        open_ends = {name: _open(table, waiting) for name, table in waiting.items()}
        ready = next((name for name in waiting if not open_ends[name]), None)
        if ready is None:
            ready = next((name for name in waiting if _can_wait(waiting[name], open_ends[name], keys[name])), None)
            if ready is not None:
                later[ready] = tuple(column for reference in open_ends[ready] for column in reference.columns)
            else:
                ready = next(iter(waiting))
                deferred.append(ready)
        placed.append(ready)
        del waiting[ready]
    return placed, later, tuple(deferred)


def _open(table: Table, waiting: Mapping[str, Table]) -> list[Reference]:
    return [reference for reference in table.references if reference.table in waiting and reference.table != table.name]


def _can_wait(table: Table, references: Sequence[Reference], keys: Keys) -> bool:
    columns = {column for reference in references for column in reference.columns}
    return bool(table.primary) and all(table.column(name).nullable and name not in keys.made for name in columns)
