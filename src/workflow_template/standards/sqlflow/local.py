"""Calls of the functions, lambdas and classes that the module itself defines: they are read with what the call gives them."""

from __future__ import annotations

import ast

from workflow_template.standards.sqlflow import words
from workflow_template.standards.sqlflow.arguments import is_static
from workflow_template.standards.sqlflow.call import Call
from workflow_template.standards.sqlflow.module import name_of, parameters, root_of
from workflow_template.standards.sqlflow.pieces import Function
from workflow_template.standards.sqlflow.reader import Outcome, Reader
from workflow_template.standards.sqlflow.values import CLEAN, HOLE, Code, Env, Value, container, unknown


def call_local(call: Call) -> Value | None:
    code = code_of(call)
    if code is None:
        return None
    if isinstance(code.node, ast.Lambda):
        return _call_lambda(call, code, code.node)
    if isinstance(code.node, ast.ClassDef):
        return _construct(call, code.node)
    if isinstance(code.node, Function):
        return _enter(call, code.node, code.env, code.me or (call.owner if call.owner.kind else None)).value
    return None


def code_of(call: Call) -> Code | None:
    """The function, lambda or class that a call leads to."""
    reader, func = call.reader, call.node.func
    if call.base is None:
        return call.owner.code or (named(reader, func.id) if isinstance(func, ast.Name) else None)
    known = call.owner.part(call.name)
    if known is not None:
        return known.code
    root = name_of(call.base)
    kind = call.owner.kind or (reader.frame.kind if root in ("self", "cls") or root_of(call.base) == "super" else root)
    if kind in reader.module.methods:
        method = reader.module.method(kind, call.name)
    else:
        method = reader.module.only_method(call.name) if call.name not in words.SINKS else None
    return Code(method) if method else None


def named(reader: Reader, name: str) -> Code | None:
    """A function or class of the module, wherever it stands."""
    node = reader.module.classes.get(name) or reader.module.by_name.get(name)
    return Code(node) if node is not None and name not in reader.module.imports else None


def _enter(call: Call, function: Function, outer: Env, me: Value | None) -> Outcome:
    if function.args.vararg:
        for value in call.args:
            call.reader.escape(value, call.node, f"that {call.name}() is given")
    if function is not call.reader.frame.function:
        call.reader.called.add(function)
    outcome = call.reader.enter(function, _given(call, function), outer, me)
    names = [each.arg for each in parameters(function) if each.arg not in ("self", "cls")]
    for name, each in zip(names, call.node.args, strict=False):
        if name in outcome.proven:
            call.reader.clean(each)
    return outcome


def _given(call: Call, function: Function) -> Env:
    """What each parameter is given; nothing is known where a call unpacks its arguments."""
    arguments, reader = function.args, call.reader
    names = [each.arg for each in (*arguments.posonlyargs, *arguments.args)]
    if function in reader.module.owners and not is_static(function):
        names = names[1:]
    if any(isinstance(each, ast.Starred) for each in call.node.args) or "**" in call.words:
        return {name: value for name, value in call.words.items() if name != "**"}
    late = list(zip(names[::-1], arguments.defaults[::-1], strict=False))
    late += [(each.arg, value) for each, value in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True) if value]
    given = {**dict(zip(names, call.args, strict=False)), **call.words}
    kept, reader.env = reader.env, {}
    reader.steps -= len(late)
    given |= {name: reader.read(value) for name, value in late if name not in given}
    reader.env = kept
    return given


def _call_lambda(call: Call, code: Code, function: ast.Lambda) -> Value:
    reader = call.reader
    if function in reader.checking:
        return unknown(call.node)
    reader.checking.add(function)
    with reader.aside() as env:
        env.update(code.env)
        env.update((each.arg, unknown(each)) for each in parameters(function))
        env.update(zip([each.arg for each in function.args.args], call.args, strict=False))
        value = reader.read(function.body)
    reader.checking.discard(function)
    return value


def _construct(call: Call, node: ast.ClassDef) -> Value:
    """A new object: its fields are what the constructor leaves in them, or what a record is given."""
    module = call.reader.module
    if node.name in module.enums:
        return CLEAN
    start = module.method(node.name, "__init__")
    fields = _enter(call, start, {}, Value(HOLE, call.node, kind=node.name)).fields if start else _fields_given(call, node)
    whole = container(fields, call.node)
    return Value(HOLE if whole.data is not None else whole.text, whole.data, whole.outside, parts=whole.parts, kind=node.name)


def _fields_given(call: Call, node: ast.ClassDef) -> tuple[tuple[object, Value], ...]:
    declared = [each for each in node.body if isinstance(each, ast.AnnAssign)]
    clean = {name_of(each.target) for each in declared if call.reader.module.is_clean_type(each.annotation)}
    given = {**dict(zip([name_of(each.target) for each in declared], call.args, strict=False)), **call.words}
    for value in given.values():
        call.reader.escape(value, call.node, f"that {node.name}() is given")
    return tuple((name, CLEAN if name in clean else value) for name, value in given.items() if name != "**")


def call_with(call: Call, how: ast.expr, value: Value) -> Value | None:
    """What a function of this module, given as a value, makes of another one: `map(quoted, names)`."""
    owner = call.reader.read(how)
    code = owner.code or (named(call.reader, how.id) if isinstance(how, ast.Name) else None)
    if code is None:
        return None
    made = ast.copy_location(ast.Call(how, [ast.Constant("")], []), call.node)
    return call_local(Call(call.reader, made, name_of(how), None, owner._replace(code=code), [value], {}))
