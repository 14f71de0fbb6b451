"""`utils/db_sql.py`: what a statement says, without sending it."""

from __future__ import annotations

from typing import Any

import pytest
from db_sql import read_statement

STYLES = {"mssql": "qmark", "sqlite": "qmark", "postgresql": "pyformat", "mysql": "pyformat"}


def read(sql: str, dialect: str = "postgresql") -> Any:
    return read_statement(sql, dialect, STYLES[dialect])


@pytest.mark.parametrize(
    ("sql", "dialect", "sent", "names"),
    [
        ("WHERE a = :a AND b = :b_2 OR a = :a", "mssql", "WHERE a = ? AND b = ? OR a = ?", ("a", "b_2", "a")),
        ("WHERE a = :a", "postgresql", "WHERE a = %(a)s", ("a",)),
        ("a LIKE '50%' AND b = :b", "mysql", "a LIKE '50%%' AND b = %(b)s", ("b",)),
        ("a LIKE '50%' AND b = :b", "mssql", "a LIKE '50%' AND b = ?", ("b",)),
        ("x::int, '::no', y::text", "postgresql", "x::int, '::no', y::text", ()),
        ("'it''s :no' || :yes", "sqlite", "'it''s :no' || ?", ("yes",)),
        (r"'it\'s :no', :yes", "mysql", r"'it\'s :no', %(yes)s", ("yes",)),
        (r"'a\', :yes", "mssql", r"'a\', ?", ("yes",)),
        (r"E'it\'s :no', :yes", "postgresql", r"E'it\'s :no', %(yes)s", ("yes",)),
        ("$$ :no $$, $tag$ :no $$ $tag$, :yes", "postgresql", "$$ :no $$, $tag$ :no $$ $tag$, %(yes)s", ("yes",)),
        ("-- :no\n/* :no\n :no */ :yes", "sqlite", "-- :no\n/* :no\n :no */ ?", ("yes",)),
        ('[:no], ":no", :yes', "mssql", '[:no], ":no", ?', ("yes",)),
        ("a[1:2], ARRAY[:yes]", "postgresql", "a[1:2], ARRAY[%(yes)s]", ("yes",)),
        ("`:no`, :yes", "mysql", "`:no`, %(yes)s", ("yes",)),
        ("'10:30', 10:30, @a := 1, :yes", "mysql", "'10:30', 10:30, @a := 1, %(yes)s", ("yes",)),
        ('\'{"a":1,"b": :no}\', :yes', "postgresql", '\'{"a":1,"b": :no}\', %(yes)s', ("yes",)),
    ],
)
def test_parameters_are_found_outside_of_texts_names_and_comments(sql: str, dialect: str, sent: str, names: Any) -> None:
    statement = read(sql, dialect)

    assert (statement.sql, statement.names) == (sent, names)


@pytest.mark.parametrize(
    ("sql", "operation", "tables"),
    [
        ("SELECT * FROM orders", "SELECT", ["orders"]),
        ("select a from shop.orders o, lines as l where o.id = l.id", "SELECT", ["shop.orders", "lines"]),
        ("SELECT * FROM a JOIN b ON 1 = 1 LEFT JOIN c USING (id)", "SELECT", ["a", "b", "c"]),
        ("SELECT * FROM (SELECT id FROM deep) q", "SELECT", ["deep"]),
        ("WITH x AS (SELECT * FROM a), y (n) AS (SELECT 1) SELECT * FROM x JOIN y ON 1 = 1 JOIN b ON 1 = 1", "SELECT", ["a", "b"]),
        ("WITH x AS (SELECT 1) INSERT INTO t SELECT * FROM x", "INSERT", ["t"]),
        ('INSERT INTO "my table"(a) VALUES (1)', "INSERT", ["my table"]),
        ("INSERT INTO t (a) VALUES (1) ON CONFLICT (a) DO UPDATE SET b = 2", "INSERT", ["t"]),
        ("INSERT INTO t VALUES (1) ON DUPLICATE KEY UPDATE a = 2", "INSERT", ["t"]),
        ("UPDATE t SET a = 1 FROM target AS t JOIN #stage s ON 1 = 1", "UPDATE", ["target", "#stage"]),
        ("DELETE FROM t WHERE a IS DISTINCT FROM b AND EXTRACT(year FROM c) = 1", "DELETE", ["t"]),
        ("MERGE INTO t USING s ON 1 = 1 WHEN MATCHED THEN UPDATE SET a = 1;", "MERGE", ["t", "s"]),
        ("SELECT * FROM generate_series(1, 3) g", "SELECT", []),
        ("SELECT 'FROM no' AS a -- FROM no\n", "SELECT", []),
        ("SELECT * FROM t FOR UPDATE", "SELECT", ["t"]),
        ("CREATE TABLE IF NOT EXISTS t (id INTEGER REFERENCES o (id) ON UPDATE CASCADE)", "CREATE", ["t", "o"]),
        ("TRUNCATE TABLE t", "TRUNCATE", ["t"]),
        ("SET NOCOUNT ON; EXEC @r = dbo.close_day @a = 1", "EXEC", ["dbo.close_day"]),
        ("CALL close_day(1)", "CALL", ["close_day"]),
        ("", "", []),
    ],
)
def test_the_operation_and_the_tables_are_told(sql: str, operation: str, tables: list[str]) -> None:
    statement = read(sql)

    assert (statement.operation, list(statement.tables)) == (operation, tables)


@pytest.mark.parametrize(
    "sql", ["SELECT 1", "  select a from b;", "WITH x AS (SELECT 1) SELECT * FROM x", "VALUES (1)", "SELECT 'INSERT INTO x'"]
)
def test_a_statement_that_only_reads_is_known(sql: str) -> None:
    assert read(sql).reads


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO t VALUES (1)",
        "SELECT * INTO copy FROM t",
        "WITH x AS (DELETE FROM t RETURNING *) SELECT * FROM x",
        "SELECT * FROM t FOR UPDATE",
        "SELECT 1; DROP TABLE t",
        "EXEC p",
        "SET x = 1",
        "EXPLAIN ANALYZE DELETE FROM t",
        "",
    ],
)
def test_whatever_may_write_is_not_taken_for_reading(sql: str) -> None:
    assert not read(sql).reads


HOSTILE = ["'", "/*", "(", "FROM a, ", ":a ", "$", "$a$", "a'", "\\'", '"', "[", "`", "--", "E'", "WITH a AS (", "a."]


@pytest.mark.parametrize("dialect", list(STYLES))
@pytest.mark.parametrize("piece", HOSTILE)
def test_a_hostile_text_is_read_in_the_time_of_its_length(piece: str, dialect: str) -> None:
    read(piece * 50_001, dialect)  # by a pattern that starts again at each character: minutes
