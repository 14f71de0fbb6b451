"""A finding names the data, its way into the SQL text and what to write instead."""

from __future__ import annotations

import pytest

from tests.standards.sqlflow.corpus import judge
from workflow_template.standards.sqlflow import Injection


def said(source: str) -> str:
    [found] = judge(source)
    return found.message


def test_a_value_is_to_be_bound():
    found = judge('def find(cur, name):\n    cur.execute("SELECT * FROM users WHERE name = \'" + name + "\'")\n')

    message = (
        "`name` (a parameter) gets into the SQL text that execute() runs: "
        'write `:name` in its place, without quotes, and pass {"name": name} beside the text'
    )
    assert found == [Injection(2, 16, message)]


@pytest.mark.parametrize(
    ("driver", "advice"),
    [
        ("pyodbc", "write `?` in its place, without quotes, and pass (name,) beside the text"),
        ("psycopg2", "write `%s` in its place, without quotes, and pass (name,) beside the text"),
        ("asyncpg", "write `$1` in its place, without quotes, and pass (name,) beside the text"),
    ],
)
def test_a_mark_is_the_one_of_the_driver(driver, advice):
    message = said(f'import {driver}\n\n\ndef find(cur, name):\n    cur.execute(f"SELECT * FROM t WHERE n = {{name}}")\n')

    assert message == f"`name` (a parameter) gets into the SQL text that execute() runs: {advice}"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("DROP TABLE {x}", "write `{db_helper.quote(x)}` in its place"),
        ("SELECT {x} FROM t", "write `{db_helper.quote(x)}` in its place"),
        ("INSERT INTO t (a, {x}) VALUES (1, 2)", "write `{db_helper.quote(x)}` in its place"),
        ("SELECT * FROM t WHERE {x}", "write the condition here, its values as bound parameters such as `:value`"),
        ("SELECT * FROM t ORDER BY a {x}", "choose it here from constants, such as `'DESC' if newest_first else 'ASC'`"),
        ("SELECT * FROM t LIMIT {x}", "write `{int(x)}` in its place"),
        (
            "SELECT * FROM t WHERE a IN ({x})",
            'write `:x` in its place and make it `bindparam("x", expanding=True)`, and pass the values beside the text',
        ),
    ],
)
def test_the_next_step_fits_the_place(text, advice):
    message = said(f'def f(cur, x):\n    cur.execute(f"{text}")\n')

    assert message == f"`x` (a parameter) gets into the SQL text that execute() runs: {advice}"


def test_a_text_from_outside_is_to_be_written_here():
    message = (
        "`sys.argv[1]` (from outside) gets into the SQL text that execute() runs: "
        "write the text here, data as bound parameters such as `:argv`, names as `db_helper.quote(name)`"
    )

    assert said("import sys\ncursor.execute(sys.argv[1])\n") == message


@pytest.mark.parametrize(
    ("end", "way"),
    [
        ("    return sql\n", "kept in `sql`"),
        ("    log(1)\n    cur.execute(text)\n", "that execute() runs in line 4"),
        ("    return text\n", "that is given back in line 3"),
        ("    submit(text)\n", "that submit() is given in line 3"),
    ],
)
def test_the_way_says_where_the_text_goes(end, way):
    name = "sql" if "sql" in end else "text"

    assert f"gets into the SQL text {way}: " in said(f'def f(cur, x):\n    {name} = f"DROP TABLE {{x}}"\n{end}')


@pytest.mark.parametrize("piece", ["x.y", "x or y", "f(x)", "x + y", "x[1:]", "lambda: x", "a" * 500])
def test_any_expression_has_a_short_name(piece):
    message = said(f'cur.execute("SELECT " + str({piece}) + " FROM t")')

    assert len(message.split("`")[1]) <= 60


def test_a_place_is_where_data_meets_sql():
    source = 'def f(cur, schema, table):\n    name = f"{schema}.{table}"\n    cur.execute(f"DROP TABLE {name}")\n'

    assert [each.line for each in judge(source)] == [3]


def test_an_element_is_told_by_its_own_name():
    loop = "def f(cur, tables):\n    for table in tables:\n        cur.execute('TRUNCATE TABLE ' + table)\n"
    listed = "def f(cur, tables):\n    [cur.execute('TRUNCATE TABLE ' + table) for table in tables]\n"

    advice = "`table` gets into the SQL text that execute() runs: write `{db_helper.quote(table)}` in its place"
    assert [each.message for each in judge(loop)] == [each.message for each in judge(listed)] == [advice]
