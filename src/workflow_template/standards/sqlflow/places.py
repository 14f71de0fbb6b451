"""How a place in the source, such as `x.y` or `x['y']`, is known."""

from __future__ import annotations

import ast

from workflow_template.standards.sqlflow.module import name_of

_SAME_METHODS = frozenset(("lower", "upper", "strip", "casefold", "replace", "keys", "lstrip", "rstrip", "title", "capitalize"))
_SAME_CALLS = frozenset(("set", "str", "frozenset", "list", "tuple", "sorted", "iter"))


def key_of(node: ast.AST | None) -> str:
    """How the environment calls a place: `x`, `x.y`, `x['y']`; empty for what is no place."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return f"{base}.{node.attr}" if (base := key_of(node.value)) else ""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, (ast.Constant, ast.Name)):
        name = node.slice.id if isinstance(node.slice, ast.Name) else repr(node.slice.value)
        return f"{base}[{name}]" if (base := key_of(node.value)) else ""
    return ""


def same(node: ast.expr) -> ast.expr:
    """The place whose content a check of *node* speaks about: `x` for `x.strip().lower()`, `set(x)`, `x.replace("_", "")`."""
    while True:
        if isinstance(node, (ast.NamedExpr, ast.Starred)):
            node = node.target if isinstance(node, ast.NamedExpr) else node.value
        elif not isinstance(node, ast.Call):
            return node
        elif isinstance(node.func, ast.Attribute) and node.func.attr in _SAME_METHODS:
            node = node.func.value
        elif name_of(node.func) in _SAME_CALLS and node.args:
            node = node.args[0]
        else:
            return node
