"""What each expression is worth."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from typing import Any

from workflow_template.standards.sqlflow import words
from workflow_template.standards.sqlflow.calls import read_call
from workflow_template.standards.sqlflow.module import name_of, parameters
from workflow_template.standards.sqlflow.places import key_of
from workflow_template.standards.sqlflow.reader import Reader
from workflow_template.standards.sqlflow.strings import NUMERIC_SPEC, percent
from workflow_template.standards.sqlflow.values import CLEAN, HOLE, NONE, Code, Value, container, either, together, unknown

CONSTANT_NAME = r"_*[A-Z][A-Z0-9_]+|__\w+__"


def _constant(reader: Reader, node: ast.Constant) -> Value:
    return NONE if node.value is None else Value(str(node.value))


def _name(reader: Reader, node: ast.Name) -> Value:
    found = reader.lookup(node.id)
    if found is not None:
        return found
    return CLEAN if re.fullmatch(CONSTANT_NAME, node.id) and node.id not in reader.module.renamed else unknown(node)


def _attribute(reader: Reader, node: ast.Attribute) -> Value:
    key = key_of(node)
    if key in reader.env:
        return reader.env[key]
    base, root, name = reader.read(node.value), name_of(node.value), node.attr
    if (known := base.part(name)) is not None:
        return known
    kind = base.kind or (reader.frame.kind if root in ("self", "cls") else root if root in reader.fields else "")
    if kind and (found := field(reader, kind, node)) is not None:
        return found
    if name in words.REQUEST_FIELDS:
        return unknown(node, outside=True)
    if root in reader.module.enums or name in reader.module.clean_fields or re.fullmatch(CONSTANT_NAME, name):
        return CLEAN
    if base.data is None or name in reader.module.options or root in words.PURE_MODULES and root not in reader.env:
        return CLEAN
    return unknown(node, outside=base.outside or key in ("sys.argv", "os.environ") or root == "request")


def field(reader: Reader, kind: str, node: ast.Attribute) -> Value | None:
    """What the objects of a class of this module hold in a field."""
    name = node.attr
    for each in reader.module.family(kind):
        reader.settle(each)
    for setter in reader.module.setters(kind, name):
        if not reader.readings[setter] and not reader.module.is_inlined(setter):
            reader.enter(setter, {}, {})
    known = [found for each in reader.module.family(kind) if (found := reader.fields.get(each, {}).get(name)) is not None and found != NONE]
    if known:
        return either(known)
    method = reader.module.method(kind, name)
    if method is None:
        return None
    if any(name_of(each) in ("property", "cached_property") for each in method.decorator_list):
        return reader.enter(method, {}, {}, reader.read(node.value)).value
    return Value(HOLE, node, code=Code(method, me=reader.read(node.value)))


def _subscript(reader: Reader, node: ast.Subscript) -> Value:
    if (key := key_of(node)) and key in reader.env:
        return reader.env[key]
    value = reader.read(node.value)
    reader.read(node.slice)
    if isinstance(node.slice, ast.Slice):
        return value
    if isinstance(node.slice, ast.Constant) and (found := value.part(node.slice.value)) is not None:
        return found
    if name_of(node.value) in reader.module.enums:
        return CLEAN
    if value.parts:
        return either(part for _, part in value.parts)
    if value.data is None:
        return value._replace(each=None)
    return value._replace(each=None, code=None, data=node if value.text == HOLE else value.data)


def _joined_string(reader: Reader, node: ast.JoinedStr) -> Value:
    return together([reader.read(each) for each in node.values], node)


def _formatted(reader: Reader, node: ast.FormattedValue) -> Value:
    value = reader.read(node.value)
    if value.each is not None or value.parts:
        value = value._replace(each=None, parts=())
    if value.data is None or node.format_spec is None:
        return value
    spec = reader.read(node.format_spec).text
    return CLEAN if re.fullmatch(NUMERIC_SPEC, spec) or re.search("%[YmdHMSj]", spec) else value


def _operation(reader: Reader, node: ast.BinOp) -> Value:
    if isinstance(node.op, ast.Add):
        return _sum(reader, node)
    left, right = reader.read(node.left), reader.read(node.right)
    number = is_number(node.left) or is_number(node.right)
    if isinstance(node.op, ast.Mod):
        return CLEAN if is_number(node.right) and left.text == HOLE else percent(left, right, node)
    if isinstance(node.op, ast.Mult):
        repeated = right if is_number(node.left) else left
        return repeated._replace(parts=())
    if isinstance(node.op, (ast.Sub, ast.BitAnd)):
        return _difference(left, right, node.op, number)
    if isinstance(node.op, (ast.Div, ast.BitOr)):
        return CLEAN if number else _union([left, right], node)
    return CLEAN


def _difference(left: Value, right: Value, op: ast.operator, number: bool) -> Value:
    """Of sets: what is left is of the first, what is common is of both."""
    if number or right.data is None and (isinstance(op, ast.BitAnd) or right == CLEAN):
        return CLEAN if right.each is None else right
    return left


def _sum(reader: Reader, node: ast.BinOp) -> Value:
    """Read `a + b + c …` as one list: thousands of operands must not lie in each other."""
    operands, left = [], node.left
    operands.append(node.right)
    while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
        operands.append(left.right)
        left = left.left
    operands.append(left)
    operands.reverse()
    if any(is_number(each) for each in operands):
        for each in operands:
            reader.read(each)
        return CLEAN
    return _union([reader.read(each) for each in operands], node)


def _union(values: list[Value], node: ast.AST) -> Value:
    if any(value.each is not None for value in values):
        known = [part for value in values for part in (value.parts or [(None, value.element)])]
        return container([(at, part) for at, (_, part) in enumerate(known)], node, either(value.element for value in values))
    return together(values, node)


def is_number(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, (int, float)) and not isinstance(node.value, bool)


def _choice(reader: Reader, node: ast.IfExp) -> Value:
    reader.read(node.test)
    values = []
    for truth, each in ((True, node.body), (False, node.orelse)):
        with reader.aside():
            reader.prove(node.test, truth)
            values.append(reader.read(each))
    return either(values)


def _logic(reader: Reader, node: ast.BoolOp) -> Value:
    values = []
    with reader.aside():
        for each in node.values:
            values.append(reader.read(each))
            reader.prove(each, isinstance(node.op, ast.And))
    return either(values)


def _not(reader: Reader, node: ast.UnaryOp) -> Value:
    reader.read(node.operand)
    return CLEAN


def _comparison(reader: Reader, node: ast.Compare) -> Value:
    reader.read_inside(node)
    return CLEAN


def _named(reader: Reader, node: ast.NamedExpr) -> Value:
    value = reader.read(node.value)
    reader.assign(node.target, value, node.value)
    return value


def _list(reader: Reader, node: ast.List | ast.Tuple | ast.Set) -> Value:
    return container([(at, reader.read(each)) for at, each in enumerate(node.elts)], node)


def _dict(reader: Reader, node: ast.Dict) -> Value:
    parts: list[tuple[object, Value]] = []
    names: list[Value] = []
    for key, each in zip(node.keys, node.values, strict=True):
        value = reader.read(each)
        if key is None:
            parts += value.parts or [("**", value)]
            names.append(value.element)
        else:
            parts.append((key.value if isinstance(key, ast.Constant) else ast.unparse(key), value))
            names.append(reader.read(key))
    return container(parts, node, either(names))


def _pass_on(reader: Reader, node: ast.Starred | ast.Await | ast.YieldFrom) -> Value:
    return reader.read(node.value)


def _yield(reader: Reader, node: ast.Yield) -> Value:
    value = reader.read(node.value) if node.value else CLEAN
    reader.escape(value, node, "that is given back")
    reader.frame.returns.append(value)
    return unknown(node)


def _lambda(reader: Reader, node: ast.Lambda) -> Value:
    with reader.aside() as env:
        env.update((each.arg, unknown(each)) for each in parameters(node))
        value = reader.read(node.body)
    reader.escape(value, node, "that is given back")
    return Value(HOLE, node, code=Code(node, reader.env))


def _comprehension(reader: Reader, node: ast.ListComp | ast.SetComp | ast.GeneratorExp) -> Value:
    with reader.aside():
        _bind_loops(reader, node.generators)
        value = reader.read(node.elt)
    return value._replace(parts=(), each=value, code=None)


def _dict_comprehension(reader: Reader, node: ast.DictComp) -> Value:
    with reader.aside():
        _bind_loops(reader, node.generators)
        key, value = reader.read(node.key), reader.read(node.value)
    return container([("**", value)], node, key)


def _bind_loops(reader: Reader, loops: list[ast.comprehension]) -> None:
    for loop in loops:
        reader.assign(loop.target, item_of(reader, loop))
        for test in loop.ifs:
            reader.read(test)
            reader.prove(test, True)


def item_of(reader: Reader, loop: ast.comprehension | ast.For | ast.AsyncFor) -> Value:
    """What the target of a loop is given; where all elements are data alike, it is told by the name of the target."""
    value = element_of(reader, loop.iter)
    plain = isinstance(value.data, (ast.arg, ast.Name)) and not value.built and not value.outside
    return value._replace(data=loop.target) if plain and isinstance(loop.target, ast.Name) else value


def element_of(reader: Reader, node: ast.expr) -> Value:
    """What a loop over *node* gives."""
    if isinstance(node, ast.Call) and node.args and (name := name_of(node.func)) in ("enumerate", "zip", "product", "pairwise"):
        given = [element_of(reader, each) for each in node.args]
        return container(list(enumerate([CLEAN, given[0]] if name == "enumerate" else given)), node)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "values") and not node.args:
        owner = reader.read(node.func.value)
        value = either(each for _, each in owner.parts) if owner.parts else owner._replace(each=None)
        return container([(0, owner.element), (1, value)], node) if node.func.attr == "items" else value
    if name_of(node) in reader.module.enums:
        return CLEAN
    return reader.read(node).element


EXPRESSIONS: dict[type, Callable[[Reader, Any], Value]] = {
    ast.Constant: _constant,
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.JoinedStr: _joined_string,
    ast.FormattedValue: _formatted,
    ast.BinOp: _operation,
    ast.IfExp: _choice,
    ast.BoolOp: _logic,
    ast.UnaryOp: _not,
    ast.Compare: _comparison,
    ast.NamedExpr: _named,
    ast.List: _list,
    ast.Tuple: _list,
    ast.Set: _list,
    ast.Dict: _dict,
    ast.Starred: _pass_on,
    ast.Await: _pass_on,
    ast.YieldFrom: _pass_on,
    ast.Yield: _yield,
    ast.Lambda: _lambda,
    ast.ListComp: _comprehension,
    ast.SetComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.DictComp: _dict_comprehension,
    ast.Call: read_call,
}
