"""A table as a whole: counts, sums, age, other tables and earlier days."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from validation_helpers import (
    freshness,
    in_range,
    mean_in_range,
    row_count,
    row_count_change,
    same_count,
    same_total,
    sum_in_range,
    validate,
)

from .conftest import fill

NOW = datetime(2026, 1, 10, 12, tzinfo=UTC)


@pytest.fixture
def sales(engine: sa.Engine) -> sa.Engine:
    columns = {"id": sa.Integer, "amount": sa.Numeric(10, 2), "pieces": sa.Integer, "sold": sa.DateTime, "day": sa.Date}
    rows = [(number, Decimal("10.50"), number, datetime(2026, 1, number), date(2026, 1, number)) for number in (1, 2, 4)]
    fill(engine, "sales", columns, [*rows, (5, None, None, None, None)])
    fill(
        engine,
        "ledger",
        {"id": sa.Integer, "total": sa.Numeric(10, 2), "kind": sa.Unicode(5)},
        [(1, 21, "s"), (2, 10.5, "s"), (3, 99, "x")],
    )
    fill(engine, "empty", {"id": sa.Integer, "amount": sa.Integer, "sold": sa.DateTime}, [])
    return engine


CASES = [
    (row_count(low=4, high=4), 0, "4 rows"),
    (row_count(low=5), 1, "4 rows"),
    (row_count(high=3), 1, "4 rows"),
    (row_count(high=3, where="amount IS NOT NULL"), 0, "3 rows"),
    (sum_in_range("amount", low=31, high=32), 0, "the sum is 31.5"),
    (sum_in_range("pieces", high=6), 1, "the sum is 7"),
    (sum_in_range("pieces", high=6, where="id < 4"), 0, "the sum is 3"),
    (sum_in_range("pieces", low=1, where="id > 4"), 1, "the sum is 0"),
    (mean_in_range("pieces", low=2.3, high=2.4), 0, "the mean is 2.3333"),
    (mean_in_range("amount", low=11), 1, "the mean is 10.5"),
    (mean_in_range("amount", low=11, where="id > 4"), 1, "there is no value"),
    (same_count("ledger"), 1, "4 here, 3 in ledger"),
    (same_count("ledger", tolerance=1), 0, "4 here, 3 in ledger"),
    (same_count("ledger", where="id < 3", other_where="kind = 's'"), 0, "2 here, 2 in ledger"),
    (same_total("amount", "ledger", "total"), 1, "31.5 here, 130.5 in ledger"),
    (same_total("amount", "ledger", "total", other_where="kind = 's'"), 0, "31.5 here, 31.5 in ledger"),
    (same_total("amount", "empty", "amount"), 1, "31.5 here, 0 in empty"),
    (freshness("sold", 7), 0, "the newest is 2026-01-04 00:00:00, 6.5 days old"),
    (freshness("sold", timedelta(hours=155)), 1, "the newest is 2026-01-04 00:00:00, 6.5 days old"),
    (freshness("sold", 9, where="id < 4"), 0, "the newest is 2026-01-02 00:00:00, 8.5 days old"),
    (freshness("sold", 6.48, timezone=timezone(timedelta(hours=-1))), 0, "the newest is 2026-01-04 00:00:00, 6.5 days old"),
    (freshness("day", 5.5), 0, "the newest is 2026-01-04, 5.5 days old"),
    (freshness("day", 5.4), 1, "the newest is 2026-01-04, 5.5 days old"),
    (freshness("sold", 9, where="id > 4"), 1, "there is none"),
]


def test_a_table_is_judged_as_a_whole_in_one_select(sales: sa.Engine) -> None:
    named = [check.__class__(**{**vars(check), "id": f"{number} {check.id}"}) for number, (check, _, _) in enumerate(CASES)]

    report = validate(sales, "sales", named, now=NOW)

    found = [(each.id, each.failed, each.seen.replace(".000000", "")) for each in report.results]
    assert found == [(named[number].id, failed, seen) for number, (_, failed, seen) in enumerate(CASES)]
    assert len(report.statements) == 1


@pytest.mark.parametrize("check", [freshness("sold", 9999), mean_in_range("amount", low=0)], ids=lambda each: each.id)
def test_nothing_is_neither_fresh_nor_of_a_mean(check: Any, sales: sa.Engine) -> None:
    assert not validate(sales, "empty", [check]).ok


def test_a_table_whose_newest_row_lies_in_the_future_is_not_fresh(sales: sa.Engine) -> None:
    before = datetime(2026, 1, 3, tzinfo=UTC)

    (result,) = validate(sales, "sales", [freshness("sold", 1)], now=before).results

    assert (result.failed, result.seen.replace(".000000", "")) == (1, "the newest is 2026-01-04 00:00:00, in the future")


@pytest.mark.parametrize(("now", "ok"), [(datetime(2026, 1, 4, 1, tzinfo=UTC), True), (datetime(2026, 1, 2, 23, tzinfo=UTC), False)])
def test_a_day_is_fresh_until_its_end_and_tomorrow_is_the_future(now: datetime, ok: bool, sales: sa.Engine) -> None:
    assert validate(sales, "sales", [freshness("day", 0)], now=now).ok is ok


@pytest.mark.parametrize(
    ("newest", "ok"),
    [
        ("2026-01-10 11:00:00", True),
        ("2026-01-10T11:59:00+00:00", True),
        ("2026-01-10T13:00:00+02:00", True),
        ("2026-01-09", False),
        ("soon", False),
    ],
)
def test_text_is_read_as_iso_8601(newest: str, ok: bool, sqlite: sa.Engine) -> None:
    fill(sqlite, "sales", {"id": sa.Integer, "sold": sa.Unicode(40)}, [(1, "2001-01-01"), (2, newest)])

    assert validate(sqlite, "sales", [freshness("sold", timedelta(hours=2))], now=NOW).ok is ok


@pytest.mark.parametrize(
    ("check", "seen"),
    [
        (sum_in_range("amount", low=0), "the sum is NaN"),
        (mean_in_range("rate", high=9), "the mean is nan"),
        (same_total("amount", "measured", "rate"), "NaN here, nan in measured"),
        (in_range("amount", low=0), ""),
        (in_range("rate", low=0), ""),
        (in_range("rate", high=9), ""),
    ],
    ids=lambda value: getattr(value, "id", None),
)
def test_what_is_not_a_number_is_within_no_bounds(check: Any, seen: str, postgresql_url: str) -> None:
    engine = sa.create_engine(postgresql_url)
    nan = float("nan")
    fill(
        engine,
        "measured",
        {"id": sa.Integer, "amount": sa.Numeric(10, 2), "rate": sa.Double},
        [(1, 1, 1.5), (2, nan, nan), (3, None, None)],
    )

    (result,) = validate(engine, "measured", [check]).results

    assert (result.failed, result.seen) == (1, seen)


def test_a_total_is_compared_with_one_of_another_kind(engine: sa.Engine) -> None:
    columns = {"id": sa.Integer, "amount": sa.Numeric(10, 2), "rate": sa.Double, "pieces": sa.BigInteger}
    fill(engine, "measured", columns, [(1, Decimal("0.10"), 0.1, 1), (2, Decimal("0.20"), 0.2, 2)])
    pairs = [("amount", "rate"), ("rate", "amount"), ("pieces", "rate"), ("amount", "pieces")]
    checks = [same_total(one, "measured", other, tolerance=0.01, id=f"{one} {other}") for one, other in pairs]

    report = validate(engine, "measured", checks)

    assert [each.failed for each in report.results] == [0, 0, 1, 1]
    assert report.results[2].seen == "3 here, 0.3 in measured"


def test_a_sum_beyond_32_bits_is_right(engine: sa.Engine) -> None:
    fill(engine, "big", {"id": sa.Integer, "n": sa.Integer, "m": sa.BigInteger}, [(n, 2_000_000_000, 4 * 10**18) for n in range(1, 4)])

    checks = [sum_in_range("n", low=6_000_000_000, high=6_000_000_000), mean_in_range("n", low=2e9, high=2e9)]

    assert validate(engine, "big", checks).ok
    if engine.dialect.name != "sqlite":
        assert validate(engine, "big", [sum_in_range("m", low=12 * 10**18, high=12 * 10**18)]).ok


@pytest.fixture(params=["file", "table"])
def history(request: pytest.FixtureRequest, tmp_path: Path) -> str | Path:
    return tmp_path / "counts.json" if request.param == "file" else "row_counts"


def test_a_row_count_is_compared_with_that_of_the_day_before(history: str | Path, engine: sa.Engine) -> None:
    fill(engine, "items", {"id": sa.Integer}, [(number,) for number in range(1, 101)])
    check = row_count_change(history, fall=10, rise=20)

    def judge(day: int, rows: int) -> tuple[str, str]:
        with engine.begin() as connection:
            connection.execute(sa.text(f"DELETE FROM items WHERE id > {rows}"))
        (result,) = validate(engine, "items", [check], now=datetime(2026, 1, day, 23, tzinfo=UTC)).results
        return result.status, result.seen

    assert judge(1, 100) == ("skipped", "100 rows; no earlier day to compare with")
    assert judge(1, 99) == ("skipped", "99 rows; no earlier day to compare with")
    assert judge(2, 90) == ("passed", "90 rows, -9.1 % against 99 on 2026-01-01")
    assert judge(2, 89) == ("failed", "89 rows, -10.1 % against 99 on 2026-01-01")
    assert judge(5, 88) == ("passed", "88 rows, -1.1 % against 89 on 2026-01-02")


def test_the_first_count_does_not_commit_what_the_caller_has_begun(engine: sa.Engine) -> None:
    fill(engine, "sales", {"id": sa.Integer}, [(1,)])

    with engine.connect() as connection:
        connection.execute(sa.text("INSERT INTO sales VALUES (2)"))
        validate(connection, "sales", [row_count_change("row_counts")])
        connection.rollback()

    assert validate(engine, "sales", [row_count(low=1, high=1)]).ok


def test_more_rows_than_a_rise_allows_fail_and_no_bound_is_no_bound(sqlite: sa.Engine, tmp_path: Path) -> None:
    fill(sqlite, "items", {"id": sa.Integer}, [])
    checks = [row_count_change(tmp_path / "a", rise=None), row_count_change(tmp_path / "b", rise=50, id="bounded")]

    validate(sqlite, "items", checks, now=NOW - timedelta(days=1))
    with sqlite.begin() as connection:
        connection.execute(sa.text("INSERT INTO items VALUES (1)"))

    assert [each.status for each in validate(sqlite, "items", checks, now=NOW).results] == ["passed", "failed"]
