"""What a call gives back, and what it does to what it is given."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from workflow_template.standards.sqlflow import findings, library
from workflow_template.standards.sqlflow.call import Call
from workflow_template.standards.sqlflow.local import call_local
from workflow_template.standards.sqlflow.module import name_of
from workflow_template.standards.sqlflow.reader import Reader
from workflow_template.standards.sqlflow.values import CLEAN, HOLE, Value, unknown


def read_call(reader: Reader, node: ast.Call) -> Value:
    reader.step()
    call = see_call(reader, node, [reader.read(each) for each in node.args])
    for way in _WAYS:
        if (value := way(call)) is not None:
            return value
    return _unknown(call)


def see_call(reader: Reader, node: ast.Call, args: list[Value]) -> Call:
    func = node.func
    if isinstance(func, ast.Name) and isinstance(meant := reader.frame.meaning.get(func.id), ast.Attribute):
        func = meant  # run = cursor.execute
    base = func.value if isinstance(func, ast.Attribute) else None
    owner = reader.read(base if base is not None else func)
    return Call(reader, node, name_of(func), base, owner, args, {word.arg or "**": reader.read(word.value) for word in node.keywords})


def _record(call: Call) -> Value | None:
    """An object of a class we do not see, made of proven pieces only."""
    proven = call.all and all(value.data is None for value in call.all)
    return CLEAN if proven and re.match("_*[A-Z]", call.name) and (call.base is None or not call.owner.outside) else None


def _unknown(call: Call) -> Value:
    given = [value for value in call.all if value.data is not None and (value.place or value.each is not None or value.parts)]
    if given and not findings.is_quiet(call):
        for value in given:
            call.reader.escape(value, call.node, f"that {call.name}() is given")
    if call.base is None or call.owner.text == HOLE or call.owner.kind:
        return unknown(call.node, outside=call.owner.outside and call.base is not None)
    return call.owner._replace(parts=(), kind="", code=None)


_WAYS: tuple[Callable[[Call], Value | None], ...] = (call_local, findings.sink, library.clean, library.by_name, library.pure, _record)
