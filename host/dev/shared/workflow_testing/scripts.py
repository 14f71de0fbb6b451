"""Load a script from its file, or run it as a user does."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import NamedTuple


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


def load_script(path: str | Path) -> ModuleType:
    """Import a script from its file under a name of its own, anew at each call, and what it imports from its workflow too.

    Two workflows may so both have a `validate_data_quality.py`, and one test cannot see what another one patched.

    Raises:
        FileNotFoundError: there is no such script.
    """
    path = Path(path).resolve()
    if not path.is_file():
        raise FileNotFoundError(path)
    name = "_".join(path.with_suffix("").parts[-3:]).replace("-", "_").replace(".", "_")
    spec = importlib.util.spec_from_file_location(name, path)
    assert spec and spec.loader  # noqa: S101 - a .py file always has both
    module = importlib.util.module_from_spec(spec)
    _forget_modules_beside(path)
    sys.modules[name] = module
    before = list(sys.path)
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path[:] = before
    return module


def run_script(path: str | Path, *arguments: str | Path, timeout: float = 120) -> Completed:
    """Run a script as a user does, with this Python; *timeout* is in seconds."""
    command = [sys.executable, str(path), *map(str, arguments)]
    environment = {**os.environ, "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run(  # noqa: S603 - a script of the team
        command, env=environment, capture_output=True, text=True, encoding="utf-8", errors="replace", timeout=timeout, check=False
    )
    return Completed(done.returncode, done.stdout, done.stderr)


def _forget_modules_beside(path: Path) -> None:
    """Forget modules of the workflow of *path*: another workflow, or an earlier test, may have left one of the same name."""
    folder = next((each for each in path.parents if (each / "workflow.toml").is_file()), path.parent)
    inside = f"{folder}{os.sep}"
    for name, module in list(sys.modules.items()):
        file = str(getattr(module, "__file__", None) or "")
        if file.startswith(inside) and "testing" not in Path(file.removeprefix(inside)).parts:
            del sys.modules[name]
