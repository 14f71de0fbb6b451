"""Read a whole module: first itself, then every function that can be called from elsewhere, then what nobody called."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from workflow_template.standards.sqlflow import findings
from workflow_template.standards.sqlflow.expressions import EXPRESSIONS
from workflow_template.standards.sqlflow.module import Function, Module, name_of, targets_of
from workflow_template.standards.sqlflow.proofs import PROOFS
from workflow_template.standards.sqlflow.reader import Exhausted, Found, Reader, Tables
from workflow_template.standards.sqlflow.statements import STATEMENTS
from workflow_template.standards.sqlflow.stirring import Stirring
from workflow_template.standards.sqlflow.text import Text
from workflow_template.standards.sqlflow.values import Place

TABLES = Tables(EXPRESSIONS, STATEMENTS, PROOFS, findings.escape)
MOST_STEPS = 30_000  # statements and calls that are read of one module


def judge(tree: ast.Module, text: str) -> Iterator[tuple[Place, str, bool]]:
    """Yield what was found, and what could not be followed to its end."""
    reader = Reader(Module(tree, Text(text)), TABLES, MOST_STEPS)
    lost: list[ast.AST] = []
    _read(reader, lost)
    for place, (value, where) in reader.found.items():
        yield place, findings.message(value, where), True
    for node in lost:
        name = f"`{node.name}`" if isinstance(node, Function) else "this module"
        message = f"{name} is too long or too deeply nested to be followed: whether data gets into its SQL was not judged; split it"
        yield (getattr(node, "lineno", 1), getattr(node, "col_offset", 0)), message, False


def _read(reader: Reader, lost: list[ast.AST]) -> None:
    """Read what can hold a finding: first with all arguments as data, and where that finds some, for what the calls give."""
    module = reader.module
    stirring = Stirring(module) if module.text.text else None
    if stirring:
        while stirring.pass_on():
            pass
        if not stirring.functions and not stirring.loose:
            return
    starts = [each for each in module.tree.body if _is_start(each)]
    with _losing(lost, module.tree):
        _read_body(reader, stirring, [each for each in module.tree.body if each not in starts])
    reader.globals, reader.env, reader.frame.inside = reader.env, {}, True
    doubtful = _read_functions(reader, stirring, lost)
    reader.env, reader.frame.inside = dict(reader.globals), False
    with _losing(lost, module.tree):
        reader.block(each for each in starts if doubtful or not stirring or _holds(each, stirring.loose))
    for function, found in doubtful.items():
        if function not in reader.called:
            reader.found |= found


@contextmanager
def _losing(lost: list[ast.AST], node: ast.AST) -> Iterator[None]:
    try:
        yield
    except (RecursionError, Exhausted):
        lost.append(node)


def _read_body(reader: Reader, stirring: Stirring | None, body: list[ast.stmt]) -> None:
    """Read the statements of the module; what is only a definition is left until its name is asked for."""
    times = Counter(name_of(target) for piece in reader.module.pieces for target in targets_of(piece.node)) if stirring else Counter()
    for node in body:
        name = (
            node.name
            if isinstance(node, ast.ClassDef)
            else name_of(node.targets[0])
            if isinstance(node, ast.Assign) and len(node.targets) == 1
            else ""
        )
        if stirring and name and times[name] <= 1 and not _holds(node, stirring.loose):
            reader.later[name] = node
        else:
            reader.block([node])


def _holds(node: ast.stmt, loose: set[ast.AST]) -> bool:
    return any(node.lineno <= each.lineno <= (node.end_lineno or 0) for each in loose)  # type: ignore[attr-defined]


def _read_functions(reader: Reader, stirring: Stirring | None, lost: list[ast.AST]) -> dict[Function, Found]:
    """Read the functions with all their arguments as data. Returns what was found so in those that are only read for their calls."""
    module = reader.module
    waiting = sorted(stirring.functions if stirring else module.functions, key=lambda each: each.lineno)
    seen = set(waiting)
    doubtful: dict[Function, Found] = {}
    for function in waiting:
        kept, reader.found = reader.found, {}
        with _losing(lost, function):
            reader.enter(function, {}, reader.closures.get(function, {}))
        found, reader.found = reader.found, kept
        if found and module.is_inlined(function):
            doubtful[function] = found
            new = stirring.callers(function) - seen if stirring else set()
            waiting += sorted(new, key=lambda each: each.lineno)
            seen |= new
        else:
            reader.found |= found
    return doubtful


def _is_start(node: ast.stmt) -> bool:
    """`if __name__ == "__main__":`"""
    return isinstance(node, ast.If) and isinstance(node.test, ast.Compare) and name_of(node.test.left) == "__name__"
