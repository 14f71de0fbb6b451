"""The edge profile: what programs trip over, each in a column that holds it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
import sqlalchemy as sa
from mock_data.describe import read_table
from mock_data.edges import edged
from mock_data.facts import Rows
from mock_data.forms import as_objects
from mock_data.shapes import Column, Table, day_of
from mock_data.values import maker_for
from mock_data_generator import MockData, verify

from tests.host.mock_data.conftest import Lite


def edges_of(kind: sa.types.TypeEngine[Any], dialect: str = "postgresql", rows: int = 300, **changes: Any) -> list[Any]:
    """What a column of a type gets."""
    table = read_table(sa.Table("t", sa.MetaData(), sa.Column("x", kind, nullable=False)), dialect)
    column = Column(**{**table.columns[0].__dict__, **changes})
    maker = edged(maker_for(column, Table("t", dialect, (column,))), dialect, False)
    return as_objects(maker.values(Rows(1, "t", 0, 0, rows)), column)


def test_whole_numbers_reach_the_limits_of_their_type() -> None:
    found = edges_of(sa.SmallInteger())

    assert {0, 1, -1, 127, 128, 255, 32767, -32768} - {128} <= set(found)
    assert min(found) == -32768 and max(found) == 32767


def test_decimals_reach_all_their_digits() -> None:
    assert {"0.00", "0.01", "-0.01", "999.99", "-999.99"} <= set(map(str, edges_of(sa.Numeric(5, 2))))
    assert "99999999999999999999999999.9999" in map(str, edges_of(sa.Numeric(30, 4)))


def test_text_is_empty_longest_and_strange() -> None:
    found = set(edges_of(sa.String(20)))

    assert {
        "",
        " ",
        "x" * 20,
        "ä" * 20,
        "trailing  ",
        "e\u0301te\u0301",
        "שלום עולם",
        "🙂",
        "𝒳𝒴",
        "'; DROP TABLE x; --",
        "line\nbreak",
    } <= found
    assert max(map(len, found)) == 20


@pytest.mark.parametrize(("signs", "highest"), [("latin", "\xff"), ("bmp", "\uffff"), ("unicode", "\U0010ffff")])
def test_text_holds_only_signs_that_the_column_holds(signs: str, highest: str) -> None:
    found = "".join(edges_of(sa.String(20), signs=signs))

    assert max(found) <= highest
    assert max(found) > {"latin": "\x7f", "bmp": "\xff", "unicode": "\uffff"}[signs]


def test_fixed_text_has_no_blanks_at_its_end_that_would_be_lost() -> None:
    assert all(text == text.strip(" ") for text in edges_of(sa.CHAR(8)))


def test_dates_are_leap_days_and_the_first_and_last_ones() -> None:
    assert {date(1, 1, 1), date(9999, 12, 31), date(2024, 2, 29), date(2000, 2, 29), date(1969, 12, 31)} <= set(edges_of(sa.Date()))


def test_moments_are_hours_that_do_not_exist_or_come_twice() -> None:
    gap, twice = datetime(2025, 3, 30, 2, 30), datetime(2025, 10, 26, 2, 30)

    assert {gap, twice, datetime(2024, 12, 31, 23, 59, 59, 999999)} <= set(edges_of(sa.DateTime()))
    assert gap.replace(tzinfo=UTC) in edges_of(sa.DateTime(timezone=True))


def test_a_timestamp_of_mariadb_has_no_hour_that_it_would_refuse() -> None:
    from sqlalchemy.dialects.mysql import TIMESTAMP

    found = edges_of(TIMESTAMP(), "mysql")

    assert datetime(2025, 3, 30, 2, 30) not in found
    assert min(found).year == 1970 and max(found).year == 2038


def test_moments_are_no_finer_than_their_column() -> None:
    from sqlalchemy.dialects.mysql import DATETIME

    assert all(moment.microsecond == 0 for moment in edges_of(DATETIME(), "mysql"))
    assert any(moment.microsecond == 999000 for moment in edges_of(DATETIME(fsp=3), "mysql"))


def test_floats_are_not_exact_and_as_large_as_they_get() -> None:
    assert {0.0, 0.30000000000000004, 1e308, -1e308, 1e-300} <= set(edges_of(sa.Double()))


def test_the_first_rows_show_every_edge_and_later_ones_one_in_four() -> None:
    few, many = edges_of(sa.String(40), rows=60), edges_of(sa.String(40), rows=4000)

    assert set(few[:40]) <= set(many)
    assert 0.15 < sum(text in set(few) for text in many[1000:]) / 3000 < 0.35


def test_nothing_is_shown_that_a_check_excludes(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, n INTEGER NOT NULL CHECK (n BETWEEN -5 AND 300), "
        "s VARCHAR(20) NOT NULL CHECK (LENGTH(s) >= 3), d DATE NOT NULL CHECK (d > '2000-01-01'), "
        "f REAL NOT NULL CHECK (f >= 0 AND f <= 1))"
    )

    rows = list(MockData(engine, ["t"], 500, profile="edge").tuples("t"))

    numbers, texts, dates, shares = (set(column) for column in list(zip(*rows, strict=True))[1:])
    assert {-5, -1, 0, 1, 127, 255, 300} <= numbers
    assert min(map(len, texts)) >= 3 and "🙂" not in texts and "日本語" in texts
    assert min(dates) > date(2000, 1, 1) and date(9999, 12, 31) in dates
    assert {0.0, 1.0, 0.30000000000000004} <= shares


def test_keys_and_references_stay_as_they_are(shop: sa.Engine) -> None:
    typical, edge = (
        list(MockData(shop, ["customers", "orders"], 100, profile=profile).tuples("orders")) for profile in ("typical", "edge")
    )

    assert [row[:3] for row in typical] == [row[:3] for row in edge]
    assert [row[3:] for row in typical] != [row[3:] for row in edge]


def test_edges_come_back_from_the_database(shop: sa.Engine) -> None:
    data = MockData(shop, ["customers", "orders", "order_lines", "employees"], 300, profile="edge")

    assert verify(data.load(), shop) == []


def test_the_first_day_is_the_first_of_year_one() -> None:
    assert day_of("0001-01-01") == -719162
