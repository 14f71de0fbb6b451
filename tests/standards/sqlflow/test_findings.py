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

    assert verdicts.count(True) >= 76
    assert verdicts.count(False) >= 62


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


@pytest.mark.parametrize(("key", "found"), [("note", 0), ("commit_message", 0), ("statement", 1), ("input", 1), ("match", 1)])
def test_what_a_key_says_is_prose_holds_no_statement(key, found):
    assert len(judge(f'def f(post, t):\n    post("/jobs", json={{"{key}": f"SELECT a FROM {{t}}"}})\n')) == found


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


def test_a_lambda_that_is_only_called_with_constants_is_left_alone():
    safe = "of = lambda table: f'SELECT COUNT(*) FROM {table}'\n\n\ndef count(cur, table='orders'):\n    cur.execute(of('lines'))\n"

    assert judge(safe) == []
    assert [each.line for each in judge(safe.replace("of('lines')", "of(table)"))] == [1]
    assert [each.line for each in judge(safe + "\n\ndef build(table):\n    return of(table)\n")] == [1]
    assert [each.line for each in judge(safe + "\n\nHANDLERS = [of]\n")] == [1]


def test_a_check_counts_for_all_ways_out_of_the_function_that_makes_it():
    check = "def check(name):\n    if name in ('a', 'b'):\n        return\n    raise ValueError(name)\n\n\n"
    use = "def count(cur, name):\n    check(name)\n    cur.execute('SELECT COUNT(*) FROM ' + name)\n"

    assert judge(check + use) == []
    assert judge(check.replace("raise ValueError(name)", "print(name)") + use) != []
    assert judge(check.replace("    if name", "    if lax(name):\n        return\n    if name") + use) != []


def test_a_statement_in_a_list_of_the_module_is_found():
    source = "WAITING = []\n\n\ndef later(name):\n    WAITING.append(f'DELETE FROM t WHERE a = {name}')\n"

    assert [each.message.partition(":")[0] for each in judge(source)] != []
    assert judge(source.replace("{name}", "?")) == []


def test_what_an_object_says_of_itself_is_no_statement():
    source = "class Query:\n    def __repr__(self):\n        return f'<SELECT a FROM {self.table}>'\n"

    assert judge(source) == []
    assert judge(source.replace("__repr__", "text_of")) != []
