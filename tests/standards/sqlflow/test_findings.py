"""SQL that is built from data is found; SQL that is not is left alone."""

from __future__ import annotations

import ast

import pytest

from tests.standards.sqlflow.corpus import judge, snippets_of
from workflow_template.standards.sqlflow import may_hold
from workflow_template.standards.sqlflow.judge import judge as read_module

EVERY = [each for name in snippets_of.SETS for each in snippets_of.snippets(name)]


@pytest.mark.parametrize("name", snippets_of.SETS)
def test_a_set_has_the_promised_size(name):
    verdicts = [each.vulnerable for each in snippets_of.snippets(name)]

    assert verdicts.count(True) >= 80
    assert verdicts.count(False) >= 70


@pytest.mark.parametrize("name", snippets_of.SETS)
def test_the_figures_hold_on_every_set(name):
    found = snippets_of.figures(snippets_of.snippets(name))

    assert found.right / found.vulnerable >= 0.97, found.wrong
    assert found.right / found.alarms >= 0.95, found.wrong


@pytest.mark.parametrize("name", snippets_of.SETS)
def test_every_snippet_has_a_name_of_its_own_for_each_verdict(name):
    names = [(each.name, each.vulnerable) for each in snippets_of.snippets(name)]

    assert len(set(names)) == len(names)


def test_what_is_passed_over_by_its_words_holds_no_finding():
    lost = [each.name for each in EVERY if not may_hold(each.source) and any(read_module(ast.parse(each.source), each.source))]

    assert lost == []


def test_reading_everything_finds_nothing_that_reading_the_stirring_functions_does_not():
    trees = [(each, ast.parse(each.source)) for each in EVERY]
    unlike = [
        each.name for each, tree in trees if sorted(read_module(tree, each.source)) != sorted(read_module(tree, each.source, thorough=True))
    ]

    assert unlike == []


@pytest.mark.parametrize("ending", ["\r\n", "\r"])
def test_line_endings_change_nothing(ending):
    source = 'def f(cur, x):\n    y = x\n    cur.execute("SELECT * FROM t WHERE a = " + y)\n'

    assert judge(source.replace("\n", ending)) == judge(source) != []


def test_a_word_after_an_escaped_line_break_is_seen():
    assert judge('def f(x):\n    return "/* report */\\nSELECT * FROM " + x\n') != []


@pytest.mark.parametrize("source", ["", "x = 1", "def f(a, /, *b, c=1, **d): ...", "class A(B[int]): x: int", "a[b](c)(d)", "*a, b = c"])
def test_code_without_sql_has_no_findings(source):
    assert judge(source) == []


def test_findings_come_by_line():
    source = "def f(cur, x):\n" + "    cur.execute('SELECT ' + x)\n" * 3

    assert [each.line for each in judge(source)] == [2, 3, 4]


def test_a_function_that_is_only_called_with_constants_is_left_alone():
    safe = "def count(cur, table):\n    cur.execute('SELECT COUNT(*) FROM ' + table)\n\n\nfor t in ('a', 'b'):\n    count(cur, t)\n"

    assert judge(safe) == []
    assert judge(safe.replace("('a', 'b')", "names")) != []
    assert judge(safe + "\n\nHANDLERS = [count]\n") != []


def test_a_definition_that_calls_such_a_function_with_data_is_read():
    source = (
        "import sys\n\n\ndef count(table):\n    return db.execute_query('SELECT COUNT(*) FROM ' + table)\n\n\nROWS = count(sys.argv[1])\n"
    )

    assert [each.line for each in judge(source)] == [5]
