"""Evaluate a CHECK constraint on whole columns at once, with the three truth values of SQL.

It understands what sqlglot parses and this module names; anything else is `NotUnderstood`, and the database is asked instead.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from .arithmetic import ARITHMETIC
from .chance import Array, np
from .facts import Values
from .functions import FUNCTIONS
from .moments import MOMENTS, interval_of
from .nested import array_items
from .patterns import regex_of
from .shapes import DAY, Column, Table
from .terms import NotUnderstood, Term, as_moment, as_number, each_of, is_false, is_true, truth_of

_NUMBERS = ("INT", "BIGINT", "SMALLINT", "TINYINT", "DECIMAL", "DOUBLE", "FLOAT", "MONEY", "BOOLEAN")
LATE = 75 * 366  # days after `until` that still count as "now" on the day when the database looks
_TOLERANCE = 1e-13

Evaluation = Callable[["Evaluator", exp.Expression], Term]


class Evaluator:
    """Evaluates expressions over the values of some rows of *table*."""

    def __init__(self, table: Table, done: Mapping[str, Values], now: int) -> None:
        self.table, self.done, self.now = table, done, now
        self.exact = table.dialect == "sqlite"  # SQLite computes in binary floating point, the others in decimals
        self.any_case = table.dialect in ("mysql", "mssql")  # as their usual collations do
        self.columns = {column.name.lower(): column for column in table.columns}

    def passes(self, node: exp.Expression) -> Array:
        """Which rows a CHECK lets in: those where it is true or unknown."""
        term = self.term(node)
        return np.asarray(np.logical_or(term.null, truth_of(term)))

    def term(self, node: exp.Expression) -> Term:
        """Evaluate an expression.

        Raises:
            NotUnderstood: it holds something that this module does not know.
        """
        for kind in type(node).__mro__:
            if evaluation := _EVALUATIONS.get(kind):
                found = evaluation(self, node)
                return Term(np.logical_not(truth_of(found)), found.null, "truth") if node.args.get("negate") else found
        raise NotUnderstood(node.sql())

    def null(self, node: exp.Expression) -> Array:
        """Where an expression is NULL; of a column of any kind."""
        if not isinstance(node, exp.Column):
            return np.asarray(self.term(node).null)
        values = self.done[self.column(node).name]
        return np.zeros(len(values.data), dtype=bool) if values.null is None else values.null

    def in_range(self, node: exp.Expression, data: Any) -> Any:
        """Whole numbers that the database's own arithmetic would not hold become no number: it raises an error for them."""
        found = [self.column(each) for each in node.find_all(exp.Column)]
        if self.exact or not found or any(column.kind != "int" for column in found):
            return data
        high = max(column.high or 0 for column in found)
        low = 0 if any(column.sql.endswith("UNSIGNED") or column.sql.startswith("YEAR") for column in found) else -high
        return np.where((low <= data) & (data <= high), data, np.nan)

    def column(self, node: exp.Expression) -> Column:
        """The column that an expression names.

        Raises:
            NotUnderstood: it is none of this table's, or gets its values from the database.
        """
        found = self.columns.get(node.name.lower())
        if found is None:
            raise NotUnderstood(node.sql())
        return found


def _column(self: Evaluator, node: exp.Expression) -> Term:
    if isinstance(node.this, exp.Star) or (node.name.lower() in ("true", "false") and node.name.lower() not in self.columns):
        raise NotUnderstood(node.sql())
    column = self.column(node)
    values = self.done[column.name]
    null = values.null if values.null is not None else False
    return Term(*_plain(column, values.data, null))


def _plain(column: Column, data: Array, null: Any) -> tuple[Any, Any, str]:
    if column.kind in ("decimal", "float"):
        if data.dtype == object:
            return data.astype(np.float64), null, "number"
        return (data / 10**column.scale if data.dtype == np.int64 and column.scale else data), null, "number"
    if column.kind == "int":
        return data, null, "number"
    if column.kind == "bool":
        return data != 0, null, "truth"
    if column.kind in ("date", "datetime", "time"):
        return (data * DAY if column.kind == "date" else data), null, "moment"
    if column.kind in ("text", "uuid", "network", "json"):
        return data, null, "text"
    if column.kind == "array":
        return data, null, "array"
    raise NotUnderstood(column.kind)


def _literal(_self: Evaluator, node: exp.Expression) -> Term:
    if node.is_string:
        return Term(node.this, False, "text")
    return Term(float(node.this) if "." in node.this or "e" in node.this.lower() else int(node.this), False, "number")


def _null(_self: Evaluator, _node: exp.Expression) -> Term:
    return Term(0, True, "any")


def _boolean(_self: Evaluator, node: exp.Expression) -> Term:
    return Term(bool(node.this), False, "truth")


def _inner(self: Evaluator, node: exp.Expression) -> Term:
    return self.term(node.this)


def _cast(self: Evaluator, node: exp.Expression) -> Term:
    term, kind = self.term(node.this), node.args["to"].this.name if isinstance(node, exp.Cast) else "DATE"
    if kind == "INTERVAL" and isinstance(term.data, str):
        return interval_of(self, exp.Interval(this=exp.Literal.string(term.data)))
    if kind in ("DATE", "DATETIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPLTZ", "TIMESTAMPNTZ", "DATETIME2", "SMALLDATETIME"):
        term = as_moment(term)
        return Term(term.data // DAY * DAY, term.null, "moment") if kind == "DATE" else term
    if kind in _NUMBERS and isinstance(term.data, str):
        term = as_number(term)
    if kind in ("INT", "BIGINT", "SMALLINT", "TINYINT") and term.kind in ("number", "truth"):
        return Term(np.trunc(term.data), term.null, "number")
    if kind in _NUMBERS and term.kind in ("number", "truth"):
        return term
    if kind in ("USERDEFINED", "TEXT", "VARCHAR", "CHAR", "NVARCHAR", "NCHAR", "BPCHAR", "NAME") and term.kind == "text":
        return term
    raise NotUnderstood(node.sql())


def _and(self: Evaluator, node: exp.Expression) -> Term:
    left, right = self.term(node.this), self.term(node.expression)
    no = np.logical_or(is_false(left), is_false(right))
    return Term(np.logical_not(no), np.logical_and(np.logical_or(left.null, right.null), np.logical_not(no)), "truth")


def _or(self: Evaluator, node: exp.Expression) -> Term:
    return _either(self.term(node.this), self.term(node.expression))


def _either(left: Term, right: Term) -> Term:
    yes = np.logical_or(is_true(left), is_true(right))
    return Term(yes, np.logical_and(np.logical_or(left.null, right.null), np.logical_not(yes)), "truth")


def _not(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    return Term(np.logical_not(truth_of(term)), term.null, "truth")


def _is(self: Evaluator, node: exp.Expression) -> Term:
    other = node.expression
    if isinstance(other, exp.Null):
        found = self.null(node.this)
    elif isinstance(other, exp.Boolean):
        term = self.term(node.this)
        found = is_true(term) if other.this else is_false(term)
    else:
        raise NotUnderstood(node.sql())
    return Term(found, False, "truth")


def _comparison(compare: Callable[[Any, Any, Any], Any]) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        later = isinstance(node, (exp.GT, exp.GTE))
        left, right = _at(self, node.this, not later), _at(self, node.expression, later)
        left, right = aligned(self, left, right)
        close = _close(self, left, right)
        return Term(compare(left.data, right.data, close), np.logical_or(left.null, right.null), "truth")

    return evaluate


def _at(self: Evaluator, node: exp.Expression, later: bool) -> Term:
    """Evaluate with the "now" that holds on whatever day the database looks: an early one for upper limits, a late one for lower ones."""
    now = self.now
    self.now = now + LATE * DAY if later else now
    try:
        return self.term(node)
    finally:
        self.now = now


def aligned(self: Evaluator, left: Term, right: Term) -> tuple[Term, Term]:
    """Bring two terms to one kind, as the database would.

    Raises:
        NotUnderstood: they have none in common.
    """
    if "moment" in (left.kind, right.kind) and left.kind != right.kind and "any" not in (left.kind, right.kind):
        return as_moment(left), as_moment(right)
    if left.kind == right.kind == "text":
        return (_folded(left), _folded(right)) if self.any_case else (left, right)
    if "text" in (left.kind, right.kind) and "any" not in (left.kind, right.kind):
        return as_number(left), as_number(right)
    return left, right


def _folded(term: Term) -> Term:
    """Text as the usual collations of these databases compare it: without case, and without blanks at the end."""
    return Term(each_of(lambda text: text.casefold().rstrip(" "), term.data), term.null, "text")


def _close(self: Evaluator, left: Term, right: Term) -> Any:
    """Where two numbers differ only because binary fractions are not decimal ones."""
    if self.exact or left.kind != "number" or right.kind != "number":
        return False
    return np.isclose(np.asarray(left.data, dtype=np.float64), np.asarray(right.data, dtype=np.float64), rtol=_TOLERANCE, atol=1e-10)


def _between(self: Evaluator, node: exp.Expression) -> Term:
    low = exp.GTE(this=node.this, expression=node.args["low"])
    high = exp.LTE(this=node.this, expression=node.args["high"])
    return self.term(exp.And(this=low, expression=high))


def members(node: exp.Expression) -> list[exp.Expression]:
    """The values of `IN (…)` or `= ANY (ARRAY[…])`.

    Raises:
        NotUnderstood: it is a query.
    """
    inner = node
    while isinstance(inner, (exp.Paren, exp.Cast, exp.Any)):
        inner = inner.this
    found = inner.expressions if isinstance(inner, (exp.Array, exp.Tuple, exp.In)) else None
    if found is None or (isinstance(inner, exp.In) and inner.args.get("query")):
        raise NotUnderstood(node.sql())
    return list(found)


def _in(self: Evaluator, node: exp.Expression) -> Term:
    listed = members(node)
    term: Term | None = None
    for each in listed:
        equal = self.term(exp.EQ(this=node.this, expression=each))
        term = equal if term is None else _either(term, equal)
    if term is None:
        raise NotUnderstood(node.sql())
    return term


def _equal(self: Evaluator, node: exp.Expression) -> Term:
    if isinstance(node.expression, exp.Any):
        return _in(self, exp.In(this=node.this, expressions=members(node.expression)))
    return _comparison(lambda left, right, close: (left == right) | close)(self, node)


def _contained(self: Evaluator, node: exp.Expression) -> Term:
    """`x <@ ARRAY['a', 'b']`."""
    term, listed = self.term(node.this), {self.term(each).data for each in members(node.expression)}
    if term.kind != "array" or not all(isinstance(each, str) for each in listed):
        raise NotUnderstood(node.sql())
    return Term(each_of(lambda text: listed.issuperset(array_items(text)), term.data).astype(bool), term.null, "truth")


def _same_or_null(self: Evaluator, node: exp.Expression, same: bool) -> Term:
    """`IS NOT DISTINCT FROM`, where NULL is a value like others."""
    equal = _comparison(lambda left, right, close: (left == right) | close)(self, node)
    left, right = self.null(node.this), self.null(node.expression)
    found = np.where(np.logical_or(left, right), np.logical_and(left, right), equal.data)
    return Term(found if same else np.logical_not(found), False, "truth")


def _matches(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    if term.kind != "text":
        raise NotUnderstood(node.sql())
    if (regex := regex_of(node, self.table.dialect)) is None:
        raise NotUnderstood(node.sql())
    return Term(each_of(lambda text: regex.fullmatch(text) is not None, term.data).astype(bool), term.null, "truth")


def searched(node: exp.Expression) -> exp.Expression:
    """`IIF(a, b, c)` and `CASE x WHEN …` as `CASE WHEN …`."""
    if isinstance(node, exp.If):
        return exp.Case(ifs=[node], default=node.args.get("false"))
    if node.this is None:
        return node
    ifs = [exp.If(this=exp.EQ(this=node.this.copy(), expression=each.this.copy()), true=each.args["true"]) for each in node.args["ifs"]]
    return exp.Case(ifs=ifs, default=node.args.get("default"))


def _case(self: Evaluator, node: exp.Expression) -> Term:
    node = searched(node)
    found = self.term(node.args["default"]) if node.args.get("default") is not None else Term(0, True, "any")
    for each in reversed(node.args["ifs"]):
        yes, then = is_true(self.term(each.this)), self.term(each.args["true"])
        kind = then.kind if then.kind != "any" else found.kind
        found = Term(np.where(yes, then.data, found.data), np.where(yes, then.null, found.null), kind)
    return found


_EVALUATIONS: dict[type, Evaluation] = {
    **ARITHMETIC,
    **FUNCTIONS,
    **MOMENTS,
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Null: _null,
    exp.Boolean: _boolean,
    exp.Paren: _inner,
    exp.Cast: _cast,
    exp.Date: _cast,
    exp.TsOrDsToDate: _cast,
    exp.TimeStrToTime: lambda self, node: as_moment(self.term(node.this)),
    exp.And: _and,
    exp.Or: _or,
    exp.Not: _not,
    exp.Is: _is,
    exp.EQ: _equal,
    exp.NEQ: _comparison(lambda left, right, close: (left != right) & np.logical_not(close)),
    exp.GT: _comparison(lambda left, right, close: (left > right) & np.logical_not(close)),
    exp.GTE: _comparison(lambda left, right, close: (left >= right) | close),
    exp.LT: _comparison(lambda left, right, close: (left < right) & np.logical_not(close)),
    exp.LTE: _comparison(lambda left, right, close: (left <= right) | close),
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _matches,
    exp.ILike: _matches,
    exp.Glob: _matches,
    exp.SimilarTo: _matches,
    exp.ArrayContainedBy: _contained,
    exp.RegexpLike: _matches,
    exp.RegexpILike: _matches,
    exp.NullSafeEQ: lambda self, node: _same_or_null(self, node, True),
    exp.NullSafeNEQ: lambda self, node: _same_or_null(self, node, False),
    exp.If: _case,
    exp.Case: _case,
}
