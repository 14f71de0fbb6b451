"""What is measured: the work of a workflow on a database with so many rows of its source."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from db_helper import DatabaseHelper
from sqlalchemy import URL
from workflow_testing.scripts import load_script

BUDGET_SECONDS = {"standard": 600, "critical": 30}  # at 150 % of today's volume
PROFILING = Path("debugging") / "profile_performance.py"


class NotMeasurable(ValueError):
    """A workflow lacks what is needed to measure it; the message says what to write."""


@dataclass(frozen=True)
class Subject:
    """A workflow to measure. *fill* puts so many source rows into the database of the samples, *run* is the work on them."""

    name: str
    folder: Path
    samples: Path
    criticality: str
    volume: int
    fill: Callable[[URL, int], None]
    run: Callable[[URL], Any]

    @property
    def budget(self) -> float:
        """In seconds, at 150 % of today's volume."""
        return BUDGET_SECONDS[self.criticality]


def subject_of(folder: Path) -> Subject:
    """Read what to measure from a workflow: its `workflow.toml`, its script, and its `debugging/profile_performance.py`.

    Raises:
        NotMeasurable: a file or a name in it is missing.
    """
    described = folder / "workflow.toml"
    if not described.is_file():
        raise NotMeasurable(f"{folder} is no workflow: it has no workflow.toml")
    criticality = tomllib.loads(described.read_text(encoding="utf-8")).get("workflow", {}).get("criticality", "standard")
    if criticality not in BUDGET_SECONDS:
        raise NotMeasurable(f'{described}: criticality "{criticality}" is not known: write {" or ".join(BUDGET_SECONDS)}')
    if not (folder / PROFILING).is_file():
        raise NotMeasurable(f"{folder / PROFILING} is missing: it says VOLUME, and fills the source with `fill(db, rows)`")
    module = load_script(folder / PROFILING)
    missing = [name for name in ("VOLUME", "fill", "run") if not hasattr(module, name)]
    if missing:
        raise NotMeasurable(f"{folder / PROFILING} lacks {', '.join(missing)}")
    samples = folder / "testing" / "test_data_samples"
    return Subject(folder.name, folder, samples, criticality, module.VOLUME, _filling(module), _running(module))


def _filling(module: ModuleType) -> Callable[[URL, int], None]:
    def fill(url: URL, rows: int) -> None:
        with closing(DatabaseHelper(url=url)) as db:
            module.fill(db, rows)

    return fill


def _running(module: ModuleType) -> Callable[[URL], Any]:
    def run(url: URL) -> Any:
        with closing(DatabaseHelper(url=url)) as db:
            return module.run(db)

    return run
