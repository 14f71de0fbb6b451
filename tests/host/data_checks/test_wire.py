"""What SQL Server gets and gives, through Microsoft's driver: a stand-in (tests/tds) answers by SQLite, else by a script."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from data_checks.sql import Scope
from sqlalchemy.dialects import mssql
from validation_helpers import (
    CheckError,
    accepted_values,
    foreign_key,
    in_range,
    matches_pattern,
    mean_in_range,
    not_null,
    row_count,
    rule,
    sum_in_range,
    unique,
    validate,
)

from tests.tds import Error, Result, SqlServer

TYPES: dict[str, Any] = {"id": sa.Integer(), "quantity": sa.Integer(), "status": mssql.NVARCHAR(20)}


@pytest.fixture
def server(fake_sqlserver: SqlServer, odbc_driver: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[sa.Engine]:
    """Four orders; what columns there are is not asked, the stand-in has no catalog."""
    monkeypatch.setattr(Scope, "types", TYPES)
    engine = sa.create_engine(fake_sqlserver.url(driver=odbc_driver), use_insertmanyvalues=False)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE orders (id INTEGER, quantity INTEGER, status NVARCHAR(20))")
        connection.exec_driver_sql("CREATE TABLE parts (id INTEGER)")
        connection.exec_driver_sql("INSERT INTO parts VALUES (1), (2)")
        connection.exec_driver_sql(
            "INSERT INTO orders VALUES (1, 1, 'open'), (2, 2147483647, 'paid'), (2, 2147483647, NULL), (NULL, -1, 'lost')"
        )
    yield engine
    engine.dispose()


def asked(server: SqlServer) -> list[tuple[str, dict[str, Any]]]:
    return [(sql, values) for sql, values in server.statements() if "count_big(*)" in sql]


def test_one_select_judges_numbers_with_their_nulls_and_great_sums(server: sa.Engine, fake_sqlserver: SqlServer) -> None:
    checks = [
        row_count(low=1),
        not_null("id"),
        unique("id"),
        foreign_key("quantity", "parts", "id"),
        in_range("quantity", low=0),
        sum_in_range("quantity", high=4_294_967_294),
        mean_in_range("quantity", low=1_073_741_823, high=1_073_741_824),
        rule("BR-01", "few", "quantity < :most", params={"most": 9}, where="id = 2"),
    ]

    report = validate(server, "orders", checks)

    assert [each.failed for each in report.results] == [0, 1, 1, 3, 1, 0, 0, 2]
    assert report.results[5].seen == "the sum is 4,294,967,294"
    assert len(asked(fake_sqlserver)) == 1


def test_no_statement_has_more_parameters_than_sql_server_takes(server: sa.Engine, fake_sqlserver: SqlServer) -> None:
    checks: list[Any] = [accepted_values("quantity", range(300 * n, 300 * n + 300), id=f"few {n}") for n in range(8)]
    checks.append(accepted_values("quantity", range(5000), id="many"))

    report = validate(server, "orders", checks)

    assert [len(values) for _, values in asked(fake_sqlserver)] == [1800, 600]
    assert [each.failed for each in report.results] == [3, *[4] * 7, 3]


def test_text_is_compared_to_the_last_blank_and_travels_as_unicode(server: sa.Engine, fake_sqlserver: SqlServer) -> None:
    fake_sqlserver.script("Latin1_General_100_BIN2", Result([(["total", "accepted"], [(4, 2)])]))

    (result,) = validate(server, "orders", [accepted_values("status", ["žluť", "open "])]).results

    assert (result.failed, result.total) == (2, 4)
    ((_, values),) = asked(fake_sqlserver)
    assert list(values.values()) == ["žluť|", "open |"]
    assert {kind for sql, kind in fake_sqlserver.declared() if "BIN2" in sql for kind in re.findall(r"@P\d+ (\w+)", kind)} == {"nvarchar"}


def test_a_pattern_beyond_like_is_judged_by_python_for_each_different_value(server: sa.Engine, fake_sqlserver: SqlServer) -> None:
    fake_sqlserver.script("compatibility_level", Result([(["compatibility_level"], [(160,)])]))
    fake_sqlserver.script("GROUP BY", Result([(["value", "n"], [("Ada Lovelace|", 3), ("ada|", 2), ("Ada |", 1)])]))
    names = matches_pattern("status", "[A-Z][a-z]+( [A-Z][a-z]+)*")

    (result,) = validate(server, "orders", [names]).results

    assert result.failed == 3


def test_values_of_which_like_knows_too_little_are_judged_by_python(server: sa.Engine, fake_sqlserver: SqlServer) -> None:
    fake_sqlserver.script("GROUP BY", Result([(["value", "n"], [("žluť|", 3), ("ž luť|", 2)])]))
    fake_sqlserver.script("count_big", Result([(["total", "bad", "doubtful"], [(9, 1, 5)])]))

    (result,) = validate(server, "orders", [matches_pattern("status", r"\w+")]).results

    assert (result.failed, result.total) == (3, 9)
    one, doubt = asked(fake_sqlserver)
    assert "%[^\x01-\x7f]%" in one[1].values()
    assert "%[^\x01-\x7f]%" in doubt[1].values()


def test_an_error_of_the_server_is_told_with_the_check_that_is_to_blame(server: sa.Engine, fake_sqlserver: SqlServer) -> None:
    fake_sqlserver.script("nothing > 1", Error(207, "Invalid column name 'nothing'."))

    with pytest.raises(CheckError, match=r"^BR-02 on orders: the database refuses its SQL: .*Invalid column name 'nothing'"):
        validate(server, "orders", [not_null("id"), rule("BR-02", "some", "nothing > 1")])


def test_a_deadlock_is_no_fault_of_a_check(server: sa.Engine, fake_sqlserver: SqlServer) -> None:
    fake_sqlserver.script("count_big", Error(1205, "deadlock victim", ends_transaction=True), times=1)

    with pytest.raises(sa.exc.DBAPIError, match="deadlock victim"):
        validate(server, "orders", [not_null("id")])
