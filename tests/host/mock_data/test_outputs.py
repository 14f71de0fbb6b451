"""Where rows go: databases, CSV and Parquet files; and the manifest, by which anyone can check them again."""

from __future__ import annotations

import csv
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from db_helper import DatabaseHelper
from mock_data.chance import BLOCK
from mock_data_generator import MockData, Refused, fill, verify
from pyarrow import parquet

from tests.host.mock_data.conftest import Lite
from tests.host.mock_data.schemas import SHOP, run

BOTH = ["customers", "orders"]


@pytest.fixture
def helper(tmp_path: Path) -> Any:
    """A `DatabaseHelper` with the shop's tables."""
    helper = DatabaseHelper(url=f"sqlite:///{tmp_path / 'shop.db'}")
    run(helper.engine, [text for text in SHOP.split(";") if text.strip()])
    yield helper
    helper.close()


def test_a_helper_and_an_engine_get_the_same_rows(helper: Any, shop: sa.Engine) -> None:
    fill(helper, BOTH, 500)
    fill(shop, BOTH, 500)

    with shop.connect() as connection:
        for table in BOTH:
            there = [tuple(row) for row in connection.execute(sa.text(f"SELECT * FROM {table} ORDER BY id"))]
            assert [tuple(row.values()) for row in helper.execute_query(f"SELECT * FROM {table} ORDER BY id")] == there


def test_all_tables_are_written_or_none(helper: Any) -> None:
    helper.execute_query("CREATE TRIGGER stop BEFORE INSERT ON orders WHEN NEW.id > 300 BEGIN SELECT RAISE(ABORT, 'enough'); END")

    with pytest.raises(Refused, match="orders: the database refused a row, and nothing was written: enough"):
        fill(helper, BOTH, 500)

    assert helper.execute_query("SELECT id FROM customers") == []


def test_new_rows_come_behind_those_that_are_there(helper: Any) -> None:
    helper.execute_query("INSERT INTO employees (id, name, hired_on) VALUES (70, 'Ada', '2020-01-01')")

    fill(helper, ["employees"], 5)

    assert [row["id"] for row in helper.execute_query("SELECT id FROM employees ORDER BY id")] == [70, 71, 72, 73, 74, 75]


def test_replacing_empties_the_tables_first(helper: Any) -> None:
    fill(helper, BOTH, 500)

    fill(helper, BOTH, 20, replace=True)

    assert [len(helper.execute_query(f"SELECT id FROM {table}")) for table in BOTH] == [20, 20]
    with pytest.raises(
        Refused, match="customers cannot be emptied, and nothing was written: FOREIGN KEY constraint failed: add the tables"
    ):
        fill(helper, ["customers"], 20, replace=True)


@pytest.mark.parametrize(("scale", "orders"), [(1.5, 450), (1.0, 300), (3, 900)])
def test_a_scale_is_of_the_rows_that_are_there(scale: float, orders: int, helper: Any) -> None:
    fill(helper, BOTH, {"customers": 40, "orders": 300})

    fill(helper, ["orders"], scale=scale)

    assert len(helper.execute_query("SELECT id FROM orders")) == orders


def test_a_scale_multiplies_rows_that_are_given(helper: Any) -> None:
    manifest = fill(helper, BOTH, {"customers": 40, "orders": 301}, scale=1.5)

    assert {name: made["rows"] for name, made in manifest["tables"].items()} == {"customers": 60, "orders": 452}


@pytest.mark.parametrize("profile", ["typical", "edge"])
def test_csv_files_hold_the_rows(profile: str, shop: sa.Engine, tmp_path: Path) -> None:
    data = MockData(shop, BOTH, 400, profile=profile)

    manifest = data.csv(tmp_path)

    with open(tmp_path / "orders.csv", encoding="utf-8", newline="") as file:
        header, *rows = csv.reader(file)
    assert header == [column.name for column in data.plan.table("orders").table.columns]
    assert rows == [["" if value is None else str(value) for value in row] for row in data.tuples("orders")]
    assert sorted(manifest["files"]) == ["customers.csv", "orders.csv"]


def test_csv_files_are_samples_for_the_helper(shop: sa.Engine, tmp_path: Path) -> None:
    MockData(shop, BOTH, 50).csv(tmp_path)
    (tmp_path / "schema.sql").write_text(SHOP, encoding="utf-8")

    helper = DatabaseHelper.from_samples(tmp_path, tmp_path / "samples.db")

    assert len(helper.execute_query("SELECT * FROM orders WHERE total = quantity * unit_price OR total > 0")) == 50
    helper.close()


@pytest.mark.parametrize("profile", ["typical", "edge"])
def test_parquet_files_hold_the_rows_and_their_types(profile: str, lite: Lite, tmp_path: Path) -> None:
    engine = lite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n NUMERIC(10, 2), f DOUBLE PRECISION, b BOOLEAN, d DATE, m TIMESTAMP, ti TIME, "
        "t TEXT, o BLOB)"
    )
    data = MockData(engine, ["t"], BLOCK + 50, profile=profile)

    data.parquet(tmp_path)

    table = parquet.read_table(tmp_path / "t.parquet")
    kinds = ["int64", "decimal128(10, 2)", "double", "bool", "date32[day]", "timestamp[us]", "time64[us]", "string", "binary"]
    assert [str(field.type) for field in table.schema] == kinds
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    for stored, made in zip(rows, data.tuples("t"), strict=True):
        assert stored[:6] == made[:6] and stored[7:] == made[7:]
        assert (stored[6].isoformat() if stored[6] else None) == made[6]


def test_parquet_without_pyarrow_says_what_to_install(shop: sa.Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyarrow", None)

    with pytest.raises(Refused, match="Parquet files need pyarrow: python -m pip install pyarrow"):
        MockData(shop, BOTH, 5).parquet(tmp_path)


def test_a_manifest_says_all_that_is_needed_to_make_the_rows_again(helper: Any) -> None:
    manifest = json.loads(json.dumps(fill(helper, BOTH, 300, seed=9)))

    assert verify(manifest, helper) == []
    assert {key: manifest[key] for key in ("format", "seed", "profile", "until")} == {
        "format": 1,
        "seed": 9,
        "profile": "typical",
        "until": "2026-01-01",
    }
    assert set(manifest["versions"]) >= {"python", "numpy", "sqlalchemy", "sqlglot"}
    assert all(len(made["digest"]) == len(made["schema"]) == 64 for made in manifest["tables"].values())
    assert len(manifest["schema"]) == 64


CHANGES: dict[str, tuple[str, list[str]]] = {
    "a value": ("UPDATE orders SET total = total + 1 WHERE id = 77", ["orders: total differs in the database"]),
    "a NULL": ("UPDATE customers SET phone = NULL", ["customers: phone differs in the database"]),
    "two columns": ("UPDATE orders SET comment = 'x', quantity = 9", ["orders: quantity, comment differ in the database"]),
    "rows": ("DELETE FROM orders WHERE id > 290", ["orders: 10 of 300 rows are not in the database"]),
    "nothing": ("UPDATE orders SET total = total", []),
    "another row": ("INSERT INTO employees (name, hired_on) VALUES ('Ada', '2020-01-01')", []),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_in_the_database_is_found(change: str, helper: Any) -> None:
    statement, found = CHANGES[change]
    manifest = fill(helper, BOTH, 300)

    helper.execute_query(statement)

    assert verify(manifest, helper) == found


def test_a_change_of_the_schema_is_found(helper: Any) -> None:
    manifest = fill(helper, BOTH, 100)

    helper.execute_query("ALTER TABLE customers ADD COLUMN vip INTEGER")

    assert verify(manifest, helper) == ["customers: its columns, keys or constraints have changed since"]


def test_rows_behind_others_are_checked_too(helper: Any) -> None:
    fill(helper, BOTH, 50)
    manifest = fill(helper, BOTH, 50, seed=1)

    assert verify(manifest, helper) == []
    assert manifest["tables"]["orders"]["first"] == 50


def test_a_changed_file_is_found(shop: sa.Engine, tmp_path: Path) -> None:
    manifest = MockData(shop, BOTH, 50).csv(tmp_path)
    assert verify(manifest, shop, tmp_path) == []

    (tmp_path / "orders.csv").write_text("id\n1\n", encoding="utf-8")
    (tmp_path / "customers.csv").unlink()

    assert verify(manifest, shop, tmp_path) == [
        f"{tmp_path / 'customers.csv'}: is not there",
        f"{tmp_path / 'orders.csv'}: has changed since",
    ]


def test_the_address_in_a_manifest_hides_the_password(postgresql_url: str) -> None:
    helper = DatabaseHelper(url=postgresql_url)
    helper.execute_query("CREATE TABLE t (id INTEGER PRIMARY KEY)")

    manifest = json.dumps(fill(helper, ["t"], 5))

    assert sa.make_url(postgresql_url).password not in manifest
    helper.close()


def test_a_manifest_tells_which_column_another_seed_changed(helper: Any) -> None:
    one = MockData(helper, BOTH, 100, seed=1).load()["tables"]["customers"]["columns"]
    other = MockData(helper, BOTH, 100, seed=2, replace=True).load()["tables"]["customers"]["columns"]

    assert [name for name in one if one[name] == other[name]] == ["id"]


def test_money_is_exact(helper: Any) -> None:
    data = MockData(helper, BOTH, 1000)

    assert all(type(row[6]) is Decimal and -row[6].as_tuple().exponent == 2 for row in data.tuples("orders"))  # type: ignore[operator]
