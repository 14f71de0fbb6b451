"""What the database helper promises, on SQLite, PostgreSQL, MariaDB and SQL Server alike."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import db_errors
import pytest
from db_errors import ReadOnlyError, StatementTimeout, TransactionUndone
from db_helper import DatabaseHelper
from sqlalchemy.exc import DBAPIError, IntegrityError

from tests.host.conftest import SERVERS, Database

TEXTS = ["plain", "žluťoučký kůň", "😀", 'it\'s 100 % "sure"', "a\\b\n\tc", ":no = %s ? {x}", ""]
FULL = {
    "id": 1,
    "customer": "Ada",
    "amount": Decimal("12.50"),
    "rate": 0.1,
    "large": 2**40,
    "paid": True,
    "placed": date(2024, 2, 29),
    "changed": datetime(2026, 1, 2, 3, 4, 5, 678900),
    "data": b"\x00\xff'",
}


def order(number: int, customer: str | None = "Ada", amount: str | None = "1.00") -> dict[str, Any]:
    return {"id": number, "customer": customer, "amount": amount and Decimal(amount)}


def found(db: Any, columns: str = "id") -> list[Any]:
    rows = db.execute_query(f"SELECT {columns} FROM orders ORDER BY id")
    return [tuple(row.values()) if len(row) > 1 else next(iter(row.values())) for row in rows]


def in_python(row: dict[str, Any], name: str) -> dict[str, Any]:
    """What SQLite gives back for types that it has not."""
    if name != "sqlite":
        return row
    return {**row, "amount": float(row["amount"]), "placed": str(row["placed"]), "changed": str(row["changed"])}


# reading


def test_a_name_may_stand_several_times_and_in_texts_it_is_none(database: Database) -> None:
    sql = "SELECT ':a' AS one, :a AS two, :b AS three, '50%' AS four, :a AS five -- :c\n"

    assert database.helper.execute_query(sql, {"a": 1, "b": "x", "unused": 0}) == [
        {"one": ":a", "two": 1, "three": "x", "four": "50%", "five": 1}
    ]


@pytest.mark.parametrize("text", TEXTS)
def test_a_text_comes_back_as_it_went_in(text: str, database: Database) -> None:
    database.helper.execute_query("INSERT INTO orders (id, customer) VALUES (1, :text)", {"text": text})

    assert found(database.helper, "customer") == [text]
    assert database.helper.execute_query("SELECT id FROM orders WHERE customer = :text", {"text": text}) == [{"id": 1}]


def test_a_parameter_that_is_missing_is_named(database: Database) -> None:
    with pytest.raises(ValueError, match=r"a parameter :day, which is not among the given \(since\)"):
        database.helper.execute_query("SELECT id FROM orders WHERE placed = :day", {"since": 1})


def test_two_columns_of_one_name_are_refused(database: Database) -> None:
    with pytest.raises(ValueError, match='two columns are called "id": give one of them another name with AS'):
        database.helper.execute_query("SELECT id, id FROM orders")


def test_an_error_of_the_database_is_one_of_sqlalchemy_and_the_next_statement_works(database: Database) -> None:
    database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")

    with pytest.raises(IntegrityError):
        database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
    with pytest.raises(DBAPIError):
        database.helper.execute_query("SELECT nothing FROM nowhere")

    assert found(database.helper) == [1]


@pytest.mark.parametrize("params", [["hidden"], ("hidden",)])
def test_parameters_without_names_are_refused_and_not_shown(params: Any, database: Database) -> None:
    with pytest.raises(TypeError, match=r"parameters have names: \{'a': …\}, not a (list|tuple)$"):
        database.helper.execute_query("SELECT :a AS a", params)


@pytest.mark.parametrize("sql", ["INSERT INTO orders (id) VALUES (1)", "UPDATE orders SET id = 1", "DELETE FROM orders WHERE id = 1"])
def test_a_stream_of_what_changes_something_is_refused_before_it_does(sql: str, database: Database) -> None:
    database.helper.bulk_insert("orders", [order(2)])

    with pytest.raises(ValueError, match=rf"stream_query reads, and this is {sql[:6]}: use execute_query"):
        list(database.helper.stream_query(sql))

    assert found(database.helper) == [2]


@pytest.mark.parametrize("seconds", [0, -1])
def test_a_limit_of_no_time_is_refused(seconds: int, database: Database) -> None:
    with pytest.raises(ValueError, match="timeout is in seconds and must be above 0"):
        database.helper.execute_query("SELECT 1 AS one", timeout=seconds)


def test_no_attempt_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="attempts must be at least 1, not 0"):
        database.helper.run_in_transaction(lambda connection: 1, attempts=0)


@pytest.mark.parametrize("size", [1, 3, 10, 1000])
def test_a_stream_gives_every_row_once_in_batches(size: int, database: Database) -> None:
    database.helper.bulk_insert("orders", ([n, f"c{n}"] for n in range(25)), columns=["id", "customer"])

    batches = list(database.helper.stream_query("SELECT id, customer FROM orders WHERE id < :most ORDER BY id", {"most": 20}, size))

    assert [row for batch in batches for row in batch] == [{"id": n, "customer": f"c{n}"} for n in range(20)]
    assert max(map(len, batches)) <= size


def test_a_stream_that_is_left_gives_its_connection_back(database: Database) -> None:
    database.helper.bulk_insert("orders", [[n] for n in range(5000)], columns=["id"])

    for batch in database.helper.stream_query("SELECT id FROM orders ORDER BY id", batch_size=10):
        assert batch[0] == {"id": 0}
        break

    assert database.helper.engine.pool.checkedout() == 0
    assert len(found(database.helper)) == 5000


def test_a_transaction_writes_while_it_reads_a_stream(database: Database) -> None:
    database.helper.bulk_insert("orders", [[n] for n in range(100)], columns=["id"])
    database.helper.execute_query("CREATE TABLE copies (id INTEGER)")

    with database.helper.get_connection():
        for batch in database.helper.stream_query("SELECT id FROM orders", batch_size=30):
            database.helper.bulk_insert("copies", batch)

    assert database.helper.execute_query("SELECT COUNT(*) AS n FROM copies") == [{"n": 100}]


@pytest.mark.parametrize("database", ["sqlite", *SERVERS], indirect=True)
def test_columns_and_keys_are_read_from_the_database(database: Database) -> None:
    table = database.helper.table("orders")

    assert [column.name for column in table.columns] == list(FULL)
    assert [column.name for column in table.primary_key] == ["id"]


# transactions


def test_a_transaction_is_seen_by_others_when_it_ends(database: Database) -> None:
    other = database.other()
    with database.helper.get_connection():
        database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
        assert found(database.helper) == [1]

    assert found(other) == [1]


@pytest.mark.parametrize("error", [ZeroDivisionError, KeyboardInterrupt])
def test_a_transaction_is_undone_by_any_exception(error: type[BaseException], database: Database) -> None:
    with pytest.raises(error), database.helper.get_connection():
        database.helper.bulk_insert("orders", [order(1)])
        database.helper.execute_query("INSERT INTO orders (id) VALUES (2)")
        raise error

    assert found(database.helper) == []


def test_a_transaction_inside_another_is_undone_by_itself(database: Database) -> None:
    with database.helper.get_connection() as outer:
        database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
        with pytest.raises(IntegrityError), database.helper.get_connection() as inner:
            database.helper.execute_query("INSERT INTO orders (id) VALUES (2)")
            database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
        database.helper.execute_query("INSERT INTO orders (id) VALUES (3)")

    assert inner is outer
    assert found(database.helper) == [1, 3]


def test_a_transaction_inside_another_is_undone_with_it(database: Database) -> None:
    with pytest.raises(ZeroDivisionError), database.helper.get_connection():
        with database.helper.get_connection():
            database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
        raise ZeroDivisionError

    assert found(database.helper) == []


def test_threads_have_transactions_of_their_own(database: Database) -> None:
    def add(number: int) -> None:
        with database.helper.get_connection():
            database.helper.execute_query("INSERT INTO orders (id) VALUES (:n)", {"n": number})
            if number % 2:
                raise ZeroDivisionError

    threads = [threading.Thread(target=lambda n=n: quietly(add, n)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert found(database.helper) == [0, 2, 4, 6]


def quietly(work: Any, number: int) -> None:
    with contextlib.suppress(ZeroDivisionError):
        work(number)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
def test_a_forked_process_has_connections_of_its_own(database: Database) -> None:
    with database.helper.get_connection():
        database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
        child = os.fork()
        if child == 0:
            os._exit(0 if sees_nothing(database.helper) else 1)
        _, status = os.waitpid(child, 0)
        database.helper.execute_query("INSERT INTO orders (id) VALUES (2)")

    assert status == 0
    assert found(database.helper) == [1, 2]


def sees_nothing(db: Any) -> bool:
    """Whether a statement of this process runs, outside of the transaction of its parent; on a server that locks, whether it waits."""
    try:
        return found(db) == [] if db.dialect != "mssql" else db.execute_query("SELECT 1 AS one") == [{"one": 1}]
    finally:
        db.close()


def add_by_query(db: Any, number: int) -> None:
    db.execute_query("UPDATE orders SET amount = amount + 1 WHERE id = :id", {"id": number})


def add_in_a_transaction_inside(db: Any, number: int) -> None:
    with db.get_connection():
        add_by_query(db, number)


FORKS = """
import os, sys
sys.path.insert(0, sys.argv[1])
from db_helper import DatabaseHelper
db = DatabaseHelper(url=sys.argv[2])
with db.get_connection() as connection:
    idle = connection.connection.driver_connection
if os.fork() == 0:
    sys.exit(0)
os.wait()
with db.get_connection() as connection:
    assert connection.connection.driver_connection is idle, "the child has closed it"
with db.get_connection(), db.get_connection() as connection:
    db.execute_query("INSERT INTO orders (id) VALUES (1)")
    if os.fork() == 0:
        sys.exit(0) if sys.argv[3] == "exits" else None
    else:
        assert os.wait()[1] == 0
        db.execute_query("INSERT INTO orders (id) VALUES (2)")
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system cannot fork")
@pytest.mark.parametrize("way", ["exits", "goes on"])
def test_a_forked_process_that_ends_leaves_its_parent_connections_and_transaction(way: str, database: Database) -> None:
    utils = str(Path(db_errors.__file__).parent)

    done = subprocess.run([sys.executable, "-c", FORKS, utils, database.url, way], capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    assert found(database.helper) == [1, 2]


@pytest.mark.parametrize("add", [add_by_query, add_in_a_transaction_inside])
@pytest.mark.parametrize("database", SERVERS, indirect=True)
def test_work_is_done_again_after_a_deadlock(database: Database, add: Callable[[Any, int], None]) -> None:
    database.helper.bulk_insert("orders", [order(1), order(2)])
    met, tries = threading.Barrier(2, timeout=30), []

    def pay(first: int, second: int) -> None:
        def work(connection: Any) -> None:
            tries.append(first)
            add(db, first)
            if len(tries) <= 2:
                met.wait()
            add(db, second)

        db = database.other()
        db.run_in_transaction(work)

    threads = [threading.Thread(target=pay, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert found(database.helper, "amount") == [3, 3]
    assert len(tries) == 3


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
def test_work_is_done_again_when_another_one_wrote_in_between(database: Database) -> None:
    other, tries = database.other(), []

    def work(connection: Any) -> int:
        tries.append(1)
        count = len(found(database.helper))
        if len(tries) == 1:
            other.execute_query("INSERT INTO orders (id) VALUES (1)")
        database.helper.execute_query("INSERT INTO orders (id) VALUES (2)")
        return count

    assert database.helper.run_in_transaction(work) == 1
    assert (found(database.helper), len(tries)) == ([1, 2], 2)


def test_work_that_fails_is_not_done_again(database: Database) -> None:
    tries = []

    def work(connection: Any) -> None:
        tries.append(1)
        database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
        database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")

    with pytest.raises(IntegrityError):
        database.helper.run_in_transaction(work)

    assert len(tries) == 1
    assert found(database.helper) == []


def test_work_gives_back_what_it_found_and_is_committed(database: Database) -> None:
    result = database.helper.run_in_transaction(lambda connection: database.helper.bulk_insert("orders", [order(1), order(2)]))

    assert result == 2
    assert found(database.other()) == [1, 2]


def test_an_error_that_is_caught_inside_a_part_leaves_the_transaction(database: Database) -> None:
    with database.helper.get_connection():
        database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
        with contextlib.suppress(IntegrityError), database.helper.get_connection():
            database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")

    assert found(database.helper) == [1]


def test_a_transaction_that_the_database_undid_is_never_taken_for_committed(database: Database) -> None:
    committed = False
    with contextlib.suppress(TransactionUndone):
        with database.helper.get_connection():
            database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
            with contextlib.suppress(IntegrityError):
                database.helper.execute_query("INSERT INTO orders (id) VALUES (1)")
        committed = True

    assert found(database.helper) == ([1] if committed else [])
    assert committed == (database.name != "postgresql")
    assert database.helper.bulk_insert("orders", [order(2)]) == 1


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_deadlock_that_is_swallowed_is_told_at_the_end(database: Database) -> None:
    database.helper.bulk_insert("orders", [order(1), order(2)])
    met, outcomes = threading.Barrier(2, timeout=30), []

    def pay(first: int, second: int) -> None:
        db = database.other()
        with db.get_connection():
            add_by_query(db, first)
            met.wait()
            with contextlib.suppress(DBAPIError):
                add_by_query(db, second)

    def told(*pair: int) -> None:
        try:
            pay(*pair)
            outcomes.append("committed")
        except TransactionUndone as error:
            outcomes.append(str(error).splitlines()[0])

    threads = [threading.Thread(target=told, args=pair) for pair in ((1, 2), (2, 1))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(outcomes) == ["committed", "nothing is committed: an error (1213) undid this transaction, and the code went on"]
    assert found(database.helper, "amount") == [2, 2]


# limits

SLOW = "WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 50000000) SELECT MAX(x) AS x FROM n"
SLOW_STATEMENTS = {
    "sqlite": SLOW,
    "postgresql": "SELECT pg_sleep(20)",
    "mariadb": "SELECT SLEEP(20)",
    "sqlserver": "SELECT COUNT_BIG(*) AS n FROM sys.all_columns a, sys.all_columns b, sys.all_columns c",
    "standin": "SELECT 1 AS asleep",
}


@pytest.mark.parametrize("in_a_transaction", [False, True])
def test_a_statement_that_takes_too_long_is_stopped(in_a_transaction: bool, database: Database) -> None:
    began = time.monotonic()

    with pytest.raises(StatementTimeout, match="hint: the statement took longer than allowed"):
        if in_a_transaction:
            with database.helper.get_connection():
                database.helper.execute_query(SLOW_STATEMENTS[database.name], timeout=1)
        else:
            database.helper.execute_query(SLOW_STATEMENTS[database.name], timeout=1)

    assert time.monotonic() - began < 15
    assert database.helper.execute_query("SELECT 1 AS one") == [{"one": 1}]


@pytest.mark.parametrize("database", ["sqlite", "postgresql"], indirect=True)
def test_a_stream_keeps_to_the_limit_of_its_database(database: Database, config: Path) -> None:
    (config / "settings.toml").write_text(f"[database]\nurl = '{database.url}'\ntimeout = 1\n")
    db = DatabaseHelper()

    with pytest.raises(StatementTimeout):
        list(db.stream_query(SLOW_STATEMENTS[database.name]))
    db.close()


@pytest.mark.parametrize("name", ["sqlite", "postgresql", "mariadb"])
def test_a_limit_ends_with_its_statement(name: str, request: pytest.FixtureRequest, tmp_path: Any) -> None:
    url = f"sqlite:///{tmp_path / 'one.db'}" if name == "sqlite" else request.getfixturevalue(f"{name}_url")
    longer = {"sqlite": SLOW.replace("50000000", "3000000"), "postgresql": "SELECT pg_sleep(0.6)", "mariadb": "SELECT SLEEP(0.6) AS x"}
    db = DatabaseHelper(url=url)

    with db.get_connection():
        db.execute_query("SELECT 1 AS one", timeout=0.3)
        assert len(db.execute_query(longer[name])) == 1
    db.close()


def test_a_helper_that_reads_cannot_write_even_past_the_helper(database: Database) -> None:
    database.helper.bulk_insert("orders", [order(1)])
    reader = database.other(read_only=True)

    assert found(reader) == [1]
    for statement in ("DELETE FROM orders WHERE id = 1", "INSERT INTO orders (id) VALUES (2)", "UPDATE orders SET amount = 0 WHERE id = 1"):
        with pytest.raises(ReadOnlyError):
            reader.execute_query(statement)
    with pytest.raises(ReadOnlyError):
        reader.bulk_insert("orders", [order(3)])
    reader.close()
    assert found(database.helper, "id, amount") == [(1, 1)]


def test_what_the_driver_of_a_reader_writes_does_not_stay(database: Database) -> None:
    database.helper.bulk_insert("orders", [order(1)])
    reader = database.other(read_only=True)

    try:
        with reader.get_connection() as connection:
            connection.connection.cursor().execute("DELETE FROM orders WHERE id = 1")
            connection.commit()
    except Exception as error:  # noqa: BLE001 - each driver has its own
        assert "read" in str(error).lower()
    reader.close()

    assert found(database.helper) == [1]


# many rows


@pytest.mark.parametrize("way", ["mappings", "tuples", "lists", "generator"])
def test_rows_of_every_type_arrive_as_they_are(way: str, database: Database) -> None:
    empty = dict.fromkeys(FULL) | {"id": 2}
    rows: Any = [FULL, empty, {**FULL, "id": 3, "amount": Decimal("-0.01"), "large": -(2**63), "customer": "", "paid": False}]
    given = {"mappings": rows, "tuples": [tuple(row.values()) for row in rows], "lists": [list(row.values()) for row in rows]}
    given["generator"] = (row for row in rows)

    count = database.helper.bulk_insert("orders", given[way], columns=None if way in ("mappings", "generator") else list(FULL))

    assert count == 3
    arrived = database.helper.execute_query("SELECT * FROM orders ORDER BY id")
    assert arrived[0] == in_python(FULL, database.name)
    assert arrived[1] == empty
    assert arrived[2] == {**in_python({**FULL, **rows[2]}, database.name)}


@pytest.mark.parametrize("size", [1, 2, 3, 10_000])
def test_batches_of_any_size_are_all_inserted(size: int, database: Database) -> None:
    assert database.helper.bulk_insert("orders", (order(n) for n in range(7)), size) == 7

    assert found(database.helper) == list(range(7))


def test_no_rows_are_no_error(database: Database) -> None:
    assert database.helper.bulk_insert("orders", []) == 0
    assert database.helper.upsert("orders", iter(()), key="id") == 0


def test_texts_of_every_kind_are_inserted_in_bulk(database: Database) -> None:
    database.helper.bulk_insert("orders", list(enumerate(TEXTS)), columns=["id", "customer"])

    assert found(database.helper, "customer") == TEXTS


def test_texts_that_look_like_numbers_and_dates_are_taken_by_their_columns(database: Database) -> None:
    row = {"id": "7", "amount": "3.50", "large": "12", "placed": "2026-01-02", "changed": "2026-01-02 03:04:05"}

    database.helper.bulk_insert("orders", [row])

    assert found(database.helper, "id, amount, large") == [(7, Decimal("3.50"), 12)]
    assert str(found(database.helper, "placed")[0]) == "2026-01-02"


def test_rows_that_fail_half_way_leave_nothing(database: Database) -> None:
    with pytest.raises(IntegrityError):
        database.helper.bulk_insert("orders", [order(1), order(2), order(3), order(1)], 2)

    assert found(database.helper) == []


def test_rows_that_fail_inside_a_transaction_leave_the_rest_of_it(database: Database) -> None:
    with database.helper.get_connection():
        database.helper.bulk_insert("orders", [order(1)])
        with pytest.raises(IntegrityError):
            database.helper.bulk_insert("orders", [order(2), order(1)], 1)

    assert found(database.helper) == [1]


@pytest.mark.parametrize(
    ("rows", "columns", "message"),
    [
        ([{"id": 1}, {"id": 2, "customer": "x"}], None, "all rows have the keys of the first one, and one differs in customer"),
        ([{"id": 1}, {"customer": 2}], None, "a row has no id"),
        ([(1, "x"), (2,)], ["id", "customer"], "a row has 1 values for 2 columns"),
        ([(1,)], None, r"need columns=\[…\]"),
        ({"id": 1}, None, r"one row is a list of one: \[row\]"),
        (["12", "34"], ["id", "large"], "a row is a mapping or a sequence of values, not a text"),
        ([(1, 2)], ["id", "id"], "the column id is named twice"),
    ],
)
def test_rows_of_another_shape_are_refused(rows: Any, columns: Any, message: str, database: Database) -> None:
    with pytest.raises(ValueError, match=message):
        database.helper.bulk_insert("orders", rows, columns=columns)

    assert found(database.helper) == []


def test_a_column_of_mixed_types_is_taken_value_by_value(database: Database) -> None:
    values = [Decimal("1.10"), 2, "3.30", 4.5, None]

    database.helper.bulk_insert("orders", list(enumerate(values)), columns=["id", "amount"])

    arrived = [value if value is None else Decimal(str(value)) for value in found(database.helper, "amount")]
    assert arrived == [Decimal("1.1"), 2, Decimal("3.3"), Decimal("4.5"), None]


def test_octets_of_every_kind_are_inserted(database: Database) -> None:
    rows = [(1, b"\x00a"), (2, bytearray(b"\x00b"))] + ([(3, memoryview(b"\x00c"))] if database.name != "standin" else [])

    database.helper.bulk_insert("orders", rows, columns=["id", "data"])

    assert found(database.helper, "data") == [bytes(octets) for _, octets in rows]


@pytest.mark.parametrize("database", ["sqlite", *SERVERS], indirect=True)
def test_a_moment_with_a_time_zone_is_the_same_alone_and_in_bulk(database: Database) -> None:
    moment = datetime(2026, 1, 1, 10, tzinfo=timezone(timedelta(hours=2)))
    database.helper.execute_query("INSERT INTO orders (id, changed) VALUES (1, :moment)", {"moment": moment})

    database.helper.bulk_insert("orders", [(2, moment)], columns=["id", "changed"])

    one, other = found(database.helper, "changed")
    assert one == other


@pytest.mark.parametrize("database", ["sqlite", "postgresql", "mariadb"], indirect=True)
def test_numbers_of_numpy_and_moments_of_pandas_are_numbers_and_moments(database: Database) -> None:
    numpy, pandas = pytest.importorskip("numpy"), pytest.importorskip("pandas")
    number, moment = numpy.int64(7), pandas.Timestamp("2026-01-01 10:00")

    database.helper.bulk_insert("orders", [(number, numpy.float32(0.5), moment)], columns=["id", "rate", "changed"])

    rows = database.helper.execute_query("SELECT id, rate, changed FROM orders WHERE id = :id", {"id": number})
    assert [(row["id"], row["rate"], str(row["changed"])) for row in rows] == [(7, 0.5, "2026-01-01 10:00:00")]


# rows with a key


def test_an_upsert_inserts_what_is_new_and_changes_what_is_there(database: Database) -> None:
    database.helper.bulk_insert("orders", [order(1, "old"), order(2, "kept"), order(3, None, None)])

    count = database.helper.upsert("orders", [order(1, "new", "5.00"), order(3, "filled", "7.00"), order(4, None, None)], key="id")

    assert count == 3
    assert found(database.helper, "id, customer, amount") == [(1, "new", 5), (2, "kept", 1), (3, "filled", 7), (4, None, None)]


def test_columns_that_are_not_given_keep_their_values(database: Database) -> None:
    database.helper.bulk_insert("orders", [FULL])

    database.helper.upsert("orders", [{"id": 1, "customer": "new"}], key="id")

    (row,) = database.helper.execute_query("SELECT * FROM orders")
    assert row == {**in_python(FULL, database.name), "customer": "new"}


@pytest.mark.parametrize("change", ["ADA", "Ada ", "Adá", "", None])
def test_a_change_of_case_blanks_or_accents_is_one(change: str | None, database: Database) -> None:
    database.helper.bulk_insert("orders", [order(1, "Ada")])

    database.helper.upsert("orders", [order(1, change)], key="id")

    assert found(database.helper, "customer") == [change]


@pytest.mark.parametrize("database", ["sqlite", *SERVERS], indirect=True)
def test_the_last_digit_of_a_short_fraction_is_a_change(database: Database) -> None:
    database.helper.execute_query(
        "CREATE TABLE shares (id INTEGER NOT NULL, share {})".format("REAL" if database.name != "mariadb" else "FLOAT")
    )
    database.helper.upsert("shares", [{"id": 1, "share": 0.1234567}], key="id")

    database.helper.upsert("shares", [{"id": 1, "share": 0.1234569}], key="id")

    (row,) = database.helper.execute_query("SELECT share * 1.0e0 AS share FROM shares")
    assert row["share"] == pytest.approx(0.1234569, abs=1e-8)


def test_an_upsert_of_a_column_that_is_not_there_names_it(database: Database) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        database.helper.upsert("orders", [{"id": 1, "nowhere": "x"}], key="id")


def test_an_upsert_twice_writes_nothing_the_second_time(database: Database) -> None:
    rows = [FULL, {**FULL, "id": 2, "customer": None}, dict.fromkeys(FULL) | {"id": 3}]
    database.helper.upsert("orders", rows, key="id")
    with database.helper.get_connection() as connection:
        watch_updates(database, connection)

    database.helper.upsert("orders", rows, key="id")

    assert database.helper.execute_query("SELECT COUNT(*) AS n FROM touched") == [{"n": 0}]
    database.helper.upsert("orders", [{"id": 1, "rate": 0.2}], key="id")
    assert database.helper.execute_query("SELECT COUNT(*) AS n FROM touched") == [{"n": 1}]


def watch_updates(database: Database, connection: Any) -> None:
    """Count the rows that are written, by a trigger."""
    body = {
        "sqlite": "CREATE TRIGGER watch AFTER UPDATE ON orders BEGIN INSERT INTO touched VALUES (new.id); END",
        "mariadb": "CREATE TRIGGER watch AFTER UPDATE ON orders FOR EACH ROW INSERT INTO touched VALUES (new.id)",
        "sqlserver": "CREATE TRIGGER watch ON orders AFTER UPDATE AS INSERT INTO touched SELECT id FROM inserted",
        "postgresql": "CREATE TRIGGER watch AFTER UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION touch()",
    }
    connection.exec_driver_sql("CREATE TABLE touched (id INTEGER)")
    if database.name == "postgresql":
        connection.exec_driver_sql(
            "CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO touched VALUES (new.id); RETURN new; END $$"
        )
    connection.exec_driver_sql(body.get(database.name, body["sqlite"]))


def test_a_key_may_be_several_columns_and_all_columns(database: Database) -> None:
    database.helper.execute_query("CREATE TABLE daily (shop INTEGER NOT NULL, day DATE NOT NULL, total INTEGER)")
    rows = [{"shop": 1, "day": date(2026, 1, 1), "total": 1}, {"shop": 1, "day": date(2026, 1, 2), "total": 2}]
    database.helper.upsert("daily", rows, key=["shop", "day"])

    database.helper.upsert("daily", [{**rows[1], "total": 9}], key=("shop", "day"))
    database.helper.upsert("daily", [{"shop": 1, "day": date(2026, 1, 1)}, {"shop": 2, "day": date(2026, 1, 1)}], key=("shop", "day"))

    assert database.helper.execute_query("SELECT shop, total FROM daily ORDER BY shop, day") == [
        {"shop": 1, "total": 1},
        {"shop": 1, "total": 9},
        {"shop": 2, "total": None},
    ]


def test_a_key_without_an_index_takes_no_longer(database: Database) -> None:
    database.helper.execute_query("CREATE TABLE plain (name {text}, kind {text}, total INTEGER)".format(**database.types))
    rows = [{"name": f"n{number}", "kind": "x", "total": number} for number in range(8000)]
    for _ in range(2):
        database.helper.upsert("plain", rows, key=["name", "kind"])  # by comparing each with each: minutes

    assert database.helper.execute_query("SELECT COUNT(*) AS n FROM plain") == [{"n": 8000}]


@pytest.mark.parametrize("database", ["mariadb"], indirect=True)
def test_a_key_may_be_a_long_text(database: Database) -> None:
    database.helper.execute_query("CREATE TABLE pages (name TEXT, address VARCHAR(2000), total INTEGER)")

    for key in ("name", "address"):
        database.helper.upsert("pages", [{"name": "n", "address": "a", "total": 1}], key=key)

    assert database.helper.execute_query("SELECT name, total FROM pages") == [{"name": "n", "total": 1}]


def test_a_row_that_others_refer_to_is_changed_not_replaced(database: Database) -> None:
    database.helper.bulk_insert("orders", [order(1)])
    database.helper.execute_query("CREATE TABLE order_lines (id INTEGER, order_id INTEGER REFERENCES orders (id) ON DELETE CASCADE)")
    database.helper.bulk_insert("order_lines", [{"id": 1, "order_id": 1}])

    database.helper.upsert("orders", [order(1, "new")], key="id")

    assert database.helper.execute_query("SELECT id FROM order_lines") == [{"id": 1}]


@pytest.mark.parametrize(
    ("rows", "key", "message"),
    [
        ([order(1), {**order(2), "id": None}], "id", "a row has no id: a key cannot be NULL"),
        ([order(1), order(2), order(1)], "id", "two rows have the same id"),
        ([order(1)], "number", "the rows have no number, which is their key"),
        ([order(1)], [], "key must name at least one column"),
    ],
)
def test_keys_that_are_none_are_refused(rows: Any, key: str, message: str, database: Database) -> None:
    with pytest.raises(ValueError, match=message):
        database.helper.upsert("orders", rows, key=key, batch_size=2)

    assert found(database.helper) == []


# in a test


def test_all_that_is_done_over_a_bound_connection_can_be_undone(database: Database) -> None:
    database.helper.bulk_insert("orders", [order(1)])
    other = database.other()
    with database.helper.engine.connect() as connection, DatabaseHelper.bound_to(connection):
        other.bulk_insert("orders", [order(2), order(3)])
        database.helper.upsert("orders", [order(1, "changed"), order(4)], key="id")
        with pytest.raises(IntegrityError):
            other.execute_query("INSERT INTO orders (id) VALUES (1)")
        with pytest.raises(ZeroDivisionError), other.get_connection():
            other.execute_query("INSERT INTO orders (id) VALUES (5)")
            raise ZeroDivisionError
        seen = [row["id"] for batch in database.helper.stream_query("SELECT id FROM orders ORDER BY id", batch_size=2) for row in batch]
        connection.rollback()

    assert seen == [1, 2, 3, 4]
    assert found(other, "id, customer") == [(1, "Ada")]


def test_over_a_bound_connection_a_stream_is_read_while_others_write(database: Database) -> None:
    database.helper.bulk_insert("orders", [order(n) for n in range(6)])
    with database.helper.engine.connect() as connection, DatabaseHelper.bound_to(connection):
        for batch in database.helper.stream_query("SELECT id FROM orders ORDER BY id", batch_size=2):
            database.helper.execute_query("UPDATE orders SET amount = 9 WHERE id = :id", {"id": batch[0]["id"]})
        changed = database.helper.execute_query("SELECT COUNT(*) AS n FROM orders WHERE amount = 9")
        connection.rollback()

    assert changed == [{"n": 3}]
    assert set(found(database.helper, "amount")) == {1}


# frames


def test_a_frame_has_the_columns_and_types_of_the_query(database: Database) -> None:
    pandas, polars = pytest.importorskip("pandas"), pytest.importorskip("polars")
    database.helper.bulk_insert("orders", [FULL, {**FULL, "id": 2, "customer": None}])
    sql = "SELECT id, customer, rate FROM orders WHERE id >= :low ORDER BY id"

    one, two = database.helper.query_frame(sql, {"low": 1}), database.helper.query_frame(sql, {"low": 1}, library="polars")

    assert isinstance(one, pandas.DataFrame) and isinstance(two, polars.DataFrame)
    assert one["id"].tolist() == two["id"].to_list() == [1, 2]
    assert two.rows() == [(1, "Ada", 0.1), (2, None, 0.1)]


def test_a_table_of_arrow_has_the_columns_of_the_query(database: Database) -> None:
    pytest.importorskip("pyarrow")
    database.helper.bulk_insert("orders", [FULL, {**FULL, "id": 2, "customer": None}])

    table = database.helper.query_arrow("SELECT id, customer, large FROM orders ORDER BY id")

    assert table.to_pydict() == {"id": [1, 2], "customer": ["Ada", None], "large": [2**40, 2**40]}
    assert database.helper.query_arrow("SELECT id FROM orders WHERE id = 9").num_rows == 0
