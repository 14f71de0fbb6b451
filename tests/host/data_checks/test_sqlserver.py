"""What SQL Server would be asked: it is compiled here and read by a T-SQL parser; tests marked sqlserver ask a real one."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
import sqlalchemy as sa
import sqlglot
from data_checks.engine import _batches
from data_checks.patterns import find_way
from data_checks.quarantine import Room, _count, _insert, _judged, within_limit
from data_checks.sql import Scope, render
from sqlalchemy.dialects import mssql
from validation_helpers import accepted_values, foreign_key, in_range, matches_length, not_null, rule, sum_in_range, unique

from .test_rows import CASES as ROWS
from .test_totals import CASES as TOTALS

TYPES: dict[str, Any] = {
    **{"id": sa.Integer(), "code": mssql.VARCHAR(20), "customer": mssql.NVARCHAR(20), "status": mssql.CHAR(20), "amount": sa.Numeric(8, 2)},
    **{"paid": mssql.MONEY(), "quantity": sa.Integer(), "ordered": sa.Date(), "updated": mssql.DATETIME2(), "name": mssql.NVARCHAR(20)},
    **{"total": mssql.MONEY(), "sold": mssql.DATETIMEOFFSET(), "day": sa.Date(), "pieces": sa.BigInteger(), "kind": mssql.NCHAR(4)},
}


QMARK = mssql.dialect(paramstyle="qmark")


class Known(Scope):
    """A table whose columns are known without a database."""

    types = TYPES

    def other(self, name: str) -> Scope:
        return Known(self.connection, name)


def scope(level: int = 160) -> Scope:
    return Known(SimpleNamespace(dialect=mssql.dialect(), scalar=lambda _: level), "dbo.orders")  # type: ignore[arg-type]


def sql_of(check: Any) -> str:
    (batch,) = _batches(scope(), [check])
    return render(scope().connection, batch.select)


@pytest.mark.parametrize("check", [case[0] for case in ROWS + TOTALS], ids=lambda check: check.id)
def test_every_check_is_t_sql(check: Any) -> None:
    said = sql_of(check)

    sqlglot.parse_one(said, dialect="tsql")
    assert not re.search(r"FILTER|LIMIT|\bcount\(\*|char_length|\|\|", said)


@pytest.mark.parametrize(
    ("check", "asked"),
    [
        (not_null("id"), "sum(CAST(CASE WHEN (id IS NULL) THEN 1 ELSE 0 END AS BIGINT))"),
        (in_range("amount", 0, 9), "sum(CAST(CASE WHEN (amount NOT BETWEEN 0 AND 9) THEN 1 ELSE 0 END AS BIGINT))"),
        (accepted_values("status", ["é"]), "(rtrim(CAST(status AS NVARCHAR(20))) COLLATE Latin1_General_100_BIN2) + N'|' NOT IN (N'é|')"),
        (unique("code"), "GROUP BY (CAST(code AS NVARCHAR(20)) COLLATE Latin1_General_100_BIN2) + N'|'"),
        (foreign_key("id", "dbo.known", "id"), "NOT (EXISTS (SELECT 1 \nFROM dbo.known AS known \nWHERE known.id = dbo.orders.id))"),
        (matches_length("customer", 9), "len(CAST(customer AS NVARCHAR(20)) + N'|') - 1 > 9"),
        (sum_in_range("pieces", 0), "sum(CAST(pieces AS NUMERIC(38, 0)))"),
        (sum_in_range("paid", 0), "sum(CAST(paid AS NUMERIC(38, 4)))"),
        (rule("R", "r", "id IN (SELECT id FROM dbo.known)"), "(SELECT count_big(*) AS count_big_1 \nFROM dbo.orders \nWHERE NOT (id IN ("),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_sums_collations_blanks_and_nulls_are_asked_as_sql_server_needs_it(check: Any, asked: str) -> None:
    assert asked in sql_of(check)


def test_no_select_has_more_parameters_than_sql_server_takes() -> None:
    params = {f"n{number}": number for number in range(30)}
    checks = [rule(f"R{number}", "r", " + ".join(f":{name}" for name in params) + " > id", params=params) for number in range(200)]
    checks.append(accepted_values("code", [f"c{number}" for number in range(10_000)]))

    batches = list(_batches(scope(), checks))

    marks = [str(batch.select.compile(dialect=QMARK)).count("?") for batch in batches]
    assert marks == [1980, 1980, 1980, 60]


@pytest.mark.parametrize(
    ("pattern", "way"),
    [
        (r"[A-Z]{2}-\d{6}", "translated"),
        (r"[^@\s]+@[^@\s]+\.[^@\s]+", "translated"),
        (r"[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}", "translated"),
        (r"-?\d+(\.\d+)?", "translated"),
        (r"\d{5}(-\d{4})?", "translated"),
        (r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", "translated"),
        (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "translated"),
        (r"EUR|USD|CZK", "translated"),
        (r"https?://.+", "translated"),
        (r"[A-Z][a-z]+( [A-Z][a-z]+)*", "streamed"),
        (r"(.)\1", "streamed"),
    ],
)
def test_the_patterns_of_every_day_are_translated(pattern: str, way: str) -> None:
    assert find_way(scope(), "code", re.compile(pattern)).name == way


def test_sql_server_2025_is_asked_by_its_own_regular_expression() -> None:
    way = find_way(scope(170), "code", re.compile(r"[A-Z][a-z]+( [A-Z][a-z]+)*"))

    assert way.name == "native"
    assert (
        r"regexp_like(CAST(code AS NVARCHAR(20)) COLLATE Latin1_General_100_BIN2, N'\A(?:[A-Z][a-z]+(?: [A-Z][a-z]+)*)\z', 'c')"
        in render(scope().connection, way.bad)
    )
    assert find_way(scope(170), "code", re.compile(r"(.)\1")).name == "streamed"


def test_quarantine_has_no_more_parameters_than_sql_server_takes() -> None:
    checks = [accepted_values("code", [f"{number} {check}" for number in range(400)], id=f"C{check}") for check in range(8)]
    few, many = (_count(scope(), room(), _judged(scope(), some)) for some in (checks[:2], checks))

    marks = [
        str(within_limit(scope(), each).compile(dialect=QMARK, compile_kwargs={"render_postcompile": True})).count("?")
        for each in (few, many)
    ]

    assert marks[0] > 800
    assert marks[1] == 0


def room() -> Room:
    table = sa.Table("bad", sa.MetaData(), *(sa.Column(name, kind) for name, kind in TYPES.items()))
    for name, kind in (("reasons", sa.Unicode()), ("run_id", sa.Unicode(100)), ("detected_at", sa.DateTime())):
        table.append_column(sa.Column(name, kind))
    return Room(table, True, ["id"])


def test_quarantine_is_t_sql() -> None:
    here = scope()
    judged = _judged(here, [not_null("code"), unique("code", "id"), foreign_key("id", "known", "id"), not_null("day", severity="warning")])

    for statement in (_count(here, room(), judged), _insert(here, room(), judged, ("run", None), 5)):  # type: ignore[arg-type]
        sqlglot.parse_one(render(here.connection, statement), dialect="tsql")
    assert "INTERSECT" in render(here.connection, _count(here, room(), judged))
