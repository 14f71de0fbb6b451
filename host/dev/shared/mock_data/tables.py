"""Plan a table, then make its rows block by block: any block by itself, in any order, in any process."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from .chance import BLOCK
from .constraints import Constraints, narrow_table
from .edges import edged
from .facts import UNTIL, Rows, Values
from .keys import Ask, Keys, Parent, Refused, plan_keys, referred_to
from .references import makers_for
from .repair import Repair
from .samples import Samples, leaders, sampled
from .shapes import Column, Reference, Table
from .sieve import sieved
from .values import Maker, maker_for, with_nulls

_PROOF = 300  # rows in which a constraint is proven to be kept


@dataclass(frozen=True)
class Wish:
    """What is asked for: how many rows, of which seed and profile, and up to which day things have happened."""

    seed: int = 0
    profile: str = "typical"
    until: str = UNTIL


@dataclass(frozen=True)
class Block:
    """Values of neighbouring rows, column by column in the order of the table."""

    table: Table
    columns: dict[str, Values]
    count: int


@dataclass(frozen=True)
class TablePlan:
    """A table and how each of its columns is made. Row numbers begin at `first`."""

    table: Table
    wish: Wish
    first: int
    count: int
    makers: tuple[Maker, ...]  # each after those that it needs
    keys: Keys = field(compare=False)
    repair: Repair = field(compare=False)
    start: int | None = None  # where the counted column goes on, behind rows that are there
    later: tuple[str, ...] = ()  # columns of a reference in a circle: written when both tables are there

    def blocks(self) -> Iterator[Block]:
        """Make all rows."""
        for number in range(self.first // BLOCK, -(-(self.first + self.count) // BLOCK)):
            yield self.block(number)

    def block(self, number: int) -> Block:
        """Make the rows of one block."""
        rows = self.rows(number)
        self.repair.mend(rows)
        return Block(self.table, {column.name: rows.done[column.name] for column in self.table.columns}, rows.stop - rows.start)

    def rows(self, number: int, most: int = BLOCK) -> Rows:
        """The rows of one block as they are before a constraint was looked at; *most* of them."""
        start = max(self.first - number * BLOCK, 0)
        stop = min(self.first + self.count - number * BLOCK, BLOCK, start + most)
        rows = Rows(self.wish.seed, self.table.name, number, start, stop, self.wish.until)
        for maker in self.makers:
            rows.done[maker.column.name] = maker.values(rows)
        return rows

    def why(self, column: str) -> str:
        """Why a column gets the values that it gets."""
        return next(maker.why for maker in self.makers if maker.column.name == column)


def plan_table(
    ask: Ask,
    keys: Keys,
    wish: Wish,
    constraints: Constraints,
    *,
    samples: Samples = (),
    assumed: frozenset[str] = frozenset(),
    later: tuple[str, ...] = (),
) -> TablePlan:
    """Plan a table whose keys are planned. Parents in *assumed* are not known to be there: samples say more than they do."""
    table = ask.table
    sampled = {name for row in samples for name in row}
    makers = _referring_makers(ask, keys, lambda reference, free: reference.table in assumed and sampled.issuperset(free))
    decided = leaders(samples)
    for column in table.columns:
        if column.name not in makers:
            makers[column.name] = _maker(column, table, samples, decided)
    constraints = _with_samples(constraints, sampled)
    if wish.profile == "edge":
        makers = _with_edges(makers, table, constraints, keys, sampled)
    ordered = _in_order(makers)
    referring = tuple(reference.columns for reference in table.references)
    repair = Repair(constraints, {maker.column.name: maker for maker in ordered}, frozenset(keys.made), referring)
    return _proven(TablePlan(table, wish, ask.first, ask.count, ordered, keys, repair, ask.starts.get(table.counted), later))


def _referring_makers(ask: Ask, keys: Keys, is_sampled: Callable[[Reference, list[str]], bool]) -> dict[str, Maker]:
    """The makers of keys, and of references that are not sampled."""
    makers = {name: _key_maker(ask.table, name, keys) for name in keys.made}
    for reference in ask.table.references:
        free = [name for name in reference.columns if name not in makers]
        if free and not is_sampled(reference, free):
            for maker in makers_for(ask, keys, reference, [name for name in reference.columns if name in makers]):
                makers[maker.column.name] = maker
    return makers


def _with_edges(makers: Mapping[str, Maker], table: Table, constraints: Constraints, keys: Keys, sampled: set[str]) -> dict[str, Maker]:
    as_they_are = {name for reference in table.references for name in reference.columns} | set(keys.made) | sampled
    calm = {name for maker in makers.values() for name in maker.needs}
    computed = " ".join(sql for _, sql in table.computed)
    calm |= {column.name for column in table.columns if re.search(rf"(?<!\w){re.escape(column.name)}(?!\w)", computed)}
    calm |= {name for condition in constraints.conditions for name in condition.columns if condition.computes}
    return {
        name: maker if name in as_they_are or maker.needs else edged(maker, table.dialect, name in calm) for name, maker in makers.items()
    }


def _proven(plan: TablePlan) -> TablePlan:
    """Look at some rows: a constraint that was thought to be kept and is not must be looked at in every row."""
    constraints = plan.repair.constraints
    rows = plan.rows(plan.first // BLOCK, _PROOF)
    broken = tuple(each for each in constraints.sure if not each.passes(rows.done, rows.stop - rows.start).all())
    if not broken:
        return plan
    kept = tuple(each for each in constraints.sure if each not in broken)
    found = replace(constraints, sure=kept, conditions=constraints.conditions + broken)
    return replace(plan, repair=replace(plan.repair, constraints=found))


def _maker(column: Column, table: Table, samples: Samples, decided: Mapping[str, str]) -> Maker:
    """By the samples, where they have the column and nothing else says which values it may have."""
    if column.name not in decided or column.values or column.alphabets:
        return maker_for(column, table)
    leader, distinct = decided[column.name], len({str(row.get(column.name)) for row in samples})
    together = f", from the same row as {leader}" if leader != column.name else ""
    return with_nulls(Maker(column, sampled(column, samples, leader), f"one of {distinct} values of the samples{together}"), 0)


def _with_samples(constraints: Constraints, sampled: set[str]) -> Constraints:
    """Values of samples are not narrowed: what was sure is looked at in every row."""
    doubtful = tuple(each for each in constraints.sure if sampled.intersection(each.columns))
    kept = tuple(each for each in constraints.sure if each not in doubtful)
    return replace(constraints, sure=kept, conditions=constraints.conditions + doubtful)


def _key_maker(table: Table, name: str, keys: Keys) -> Maker:
    make = keys.made[name]
    return Maker(table.column(name), lambda rows: Values(make(rows.numbers)), keys.why[name])


def _in_order(makers: Mapping[str, Maker]) -> tuple[Maker, ...]:
    """Each after those that it needs."""
    placed: dict[str, Maker] = {}

    def place(maker: Maker) -> None:
        for needed in maker.needs:
            if needed in makers and needed not in placed:
                place(makers[needed])
        placed.setdefault(maker.column.name, maker)

    for maker in makers.values():
        place(maker)
    return tuple(placed.values())


def plan_alone(table: Table, count: int, wish: Wish, *, parents: Mapping[str, Table], first: int = 0, samples: Samples = ()) -> TablePlan:
    """Plan one table by itself, as if its *parents* had been made with as many rows and the same seed."""
    known: dict[str, Parent] = {}

    def assume(name: str, within: frozenset[str]) -> None:
        if name in known or name in within or name not in parents:
            return
        narrowed = narrow_table(parents[name], wish.seed, wish.until)
        other = narrowed.table
        for reference in other.references:
            assume(reference.table, within | {name})
        asked = Ask(other, wish.seed, first, count, known, {}, wish.until, referred_to(name, parents), narrowed.conditions)
        keys = sieved(asked, asked.conditions, plan_keys)
        known[name] = Parent(first, count, keys.made)

    for reference in table.references:
        assume(reference.table, frozenset({table.name}))
    constraints = narrow_table(table, wish.seed, wish.until)
    ask = Ask(constraints.table, wish.seed, first, count, known, {}, wish.until, referred_to(table.name, parents), constraints.conditions)
    keys = sieved(ask, ask.conditions, plan_keys)
    known[table.name] = Parent(first, count, keys.made)
    return plan_table(ask, keys, wish, constraints, samples=samples, assumed=frozenset(known) - {table.name})


__all__ = ["Block", "Refused", "TablePlan", "Wish", "plan_alone", "plan_table"]
