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
import {{ cookiecutter.__script }} as workflow

VOLUME = 8_000  # source rows today; make it the real number when the plan knows it
BATCH_SIZE = 1000


def fill(db: DatabaseHelper, rows: int) -> None:
    """Put *rows* made-up rows in place of the source; their values are those of the samples."""
    samples = db.execute_query(f"SELECT * FROM {db.quote(workflow.SOURCE_TABLE)}")  # noqa: S608 - quoted
    MockData(db, [workflow.SOURCE_TABLE], rows, samples={workflow.SOURCE_TABLE: samples}, replace=True).load()


def run(db: DatabaseHelper) -> Any:
    """The work that is measured."""
    return workflow.run(db, BATCH_SIZE)


def main(argv: Sequence[str] | None = None) -> int:
    """Measure the workflow. Returns the exit code: 0 the budget is kept, 1 it is not."""
    return performance_profiler.main([str(WORKFLOW), *(sys.argv[1:] if argv is None else argv)])


if __name__ == "__main__":
    sys.exit(main())
