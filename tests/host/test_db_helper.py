"""`utils/db_helper.py`: one way to the database."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import warnings
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from tests.host.conftest import HOST

ROWS = [{"id": number, "customer": f"c{number}", "amount": number * 10} for number in range(1, 6)]


def ids(db: Any) -> list[int]:
    return [row["id"] for row in db.execute_query("SELECT id FROM orders ORDER BY id")]


def test_creating_a_helper_opens_nothing(helper_module: ModuleType, tmp_path: Path) -> None:
    helper_module.DatabaseHelper(url=f"sqlite:///{tmp_path / 'new.db'}")

    assert not (tmp_path / "new.db").exists()


def test_a_query_takes_named_parameters_and_gives_dicts(db: Any) -> None:
    db.bulk_insert("orders", ROWS)

    assert db.execute_query("SELECT id, customer FROM orders WHERE amount > :least ORDER BY id", {"least": 30}) == [
        {"id": 4, "customer": "c4"},
        {"id": 5, "customer": "c5"},
    ]


def test_a_statement_without_rows_gives_an_empty_list(db: Any) -> None:
    assert db.execute_query("DELETE FROM orders") == []


def test_a_transaction_is_committed_at_its_end(db: Any, helper_module: ModuleType) -> None:
    with db.get_connection():
        db.bulk_insert("orders", ROWS)
        assert ids(helper_module.DatabaseHelper(url=db.url)) == []

    assert ids(helper_module.DatabaseHelper(url=db.url)) == [1, 2, 3, 4, 5]


def test_a_transaction_is_rolled_back_on_any_exception(db: Any) -> None:
    with pytest.raises(KeyboardInterrupt), db.get_connection():
        db.bulk_insert("orders", ROWS)
        raise KeyboardInterrupt

    assert ids(db) == []


def test_tables_made_in_a_transaction_are_rolled_back_too(db: Any) -> None:
    with pytest.raises(ZeroDivisionError), db.get_connection():
        db.execute_query("CREATE TABLE half (id INTEGER)")
        _ = 1 / 0

    assert db.execute_query("SELECT name FROM sqlite_master WHERE name = 'half'") == []


def test_a_nested_transaction_joins_the_outer_one(db: Any) -> None:
    with pytest.raises(ZeroDivisionError), db.get_connection() as outer:
        with db.get_connection() as inner:
            db.bulk_insert("orders", ROWS)
        assert inner is outer
        _ = 1 / 0

    assert ids(db) == []


def test_threads_have_transactions_of_their_own(db: Any) -> None:
    seen: list[list[int]] = []
    with db.get_connection():
        db.bulk_insert("orders", ROWS)
        thread = threading.Thread(target=lambda: seen.append(ids(db)))
        thread.start()
        thread.join()

    assert seen == [[]]


@pytest.mark.parametrize("size", [1, 2, 5, 100])
def test_a_stream_gives_all_rows_in_batches_of_the_size(size: int, db: Any) -> None:
    db.bulk_insert("orders", ROWS)

    batches = list(db.stream_query("SELECT * FROM orders ORDER BY id", batch_size=size))

    assert [row["id"] for batch in batches for row in batch] == [1, 2, 3, 4, 5]
    assert max(map(len, batches)) <= size


def test_a_stream_that_is_left_early_frees_its_connection(db: Any) -> None:
    db.bulk_insert("orders", ROWS)

    stream = db.stream_query("SELECT * FROM orders", batch_size=1)
    next(stream)
    stream.close()

    assert db.engine.pool.checkedout() == 0


def test_all_that_helpers_of_a_bound_database_do_can_be_rolled_back(db: Any, helper_module: ModuleType) -> None:
    other = helper_module.DatabaseHelper(url=db.url)
    with db.engine.connect() as connection, helper_module.DatabaseHelper.bound_to(connection):
        with db.get_connection():
            db.bulk_insert("orders", ROWS[:2])
        with pytest.raises(ZeroDivisionError), other.get_connection():
            other.bulk_insert("orders", ROWS[2:])
            _ = 1 / 0
        seen = ids(other), [row["id"] for batch in other.stream_query("SELECT id FROM orders") for row in batch]

    assert seen == ([1, 2], [1, 2])
    assert ids(db) == []


def test_a_stream_needs_a_batch_size(db: Any) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        next(db.stream_query("SELECT 1", batch_size=0))


def test_an_upsert_twice_changes_nothing_and_replaces_by_key(db: Any) -> None:
    db.upsert("orders", ROWS, key="id")
    db.upsert("orders", [{"id": 2, "customer": "new", "amount": 1}], key=["id"])
    before = db.execute_query("SELECT * FROM orders ORDER BY id")

    db.upsert("orders", before, key="id")

    assert db.execute_query("SELECT * FROM orders ORDER BY id") == before
    assert before[1] == {"id": 2, "customer": "new", "amount": 1}


@pytest.mark.parametrize("index", ["PRIMARY KEY (shop, day)", "CHECK (1 = 1)"])
def test_an_upsert_by_several_columns_costs_no_more_for_each_row_of_a_larger_table(index: str, db: Any) -> None:
    db.execute_query(f"CREATE TABLE daily (shop INTEGER NOT NULL, day VARCHAR(10) NOT NULL, total INTEGER, {index})")
    steps = {}
    for rows in (1000, 8000):
        with db.get_connection() as connection:
            connection.exec_driver_sql("DELETE FROM daily")
            count = itertools.count()
            connection.connection.driver_connection.set_progress_handler(lambda count=count: next(count) and 0, 100)
            for start in range(0, rows, 1000):
                db.upsert("daily", [{"shop": at, "day": f"{at % 7}", "total": 1} for at in range(start, start + 1000)], key=["shop", "day"])
            connection.connection.driver_connection.set_progress_handler(None, 0)
        steps[rows] = next(count) / rows

    assert steps[8000] < 6 * steps[1000]  # by comparing each with each: hundreds of times


@pytest.mark.parametrize(("rows", "message"), [([{"id": None}], "cannot be NULL"), ([{"id": 1}, {"id": 1}], "the same id")])
def test_an_upsert_refuses_keys_that_are_none(rows: list[dict[str, Any]], message: str, db: Any) -> None:
    with pytest.raises(ValueError, match=message):
        db.upsert("orders", rows, key="id")


def test_decimals_and_dates_are_stored_without_warnings(db: Any) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        db.bulk_insert("orders", [{"id": 1, "customer": date(2026, 1, 2), "amount": Decimal("10.50")}])
        db.bulk_insert("orders", [{"id": 2, "customer": datetime(2026, 1, 2, 3, 4), "amount": None}])

    assert db.execute_query("SELECT customer, amount FROM orders ORDER BY id") == [
        {"customer": "2026-01-02", "amount": 10.5},
        {"customer": "2026-01-02 03:04:00", "amount": None},
    ]


def test_a_registered_function_stands_in_for_a_procedure(db: Any) -> None:
    db.bulk_insert("orders", ROWS)
    db.register_procedure(
        "dbo.orders_over", lambda helper, least: helper.execute_query("SELECT id FROM orders WHERE amount > :l", {"l": least})
    )

    result = db.execute_stored_procedure("dbo.orders_over", {"least": 40})

    assert result.result_sets == [[{"id": 5}]]


def test_an_unknown_procedure_says_what_to_do(db: Any) -> None:
    with pytest.raises(LookupError, match='SQLite has no stored procedures: give a function for "nope" to register_procedure'):
        db.execute_stored_procedure("nope")


@pytest.mark.parametrize(
    ("url", "quoted"),
    [
        ("sqlite://", '"dbo.orders"'),
        ("postgresql+psycopg://h/d", '"dbo"."orders"'),
        ("mysql+pymysql://h/d", "`dbo`.`orders`"),
        ("mssql+pyodbc://h/d", "[dbo].[orders]"),
    ],
)
def test_names_are_quoted_by_the_database(url: str, quoted: str, helper_module: ModuleType) -> None:
    pytest.importorskip(
        {"mssql+pyodbc": "pyodbc", "postgresql+psycopg": "psycopg", "mysql+pymysql": "pymysql"}.get(url.split(":")[0], "sqlite3")
    )

    assert helper_module.DatabaseHelper(url=url).quote("dbo.orders") == quoted


def test_a_quote_in_a_name_cannot_end_it(db: Any) -> None:
    assert db.quote('a"; DROP TABLE orders; --') == '"a""; DROP TABLE orders; --"'


def test_a_password_is_in_no_repr_and_no_address(helper_module: ModuleType) -> None:
    helper = helper_module.DatabaseHelper(url="postgresql+psycopg://ada:s3cret@h/d")

    assert "s3cret" not in repr(helper) + str(helper.url) + repr(helper.url)


def test_values_are_in_no_error(db: Any) -> None:
    db.execute_query("INSERT INTO customers VALUES (:name)", {"name": "s3cret"})

    with pytest.raises(Exception, match="UNIQUE") as caught:
        db.execute_query("INSERT INTO customers VALUES (:name)", {"name": "s3cret"})

    assert "s3cret" not in str(caught.value)


def test_samples_become_a_database(helper_module: ModuleType, tmp_path: Path) -> None:
    (tmp_path / "schema.sql").write_text('CREATE TABLE "dbo.orders" (id INTEGER, name TEXT);')
    (tmp_path / "dbo.orders.csv").write_text("id,name\n1,é\n2,\n", encoding="utf-8")

    helper = helper_module.DatabaseHelper.from_samples(tmp_path, tmp_path / "new.db")

    assert helper.execute_query('SELECT * FROM "dbo.orders"') == [{"id": 1, "name": "é"}, {"id": 2, "name": None}]
    assert [column.name for column in helper.table("dbo.orders").columns] == ["id", "name"]
    with pytest.raises(FileExistsError):
        helper_module.DatabaseHelper.from_samples(tmp_path, tmp_path / "new.db")
    helper.close()


def test_settings_secrets_and_environment_come_in_this_order(
    helper_module: ModuleType, config: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (config / "settings.toml").write_text(
        "[api]\nendpoint = 'settings'\n[processing]\nbatch_size = 10\nfast = false\n[database]\nurl = 'sqlite:///a.db'\n"
    )
    (config / "secrets.toml").write_text("[api]\nendpoint = 'secrets'\ntoken = 'x'\n")
    monkeypatch.setenv("WORKFLOW_API__ENDPOINT", "variable")
    monkeypatch.setenv("WORKFLOW_PROCESSING__BATCH_SIZE", "20")
    monkeypatch.setenv("WORKFLOW_PROCESSING__FAST", "true")

    settings = helper_module.DatabaseHelper().load_config()

    assert settings["api"] == {"endpoint": "secrets", "token": "x"}
    assert settings["processing"] == {"batch_size": 20, "fast": True}


def test_a_missing_key_names_the_file_the_key_and_the_variable(helper_module: ModuleType, config: Path) -> None:
    (config / "settings.toml").write_text("[api]\n")

    with pytest.raises(KeyError) as caught:
        _ = helper_module.load_config()["api"]["endpoint"]

    assert (
        str(caught.value)
        == "[api] endpoint is not set: write it into config/settings.toml (secrets: config/secrets.toml, or WORKFLOW_API__ENDPOINT)"
    )


def test_a_value_of_the_wrong_type_names_its_variable(helper_module: ModuleType, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (config / "settings.toml").write_text("[processing]\nbatch_size = 10\n")
    monkeypatch.setenv("WORKFLOW_PROCESSING__BATCH_SIZE", "many")

    with pytest.raises(KeyError, match='WORKFLOW_PROCESSING__BATCH_SIZE must be a whole number, not "many"'):
        helper_module.load_config()


def test_a_file_that_is_not_toml_is_named(helper_module: ModuleType, config: Path) -> None:
    (config / "secrets.toml").write_text("password = ")

    with pytest.raises(KeyError, match=r"secrets\.toml: "):
        helper_module.load_config()


def test_a_named_database_has_an_address_of_its_own(helper_module: ModuleType, config: Path) -> None:
    (config / "settings.toml").write_text("[database]\nurl = 'sqlite:///a.db'\n[database.warehouse]\nurl = 'sqlite:///w.db'\n")

    assert Path(helper_module.DatabaseHelper().url.database) == config.parent / "a.db"
    assert Path(helper_module.DatabaseHelper("warehouse").url.database) == config.parent / "w.db"


def test_the_process_shares_one_engine_per_database(helper_module: ModuleType, db: Any) -> None:
    assert helper_module.DatabaseHelper(url=db.url).engine is db.engine


def test_the_settings_that_a_host_gets_are_enough(tmp_path: Path) -> None:
    code = (
        "from db_helper import DatabaseHelper as D; c = D().load_config(); "
        "print(c['api']['endpoint'], c['processing']['batch_size'], c['database']['url'])"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=HOST / "utils", capture_output=True, text=True, check=True)

    assert done.stdout.split()[1:] == ["1000", "sqlite:///data/workflows.db"]
