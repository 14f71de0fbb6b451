"""Keys never repeat, references always hold, and what cannot be is refused before anything is written, with the number."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import sqlalchemy as sa
from mock_data.chance import key_of, np, permute
from mock_data.choice import Choice
from mock_data_generator import MockData, Refused, fill

from tests.host.mock_data.conftest import Lite


def values(engine: sa.Engine, column: str, table: str = "t") -> list[Any]:
    """A column as the database holds it."""
    with engine.connect() as connection:
        return list(connection.scalars(sa.text(f"SELECT {column} FROM {table} ORDER BY rowid")))


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000, 4097])
def test_a_shuffle_gives_each_number_once(size: int) -> None:
    assert sorted(permute(np.arange(size), size, key_of("any", size=7)).tolist()) == list(range(size))


@pytest.mark.parametrize(
    ("column", "most"),
    [
        ("code CHAR(1)", 36),
        ("code CHAR(2)", 1296),
        ("code VARCHAR(20) CHECK (code IN ('a', 'b', 'c'))", 3),
        ("code INTEGER CHECK (code BETWEEN 10 AND 109)", 100),
        ("code INTEGER CHECK (code < 0 AND code > -51)", 50),
        ("code BOOLEAN", 2),
        ("code NUMERIC(3, 1) CHECK (code > 0)", 999),
        ("code TEXT CHECK (code GLOB 'X-[0-9][0-9]')", 100),
        ("code TIME", 86_400),
    ],
)
def test_a_unique_column_gives_every_value_it_has_and_refuses_one_more(column: str, most: int, lite: Lite) -> None:
    engine = lite(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {column} UNIQUE NOT NULL)")

    fill(engine, ["t"], most)

    assert len(set(values(engine, "code"))) == most
    with pytest.raises(Refused, match=rf"t\.code is unique: {most + 1:,} rows need {most + 1:,} different values, .+ holds {most:,} "):
        MockData(engine, ["t"], most + 1, replace=True)


def test_unique_text_stays_unique_for_the_least_exact_collation(lite: Lite) -> None:
    engine = lite("CREATE TABLE t (email VARCHAR(60) UNIQUE NOT NULL, name VARCHAR(40) UNIQUE NOT NULL, code VARCHAR(12) UNIQUE NOT NULL)")

    fill(engine, ["t"], 60_000)

    for column in ("email", "name", "code"):
        assert len({str(value).casefold().strip() for value in values(engine, column)}) == 60_000


def test_a_key_of_several_columns_follows_its_parents(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE orders (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (order_id INTEGER NOT NULL REFERENCES orders (id), line_no INTEGER NOT NULL, PRIMARY KEY (order_id, line_no))",
    )

    fill(engine, ["orders", "t"], {"orders": 1000, "t": 1500})

    orders, lines = values(engine, "order_id"), values(engine, "line_no")
    fans = Counter(orders)
    assert set(fans.values()) == {1, 2, 3, 4, 5, 7}
    assert len(fans) < max(fans)  # some have none
    assert orders == sorted(orders, key=lambda number: (number - 1) // 16)
    assert all(
        set(range(1, fan + 1)) == {line for own, line in zip(orders, lines, strict=True) if own == order} for order, fan in fans.items()
    )


def test_a_key_of_two_references_pairs_them_once(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE students (id INTEGER PRIMARY KEY); CREATE TABLE courses (id INTEGER PRIMARY KEY)",
        "CREATE TABLE t (student_id INTEGER NOT NULL REFERENCES students (id), course_id INTEGER NOT NULL REFERENCES courses (id), "
        "PRIMARY KEY (student_id, course_id))",
    )

    fill(engine, ["students", "courses", "t"], {"students": 30, "courses": 9, "t": 270})

    assert len(set(zip(values(engine, "student_id"), values(engine, "course_id"), strict=True))) == 270
    with pytest.raises(Refused, match=r"t \(student_id, course_id\) is unique: 271 rows need 271 different values, there are 270"):
        MockData(engine, ["students", "courses", "t"], {"students": 30, "courses": 9, "t": 271}, replace=True)


def test_a_reference_that_is_a_key_takes_each_parent_once(lite: Lite) -> None:
    engine = lite("CREATE TABLE people (id INTEGER PRIMARY KEY); CREATE TABLE t (id INTEGER PRIMARY KEY REFERENCES people (id), x TEXT)")

    fill(engine, ["people", "t"], {"people": 20, "t": 15})

    assert values(engine, "id") == list(range(1, 16))
    with pytest.raises(Refused, match=r"t\.id is unique: 21 rows need 21 different values, people has 20 rows"):
        MockData(engine, ["people", "t"], {"people": 20, "t": 21}, replace=True)


def test_some_parents_have_many_children_and_some_none() -> None:
    chosen = Counter(Choice(1000, 7)(np.arange(100_000)).tolist())

    busiest = [count for _, count in chosen.most_common(200)]
    assert 0.4 < sum(busiest) / 100_000 < 0.7
    assert 20 < 1000 - len(chosen) < 200
    assert max(chosen) <= 999


def test_a_row_refers_to_rows_before_it_in_its_own_table(lite: Lite) -> None:
    engine = lite("CREATE TABLE t (id INTEGER PRIMARY KEY, boss_id INTEGER REFERENCES t (id), top_id INTEGER NOT NULL REFERENCES t (id))")

    fill(engine, ["t"], 2000)

    assert all(boss is None or boss < own for own, boss in zip(values(engine, "id"), values(engine, "boss_id"), strict=True))
    assert values(engine, "boss_id")[0] is None
    assert values(engine, "top_id")[0] == 1
    assert 100 < values(engine, "boss_id").count(None) < 300


CIRCLE = (
    "CREATE TABLE teams (id INTEGER PRIMARY KEY, lead_id INTEGER {null} REFERENCES members (id))",
    "CREATE TABLE members (id INTEGER PRIMARY KEY, team_id INTEGER NOT NULL REFERENCES teams (id))",
)


def test_a_circle_is_closed_in_a_second_pass(lite: Lite) -> None:
    engine = lite(*(text.format(null="") for text in CIRCLE))

    data = MockData(engine, ["members", "teams"], 50)
    data.load()

    assert [(table.table.name, table.later) for table in data.plan.tables] == [("teams", ("lead_id",)), ("members", ())]
    assert len([lead for lead in values(engine, "lead_id", "teams") if lead is not None]) > 40


def test_a_circle_without_null_is_checked_at_the_end(lite: Lite) -> None:
    engine = lite(*(text.format(null="NOT NULL") for text in CIRCLE))

    fill(engine, ["members", "teams"], 50)

    assert None not in values(engine, "lead_id", "teams")


def test_a_circle_without_null_is_refused_where_the_database_checks_row_by_row(mariadb_url: str) -> None:
    engine = sa.create_engine(mariadb_url)
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE a (id INTEGER PRIMARY KEY, b_id INTEGER NOT NULL)")
        connection.exec_driver_sql("CREATE TABLE b (id INTEGER PRIMARY KEY, a_id INTEGER NOT NULL, FOREIGN KEY (a_id) REFERENCES a (id))")
        connection.exec_driver_sql("ALTER TABLE a ADD FOREIGN KEY (b_id) REFERENCES b (id)")

    with pytest.raises(Refused, match="a refer to each other, NULL is not allowed, and this database checks row by row: allow NULL in one"):
        fill(engine, ["a", "b"], 5)
    engine.dispose()


def test_references_go_to_rows_that_are_there(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE airlines (carrier VARCHAR(2) PRIMARY KEY)",
        "CREATE TABLE t (id INTEGER, carrier VARCHAR(2) NOT NULL REFERENCES airlines)",
    )
    with engine.begin() as connection:
        connection.execute(sa.text("INSERT INTO airlines VALUES ('UA'), ('AA'), ('B6')"))

    fill(engine, ["t"], 500)

    assert set(values(engine, "carrier")) == {"UA", "AA", "B6"}


def test_a_reference_to_nothing_is_refused_or_null(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE customers (id INTEGER PRIMARY KEY)",
        "CREATE TABLE must (id INTEGER PRIMARY KEY, customer_id INTEGER NOT NULL REFERENCES customers (id))",
        "CREATE TABLE may (id INTEGER PRIMARY KEY, customer_id INTEGER REFERENCES customers (id))",
    )

    fill(engine, ["may"], 5)

    assert values(engine, "customer_id", "may") == [None] * 5
    with pytest.raises(Refused, match=r"must\.customer_id refers to customers, which has no rows: add customers to the tables"):
        MockData(engine, ["must"], 5)


def test_references_that_share_a_column_agree(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE tenants (id INTEGER PRIMARY KEY)",
        *(
            f"CREATE TABLE {name} (tenant_id INTEGER NOT NULL REFERENCES tenants (id), id INTEGER NOT NULL, PRIMARY KEY (tenant_id, id))"
            for name in ("customers", "products")
        ),
        "CREATE TABLE t (id INTEGER PRIMARY KEY, tenant_id INTEGER NOT NULL, customer_id INTEGER NOT NULL, product_id INTEGER NOT NULL, "
        "FOREIGN KEY (tenant_id, customer_id) REFERENCES customers, FOREIGN KEY (tenant_id, product_id) REFERENCES products)",
    )

    fill(engine, ["tenants", "customers", "products", "t"], {"tenants": 40, "customers": 200, "products": 30, "t": 1000})

    assert len(set(values(engine, "tenant_id"))) > 5


def test_tables_named_in_another_case_are_the_same_table(lite: Lite) -> None:
    engine = lite("CREATE TABLE customers (ID INTEGER PRIMARY KEY); CREATE TABLE t (c INTEGER NOT NULL REFERENCES Customers(id))")

    assert fill(engine, ["t", "customers"], 5)["tables"].keys() == {"customers", "t"}
