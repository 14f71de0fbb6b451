"""Which room may know which: arrows point one way, and what cookiecutter's hooks import is there wherever Python is."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import ROOT

SOURCE = ROOT / "src" / "workflow_template"
MAY_KNOW = {
    "core": set(),
    "stamp": {"core"},
    "standards": {"core", "stamp"},
    "testing": {"core"},
    "delivery": {"core", "stamp", "standards", "testing"},
    "upkeep": {"core", "stamp"},
    "commands": {"core", "stamp", "standards", "testing", "delivery", "upkeep"},
}


def imports(path: Path, *, lazy: bool = True) -> Iterator[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree) if lazy else tree.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("room", MAY_KNOW)
def test_a_room_knows_only_the_rooms_below_it(room: str) -> None:
    known = {
        name.split(".")[1] for path in (SOURCE / room).rglob("*.py") for name in imports(path) if name.startswith("workflow_template.")
    } - {"__version__"}

    assert known - {room} <= MAY_KNOW[room]


@pytest.mark.parametrize("room", ["core", "stamp"])
def test_what_a_hook_imports_is_in_the_standard_library(room: str) -> None:
    known = {name.split(".")[0] for path in (SOURCE / room).rglob("*.py") for name in imports(path, lazy=False)}

    assert known <= sys.stdlib_module_names | {"workflow_template", "__future__"}


def test_every_module_lies_in_a_room_or_is_a_door() -> None:
    rooms = {path.relative_to(SOURCE).parts[0] for path in SOURCE.rglob("*.py") if "__pycache__" not in path.parts}

    assert rooms == {*MAY_KNOW, "__init__.py", "__main__.py", "cli.py"}
