"""Read from one Python file what it says of itself. One walk, no judgement."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator

from workflow_template.upkeep.migration.expressions import Expressions
from workflow_template.upkeep.migration.facts import Facts, Head, Import
from workflow_template.upkeep.migration.scope import Scope
from workflow_template.upkeep.migration.source import Source
from workflow_template.upkeep.migration.where import Evaluator
from workflow_template.upkeep.migration.worth import worth_reading


def read(source: Source, exists: Callable[[str], bool]) -> Facts:
    """Read a file; *exists* knows the places of the repository. The tree of the source is dropped afterwards: it is large."""
    facts = Facts(source, Evaluator(source.path, {}, exists))
    _Reader(facts).read()
    return facts


class _Reader:
    """Reads the statements of a file, then its expressions, when all names are known."""

    def __init__(self, facts: Facts) -> None:
        self.facts = facts
        self.module = Scope()
        self._lines: set[int] = set()
        self._todo: list[tuple[ast.expr, Scope, str, ast.stmt, str]] = []

    def read(self) -> None:
        body = self.facts.source.take_tree().body
        self.facts.heads = list(_heads(body))
        self.facts.data_only = all(isinstance(each, (ast.Assign, ast.AnnAssign, ast.Import, ast.ImportFrom, ast.Expr)) for each in body)
        self._lines = worth_reading(self.facts.source)
        self._statements(body, self.module, None)
        expressions = Expressions(self.facts)
        for each in self._todo:
            if self._is_worth(each[0]):
                expressions.visit(*each)

    def _is_worth(self, node: ast.expr | ast.stmt) -> bool:
        return not self._lines.isdisjoint(range(node.lineno, (node.end_lineno or node.lineno) + 1))

    # statements: imports, bindings, tests

    def _statements(self, body: list[ast.stmt], scope: Scope, top: ast.stmt | None) -> None:
        for number, statement in enumerate(body):
            if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant) and number == 0:
                continue
            self._statement(statement, scope, top or statement)

    def _statement(self, node: ast.stmt, scope: Scope, top: ast.stmt) -> None:
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            self._import(node, scope, top)
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            self._function(node, scope, top)
        elif isinstance(node, ast.ClassDef):
            scope.bind(node.name, None)
            self._later([*node.decorator_list, *node.bases], scope, "other", top)
            self._class(node, scope, top)
        elif isinstance(node, (ast.Assign, ast.AnnAssign, ast.AugAssign)):
            self._assign(node, scope, top)
        else:
            self._other(node, scope, top)

    def _import(self, node: ast.Import | ast.ImportFrom, scope: Scope, top: ast.stmt) -> None:
        names = tuple((alias.name, alias.asname) for alias in node.names)
        where = (node, _first_line(top), node is top)
        if isinstance(node, ast.ImportFrom):
            self.facts.imports.append(Import(node.lineno, node.level, node.module or "", names, *where))
            for name, asname in names:
                self._alias(asname or name, f"{node.module}.{name}" if not node.level else "", scope)
            return
        for name, asname in names:
            self.facts.imports.append(Import(node.lineno, 0, name, ((name, asname),), *where))
            first = name.split(".")[0]
            self._alias(asname or first, name if asname else first, scope)

    def _alias(self, name: str, means: str, scope: Scope) -> None:
        scope.bind(name, None)
        self.facts.evaluator.aliases.setdefault(name, means)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, top: ast.stmt) -> None:
        scope.bind(node.name, None)
        inner = Scope(scope, "function")
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        for argument in every:
            if argument:
                inner.bind(argument.arg, None)
        is_fixture = any("fixture" in ast.unparse(each) for each in node.decorator_list)
        if is_fixture:
            self.facts.fixtures[node.name] = node.lineno
        if scope.kind != "function" and node.name.startswith("test") and not is_fixture:
            self.facts.tests.append(node.name)
        if is_fixture or node.name.startswith("test"):
            self.facts.asked |= {argument.arg for argument in every if argument}
        defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each]
        self._later([*node.decorator_list, *defaults], scope, "other", top)
        if self._is_worth(node):
            self._statements(node.body, inner, top)

    def _class(self, node: ast.ClassDef, scope: Scope, top: ast.stmt) -> None:
        before = len(self.facts.tests)
        self._statements(node.body, Scope(scope, "class"), top)
        is_test = node.name.startswith("Test") or any("TestCase" in ast.unparse(base) for base in node.bases)
        if not is_test:
            del self.facts.tests[before:]
        self.facts.tests[before:] = [f"{node.name}::{name}" for name in self.facts.tests[before:]]

    def _assign(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, scope: Scope, top: ast.stmt) -> None:
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        single = targets[0] if len(targets) == 1 and not isinstance(node, ast.AugAssign) else None
        name = ""
        if isinstance(single, ast.Name):
            name = single.id
            scope.bind(name, node.value)
        elif isinstance(single, ast.Attribute) and isinstance(single.value, ast.Name) and single.value.id in ("self", "cls"):
            name = f"self.{single.attr}"
            scope.bind_attribute(single.attr, node.value)
        else:
            for target in targets:
                self._bind_opaque(target, scope)
                self._later([target], scope, "other", top)
        if name == "pytest_plugins" and node.value is not None:
            self._plugins(node.value, top)
        if node.value is not None:
            syspath = any(_is_search_path(target) for target in targets)
            self._later([node.value], scope, "syspath" if syspath else "define" if name else "other", top, name)

    def _plugins(self, value: ast.expr, top: ast.stmt) -> None:
        """Modules that a conftest.py names as strings."""
        for each in ast.walk(value):
            if isinstance(each, ast.Constant) and isinstance(each.value, str):
                self.facts.imports.append(Import(each.lineno, 0, each.value, (), each, _first_line(top), False))

    def _bind_opaque(self, target: ast.expr, scope: Scope) -> None:
        for each in ast.walk(target):
            if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store):
                scope.names[each.id] = None

    def _other(self, node: ast.stmt, scope: Scope, top: ast.stmt) -> None:
        for field in ("target", "optional_vars"):
            if isinstance(target := getattr(node, field, None), ast.expr):
                self._bind_opaque(target, scope)
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            for name in node.names:
                self.module.names[name] = None
        for child in ast.iter_child_nodes(node):
            self._child(child, scope, top)

    def _child(self, child: ast.AST, scope: Scope, top: ast.stmt) -> None:
        if isinstance(child, ast.stmt):
            self._statement(child, scope, top)
        elif isinstance(child, ast.expr):
            self._later([child], scope, "other", top)
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            for each in ast.iter_child_nodes(child):
                self._child(each, scope, top)
        elif isinstance(child, ast.withitem):
            self._later([child.context_expr], scope, "other", top)
            if child.optional_vars:
                self._bind_opaque(child.optional_vars, scope)

    def _later(self, expressions: list[ast.expr], scope: Scope, context: str, top: ast.stmt, defines: str = "") -> None:
        self._todo += [(each, scope, context, top, defines) for each in expressions]


def _heads(body: list[ast.stmt]) -> Iterator[Head]:
    """The plain imports behind the docstring and `from __future__`, and the statement that follows them."""
    skip = int(bool(body) and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Constant))
    for each in body[skip:]:
        if not (isinstance(each, ast.ImportFrom) and each.module == "__future__"):
            plain = isinstance(each, ast.Import)
            yield Head(_first_line(each), plain)
            if not plain:
                return


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(each.lineno for each in decorators)])


def _is_search_path(target: ast.expr) -> bool:
    inner = target.value if isinstance(target, ast.Subscript) else target
    return isinstance(inner, ast.Attribute) and inner.attr == "path" and isinstance(inner.value, ast.Name) and inner.value.id == "sys"
