"""Names that no one would choose and that are there: in tables, columns, keys, schemas and procedures, on every database."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from db_helper import DatabaseHelper
from db_sql import read_statement
from db_upsert import _create_stage, _insert_missing
from db_write import Target, _insert_sql
from mock_data_generator import MockData, verify
from validation_helpers import accepted_values, foreign_key, matches_pattern, not_null, quarantine, unique

from tests.host.conftest import SERVERS, Database

NAMES = [
    "100%",
    "a%%b",
    "%s %(id)s",
    'say "it"',
    "it's",
    "with blank",
    "[left",
    "right]",
    "[both]",
    "b`tick",
    ":x",
    "?",
    "a;b",
    "--c",
    "/*c*/",
    "back\\slash",
    "{x}",
    "žluť",
    "注文",
    "select",
    "Order",
    "a\tb",
]
real = pytest.mark.parametrize("database", ["sqlite", *SERVERS], indirect=True)  # what stands in for SQL Server reads plain names


def made(database: Database, table: str, columns: list[str]) -> Any:
    """A table whose first column is its number, and the helper."""
    quote, kind = database.helper.quote, database.types["text"]
    others = ", ".join(f"{quote(name)} {kind}" for name in columns)
    database.helper.execute_query(f"CREATE TABLE {quote(table)} (id INTEGER, {others})")
    return database.helper


@real
def test_columns_may_have_any_name(database: Database) -> None:
    db = made(database, "odd", NAMES)
    row = {"id": 1, **{name: f"in {name}" for name in NAMES}}

    db.bulk_insert("odd", [row, {**row, "id": 2}])
    db.bulk_insert("odd", [tuple(row.values())], columns=list(row))
    db.upsert("odd", [{**row, "id": 4, ":x": "new"}], key="id")

    assert db.execute_query("SELECT * FROM odd ORDER BY id") == [row, row, {**row, "id": 2}, {**row, "id": 4, ":x": "new"}]


@real
@pytest.mark.parametrize("name", NAMES)
def test_tables_and_keys_may_have_any_name(name: str, database: Database) -> None:
    db = made(database, name, [name])

    db.upsert(name, [{"id": 1, name: "a"}, {"id": 2, name: "b"}], key=name)
    db.upsert(name, [{"id": 3, name: "a"}], key=[name])

    quoted = db.quote(name)
    assert db.execute_query(f"SELECT id FROM {quoted} WHERE {quoted} = :value", {"value": "a"}) == [{"id": 3}]
    assert [list(batch[0]) for batch in db.stream_query(f"SELECT {quoted} FROM {quoted}")] == [[name]]
    if "`" not in name or database.name != "mariadb":  # which SQLAlchemy reads wrong
        assert [column.name for column in db.table(name).columns] == ["id", name]


@pytest.mark.parametrize("database", ["postgresql", pytest.param("sqlserver", marks=pytest.mark.sqlserver)], indirect=True)
@pytest.mark.parametrize("name", NAMES)
def test_schemas_may_have_any_name(name: str, database: Database) -> None:
    database.helper.execute_query(f"CREATE SCHEMA {database.helper.quote(name)}")
    db = made(database, f"{name}.{name}", [name])

    db.bulk_insert(f"{name}.{name}", [{"id": 1, name: "a"}])
    db.upsert(f"{name}.{name}", [{"id": 1, name: "b"}], key="id")

    assert db.execute_query(f"SELECT * FROM {db.quote(f'{name}.{name}')}") == [{"id": 1, name: "b"}]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("database", ["postgresql", "mariadb"], indirect=True)
def test_procedures_may_have_any_name(name: str, database: Database) -> None:
    db = database.helper
    body = {
        "postgresql": f"CREATE PROCEDURE {db.quote(name)} (low integer, OUT {db.quote(name)} integer)"
        f" LANGUAGE plpgsql AS $$ BEGIN {db.quote(name)} := low + 1; END $$",
        "mariadb": f"CREATE PROCEDURE {db.quote(name)} (low INTEGER, OUT {db.quote(name)} INTEGER) SET {db.quote(name)} = low + 1",
    }
    db.execute_query(body[database.name])

    assert db.execute_stored_procedure(name, {"low": 1}).outputs == {name: 2}


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("url", ["sqlite://", "postgresql+psycopg://h/d", "mysql+pymysql://h/d", "mssql+pyodbc://h/d"])
def test_a_quoted_name_stays_one_name_in_a_statement(url: str, name: str) -> None:
    db = DatabaseHelper(url=url)
    quoted, style = db.quote(name), db.engine.dialect.paramstyle

    statement = read_statement(f"SELECT {quoted} FROM {quoted} WHERE id = :id", db.settings.family, style)

    sent = quoted if style == "qmark" else quoted.replace("%", "%%")
    assert statement.names == ("id",)
    assert statement.sql.startswith(f"SELECT {sent} FROM {sent} WHERE id = ")


def test_what_is_sent_to_sql_server_has_every_name_in_brackets() -> None:
    db = DatabaseHelper(url="mssql+pyodbc://h/d")
    target = Target(db.engine, db.settings, "s.t]%", db.quote("s.t]%"), ["100%", "a]b"], [db.quote("100%"), db.quote("a]b")])  # type: ignore[arg-type]

    assert _insert_sql(target) == "INSERT INTO [s].[t]]%] ([100%], [a]]b]) VALUES (?, ?)"
    assert _create_stage(target, "#stage", ["[100%]"]) == (
        "SELECT [100%], [a]]b] INTO #stage FROM [s].[t]]%] WHERE 1 = 0 UNION ALL SELECT [100%], [a]]b] FROM [s].[t]]%] WHERE 1 = 0"
    )
    assert _insert_missing(target, "#stage", ["[100%]"]) == (
        "INSERT INTO [s].[t]]%] ([100%], [a]]b]) SELECT [100%], [a]]b] FROM #stage AS s WHERE NOT EXISTS"
        " (SELECT 1 FROM [s].[t]]%] AS t WITH (UPDLOCK, HOLDLOCK) WHERE t.[100%] = s.[100%])"
    )


@real
def test_checks_judge_columns_of_any_name(database: Database) -> None:
    read = [name for name in NAMES if "`" not in name]
    db = made(database, "100% :odd", read)
    db.bulk_insert("100% :odd", [{"id": number, **{name: f"{number} in {name}" for name in read}} for number in (1, 2)])
    checks = [check for name in read for check in (not_null(name), unique(name), matches_pattern(name, "[12] in .*"))]
    own = [foreign_key(name, "100% :odd", name) for name in read]
    wrong = [accepted_values(name, [f"1 in {name}"]) for name in read]

    done = quarantine(db, "100% :odd", [*checks, *own, *wrong], into="bad 100% :odd")

    assert (done.found, done.copied) == (1, 1)
    assert db.execute_query(f"SELECT id FROM {db.quote('bad 100% :odd')}") == [{"id": 2}]


@real
def test_tables_of_any_name_are_filled(database: Database) -> None:
    quote, kind = database.helper.quote, database.types["text"]
    checked = f"{quote('%d :odd')} NUMERIC(8, 2) CHECK ({quote('%d :odd')} > 5)"
    database.helper.execute_query(f"CREATE TABLE {quote('100% :odd')} (id INTEGER PRIMARY KEY, {quote('%s')} {kind} NOT NULL, {checked})")

    manifest = MockData(database.helper, ["100% :odd"], 50).load()

    assert verify(manifest, database.helper) == []


@pytest.mark.parametrize("database", ["postgresql"], indirect=True)
def test_tables_of_any_name_are_filled_over_an_engine(database: Database) -> None:
    quote = database.helper.quote
    database.helper.execute_query(f"CREATE DOMAIN {quote('100%')} AS integer CHECK (VALUE > 5)")
    database.helper.execute_query(f"CREATE TABLE {quote('100% :odd')} (id serial PRIMARY KEY, {quote('%s :x')} {quote('100%')} NOT NULL)")
    engine = sa.create_engine(database.url)

    manifest = MockData(engine, ["100% :odd"], 50).load()

    assert verify(manifest, engine) == []
    assert database.helper.execute_query(f"INSERT INTO {quote('100% :odd')} ({quote('%s :x')}) VALUES (9) RETURNING id") == [{"id": 51}]
    engine.dispose()
