"""Validate the source and the target table: `python validation/validate_data_quality.py [--sample] [--json]`.

Exit code: 0 all is well, 1 a check failed.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

HOST = Path(__file__).parents[3]
sys.path.insert(0, str(Path(__file__).parent.parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

sys.path.insert(0, str(HOST / "dev" / "shared"))
from validation_helpers import Report, foreign_key, in_range, main_report, not_null, row_count, unique, validate

sys.path.insert(0, str(Path(__file__).parent.parent))
import flight_delays as workflow

db_helper = DatabaseHelper()

FLIGHTS = (
    row_count(low=1),
    not_null("id"),
    unique("id"),
    not_null("flight_date"),
    in_range("month", low=1, high=12),
    in_range("day", low=1, high=31),
    foreign_key("carrier", "airlines", "carrier"),
    foreign_key("origin", "airports", "faa"),
)
DELAYS = (
    row_count(low=1),
    unique("carrier", "origin", "flight_date"),
    in_range("flights", low=1),
    in_range("late_share", low=0, high=1),
)


def validate_tables(db: DatabaseHelper) -> list[Report]:
    """Judge both tables, one pass over each."""
    return [validate(db, workflow.SOURCE_TABLE, FLIGHTS), validate(db, workflow.TARGET_TABLE, DELAYS)]


def main(argv: Sequence[str] | None = None) -> int:
    """Validate the configured database, or the samples after a run on them. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="validate what the sample rows become")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(argv)
    if not given.sample:
        return main_report(validate_tables(db_helper), given.json)
    with tempfile.TemporaryDirectory() as folder:
        db = DatabaseHelper.from_samples(workflow.SAMPLES, Path(folder) / "sample.db")
        workflow.run(db, batch_size=1000)
        reports = validate_tables(db)
        db.close()
    return main_report(reports, given.json)


if __name__ == "__main__":
    sys.exit(main())
