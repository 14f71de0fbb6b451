"""What the tests of every workflow share: load a script from its file, run it, look at a table.

sys.path.insert(0, str(Path(__file__).parents[3] / "dev" / "shared"))
from test_framework import load_script
script = load_script(Path(__file__).parents[1] / "daily_sales.py")
"""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple


class Completed(NamedTuple):
    """How a script ended and what it printed."""

    exit_code: int
    stdout: str
    stderr: str


def workflow_folder(file: str | Path) -> Path:
    """The folder of the workflow that *file* lies in: the nearest one with a `workflow.toml`.

    Raises:
        LookupError: there is none above *file*.
    """
    for folder in Path(file).resolve().parents:
        if (folder / "workflow.toml").is_file():
            return folder
    raise LookupError(f"{file} lies in no workflow: no workflow.toml in the folders above")


def load_script(path: Path) -> ModuleType:
    """Import a script from its file under a name of its own, anew at each call.

    Two workflows may so both have a `validate_data_quality.py`, and one test cannot see what another one patched.

    Raises:
        FileNotFoundError: there is no such script.
    """
    path = path.resolve()
    if not path.is_file():
        raise FileNotFoundError(path)
    name = "_".join(path.with_suffix("").parts[-3:]).replace("-", "_").replace(".", "_")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader  # noqa: S101 - a .py file always has both
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    before = list(sys.path)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
    return module


def run_script(path: Path, *arguments: str | Path, timeout: float = 120) -> Completed:
    """Run a script as a user does, with this Python; *timeout* is in seconds."""
    command = [sys.executable, str(path), *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=timeout, check=False)  # noqa: S603
    return Completed(done.returncode, done.stdout, done.stderr)


def snapshot(db: Any, table: str, key: str) -> list[dict[str, Any]]:
    """All rows of a table by key, to compare before and after."""
    rows: list[dict[str, Any]] = db.execute_query(f"SELECT * FROM {db.quote(table)} ORDER BY {db.quote(key)}")  # noqa: S608 - quoted
    return rows
