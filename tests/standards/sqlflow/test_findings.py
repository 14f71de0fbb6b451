"""SQL that is built from data is found; SQL that is not is left alone."""

from __future__ import annotations

import ast
import importlib.util
from pathlib import Path

import pytest

from workflow_template.standards.sqlflow import Injection, find_injections

_SPEC = importlib.util.spec_from_file_location("sql_corpus", Path(__file__).parents[3] / "benchmarks" / "corpora" / "sql.py")
assert _SPEC and _SPEC.loader
corpus = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(corpus)


def judge(source: str) -> list[Injection]:
    return list(find_injections(ast.parse(source)))


@pytest.mark.parametrize("name", corpus.SETS)
def test_a_set_has_the_promised_size(name):
    verdicts = [each.vulnerable for each in corpus.snippets(name)]

    assert verdicts.count(True) >= 80
    assert verdicts.count(False) >= 70


def test_the_figures_hold_on_the_first_set():
    found = corpus.figures(corpus.snippets("first"))

    assert found.right / found.vulnerable >= 0.97, found.wrong
    assert found.right / found.alarms >= 0.95, found.wrong


@pytest.mark.parametrize("name", corpus.SETS)
def test_every_snippet_has_a_name_of_its_own_for_each_verdict(name):
    names = [(each.name, each.vulnerable) for each in corpus.snippets(name)]

    assert len(set(names)) == len(names)


def test_a_message_tells_to_bind_a_value():
    found = judge('def find(cur, name):\n    cur.execute("SELECT * FROM users WHERE name = \'" + name + "\'")\n')

    message = '`name` flows into SQL text for execute(): write `:name` in its place, unquoted, and pass {"name": name} beside the text'
    assert found == [Injection(2, 16, message)]


def test_a_message_tells_to_quote_a_name():
    found = judge('def drop(cur, table):\n    cur.execute(f"DROP TABLE {table}")\n')

    message = "`table` flows into SQL text for execute(): write `{db_helper.quote(table)}` in its place"
    assert found == [Injection(2, 16, message)]


def test_a_message_tells_where_to_keep_the_text():
    found = judge("import sys\ncursor.execute(sys.argv[1])\n")

    assert [each.line for each in found] == [2]
    assert "write the text here" in found[0].message


@pytest.mark.parametrize("piece", ["x.y", "x or y", "f(x)", "x + y", "x[1:]", "lambda: x"])
def test_a_finding_names_any_expression_without_a_traceback(piece):
    assert "flows into SQL text" in judge(f'cur.execute("SELECT " + str({piece}) + " FROM t")')[0].message


@pytest.mark.parametrize("depth", [50, 500, 5000])
def test_deep_nesting_gives_no_traceback(depth):
    tree = ast.parse("cur.execute('SELECT 1')")
    node: ast.expr = ast.Constant("x", lineno=1, col_offset=0)
    for _ in range(depth):
        node = ast.BinOp(node, ast.Add(), ast.Constant("y", lineno=1, col_offset=0), lineno=1, col_offset=0)
    tree.body.append(ast.Expr(node, lineno=1, col_offset=0, end_lineno=1))

    assert list(find_injections(tree)) == []


def test_functions_that_call_each_other_come_to_an_end():
    source = 'def _a(x):\n    return _b(x + "a")\n\n\ndef _b(x):\n    return _a(x + "b")\n\n\ncur.execute("SELECT " + _a("c"))\n'

    assert len(judge(source)) <= 1


def test_many_branches_and_loops_come_to_an_end():
    loops = "".join(f"{'    ' * depth}for i{depth} in rows:\n" for depth in range(8))
    source = f"sql = 'SELECT 1'\n{loops}{'    ' * 8}sql += sql\n"

    assert judge(source) == []


@pytest.mark.parametrize("source", ["x = " + "[" * 25 + "y" + "]" * 25, "x = []\n" + "x.append(x)\n" * 50, "s = y\n" + "s = s + s\n" * 50])
def test_values_that_hold_themselves_come_to_an_end(source):
    assert judge(f"{source}\ng([x, x], 'SELECT 1')\n") == []


@pytest.mark.parametrize("source", ["", "x = 1", "def f(a, /, *b, c=1, **d): ...", "class A(B[int]): x: int", "a[b](c)(d)", "*a, b = c"])
def test_code_without_sql_has_no_findings(source):
    assert judge(source) == []
