"""Functions in CHECK constraints: of text, of numbers, of NULL."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlglot import exp

from .chance import np
from .moments import julian_day
from .nested import array_size
from .terms import NotUnderstood, Term, as_number, each_of

if TYPE_CHECKING:
    from .evaluate import Evaluation, Evaluator


def _length(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    if term.kind != "text":
        raise NotUnderstood(node.sql())
    if node.args.get("binary"):
        coding = {"mssql": "utf-16-le" if _is_wide(self, node) else "cp1252"}.get(self.table.dialect, "utf-8")
        measure: Callable[[str], int] = lambda text: len(text.encode(coding, "replace"))  # noqa: E731
    elif self.table.dialect == "mssql":  # LEN does not count trailing blanks
        measure = lambda text: len(text.rstrip(" "))  # noqa: E731
    else:
        measure = len
    return Term(each_of(measure, term.data).astype(np.int64), term.null, "number")


def _is_wide(self: Evaluator, node: exp.Expression) -> bool:
    return isinstance(node.this, exp.Column) and self.column(node.this).sql.upper().startswith("N")


def _text_function(function: Callable[[str], str]) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        term = self.term(node.this)
        if term.kind != "text" or len([value for value in node.args.values() if value]) > 1:
            raise NotUnderstood(node.sql())
        return Term(each_of(function, term.data), term.null, "text")

    return evaluate


def _position(self: Evaluator, node: exp.Expression) -> Term:
    term, part = self.term(node.this), self.term(node.args["substr"])
    if term.kind != "text" or not isinstance(part.data, str):
        raise NotUnderstood(node.sql())
    return Term(each_of(lambda text: text.find(part.data) + 1, term.data).astype(np.int64), term.null, "number")


def _substring(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    start = int(node.args["start"].name) - 1 if node.args.get("start") else 0
    length = node.args.get("length") or node.expression
    stop = start + int(length.name) if length is not None else None
    if term.kind != "text" or start < 0:
        raise NotUnderstood(node.sql())
    cut = slice(-int(length.name), None) if isinstance(node, exp.Right) else slice(start, stop)
    return Term(each_of(lambda text: text[cut], term.data), term.null, "text")


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
    return Term(np.abs(as_number(term).data), term.null, "number")


def _negative(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    return Term(-term.data, term.null, term.kind)


def _round(self: Evaluator, node: exp.Expression) -> Term:
    term, digits = self.term(node.this), node.args.get("decimals")
    unit = 10 ** (int(digits.name) if digits else 0)
    data = np.asarray(as_number(term).data, dtype=np.float64)
    return Term(np.copysign(np.floor(np.abs(data) * unit + 0.5), data) / unit, term.null, "number")  # half away from zero


def _coalesce(self: Evaluator, node: exp.Expression) -> Term:
    found = self.term(node.this)
    for each in node.expressions:
        other = self.term(each)
        data = np.where(found.null, other.data, found.data)
        found = Term(data, np.logical_and(found.null, other.null), found.kind if found.kind != "any" else other.kind)
    return found


def _extreme(choose: Callable[[Any, Any], Any]) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        """`GREATEST` and `LEAST`; PostgreSQL and SQL Server pass NULL over, the others do not."""
        found = self.term(node.this)
        passes_over = self.table.dialect in ("postgresql", "mssql")
        for each in node.expressions:
            other = self.term(each)
            both = choose(found.data, other.data)
            data = np.where(found.null, other.data, np.where(other.null, found.data, both)) if passes_over else both
            found = Term(data, (np.logical_and if passes_over else np.logical_or)(found.null, other.null), found.kind)
        return found

    return evaluate


def _sign(self: Evaluator, node: exp.Expression) -> Term:
    term = self.term(node.this)
    return Term(np.sign(as_number(term).data), term.null, "number")


def _whole(function: Callable[[Any], Any]) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        term = self.term(node.this)
        return Term(function(as_number(term).data), term.null, "number")

    return evaluate


def _how_many_null(self: Evaluator, node: exp.Expression) -> Term:
    """`num_nulls(a, b)` and `num_nonnulls(a, b)`."""
    nulls = np.sum([self.null(each) for each in node.expressions], axis=0)
    return Term(nulls if node.name.lower() == "num_nulls" else len(node.expressions) - nulls, False, "number")


def _type_of_document(self: Evaluator, node: exp.Expression) -> Term:
    names = {dict: "object", list: "array", str: "string", bool: "boolean", int: "number", float: "number", type(None): "null"}
    term = self.term(node.expressions[0])
    return Term(each_of(lambda text: names[type(json.loads(text))] if text else "null", term.data), term.null, "text")


def _array_size(self: Evaluator, node: exp.Expression) -> Term:
    """`cardinality(x)`; `array_length(x, 1)`, which is NULL for an empty array."""
    column = self.column(node.this)
    values = self.done[column.name]
    if column.kind != "array":
        raise NotUnderstood(node.sql())
    sizes = each_of(array_size, values.data).astype(np.int64)
    null = values.null if values.null is not None else False
    return Term(sizes, np.logical_or(null, sizes == 0) if node.expression is not None else null, "number")


def _by_name(self: Evaluator, node: exp.Expression) -> Term:
    if node.name.lower() in ("num_nulls", "num_nonnulls"):
        return _how_many_null(self, node)
    if node.name.lower() in ("json_typeof", "jsonb_typeof"):
        return _type_of_document(self, node)
    if node.name.lower() == "cardinality":
        return _array_size(self, exp.ArraySize(this=node.expressions[0]))
    if node.name.lower() in ("julianday", "moment of julianday"):
        return julian_day(self, node)
    if node.name.lower() in ("json_valid", "isjson") and self.column(node.expressions[0]).kind == "json":
        return Term(1, False, "number")
    if node.name.lower() in ("octet_length", "datalength"):
        return _length(self, exp.Length(this=node.expressions[0], binary=True))
    raise NotUnderstood(node.sql())


FUNCTIONS: dict[type, Evaluation] = {
    exp.ArraySize: _array_size,
    exp.Greatest: _extreme(np.maximum),
    exp.Least: _extreme(np.minimum),
    exp.Sign: _sign,
    exp.Floor: _whole(np.floor),
    exp.Ceil: _whole(np.ceil),
    exp.Neg: _negative,
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
    exp.Abs: _absolute,
    exp.Round: _round,
    exp.Coalesce: _coalesce,
    exp.Anonymous: _by_name,
}
