"""Checks of tables: everything that must hold of a table is asked in one SELECT.

    from validation_helpers import foreign_key, main_report, not_null, rule, unique, validate

    CHECKS = (
        not_null("customer"),
        unique("order_no"),
        foreign_key("customer", "customers", "name"),
        rule("BR-01", "An amount is never negative", "amount >= 0", allow="0.1 %"),
    )
    print(plan(db_helper, "orders", CHECKS))                    # the SQL, and how often the table is read
    report = validate(db_helper, "orders", CHECKS)              # a DatabaseHelper, an SQLAlchemy Engine or a Connection
    quarantine(db_helper, "orders", CHECKS, into="orders_bad")  # the bad rows, each with all its reasons
    sys.exit(main_report([report], html="orders.html"))

**NULL passes every check but `not_null`**, as in a CHECK constraint of the database: what is not known breaks no rule. Where it
should, say so with `not_null`, or with `rule(..., null_passes=False)`.

**Text is compared exactly**: capitals, accents and trailing blanks count on every database, whatever its collation.

Every check also takes what `Options` lists. Needs SQLAlchemy 2 and nothing else.
"""

from __future__ import annotations

from data_checks.checks import Check, Options
from data_checks.engine import plan, validate
from data_checks.quarantine import Quarantined, quarantine
from data_checks.report import check_options, format_table, main_report, run_checks
from data_checks.results import Plan, Report, Result
from data_checks.rows import (
    accepted_values,
    compare,
    foreign_key,
    in_range,
    matches_length,
    matches_pattern,
    matches_type,
    not_null,
    rule,
    unique,
)
from data_checks.sql import CheckError
from data_checks.totals import (
    freshness,
    mean_in_range,
    row_count,
    row_count_change,
    same_count,
    same_total,
    sum_in_range,
    table_rule,
)

__all__ = [
    "Check",
    "CheckError",
    "Options",
    "Plan",
    "Quarantined",
    "Report",
    "Result",
    "accepted_values",
    "check_options",
    "compare",
    "foreign_key",
    "format_table",
    "freshness",
    "in_range",
    "main_report",
    "matches_length",
    "matches_pattern",
    "matches_type",
    "mean_in_range",
    "not_null",
    "plan",
    "quarantine",
    "row_count",
    "row_count_change",
    "rule",
    "run_checks",
    "same_count",
    "same_total",
    "sum_in_range",
    "table_rule",
    "unique",
    "validate",
]
