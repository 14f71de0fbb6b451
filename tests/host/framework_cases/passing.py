"""Each of these passes, on every database."""

import sqlite3
import time
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import create_engine, text

TOTALS = [{"customer": 1, "number": 2}, {"customer": 2, "number": 1}]


def totals(db):
    return db.execute_query("SELECT customer, number FROM totals ORDER BY customer")


def seen_by_others(url, sql):
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [tuple(row) for row in connection.execute(text(sql))]
    engine.dispose()
    return rows


@pytest.mark.parametrize("time", [1, 2])
def test_what_a_test_writes_is_gone_in_the_next(time, db, workflow):
    assert totals(db) == []
    workflow.run(db)
    assert totals(db) == TOTALS


def test_every_helper_of_the_configured_database_works_in_the_transaction(db, workflow):
    workflow.run(workflow.db_helper)

    assert totals(db) == TOTALS
    assert seen_by_others(db.url, "SELECT * FROM totals") == []


def test_what_fails_in_a_transaction_of_the_code_is_rolled_back_to_its_beginning(db):
    db.execute_query("INSERT INTO totals VALUES (7, 7)")
    with pytest.raises(ZeroDivisionError), db.get_connection():
        db.execute_query("INSERT INTO totals VALUES (8, 8)")
        _ = 1 / 0

    assert totals(db) == [{"customer": 7, "number": 7}]


def test_a_statement_that_the_database_refuses_does_not_spoil_the_test(db):
    with pytest.raises(Exception, match=r"(?i)constraint|unique|duplicate"):
        db.execute_query("INSERT INTO customers VALUES (1, 'Ada')")

    assert db.execute_query("SELECT COUNT(*) AS number FROM customers") == [{"number": 2}]


@pytest.mark.parametrize(
    "row",
    [
        "5, 99, 'open', 1, 1, NULL, NULL, '2026-01-01'",
        "5, 1, 'lost', 1, 1, NULL, NULL, '2026-01-01'",
        "5, 1, 'open', 1, 1, NULL, NULL, NULL",
    ],
)
def test_the_constraints_of_the_schema_hold(row, db):
    with pytest.raises(Exception, match=r"(?i)constraint|null"):
        db.execute_query(f"INSERT INTO orders VALUES ({row})")


def test_a_throw_away_sqlite_may_be_written(db, tmp_path):
    with sqlite3.connect(tmp_path / "mine.db") as connection:
        connection.execute("CREATE TABLE t (a)")
        connection.execute("INSERT INTO t VALUES (1)")
    with create_engine(f"sqlite:///{tmp_path / 'other.db'}").begin() as connection:
        connection.execute(text("CREATE TABLE t (a INTEGER)"))


def test_another_connection_may_read(db):
    assert seen_by_others(db.url, "SELECT id FROM customers ORDER BY id") == [(1,), (2,)]


def test_samples_are_rows_as_the_database_gives_them(db, sample):
    rows = sample("orders")

    assert rows == db.execute_query("SELECT * FROM orders ORDER BY id")
    assert [row["note"] for row in rows] == [None, 'two, and "more"', r"\N is text", "Blank "]


def test_a_sample_may_be_changed_without_harm(sample):
    sample("customers")[0]["name"] = "changed"

    assert sample("customers")[0]["name"] == "Ada"


def test_a_fake_table_is_empty_and_accepts_anything(db, fake_table):
    fake_table("orders")
    assert db.execute_query("SELECT * FROM orders") == []
    db.execute_query("INSERT INTO orders (id, customer) VALUES (1, 99)")
    db.execute_query("INSERT INTO orders (id, customer) VALUES (1, 99)")
    assert len(db.execute_query("SELECT * FROM orders")) == 2


def test_a_fake_table_is_gone_in_the_next_test(db):
    assert len(db.execute_query("SELECT * FROM orders")) == 4


def test_a_fake_table_has_the_rows_that_are_given(db, fake_table, workflow, sample):
    fake_table("orders", [{"id": 1, "customer": 7, "status": "open"}])
    workflow.run(db)

    assert totals(db) == [{"customer": 7, "number": 1}]
    assert len(sample("orders")) == 4


def test_a_clone_is_committed_to_by_scripts(db_clone, run_script):
    done = run_script("orders.py")

    assert done == (0, "2 customers\n", ""), done
    assert totals(db_clone) == TOTALS
    assert seen_by_others(db_clone.url, "SELECT COUNT(*) FROM totals") == [(2,)]


def test_a_clone_holds_the_samples_and_nothing_of_another_test(db_clone, sample, workflow):
    assert totals(db_clone) == []
    assert db_clone.execute_query("SELECT * FROM orders ORDER BY id") == sample("orders")
    workflow.run(workflow.db_helper)
    assert totals(db_clone) == TOTALS


def test_the_constraints_of_the_schema_hold_in_a_clone(db_clone):
    with pytest.raises(Exception, match=r"(?i)constraint"):
        db_clone.execute_query("INSERT INTO orders VALUES (5, 99, 'open', 1, 1, NULL, NULL, '2026-01-01')")


def test_rows_are_golden(db, workflow, golden):
    workflow.run(db)

    golden("totals", key="customer")
    golden("orders", key=["id"])


def test_ignored_columns_may_differ(db, golden):
    db.execute_query("UPDATE orders SET note = 'x' WHERE id = 1")

    golden("orders", key="id", ignore=["note"], name="orders_without_notes")
    golden("orders", key="id", ignore=["note"])  # a file that has them is as good


@pytest.mark.parametrize("tolerance", [0.02, {"amount": 0.02}])
def test_numbers_may_differ_by_the_tolerance(tolerance, db, golden):
    db.execute_query("UPDATE orders SET amount = amount + 0.01 WHERE id = 1")

    golden("orders", key="id", tolerance=tolerance)


def test_a_clone_has_golden_rows_and_a_contract_too(db_clone, golden, contract):
    golden("orders", key="id")
    contract("orders")


@pytest.mark.parametrize("table", ["customers", "orders", "totals"])
def test_tables_keep_their_contract(table, db, contract):
    contract(table)


def test_the_spy_sees_statements_and_rows(db, sql_spy):
    db.execute_query("SELECT * FROM orders")
    db.execute_query("SELECT * FROM customers WHERE id = 1")

    assert (len(sql_spy), sql_spy.rows) == (2, 5)
    assert sql_spy.repeated == []
    assert [each.rows for each in sql_spy.matching("from ORDERS")] == [4]


def test_the_spy_finds_a_query_for_each_row(db, sql_spy):
    for number in range(12):
        db.execute_query("SELECT name FROM customers WHERE id = :id", {"id": number})
    for _ in range(9):
        db.execute_query("SELECT 1")

    assert [(each.times, "customers" in each.sql) for each in sql_spy.repeated] == [(12, True)]
    assert "test_passing.py" in sql_spy.repeated[0].place


def test_many_rows_at_once_are_one_statement(db, sql_spy):
    db.bulk_insert("totals", [{"customer": number, "number": 1} for number in range(50)])

    assert sql_spy.repeated == []


def test_the_spy_finds_what_is_forbidden(db, sql_spy):
    db.execute_query("DELETE FROM totals -- WHERE customer = 1")
    db.execute_query("UPDATE totals SET number = (SELECT MAX(id) FROM orders WHERE id = 1)")
    db.execute_query("DELETE FROM totals WHERE customer IN (SELECT customer FROM orders)")

    assert [each.rule for each in sql_spy.forbidden] == ["DELETE without WHERE", "UPDATE without WHERE"]


def test_the_clock_of_python_stands_still(frozen_now):
    frozen_now("2024-02-29T12:00")
    time.sleep(0.01)

    assert datetime.now() == datetime(2024, 2, 29, 12)
    assert datetime.now(UTC) == datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert (date.today(), time.time()) == (date(2024, 2, 29), datetime(2024, 2, 29, 12, tzinfo=UTC).timestamp())
    assert isinstance(datetime.now(), datetime)
    assert time.strftime("%H:%M", time.localtime()) == "12:00"
    frozen_now("2024-02-29T14:00+01:00")
    assert datetime.now() == datetime(2024, 2, 29, 13)


def test_the_clock_goes_on_in_the_next_test(db):
    assert abs(datetime.now().timestamp() - time.time()) < 1
    assert date.today().year > 2025


def test_a_script_is_run_as_a_user_runs_it(run_script, tmp_path):
    (tmp_path / "it.py").write_text("import sys\nprint('out', *sys.argv[1:])\nsys.exit('err')\n")

    assert run_script(tmp_path / "it.py", "a", 1) == (1, "out a 1\n", "err\n")


def test_a_patched_script_is_whole_again_1(workflow, load_script):
    workflow.run = None
    load_script("orders.py").run = None


def test_a_patched_script_is_whole_again_2(workflow, load_script):
    assert workflow.run
    assert load_script("orders.py").run
