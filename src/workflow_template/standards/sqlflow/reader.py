"""Reads a module statement by statement: what each name holds at each point, what was proven of it, where SQL was found."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from workflow_template.standards.sqlflow.arguments import MOST_READINGS, arguments_of
from workflow_template.standards.sqlflow.module import Module, name_of, parameters
from workflow_template.standards.sqlflow.pieces import Function
from workflow_template.standards.sqlflow.places import key_of, same
from workflow_template.standards.sqlflow.values import CHECKED, CLEAN, HOLE, Env, Place, Value, either, joined, together, unknown


class Exhausted(Exception):
    """Reading on would take too long."""


class Tables:
    """What to do for each type of node."""

    def __init__(
        self,
        expressions: dict[type, Callable[[Reader, Any], Value]],
        statements: dict[type, Callable[[Reader, Any], bool | None]],
        proofs: dict[type, Callable[[Reader, Any, bool], None]],
        escape: Callable[[Reader, Value, ast.AST, str], None],
    ) -> None:
        self.expressions, self.statements, self.proofs, self.escape = expressions, statements, proofs, escape


Found = dict[Place, tuple[Value, str]]  # where data met text: the text, and who runs it


class Outcome(NamedTuple):
    """What reading a function told: what it returns, which parameters it proved, what it left in the fields of `self`, what was found."""

    value: Value
    proven: frozenset[str] = frozenset()
    fields: tuple[tuple[object, Value], ...] = ()
    found: Found = {}


class Frame:
    """The function that is being read. *exits* are what names held where each open loop was left early, *ends* where it returned."""

    __slots__ = ("ends", "exits", "function", "inside", "kind", "meaning", "quiet", "returns")

    def __init__(
        self,
        kind: str = "",
        *,
        function: Function | None = None,
        inside: bool = False,
        quiet: bool = False,
        meaning: dict[str, ast.expr] | None = None,
    ) -> None:
        self.kind, self.function, self.inside, self.quiet = kind, function, inside, quiet
        self.returns: list[Value] = []
        self.ends: list[Env] = []
        self.exits: list[list[Env]] = []
        self.meaning: dict[str, ast.expr] = dict(meaning or {})


class Reader:
    """`env` is what names hold now, by their path: `x`, `x.y`, `x['y']`."""

    def __init__(self, module: Module, tables: Tables, steps: int) -> None:
        self.module, self.tables, self.steps = module, tables, steps
        self.env: Env = {}
        self.globals: Env = self.env
        self.frame = Frame()
        self.found: Found = {}
        self.called: set[ast.AST] = set()
        self.outcomes: dict[Any, Outcome] = {}
        self.readings: Counter[ast.AST] = Counter()
        self.fields: dict[str, Env] = {name: {} for name in module.classes}
        self.rooted: set[str] = set()  # names with something known of their parts
        self.checking: set[ast.AST] = set()  # tests of this module's own functions that are being looked at
        self.later: dict[str, ast.stmt] = {}  # definitions not read yet
        self.closures: dict[ast.AST, Env] = {}
        self.loops = 0

    # dispatch

    def read(self, node: ast.expr) -> Value:
        see = self.tables.expressions.get(type(node))
        return see(self, node) if see else CLEAN

    def block(self, statements: Iterable[ast.stmt]) -> bool:
        """Read statements. Returns whether their end can be reached."""
        for node in statements:
            self.step()
            do = self.tables.statements.get(type(node))
            if do is None:
                self.read_inside(node)
            elif do(self, node) is False:
                return False
        return True

    def step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise Exhausted

    def read_inside(self, node: ast.AST) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                self.read(child)

    def prove(self, test: ast.expr, truth: bool) -> None:
        """Take for proven what this test says when it is true, or false."""
        see = self.tables.proofs.get(type(test))
        if see:
            see(self, test, truth)

    def escape(self, value: Value, node: ast.AST, where: str) -> None:
        self.tables.escape(self, value, node, where)

    # places

    def lookup(self, name: str) -> Value | None:
        found = self.env.get(name)
        if found is None:
            if name in self.later:
                self.settle(name)
            found = self.globals.get(name)
        return found

    def settle(self, name: str) -> None:
        """Read a definition of the module that was left until somebody asks for it."""
        node = self.later.pop(name, None)
        if node is not None:
            kept = self.env, self.frame
            if self.frame.inside:
                self.env, self.frame = self.globals, Frame()
            try:
                self.block([node])
                if name in self.env:
                    self.globals[name] = self.env[name]
            finally:
                self.env, self.frame = kept

    @contextmanager
    def aside(self) -> Iterator[Env]:
        """Read on a copy of what names hold, which is dropped in the end."""
        kept, self.env = self.env, dict(self.env)
        try:
            yield self.env
        finally:
            self.env = kept

    def merge(self, *ends: Env | None) -> bool:
        """Go on after branches that ended so, None for those that left. Returns whether any did not."""
        alive = [env for env in ends if env is not None]
        if alive:
            self.env = joined(alive)
        return bool(alive)

    def clean(self, node: ast.expr) -> None:
        """Take the place as proven."""
        node = same(node)
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            for each in node.elts:
                self.clean(each)
        elif key := key_of(node):
            self.hold(key, CHECKED)

    def clean_each(self, node: ast.expr) -> None:
        """Take the elements of a container (the keys of a mapping) as proven."""
        node = same(node)
        if isinstance(node, (ast.Tuple, ast.List, ast.Set)):
            self.clean(node)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in ("items", "split", "keys"):
            self.clean_each(node.func.value)
        elif key := key_of(node):
            self.hold(key, self.read(node)._replace(each=CHECKED, parts=()))

    def assign(self, target: ast.expr, value: Value, source: ast.expr | None = None) -> None:
        if isinstance(target, ast.Name):
            self._assign_name(target.id, value, source)
        elif isinstance(target, ast.Attribute):
            self._assign_attribute(target, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            for at, each in enumerate(target.elts):
                whole = isinstance(each, ast.Starred)
                inside = value.part(at)
                self.assign(
                    each.value if isinstance(each, ast.Starred) else each, value if whole else value.element if inside is None else inside
                )
        elif isinstance(target, ast.Subscript):
            self.add(target.value, value, target.slice)

    def _assign_name(self, name: str, value: Value, source: ast.expr | None) -> None:
        self._forget(name)
        self.env[name] = value
        self.frame.meaning.pop(name, None)
        if isinstance(
            source, (ast.Compare, ast.Call, ast.BoolOp, ast.ListComp, ast.SetComp, ast.GeneratorExp, ast.BinOp, ast.UnaryOp, ast.Attribute)
        ):
            self.frame.meaning[name] = source

    def _assign_attribute(self, target: ast.Attribute, value: Value) -> None:
        if not (key := key_of(target)):
            return
        self._forget(key)
        self.hold(key, value)
        if name_of(target.value) in ("self", "cls") and self.frame.kind:
            known = self.fields[self.frame.kind]
            known[target.attr] = either([known[target.attr], value]) if target.attr in known else value

    def hold(self, key: str, value: Value) -> None:
        """Let a path hold a value."""
        if not key.isidentifier():
            self.rooted.add(key.partition(".")[0].partition("[")[0])
        self.env[key] = value

    def _forget(self, key: str) -> None:
        if key.partition(".")[0].partition("[")[0] not in self.rooted:
            return
        for stale in [each for each in self.env if each.startswith(key) and each[len(key) : len(key) + 1] in (".", "[")]:
            del self.env[stale]

    def add(self, where: ast.expr, value: Value, name: ast.expr | None = None) -> None:
        """Put *value* into a container, under *name* in a mapping."""
        old = self.read(where)
        each = self.read(name) if name is not None else value
        parts = dict(old.parts)
        if name is not None and not parts and old.data is not None:
            parts["**"] = old  # what it held before, under names that are not known
        if isinstance(name, ast.Constant):
            parts[name.value] = value
        elif name is not None:
            parts[ast.unparse(name)] = value
        if name is None and old.data is not None and old.text == HOLE and value.data is None:
            return
        new = together([old, value] if old.text else [value], where, "\n")
        known = tuple(parts.items()) if name is not None else ()
        new = new._replace(parts=known, each=either([each] if old.each is None else [old.each, each]), place=old.place or value.place)
        if isinstance(where, ast.Attribute):
            self._assign_attribute(where, new)
        elif key := key_of(where):
            self.hold(key, new)

    # functions

    def enter(self, function: Function, given: Env, outer: Env, me: Value | None = None) -> Outcome:
        """Read a function with these arguments, the others being data. What is found in it is added to what was found so far."""
        arguments = arguments_of(self, function, given, me)
        key = (function, id(outer) if outer else 0, *arguments.values())
        if key not in self.outcomes:
            if self.readings[function] >= MOST_READINGS:
                return Outcome(either(each.value for other, each in self.outcomes.items() if other[0] is function))
            self.readings[function] += 1
            self.outcomes[key] = Outcome(unknown(function))
            self.outcomes[key] = self._read_function(function, {**outer, **arguments})
        outcome = self.outcomes[key]
        for place, each in outcome.found.items():
            self.found.setdefault(place, each)
        if isinstance(outcome.value.data, ast.arg) and (value := given.get(outcome.value.data.arg)) is not None and value.data is not None:
            return outcome._replace(value=outcome.value._replace(data=value.data))
        return outcome

    def _read_function(self, function: Function, env: Env) -> Outcome:
        kind = self.module.owners.get(function, "")
        quiet = any(re.search("Error|Exception|Warning|Exit$", name_of(base)) for base in self.module.bases(kind))
        kept = self.env, self.frame, self.found
        if not self.frame.inside:
            self.globals = self.env
        self.env, self.found = env, {}
        self.frame = Frame(kind or self.frame.kind, function=function, inside=True, quiet=quiet, meaning=self.frame.meaning)
        try:
            ends = [self.env] if self.block(function.body) else []
            ends += self.frame.ends
            proven = frozenset(each.arg for each in parameters(function) if ends and all(env.get(each.arg) is CHECKED for env in ends))
            fields = tuple((name[5:], value) for name, value in self.env.items() if name.startswith("self.") and name.count(".") == 1)
            returned = CLEAN if self.module.is_clean_type(function.returns) else either(self.frame.returns)
            return Outcome(returned, proven, fields, self.found)
        finally:
            self.env, self.frame, self.found = kept
