"""Whatever Python there is: no traceback, and the same answer however much is read."""

from __future__ import annotations

import ast
import sqlite3
import unittest
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from workflow_template.standards.sqlflow import find_injections
from workflow_template.standards.sqlflow.grammar import is_statement, place_after
from workflow_template.standards.sqlflow.judge import judge
from workflow_template.standards.sqlflow.strings import is_strict

NAMES = st.sampled_from(["x", "y", "self", "cur", "rows", "SQL", "f", "g", "A", "self.x", "x.y", "x['k']", "x[0]", "re", "request"])
TEXTS = st.sampled_from(["'SELECT '", "' FROM t'", "'a'", "''", "'{} {k}'", "'%s'", "'$k'", "','", "None", "1", "b'a'", "'DROP TABLE '"])
ATOMS = st.one_of(NAMES, TEXTS)
METHODS = st.sampled_from(
    """
    execute format join replace append update get items values keys split sub match fullmatch pop read render copy add
    extra where strip quote text findall compile issubset setdefault open submit map
    """.split()  # noqa: SIM905 - a list of words
)


def _joined(parts: st.SearchStrategy[list[str]], pattern: str) -> st.SearchStrategy[str]:
    return parts.map(lambda given: pattern.replace("#", ", ".join(given)))


def _compound(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    some = st.lists(inner, max_size=3)
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(" + ".join),
        two.map(" % ".join),
        two.map(lambda pair: f"({pair[0]}) if ({pair[1]}) else ({pair[0]})"),
        two.map(lambda pair: f"({pair[0]}) not in ({pair[1]})"),
        two.map(lambda pair: f"({pair[0]}) or ({pair[1]})"),
        two.map(lambda pair: f"[({pair[0]}) for x in ({pair[1]}) if x]"),
        two.map(lambda pair: f"{{({pair[0]}): ({pair[1]}), **x}}"),
        _joined(some, "[#]"),
        _joined(some, "(#,)").map(lambda text: "()" if text == "(,)" else text),
        inner.map(lambda one: f"f'{{({one})}}'" if "'" not in one else f"str({one})"),
        inner.map(lambda one: f"(lambda x, *y: {one})"),
        inner.map(lambda one: f"({one})[1:]"),
        inner.map(lambda one: f"not ({one})"),
        st.tuples(inner, METHODS, some).map(lambda call: f"({call[0]}).{call[1]}({', '.join(call[2])})"),
        st.tuples(st.sampled_from(["f", "g", "A", "text", "map", "filter", "str", "dict", "isinstance", "all", "open", "zip"]), some).map(
            lambda call: f"{call[0]}({', '.join(call[1])})"
        ),
        st.tuples(METHODS, inner).map(lambda call: f"x.{call[0]}(*x, k={call[1]}, **y)"),
    )


EXPRESSIONS = st.recursive(ATOMS, _compound, max_leaves=8)
SIMPLE = st.one_of(
    EXPRESSIONS,
    st.tuples(st.sampled_from(["x", "y", "self.x", "x['k']", "x, y", "[x, *y]"]), EXPRESSIONS).map(" = ".join),
    st.tuples(st.sampled_from(["x", "self.x", "x['k']"]), EXPRESSIONS).map(" += ".join),
    EXPRESSIONS.map(lambda value: f"assert {value}"),
    EXPRESSIONS.map(lambda value: f"cur.execute({value})"),
    st.sampled_from(["pass", "global x", "import re", "del x", "x: str"]),
)
INNER = st.one_of(
    SIMPLE, EXPRESSIONS.map(lambda value: f"return {value}"), EXPRESSIONS.map(lambda value: f"yield {value}"), st.just("raise x(y)")
)


def _indented(lines: list[str]) -> str:
    return "".join(f"    {line}\n" for text in lines for line in text.split("\n"))


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(_indented)
    return st.one_of(
        st.tuples(EXPRESSIONS, body, body).map(lambda each: f"if {each[0]}:\n{each[1]}else:\n{each[2]}"),
        st.tuples(EXPRESSIONS, body).map(lambda each: f"for x in {each[0]}:\n{each[1]}    continue"),
        st.tuples(EXPRESSIONS, body).map(lambda each: f"while {each[0]}:\n{each[1]}    break"),
        st.tuples(EXPRESSIONS, body).map(lambda each: f"with {each[0]} as y:\n{each[1]}"),
        st.tuples(body, body).map(lambda each: f"try:\n{each[0]}except E as x:\n{each[1]}finally:\n    pass"),
        st.tuples(EXPRESSIONS, body).map(
            lambda each: f"match {each[0]}:\n    case 'a' | 'b':\n        pass\n    case [x, *y]:\n{_indented([each[1].rstrip()])}"
        ),
    )


BODIES = st.lists(st.recursive(INNER, _blocks, max_leaves=5), min_size=1, max_size=4).map(_indented)
HEADS = st.sampled_from(
    ["def f(x, y=SQL, *z, **k):", "def g(x: int, y: str):", "async def f(self, cur, x):", "@a.b(x)\ndef g(cur, x='SELECT '):"]
)
FUNCTIONS = st.tuples(HEADS, BODIES).map("\n".join)
CLASSES = st.tuples(st.sampled_from(["class A:", "class A(A):", "@dataclass\nclass A(B):"]), FUNCTIONS).map(
    lambda each: f"{each[0]}\n    x: str = 'SELECT '\n{_indented([each[1].rstrip()])}"
)
PROGRAMS = st.lists(st.one_of(SIMPLE, FUNCTIONS, CLASSES), min_size=1, max_size=5).map("\n".join)


def parsed(source: str) -> ast.Module:
    try:
        return ast.parse(source)
    except SyntaxError:
        return ast.parse("")


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(PROGRAMS)
def test_generated_programs_are_judged_without_a_traceback(source):
    tree = parsed(source)

    assert all(found.line >= 1 and found.message for found in find_injections(tree, source))
    assert {place for place, _, _ in judge(tree, source)} <= {place for place, _, _ in judge(tree, source, thorough=True)}


@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("SELECT FROM a(',*;\ue000\ue001\n%sxUPDATEINTO")))
def test_any_text_is_looked_at_in_no_time(text):
    assert is_statement(text * 50) in (True, False)
    assert place_after(text * 50)
    assert is_strict(text, whole=True) in (True, False)


@pytest.mark.parametrize("package", [sqlite3, unittest])
def test_the_standard_library_is_judged_without_a_traceback(package):
    files = [path.read_text(encoding="utf-8") for path in sorted(Path(package.__file__).parent.rglob("*.py"))]

    assert [each for source in files for each in find_injections(ast.parse(source), source) if not each.followed] == []
