"""`dev/shared/`: what the tests and validation scripts of every workflow stand on."""

from __future__ import annotations

import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import mock_data_generator
import pytest
import test_framework

ORDERS = [
    {"id": 1, "customer": "Northwind", "amount": 10},
    {"id": 2, "customer": "Contoso", "amount": -1},
    {"id": 3, "customer": None, "amount": None},
    {"id": 4, "customer": "Contoso", "amount": 99},
]


def make_rows(db: Any, count: int, **options: Any) -> list[dict[str, Any]]:
    return list(mock_data_generator.generate_rows(db.table("orders"), count, **options))


def test_the_same_seed_makes_the_same_rows_whatever_the_count(db: Any) -> None:
    assert make_rows(db, 50, seed=3) == make_rows(db, 100, seed=3)[:50]
    assert make_rows(db, 50, seed=3) != make_rows(db, 50, seed=4)


def test_the_database_accepts_the_rows(db: Any) -> None:
    assert db.bulk_insert("orders", mock_data_generator.generate_rows(db.table("orders"), 2000)) == 2000


def test_values_come_from_the_samples_and_keys_stay_unique(db: Any) -> None:
    rows = make_rows(db, 300, samples=ORDERS)

    assert {row["customer"] for row in rows} == {"Northwind", "Contoso", None}
    assert [row["id"] for row in rows] == list(range(1, 301))


def test_every_type_has_values(db: Any) -> None:
    db.execute_query(
        "CREATE TABLE kinds (b BOOLEAN NOT NULL, f FLOAT NOT NULL, d DATE NOT NULL, t DATETIME NOT NULL, "
        "n NUMERIC(6, 2) NOT NULL, s VARCHAR(3) NOT NULL, i INTEGER NOT NULL)"
    )

    for row in mock_data_generator.generate_rows(db.table("kinds"), 200):
        assert [type(value).__name__ for value in row.values()] == ["bool", "float", "date", "datetime", "Decimal", "str", "int"]
        assert len(row["s"]) <= 3
        assert row["n"] < Decimal("10000")


def test_the_generator_fills_a_table_from_the_command_line(db: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert mock_data_generator.main(["--table", "orders", "--rows", "500", "--database", str(db.url)]) == 0

    assert capsys.readouterr().out.startswith("500 rows in orders")
    assert len(db.execute_query("SELECT id FROM orders")) == 500


def test_two_scripts_of_one_name_are_two_modules(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "daily.py").write_text(f"NAME = {name!r}\n")

    scripts = [test_framework.load_script(tmp_path / name / "daily.py") for name in ("one", "two")]

    assert [script.NAME for script in scripts] == ["one", "two"]


def test_a_script_is_loaded_anew_each_time_and_leaves_the_path_alone(tmp_path: Path) -> None:
    script = tmp_path / "daily.py"
    script.write_text("import sys\nsys.path.insert(0, 'left behind')\nFOUND = []\n")
    test_framework.load_script(script).FOUND.append(1)

    assert test_framework.load_script(script).FOUND == []
    assert "left behind" not in sys.path


def test_a_script_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        test_framework.load_script(tmp_path / "nowhere.py")


def test_a_script_runs_as_a_user_runs_it(tmp_path: Path) -> None:
    (tmp_path / "it.py").write_text("import sys\nprint('out', *sys.argv[1:])\nsys.exit('err')\n")

    assert test_framework.run_script(tmp_path / "it.py", "a") == (1, "out a\n", "err\n")


def test_the_workflow_of_a_file_is_the_folder_with_its_toml(tmp_path: Path) -> None:
    (tmp_path / "dev" / "daily" / "testing").mkdir(parents=True)
    (tmp_path / "dev" / "daily" / "workflow.toml").touch()

    assert test_framework.workflow_folder(tmp_path / "dev" / "daily" / "testing" / "test_it.py") == tmp_path / "dev" / "daily"
    with pytest.raises(LookupError, match="lies in no workflow"):
        test_framework.workflow_folder(tmp_path / "it.py")
