"""Validate the business rules of docs/business_rules.md: `python validation/validate_business_rules.py [--sample] [--html FILE]`.

Examples:
    python validation/validate_business_rules.py --sample               what the sample rows become
    python validation/validate_business_rules.py --plan                 the SQL and what it reads; nothing is read
    python validation/validate_business_rules.py --html rules.html      a page to open, to send or to print

Exit code: 0 every rule holds, 1 one is broken, 2 one could not be judged.
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
from validation_helpers import Report, check_options, foreign_key, rule, run_checks, validate

sys.path.insert(0, str(Path(__file__).parent.parent))
import flight_delays as workflow

db_helper = DatabaseHelper()

RULES = {
    workflow.TARGET_TABLE: (
        rule("BR-01", "No more flights are cancelled than were planned", "cancelled BETWEEN 0 AND flights"),
        rule("BR-02", "A mean delay is there when something flew", "cancelled = flights OR mean_departure_delay IS NOT NULL"),
        rule("BR-03", "The worst delay is at least the mean", "worst_departure_delay >= mean_departure_delay - 0.01"),
        foreign_key("carrier", "airlines", "carrier", business_rule="BR-04", title="Every carrier is a known airline"),
        foreign_key("origin", "airports", "faa", business_rule="BR-05", title="Every airport is known"),
        rule("BR-06", "A day with a mean delay over 3 hours is looked at", "mean_departure_delay <= 180", severity="warning"),
    ),
    workflow.SOURCE_TABLE: (
        foreign_key("dest", "airports", "faa", business_rule="BR-07", allow="4 %", title="Every destination is a known airport"),
        rule("BR-08", "No flight makes up more than an hour in the air", "arr_delay >= dep_delay - 60", allow="0.1 %"),
        rule("BR-09", "No flight is shorter than 80 miles", "distance >= 80", allow="0.1 %"),
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


def validate_samples() -> list[Report]:
    """Judge what the sample rows become."""
    with sample_database() as db:
        return [validate(db, table, rules) for table, rules in RULES.items()]


def main(argv: Sequence[str] | None = None) -> int:
    """Validate the configured database, or the samples after a run on them. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="validate what the sample rows become")
    check_options(parser)
    given = parser.parse_args(argv)
    with sample_database() if given.sample else nullcontext(db_helper) as db:
        return run_checks(db, RULES, given, title=f"Business rules of {Path(workflow.__file__).stem}")


if __name__ == "__main__":
    sys.exit(main())
