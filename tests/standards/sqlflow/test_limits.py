"""Large, deep and entangled modules are judged within a bounded time, or a note says that they were not."""

from __future__ import annotations

import ast
import time

import pytest

from tests.standards.sqlflow.corpus import judge
from tests.standards.sqlflow.programs import PROGRAMS
from workflow_template.standards.sqlflow.judge import judge as read_module


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_large_program_is_judged_within_two_seconds(name):
    source = PROGRAMS[name]
    tree = ast.parse(source)

    start = time.process_time()
    list(read_module(tree, source))

    assert time.process_time() - start < 2


def test_what_is_too_long_to_follow_is_told_and_not_passed_over():
    found = judge("def f(cur, x):\n" + "    cur.execute(g('SELECT ' + x))\n" * 12_000)

    assert [each.followed for each in found if each.line == 1] == [False]
    assert found[0].message == (
        "`f` is too long or too deeply nested to be followed: whether data gets into its SQL was not judged; split it"
    )


def test_what_is_too_deep_to_follow_is_told():
    depth = 400
    found = judge("def f(cur, x):\n    cur.execute('SELECT ' + x" + ".a()" * depth + ")\n")

    assert [each.followed for each in found] == [False]


def test_a_part_that_was_lost_does_not_hide_the_others():
    lost = "def f(cur, x):\n    cur.execute('SELECT ' + x" + ".a()" * 400 + ")\n"

    found = judge(lost + "\n\ndef g(cur, y):\n    cur.execute('DROP TABLE ' + y)\n")

    assert [(each.line, each.followed) for each in found] == [(1, False), (6, True)]


@pytest.mark.parametrize("depth", [50, 500, 5000])
def test_deep_trees_give_no_traceback(depth):
    tree = ast.parse("cur.execute('SELECT 1')")
    node: ast.expr = ast.Constant("x", lineno=1, col_offset=0)
    for _ in range(depth):
        node = ast.BinOp(node, ast.Add(), ast.Constant("y", lineno=1, col_offset=0), lineno=1, col_offset=0)
    tree.body.append(ast.Expr(node, lineno=1, col_offset=0, end_lineno=1))

    assert list(read_module(tree, "cur.execute('SELECT 1')")) == []


def test_functions_that_are_left_out_are_told_once():
    found = judge("".join(f"def f{number}(cur, x):\n    cur.execute('SELECT ' + x)\n" for number in range(20_000)))

    assert len([each for each in found if each.followed]) > 1000
    told = [each.message.partition(" is ")[0] for each in found if not each.followed]
    assert told[0] == "this module"
    assert len(told) == 2
