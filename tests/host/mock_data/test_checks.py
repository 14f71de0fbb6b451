"""CHECK constraints: evaluated as the database evaluates them, kept by every row, and named where they cannot be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from mock_data.chance import np, spell
from mock_data.checks import parse
from mock_data.describe import read_table
from mock_data.facts import Values
from mock_data.loading import Database
from mock_data.patterns import alphabets_of, regex_of
from mock_data.shapes import Check
from mock_data.tables import Wish, plan_alone
from mock_data.values import array_of
from mock_data_generator import MockData, Refused, fill
from sqlalchemy.dialects import mssql
from sqlglot import parse_one

from tests.host.mock_data.conftest import Lite

SHARED = Path(__file__).parents[3] / "host" / "dev" / "shared"
ROWS: list[tuple[Any, ...]] = [
    (None, None, None, None, None, None),
    (0, 0, "", "", "2024-02-29", "2024-02-29 00:00:00"),
    (1, 2.5, "a", "A", "2024-03-01", "2024-02-29 23:59:59"),
    (-3, -0.1, "Abc", "abc", "1999-12-31", None),
    (7, 0.3, "A-12", "x@y.z", "2025-01-01", "2026-01-01 00:00:00"),
    (5, 99.99, " padded ", "100%", None, "2020-01-01 12:00:00"),
    (2, 1.5, "Straße", "a_c", "2024-12-31", "2024-12-31 00:00:00"),
]
EXPRESSIONS = (
    *(
        "i >= 0",
        "i > 1 AND i < 6",
        "i BETWEEN 1 AND 5",
        "i NOT BETWEEN 1 AND 5",
        "NOT (i < 2 OR i > 6)",
        "i IN (1, 5, 7)",
        "i NOT IN (1, NULL)",
    ),
    *(
        "i = 1",
        "i <> 1",
        "i != 7",
        "i IS NULL",
        "i IS NOT NULL",
        "NOT i IS NULL",
        "i IS NULL OR i > 3",
        "i * 2 + 1 <= 11",
        "i % 2 = 1",
        "-i < 0",
    ),
    *(
        "ABS(i) < 4",
        "n >= 0.3",
        "n < 2.5",
        "n = 0.3",
        "n * i <= 5",
        "i + n > 3",
        "i - n < 1",
        "ROUND(n) = 2",
        "i / 2 = 1",
        "COALESCE(i, 9) > 5",
    ),
    *(
        "t <> ''",
        "t = 'a'",
        "t IN ('a', 'Abc')",
        "LENGTH(t) >= 3",
        "LENGTH(TRIM(t)) = 6",
        "t = UPPER(t)",
        "LOWER(t) = s",
        "t LIKE 'A%'",
        "t LIKE 'a%'",
    ),
    *(
        "s LIKE '%@%'",
        "s NOT LIKE '%@%.%'",
        "t GLOB 'A-[0-9]*'",
        "INSTR(s, '@') > 1",
        "SUBSTR(t, 1, 1) = 'A'",
        "t || s = 'aA'",
        "TYPEOF(i) = 'integer'",
    ),
    *(
        "d >= '2024-01-01'",
        "d < '2024-12-31' OR i = 7",
        "d BETWEEN '2024-01-01' AND '2024-12-31'",
        "m >= d",
        "d <= m",
        "m > '2024-06-30 00:00:00'",
    ),
    *(
        "CASE WHEN i > 3 THEN n > 1 ELSE n < 3 END",
        "IIF(i > 3, n > 1, n < 3)",
        "CASE WHEN i > 3 THEN d IS NOT NULL END",
        "(i > 0) = (n > 0)",
    ),
    *(
        "(t = 'a' AND s = 'A') OR (t <> 'a' AND s <> 'A')",
        "i = 1 OR n = 2.5 OR t = 'Abc'",
        "i > 0 AND (n > 1 OR s IS NULL) AND NOT t = 'x'",
        "1 = 1",
    ),
)


@pytest.fixture
def rows(lite: Lite) -> sa.Engine:
    """A table with ROWS and no constraint."""
    engine = lite("CREATE TABLE t (i INTEGER, n NUMERIC(8, 2), t TEXT, s VARCHAR(20), d DATE, m TIMESTAMP)")
    with engine.begin() as connection:
        connection.exec_driver_sql("INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)", ROWS)
    return engine


@pytest.mark.parametrize("expression", EXPRESSIONS)
def test_an_expression_is_evaluated_as_sqlite_does(expression: str, rows: sa.Engine) -> None:
    with rows.connect() as connection:
        database = connection.exec_driver_sql(f"SELECT COALESCE({expression}, 1) <> 0 FROM t ORDER BY rowid").scalars().all()
    table = Database(rows).read(["t"])["t"]
    columns = dict(zip("intsdm", zip(*ROWS, strict=True), strict=True))
    done = {column.name: _values(columns[column.name], column) for column in table.columns}

    condition = parse(Check("", expression), table, 0)

    assert condition is not None
    assert condition.passes(done, len(ROWS)).tolist() == [bool(passed) for passed in database]


def _values(given: tuple[Any, ...], column: Any) -> Values:
    filler = next(value for value in given if value is not None)
    data = array_of([filler if value is None else value for value in given], column)
    return Values(data, np.array([value is None for value in given]))


@pytest.mark.parametrize(
    ("columns", "rule"),
    [
        ("a INTEGER NOT NULL", "a >= 1000"),
        ("a INTEGER NOT NULL", "a < 0"),
        ("a NUMERIC(6, 2) NOT NULL", "a > 10 AND a <= 10.05"),
        ("a REAL NOT NULL, b REAL NOT NULL", "a < b AND b < 1"),
        ("a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL", "a < b AND b < c AND a + b + c < 60"),
        ("a DATE NOT NULL, b TIMESTAMP NOT NULL", "b > a"),
        ("started DATE NOT NULL, ended DATE", "ended > started"),
        ("age INTEGER NOT NULL", "age BETWEEN 18 AND 30"),
        ("status TEXT NOT NULL", "status IN ('a', 'b') AND status <> 'b'"),
        ("email VARCHAR(60) NOT NULL", "email LIKE '%_@%.%' AND email = LOWER(email)"),
        ("code VARCHAR(8) NOT NULL UNIQUE", "code LIKE 'AB-____'"),
        ("code VARCHAR(8) NOT NULL", "LENGTH(code) = 7"),
        ("sent INTEGER NOT NULL, at TIMESTAMP", "(sent = 0 AND at IS NULL) OR (sent = 1 AND at IS NOT NULL)"),
        ("a INTEGER, b INTEGER", "(a IS NULL) <> (b IS NULL)"),
        ("a INTEGER NOT NULL, b INTEGER NOT NULL, c INTEGER NOT NULL", "a * a + b * b <= c"),
        ("qty INTEGER NOT NULL, price NUMERIC(8, 2) NOT NULL, total NUMERIC(10, 2) NOT NULL", "total = qty * price"),
        ("net NUMERIC(8, 2) NOT NULL, tax NUMERIC(8, 2) NOT NULL, gross NUMERIC(8, 2) NOT NULL", "ROUND(gross - net - tax, 2) = 0"),
        ("lat REAL NOT NULL, lon REAL NOT NULL", "lat BETWEEN 45 AND 50 AND lon BETWEEN 5 AND 15"),
        ("flag BOOLEAN NOT NULL, reason TEXT", "NOT flag OR reason IS NOT NULL"),
        ("month INTEGER NOT NULL, quarter INTEGER NOT NULL", "quarter = (month + 2) / 3"),
    ],
)
@pytest.mark.parametrize("profile", ["typical", "edge"])
def test_a_constraint_is_kept_in_every_row(columns: str, rule: str, profile: str, lite: Lite) -> None:
    engine = lite(f"CREATE TABLE t (id INTEGER PRIMARY KEY, {columns}, CHECK ({rule}))")

    data = MockData(engine, ["t"], 1200, profile=profile)
    data.load()

    assert data.plan.tables[0].repair.constraints.unproven == ()


def test_a_narrowed_range_is_not_heaped_up_at_its_limits(lite: Lite) -> None:
    engine = lite("CREATE TABLE t (price NUMERIC(10, 2) NOT NULL CHECK (price >= 1000), age INTEGER NOT NULL CHECK (age < 21))")

    prices, ages = zip(*MockData(engine, ["t"], 2000).tuples("t"), strict=True)

    assert max(prices.count(price) for price in set(prices)) < 100
    assert sorted(set(ages)) == [18, 19, 20]
    assert min(ages.count(age) for age in set(ages)) > 400


def test_constraints_that_contradict_each_other_are_refused_by_name(lite: Lite) -> None:
    engine = lite("CREATE TABLE t (a INTEGER NOT NULL, CONSTRAINT small CHECK (a < 5), CONSTRAINT large CHECK (a + 0 > 7))")

    with pytest.raises(
        Refused,
        match=r"t: CHECK large \(a \+ 0 > 7\) refuses 100 of 100 rows that can be made, for example \{'a': .*\}: say in",
    ):
        fill(engine, ["t"], 100)


def test_a_constraint_beyond_us_is_judged_by_the_database_and_named(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL, "
        "CONSTRAINT odd CHECK (HEX(a) LIKE 'FF%'), CONSTRAINT fine CHECK (HEX(a) <> ''))"
    )

    data = MockData(engine, ["t"], 100)

    assert "CHECK odd: not understood here, left to the database" in data.explain()
    with pytest.raises(
        Refused,
        match=r"t: the database refused a row, and nothing was written: CHECK constraint failed: odd Not understood here were: fine; odd;",
    ):
        data.load()
    with engine.connect() as connection:
        assert connection.scalar(sa.text("SELECT COUNT(*) FROM t")) == 0


def test_a_constraint_beyond_us_that_rows_keep_stops_nothing(lite: Lite) -> None:
    engine = lite("CREATE TABLE t (id INTEGER PRIMARY KEY, a TEXT NOT NULL CHECK (HEX(a) <> ''))")

    assert fill(engine, ["t"], 100)["tables"]["t"]["unproven"] == ["HEX(a) <> ''"]


def test_a_constraint_speaks_of_now(lite: Lite) -> None:
    engine = lite(
        "CREATE TABLE t (made TIMESTAMP NOT NULL CHECK (made <= CURRENT_TIMESTAMP), due DATE NOT NULL CHECK (due > CURRENT_DATE))"
    )

    fill(engine, ["t"], 300)


@pytest.mark.parametrize("profile", ["typical", "edge"])
@pytest.mark.parametrize(
    "rule",
    [
        "([status]='open' OR [status]='done')",
        "(datediff(day,[starts],[ends])<=(14))",
        "([ends]>=[starts] AND [ends]<=dateadd(day,(30),[starts]))",
        "(len([code])=(6) AND [code] like '[A-Z][A-Z][0-9][0-9][0-9][0-9]')",
        "(NOT [code] like '%[^0-9]%')",
        "(patindex('%[^0-9]%',[code])=(0) AND datalength([code])>(0))",
        "(isnull([number],(0))>=(0))",
        "([flag]=(0) OR [number] IS NOT NULL)",
        "(datepart(month,[starts])=(1))",
        "([starts]<=getdate())",
    ],
)
def test_a_constraint_as_sql_server_writes_it_is_understood(rule: str, profile: str) -> None:
    columns = {"status": mssql.NVARCHAR(10), "starts": mssql.DATETIME2(), "ends": mssql.DATETIME2(), "code": mssql.VARCHAR(20)}
    columns |= {"number": mssql.INTEGER(), "flag": mssql.BIT(), "version": mssql.ROWVERSION()}
    parts = [sa.Column(name, kind, nullable=name == "number") for name, kind in columns.items()]
    table = sa.Table("t", sa.MetaData(), sa.Column("id", mssql.INTEGER(), sa.Identity(), primary_key=True), *parts)

    plan = plan_alone(read_table(table, "mssql", [Check("", rule)]), 500, Wish(1, profile), parents={})

    assert sum(block.count for block in plan.blocks()) == 500  # a row that the constraint refuses would have raised an error
    assert plan.repair.constraints.unproven == ()
    assert plan.table.left_out == {"version": "counted by the database"}


def test_without_sqlglot_the_database_judges(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['sqlglot'] = None\n"
        "import sqlalchemy as sa\n"
        "from mock_data_generator import MockData, Refused\n"
        "engine = sa.create_engine('sqlite://')\n"
        "with engine.begin() as connection:\n"
        "    connection.exec_driver_sql('CREATE TABLE t (id INTEGER PRIMARY KEY, a INTEGER CONSTRAINT big CHECK (a >= 0))')\n"
        "    connection.exec_driver_sql('CREATE TABLE u (id INTEGER PRIMARY KEY, a INTEGER CONSTRAINT neg CHECK (a < 0))')\n"
        "print(MockData(engine, ['t'], 100).load()['tables']['t']['unproven'])\n"
        "try: MockData(engine, ['u'], 100).load()\n"
        "except Refused as error: print(error)\n"
    )

    done = subprocess.run([sys.executable, "-c", code], cwd=SHARED, capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[0] == "['big']"
    assert "CHECK constraint failed: neg" in done.stdout


@pytest.mark.parametrize(
    ("pattern", "dialect"),
    [
        ("x ~ '^[A-Z]{3}$'", "postgres"),
        ("x ~ '^[A-Z]{2}-?[0-9]{2,4}$'", "postgres"),
        ("x ~ '^(EU|US)[0-9]+$'", "postgres"),
        (r"x ~ '^\d{3}-\d{2}$'", "postgres"),
        ("x ~ '^[[:alpha:]][[:digit:]]+$'", "postgres"),
        ("x ~* '^ab[^0-9]c'", "postgres"),
        ("x REGEXP '^[a-z0-9.]+@[a-z]+[.]com$'", "mysql"),
        ("x LIKE 'A_-%'", "sqlite"),
        ("x LIKE '%@%.__'", "sqlite"),
        ("x GLOB '[A-Z][A-Z]*-?'", "sqlite"),
        ("x LIKE '[A-F][0-9][0-9]%'", "tsql"),
        ("x LIKE 'X[^a-z]_'", "tsql"),
    ],
)
def test_text_is_written_that_fits_a_pattern(pattern: str, dialect: str) -> None:
    node = parse_one(f"SELECT {pattern}", dialect=dialect).selects[0]
    ours = {"postgres": "postgresql", "tsql": "mssql"}.get(dialect, dialect)

    alphabets = alphabets_of(node, ours, 20)

    assert alphabets is not None
    regex = regex_of(node, ours)
    assert regex is not None
    assert all(regex.fullmatch(text) for text in spell(np.arange(500), alphabets))


@pytest.mark.parametrize("pattern", ["x ~ '^(a(b|c))+$'", "x ~ '^(?=a)b'", "x LIKE y"])
def test_a_pattern_beyond_us_is_not_guessed(pattern: str) -> None:
    node = parse_one(f"SELECT {pattern}", dialect="postgres").selects[0]

    assert alphabets_of(node, "postgresql", 20) is None
