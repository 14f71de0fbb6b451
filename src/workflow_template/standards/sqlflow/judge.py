"""Read a module: what it defines, then every function that can hold a finding."""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from workflow_template.standards.sqlflow import findings
from workflow_template.standards.sqlflow.expressions import EXPRESSIONS
from workflow_template.standards.sqlflow.messages import message, not_followed
from workflow_template.standards.sqlflow.module import Module, name_of, root_of
from workflow_template.standards.sqlflow.pieces import Function
from workflow_template.standards.sqlflow.proofs import PROOFS
from workflow_template.standards.sqlflow.reader import Exhausted, Found, Reader, Tables
from workflow_template.standards.sqlflow.statements import STATEMENTS
from workflow_template.standards.sqlflow.stirring import Stirring
from workflow_template.standards.sqlflow.text import Text
from workflow_template.standards.sqlflow.values import Place

TABLES = Tables(EXPRESSIONS, STATEMENTS, PROOFS, findings.escape)
MOST_STEPS = 30_000  # statements and calls that are read of one module


def judge(tree: ast.Module, text: str, *, thorough: bool = False) -> Iterator[tuple[Place, str, bool]]:
    """Yield what was found, and what could not be followed to its end; *thorough* reads what cannot hold a finding too."""
    source = Text(text)
    if not thorough and not source.lines_of_interest:
        return
    module = Module(tree, source)
    stirring = Stirring(module, everything=thorough)
    if not stirring.functions and not stirring.loose:
        return
    reading = _Reading(Reader(module, TABLES, MOST_STEPS), stirring)
    reading.run()
    for place, (value, way) in reading.reader.found.items():
        yield place, message(value, way, module), True
    for node in reading.lost:
        yield (getattr(node, "lineno", 1), getattr(node, "col_offset", 0)), not_followed(node), False


class _Reading:
    """The order in which a module is read. *doubtful* is what was found in functions that only their calls can tell about."""

    def __init__(self, reader: Reader, stirring: Stirring) -> None:
        self.reader, self.module, self.stirring = reader, reader.module, stirring
        self.lost: list[ast.AST] = []
        self.exhausted = False
        self.doubtful: dict[Function, Found] = {}
        self.aside: list[ast.stmt] = []  # calls of what was imported, which matter to doubtful functions only

    def run(self) -> None:
        reader, body = self.reader, self.module.tree.body
        starts = list(filter(_is_start, body))
        with self._losing(self.module.tree):
            self._read_body([each for each in body if each not in starts])
        reader.globals, reader.env, reader.frame.inside = reader.env, {}, True
        self._read_functions()
        reader.env, reader.frame.inside = dict(reader.globals), False
        with self._losing(self.module.tree):
            self._read_calls()
            reader.block(each for each in starts if self.doubtful or self._stirs(each))
        for function, found in self.doubtful.items():
            if function not in reader.called:
                reader.found |= found

    @contextmanager
    def _losing(self, node: ast.AST) -> Iterator[None]:
        try:
            yield
        except RecursionError:
            self.lost.append(node)
        except Exhausted:
            if not self.exhausted:
                self.lost.append(node)
            elif self.module.tree not in self.lost:
                self.lost.append(self.module.tree)  # the rest, told once
            self.exhausted = True

    def _read_body(self, body: list[ast.stmt]) -> None:
        """Read the statements of the module; what is only a definition is left until its name is asked for."""
        for node in body:
            name = _defined_by(node)
            if name and len(self.module.given(name)) <= 1 and not self._stirs(node):
                self.reader.later[name] = node
            elif self._only_calls_out(node):
                self.aside.append(node)
            else:
                self.reader.block([node])

    def _only_calls_out(self, node: ast.stmt) -> bool:
        """`logging.basicConfig(…)`: a call that leaves what names hold as it is, and runs no SQL."""
        is_call = isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)
        return is_call and root_of(node.value.func) in self.module.imports and not self._stirs(node)  # type: ignore[attr-defined]

    def _stirs(self, node: ast.stmt) -> bool:
        return self._holds_line(node, self._loose_lines)

    @cached_property
    def _loose_lines(self) -> list[int]:
        return sorted(each.lineno for each in self.stirring.loose)  # type: ignore[attr-defined]

    @staticmethod
    def _holds_line(node: ast.stmt, lines: list[int]) -> bool:
        at = bisect_left(lines, node.lineno)
        return at < len(lines) and lines[at] <= (node.end_lineno or 0)

    def _read_functions(self) -> None:
        """Read functions with all their arguments as data; where that finds some in one that is only called here, its callers too."""
        reader, waiting = self.reader, sorted(self.stirring.functions, key=lambda each: each.lineno)
        seen = set(waiting)
        for function in waiting:
            kept, reader.found = reader.found, {}
            with self._losing(function):
                reader.enter(function, {}, reader.closures.get(function, {}))
            found, reader.found = reader.found, kept
            if found and self.module.is_inlined(function):
                self.doubtful[function] = found
                new = self.stirring.callers(function) - seen
                waiting += sorted(new, key=lambda each: each.lineno)
                seen |= new
            else:
                for place, told in found.items():
                    reader.found.setdefault(place, told)  # what the first reading told of a place stays

    def _read_calls(self) -> None:
        """Read what the module calls, and those of its definitions that call a doubtful function."""
        if self.doubtful:
            self.reader.block(self.aside)
        lines = sorted(self.module.text.lines_with(each.name for each in self.doubtful))
        for name, node in list(self.reader.later.items()):
            if self._holds_line(node, lines):
                self.reader.settle(name)


def _defined_by(node: ast.stmt) -> str:
    if isinstance(node, ast.ClassDef):
        return node.name
    return name_of(node.targets[0]) if isinstance(node, ast.Assign) and len(node.targets) == 1 else ""


def _is_start(node: ast.stmt) -> bool:
    """`if __name__ == "__main__":`"""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Compare) and name_of(node.test.left) == "__name__"
