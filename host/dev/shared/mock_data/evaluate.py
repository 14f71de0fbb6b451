"""Evaluate a CHECK constraint on whole columns at once, with the three truth values of SQL.

It understands what sqlglot parses and this module names; anything else is `NotUnderstood`, and the database is asked instead.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlglot import exp

from .chance import Array, np
from .facts import Values
from .patterns import regex_of
from .shapes import DAY, Column, Table

_INTERVALS = {"SECOND": 1_000_000, "MINUTE": 60_000_000, "HOUR": 3_600_000_000, "DAY": DAY, "WEEK": 7 * DAY}
_INTERVALS |= {"MON": 31 * DAY, "MONTH": 31 * DAY, "YEAR": 366 * DAY}
_NUMBERS = ("INT", "BIGINT", "SMALLINT", "TINYINT", "DECIMAL", "DOUBLE", "FLOAT", "MONEY", "BOOLEAN")
_WHOLE = 9e18
LATE = 75 * 366  # days after `until` that still count as "now" on the day when the database looks
_TOLERANCE = 1e-13


class NotUnderstood(Exception):
    """This module does not know how to evaluate an expression."""


class Term(NamedTuple):
    """A value for each row: numbers, text, truth or moments (microseconds since 1970); *null* where there is none."""

    data: Any
    null: Any
    kind: str  # number, text, truth, moment, any


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
        return np.asarray(np.logical_or(term.null, _truth(term)))

    def term(self, node: exp.Expression) -> Term:
        """Evaluate an expression.

        Raises:
            NotUnderstood: it holds something that this module does not know.
        """
        for kind in type(node).__mro__:
            if evaluation := _EVALUATIONS.get(kind):
                found = evaluation(self, node)
                return Term(np.logical_not(_truth(found)), found.null, "truth") if node.args.get("negate") else found
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


def _truth(term: Term) -> Any:
    if term.kind == "text":
        raise NotUnderstood("text as a condition")
    return np.asarray(term.data) != 0


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
        return _interval(self, exp.Interval(this=exp.Literal.string(term.data)))
    if kind in ("DATE", "DATETIME", "TIMESTAMP", "TIMESTAMPTZ", "TIMESTAMPLTZ", "TIMESTAMPNTZ", "DATETIME2", "SMALLDATETIME"):
        term = _as_moment(term)
        return Term(term.data // DAY * DAY, term.null, "moment") if kind == "DATE" else term
    if kind in _NUMBERS and isinstance(term.data, str):
        term = _as_number(term)
    if kind in ("INT", "BIGINT", "SMALLINT", "TINYINT") and term.kind in ("number", "truth"):
        return Term(np.trunc(term.data), term.null, "number")
    if kind in _NUMBERS and term.kind in ("number", "truth"):
        return term
    if kind in ("TEXT", "VARCHAR", "CHAR", "NVARCHAR", "NCHAR", "BPCHAR", "NAME") and term.kind == "text":
        return term
    raise NotUnderstood(node.sql())


def _as_moment(term: Term) -> Term:
    if term.kind == "moment":
        return term
    if isinstance(term.data, str):
        return Term(moment_of(term.data), term.null, "moment")
    raise NotUnderstood("text as a date")


def moment_of(text: str) -> int:
    """Microseconds since 1970 of an ISO date, moment or time of day.

    Raises:
        NotUnderstood: the text is none of them.
    """
    if clock := re.fullmatch(r"(\d\d?):(\d\d)(?::(\d\d))?", text):
        return (int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3] or 0)) * 1_000_000
    try:
        moment = datetime.fromisoformat(re.sub(r"^(\d{4})(\d\d)(\d\d)$", r"\1-\2-\3", text))
    except ValueError:
        raise NotUnderstood(text) from None
    return (moment.replace(tzinfo=None) - (moment.utcoffset() or timedelta()) - datetime(1970, 1, 1)) // timedelta(microseconds=1)


def _and(self: Evaluator, node: exp.Expression) -> Term:
    left, right = self.term(node.this), self.term(node.expression)
    no = np.logical_or(_is_false(left), _is_false(right))
    return Term(np.logical_not(no), np.logical_and(np.logical_or(left.null, right.null), np.logical_not(no)), "truth")


def _is_false(term: Term) -> Any:
    return np.logical_and(np.logical_not(term.null), np.logical_not(_truth(term)))


def _is_true(term: Term) -> Any:
    return np.logical_and(np.logical_not(term.null), _truth(term))


def _or(self: Evaluator, node: exp.Expression) -> Term:
    return _either(self.term(node.this), self.term(node.expression))


def _either(left: Term, right: Term) -> Term:
    yes = np.logical_or(_is_true(left), _is_true(right))
    return Term(yes, np.logical_and(np.logical_or(left.null, right.null), np.logical_not(yes)), "truth")


def _not(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    return Term(np.logical_not(_truth(term)), term.null, "truth")


def _is(self: Evaluator, node: exp.Expression) -> Term:
    other = node.expression
    if isinstance(other, exp.Null):
        found = self.null(node.this)
    elif isinstance(other, exp.Boolean):
        term = self.term(node.this)
        found = _is_true(term) if other.this else _is_false(term)
    else:
        raise NotUnderstood(node.sql())
    return Term(found, False, "truth")


def _comparison(compare: Callable[[Any, Any, Any], Any]) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        later = isinstance(node, (exp.GT, exp.GTE))
        left, right = _at(self, node.this, not later), _at(self, node.expression, later)
        left, right = self_aligned(self, left, right)
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


def self_aligned(self: Evaluator, left: Term, right: Term) -> tuple[Term, Term]:
    """Bring two terms to one kind, as the database would.

    Raises:
        NotUnderstood: they have none in common.
    """
    if "moment" in (left.kind, right.kind) and left.kind != right.kind and "any" not in (left.kind, right.kind):
        return _as_moment(left), _as_moment(right)
    if left.kind == right.kind == "text":
        return (_folded(left), _folded(right)) if self.any_case else (left, right)
    if "text" in (left.kind, right.kind) and "any" not in (left.kind, right.kind):
        return _as_number(left), _as_number(right)
    return left, right


def _as_number(term: Term) -> Term:
    if term.kind != "text":
        return term
    try:
        return Term(float(term.data), term.null, "number")
    except (TypeError, ValueError):
        raise NotUnderstood("text as a number") from None


def _folded(term: Term) -> Term:
    """Text as the usual collations of these databases compare it: without case, and without blanks at the end."""
    return Term(_map(lambda text: text.casefold().rstrip(" "), term.data), term.null, "text")


def _map(function: Callable[[Any], Any], data: Any) -> Any:
    if isinstance(data, np.ndarray):
        found = np.empty(len(data), dtype=object)
        found[:] = [function(value) if value is not None else value for value in data.tolist()]
        return found
    return function(data)


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


def _matches(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    if term.kind != "text":
        raise NotUnderstood(node.sql())
    if (regex := regex_of(node, self.table.dialect)) is None:
        raise NotUnderstood(node.sql())
    return Term(_map(lambda text: regex.fullmatch(text) is not None, term.data).astype(bool), term.null, "truth")


def _arithmetic(operate: Callable[[Any, Any], Any]) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        left, right = self.term(node.this), self.term(node.expression)
        if left.kind == "moment" and right.kind == "moment":
            raise NotUnderstood(node.sql())
        if "text" in (left.kind, right.kind):
            raise NotUnderstood(node.sql())
        with np.errstate(all="ignore"):
            data = self.in_range(node, _without_overflow(operate, left.data, right.data))
        kind = "moment" if "moment" in (left.kind, right.kind) else "number"
        return Term(data, np.logical_or(left.null, right.null), kind)

    return evaluate


def _without_overflow(operate: Callable[[Any, Any], Any], left: Any, right: Any) -> Any:
    """Whole numbers as long as 64 bits hold them, else floating point."""
    exact, rough = operate(left, right), operate(np.asarray(left, dtype=np.float64), np.asarray(right, dtype=np.float64))
    return exact if np.all(np.abs(rough) < _WHOLE) else rough


def _divide(left: Any, right: Any) -> Any:
    if all(np.asarray(side).dtype.kind == "i" for side in (left, right)) and np.all(np.asarray(right) != 0):
        return np.sign(left) * np.sign(right) * (np.abs(left) // np.abs(right))
    return np.asarray(left) / right


def _interval(_self: Evaluator, node: exp.Expression) -> Term:
    text = f"{node.this.name} {node.args.get('unit') or ''}".strip().upper()
    found = re.fullmatch(r"(-?\d+) *([A-Z]+?)S?", text)
    if not found or found[2] not in _INTERVALS:
        raise NotUnderstood(node.sql())
    return Term(int(found[1]) * _INTERVALS[found[2]], False, "moment")


def _length(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    if term.kind != "text":
        raise NotUnderstood(node.sql())
    if node.args.get("binary"):
        measure: Callable[[str], int] = lambda text: len(text.encode())  # noqa: E731
    elif self.table.dialect == "mssql":  # LEN does not count trailing blanks
        measure = lambda text: len(text.rstrip(" "))  # noqa: E731
    else:
        measure = len
    return Term(_map(measure, term.data).astype(np.int64), term.null, "number")


def _text_function(function: Callable[[str], str]) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        term = self.term(node.this)
        if term.kind != "text" or len([value for value in node.args.values() if value]) > 1:
            raise NotUnderstood(node.sql())
        return Term(_map(function, term.data), term.null, "text")

    return evaluate


def _position(self: Evaluator, node: exp.Expression) -> Term:
    term, part = self.term(node.this), self.term(node.args["substr"])
    if term.kind != "text" or not isinstance(part.data, str):
        raise NotUnderstood(node.sql())
    return Term(_map(lambda text: text.find(part.data) + 1, term.data).astype(np.int64), term.null, "number")


def _substring(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    start = int(node.args["start"].name) - 1 if node.args.get("start") else 0
    length = node.args.get("length") or node.expression
    stop = start + int(length.name) if length is not None else None
    if term.kind != "text" or start < 0:
        raise NotUnderstood(node.sql())
    cut = slice(-int(length.name), None) if isinstance(node, exp.Right) else slice(start, stop)
    return Term(_map(lambda text: text[cut], term.data), term.null, "text")


def _joined(self: Evaluator, node: exp.Expression) -> Term:
    left, right = self.term(node.this), self.term(node.expression)
    if left.kind != "text" or right.kind != "text":
        raise NotUnderstood(node.sql())
    return Term(left.data + right.data, np.logical_or(left.null, right.null), "text")


def _type_name(self: Evaluator, node: exp.Expression) -> Term:
    column = self.column(node.this)
    name = {"int": "integer", "bool": "integer", "text": "text", "float": "real", "binary": "blob"}.get(column.kind)
    if name is None:
        raise NotUnderstood(node.sql())
    null = self.done[column.name].null
    return Term(name if null is None else np.where(null, "null", name).astype(object), False, "text")


def _absolute(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    return Term(np.abs(_as_number(term).data), term.null, "number")


def _negative(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    return Term(-term.data, term.null, term.kind)


def _round(self: Evaluator, node: exp.Expression) -> Term:
    term, digits = self.term(node.this), node.args.get("decimals")
    unit = 10 ** (int(digits.name) if digits else 0)
    data = np.asarray(_as_number(term).data, dtype=np.float64)
    return Term(np.copysign(np.floor(np.abs(data) * unit + 0.5), data) / unit, term.null, "number")  # half away from zero


def _coalesce(self: Evaluator, node: exp.Expression) -> Term:
    found = self.term(node.this)
    for each in node.expressions:
        other = self.term(each)
        data = np.where(found.null, other.data, found.data)
        found = Term(data, np.logical_and(found.null, other.null), found.kind if found.kind != "any" else other.kind)
    return found


def _if(self: Evaluator, node: exp.Expression) -> Term:
    return _case(self, exp.Case(ifs=[node], default=node.args.get("false")))


def _case(self: Evaluator, node: exp.Expression) -> Term:
    if node.this is not None:
        raise NotUnderstood(node.sql())
    found = self.term(node.args["default"]) if node.args.get("default") is not None else Term(0, True, "any")
    for each in reversed(node.args["ifs"]):
        yes, then = _is_true(self.term(each.this)), self.term(each.args["true"])
        kind = then.kind if then.kind != "any" else found.kind
        found = Term(np.where(yes, then.data, found.data), np.where(yes, then.null, found.null), kind)
    return found


def _now(self: Evaluator, _node: exp.Expression) -> Term:
    return Term(self.now, False, "moment")


def _today(self: Evaluator, _node: exp.Expression) -> Term:
    return Term(self.now // DAY * DAY, False, "moment")


def _part_of_date(unit: str) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        term = _as_moment(self.term(node.this if unit else node.expression))
        name = unit or node.this.name.upper()
        moments = np.asarray(term.data).view("datetime64[us]")
        whole = {"YEAR": "Y", "MONTH": "M", "DAY": "D", "HOUR": "h"}.get(name)
        if whole is None:
            raise NotUnderstood(node.sql())
        number = moments.astype(f"datetime64[{whole}]").astype(np.int64)
        if name == "DAY":
            number = (moments.astype("datetime64[D]") - moments.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
        shifted = {"YEAR": number + 1970, "MONTH": number % 12 + 1, "DAY": number, "HOUR": number % 24}
        return Term(shifted[name], term.null, "number")

    return evaluate


def _documents(self: Evaluator, node: exp.Expression) -> Term:
    if node.name.lower() in ("json_valid", "isjson") and self.column(node.expressions[0]).kind == "json":
        return Term(1, False, "number")
    if node.name.lower() == "octet_length":
        return _length(self, exp.Length(this=node.expressions[0], binary=True))
    raise NotUnderstood(node.sql())


_EVALUATIONS: dict[type, Evaluation] = {
    exp.Column: _column,
    exp.Literal: _literal,
    exp.Null: _null,
    exp.Boolean: _boolean,
    exp.Paren: _inner,
    exp.Cast: _cast,
    exp.Date: _cast,
    exp.TsOrDsToDate: _cast,
    exp.TimeStrToTime: lambda self, node: _as_moment(self.term(node.this)),
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
    exp.RegexpLike: _matches,
    exp.RegexpILike: _matches,
    exp.Add: _arithmetic(lambda left, right: left + right),
    exp.Sub: _arithmetic(lambda left, right: left - right),
    exp.Mul: _arithmetic(lambda left, right: left * right),
    exp.Div: _arithmetic(_divide),
    exp.Mod: _arithmetic(np.fmod),
    exp.Neg: _negative,
    exp.Interval: _interval,
    exp.Length: _length,
    exp.Lower: _text_function(str.lower),
    exp.Upper: _text_function(str.upper),
    exp.Trim: _text_function(str.strip),
    exp.StrPosition: _position,
    exp.Substring: _substring,
    exp.Left: _substring,
    exp.Right: _substring,
    exp.DPipe: _joined,
    exp.Typeof: _type_name,
    exp.If: _if,
    exp.Abs: _absolute,
    exp.Round: _round,
    exp.Coalesce: _coalesce,
    exp.Case: _case,
    exp.CurrentTimestamp: _now,
    exp.CurrentDate: _today,
    exp.Year: _part_of_date("YEAR"),
    exp.Month: _part_of_date("MONTH"),
    exp.Day: _part_of_date("DAY"),
    exp.Extract: _part_of_date(""),
    exp.Anonymous: _documents,
}
