"""Validate the business rules of docs/business_rules.md: `python validation/validate_business_rules.py [--sample] [--json]`.

Exit code: 0 every rule holds, 1 one is broken.
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
from validation_helpers import Report, foreign_key, main_report, rule, validate

sys.path.insert(0, str(Path(__file__).parent.parent))
import {{ cookiecutter.__script }} as workflow

db_helper = DatabaseHelper()

RULES = (
    rule("BR-01", "An amount is never negative", "amount >= 0"),
    rule("BR-02", "A status is one that the business knows", "status IN ('open', 'paid', 'cancelled')"),
    rule("BR-03", "Every row has a customer", "customer IS NOT NULL AND customer <> ''"),
    foreign_key("id", workflow.SOURCE_TABLE, "id", business_rule="BR-04", title="Every row comes from the source"),
)


def validate_rules(db: DatabaseHelper) -> Report:
    """Judge the target table by every rule."""
    return validate(db, workflow.TARGET_TABLE, RULES)


def validate_samples() -> Report:
    """Judge what the sample rows become, in a throw-away database."""
    with tempfile.TemporaryDirectory() as folder:
        db = DatabaseHelper.from_samples(workflow.SAMPLES, Path(folder) / "sample.db")
        workflow.run(db, batch_size=1000)
        report = validate_rules(db)
        db.close()
    return report


def main(argv: Sequence[str] | None = None) -> int:
    """Validate the configured database, or the samples after a run on them. Returns the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", action="store_true", help="validate what the sample rows become")
    parser.add_argument("--json", action="store_true", help="print JSON")
    given = parser.parse_args(argv)
    return main_report([validate_samples() if given.sample else validate_rules(db_helper)], given.json)


if __name__ == "__main__":
    sys.exit(main())
