"""What one demand of a CHECK leaves of a column: a smaller range, fewer values, a length, a pattern."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any

from sqlglot import exp

from .chance import np
from .evaluate import LATE, Evaluator, members
from .patterns import DIGITS, LOWER, PATTERNS, UPPER, alphabets_of, regex_of
from .shapes import DAY, ORDERED, Column, Table
from .terms import NotUnderstood, Term, moment_of
from .values import units_of


def column_of(node: Any, table: Table) -> Column | None:
    """The column that an expression is, casts and brackets aside."""
    while isinstance(node, (exp.Paren, exp.Cast)):
        node = node.this
    if not isinstance(node, exp.Column):
        return None
    return next((column for column in table.columns if column.name.lower() == node.name.lower()), None)


def null_demand(node: Any, table: Table) -> tuple[Column, bool] | None:
    """The column that must be NULL (True) or must not be (False)."""
    negated = isinstance(node, exp.Not)
    inner = node.this if negated else node
    if isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Null) and (column := column_of(inner.this, table)):
        return column, not (negated ^ bool(inner.args.get("negate")))
    return None


def order_demand(node: Any, table: Table) -> tuple[Column, Column, bool] | None:
    """`lower`, `higher` and whether they must differ, for a comparison of two columns of one kind."""
    if not isinstance(node, (exp.GT, exp.GTE, exp.LT, exp.LTE)):
        return None
    left, right = column_of(node.this, table), column_of(node.expression, table)
    if left is None or right is None or left.kind not in ORDERED or right.kind not in ORDERED:
        return None
    strict = isinstance(node, (exp.GT, exp.LT))
    return (right, left, strict) if isinstance(node, (exp.GT, exp.GTE)) else (left, right, strict)


def narrowed(column: Column, node: Any, table: Table, now: int) -> Column | None:
    """The column with what a demand leaves of it; None if the demand is not about this column alone, or leaves nothing."""
    try:
        return _narrowed(column, node, table, Evaluator(table, {}, now))
    except (NotUnderstood, TypeError, ValueError):
        return None


def _narrowed(column: Column, node: Any, table: Table, constants: Evaluator) -> Column | None:
    negated = isinstance(node, exp.Not)
    inner = node.this if negated else node
    if table.dialect == "sqlite" and column.kind == "text" and (kind := _date_in_text(column, inner, negated, table)):
        return replace(column, kind=kind, alphabets=(), scale=0)
    if isinstance(inner, exp.Column) or isinstance(inner, exp.Is) and isinstance(inner.expression, exp.Boolean):
        return _truth(column, inner, negated, table)
    if isinstance(inner, exp.In) or isinstance(inner.expression, exp.Any):
        return _listed(column, inner, negated, table, constants)
    if isinstance(inner, exp.Between) and not negated:
        low = _narrowed(column, exp.GTE(this=inner.this, expression=inner.args["low"]), table, constants)
        return low and _narrowed(low, exp.LTE(this=inner.this, expression=inner.args["high"]), table, constants)
    if isinstance(inner, PATTERNS):
        return _patterned(column, inner, negated, table)
    if isinstance(inner, exp.Anonymous) and inner.name.lower() in ("json_valid", "isjson"):
        return _as_documents(column, inner, table)
    if isinstance(inner, exp.ArrayContainedBy) and not negated and column.element and _same(column_of(inner.this, table), column):
        listed = tuple(constants.term(each).data for each in members(inner.expression))
        return replace(column, element=replace(column.element, values=listed))
    return None if negated else _compared(column, inner, table, constants)


def _date_in_text(column: Column, node: Any, negated: bool, table: Table) -> str:
    """`day = date(day)` or `date(day) IS NOT NULL`: SQLite has no type for dates."""
    asked = isinstance(node, exp.Is) and isinstance(node.expression, exp.Null) and negated
    same = isinstance(node, (exp.EQ, exp.NullSafeEQ)) and not negated and _same(column_of(node.this, table), column)
    made = node.this if asked else node.expression if same else None
    if isinstance(made, exp.Date) and _same(column_of(made.this, table), column):
        return "date"
    is_moment = isinstance(made, exp.Anonymous) and made.name.upper() == "DATETIME" and len(made.expressions) == 1
    return "datetime" if is_moment and _same(column_of(made.expressions[0], table), column) else ""


def _truth(column: Column, node: Any, negated: bool, table: Table) -> Column | None:
    if isinstance(node, exp.Is):
        negated ^= not node.expression.this ^ bool(node.args.get("negate"))
        node = node.this
    if column.kind != "bool" or column_of(node, table) != column:
        return None
    return replace(column, low=int(not negated), high=int(not negated))


def _listed(column: Column, node: Any, negated: bool, table: Table, constants: Evaluator) -> Column | None:
    if column.element is not None or not _same(column_of(node.this, table), column):
        return None
    listed = members(node.expression if isinstance(node.expression, exp.Any) else node)
    values = tuple(_constant(column, constants.term(each)) for each in listed)
    if negated ^ bool(node.args.get("negate")):
        return _without(column, values)
    kept = tuple(value for value in values if not column.values or value in column.values)
    return _within(replace(column, values=kept, weights=())) if kept else None


def _within(column: Column) -> Column | None:
    """The column with those of its listed values that lie between its limits; None if there is none."""
    if not column.values or column.kind not in ORDERED:
        return column
    units = [_units(column, value) for value in column.values]
    inside = [(column.low is None or column.low <= unit) and (column.high is None or unit <= column.high) for unit in units]
    kept = tuple(value for value, is_inside in zip(column.values, inside, strict=True) if is_inside)
    return replace(column, values=kept, weights=column.weights if kept == column.values else ()) if kept else None


def _same(found: Column | None, column: Column) -> bool:
    return found is not None and found.name == column.name


def _without(column: Column, values: tuple[Any, ...]) -> Column | None:
    kept = tuple(value for value in column.values if value not in values)
    if column.values and not kept:
        return None
    excluded = values if column.kind not in ORDERED else tuple(_units(column, value) for value in values)
    return replace(column, values=kept, weights=(), excluded=(*column.excluded, *excluded))


def _constant(column: Column, term: Term) -> Any:
    """A constant as `Column.values` holds it."""
    if isinstance(term.data, np.ndarray) or term.null:
        raise NotUnderstood("not a constant")
    if term.kind == "moment" and column.kind in ("date", "datetime"):
        return str(np.datetime64(int(term.data), "us"))
    return term.data


def _units(column: Column, value: Any) -> int:
    return units_of(value if isinstance(value, str) else str(value), column)


def _patterned(column: Column, node: Any, negated: bool, table: Table) -> Column | None:
    if not _same(column_of(node.this, table), column) or column.values:
        return None
    if negated or node.args.get("negate"):
        return _without_pattern(column, node, table)
    alphabets = alphabets_of(node, table.dialect, column.length, column.shortest)
    return replace(column, alphabets=alphabets) if alphabets else None


def _without_pattern(column: Column, node: Any, table: Table) -> Column | None:
    """`x !~ '\\s'`, `x NOT LIKE '%[^0-9]%'`: a code of digits or letters, if the pattern lets one of them through."""
    regex = regex_of(node, table.dialect)
    size = max(min(column.length or 8, 8), column.shortest)
    for alphabet in (DIGITS, LOWER, UPPER):
        if regex and not column.alphabets and not any(regex.fullmatch((alphabet * size)[start : start + size]) for start in range(26)):
            return replace(column, alphabets=(alphabet,) * size)
    return None


def _as_documents(column: Column, node: Any, table: Table) -> Column | None:
    return replace(column, kind="json") if _same(column_of(node.expressions[0], table), column) else None


def _compared(column: Column, node: Any, table: Table, constants: Evaluator) -> Column | None:
    """`column < 5` or `5 > column`, also with its length or a multiple of nothing but itself."""
    mirrored = {exp.GT: exp.LT, exp.GTE: exp.LTE, exp.LT: exp.GT, exp.LTE: exp.GTE, exp.EQ: exp.EQ, exp.NEQ: exp.NEQ}
    kind = type(node)
    if kind not in mirrored:
        return None
    subject, other = node.this, node.expression
    if any(True for _ in other.find_all(exp.Column)):
        subject, other, kind = other, subject, mirrored[kind]
    if any(True for _ in other.find_all(exp.Column)):
        return None
    if kind in (exp.GT, exp.GTE):
        constants = Evaluator(table, {}, constants.now + LATE * DAY)
    term = constants.term(other)
    while isinstance(subject, (exp.Paren, exp.Trim)):
        subject = subject.this
    if isinstance(subject, (exp.StrPosition, exp.Substring, exp.Left)):
        pattern = _as_pattern(subject, kind, term)
        return pattern and _patterned(column, pattern, False, table)
    own = _same(column_of(_untrimmed(_argument(subject)), table), column)
    return _limited_by(column, subject, kind, term, constants) if own else None


def _argument(node: Any) -> Any:
    return node.this if isinstance(node, (exp.Length, exp.IntDiv, exp.Div, exp.Abs)) else node


def _limited_by(column: Column, subject: Any, kind: Any, term: Term, constants: Evaluator) -> Column | None:
    """What a comparison with a constant leaves, of the column itself, its length, its size, a part of it."""
    if isinstance(subject, exp.Length):
        return None if subject.args.get("binary") else _measured(column, kind, int(term.data))
    if isinstance(subject, (exp.IntDiv, exp.Div)):
        return _divided(column, constants.term(subject.expression), term) if kind == exp.EQ and column.kind == "int" else None
    if isinstance(subject, exp.Abs):
        return _limited_both_ways(column, kind, _point(column, term)) if column.kind in ORDERED else None
    if column.kind in ORDERED:
        return _limited(column, kind, _point(column, term))
    if kind == exp.EQ:
        return replace(column, values=(term.data,), weights=())
    return _without(column, (term.data,)) if kind == exp.NEQ else None


def _as_pattern(subject: Any, kind: Any, term: Term) -> Any:
    """`POSITION('@' IN x) > 1` and `LEFT(x, 2) = 'AB'` as `x LIKE …`."""
    if isinstance(subject, exp.StrPosition):
        if kind not in (exp.GT, exp.GTE, exp.NEQ):
            return None
        least = "_" * int(term.data if kind == exp.GT else max(term.data - 1, 0))
        return exp.Like(this=subject.this, expression=exp.Literal.string(f"{least}%{_untrimmed(subject.args['substr']).name}%"))
    at_the_start = isinstance(subject, exp.Left) or subject.args["start"].name == "1"
    if kind != exp.EQ or term.kind != "text" or not at_the_start:
        return None
    return exp.Like(this=subject.this, expression=exp.Literal.string(f"{term.data}%"))


def _untrimmed(node: Any) -> Any:
    while isinstance(node, (exp.Paren, exp.Cast, exp.Trim)):
        node = node.this
    return node


def _point(column: Column, term: Term) -> float | int:
    """A constant in the units of a column, not rounded yet."""
    if column.kind in ("date", "datetime", "time"):
        moment = moment_of(term.data) if isinstance(term.data, str) else int(term.data)
        return moment if column.kind != "date" else moment // DAY if moment % DAY == 0 else moment / DAY
    number = float(term.data) if not isinstance(term.data, int) else term.data
    exact = round(number * 10**column.scale, 6)
    return int(exact) if exact == int(exact) else exact


def _limited(column: Column, kind: Any, point: float | int) -> Column | None:
    low, high = column.low, column.high
    if kind == exp.NEQ:
        return replace(column, excluded=(*column.excluded, int(point))) if point == int(point) else column
    if kind in (exp.GT, exp.GTE, exp.EQ):
        least = math.floor(point) + 1 if kind == exp.GT else math.ceil(point)
        low = least if low is None else max(low, least)
    if kind in (exp.LT, exp.LTE, exp.EQ):
        most = math.ceil(point) - 1 if kind == exp.LT else math.floor(point)
        high = most if high is None else min(high, most)
    return _within(replace(column, low=low, high=high)) if low is None or high is None or low <= high else None


def _limited_both_ways(column: Column, kind: Any, point: float | int) -> Column | None:
    """`ABS(column) < 8`; of `ABS(column) > 8` the positive half."""
    found = _limited(column, kind, point)
    return found and (_limited(found, {exp.LT: exp.GT, exp.LTE: exp.GTE}[kind], -point) if kind in (exp.LT, exp.LTE) else found)


def _divided(column: Column, divisor: Term, quotient: Term) -> Column | None:
    """`column / 10 = 3` of whole numbers."""
    if not all(isinstance(term.data, int) and term.data > 0 for term in (divisor, quotient)):
        return None
    low = _limited(column, exp.GTE, quotient.data * divisor.data)
    return low and _limited(low, exp.LT, (quotient.data + 1) * divisor.data)


def _measured(column: Column, kind: Any, length: int) -> Column | None:
    least, most = column.shortest, column.length
    if kind in (exp.GT, exp.GTE, exp.EQ):
        least = max(least, length + 1 if kind == exp.GT else length)
    if kind in (exp.LT, exp.LTE, exp.EQ):
        limit = length - 1 if kind == exp.LT else length
        most = limit if most is None else min(most, limit)
    if kind == exp.NEQ:
        least = max(least, length + 1)
    return replace(column, shortest=least, length=most) if most is None or least <= most else None
