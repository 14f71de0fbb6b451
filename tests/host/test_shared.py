"""`dev/shared/`: what the tests and validation scripts of every workflow stand on."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import mock_data_generator
import performance_profiler
import pytest
import sqlalchemy
import test_framework
from validation_helpers import (
    accepted_values,
    foreign_key,
    freshness,
    in_range,
    main_report,
    matches_length,
    not_null,
    row_count,
    rule,
    unique,
    validate,
)

ORDERS = [
    {"id": 1, "customer": "Northwind", "amount": 10},
    {"id": 2, "customer": "Contoso", "amount": -1},
    {"id": 3, "customer": None, "amount": None},
    {"id": 4, "customer": "Contoso", "amount": 99},
]


@pytest.fixture
def orders(db: Any) -> Any:
    db.bulk_insert("orders", ORDERS)
    db.bulk_insert("customers", [{"name": "Contoso"}])
    return db


@pytest.mark.parametrize(
    ("check", "failed"),
    [
        (not_null("id"), 0),
        (not_null("customer"), 1),
        (unique("id"), 0),
        (unique("customer"), 1),
        (unique("customer", "amount"), 0),
        (accepted_values("customer", [f"c{number}" for number in range(10)] + ["Contoso", "Northwind"]), 0),
        (accepted_values("customer", ["Contoso"]), 1),
        (in_range("amount", low=0), 1),
        (in_range("amount", high=50), 1),
        (in_range("amount", low=-1, high=99), 0),
        (matches_length("customer", 9), 0),
        (matches_length("customer", 8), 1),
        (foreign_key("customer", "customers", "name"), 1),
        (row_count(low=4, high=4), 0),
        (row_count(low=5), 1),
        (row_count(high=3), 1),
        (rule("BR-01", "paid", "amount >= 0"), 2),
        (rule("BR-02", "any", "amount IS NULL OR amount < 100"), 0),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_a_check_counts_the_rows_that_break_it(check: Any, failed: int, orders: Any) -> None:
    (result,) = validate(orders, "orders", [check]).results

    assert (result.failed, result.total, result.ok) == (failed, 4, failed == 0)


@pytest.mark.parametrize(("age", "ok"), [(1, True), (3, False)])
def test_freshness_looks_at_the_newest(age: float, ok: bool, db: Any) -> None:
    moment = datetime.now(UTC).replace(tzinfo=None) - timedelta(days=age)
    db.bulk_insert("orders", [{"id": 1, "customer": moment}, {"id": 2, "customer": "2001-01-01 00:00:00"}])

    assert validate(db, "orders", [freshness("customer", 2)]).ok is ok


def test_an_empty_table_is_not_fresh(db: Any) -> None:
    assert not validate(db, "orders", [freshness("customer", 2)]).ok


def test_all_that_one_pass_can_answer_is_one_select(orders: Any) -> None:
    statements: list[str] = []
    sqlalchemy.event.listen(orders.engine, "before_cursor_execute", lambda *words: statements.append(words[2]))

    validate(
        orders,
        "orders",
        [not_null("id"), not_null("customer"), in_range("amount", low=0), rule("B", "b", "1 = 1"), row_count(low=1), unique("id")],
    )

    assert len([each for each in statements if each.startswith("SELECT")]) == 2


def test_a_warning_is_shown_and_does_not_fail(orders: Any, capsys: pytest.CaptureFixture[str]) -> None:
    report = validate(orders, "orders", [rule("BR-01", "paid", "amount >= 0", severity="warning")])

    assert main_report([report]) == 0
    assert "2       4   warning" in capsys.readouterr().out


def test_a_failure_gives_exit_code_1_and_json_says_which(orders: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main_report([validate(orders, "orders", [not_null("id"), not_null("customer")])], as_json=True) == 1

    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is False
    assert [(each["id"], each["failed"]) for each in said["results"]] == [("not_null(id)", 0), ("not_null(customer)", 1)]


def test_a_name_cannot_break_out_of_the_sql(orders: Any) -> None:
    with pytest.raises(sqlalchemy.exc.OperationalError, match="no such"):
        validate(orders, 'orders"; DROP TABLE orders; --', [not_null("id")])

    assert len(orders.execute_query("SELECT id FROM orders")) == 4


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


def test_work_is_measured_and_its_result_kept() -> None:
    measured = performance_profiler.measure(lambda size: bytearray(size), 5_000_000, memory=True)

    assert len(measured.result) == 5_000_000
    assert measured.peak_bytes >= 5_000_000
    assert measured.seconds > 0


@pytest.mark.parametrize(
    ("seconds", "criticality", "ok"),
    [(29.9, "critical", True), (30.1, "critical", False), (599, "standard", True), (601, "standard", False)],
)
def test_a_time_is_judged_by_the_budget(seconds: float, criticality: str, ok: bool) -> None:
    verdict = performance_profiler.judge(seconds, criticality)

    assert verdict.ok is ok
    assert ("EXCEEDED" in verdict.text) is not ok


@pytest.mark.parametrize("installed", [True, False])
def test_a_profile_is_a_page(installed: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if not installed:
        monkeypatch.setitem(sys.modules, "pyinstrument", None)

    page = performance_profiler.write_profile(lambda: sorted(range(200_000), key=str), tmp_path / "new" / "profile.html")

    text = page.read_text(encoding="utf-8")
    assert "<!doctype html>" in text.lower()
    assert installed or "sorted" in text


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
