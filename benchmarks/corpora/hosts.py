"""A stamped host with many workflows and quick tests, for measuring what runs them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

TESTS_EACH = 36

SCRIPT = '''"""Load orders of the region {number} from a CSV file into SQLite."""

import argparse
import csv
import logging
import sqlite3
import sys
from collections import Counter
from decimal import Decimal, InvalidOperation
from pathlib import Path

logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
logger = logging.getLogger(__name__)

SAMPLES = Path(__file__).parent / "testing" / "test_data_samples"
STATUSES = ("open", "paid", "cancelled")
REGION = {number}


def read_rows(path):
    """Yield the rows of a CSV file."""
    with open(path, encoding="utf-8", newline="") as lines:
        yield from csv.DictReader(lines)


def problem_of(row):
    """Name what is wrong with a row; empty when it is fine."""
    if not (row.get("customer") or "").strip():
        return "customer is missing"
    if (row.get("status") or "").strip().lower() not in STATUSES:
        return "status is not known"
    try:
        amount = Decimal(row.get("amount") or "")
    except InvalidOperation:
        return "amount is no number"
    if amount < 0:
        return "amount is negative"
    return ""


def clean(row):
    """Trim, lower and round what a row holds."""
    return {{
        "id": int(row["id"]),
        "customer": row["customer"].strip(),
        "status": row["status"].strip().lower(),
        "amount": Decimal(row["amount"]).quantize(Decimal("0.01")),
    }}


def transform(rows):
    """Split rows into clean ones and counted reasons."""
    good, reasons = [], Counter()
    for row in rows:
        reason = problem_of(row)
        if reason:
            logger.debug("row %s rejected: %s", row.get("id"), reason)
            reasons[reason] += 1
        else:
            good.append(clean(row))
    return good, reasons


def load(connection, rows):
    """Write rows in one transaction; a second run changes nothing."""
    with connection:
        connection.execute("CREATE TABLE IF NOT EXISTS orders (id INTEGER PRIMARY KEY, customer TEXT, status TEXT, amount TEXT)")
        connection.executemany(
            "INSERT OR REPLACE INTO orders VALUES (?, ?, ?, ?)",
            [(row["id"], row["customer"], row["status"], str(row["amount"])) for row in rows],
        )
    return len(rows)


def totals(connection):
    """Sum the amounts by status."""
    found = {{}}
    for status, amount in connection.execute("SELECT status, amount FROM orders"):
        found[status] = found.get(status, Decimal(0)) + Decimal(amount)
    return found


def parse(arguments):
    """Read the options."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--source", type=Path, default=SAMPLES / "orders.csv")
    parser.add_argument("--target", default=":memory:")
    parser.add_argument("--dry-run", action="store_true")
    return parser.parse_args(arguments)


def main(arguments=None):
    """Run the workflow. Returns its exit code."""
    options = parse(arguments)
    try:
        good, reasons = transform(read_rows(options.source))
    except OSError as error:
        logger.error("%s: %s", options.source, error.strerror)
        return 1
    connection = sqlite3.connect(options.target)
    loaded = 0 if options.dry_run else load(connection, good)
    connection.close()
    print(f"region {{REGION}}: loaded {{loaded}}, rejected {{sum(reasons.values())}}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
'''

VALIDATION = '''"""Check the {what} of orders."""

import sqlite3


def problems(connection):
    """Name every order that breaks a rule."""
    found = []
    for number, amount, status in connection.execute("SELECT id, amount, status FROM orders ORDER BY id"):
        if float(amount) < 0:
            found.append(f"{{number}}: negative")
        if status not in ("open", "paid", "cancelled"):
            found.append(f"{{number}}: {{status}}")
    return found


def report(connection):
    """Print what is wrong. Returns an exit code."""
    found = problems(connection)
    print("\\n".join(found) or "{what} holds")
    return 1 if found else 0


def main(path):
    """Check the database in a file."""
    connection = sqlite3.connect(path)
    try:
        return report(connection)
    finally:
        connection.close()
'''

UNIT = '''"""Unit tests of flow{number}."""

import sys
from decimal import Decimal
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[1]
sys.path.insert(0, str(WORKFLOW.parent / "shared"))
from test_framework import load_script

workflow = load_script(WORKFLOW / "flow{number}.py")
GOOD = {{"id": "1", "customer": "Northwind", "status": "paid", "amount": "10.00"}}


def test_the_region_is_this_one():
    assert workflow.REGION == {number}


def test_rows_are_cleaned():
    good, reasons = workflow.transform([{{**GOOD, "customer": "  Northwind ", "status": " PAID", "amount": "15.999"}}])

    assert good == [{{"id": 1, "customer": "Northwind", "status": "paid", "amount": Decimal("16.00")}}]
    assert not reasons


@pytest.mark.parametrize(
    ("column", "value", "reason"),
    [
        ("customer", None, "customer is missing"),
        ("customer", "   ", "customer is missing"),
        ("status", "unknown", "status is not known"),
        ("status", None, "status is not known"),
        ("amount", "-0.01", "amount is negative"),
        ("amount", None, "amount is no number"),
        ("amount", "ten", "amount is no number"),
    ],
)
def test_a_row_that_breaks_a_rule_is_rejected_with_its_reason(column, value, reason):
    good, reasons = workflow.transform([GOOD, {{**GOOD, column: value}}])

    assert len(good) == 1
    assert reasons == {{reason: 1}}


@pytest.mark.parametrize("amount", ["0", "0.001", "1", "99999999.99"])
def test_amounts_are_rounded_to_cents(amount):
    assert workflow.clean({{**GOOD, "amount": amount}})["amount"] == Decimal(amount).quantize(Decimal("0.01"))


@pytest.mark.parametrize("status", ["open", "paid", "cancelled", "OPEN", " Paid "])
def test_a_known_status_is_accepted(status):
    assert workflow.problem_of({{**GOOD, "status": status}}) == ""


def test_options_have_defaults():
    options = workflow.parse([])

    assert options.source == workflow.SAMPLES / "orders.csv"
    assert not options.dry_run
'''

INTEGRATION = '''"""The whole of flow{number} on a real database file."""

import sqlite3
import sys
from pathlib import Path

import pytest

WORKFLOW = Path(__file__).parents[1]
sys.path.insert(0, str(WORKFLOW.parent / "shared"))
from test_framework import load_script

workflow = load_script(WORKFLOW / "flow{number}.py")
quality = load_script(WORKFLOW / "validation" / "validate_data_quality.py")
rules = load_script(WORKFLOW / "validation" / "validate_business_rules.py")


@pytest.fixture
def db():
    connection = sqlite3.connect(":memory:")
    yield connection
    connection.close()


@pytest.fixture
def loaded(db):
    good, _ = workflow.transform(workflow.read_rows(workflow.SAMPLES / "orders.csv"))
    workflow.load(db, good)
    return db


def test_every_good_row_is_loaded(loaded):
    assert loaded.execute("SELECT COUNT(*) FROM orders").fetchone() == (8,)


def test_a_second_run_changes_nothing(loaded):
    before = loaded.execute("SELECT * FROM orders").fetchall()
    good, _ = workflow.transform(workflow.read_rows(workflow.SAMPLES / "orders.csv"))
    workflow.load(loaded, good)

    assert loaded.execute("SELECT * FROM orders").fetchall() == before


def test_totals_are_by_status(loaded):
    assert set(workflow.totals(loaded)) == {{"open", "paid", "cancelled"}}


@pytest.mark.parametrize("script", [quality, rules], ids=["quality", "rules"])
def test_a_database_file_is_checked(script, tmp_path):
    workflow.main(["--target", str(tmp_path / "x.db")])

    assert script.main(tmp_path / "x.db") == 0


def test_main_prints_its_summary(tmp_path, capsys):
    assert workflow.main(["--target", str(tmp_path / "x.db")]) == 0
    assert "loaded 8, rejected 2" in capsys.readouterr().out


def test_a_dry_run_loads_nothing(capsys):
    assert workflow.main(["--dry-run"]) == 0
    assert "loaded 0" in capsys.readouterr().out


def test_a_missing_file_is_an_error(tmp_path, caplog):
    assert workflow.main(["--source", str(tmp_path / "nowhere.csv")]) == 1
    assert "nowhere.csv" in caplog.text


@pytest.mark.parametrize("script", [quality, rules], ids=["quality", "rules"])
def test_validation_holds_and_fails_on_bad_rows(script, loaded, capsys):
    assert script.report(loaded) == 0
    loaded.execute("UPDATE orders SET amount = '-1', status = 'lost' WHERE id = 1")

    assert script.report(loaded) == 1
    assert capsys.readouterr().out.endswith("1: negative\\n1: lost\\n")


@pytest.mark.parametrize("rows", [0, 1, 10, 100])
def test_any_number_of_rows_is_loaded(rows, db):
    good, _ = workflow.transform({{"id": str(n), "customer": "x", "status": "open", "amount": "1"}} for n in range(rows))

    assert workflow.load(db, good) == rows


@pytest.mark.parametrize("column", ["customer", "status", "amount"])
def test_an_empty_column_is_counted(column):
    row = {{"id": "1", "customer": "x", "status": "open", "amount": "1", column: ""}}

    assert sum(workflow.transform([row])[1].values()) == 1
'''

SAMPLE = "id,customer,status,amount\n" + "".join(
    f"{number},customer {number},{('open', 'paid', 'cancelled')[number % 3]},{number}.50\n" for number in range(1, 9)
)
SAMPLE += "9,,open,1\n10,customer 10,lost,1\n"


def make_host(top: Path, workflows: int) -> None:
    """Make a git repository with everything a host gets and *workflows* workflows of 36 tests, all of it committed."""
    top.mkdir(parents=True)
    _git(top, "init", "-q", "-b", "main")
    subprocess.run([sys.executable, "-m", "workflow_template", "init"], cwd=top, check=True, capture_output=True)
    for number in range(workflows):
        make_workflow(top / "dev" / f"flow{number}", number)
    _git(top, "add", "-A")
    _git(top, "-c", "user.name=b", "-c", "user.email=b@example.org", "commit", "-qm", "All", "--no-verify")


def make_workflow(folder: Path, number: int) -> None:
    """Write one workflow; its files are as many as those of a stamped one."""
    files = {
        f"flow{number}.py": SCRIPT.format(number=number),
        "validation/validate_data_quality.py": VALIDATION.format(what="data quality"),
        "validation/validate_business_rules.py": VALIDATION.format(what="business rules"),
        f"testing/test_flow{number}.py": UNIT.format(number=number),
        "testing/test_integration.py": INTEGRATION.format(number=number),
        "testing/test_data_samples/orders.csv": SAMPLE,
        **{f"docs/{name}.md": f"# {name}\n" for name in ("api", "business_rules", "data_flow", "deployment_guide")},
        **{f"checklists/{name}.md": f"# {name}\n" for name in ("deployment", "testing", "workflow_development")},
        "README.md": f"# flow{number}\n",
        "kestra_flow.yml": f"id: flow{number}\n",
        "workflow.toml": f'[workflow]\nname = "flow{number}"\n',
        "debugging/logs/.gitignore": "*\n!.gitignore\n",
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def _git(top: Path, *words: str) -> None:
    subprocess.run(["git", *words], cwd=top, check=True, capture_output=True)
