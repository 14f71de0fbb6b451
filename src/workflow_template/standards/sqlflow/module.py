"""What a module defines: its functions, classes and imports, and the statements they are made of."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable
from functools import cached_property
from typing import cast

from workflow_template.standards.sqlflow import words
from workflow_template.standards.sqlflow.pieces import Function, Piece, Statements
from workflow_template.standards.sqlflow.text import Text

_RECORDS = frozenset(("NamedTuple", "BaseModel", "BaseSettings", "TypedDict", "Struct", "SQLModel"))
# words that stand where a function defines something for the whole module
_DEFINING = ("class", "import", "lambda", "add_argument", "option", "argument")
MOST_ASKED = 40  # names that are looked for one by one
MOST_FAMILY = 30  # classes that one comes from


def name_of(node: ast.AST | None) -> str:
    """The last name of `x`, `a.x`."""
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def root_of(node: ast.AST) -> str:
    """The first name of `x.a[0].b()`."""
    while isinstance(node, (ast.Attribute, ast.Subscript, ast.Call)):
        node = node.func if isinstance(node, ast.Call) else node.value
    return name_of(node)


def parameters(function: Function | ast.Lambda) -> list[ast.arg]:
    given = function.args
    return [*given.posonlyargs, *given.args, *given.kwonlyargs, *(each for each in (given.vararg, given.kwarg) if each)]


class Module(Statements):
    """What the statements of a module tell; expressions are not looked into."""

    def __init__(self, tree: ast.Module, text: Text) -> None:
        self.tree, self.text = tree, text
        self.lambdas: set[str] = set()  # names that a lambda was given to
        self.functions: list[Function] = []
        self.function_names: set[str] = set()
        self.parameter_names: set[str] = set()
        self.classes: dict[str, ast.ClassDef] = {}
        self.methods: dict[str, dict[str, Function]] = {}
        self.owners: dict[Function, str] = {}
        self.enums: set[str] = set()
        self.imports: dict[str, str] = {}
        self.renamed: set[str] = set()  # imports in capitals that are no constants, as `import ElementTree as ET`
        self.clean_fields = set(words.CLEAN_FIELDS)
        self.options: set[str] = set()
        self._clean_types: dict[ast.AST, bool] = {}
        self._given: dict[str, list[Piece]] = {}
        self._asked: set[str] = set()
        self._used: dict[str, tuple[int, int]] = {}
        self._families: dict[str, list[str]] = {}
        super().__init__(tree)
        for line in sorted(text.lines_with(_DEFINING)) if text.text.isascii() else ():
            self.open(line)
        if not text.text.isascii():  # names may be written in more than one way
            self.open_all()
        self.by_name = {each.name: each for each in tree.body if isinstance(each, Function)}
        self.top = {*tree.body, *(each for kind in self.classes.values() for each in kind.body)}

    def see(self, piece: Piece) -> None:
        if see := _SIGHT.get(type(piece.node)):
            see(self, piece)

    def given(self, name: str) -> list[Piece]:
        """The statements that give a value to this name, or to a field of this name."""
        if name not in self._asked and not self.all_open:
            self._asked.add(name)
            for line in self.text.lines_that_may_give(name):
                self.open(line)
            if len(self._asked) > MOST_ASKED:
                self.open_all()
        return self._given.get(name, [])

    def has_function(self, name: str) -> bool:
        if name not in self.function_names and not self.all_open:
            for line in self.text.lines_with([name]):
                self.open(line)
        return name in self.function_names

    def is_clean_type(self, annotation: ast.AST | None) -> bool:
        """Whether no value of this type can hold SQL text of its own."""
        if annotation is None:
            return False
        if isinstance(annotation, ast.Name):
            return annotation.id in words.CLEAN_TYPES or annotation.id in self.enums
        if annotation not in self._clean_types:
            self._clean_types[annotation] = self._is_clean_type(annotation)
        return self._clean_types[annotation]

    def _is_clean_type(self, annotation: ast.AST) -> bool:
        clean = words.CLEAN_TYPES | self.enums
        if isinstance(annotation, ast.Constant):
            return annotation.value in clean
        if isinstance(annotation, ast.Subscript) and name_of(annotation.value) == "Literal":
            return True
        names = {name_of(node) for node in ast.walk(annotation) if isinstance(node, (ast.Name, ast.Attribute))}
        return bool(names & clean) and names <= clean | words.TYPE_FRAMES

    def is_record(self, node: ast.ClassDef) -> bool:
        """Whether its annotated fields are arguments of its constructor."""
        if any(name_of(base) in _RECORDS for base in node.bases):
            return True
        return any(re.search("dataclass|define|attrs", ast.unparse(each)) for each in node.decorator_list)

    def family(self, name: str) -> list[str]:
        """A class, the classes it comes from and those that come from it, as far as this module defines them."""
        if name not in self._families:
            found = {name: None}
            for each in (waiting := [name]):
                new = [base for node in self.bases(each) if (base := name_of(node)) in self.classes and base not in found]
                waiting += new[: MOST_FAMILY - len(found)]
                found |= dict.fromkeys(new)
            self._families[name] = [*found, *(each for each in self._children.get(name, ()) if each not in found)]
        return self._families[name]

    @cached_property
    def _children(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for name in self.classes:
            for node in self.bases(name):
                found.setdefault(name_of(node), []).append(name)
        return found

    def bases(self, name: str) -> list[ast.expr]:
        return self.classes[name].bases if name in self.classes else []

    def method(self, kind: str, name: str) -> Function | None:
        """The method that an object of this class has; a subclass's where the class has none."""
        return next((found for each in self.family(kind) if (found := self.methods.get(each, {}).get(name))), None)

    def setters(self, kind: str, field: str) -> list[Function]:
        """The methods of a class, and of those it comes from, that put something into this field of `self`; the constructor first."""
        family = self.family(kind)
        methods = {each for piece in self.given(field) for each in piece.owners if self.owners.get(each) in family}
        return sorted(methods, key=lambda each: (each.name != "__init__", -each.lineno))

    def only_method(self, name: str) -> Function | None:
        """The one method of this name in the module, for a call on an object we do not know."""
        found = [methods[name] for methods in self.methods.values() if name in methods]
        return found[0] if len(found) == 1 and not hasattr(str, name) and not hasattr(dict, name) and not hasattr(list, name) else None

    def is_inlined(self, function: Function) -> bool:
        """Whether every use of a function is a call in this module: what it is given is then known."""
        name, owned = function.name, function in self.owners
        private = name.startswith("_") and not name.endswith("__")
        if owned and any(name_of(each) in ("staticmethod", "classmethod") for each in function.decorator_list):
            return self._is_called_by_class(function)
        if owned and not private or len(function.decorator_list) > private:
            return False
        return self.is_only_called(name)

    def is_only_called(self, name: str) -> bool:
        """Whether a name stands once without a call behind it, where it is defined."""
        if name not in self._used:
            self._used[name] = self._uses(name)
        seen, called = self._used[name]
        return 0 < called == seen - 1

    def _is_called_by_class(self, function: Function) -> bool:
        """Whether it always stands as `Class.name(`, `self.name(`, `cls.name(`."""
        text, name = self.text.text, function.name
        owners = tuple(f"{each}." for each in ("self", "cls", *self.family(self.owners[function])))
        others = [at for at in self.text.positions(name) if not text.endswith("def ", 0, at)]
        return bool(others) and all(text.endswith(owners, 0, at) and text.startswith("(", at + len(name)) for at in others)

    def _uses(self, name: str) -> tuple[int, int]:
        """How often a name stands in the module, and how often as a call."""
        text, size = self.text.text, len(name)
        found = [(text[at - 4 : at], text[at + size : at + size + 1]) for at in self.text.positions(name)]
        return len(found), sum(after == "(" and before != "def " for before, after in found)


def targets_of(node: ast.AST) -> list[ast.expr]:
    """The places that a statement gives a value to."""
    if isinstance(node, ast.Assign):
        return [each for target in node.targets for each in (target.elts if isinstance(target, (ast.Tuple, ast.List)) else [target])]
    return [node.target] if isinstance(node, (ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor)) else []


def _see_function(module: Module, piece: Piece) -> None:
    node = cast(Function, piece.node)
    module.functions.append(node)
    module.function_names.add(node.name)
    module.parameter_names.update([each.arg for each in parameters(node)])
    for each in node.decorator_list:
        _see_option(module, each)


def _see_import(module: Module, piece: Piece) -> None:
    node = cast("ast.Import | ast.ImportFrom", piece.node)
    for alias in node.names:
        name, origin = alias.asname or alias.name, getattr(node, "module", None) or alias.name
        if not piece.owners or name not in module.imports:
            module.imports[name] = origin
            if alias.asname and not alias.name.isupper():
                module.renamed.add(name)


def _see_class(module: Module, piece: Piece) -> None:
    node = cast(ast.ClassDef, piece.node)
    hidden = piece.owners and node.name in module.classes  # by one of the same name outside of functions
    methods: dict[str, Function] = {}
    if not hidden:
        module.classes[node.name], module.methods[node.name] = node, methods
    if any(re.search(r"Enum$|Flag$", name_of(base)) for base in node.bases):
        module.enums.add(node.name)
    for each in node.body:
        if isinstance(each, Function):
            methods[each.name] = each
            module.owners[each] = node.name
        elif isinstance(each, ast.AnnAssign) and module.is_clean_type(each.annotation):
            module.clean_fields.add(name_of(each.target))


def _see_giving(module: Module, piece: Piece) -> None:
    for target in targets_of(piece.node):
        name = target.id if type(target) is ast.Name else name_of(target)
        if name in module._given:
            module._given[name].append(piece)
        else:
            module._given[name] = [piece]


def _see_assign(module: Module, piece: Piece) -> None:
    _see_giving(module, piece)
    node = cast(ast.Assign, piece.node)
    if type(node.value) is ast.Call:
        _see_option(module, node.value)
    elif type(node.value) is ast.Lambda:
        module.lambdas |= set(map(name_of, node.targets))


def _see_call(module: Module, piece: Piece) -> None:
    _see_option(module, cast(ast.Expr, piece.node).value)


def _see_option(module: Module, node: ast.expr) -> None:
    """Remember an option of argparse, click or typer that takes a number or one of listed choices."""
    if not isinstance(node, ast.Call) or name_of(node.func) not in ("add_argument", "option", "argument") or not node.args:
        return
    given = {word.arg: word.value for word in node.keywords}
    kind = given.get("type")
    kind = kind.func if isinstance(kind, ast.Call) else kind
    counts = "action" in given and "store'" not in ast.unparse(given["action"])
    if "choices" in given or name_of(kind) in words.CLEAN_TYPES or "is_flag" in given or counts:
        dest = given.get("dest")
        names = [dest] if dest else node.args
        module.options |= {str(each.value).lstrip("-").replace("-", "_") for each in names if isinstance(each, ast.Constant)}


_SIGHT: dict[type, Callable[[Module, Piece], None]] = {
    **dict.fromkeys((ast.AnnAssign, ast.AugAssign, ast.For, ast.AsyncFor), _see_giving),
    ast.FunctionDef: _see_function,
    ast.AsyncFunctionDef: _see_function,
    ast.Import: _see_import,
    ast.ImportFrom: _see_import,
    ast.ClassDef: _see_class,
    ast.Expr: _see_call,
    ast.Assign: _see_assign,
}
