"""What the parameters of a function hold when it is read."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from workflow_template.standards.sqlflow.module import name_of, parameters
from workflow_template.standards.sqlflow.pieces import Function
from workflow_template.standards.sqlflow.values import CLEAN, HOLE, Env, Value

if TYPE_CHECKING:
    from workflow_template.standards.sqlflow.reader import Reader

MOST_READINGS = 8  # of one function with different arguments


def arguments_of(reader: Reader, function: Function, given: Env, me: Value | None) -> Env:
    """What each parameter holds. What is nothing but data is the same for all callers: it is known by the parameter's name."""
    kind = reader.module.owners.get(function, "")
    given = {**_parametrized(reader, function), **given} if function.decorator_list else given
    found: Env = {}
    for each in parameters(function):
        if kind and not found and not is_static(function):
            found[each.arg] = me if me is not None and me.parts else Value(HOLE, each, kind=me.kind if me is not None else kind)
        else:
            found[each.arg] = _argument(reader, function, each, given.get(each.arg))
    return found


def _parametrized(reader: Reader, function: Function) -> Env:
    """What pytest gives to a test."""
    given: Env = {}
    for each in function.decorator_list:
        if isinstance(each, ast.Call) and name_of(each.func) == "parametrize" and len(each.args) > 1:
            names = [name.strip() for name in reader.read(each.args[0]).text.split(",")]
            value = reader.read(each.args[1]).element
            given |= {name: part if len(names) > 1 and (part := value.part(at)) is not None else value for at, name in enumerate(names)}
    return given


def _argument(reader: Reader, function: Function, argument: ast.arg, given: Value | None) -> Value:
    module = reader.module
    if module.is_clean_type(argument.annotation) or function.decorator_list and argument.arg in module.options:
        return CLEAN
    if given is not None and given.data is None and reader.readings[function] >= MOST_READINGS // 2:
        return CLEAN
    if given is not None and (given.text != HOLE or given.parts or given.each is not None or given.code):
        return given
    kind = given.kind if given is not None and given.kind else name_of(argument.annotation)
    return Value(HOLE, argument, given is not None and given.outside, kind=kind if kind in module.classes else "")


def is_static(function: Function) -> bool:
    return any(name_of(each) == "staticmethod" for each in function.decorator_list)
