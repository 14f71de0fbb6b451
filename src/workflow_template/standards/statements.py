"""The SQL statements that stand in a Python file, as far as its text alone tells."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from workflow_template.standards.pattern import Pattern
from workflow_template.standards.source import Source, dotted, everything

HOLE = "\ufffc"  # stands where the text of a statement is not known
QUERIES = frozenset(
    [
        "execute_query",
        "stream_query",
        "execute",
        "executemany",
        "executescript",
        "exec_driver_sql",
        "read_sql",
        "read_sql_query",
        "query_frame",
        "query_arrow",
        "text",
    ]
)
_TELLING = frozenset(
    [
        "debug",
        "info",
        "warning",
        "error",
        "exception",
        "critical",
        "log",
        "print",
        "write",
        "fail",
        "exit",
        "echo",
        "secho",
        "warn",
        "skip",
        "add_argument",
    ]
)
_BEGINS = Pattern(
    r"\s*(?:WITH\b.{1,4000}?\)\s*)?(SELECT\b(?=.{0,4000}?\bFROM\b)|INSERT\s+INTO|UPDATE\s+\S+\s+(?:AS\s+\w+\s+|\w+\s+)?SET|DELETE\s+(?:\w+\s+)?FROM|MERGE\s+INTO|MERGE\s+\S+\s+(?:AS\s+)?\w+\s+USING|TRUNCATE\s+TABLE)\b",
    re.IGNORECASE | re.DOTALL,
)
_INITIALS = frozenset("WSIUDMTwsiudmt")
_COMMENT = Pattern(r"--[^\n]*|/\*.*?\*/|'(?:[^']|'')*'", re.DOTALL)
WORDS = ("SELECT", "INSERT", "UPDATE", "DELETE", "MERGE", "TRUNCATE", "select", "insert", "update", "delete", "merge", "truncate")


class Statement:
    """One statement: the *node* that holds its text, its *verb*, and the *text* without comments and text constants."""

    def __init__(self, node: ast.expr, verb: str, text: str) -> None:
        self.node, self.verb, self.text = node, verb, text


def statements(source: Source) -> list[Statement]:
    """Every statement of a file that is written out, or is an f-string of which the beginning is known."""
    return source.kept("statements", lambda: list(_find(source)))


def statement_of(source: Source, call: ast.Call) -> Statement | None:
    """The statement that a call is given first: written there, or under a name that is given one text in the file."""
    first: ast.expr | None = call.args[0] if call.args else None
    if isinstance(first, ast.Name):
        first = source.kept("once", lambda: _given_once(source)).get(first.id)
    elif isinstance(first, ast.Call) and first.args:
        first = first.args[0]  # text("…")
    by_node = source.kept("by node", lambda: {id(each.node): each for each in statements(source)})
    return by_node.get(id(first))


def _given_once(source: Source) -> dict[str, ast.expr]:
    """Names that are given one value in the file, and that value."""
    found: dict[str, list[ast.expr]] = {}
    for node in source.all(ast.Assign):
        for target in node.targets:
            if isinstance(target, ast.Name):
                found.setdefault(target.id, []).append(node.value)
    return {name: values[0] for name, values in found.items() if len(values) == 1}


def _find(source: Source) -> Iterator[Statement]:
    told = {id(part) for name, call in source.calls if name.rpartition(".")[2] in _TELLING for part in everything(call)}
    told |= {id(part) for node in source.all(ast.Raise, ast.Assert) for part in everything(node)}
    run = {id(call.args[0]) for name, call in source.calls if name.rpartition(".")[2] in QUERIES and call.args}
    formatted = source.all(ast.JoinedStr)
    inside = {id(part) for node in formatted for part in everything(node) if part is not node}
    inside |= {id(part) for node in source.all(ast.BinOp) for part in (node.left, node.right)}
    known = _constants(source)
    for node in [*formatted, *source.strings]:
        if id(node) in told or id(node) in inside:
            continue
        text = _text(node, known)
        for piece in text.split(";"):
            begins = _BEGINS.match(piece) if piece.lstrip()[:1] in _INITIALS else None
            if begins and (id(node) in run or begins[1][:1].isupper() and begins[1][1:2].isupper()):
                yield Statement(node, begins[1].split()[0].upper(), _COMMENT.sub(" ", piece))


def _constants(source: Source) -> dict[str, str]:
    """Names of the module that are given one text."""
    return {
        target.id: node.value.value
        for node in source.tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def _text(node: ast.expr, known: dict[str, str]) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part, known) for part in node.values)
    value = node.value if isinstance(node, ast.FormattedValue) else node
    if isinstance(value, ast.Call) and dotted(value.func).endswith("quote") and len(value.args) == 1:
        value = value.args[0]
    return known.get(value.id, HOLE) if isinstance(value, ast.Name) else HOLE
