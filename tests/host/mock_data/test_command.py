"""`python dev/shared/mock_data_generator.py`, as its user runs it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import mock_data_generator
import pytest
import sqlalchemy as sa

from tests.host.mock_data.schemas import SHOP, run

Say = Callable[..., tuple[int, str, str]]
SCRIPT = Path(mock_data_generator.__file__)


@pytest.fixture
def database(tmp_path: Path) -> str:
    """The address of a file with the shop's tables."""
    url = f"sqlite:///{tmp_path / 'shop.db'}"
    run(sa.create_engine(url), [text for text in SHOP.split(";") if text.strip()]).dispose()
    return url


@pytest.fixture
def say(database: str, capsys: pytest.CaptureFixture[str]) -> Say:
    """Run the command on that database."""

    def run_command(*words: str) -> tuple[int, str, str]:
        code = mock_data_generator.main([*words, "--database", database])
        return (code, *capsys.readouterr())

    return run_command


def count(database: str, table: str) -> int:
    """The rows of a table."""
    engine = sa.create_engine(database)
    with engine.connect() as connection:
        found = int(connection.scalar(sa.text(f"SELECT COUNT(*) FROM {table}")) or 0)
    engine.dispose()
    return found


def test_tables_are_filled_parents_first(say: Say, database: str) -> None:
    code, out, _ = say("--tables", "orders,customers", "--rows", "300")

    assert code == 0
    assert out.splitlines()[:2] == ["300 rows in customers", "300 rows in orders"]
    assert (count(database, "orders"), count(database, "customers")) == (300, 300)


def test_each_table_may_have_its_own_number(say: Say, database: str) -> None:
    say("--tables", "orders=90,customers", "--rows", "20")

    assert (count(database, "orders"), count(database, "customers")) == (90, 20)


def test_half_as_many_again(say: Say, database: str) -> None:
    say("--tables", "customers=10,orders=40")

    _, out, _ = say("--tables", "orders", "--scale", "1.5")

    assert out.startswith("20 rows in orders")
    assert count(database, "orders") == 60


def test_a_plan_shows_order_values_and_reasons_and_writes_nothing(say: Say, database: str) -> None:
    code, out, _ = say("--tables", "orders,customers", "--rows", "1000", "--plan")

    lines = [" ".join(line.split()) for line in out.splitlines()]
    assert code == 0
    assert lines[0] == "customers: 1,000 rows"
    assert "id INTEGER 1, 2, 3 unique: counted from 1" in lines
    assert any(line.startswith("customer_id INTEGER 1") and line.endswith("a row of customers: some often, some never") for line in lines)
    assert any(line.startswith("total NUMERIC(12, 2)") and line.endswith("quantity x unit_price") for line in lines)
    assert "CHECK (quantity > 0): kept by what its column gets" in lines
    assert "CHECK (shipped_at >= ordered_at): looked at in every row" in lines
    assert count(database, "customers") == 0


def test_json_is_the_manifest(say: Say) -> None:
    _, out, _ = say("--tables", "customers", "--rows", "5", "--json")

    assert json.loads(out)["tables"]["customers"]["rows"] == 5


def test_files_are_written_instead(say: Say, database: str, tmp_path: Path) -> None:
    _, out, _ = say("--tables", "customers=3", "--csv", str(tmp_path / "csv"))
    say("--tables", "customers=3", "--parquet", str(tmp_path / "parquet"))

    assert out.splitlines()[:2] == ["3 rows in customers", "customers.csv written"]
    assert [path.name for path in (*tmp_path.glob("csv/*"), *tmp_path.glob("parquet/*"))] == ["customers.csv", "customers.parquet"]
    assert count(database, "customers") == 0


def test_files_hold_all_rows_not_only_those_behind_others(say: Say, tmp_path: Path) -> None:
    say("--tables", "customers=10")

    say("--tables", "customers", "--scale", "1.5", "--csv", str(tmp_path))

    assert len((tmp_path / "customers.csv").read_text(encoding="utf-8").splitlines()) == 16


def test_a_manifest_is_verified(say: Say, database: str, tmp_path: Path) -> None:
    file = str(tmp_path / "made.json")
    say("--tables", "customers,orders", "--rows", "50", "--manifest", file)
    assert say("--verify", file) == (0, f"100 rows made again, all as {file} says\n", "")

    engine = sa.create_engine(database)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE orders SET quantity = 99 WHERE id = 3"))
    engine.dispose()

    assert say("--verify", file) == (1, "orders: quantity differs in the database\n", "")


REFUSED = {
    "a table that is not there": (["--tables", "ordres", "--rows", "5"], "the database has no table 'ordres': did you mean 'orders'?"),
    "nothing like it": (
        ["--tables", "xyz", "--rows", "5"],
        "the database has no table 'xyz': it has customers, employees, order_lines, orders",
    ),
    "no number of rows": (
        ["--tables", "orders"],
        "orders has no rows to go by: say how many, --rows 1000 or --rows orders=1000",
    ),
    "a number that is none": (["--tables", "orders=many"], "'orders=many': 'many' is no number of rows"),
    "no parents": (["--tables", "orders=5"], "orders.customer_id refers to customers, which has no rows: add customers to the tables"),
    "no date": (["--tables", "customers=5", "--until", "soon"], "until must be a date such as 2026-01-01, not 'soon'"),
    "no scale": (["--tables", "customers=5", "--scale", "0"], "scale must be greater than 0, not 0.0"),
}


@pytest.mark.parametrize("reason", REFUSED)
def test_what_cannot_be_is_said_in_one_line(reason: str, say: Say) -> None:
    words, message = REFUSED[reason]

    assert say(*words) == (2, "", f"Error: {message}\n")


def test_a_spec_alone_makes_files_without_a_database(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spec = tmp_path / "spec.toml"
    spec.write_text('[people]\nkey = "id"\nrows = 7\n[people.columns]\nid = "INTEGER"\nemail = "VARCHAR(60)"\n', encoding="utf-8")

    code = mock_data_generator.main(["--spec", str(spec), "--csv", str(tmp_path)])

    assert (code, capsys.readouterr().out.splitlines()[0]) == (0, "7 rows in people")
    assert (tmp_path / "people.csv").read_text(encoding="utf-8").startswith("id,email\n1,")


def test_help_has_examples(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        mock_data_generator.main(["--help"])

    out = capsys.readouterr().out
    assert "examples:" in out and "--tables orders --scale 1.5" in out and "the 150 % input" in out


def test_without_tables_the_usage_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        mock_data_generator.main([])

    assert "say which tables: --tables orders,customers" in capsys.readouterr().err


def test_progress_is_shown_on_a_terminal_only(database: str) -> None:
    command = [sys.executable, str(SCRIPT), "--tables", "customers=40000", "--replace", "--database", database]
    main, terminal = pytest.importorskip("pty").openpty()

    quiet = subprocess.run(command, capture_output=True, text=True, check=True)
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=terminal, check=True)
    os.close(terminal)

    assert quiet.stderr == ""
    assert "customers: 16,384 of 40,000 rows (40 %)" in os.read(main, 10_000).decode()
    os.close(main)


def test_words_on_the_screen_fit_a_console_of_windows(say: Say, tmp_path: Path) -> None:
    done = subprocess.run(
        [
            sys.executable,
            str(SCRIPT),
            "--tables",
            "customers",
            "--rows",
            "200",
            "--plan",
            "--database",
            f"sqlite:///{tmp_path / 'shop.db'}",
        ],
        env={**os.environ, "PYTHONIOENCODING": "cp1252"},
        capture_output=True,
        check=False,
    )

    assert done.returncode == 0, done.stderr.decode(errors="replace")


def test_the_alias_of_old_still_works(say: Say, database: str) -> None:
    say("--table", "customers", "--rows", "4")

    assert count(database, "customers") == 4
