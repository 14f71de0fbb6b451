"""Each of these fails, on every database, and says what stands in its docstring."""

import sqlite3

import pytest
from db_helper import DatabaseHelper
from sqlalchemy import create_engine, text


def test_a_commit_of_the_connection(db):
    """its transaction was ended by a commit() or rollback() at dev/orders/testing/test_failing.py:"""
    with pytest.raises(Exception, match=""), db.get_connection() as connection:
        connection.commit()
        _ = 1 / 0


def test_a_rollback_of_the_connection(db):
    """its transaction was ended by a commit() or rollback() at dev/orders/testing/test_failing.py:"""
    with pytest.raises(Exception, match=""), db.get_connection() as connection:
        connection.rollback()
        _ = 1 / 0


def test_a_commit_in_sql(db):
    """its transaction was ended by COMMIT at dev/orders/testing/test_failing.py:"""
    with pytest.raises(Exception, match=""), db.get_connection() as connection:
        connection.exec_driver_sql("COMMIT")
        _ = 1 / 0


def test_a_commit_of_the_driver(db):
    """its transaction was ended: by a COMMIT, a ROLLBACK, or a statement that commits by itself"""
    with pytest.raises(Exception, match=""), db.get_connection() as connection:
        connection.connection.commit()
        _ = 1 / 0


def test_a_commit_after_a_change_that_stays(db):
    """its transaction was ended by COMMIT"""
    db.execute_query("INSERT INTO totals VALUES (7, 7)")
    with pytest.raises(Exception, match=""), db.get_connection() as connection:
        connection.exec_driver_sql("COMMIT")
        _ = 1 / 0


def test_the_next_test_has_a_clean_database(db):
    """assert [] != []"""
    assert db.execute_query("SELECT * FROM totals") != []


def test_a_write_of_another_engine(db):
    """over a connection of its own it ran INSERT INTO totals VALUES (7, 7) at dev/orders/testing/test_failing.py:"""
    with create_engine(db.url).begin() as connection:
        connection.execute(text("INSERT INTO totals VALUES (7, 7)"))


def test_a_write_of_another_engine_whose_error_is_swallowed(db):
    """over a connection of its own it ran DELETE FROM totals at dev/orders/testing/test_failing.py:"""
    with pytest.raises(AssertionError), create_engine(db.url).begin() as connection:
        connection.execute(text("DELETE FROM totals"))


def test_a_write_to_another_database(db):
    """over a connection of its own it ran CREATE TABLE t (a INTEGER) at dev/orders/testing/test_failing.py:"""
    DatabaseHelper(url="sqlite:///kept/real.db").execute_query("CREATE TABLE t (a INTEGER)")


def test_a_write_of_sqlite3(db):
    """over a connection of its own it wrote to kept/real.db at dev/orders/testing/test_failing.py:"""
    with pytest.raises(sqlite3.DatabaseError):
        sqlite3.connect("kept/real.db").execute("CREATE TABLE t (a INTEGER)")


def test_a_write_of_another_process(db, run_script):
    """another connection or process changed the database"""
    assert run_script("orders.py").exit_code == 0


def test_a_failed_test_that_escaped_too(db):
    """test_a_failed_test_that_escaped_too escaped its transaction: its transaction was ended by COMMIT"""
    with pytest.raises(Exception, match=""), db.get_connection() as connection:
        connection.exec_driver_sql("COMMIT")
        _ = 1 / 0
    raise AssertionError("for another reason")


def test_two_databases_at_once(db, db_clone):
    """a test uses `db` or `db_clone`, not both: they are two databases"""


def test_a_golden_file_that_is_missing(db, golden):
    """customers is not what dev/orders/testing/golden/customers.csv says: it is missing"""
    golden("customers", key="id")


def test_golden_rows_that_differ(db, golden):
    """orders is not what dev/orders/testing/golden/orders.csv says: 1 added, 1 removed, 3 changed (share: 1, paid: 1, note: 2)"""
    db.execute_query("INSERT INTO orders SELECT 9, 1, 'open', 1, 1, paid, NULL, ordered_at FROM orders WHERE id = 1")
    db.execute_query("DELETE FROM orders WHERE id = 2")
    db.execute_query("UPDATE orders SET note = 'x', share = 0.3 WHERE id = 1")
    db.execute_query("UPDATE orders SET paid = NULL WHERE id = 3")
    db.execute_query("UPDATE orders SET note = 'BLANK' WHERE id = 4")
    golden("orders", key="id")


def test_capitals_and_blanks_are_no_small_matter(db, golden):
    """0 added, 0 removed, 1 changed (note: 1)"""
    db.execute_query("UPDATE orders SET note = 'Blank' WHERE id = 4")
    golden("orders", key="id")


def test_an_empty_text_is_not_null(db, golden):
    """changed  id=1: note NULL -> ''"""
    db.execute_query("UPDATE orders SET note = '' WHERE id = 1")
    golden("orders", key="id")


def test_a_golden_file_with_other_columns(db, golden):
    """customers is not what dev/orders/testing/golden/orders.csv says: it has other columns: only in the file ['customer', 'status'"""
    golden("customers", key="id", name="orders")


def test_a_key_that_is_none(db, golden):
    """customer is no key of orders: customer=1 stands there more than once, or is NULL"""
    golden("orders", key="customer")


def test_a_column_that_is_none(db, golden):
    """orders has no column number; it has id, customer, status"""
    golden("orders", key="number")


def test_a_contract_that_is_missing(db, contract):
    """strange is not what dev/orders/testing/contracts/strange.json says:"""
    with db.get_connection() as connection:
        connection.exec_driver_sql(f"CREATE {'TEMPORARY ' if db.dialect in ('mysql', 'mariadb') else ''}TABLE strange (a INTEGER)")
    contract("strange")
