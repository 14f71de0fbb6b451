"""The statements of a module, and which of them stand on a line."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import cast

Function = ast.FunctionDef | ast.AsyncFunctionDef
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# what lies inside a compound statement, and what stands in its head
_INSIDE: dict[type, tuple[str, ...]] = {
    **dict.fromkeys((*_DEFINITIONS, ast.With, ast.AsyncWith, ast.ExceptHandler, ast.match_case), ("body",)),
    **dict.fromkeys((ast.If, ast.For, ast.AsyncFor, ast.While), ("body", "orelse")),
    **dict.fromkeys((ast.Try, ast.TryStar), ("body", "handlers", "orelse", "finalbody")),
    ast.Match: ("cases",),
}
_HEAD: dict[type, tuple[str, ...]] = {
    **dict.fromkeys((ast.If, ast.While), ("test",)),
    **dict.fromkeys((ast.For, ast.AsyncFor), ("iter", "target")),
    ast.Match: ("subject",),
    ast.match_case: ("guard",),
}


class Piece:
    """A simple statement, or the head of a compound one, and the functions it lies in, the innermost first."""

    def __init__(self, node: ast.AST, owners: tuple[Function, ...]) -> None:
        self.node, self.owners = node, owners

    @property
    def heads(self) -> tuple[ast.AST, ...]:
        """What the statement says itself, without the statements inside."""
        node = self.node
        if type(node) not in _INSIDE:
            return (node,)
        if isinstance(node, (ast.With, ast.AsyncWith)):
            return tuple(each.context_expr for each in node.items)
        return tuple(each for name in _HEAD.get(type(node), ()) if (each := getattr(node, name)))

    @property
    def first(self) -> int:
        line: int = getattr(self.node if hasattr(self.node, "lineno") else self.heads[0], "lineno", 0)
        return line

    @property
    def last(self) -> int:
        if type(self.node) not in _INSIDE:
            return getattr(self.node, "end_lineno", 0) or self.first
        return max((each.end_lineno for each in self.heads), default=self.first)  # type: ignore[attr-defined]


def pieces(body: Iterable[ast.AST], owners: tuple[Function, ...] = (), closed: list[Function] | None = None) -> Iterator[Piece]:
    """Every statement in *body* and below; functions are not looked into but put into *closed*, where there is such a list."""
    stack: list[tuple[ast.AST, tuple[Function, ...]]] = [(each, owners) for each in body]
    while stack:
        node, owners = stack.pop()
        kind = type(node)
        inside = _INSIDE.get(kind)
        if inside is None or kind is not ast.match_case or node.guard:  # type: ignore[attr-defined]
            yield Piece(node, owners)
        if inside is None:
            continue
        if kind in (ast.FunctionDef, ast.AsyncFunctionDef):
            function = cast(Function, node)
            if closed is not None:
                closed.append(function)
                continue
            owners = (function, *owners)
        for name in inside:
            stack += [(each, owners) for each in getattr(node, name)]


class Lines:
    """Statements by the lines that they begin on."""

    def __init__(self, pieces: list[Piece], firsts: list[int]) -> None:
        self.pieces, self.firsts = pieces, firsts

    @classmethod
    def of(cls, pieces: list[Piece]) -> Lines:
        found = sorted((getattr(each.node, "lineno", 0) or each.first, at) for at, each in enumerate(pieces))
        return cls([pieces[at] for _, at in found], [first for first, _ in found])

    def on(self, line: int) -> Iterator[Piece]:
        firsts = self.firsts
        at = bisect_right(firsts, line) - 1
        while at >= 0 and (firsts[at] == line or self.pieces[at].last >= line):
            yield self.pieces[at]
            at -= 1


class Statements:
    """All statements of a module. A function is looked into when somebody asks for one of its lines: most never are.

    What is built on it is told of each statement once it is known, by `see`.
    """

    def __init__(self, tree: ast.Module) -> None:
        closed: list[Function] = []
        self.known = list(pieces(tree.body, closed=closed))
        self._outer = Lines.of(self.known)
        self._functions = sorted(closed, key=lambda each: each.lineno)
        self._starts = [each.lineno for each in self._functions]
        self._opened: dict[Function, Lines] = {}
        self._tell(self.known)

    def _tell(self, new: list[Piece]) -> None:
        for piece in new:
            self.see(piece)

    def see(self, piece: Piece) -> None:
        """Learn from a statement."""

    def on_line(self, line: int) -> Iterator[Piece]:
        """The statements, and heads of statements, that stand on this line."""
        yield from self._outer.on(line)
        if inside := self.open(line):
            yield from inside.on(line)

    def open(self, line: int) -> Lines | None:
        """Look into the function that this line lies in."""
        at = bisect_right(self._starts, line) - 1
        function = self._functions[at] if at >= 0 else None
        if function is None or (function.end_lineno or 0) < line:
            return None
        if function not in self._opened:
            inside = list(pieces(function.body, (function,)))
            self._opened[function] = Lines.of(inside)
            self.known += inside
            self._tell(inside)
        return self._opened[function]

    @property
    def all_open(self) -> bool:
        return len(self._opened) == len(self._functions)

    def open_all(self) -> None:
        for start in self._starts:
            self.open(start)
