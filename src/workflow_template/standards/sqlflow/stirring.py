"""Which functions of a module need to be read: those that put SQL text together, or run text that cannot be seen at a glance."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from workflow_template.standards.sqlflow.module import Module, parameters, targets_of
from workflow_template.standards.sqlflow.pieces import Function, Piece
from workflow_template.standards.sqlflow.text import opens_statement
from workflow_template.standards.sqlflow.words import ADDING, CLEAN_CALLS, COMPOSERS, RUNNING, SINKS, SQL_KEYWORDS

_COMPOSING = frozenset(("format", "format_map", "substitute", "safe_substitute", "render", "join", "replace", "sub", "Template"))
_HANDING = frozenset(("map", "submit", "partial", "to_thread", "run_in_executor"))
_STATEMENT_MAKERS = frozenset(("text", "select", "insert", "update", "delete", "dedent"))
_TELLING = frozenset(("debug", "info", "warning", "error", "exception", "critical", "log", "print", "echo", "secho", "write"))


class Stirring:
    """Finds the statements that let data come near SQL text. Where none does, no finding can be.

    A statement speaks of SQL when it stands on a line with a word of SQL, or with a name that may hold SQL text.
    """

    def __init__(self, module: Module, *, everything: bool = False) -> None:
        self.module = module
        self._constant: dict[str, bool] = {}
        self.names: set[str] = set()  # that may hold SQL text
        self.passing: set[str] = set()  # functions that run what they are given
        self.functions: set[Function] = set()  # that need to be read
        self.loose: set[ast.AST] = set()  # statements outside functions that need to be read
        if everything:
            module.open_all()
            self.functions.update(module.functions)
            self.loose.update(piece.node for piece in module.known if not piece.owners and hasattr(piece.node, "lineno"))
            return
        self._look_at(self._speaking() | self._on(module.text.lines_that_run))
        while self._pass_on():
            pass

    def _speaking(self) -> dict[int, Piece]:
        """The statements that hold SQL text, or a name that another one of them gives some to."""
        new = found = self._on(self.module.text.lines_that_open)
        while new:
            names = {name for piece in new.values() for name in _names_held(piece) if name} - self.names
            self.names |= names
            new = {at: piece for at, piece in self._on(self.module.text.lines_with(names)).items() if at not in found}
            found |= new
        return found

    def _on(self, lines: set[int]) -> dict[int, Piece]:
        """The statements on these lines, by their identity."""
        return {id(piece): piece for line in lines for piece in self.module.on_line(line)}

    def _look_at(self, speaking: dict[int, Piece]) -> None:
        for piece in speaking.values():
            self._look(piece)

    def _look(self, piece: Piece) -> None:
        if piece.owners and piece.owners[0] in self.functions:
            return
        if any(map(self._stirs, piece.heads)) or isinstance(piece.node, Function) and _speaking_default(piece.node):
            self.functions.update(piece.owners)
            if not piece.owners:
                self.loose.add(piece.node)
            if isinstance(piece.node, Function):
                self.functions.add(piece.node)

    def _stirs(self, top: ast.AST) -> bool:
        """Whether a statement runs text that is no constant, or puts text together while it speaks of SQL."""
        call = top.value if isinstance(top, ast.Expr) else None
        telling = isinstance(top, (ast.Raise, ast.Assert)) or isinstance(call, ast.Call) and last_name(call.func) in _TELLING
        composes = speaks = False
        for node in walk(top):
            if isinstance(node, (ast.Global, ast.Nonlocal)) or isinstance(node, ast.Call) and self._runs(node):
                return True
            composes = composes or not telling and (_composes(node) or self._calls_lambda(node))
            speaks = speaks or self._speaks(node)
        return composes and speaks

    def _calls_lambda(self, node: ast.AST) -> bool:
        return isinstance(node, ast.Call) and last_name(node.func) in self.module.lambdas

    def _runs(self, node: ast.Call) -> bool:
        """Whether a call runs text that is more than a constant."""
        name = last_name(node.func)
        if name == "extra":
            return bool(node.keywords)  # its texts lie in lists
        if name in RUNNING or name in self.passing:
            return not all(map(self._is_plain, _texts_given(node)))
        return name in _HANDING and any(last_name(each) in SINKS for each in node.args)

    def _is_plain(self, node: ast.expr) -> bool:
        if isinstance(node, (ast.Name, ast.Attribute)):
            name = last_name(node)
            return self._is_constant(name) or name.isupper() and not self.module.given(name)
        if isinstance(node, ast.Call):
            return last_name(node.func) in _STATEMENT_MAKERS
        return isinstance(node, (ast.Constant, ast.Dict, ast.List, ast.Tuple))

    def _is_constant(self, name: str) -> bool:
        """Whether the module gives nothing but constants to this name."""
        if name not in self._constant:
            given = self.module.given(name)
            self._constant[name] = bool(given) and all(map(_gives_constant, given)) and name not in self.module.parameter_names
        return self._constant[name]

    def _speaks(self, node: ast.AST) -> bool:
        """Whether this is SQL text, or a name that may hold some."""
        if isinstance(node, ast.Constant):
            return isinstance(node.value, str) and opens_statement(node.value)
        return last_name(node) in self.names

    def _pass_on(self) -> bool:
        """Look at the calls of the functions that run what they are given. Returns whether there are new ones."""
        new = {
            each.name for each in self.functions if each.name not in self.passing and self.module.is_inlined(each) and self._passes_on(each)
        }
        self.passing |= new
        self._look_at(self._on(self.module.text.lines_with(new)))
        return bool(new)

    def _passes_on(self, function: Function) -> bool:
        own = {each.arg for each in parameters(function)}
        names = RUNNING | self.passing
        calls = (
            node
            for head in self._running_in(function)
            for node in walk(head)
            if isinstance(node, ast.Call) and last_name(node.func) in names
        )
        return any(last_name(each) in own for node in calls for each in _texts_given(node))

    def _running_in(self, function: Function) -> Iterator[ast.AST]:
        """The parts of a function that may run what they are given."""
        first, last = function.lineno, function.end_lineno or 0
        lines = {line for line in self.module.text.lines_that_run | self.module.text.lines_with(self.passing) if first <= line <= last}
        for piece in self._on(lines).values():
            if function in piece.owners:
                yield from piece.heads

    def callers(self, function: Function) -> set[Function]:
        """The functions that call this one."""
        lines = self.module.text.lines_with([function.name])
        return {owner for line in lines for piece in self.module.on_line(line) for owner in piece.owners} - {function}


def _texts_given(node: ast.Call) -> list[ast.expr]:
    return [*node.args[:1], *(word.value for word in node.keywords if word.arg in SQL_KEYWORDS)]


def _composes(node: ast.AST) -> bool:
    if isinstance(node, ast.BinOp):
        return isinstance(node.op, (ast.Add, ast.Mod))
    if isinstance(node, ast.Call):
        return last_name(node.func) in _COMPOSING
    if isinstance(node, ast.AugAssign):
        return not isinstance(node.value, ast.Constant) and not (
            isinstance(node.value, ast.Call) and last_name(node.value.func) in CLEAN_CALLS
        )
    return isinstance(node, (ast.JoinedStr, ast.NamedExpr))


def _names_held(piece: Piece) -> Iterable[str]:
    """The names by which the rest of the module may know the text of this statement."""
    node = piece.node
    if isinstance(node, (ast.Return, ast.Expr)):
        call = node.value
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute) and call.func.attr in ADDING:
            return [_target_name(call.func.value)]
        gives = isinstance(node, ast.Return) or isinstance(call, (ast.Yield, ast.YieldFrom))
        return [piece.owners[0].name] if gives and piece.owners and not _is_result(call) else []
    value = node.iter if isinstance(node, (ast.For, ast.AsyncFor)) else getattr(node, "value", None)
    return [] if _is_result(value) else map(_target_name, targets_of(node))


def _is_result(node: ast.AST | None) -> bool:
    """Whether this is what running a statement gave, rather than a statement."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call, ast.Await, ast.Yield, ast.YieldFrom)):
        if isinstance(node, ast.Call) and (name := last_name(node.func)) in RUNNING and name not in COMPOSERS:
            return True
        node = node.func if isinstance(node, ast.Call) else node.value
    return False


def _target_name(node: ast.AST) -> str:
    while isinstance(node, (ast.Subscript, ast.Starred)):
        node = node.value
    return last_name(node)


def last_name(node: ast.AST | None) -> str:
    return getattr(node, "id", "") or getattr(node, "attr", "")


def walk(node: ast.AST) -> Iterator[ast.AST]:
    """Every node in and below *node*, quicker than `ast.walk`."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, ast.AST):
                if value._fields:
                    stack.append(value)
            elif isinstance(value, list):
                stack += [each for each in value if isinstance(each, ast.AST)]


def _gives_constant(piece: Piece) -> bool:
    return isinstance(piece.node, (ast.Assign, ast.AnnAssign)) and isinstance(piece.node.value, ast.Constant)


def _speaking_default(function: Function) -> bool:
    given = [*function.args.defaults, *function.args.kw_defaults]
    return any(isinstance(each, ast.Constant) and isinstance(each.value, str) and opens_statement(each.value) for each in given)
