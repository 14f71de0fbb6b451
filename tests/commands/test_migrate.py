"""`workflow migrate`: what a person types, reads and gets."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.conftest import Run, snapshot

SCRIPT = """\
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

RATES = Path(__file__).parent / "rates.csv"


def load(path):
    return Path(path).read_text().split()
"""
TEST = """\
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent.parent / "utils"))
from db_helper import DatabaseHelper
from daily_sales import load

HERE = Path(__file__).parent


def test_orders_are_read():
    assert load(HERE / "sample_orders.csv") == ["id", "1"]


def test_rates_are_read():
    assert load(HERE / "rates.csv") == ["EUR"]
"""
FILES = {
    "utils/db_helper.py": "class DatabaseHelper:\n    pass\n",
    "scripts/daily_sales/daily_sales.py": SCRIPT,
    "scripts/daily_sales/rates.csv": "EUR\n",
    "scripts/daily_sales/sample_orders.csv": "id\n1\n",
    "scripts/daily_sales/test_daily_sales.py": TEST,
    "scripts/daily_sales/README.md": "Try it: [the tests](test_daily_sales.py)\n",
    ".gitlab-ci.yml": "test:\n  script:\n    - pytest scripts/\n",
}


def write(top: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text, encoding="utf-8")


@pytest.fixture
def legacy(host: Path, run: Run) -> Path:
    write(host, FILES)
    run("git", "add", "-A")
    run("git", "commit", "-qm", "years of work")
    return host


def test_the_plan_is_the_default_and_changes_nothing(legacy: Path, workflow: Run) -> None:
    before = snapshot(legacy)

    done = workflow("migrate")

    assert done.returncode == 0
    assert "scripts/daily_sales  2 move, 3 stay\n" in done.stdout
    assert "            test_daily_sales.py  named test, defines 2 tests\n" in done.stdout
    assert done.stdout.endswith("next: workflow migrate --apply\n")
    assert snapshot(legacy) == before
    assert workflow("migrate", "--plan").stdout == done.stdout


def test_applied_the_tests_pass_where_they_are_now_and_history_follows(legacy: Path, workflow: Run, run: Run) -> None:
    assert workflow("migrate", "--apply").returncode == 0

    run("git", "commit", "-qm", "Move the tests")
    tested = run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "dev/daily_sales")
    history = run("git", "log", "--oneline", "--follow", "dev/daily_sales/testing/test_daily_sales.py")
    assert tested.stdout.splitlines()[-1].startswith("2 passed")
    assert len(history.stdout.splitlines()) == 2
    assert (legacy / ".gitlab-ci.yml").read_text() == "test:\n  script:\n    - pytest dev/\n"
    assert (
        legacy / "scripts/daily_sales/README.md"
    ).read_text() == "Try it: [the tests](../../dev/daily_sales/testing/test_daily_sales.py)\n"
    compiled = legacy / "scripts/daily_sales/__pycache__/daily_sales.cpython-311.pyc"
    compiled.parent.mkdir(exist_ok=True)
    compiled.write_bytes(b"\0")
    assert workflow("migrate").stdout == "nothing to do in 1 workflow: 0 unsure, 3 stay\n"


def test_undone_the_tree_and_the_index_are_byte_for_byte_as_before(legacy: Path, workflow: Run) -> None:
    before, index = snapshot(legacy), (legacy / ".git" / "index").read_bytes()
    workflow("migrate", "--apply")

    done = workflow("migrate", "--undo")

    assert done.stdout == "moved 2 files back\n"
    assert snapshot(legacy) == before
    assert (legacy / ".git" / "index").read_bytes() == index


def test_json_names_every_file_with_its_reason(legacy: Path, workflow: Run) -> None:
    said = json.loads(workflow("migrate", "--json").stdout)

    named = [each["source"] for each in said["moves"]] + [each["path"] for each in said["stays"]]
    assert sorted(named) == sorted(path for path in FILES if path.startswith("scripts/"))
    assert all(each["why"] for each in (*said["moves"], *said["stays"]))
    assert said["summary"] == {"workflows": 1, "moves": 2, "unsure": 0, "stays": 3, "repairs": 6, "warnings": 0, "creates": 11}
