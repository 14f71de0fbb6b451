"""What each statement does to what names hold."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from workflow_template.standards.sqlflow import words
from workflow_template.standards.sqlflow.expressions import item_of
from workflow_template.standards.sqlflow.library import vouches
from workflow_template.standards.sqlflow.module import name_of
from workflow_template.standards.sqlflow.pieces import Function
from workflow_template.standards.sqlflow.places import key_of
from workflow_template.standards.sqlflow.reader import Reader
from workflow_template.standards.sqlflow.values import CLEAN, HOLE, Code, Env, Value, joined, unknown

SQL_NAMES = r"(?i)sql|query|queries|stmt|statement|ddl|dml|(^|_)(cmd|command)s?$"
DEEPEST_LOOP = 3


def _function(reader: Reader, node: Function) -> None:
    for each in [*node.args.defaults, *node.decorator_list]:
        reader.read(each)
    reader.closures[node] = outer = reader.env if reader.frame.inside else {}
    reader.env[node.name] = Value(HOLE, node, code=Code(node, outer))


def _class(reader: Reader, node: ast.ClassDef) -> None:
    outer, kept = reader.env, reader.frame.kind
    reader.env, reader.frame.kind = dict(outer), node.name
    record = reader.module.is_record(node)
    known = reader.fields.setdefault(node.name, {})
    for each in node.body:
        reader.block([each])
        target = each.target if isinstance(each, ast.AnnAssign) else each.targets[0] if isinstance(each, ast.Assign) else None
        if isinstance(target, ast.Name) and (value := reader.env.get(target.id)) is not None:
            constant = isinstance(each, ast.Assign) or not record or "ClassVar" in ast.unparse(each)
            known[target.id] = value if constant else unknown(target)
    reader.env, reader.frame.kind = outer, kept
    outer[node.name] = Value(HOLE, node, code=Code(node))


def _assign(reader: Reader, node: ast.Assign) -> None:
    value = _local_lambda(reader, node) or reader.read(node.value)
    for target in node.targets:
        _hold(reader, target, value)
        reader.assign(target, value, node.value)


def _local_lambda(reader: Reader, node: ast.Assign) -> Value | None:
    """A lambda with a name that is only ever called: what it is given is known where it is."""
    if not isinstance(node.value, ast.Lambda) or not reader.module.is_only_called(name_of(node.targets[-1])):
        return None
    return Value(HOLE, node.value, code=Code(node.value, reader.env))


def _annotated(reader: Reader, node: ast.AnnAssign) -> None:
    if node.value:
        value = CLEAN if reader.module.is_clean_type(node.annotation) else reader.read(node.value)
        _hold(reader, node.target, value)
        reader.assign(node.target, value, node.value)


def _augmented(reader: Reader, node: ast.AugAssign) -> None:
    value = reader.read(ast.copy_location(ast.BinOp(node.target, node.op, node.value), node.value))
    _hold(reader, node.target, value)
    if isinstance(node.target, ast.Subscript):
        reader.hold(key_of(node.target), value)
    reader.assign(node.target, value)


def _hold(reader: Reader, target: ast.expr, value: Value) -> None:
    """A name that says that it is SQL tells of a statement that may be run out of our sight."""
    if value.built and re.search(SQL_NAMES, name_of(target)):
        reader.escape(value, target, f"kept in `{name_of(target)}`")


def _delete(reader: Reader, node: ast.Delete) -> None:
    for each in node.targets:
        reader.env.pop(key_of(each), None)


def _global(reader: Reader, node: ast.Global | ast.Nonlocal) -> None:
    for name in node.names:
        if (value := reader.lookup(name)) is not None:
            reader.env.setdefault(name, value)


def _return(reader: Reader, node: ast.Return) -> bool:
    value = reader.read(node.value) if node.value else CLEAN
    if not (reader.frame.function and reader.frame.function.name == "__repr__"):
        reader.escape(value, node, "that is given back")
    reader.frame.returns.append(value)
    reader.frame.ends.append(reader.env)
    return False


def _raise(reader: Reader, node: ast.Raise) -> bool:
    if isinstance(node.exc, ast.Call):
        reader.read_inside(node.exc)
    return False


def _leave_loop(reader: Reader, _node: ast.stmt) -> bool:
    if reader.frame.exits:
        reader.frame.exits[-1].append(reader.env)
    return False


def _expression(reader: Reader, node: ast.Expr) -> bool:
    call = node.value
    reader.read(call)
    if not isinstance(call, ast.Call):
        return True
    name = name_of(call.func)
    own = isinstance(call.func, ast.Name) and name in reader.module.by_name
    if call.args and (name in words.CLEAN_CALLS or name in reader.module.enums or vouches(name) and not own):
        reader.clean(call.args[0])  # it raises where the text is none of its own
    return name not in words.RAISES or isinstance(call.func, ast.Attribute) and name == "error" and "pars" not in name_of(call.func.value)


def _assert(reader: Reader, node: ast.Assert) -> None:
    reader.read(node.test)
    reader.prove(node.test, True)


def _if(reader: Reader, node: ast.If) -> bool:
    """Read the arms of an if, elif after elif: hundreds of them must not lie in each other."""
    ends: list[Env | None] = []
    while True:
        reader.read(node.test)
        before = dict(reader.env)
        reader.prove(node.test, True)
        ends.append(reader.env if reader.block(node.body) else None)
        reader.env = before
        reader.prove(node.test, False)
        if len(node.orelse) != 1 or not isinstance(node.orelse[0], ast.If):
            break
        node = node.orelse[0]
    ends.append(reader.env if reader.block(node.orelse) else None)
    return reader.merge(*ends)


def _match(reader: Reader, node: ast.Match) -> bool:
    reader.read(node.subject)
    before, ends, complete = reader.env, [], False
    for case in node.cases:
        reader.env = dict(before)
        _bind_pattern(reader, node.subject, case.pattern)
        if case.guard:
            reader.prove(case.guard, True)
        ends.append(reader.env if reader.block(case.body) else None)
        complete |= isinstance(case.pattern, ast.MatchAs) and not case.pattern.pattern and not case.guard
    return reader.merge(*ends, None if complete else before)


def _bind_pattern(reader: Reader, subject: ast.expr, pattern: ast.pattern) -> None:
    inside = list(ast.walk(pattern))
    if not any(isinstance(each, (ast.MatchAs, ast.MatchStar, ast.MatchMapping, ast.MatchClass)) for each in inside):
        reader.clean(subject)
    for each in inside:
        if isinstance(each, (ast.MatchAs, ast.MatchStar)) and each.name:
            bound = isinstance(each, ast.MatchAs) and isinstance(each.pattern, (ast.MatchOr, ast.MatchValue))
            reader.env[each.name] = CLEAN if bound else unknown(subject)


def _for(reader: Reader, node: ast.For | ast.AsyncFor) -> bool:
    item, target = item_of(reader, node), node.target
    by_items = isinstance(node.iter, ast.Call) and name_of(node.iter.func) == "items" and isinstance(target, ast.Tuple)
    key = target.elts[0] if by_items and isinstance(target, ast.Tuple) else target
    _loop(reader, node.body, lambda: reader.assign(target, item), key_of(key), node.iter)
    return reader.block(node.orelse)


def _while(reader: Reader, node: ast.While) -> bool:
    def test() -> None:
        reader.read(node.test)
        reader.prove(node.test, True)

    _loop(reader, node.body, test)
    reader.prove(node.test, False)
    return reader.block(node.orelse)


def _loop(reader: Reader, body: list[ast.stmt], start: Callable[[], object], item: str = "", whole: ast.expr | None = None) -> None:
    """Read the body until nothing changes, twice at most; what each run proves of the item is proven of all that were looped over."""
    reader.loops += 1
    for _ in range(2 if reader.loops <= DEEPEST_LOOP else 1):
        before = reader.env
        reader.env = dict(before)
        reader.frame.exits.append([])
        start()
        dirty = item and reader.env.get(item, CLEAN).data is not None
        alive = reader.block(body)
        ends = reader.frame.exits.pop() + [reader.env] * alive
        checked = dirty and ends and all(env.get(item, CLEAN).data is None for env in ends)
        reader.env = joined([before, *ends])
        if checked and whole is not None:
            reader.clean_each(whole)
        if reader.env == before:
            break
    reader.loops -= 1


def _with(reader: Reader, node: ast.With | ast.AsyncWith) -> bool:
    before = dict(reader.env)
    for each in node.items:
        value = reader.read(each.context_expr)
        if each.optional_vars:
            reader.assign(each.optional_vars, value, each.context_expr)
    alive = reader.block(node.body)
    if any(isinstance(each.context_expr, ast.Call) and name_of(each.context_expr.func) == "suppress" for each in node.items):
        return reader.merge(before, reader.env if alive else None)
    return alive


def _try(reader: Reader, node: Any) -> bool:
    before = dict(reader.env)
    ends = [reader.env if reader.block([*node.body, *node.orelse]) else None]
    middle = joined([before, reader.env])
    for handler in node.handlers:
        reader.env = dict(middle)
        ends.append(reader.env if reader.block(handler.body) else None)
    alive = reader.merge(*ends)
    return reader.block(node.finalbody) and alive


STATEMENTS: dict[type, Callable[[Reader, Any], bool | None]] = {
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Assign: _assign,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.Delete: _delete,
    ast.Global: _global,
    ast.Nonlocal: _global,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Continue: _leave_loop,
    ast.Break: _leave_loop,
    ast.Expr: _expression,
    ast.Assert: _assert,
    ast.If: _if,
    ast.Match: _match,
    ast.For: _for,
    ast.AsyncFor: _for,
    ast.While: _while,
    ast.With: _with,
    ast.AsyncWith: _with,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.Import: lambda reader, node: None,
    ast.ImportFrom: lambda reader, node: None,
    ast.Pass: lambda reader, node: None,
}
