"""Validate the source and the target table: `python validation/validate_data_quality.py [--sample] [--html FILE]`.

Examples:
    python validation/validate_data_quality.py --sample               what the sample rows become
    python validation/validate_data_quality.py --plan                 the SQL and what it reads; nothing is read
    python validation/validate_data_quality.py --html quality.html    a page to open, to send or to print

Exit code: 0 all is well, 1 a check failed, 2 a check could not be judged.
"""

import argparse
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path

HOST = Path(__file__).parents[3]
sys.path.insert(0, str(Path(__file__).parent.parent.parent.parent / "utils"))
from db_helper import DatabaseHelper

sys.path.insert(0, str(HOST / "dev" / "shared"))
from validation_helpers import check_options, foreign_key, in_range, matches_pattern, not_null, row_count, run_checks, unique

sys.path.insert(0, str(Path(__file__).parent.parent))
import flight_delays as workflow

db_helper = DatabaseHelper()

CHECKS = {
    workflow.SOURCE_TABLE: (
        row_count(low=1),
        not_null("id"),
        unique("id"),
        matches_pattern("flight_date", r"2013-\d\d-\d\d", "a day of 2013"),
        in_range("month", low=1, high=12),
        in_range("day", low=1, high=31),
        foreign_key("carrier", "airlines", "carrier"),
        foreign_key("origin", "airports", "faa"),
        foreign_key("tailnum", "planes", "tailnum", severity="info", title="Every aircraft is in the register"),
    ),
    workflow.TARGET_TABLE: (
        row_count(low=1),
        unique("carrier", "origin", "flight_date"),
        in_range("flights", low=1),
        in_range("late_share", low=0, high=1),
    ),
}


@contextmanager
def sample_database() -> Iterator[DatabaseHelper]:
    """The sample rows and what a run makes of them, in a throw-away database."""
    with tempfile.TemporaryDirectory() as folder:
        db = DatabaseHelper.from_samples(workflow.SAMPLES, Path(folder) / "sample.db")
        try:
            workflow.run(db, batch_size=1000)
            yield db
        finally:
            db.close()


def main(argv: Sequence[str] | None = None) -> int:
    """Validate the configured database, or the samples after a run on them. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="validate what the sample rows become")
    check_options(parser)
    given = parser.parse_args(argv)
    with sample_database() if given.sample else nullcontext(db_helper) as db:
        return run_checks(db, CHECKS, given, title=f"Data quality of {Path(workflow.__file__).stem}")


if __name__ == "__main__":
    sys.exit(main())
