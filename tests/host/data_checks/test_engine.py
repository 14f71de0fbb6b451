"""One SELECT, its price said before, and errors that name the check."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from data_checks.engine import LIMITS
from validation_helpers import (
    CheckError,
    accepted_values,
    foreign_key,
    freshness,
    in_range,
    matches_length,
    matches_pattern,
    not_null,
    plan,
    row_count,
    rule,
    same_total,
    sum_in_range,
    unique,
    validate,
)

from .conftest import asked, fill

CHECKS = [
    row_count(low=1),
    not_null("name"),
    unique("name"),
    unique("name", "amount"),
    foreign_key("amount", "others", "id"),
    accepted_values("name", ["a"]),
    in_range("amount", low=0),
    matches_pattern("name", "[a-z]"),
    matches_length("name", 5),
    freshness("changed", 1),
    sum_in_range("amount", low=0),
    same_total("amount", "others", "id"),
    rule("BR-01", "any", "amount <> 9"),
]
NOW = datetime(2026, 1, 2, tzinfo=UTC)


@pytest.fixture
def items(engine: sa.Engine) -> sa.Engine:
    columns = {"id": sa.Integer, "name": sa.Unicode(10), "amount": sa.Integer, "changed": sa.DateTime}
    fill(engine, "items", columns, [(1, "a", 1, datetime(2026, 1, 1)), (2, "b", 2, None), (3, None, 3, None)])
    fill(engine, "others", {"id": sa.Integer}, [(1,), (2,), (3,)])
    return engine


def test_everything_is_asked_in_one_select(items: sa.Engine) -> None:
    statements = asked(items)

    report = validate(items, "items", CHECKS, now=NOW)

    over_data = [each for each in statements if "FROM items" in each]
    assert len(over_data) == 1 == len(report.statements)
    assert [each.failed for each in report.results] == [0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0]
    assert report.rows == 3


def test_a_plan_reads_no_rows_and_shows_what_will_be_asked(sqlite: sa.Engine) -> None:
    fill(sqlite, "items", {"id": sa.Integer, "name": sa.Unicode(10), "amount": sa.Integer, "changed": sa.DateTime}, [])
    fill(sqlite, "others", {"id": sa.Integer}, [])
    statements = asked(sqlite)

    planned = plan(sqlite, "items", CHECKS)

    assert not [each for each in statements if "FROM items" in each]
    assert planned.statements == validate(sqlite, "items", CHECKS).statements
    assert planned.scans == 3
    assert str(planned).splitlines()[:6] == [
        f"items on sqlite {sqlite.url.database}: 1 SELECT, 3 passes over items",
        "  items: one pass for 13 checks",
        "  items: grouped by name for unique(name)",
        "  items: grouped by name, amount for unique(name, amount)",
        "  others: looked up for foreign_key(amount)",
        "  others: for same_total(amount, others)",
    ]


def test_a_pattern_that_must_be_streamed_says_so_in_the_plan(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    fill(engine, "items", {"id": sa.Integer, "name": sa.Unicode(10)}, [(1, "aa"), (2, "ab")])

    planned = plan(engine, "items", [matches_pattern("name", r"(.)\1")])
    report = validate(engine, "items", [matches_pattern("name", r"(.)\1")])

    assert "items: its different values of name go to Python for matches_pattern(name)\n" in str(planned)
    assert (planned.scans, len(report.statements), report.results[0].failed) == (2, 2, 1)
    engine.dispose()


def test_more_than_one_select_can_hold_is_asked_in_several(sqlite: sa.Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(sqlite, "items", {"id": sa.Integer}, [(number,) for number in range(30)])
    checks = [in_range("id", low=0, high=number, id=f"at most {number}") for number in range(30)]
    monkeypatch.setitem(LIMITS, "sqlite", (9, 100))

    report = validate(sqlite, "items", checks)

    assert len(report.statements) == 8 == len(plan(sqlite, "items", checks).statements)
    assert [each.failed for each in report.results] == list(range(29, -1, -1))


def test_thousands_of_parameters_and_long_lists_fit_every_database(engine: sa.Engine) -> None:
    fill(engine, "items", {"id": sa.Integer, "name": sa.Unicode(10)}, [(1, "a"), (2, "b")])
    params = {f"n{number}": number for number in range(30)}
    predicate = f"id IN ({', '.join(f':{name}' for name in params)})"
    checks = [rule(f"R{number}", "r", predicate, params=params) for number in range(80)]
    checks += [accepted_values("name", ["a", *(f"n{number}" for number in range(3000))], id=f"{n}") for n in range(2)]

    report = validate(engine, "items", checks)

    assert [each.failed for each in report.results] == [0] * 80 + [1, 1]


@pytest.mark.parametrize(
    ("check", "words"),
    [
        (not_null("nam"), 'no such column: items has no "nam"; did you mean "name"?'),
        (foreign_key("id", "nowhere", "id"), 'no such table: "nowhere" is not in '),
        (in_range("name", low=1), "in_range(name): name of items is VARCHAR(10), and text has no number to compare; use rule() with CAST"),
        (sum_in_range("name", low=1), "sum_in_range(name): name of items is VARCHAR(10), and text cannot be added up"),
        (rule("BR-01", "t", "amuont > 0"), "BR-01 on items: the database refuses its SQL: "),
        (rule("BR-02", "t", "1 / (id - 1) > 0 AND name ="), "BR-02 on items: the database refuses its SQL: "),
        (not_null("id", where="x y z"), "not_null(id) on items: the database refuses its SQL: "),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_a_check_that_cannot_be_judged_is_named(check: Any, words: str, items: sa.Engine) -> None:
    with pytest.raises(CheckError) as caught, items.connect() as connection:
        validate(connection, "items", [row_count(low=1), check, not_null("name")])

    assert str(caught.value).startswith(words)
    assert validate(items, "items", [row_count(low=1)]).ok


def test_after_a_time_out_nothing_is_read_again(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url, connect_args={"options": "-c statement_timeout=200"})
    fill(engine, "orders", {"id": sa.Integer}, [(1,)])
    statements = asked(engine)

    with pytest.raises(sa.exc.DBAPIError, match="statement timeout"):
        validate(engine, "orders", [not_null("id"), rule("BR-01", "slow", "pg_sleep(1) IS NOT NULL")])

    assert [("pg_sleep" in each, "1 = 0" in each) for each in statements if "FROM orders" in each] == [
        (True, False),
        (False, True),
        (True, True),
    ]


def test_a_row_that_breaks_the_sql_of_a_check_is_blamed_on_the_check(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    fill(engine, "items", {"id": sa.Integer}, [(0,), (1,)])

    with pytest.raises(CheckError, match="BR-09 on items: the database refuses its SQL: division by zero"):
        validate(engine, "items", [not_null("id"), rule("BR-09", "t", "1 / id > 0")])
    engine.dispose()


@pytest.mark.parametrize("checks", [[], [not_null("id"), not_null("id", where="id > 1")]])
def test_no_checks_and_two_of_one_name_are_refused(checks: list[Any], sqlite: sa.Engine) -> None:
    fill(sqlite, "items", {"id": sa.Integer}, [])

    with pytest.raises(CheckError, match="there are no checks|two checks are called"):
        validate(sqlite, "items", checks)


@pytest.mark.parametrize(
    ("allow", "failed", "status"),
    [(0, 1, "failed"), (1, 1, "passed"), ("10 %", 1, "passed"), ("9.9%", 1, "failed"), ("19 %", 2, "failed"), ("20 %", 2, "passed")],
)
def test_a_threshold_is_a_number_of_rows_or_a_share_of_them(allow: Any, failed: int, status: str, sqlite: sa.Engine) -> None:
    fill(sqlite, "items", {"id": sa.Integer}, [(number,) for number in range(10)])

    (result,) = validate(sqlite, "items", [in_range("id", low=failed, allow=allow)]).results

    assert (result.failed, result.status) == (failed, status)


def test_the_share_is_that_of_the_rows_a_check_is_about(sqlite: sa.Engine) -> None:
    fill(sqlite, "items", {"id": sa.Integer}, [(number,) for number in range(10)])

    (result,) = validate(sqlite, "items", [in_range("id", high=8, where="id >= :from_here", params={"from_here": 8}, allow="49 %")]).results

    assert (result.failed, result.total, result.status, result.found) == (1, 2, "failed", "1 of 2 rows, 50 %")


@pytest.mark.parametrize("options", [{"severity": "fatal"}, {"allow": -1}, {"allow": "many"}, {"allow": 0.5}, {"id": "a; b"}])
def test_a_wrong_option_is_refused_when_the_check_is_made(options: Any) -> None:
    with pytest.raises(ValueError, match=r"is not known|cannot hold"):
        not_null("id", **options)


def test_a_check_of_the_whole_table_has_no_rows_to_allow() -> None:
    with pytest.raises(ValueError, match="there are no rows to allow"):
        row_count(low=1, allow=3)


def test_keys_of_failing_rows_are_kept_only_when_asked(items: sa.Engine) -> None:
    checks = [in_range("amount", low=3), not_null("id")]

    assert validate(items, "items", checks).results[0].samples == ()
    assert validate(items, "items", checks, samples=5).results[0].samples == ("id=1", "id=2")
    assert validate(items, "items", checks, samples=1, key="amount").results[0].samples == ("amount=1",)


def test_a_connection_sees_what_its_transaction_has_written_and_is_left_as_it_was(engine: sa.Engine) -> None:
    fill(engine, "items", {"id": sa.Integer}, [(1,)])

    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO items VALUES (2)"))
        assert validate(connection, "items", [row_count(low=2)]).ok
        connection.rollback()
        assert not validate(connection, "items", [row_count(low=2)]).ok
        assert not connection.in_transaction()


def test_the_helper_of_a_workflow_is_taken_too(db: Any) -> None:
    db.bulk_insert("orders", [{"id": 1, "customer": "Ada", "amount": 1}])

    with db.get_connection():
        db.bulk_insert("orders", [{"id": 2, "customer": "Ada", "amount": 1}])
        report = validate(db, "orders", [unique("customer"), not_null("amount")])

    assert [each.failed for each in report.results] == [1, 0]


def test_an_isolation_level_is_set_on_a_connection_of_its_own(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    fill(engine, "items", {"id": sa.Integer}, [(1,)])

    report = validate(
        engine, "items", [rule("R", "r", "current_setting('transaction_isolation') = 'serializable'")], isolation="SERIALIZABLE"
    )

    assert report.ok
    assert not validate(engine, "items", [rule("R", "r", "current_setting('transaction_isolation') = 'serializable'")]).ok
    engine.dispose()


def test_a_name_cannot_break_out_of_the_sql(engine: sa.Engine) -> None:
    fill(engine, "items", {"id": sa.Integer, 'we"ird; DROP TABLE items --': sa.Integer}, [(1, None)])

    assert validate(engine, "items", [not_null('we"ird; DROP TABLE items --')]).results[0].failed == 1
    with pytest.raises(CheckError, match="no such table"):
        validate(engine, 'items"; DROP TABLE items; --', [not_null("id")])


def test_a_table_in_a_schema_is_found(postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    with engine.begin() as connection:
        connection.execute(sa.text("CREATE SCHEMA mart"))
        connection.execute(sa.text('CREATE TABLE mart."Orders" ("Id" integer, "Customer" integer)'))
        connection.execute(sa.text("CREATE TABLE mart.customers (id integer)"))

    checks = [not_null("id"), unique("Id"), foreign_key("customer", "mart.customers", "id"), row_count(high=0)]

    assert validate(engine, "mart.Orders", checks).ok
    engine.dispose()
