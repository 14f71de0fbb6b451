"""Bad rows are copied with all their reasons, once, up to a limit that is told."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from validation_helpers import (
    CheckError,
    foreign_key,
    in_range,
    matches_pattern,
    not_null,
    quarantine,
    row_count,
    rule,
    unique,
)

from .conftest import asked, fill

COLUMNS = {"id": sa.Integer, "name": sa.Unicode(20), "amount": sa.Numeric(8, 2), "sold": sa.DateTime, "run_id": sa.Unicode(10)}
ROWS = [
    (1, "ada", 5, datetime(2026, 1, 1), None),
    (2, None, -1, None, "x"),
    (3, "ada", -2, None, None),
    (4, "Éva", 3, None, "y"),
    (5, "Eva ", 4, None, None),
    (6, "a-b", 4, None, None),
]
CHECKS = [
    not_null("name"),
    unique("name"),
    in_range("amount", low=0, id="BR-01"),
    foreign_key("id", "known", "id", id="BR-02"),
    matches_pattern("name", r"\w+", severity="warning"),
    matches_pattern("name", r"(?!a-).*", id="no a-"),
    rule("BR-03", "small", "amount < 4", severity="info", where="id > 4"),
    row_count(low=1),
]
WHY = {1: "unique(name)", 2: "not_null(name); BR-01", 3: "unique(name); BR-01", 5: "BR-02; matches_pattern(name); BR-03"}
WHY[6] = "no a-; matches_pattern(name); BR-03"


@pytest.fixture
def people(engine: sa.Engine) -> sa.Engine:
    fill(engine, "people", COLUMNS, ROWS)
    fill(engine, "known", {"id": sa.Integer}, [(1,), (2,), (3,), (4,), (6,)])
    return engine


def kept(engine: sa.Engine, columns: str = "id, reasons") -> list[tuple[Any, ...]]:
    with engine.connect() as connection:
        return [tuple(row) for row in connection.execute(sa.text(f"SELECT {columns} FROM people_bad ORDER BY id"))]


def test_each_bad_row_is_copied_with_all_its_reasons(people: sa.Engine) -> None:
    done = quarantine(people, "people", CHECKS, "people_bad", run_id="r1", now=datetime(2026, 1, 5, 6, 7, 8, 9, tzinfo=UTC))

    assert dict(kept(people)) == WHY
    assert str(done) == "people: 5 bad rows, 5 copied to people_bad"
    assert done.not_by_row == ("row_count",)
    assert {tuple(map(str, row)) for row in kept(people, "quarantine_run_id, detected_at")} == {("r1", "2026-01-05 06:07:08")}
    assert kept(people, "id, name, amount, run_id")[1] == (2, None, -1, "x")


def test_a_second_run_changes_nothing(people: sa.Engine) -> None:
    quarantine(people, "people", CHECKS, "people_bad", run_id="r1")
    before = kept(people, "*")

    again = quarantine(people, "people", CHECKS, "people_bad", run_id="r2")

    assert kept(people, "*") == before
    assert str(again) == "people: 5 bad rows, 0 copied to people_bad, 5 there already"


def test_a_row_that_changed_is_copied_again(people: sa.Engine) -> None:
    quarantine(people, "people", CHECKS, "people_bad", run_id="r1")
    with people.begin() as connection:
        connection.execute(sa.text("UPDATE people SET amount = -9 WHERE id = 2"))
        connection.execute(sa.text("UPDATE people SET name = 'ADA' WHERE id = 3"))

    again = quarantine(people, "people", CHECKS, "people_bad", run_id="r2")

    assert (again.copied, again.already) == (2, 2)
    assert set(kept(people, "id, name, amount")[1:5]) == {(2, None, -1), (2, None, -9), (3, "ada", -2), (3, "ADA", -2)}


def test_rows_without_a_key_that_are_alike_are_all_kept_and_not_doubled(engine: sa.Engine) -> None:
    fill(engine, "people", {"name": sa.Unicode(20), "amount": sa.Float}, [("a", None), ("a", None), (None, 0.5), ("b", 1)])

    first, second = (quarantine(engine, "people", [unique("name"), not_null("name")], "people_bad") for _ in range(2))

    assert (first.copied, second.copied, second.already) == (3, 0, 3)


def test_no_more_than_the_limit_is_kept_and_the_rest_is_told(people: sa.Engine) -> None:
    first = quarantine(people, "people", CHECKS, "people_bad", cap=2)
    second = quarantine(people, "people", CHECKS, "people_bad", cap=2)
    third = quarantine(people, "people", CHECKS, "people_bad", cap=4)

    assert str(first) == "people: 5 bad rows, 2 copied to people_bad, 3 LEFT OUT: more than the limit (cap=)"
    assert (second.copied, second.already, second.left_out) == (0, 2, 3)
    assert (third.copied, third.already, third.left_out) == (2, 2, 1)
    assert [row[0] for row in kept(people)] == [1, 2, 3, 5]


def test_a_dry_run_counts_and_writes_nothing(people: sa.Engine) -> None:
    done = quarantine(people, "people", CHECKS, "people_bad", dry_run=True)

    assert str(done) == "people: 5 bad rows, 5 would be copied to people_bad"
    assert not sa.inspect(people).has_table("people_bad")
    assert done.sql.startswith("INSERT INTO people_bad ")


def test_no_row_travels_to_python(people: sa.Engine) -> None:
    statements = asked(people)

    quarantine(people, "people", CHECKS[:4], "people_bad")

    over_rows = [each for each in statements if "FROM people" in each]
    assert [each.split()[0] for each in over_rows] == ["SELECT", "INSERT"]
    assert over_rows[0].startswith("SELECT count")


def test_when_one_row_cannot_be_copied_none_is(people: sa.Engine) -> None:
    stamps = {"reasons": sa.Unicode(200), "quarantine_run_id": sa.Unicode(100), "detected_at": sa.DateTime}
    columns = [sa.Column(name, kind) for name, kind in {**COLUMNS, **stamps}.items()]
    sa.Table("people_bad", sa.MetaData(), *columns, sa.CheckConstraint("id < 5")).create(people)

    with pytest.raises(sa.exc.DBAPIError):
        quarantine(people, "people", CHECKS, "people_bad")

    assert kept(people) == []


def test_in_the_transaction_of_the_caller_it_comes_and_goes_with_it(people: sa.Engine) -> None:
    quarantine(people, "people", [not_null("name")], "people_bad")

    with people.connect() as connection, connection.begin() as transaction:
        connection.execute(sa.text("UPDATE people SET amount = -1 WHERE id = 1"))
        assert quarantine(connection, "people", [in_range("amount", low=0)], "people_bad").copied == 3
        transaction.rollback()

    assert kept(people) == [(2, "not_null(name)")]


def test_a_first_quarantine_does_not_commit_what_the_caller_has_begun(people: sa.Engine) -> None:
    with people.connect() as connection, connection.begin() as transaction:
        connection.execute(sa.text("UPDATE people SET amount = -1 WHERE id = 1"))
        quarantine(connection, "people", [in_range("amount", low=0)], "people_bad")
        transaction.rollback()

    with people.connect() as connection:
        assert connection.scalar(sa.text("SELECT amount FROM people WHERE id = 1")) == 5


def test_where_nothing_is_bad_no_table_is_made(people: sa.Engine) -> None:
    assert str(quarantine(people, "people", [not_null("id")], "people_bad")) == "people: 0 bad rows, 0 copied to people_bad"
    assert not sa.inspect(people).has_table("people_bad")


def test_only_checks_of_severity_error_make_a_row_bad(people: sa.Engine) -> None:
    with pytest.raises(CheckError, match="no check of severity error says which rows of people are bad"):
        quarantine(people, "people", [not_null("name", severity="warning"), row_count(low=1)], "people_bad")


def test_a_table_that_has_changed_since_is_refused(people: sa.Engine) -> None:
    fill(people, "people_bad", {"id": sa.Integer, "name": sa.Unicode(20)}, [])

    with pytest.raises(CheckError, match="people_bad has no column amount, sold, run_id, reasons, quarantine_run_id, detected_at: "):
        quarantine(people, "people", CHECKS, "people_bad")


def test_the_helper_of_a_workflow_is_taken_too(db: Any) -> None:
    db.bulk_insert("orders", [{"id": 1, "customer": "Ada", "amount": 1}, {"id": 2, "customer": None, "amount": 1}])

    assert quarantine(db, "orders", [not_null("customer")], "orders_bad").copied == 1
    assert [row["reasons"] for row in db.execute_query("SELECT * FROM orders_bad")] == ["not_null(customer)"]


@pytest.mark.parametrize("number", [1, 100, 101, 2500])
def test_any_number_of_checks_says_its_reasons(number: int, engine: sa.Engine) -> None:
    fill(engine, "people", {"id": sa.Integer, "amount": sa.Integer}, [(1, 5), (2, number - 1), (3, None)])
    checks = [rule(f"R{each}", "is this one", "amount = :value", params={"value": each}) for each in range(number)]

    done = quarantine(engine, "people", checks, "people_bad")

    reasons = dict(kept(engine))
    wanted = {1: set(range(number)) - {5}, 2: set(range(number - 1))}
    assert {key: set(text.split("; ")) for key, text in reasons.items()} == {
        key: {f"R{each}" for each in broken} for key, broken in wanted.items() if broken
    }
    assert done.copied == len(reasons)
