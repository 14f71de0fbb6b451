"""Every check counts the rows that break it, and says the same on each database."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
import sqlalchemy as sa
from validation_helpers import (
    accepted_values,
    compare,
    foreign_key,
    in_range,
    matches_length,
    matches_pattern,
    matches_type,
    not_null,
    rule,
    table_rule,
    unique,
    validate,
)

from .conftest import fill

COLUMNS = {
    "id": sa.Integer,
    "code": sa.Unicode(20),
    "customer": sa.Unicode(20),
    "status": sa.Unicode(20),
    "amount": sa.Numeric(8, 2),
    "paid": sa.Numeric(8, 2),
    "quantity": sa.Integer,
    "ordered": sa.Date,
    "updated": sa.DateTime,
}
ORDERS = [
    (1, "A-1", "Ada", "open", 10, 10, 1, date(2026, 1, 1), datetime(2026, 1, 1, 12)),
    (2, "A-2", "Grace", "paid", -1, 0, 2, date(2026, 1, 2), datetime(2026, 1, 2, 12)),
    (3, "A-1", None, "OPEN", None, None, None, date(2026, 1, 31), datetime(2026, 1, 31)),
    (4, "B-4", "Ada ", "open ", Decimal("99.99"), 100, 4, date(2026, 2, 1), datetime(2026, 2, 1)),
    (5, None, "Ádá", "lost", 0, None, 4, None, None),
    (6, "", "ada", None, 5, 5, 4, date(2026, 1, 1), datetime(2026, 1, 1, 0, 0, 1)),
]


@pytest.fixture
def orders(engine: sa.Engine) -> sa.Engine:
    fill(engine, "orders", COLUMNS, ORDERS)
    fill(engine, "customers", {"id": sa.Integer, "name": sa.Unicode(20), "city": sa.Unicode(20)}, [(1, "Ada", "x"), (2, "Grace", None)])
    fill(engine, "lines", {"id": sa.Integer, "code": sa.Unicode(20), "quantity": sa.Integer}, [(1, "A-1", 1), (2, "B-4", 3)])
    return engine


CASES = [
    (not_null("id"), 0),
    (not_null("customer"), 1),
    (unique("id"), 0),
    (unique("code"), 1),
    (unique("customer"), 0),
    (unique("quantity"), 2),
    (unique("paid"), 0),
    (unique("paid", "updated", where="id IN (3, 5)"), 0),
    (unique("code", "quantity"), 0),
    (unique("quantity", "status"), 0),
    (unique("quantity", where="id > 4"), 1),
    (foreign_key("customer", "customers", "name"), 3),
    (foreign_key("quantity", "customers", "id"), 3),
    (foreign_key(["code", "quantity"], "lines", ["code", "quantity"]), 3),
    (foreign_key("id", "orders", "id"), 0),
    (foreign_key("quantity", "orders", "id", where="amount > 0"), 0),
    (accepted_values("status", ["open", "paid"]), 3),
    (accepted_values("status", ["open", "paid", "OPEN", "open ", "lost", None]), 0),
    (accepted_values("status", [f"s{number}" for number in range(2500)] + ["open"]), 4),
    (accepted_values("quantity", [1, 2]), 3),
    (in_range("amount", low=0), 1),
    (in_range("amount", high=50), 1),
    (in_range("amount", low=-1, high=Decimal("99.99")), 0),
    (in_range("ordered", low=date(2026, 1, 1), high=date(2026, 1, 31)), 1),
    (in_range("updated", low=datetime(2026, 1, 1, 12), high=datetime(2026, 1, 31)), 2),
    (in_range("customer", low="A", high="Z"), 2),
    (matches_length("customer", 4), 1),
    (matches_length("customer", maximum=4, minimum=4), 4),
    (matches_length("code", minimum=1), 1),
    (matches_pattern("code", r"[A-Z]-\d"), 1),
    (matches_pattern("code", r"([A-Z]-\d)?"), 0),
    (matches_pattern("customer", r"\w+"), 1),
    (matches_pattern("customer", r"(?i)ad[a ]*"), 2),
    (matches_pattern("quantity", r"[124]"), 0),
    (matches_pattern("quantity", r"(?=1).", where="id < 6"), 3),
    (matches_type("id", "integer"), 0),
    (matches_type("amount", "number"), 0),
    (matches_type("ordered", "date"), 0),
    (matches_type("code", "integer"), 5),
    (compare("amount", "<=", "paid"), 0),
    (compare("amount", "=", "paid"), 2),
    (compare("customer", "!=", "status"), 0),
    (rule("BR-01", "paid", "amount >= 0"), 1),
    (rule("BR-02", "paid", "amount >= 0", null_passes=False), 2),
    (rule("BR-03", "limit", "amount < :most", params={"most": 50}), 1),
    (rule("BR-03b", "limit of some", "amount < :most", params={"most": 50}, where="id < 5"), 1),
    (rule("BR-03c", "limit of many", "amount < 50", params={"last": 4}, where="id < :last"), 0),
    (rule("BR-03d", "per cent", "UPPER(status) LIKE '%E%' OR 7 % 4 = 2"), 2),
    (rule("BR-04", "text with a colon", "status <> ':most' OR status = ':: \"x:y'"), 0),
    (rule("BR-05", "known", "EXISTS (SELECT 1 FROM customers WHERE customers.id = orders.quantity)", where="quantity IS NOT NULL"), 3),
    (table_rule("BR-06", "few", "COUNT(DISTINCT quantity) <= 3"), 0),
    (table_rule("BR-07", "few", "COUNT(DISTINCT quantity) <= 2"), 1),
]


def test_each_check_counts_the_rows_that_break_it(orders: sa.Engine) -> None:
    named = [check.__class__(**{**vars(check), "id": f"{number} {check.id}"}) for number, (check, _) in enumerate(CASES)]

    report = validate(orders, "orders", named)

    assert [(each.id, each.failed) for each in report.results] == [
        (check.id, failed) for check, (_, failed) in zip(named, CASES, strict=True)
    ]


@pytest.mark.parametrize(("check", "failed"), CASES, ids=lambda value: getattr(value, "id", None))
def test_each_check_finds_the_same_when_it_is_alone(check: Any, failed: int, sqlite: sa.Engine) -> None:
    fill(sqlite, "orders", COLUMNS, ORDERS)
    fill(sqlite, "customers", {"id": sa.Integer, "name": sa.Unicode(20)}, [(1, "Ada"), (2, "Grace")])
    fill(sqlite, "lines", {"id": sa.Integer, "code": sa.Unicode(20), "quantity": sa.Integer}, [(1, "A-1", 1), (2, "B-4", 3)])

    (result,) = validate(sqlite, "orders", [check]).results

    assert (result.failed, result.ok) == (failed, failed == 0)
