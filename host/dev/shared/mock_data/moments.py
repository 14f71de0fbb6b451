"""Dates and moments in CHECK constraints: differences, intervals, parts, today."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sqlglot import exp

from .chance import np
from .shapes import DAY
from .terms import NotUnderstood, Term, as_moment, as_number

if TYPE_CHECKING:
    from .evaluate import Evaluation, Evaluator

_INTERVALS = {"SECOND": 1_000_000, "MINUTE": 60_000_000, "HOUR": 3_600_000_000, "DAY": DAY, "WEEK": 7 * DAY}
_INTERVALS |= {"MON": 31 * DAY, "MONTH": 31 * DAY, "YEAR": 366 * DAY}


def interval_of(_self: Evaluator, node: exp.Expression) -> Term:
    """`INTERVAL '8 hours'`, `'08:00:00'::interval`."""
    text = f"{node.this.name} {node.args.get('unit') or ''}".strip().upper()
    if clock := re.fullmatch(r"(\d+):(\d\d):(\d\d)", text):
        return Term((int(clock[1]) * 3600 + int(clock[2]) * 60 + int(clock[3])) * 1_000_000, False, "moment")
    found = re.fullmatch(r"([+-]?\d+) *([A-Z]+?)S?", text)
    if not found:
        raise NotUnderstood(node.sql())
    return Term(int(found[1]) * _size_of(found[2], node), False, "moment")


def _size_of(unit: str, node: exp.Expression) -> int:
    if unit not in _INTERVALS:
        raise NotUnderstood(node.sql())
    return _INTERVALS[unit]


def _unit_of(node: exp.Expression) -> str:
    unit = node.args.get("unit")
    return unit.name.upper().removesuffix("S") if unit is not None else "DAY"


def _added(self: Evaluator, node: exp.Expression) -> Term:
    """`DATEADD(day, 30, x)`, `DATE_ADD(x, INTERVAL 3 DAY)`."""
    moment, number = as_moment(self.term(node.this)), as_number(self.term(node.expression))
    size = _size_of(_unit_of(node), node) * (-1 if isinstance(node, (exp.DateSub, exp.TimestampSub)) else 1)
    data = np.asarray(np.round(np.asarray(number.data, dtype=np.float64) * size)).astype(np.int64)
    return Term(moment.data + data, np.logical_or(moment.null, number.null), "moment")


def _difference(self: Evaluator, node: exp.Expression) -> Term:
    """`DATEDIFF` counts the borders of days or hours that lie between, `TIMESTAMPDIFF` whole ones that have passed."""
    later, earlier = as_moment(self.term(node.this)), as_moment(self.term(node.expression))
    size = _size_of(_unit_of(node), node)
    if size > 7 * DAY:  # months are not all alike
        raise NotUnderstood(node.sql())
    null = np.logical_or(later.null, earlier.null)
    if isinstance(node, exp.TimestampDiff):
        return Term(np.trunc((later.data - earlier.data) / size), null, "number")
    return Term(later.data // size - earlier.data // size, null, "number")


def julian_day(self: Evaluator, node: exp.Expression) -> Term:
    """`julianday(x)` of SQLite, and back."""
    if node.name != "julianday":
        number = as_number(self.term(node.expressions[0]))
        data = np.asarray(np.round((np.asarray(number.data, dtype=np.float64) - 2_440_587.5) * DAY)).astype(np.int64)
        return Term(data, number.null, "moment")
    moment = as_moment(self.term(node.expressions[0]))
    return Term(np.asarray(moment.data) / DAY + 2_440_587.5, moment.null, "number")


def shifted(self: Evaluator, node: exp.Expression, left: Term, right: Term) -> tuple[Term, Term]:
    """The two sides of `moment + 30` or of `date - date`, in microseconds.

    Raises:
        NotUnderstood: the database makes something else of it than days.
    """
    if left.kind == right.kind == "moment":
        return left, right
    if "moment" not in (left.kind, right.kind):
        return left, right
    if self.table.dialect not in ("postgresql", "mssql"):
        raise NotUnderstood(node.sql())
    return tuple(Term(term.data * DAY, term.null, "moment") if term.kind == "number" else term for term in (left, right))  # type: ignore[return-value]


def in_days(self: Evaluator, node: exp.Expression, term: Term) -> Term:
    """The difference of two moments as the database tells it: PostgreSQL counts days between dates."""
    if self.table.dialect != "postgresql":
        raise NotUnderstood(node.sql())
    if all(_is_date(self, side) for side in (node.this, node.expression)):
        return Term(term.data // DAY, term.null, "number")
    return term


def _is_date(self: Evaluator, node: exp.Expression) -> bool:
    while isinstance(node, exp.Paren):
        node = node.this
    if isinstance(node, exp.Column):
        return self.column(node).kind == "date"
    return isinstance(node, exp.CurrentDate) or (isinstance(node, exp.Cast) and node.args["to"].this.name == "DATE")


def _now(self: Evaluator, _node: exp.Expression) -> Term:
    return Term(self.now, False, "moment")


def _today(self: Evaluator, _node: exp.Expression) -> Term:
    return Term(self.now // DAY * DAY, False, "moment")


def _truncated(self: Evaluator, node: exp.Expression) -> Term:
    """`date_trunc('month', x)`."""
    term, unit = as_moment(self.term(node.this)), _untold(node.args["unit"]).name.upper()
    code = {"YEAR": "Y", "MONTH": "M", "DAY": "D", "HOUR": "h", "MINUTE": "m", "SECOND": "s"}.get(unit)
    if code is None:
        raise NotUnderstood(node.sql())
    moments = np.asarray(term.data, dtype=np.int64).view("datetime64[us]").astype(f"datetime64[{code}]")
    return Term(moments.astype("datetime64[us]").astype(np.int64), term.null, "moment")


def _untold(node: exp.Expression) -> exp.Expression:
    return node.this if isinstance(node, exp.Cast) else node  # date_part('year'::text, x)


def _part_of_date(unit: str) -> Evaluation:
    def evaluate(self: Evaluator, node: exp.Expression) -> Term:
        term = as_moment(self.term(node.this if unit else node.expression))
        name = unit or _untold(node.this).name.upper()
        moments = np.asarray(term.data, dtype=np.int64).view("datetime64[us]")
        if name in ("DOW", "ISODOW"):
            day = (np.asarray(term.data) // DAY + 4) % 7  # 1970 began with a Thursday
            return Term(np.where(day == 0, 7, day) if name == "ISODOW" else day, term.null, "number")
        whole = {"YEAR": "Y", "MONTH": "M", "DAY": "D", "HOUR": "h"}.get(name)
        if whole is None:
            raise NotUnderstood(node.sql())
        number = moments.astype(f"datetime64[{whole}]").astype(np.int64)
        if name == "DAY":
            number = (moments.astype("datetime64[D]") - moments.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1
        shifted = {"YEAR": number + 1970, "MONTH": number % 12 + 1, "DAY": number, "HOUR": number % 24}
        return Term(shifted[name], term.null, "number")

    return evaluate


MOMENTS: dict[type, Evaluation] = {
    exp.DateTrunc: _truncated,
    exp.TimestampTrunc: _truncated,
    exp.DayOfMonth: _part_of_date("DAY"),
    exp.DateAdd: _added,
    exp.TimestampAdd: _added,
    exp.DateSub: _added,
    exp.TimestampSub: _added,
    exp.DateDiff: _difference,
    exp.TimestampDiff: _difference,
    exp.Interval: interval_of,
    exp.CurrentTimestamp: _now,
    exp.CurrentDate: _today,
    exp.Year: _part_of_date("YEAR"),
    exp.Month: _part_of_date("MONTH"),
    exp.Day: _part_of_date("DAY"),
    exp.Extract: _part_of_date(""),
}
