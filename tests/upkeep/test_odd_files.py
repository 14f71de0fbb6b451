"""Files that are not what their name says, and texts that only look like commands."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import Run
from tests.upkeep.conftest import SALES, Plan, reasons, where

Commit = Callable[..., None]


@pytest.mark.parametrize("text", ["", "{}", "[]", "not json", '{"cells": 3}', '{"cells": [{"cell_type": "code", "source": "print("}]}'])
def test_a_notebook_that_cannot_be_read_is_for_a_person(text: str, commit: Commit, plan: Plan) -> None:
    commit(SALES | {"scripts/sales/sales_trial.ipynb": text})

    told = plan()

    assert where(told)["scripts/sales/sales_trial.ipynb"] in ("?", "dev/sales/debugging/sales_trial.ipynb")
    if where(told)["scripts/sales/sales_trial.ipynb"] == "?":
        assert reasons(told)["scripts/sales/sales_trial.ipynb"].startswith("cannot be read as a notebook: ")


def test_what_is_no_cell_of_a_notebook_is_passed_over(commit: Commit, plan: Plan) -> None:
    cells = [7, "text", None, {"cell_type": "code", "source": ["from sales import total\n", 5]}]
    commit(SALES | {"scripts/sales/trial.ipynb": json.dumps({"cells": cells})})

    assert where(plan())["scripts/sales/trial.ipynb"] == "dev/sales/debugging/trial.ipynb"


def test_a_command_in_data_of_production_is_no_command(commit: Commit, plan: Plan) -> None:
    commit(SALES | {"scripts/sales/rules.json": '{"hint": "pytest scripts/sales"}\n', "run_tests.sh": "pytest scripts/sales\n"})

    repaired = {each["path"] for each in plan()["repairs"]}

    assert "run_tests.sh" in repaired
    assert "scripts/sales/rules.json" not in repaired


def test_words_behind_pytest_that_are_no_path_are_left_alone(commit: Commit, plan: Plan) -> None:
    commit(SALES | {"run_tests.sh": 'pytest "${PLACES}" (scripts/sales) scripts/sales\n'})

    [repair] = [each for each in plan()["repairs"] if each["path"] == "run_tests.sh"]

    assert repair["after"] == 'pytest "${PLACES}" (scripts/sales) dev/sales/testing'


@pytest.mark.parametrize("here", [".", "./", ""])
def test_the_current_folder_on_the_search_path_is_no_way_to_production(
    here: str, commit: Commit, migrate: Run, run: Run, host: Path
) -> None:
    code = f"import sys\nsys.path.append({here!r})\nfrom sales import total\nprint(total([1, 2]))\n"
    cells = [{"cell_type": "code", "source": code.splitlines(keepends=True)}]
    commit(SALES | {"scripts/sales/trial.ipynb": json.dumps({"cells": cells}), "scripts/sales/debug_here.py": code})

    assert migrate("--apply").returncode == 0

    folder = host / "dev" / "sales" / "debugging"
    notebook = "".join(json.loads((folder / "trial.ipynb").read_text())["cells"][0]["source"])
    assert run(sys.executable, "-c", notebook, cwd=folder).stdout == "3\n"
    assert run(sys.executable, "debug_here.py", cwd=folder).stdout == "3\n"


@pytest.mark.parametrize("name", ["test_sample.py", "test_order_samples.py", "sample_test.py"])
def test_a_test_of_a_sample_is_a_test(name: str, commit: Commit, plan: Plan) -> None:
    commit(SALES | {f"scripts/sales/{name}": "def test_it():\n    assert open('sample_sales.csv').read()\n"})

    assert where(plan())[f"scripts/sales/{name}"] == f"dev/sales/testing/{name}"


TESTS = {
    "scripts/sales/tests/test_more.py": "def test_it():\n    assert 1 + 1 == 2\n",
    "scripts/sales/tests/data/in.csv": "1\n",
    "scripts/sales/trials/try_it.py": "print(1)\n",
}


@pytest.mark.parametrize(
    ("path", "before", "after"),
    [
        (".github/CODEOWNERS", "scripts/sales/tests/ @qa\n", "dev/sales/testing/ @qa\n"),
        ("CODEOWNERS", "/scripts/sales/tests @qa\n", "/dev/sales/testing @qa\n"),
        (".vscode/settings.json", '{"a": ["scripts/sales/tests"]}\n', '{"a": ["dev/sales/testing"]}\n'),
        ("sonar-project.properties", "sonar.tests=scripts\\\\sales\\\\tests\n", "sonar.tests=dev\\\\sales\\\\testing\n"),
        ("docs/tests.md", "Look into `scripts/sales/tests/data`.\n", "Look into `dev/sales/testing/test_data_samples`.\n"),
    ],
)
def test_a_folder_that_is_named_leads_to_where_its_files_are(
    path: str, before: str, after: str, commit: Commit, migrate: Run, host: Path
) -> None:
    commit(SALES | TESTS | {path: before})

    migrate("--apply")

    assert (host / path).read_text() == after


@pytest.mark.parametrize(
    "text", ["scripts/sales @qa\n", "scripts/sales/test* @qa\n", "old/scripts/sales/tests @qa\n", "scripts/sales/testsuite @qa\n"]
)
def test_a_folder_that_stays_or_is_another_one_is_left_alone(text: str, commit: Commit, migrate: Run, host: Path) -> None:
    commit(SALES | TESTS | {"CODEOWNERS": text})

    migrate("--apply")

    assert (host / "CODEOWNERS").read_text() == text


def test_a_trial_that_changes_to_its_own_folder_goes_along_when_nothing_is_left_there(
    commit: Commit, migrate: Run, run: Run, host: Path
) -> None:
    code = "import os\nos.chdir(os.path.dirname(os.path.abspath(__file__)))\nprint(open('../map.csv').read())\n"
    production = "from pathlib import Path\n\nMAP = Path(__file__).with_name('map.csv').read_text()\n"
    commit(SALES | {"scripts/sales/trials/try_it.py": code, "scripts/sales/map.csv": "1", "scripts/sales/sales.py": production})

    migrate("--apply")

    assert not (host / "scripts" / "sales" / "trials").exists()
    assert run(sys.executable, "dev/sales/debugging/trials/try_it.py").stdout == "1\n"
