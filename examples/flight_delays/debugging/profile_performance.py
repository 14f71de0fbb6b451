"""Measure this workflow at several volumes and judge it: `python debugging/profile_performance.py [--seconds 60] [--compare main]`.

It runs on made-up rows in throw-away databases and writes a page to open in a browser; `--help` says what else there is.
"""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

WORKFLOW = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent.parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

sys.path.insert(0, str(WORKFLOW.parent / "shared"))
import performance_profiler
from mock_data_generator import MockData

sys.path.insert(0, str(WORKFLOW))
import flight_delays as workflow

VOLUME = 336_776  # the flights of 2013
BATCH_SIZE = 1000


def fill(db: DatabaseHelper, rows: int) -> None:
    """Put *rows* made-up flights in place of the real ones, as the schema of the database says."""
    MockData(db, [workflow.SOURCE_TABLE], rows, replace=True).load()


def run(db: DatabaseHelper) -> Any:
    """The work that is measured."""
    return workflow.run(db, BATCH_SIZE)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the workflow. Returns the exit code: 0 the budget is kept, 1 it is not."""
    return performance_profiler.main([str(WORKFLOW), *(sys.argv[1:] if argv is None else argv)])


if __name__ == "__main__":
    sys.exit(main())
