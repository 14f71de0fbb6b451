"""Files that are not what their name says, and texts that only look like commands."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

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
