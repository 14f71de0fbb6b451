"""What a test proves of the places it looks at."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from workflow_template.standards.sqlflow import words
from workflow_template.standards.sqlflow.calls import see_call
from workflow_template.standards.sqlflow.local import code_of
from workflow_template.standards.sqlflow.module import name_of, parameters
from workflow_template.standards.sqlflow.pieces import Function
from workflow_template.standards.sqlflow.places import key_of
from workflow_template.standards.sqlflow.reader import Reader
from workflow_template.standards.sqlflow.strings import STRIPS_ALL, is_strict
from workflow_template.standards.sqlflow.values import CLEAN, joined, unknown

_DATA_NAMES = r"^(row|record|seen|done|line|payload)s?$"


def lists(reader: Reader, node: ast.expr) -> bool:
    """Whether a container can say which names are allowed: it is not data from outside itself."""
    value = reader.read(node)
    return not value.outside and not (isinstance(node, ast.Name) and re.search(_DATA_NAMES, node.id))


def _not(reader: Reader, test: ast.UnaryOp, truth: bool) -> None:
    if isinstance(test.op, ast.Not):
        reader.prove(test.operand, not truth)


def _logic(reader: Reader, test: ast.BoolOp, truth: bool) -> None:
    if isinstance(test.op, ast.And) is truth:
        for each in test.values:
            reader.prove(each, truth)
        return
    ends, before = [], reader.env
    for each in test.values:
        reader.env = dict(before)
        reader.prove(each, truth)
        ends.append(reader.env)
        before = dict(before)
        reader.env = before
        reader.prove(each, not truth)
        before = reader.env
    reader.env = joined(ends)


def _name(reader: Reader, test: ast.Name, truth: bool) -> None:
    if meaning := reader.frame.meaning.pop(test.id, None):
        reader.prove(meaning, truth)
        reader.frame.meaning[test.id] = meaning
    if not truth and test.id in reader.env and reader.env[test.id].data is not None:
        reader.env[test.id] = CLEAN  # empty, or nothing


def _named(reader: Reader, test: ast.NamedExpr, truth: bool) -> None:
    reader.prove(test.value, truth)


def _difference(reader: Reader, test: ast.BinOp, truth: bool) -> None:
    if isinstance(test.op, ast.Sub) and not truth and lists(reader, test.right):
        reader.clean_each(test.left)


def _comprehension(reader: Reader, test: ast.ListComp | ast.SetComp | ast.GeneratorExp, truth: bool) -> None:
    if not truth:
        _all(reader, test.generators[0], test.generators[0].ifs, False)


def _comparison(reader: Reader, test: ast.Compare, truth: bool) -> None:
    kind, left, right = type(test.ops[0]), test.left, test.comparators[-1]
    if isinstance(right, ast.Constant) and right.value is None:
        reader.prove(left, truth is (kind in (ast.IsNot, ast.NotEq)))
    elif any(_is_number(each) for each in (left, *test.comparators)):
        _by_size(reader, test)
    elif len(test.ops) == 1:
        _compared(reader, kind, left, right, truth)


def _is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float))


def _by_size(reader: Reader, test: ast.Compare) -> None:
    """`0 < x`: only a number can be compared so."""
    if isinstance(test.ops[-1], (ast.Lt, ast.LtE, ast.Gt, ast.GtE)):
        middle = test.comparators[0] if len(test.comparators) > 1 or isinstance(test.left, ast.Constant) else test.left
        if not isinstance(middle, ast.Call):
            reader.clean(middle)


def _compared(reader: Reader, kind: type, left: ast.expr, right: ast.expr, truth: bool) -> None:
    if kind in (ast.In, ast.NotIn):
        if truth is (kind is ast.In) and lists(reader, right):
            reader.clean(left)
    elif kind in (ast.Eq, ast.NotEq, ast.Is, ast.IsNot):
        if truth is (kind in (ast.Eq, ast.Is)):
            _equal(reader, left, right)
    elif kind in (ast.LtE, ast.GtE) and truth:
        small, big = (left, right) if kind is ast.LtE else (right, left)
        if lists(reader, big):
            reader.clean_each(small)


def _equal(reader: Reader, left: ast.expr, right: ast.expr) -> None:
    if isinstance(left, ast.Call) and name_of(left.func) == "type" and left.args:
        if reader.module.is_clean_type(right):
            reader.clean(left.args[0])
    elif reader.read(right).data is None:
        reader.clean(left)
    elif reader.read(left).data is None:
        reader.clean(right)


def _call(reader: Reader, test: ast.Call, truth: bool) -> None:
    see = _CALLS.get(name_of(test.func))
    if see:
        see(reader, test, truth)
    else:
        _own_check(reader, test, truth)


def _bool(reader: Reader, test: ast.Call, truth: bool) -> None:
    if test.args:
        reader.prove(test.args[0], truth)


def _every(reader: Reader, test: ast.Call, truth: bool) -> None:
    """`all(x in ALLOWED for x in names)`, not `any(x not in ALLOWED …)`."""
    if test.args and truth is (name_of(test.func) == "all"):
        inside = test.args[0]
        if isinstance(inside, (ast.GeneratorExp, ast.ListComp)):
            _all(reader, inside.generators[0], [inside.elt], truth)
        elif isinstance(inside, ast.Call) and name_of(inside.func) == "map" and len(inside.args) > 1:
            check = inside.args[0]
            if isinstance(check, ast.Attribute) and (
                check.attr in words.NAME_CHECKS or check.attr == "__contains__" and lists(reader, check.value)
            ):
                reader.clean_each(inside.args[1])


def _all(reader: Reader, loop: ast.comprehension, tests: list[ast.expr], truth: bool) -> None:
    target = (
        loop.target.elts[0]
        if isinstance(loop.target, ast.Tuple) and isinstance(loop.iter, ast.Call) and name_of(loop.iter.func) == "items"
        else loop.target
    )
    item = key_of(target)
    with reader.aside() as env:
        env[item] = unknown(loop.target)
        for test in tests:
            reader.prove(test, truth)
        proven = bool(tests) and reader.env.get(item, CLEAN).data is None
    if proven:
        reader.clean_each(loop.iter)
        if isinstance(loop.iter, ast.Name) and (reader.read(loop.iter).each is None):
            reader.clean(loop.iter)


def _isinstance(reader: Reader, test: ast.Call, truth: bool) -> None:
    if truth and len(test.args) == 2:
        kinds = test.args[1].elts if isinstance(test.args[1], ast.Tuple) else [test.args[1]]
        if all(map(reader.module.is_clean_type, kinds)):
            reader.clean(test.args[0])


def _match(reader: Reader, test: ast.Call, truth: bool) -> None:
    """`re.fullmatch(pattern, name)`, `PATTERN.match(name)`, not `re.search("[^a-z]", name)`."""
    name, base, args = name_of(test.func), test.func.value if isinstance(test.func, ast.Attribute) else None, test.args
    if not args:
        return
    direct = (base is None or name_of(base) in ("re", "regex")) and len(args) > 1
    pattern = reader.read(args[0] if direct or base is None else base).text
    subject = args[1] if direct else args[0]
    if truth and is_strict(pattern, whole=name == "fullmatch") and (name != "search" or pattern.startswith("^")):
        reader.clean(subject)
    if not truth and name == "search" and re.fullmatch(STRIPS_ALL, pattern):
        reader.clean(subject)


def _name_check(reader: Reader, test: ast.Call, truth: bool) -> None:
    if truth and isinstance(test.func, ast.Attribute):
        reader.clean(test.func.value)


def _subset(reader: Reader, test: ast.Call, truth: bool) -> None:
    """`set(names).issubset(ALLOWED)`, `ALLOWED.issuperset(names)`, not `set(names).difference(ALLOWED)`."""
    if not isinstance(test.func, ast.Attribute) or not test.args:
        return
    name, base, other = test.func.attr, test.func.value, test.args[0]
    small, big = (other, base) if name == "issuperset" else (base, other)
    if truth is (name != "difference") and lists(reader, big):
        reader.clean_each(small)


def _own_check(reader: Reader, test: ast.Call, truth: bool) -> None:
    """A function of this module that returns a test of its arguments."""
    code = code_of(see_call(reader, test, []))
    if code is None or not isinstance(code.node, (Function, ast.Lambda)):
        _foreign_check(reader, test, truth)
        return
    answer = code.node.body if isinstance(code.node, ast.Lambda) else _answer(code.node)
    names = [each.arg for each in parameters(code.node) if each.arg not in ("self", "cls")]
    if answer is None or answer in reader.checking:
        return
    reader.checking.add(answer)
    with reader.aside() as env:
        env.update((name, unknown(test)) for name in names)
        reader.prove(answer, truth)
        proven = [reader.env[name].data is None for name in names]
    reader.checking.discard(answer)
    for safe, each in zip(proven, test.args, strict=False):
        if safe:
            reader.clean(each)


def _answer(function: Function) -> ast.expr | None:
    last = function.body[-1]
    return last.value if isinstance(last, ast.Return) else None


def _foreign_check(reader: Reader, test: ast.Call, truth: bool) -> None:
    """A function of another module whose name says what it checks: `is_valid_identifier(name)`."""
    if (
        truth
        and test.args
        and re.search(r"(?i)^_?(is|has|valid|check|allowed).*(ident|name|table|column|schema|allowed|valid|safe)", name_of(test.func))
    ):
        reader.clean(test.args[0])


_CALLS: dict[str, Callable[[Reader, ast.Call, bool], None]] = {
    "bool": _bool,
    "all": _every,
    "any": _every,
    "isinstance": _isinstance,
    **dict.fromkeys(("fullmatch", "match", "search"), _match),
    **dict.fromkeys(words.NAME_CHECKS, _name_check),
    **dict.fromkeys(("issubset", "issuperset", "difference"), _subset),
}

PROOFS: dict[type, Callable[[Reader, Any, bool], None]] = {
    ast.UnaryOp: _not,
    ast.BoolOp: _logic,
    ast.Name: _name,
    ast.NamedExpr: _named,
    ast.BinOp: _difference,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.Compare: _comparison,
    ast.Call: _call,
}
