"""Solve a demand for one of its columns: `a + b + c = 100` for c, `ends - starts <= INTERVAL '8 hours'` for ends."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlglot import exp

from .narrow import column_of
from .shapes import Column, Table

_MIRRORED = {exp.EQ: exp.EQ, exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE}


class Bound(NamedTuple):
    """The column, how it compares (EQ, GT, GTE, LT, LTE) and the expression with which it does."""

    column: Column
    kind: Any
    expression: Any


def equals(demand: Any, table: Table) -> list[Bound]:
    """The columns that a demand sets to an expression; one that stands alone comes first."""
    found = [bound for bound in solved(demand, table) if bound.kind is exp.EQ]
    alone = [bound for bound in found if bound.expression in (demand.this, demand.expression)]
    return alone + [bound for bound in found if bound not in alone]


def between(demand: Any, table: Table) -> list[Bound]:
    """The limits that a demand sets to its columns."""
    return [bound for bound in solved(demand, table) if bound.kind is not exp.EQ]


def solved(demand: Any, table: Table) -> list[Bound]:
    """A comparison, solved for each of its columns where addition, subtraction and differences of dates are all that has to be undone."""
    kind = type(demand)
    if kind not in _MIRRORED or not all(side is not None for side in (demand.this, demand.expression)):
        return []
    found = [*_undone(demand.this, kind, demand.expression, table), *_undone(demand.expression, _MIRRORED[kind], demand.this, table)]
    return [bound for bound in found if _is_of_use(bound, demand)]


def _is_of_use(bound: Bound, demand: Any) -> bool:
    """Another column decides; of an equation also its own, as in `code = UPPER(code)`."""
    if not any(True for _ in bound.expression.find_all(exp.Column)):
        return False
    return not _holds(bound.expression, bound.column) or (bound.kind is exp.EQ and bound.expression in (demand.this, demand.expression))


def _holds(node: Any, column: Column) -> bool:
    return any(name.name.lower() == column.name.lower() for name in node.find_all(exp.Column))


def _undone(side: Any, kind: Any, other: Any, table: Table) -> Iterator[Bound]:
    while isinstance(side, (exp.Paren, exp.TimeStrToTime, exp.TsOrDsToDate)):
        side = side.this
    if column := column_of(side, table):
        yield Bound(column, kind, other)
    elif isinstance(side, exp.Add):
        yield from _undone(side.this, kind, _minus(other, side.expression), table)
        yield from _undone(side.expression, kind, _minus(other, side.this), table)
    elif isinstance(side, exp.Sub):
        yield from _undone(side.this, kind, _plus(other, side.expression), table)
        yield from _undone(side.expression, _MIRRORED[kind], _minus(side.this, other), table)
    elif isinstance(side, exp.Anonymous) and side.name.lower() == "julianday":
        yield from _undone(side.expressions[0], kind, exp.Anonymous(this="moment of julianday", expressions=[other.copy()]), table)
    elif isinstance(side, (exp.DateDiff, exp.TimestampDiff)):
        added = exp.DateAdd(this=side.expression.copy(), expression=other.copy(), unit=side.args.get("unit"))
        yield from _undone(side.this, kind, added, table)


def _minus(left: Any, right: Any) -> Any:
    return exp.Sub(this=exp.paren(left.copy()), expression=exp.paren(right.copy()))


def _plus(left: Any, right: Any) -> Any:
    return exp.Add(this=exp.paren(left.copy()), expression=exp.paren(right.copy()))
