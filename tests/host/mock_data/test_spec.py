"""A spec describes tables that are not there, and says more about those that are."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from mock_data.spec import read_spec, type_of
from mock_data_generator import MockData, SpecError, fill

from tests.host.mock_data.conftest import Lite

SPEC = """
[brands]
key = "id"
rows = 20
[brands.columns]
id = "INTEGER"
name = { type = "VARCHAR(40)", nullable = false }

[products]
key = ["brand_id", "number"]
unique = ["sku"]
checks = ["price > cost"]
rows = 100
[products.columns]
brand_id = { type = "INTEGER", references = "brands.id" }
number = "INTEGER"
sku = { type = "VARCHAR(12)", nullable = false }
price = { type = "NUMERIC(8, 2)", nullable = false, min = 10, max = 99.99 }
cost = "NUMERIC(8, 2)"
added = { type = "DATE", min = 2024-05-01, max = 2024-05-31, nulls = 0 }
colour = { type = "VARCHAR(10)", values = ["red", "green"], weights = [9, 1], nulls = 0 }
contact = { type = "VARCHAR(60)", like = "email", nulls = 0.5 }
"""


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    """SPEC as a file."""
    path = tmp_path / "spec.toml"
    path.write_text(SPEC, encoding="utf-8")
    return path


def test_a_spec_makes_rows_without_a_database(spec: Path) -> None:
    data = MockData(None, [], spec=spec)

    rows = list(data.tuples("products"))

    assert (len(rows), len(list(data.tuples("brands")))) == (100, 20)
    assert len({row[:2] for row in rows}) == len({row[2] for row in rows}) == 100
    assert all(10 <= row[3] <= 99.99 and (row[4] is None or row[3] > row[4]) for row in rows)
    assert all(date(2024, 5, 1) <= row[5] <= date(2024, 5, 31) for row in rows)
    assert Counter(row[6] for row in rows)["red"] > 80
    assert {row[7].split("@")[1] for row in rows if row[7]} <= {"example.com", "example.org", "example.net"}
    assert 30 < sum(row[7] is None for row in rows) < 70


def test_tables_of_a_spec_are_created_where_they_are_missing(spec: Path, lite: Lite) -> None:
    engine = lite()

    fill(engine, [], spec=spec)

    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT COUNT(*) FROM products WHERE price > cost OR cost IS NULL")) == 100


def test_a_spec_tells_what_a_schema_does_not(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (id INTEGER PRIMARY KEY, c INTEGER NOT NULL, a INTEGER, b INTEGER, s TEXT)",
    )
    said: dict[str, Any] = {
        "t": {
            "checks": ["a < b"],
            "unique": [["a"]],
            "columns": {"c": {"references": "customers.id"}, "s": {"values": ["x"], "nulls": 0}, "b": {"nulls": 0}},
        }
    }

    rows = list(MockData(engine, ["customers", "t"], 50, spec=said).tuples("t"))

    assert {row[1] for row in rows} <= set(range(1, 51))
    assert all(row[2] < row[3] for row in rows) and len({row[2] for row in rows}) == 50
    assert {row[4] for row in rows} == {"x"}


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a column that is not there": ({"t": {"columns": {"idd": {"nulls": 0}}}}, r"t: column 'idd' is not known: did you mean 'id'\?"),
    "a word": ({"t": {"colums": {}}}, r"\[t\] 'colums' is not known: did you mean 'columns'\?"),
    "a word of a column": ({"t": {"columns": {"id": {"nuls": 1}}}}, r"\[t\.columns\] id 'nuls' is not known: did you mean 'nulls'\?"),
    "a type": ({"x": {"columns": {"a": "INTEGR"}}}, r"\[x\.columns\] a: 'INTEGR' is no type that is known here, such as INTEGER"),
    "a type beside others": ({"x": {"columns": {"a": "INTEGER", "b": {}}}}, r"\[x\.columns\] b has no type, and other columns"),
    "a meaning": ({"t": {"columns": {"s": {"like": "emal"}}}}, r"t\.s: like 'emal' is not known: did you mean 'email'\?"),
    "a limit": ({"t": {"columns": {"id": {"min": "x"}}}}, r"t\.id: 'x' is no value of INTEGER"),
    "a limit of text": ({"t": {"columns": {"s": {"max": 3}}}}, r"t\.s: TEXT has no smallest and largest value"),
    "weights": ({"t": {"columns": {"s": {"values": ["a"], "weights": [1, 2]}}}}, r"t\.s: 1 values and 2 weights"),
    "a table": ({"t": 5}, r"\[t\] must be a table with columns, not 5"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_a_spec_says_wrong_is_named(what: str, lite: Lite) -> None:
    said, message = WRONG[what]

    with pytest.raises(SpecError, match=message):
        MockData(lite("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)"), ["t"], 5, spec=said)


def test_a_file_that_is_not_toml_is_named(tmp_path: Path) -> None:
    (tmp_path / "bad.toml").write_text("[", encoding="utf-8")

    with pytest.raises(SpecError, match=r"bad\.toml: "):
        read_spec(tmp_path / "bad.toml")


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("numeric(10, 2)", "NUMERIC(10, 2)"),
        ("VARCHAR(40)", "VARCHAR(40)"),
        ("timestamp with time zone", "TIMESTAMP"),
        ("uuid", "UUID"),
        ("json", "JSON"),
    ],
)
def test_types_are_written_as_in_sql(text: str, kind: str) -> None:
    assert str(type_of(text, "")) == kind
