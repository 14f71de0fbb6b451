"""Checks of a table as a whole: how many rows, how much, how new; and against another table or an earlier day."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from pathlib import Path
from typing import Any, Unpack

import sqlalchemy as sa

from data_checks.checks import Check, Finding, Options, Pass, bounds, make_check
from data_checks.history import exchange_count
from data_checks.results import plural
from data_checks.sql import CheckError, Scope, Sql

CLOCKS_DIFFER = timedelta(minutes=5)


def table_rule(id: str, title: str, predicate: str, **options: Unpack[Options]) -> Check:
    """A business rule of the table as a whole: *predicate* (SQL with aggregates) is true: "COUNT(DISTINCT currency) = 1". NULL passes."""
    if options.get("where"):
        raise ValueError(f"{id}: where= cannot reach into the aggregates of a predicate; write them with CASE WHEN")

    def measures(check: Check, scope: Scope) -> list[Sql]:
        return [sa.case((sa.not_(scope.condition(predicate, check.params)), 1), else_=0)]

    return make_check("table_rule", [], title, {"business_rule": id, **options, "id": id}, measures=measures)


def row_count(low: int | None = None, high: int | None = None, **options: Unpack[Options]) -> Check:
    """The table has at least *low* and at most *high* rows (None: no bound)."""

    def judge(_check: Check, _scope: Scope, found: Sequence[Any]) -> Finding:
        return Finding(int(_is_outside(found[0] or 0, low, high)), plural(found[0] or 0, "row"))

    return make_check(
        "row_count",
        [],
        f"there {'is' if low == 1 and high in (None, 1) else 'are'} {bounds(low, high)} {'row' if (high or low) == 1 else 'rows'}",
        options,
        measures=_rows_there,
        judge=judge,
    )


def row_count_change(history: str | Path, fall: float | None = 20, rise: float | None = 20, **options: Unpack[Options]) -> Check:
    """The table has at most *fall* % fewer and *rise* % more rows than on the last day before today (UTC) that it was counted.

    *history* keeps one count a day: a Path is a JSON file, a str a table of the same database (made when it is not there). The first
    time there is nothing to compare with, and the result says so.
    """

    def judge(_check: Check, scope: Scope, found: Sequence[Any]) -> Finding:
        rows = int(found[0] or 0)
        earlier = exchange_count(history, scope, rows)
        if earlier is None:
            return Finding(0, f"{plural(rows, 'row')}; no earlier day to compare with", skipped=True)
        day, before = earlier
        change = 100 * (rows - before) / before if before else float(rows > 0) * 100
        outside = _is_outside(change, None if fall is None else -fall, rise)
        return Finding(int(outside), f"{plural(rows, 'row')}, {change:+.1f} % against {before:,} on {day}")

    limits = " and ".join(f"at most {each:g} % {word}" for each, word in ((fall, "fewer"), (rise, "more")) if each is not None)
    return make_check("row_count_change", [], f"there are {limits} rows than the day before", options, measures=_rows_there, judge=judge)


def sum_in_range(column: str, low: Any = None, high: Any = None, **options: Unpack[Options]) -> Check:
    """The sum of *column* is at least *low* and at most *high* (None: no bound). NULL adds nothing; the sum of no rows is 0."""

    def judge(_check: Check, _scope: Scope, found: Sequence[Any]) -> Finding:
        return Finding(int(_is_outside(found[0] or 0, low, high)), f"the sum is {_shown(found[0] or 0)}")

    title = f"the sum of {column} is {bounds(low, high)}"
    return make_check("sum_in_range", [column], title, options, measures=lambda check, scope: [_sum(check, scope, column)], judge=judge)


def mean_in_range(column: str, low: Any = None, high: Any = None, **options: Unpack[Options]) -> Check:
    """The mean of *column* is at least *low* and at most *high* (None: no bound). NULL is left out; without any value it fails."""

    def measures(check: Check, scope: Scope) -> list[Sql]:
        value = _number(check, scope, column)
        return [sa.func.avg(sa.cast(value, sa.Float) if scope.dialect == "mssql" else value)]

    def judge(_check: Check, _scope: Scope, found: Sequence[Any]) -> Finding:
        if found[0] is None:
            return Finding(1, "there is no value")
        return Finding(int(_is_outside(found[0], low, high)), f"the mean is {_shown(found[0])}")

    return make_check("mean_in_range", [column], f"the mean of {column} is {bounds(low, high)}", options, measures=measures, judge=judge)


def same_count(other_table: str, *, other_where: str = "", tolerance: float = 0, **options: Unpack[Options]) -> Check:
    """The table has as many rows as *other_table* (where *other_where* is true), give or take *tolerance*."""

    def measures(check: Check, scope: Scope) -> list[Sql]:
        other = scope.other(other_table)
        rows = other.condition(other_where, check.params) if other_where else sa.true()
        return [*_rows_there(check, scope), other.count_apart(rows)]

    return _same("same_count", [], f"there are as many rows as in {other_table}", other_table, tolerance, options, measures)


def same_total(
    column: str, other_table: str, other_column: str, *, other_where: str = "", tolerance: float = 0, **options: Unpack[Options]
) -> Check:
    """The sum of *column* is that of *other_column* in *other_table* (where *other_where* is true), give or take *tolerance*."""

    def measures(check: Check, scope: Scope) -> list[Sql]:
        other = scope.other(other_table)
        total = sa.select(_sum(replace(check, where=other_where), other, other_column)).select_from(other.table)
        return [_sum(check, scope, column), total.correlate(None).scalar_subquery()]

    title = f"the sum of {column} is that of {other_column} in {other_table}"
    return _same("same_total", [column], title, other_table, tolerance, options, measures)


def freshness(column: str, max_age: float | timedelta, *, timezone: tzinfo = UTC, **options: Unpack[Options]) -> Check:
    """The newest *column* is at most *max_age* old (a timedelta, or days) and not in the future. A table without one is not fresh.

    A time without a zone is of *timezone*; a day without a time lasts until its end. Text must be ISO 8601 throughout.
    """
    longest = max_age if isinstance(max_age, timedelta) else timedelta(days=max_age)

    def measures(check: Check, scope: Scope) -> list[Sql]:
        return [sa.func.max(_if_within(check, scope, scope.ordered(column)))]

    def judge(_check: Check, scope: Scope, found: Sequence[Any]) -> Finding:
        moment = _moment(found[0], timezone)
        if moment is None:
            return Finding(1, "there is none" if found[0] is None else f'the newest is "{found[0]}", which is no date')
        age = scope.now - moment
        if age < -(timedelta(days=1) if _is_day(found[0]) else CLOCKS_DIFFER):
            return Finding(1, f"the newest is {found[0]}, in the future")
        return Finding(int(age > longest), f"the newest is {found[0]}, {_duration(max(age, timedelta()))} old")

    title = f"the newest {column} is at most {_duration(longest)} old"
    return make_check("freshness", [column], title, options, measures=measures, judge=judge)


def _rows_there(check: Check, scope: Scope) -> list[Sql]:
    return [scope.count_if(scope.condition(check.where, check.params)) if check.where else scope.count_all()]


def _same(
    kind: str, columns: list[str], title: str, other: str, tolerance: float, options: Any, measures: Callable[[Check, Scope], list[Sql]]
) -> Check:
    def judge(_check: Check, _scope: Scope, found: Sequence[Any]) -> Finding:
        here, there = (each or 0 for each in found)
        apart = abs(_exactly(here) - _exactly(there))
        return Finding(int(_is_outside(apart, None, _exactly(tolerance))), f"{_shown(here)} here, {_shown(there)} in {other}")

    named = {"id": f"{kind}({', '.join([*columns, other])})", **options}
    return make_check(kind, columns, title, named, measures=measures, judge=judge, passes=lambda check, _: [Pass(other, f"for {check.id}")])


def _if_within(check: Check, scope: Scope, value: Sql) -> Sql:
    return sa.case((scope.condition(check.where, check.params), value)) if check.where else value


def _number(check: Check, scope: Scope, column: str) -> Sql:
    if scope.is_text(column):
        raise CheckError(f"{check.id}: {column} of {scope.name} is {scope.type(column)}, and text cannot be added up")
    return _if_within(check, scope, scope.column(column))


def _sum(check: Check, scope: Scope, column: str) -> Sql:
    """SQL Server adds up INT in 32 and BIGINT in 64 bits, and fails when that is not enough."""
    value, kind = _number(check, scope, column), scope.type(column)
    if scope.dialect == "mssql" and not isinstance(kind, sa.Float):
        digits = 0 if isinstance(kind, (sa.Integer, sa.Boolean)) else getattr(kind, "scale", None)
        value = sa.cast(value, sa.Numeric(38, 4 if digits is None else digits))
    return sa.func.sum(value)


def _is_outside(value: Any, low: Any, high: Any) -> bool:
    if value != value:  # NaN, which no comparison finds
        return True
    return (low is not None and value < low) or (high is not None and value > high)


def _exactly(number: Any) -> Decimal:
    """A number that can be taken from another one, whether a database gave it as a Decimal or as a float."""
    return Decimal(str(number)) if isinstance(number, float) else Decimal(number)


def _shown(number: Any) -> str:
    return f"{number:,}" if isinstance(number, int) else f"{number:,.4f}".rstrip("0").rstrip(".")


def _is_day(value: Any) -> bool:
    return len(value) == 10 if isinstance(value, str) else not isinstance(value, datetime)


def _moment(value: Any, timezone: tzinfo) -> datetime | None:
    """What a database gave as the newest: the moment, or the end of the day; None if it is neither."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        return None
    if isinstance(moment, date) and not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day)  # noqa: DTZ001 - the zone comes next
    if not isinstance(moment, datetime):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=timezone)
    return moment + timedelta(days=1) if _is_day(value) else moment


def _duration(span: timedelta) -> str:
    for unit, seconds in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if span.total_seconds() >= seconds:
            number = f"{span.total_seconds() / seconds:.1f}".removesuffix(".0")
            return f"{number} {unit}{'' if number == '1' else 's'}"
    return f"{span.total_seconds():.0f} seconds"
