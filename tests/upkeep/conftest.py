"""Small repositories with a workflow of earlier times."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Run

Plan = Callable[..., dict[str, Any]]
SALES = {
    "scripts/sales/sales.py": "def total(amounts):\n    return sum(amounts)\n",
    "scripts/sales/test_sales.py": "from sales import total\n\n\ndef test_total():\n    assert total([1, 2]) == 3\n\n\n" + "# kept\n" * 20,
    "scripts/sales/debug_sales.py": "from sales import total\n\nprint(total([4]))\n" + "# kept\n" * 20,
    "scripts/sales/sample_sales.csv": "1,2\n",
}


def write(top: Path, files: dict[str, str | bytes]) -> None:
    for name, text in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.fixture
def commit(host: Path, run: Run) -> Callable[..., None]:
    """Write files and commit them."""

    def commit_them(files: dict[str, str | bytes], *, message: str = "x") -> None:
        write(host, files)
        for words in (("add", "-A"), ("commit", "-qm", message)):
            done = run("git", *words)
            assert done.returncode == 0, done.stderr

    return commit_them


@pytest.fixture
def migrate(workflow: Run) -> Run:
    def run_it(*words: str, **options: object) -> object:
        return workflow("migrate", *words, **options)

    return run_it  # type: ignore[return-value]


@pytest.fixture
def plan(migrate: Run) -> Plan:
    """The plan as JSON."""

    def planned(*words: str, **options: object) -> dict[str, Any]:
        done = migrate("--json", *words, **options)
        assert done.returncode in (0, 1), done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    return planned


@pytest.fixture
def tests_of(run: Run) -> Run:
    """Run pytest on a folder of the host, as it is without anybody's plugins."""

    def run_it(folder: str, *words: str) -> object:
        return run(sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder, *words, PYTEST_DISABLE_PLUGIN_AUTOLOAD="1")

    return run_it  # type: ignore[return-value]


def where(plan: dict[str, Any]) -> dict[str, str]:
    """Where each file goes: its new path, `?` for a person to decide, or nothing."""
    told = {each["source"]: each["target"] for each in plan["moves"]}
    return told | {each["path"]: "?" for each in plan["unsure"]} | {each["path"]: "" for each in plan["stays"]}


def reasons(plan: dict[str, Any]) -> dict[str, str]:
    """Why each file goes or stays."""
    return {each.get("source", each.get("path")): each["why"] for kind in ("moves", "unsure", "stays") for each in plan[kind]}
