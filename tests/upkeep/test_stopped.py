"""A migration, or its undoing, that is killed, interrupted or starved of disk leaves files and index as before or as after."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import snapshot
from tests.faults.sweep import FAULTS, PARTS, Sweep, calls_to_stop, make_shim

STEP = int(os.environ.get("SWEEP_STEP", "23"))  # look at every nth call; 1 is the whole sweep
FILES = {
    "utils/db_helper.py": "class DatabaseHelper:\n    pass\n",
    "scripts/daily_sales/daily_sales.py": "def load(path):\n    return open(path).read()\n",
    "scripts/daily_sales/tests/test_daily_sales.py": (
        "import os\nimport sys\n\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), '..'))\nfrom daily_sales import load\n\n\n"
        "def test_load():\n    assert load(os.path.join(os.path.dirname(__file__), 'orders.csv')) == '1'\n"
    ),
    "scripts/daily_sales/tests/orders.csv": "1",
    "scripts/daily_sales/debug_load.py": "import daily_sales\n\nprint(daily_sales)\n",
    "scripts/daily_sales/README.md": "[tests](tests/test_daily_sales.py)\n",
    "Makefile": "test:\n\tpytest scripts/\n",
}
Command = list[str]


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("stopped") / "top"
    for name, text in FILES.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_text(text)
    for words in (["init", "-q"], ["add", "-A"], ["-c", "user.name=A", "-c", "user.email=a@example.org", "commit", "-qm", "x"]):
        subprocess.run(["git", *words], cwd=top, check=True)
    (top / "scripts/daily_sales/debug_mine.py").write_text("print('not known to git')\n")
    return top


def apply_in(repository: Path) -> Callable[[Path], Command]:
    def build(top: Path) -> Command:
        shutil.copytree(repository, top, dirs_exist_ok=True)
        return [sys.executable, "-m", "workflow_template", "migrate", "--apply"]

    return build


def undo_in(repository: Path) -> Callable[[Path], Command]:
    applied = repository.parent / "applied"
    if not applied.exists():
        shutil.copytree(repository, applied)
        subprocess.run([sys.executable, "-m", "workflow_template", "migrate", "--apply"], cwd=applied, check=True, capture_output=True)

    def build(top: Path) -> Command:
        shutil.copytree(applied, top, dirs_exist_ok=True)
        return [sys.executable, "-m", "workflow_template", "migrate", "--undo"]

    return build


def state(top: Path) -> dict[str, str]:
    """Files, folders, and what git has staged; `git status` must work, too."""
    staged = subprocess.run(["git", "ls-files", "-s"], cwd=top, capture_output=True, text=True, check=True).stdout
    locked = (top / ".git" / "index.lock").exists()
    records = sorted(path.name for path in (top / ".git" / "workflow-template" / "migrations").glob("*"))
    return snapshot(top) | {"staged": staged, "locked": str(locked), "records": str(records)}


def next_command(top: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "workflow_template", "list"], cwd=top, capture_output=True, text=True)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("fault", [*FAULTS, "28-sticky"])
@pytest.mark.parametrize("work", [apply_in, undo_in])
def test_stopped_at_any_call_files_and_index_are_as_before_or_as_after(
    work: Callable[[Path], Callable[[Path], Command]], fault: str, part: int, repository: Path, tmp_path: Path
) -> None:
    build = work(repository)
    sweep = Sweep(make_shim(tmp_path), tmp_path / "sweep", build)
    calls = sweep.count()
    after = state(sweep.top)
    untouched = tmp_path / "untouched"
    untouched.mkdir()
    build(untouched)
    before = state(untouched)

    broken = {}
    for number in calls_to_stop(fault, calls, STEP, part):
        done = sweep.run(number, fault.removesuffix("-sticky"), sticky=fault.endswith("-sticky"))
        said = next_command(sweep.top)
        found = state(sweep.top)
        if said.returncode or b"Traceback" in done.stderr or found not in (before, after):
            lost = {path for path in found.keys() | after.keys() if found.get(path) not in (before.get(path), after.get(path))}
            broken[number] = (done.stderr.decode()[-300:], said.stderr[-200:], sorted(lost)[:4])

    assert calls > 100
    assert broken == {}
