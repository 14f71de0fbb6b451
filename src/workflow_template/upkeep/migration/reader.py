"""Read from one Python file what it imports, which places and names of files it uses, and what its tests are. One walk, no judgement."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from typing import NamedTuple

from workflow_template.upkeep.migration.source import Source
from workflow_template.upkeep.migration.where import Evaluator, Scope, Where

_SEARCH_PATH = {"sys.path.insert", "sys.path.append", "sys.path.extend", "site.addsitedir"}
_MODULE_BY_NAME = {"importlib.import_module", "__import__", "importlib.__import__", "runpy.run_module", "pytest.importorskip"}
_PATCHES = {"patch", "setattr", "delattr", "object"}
_OPENERS = {
    *("open", "read_csv", "read_excel", "read_json", "read_parquet", "read_table", "read_pickle", "read_xml", "read_feather", "read_fwf"),
    *("load_workbook", "connect", "loadtxt", "genfromtxt", "exists", "isfile", "isdir", "getsize", "listdir", "scandir", "stat", "lstat"),
    *("copy", "copyfile", "copy2", "copytree", "move", "glob", "iglob", "run_path", "spec_from_file_location", "ZipFile", "parse", "input"),
    *("getmtime", "ExcelFile", "scan_csv", "scan_parquet", "open_workbook", "from_file", "SourceFileLoader", "DBF", "fromfile"),
}
_FILE_FUNCTIONS = {"open", "read_csv", "read_excel", "read_json", "read_parquet", "exists", "isfile", "isdir"}
_COMMANDS = {"run", "Popen", "call", "check_call", "check_output", "system", "popen", "execv", "execvp", "run_script"}
_WORDS = {
    *("startswith", "endswith", "replace", "split", "rsplit", "strip", "lstrip", "rstrip", "find", "index", "count", "format", "join"),
    *(
        "debug",
        "info",
        "warning",
        "error",
        "exception",
        "critical",
        "log",
        "print",
        "raises",
        "match",
        "assertEqual",
        "assertIn",
        "get",
        "pop",
    ),
    *("add_argument", "getenv", "setenv", "compile", "search", "fullmatch", "sub", "partition", "rpartition", "assertTrue", "fail", "skip"),
}


class Import(NamedTuple):
    """One module that is imported. *module* is empty in `from . import name`; *names* are what is taken from it, with their `as`."""

    line: int
    level: int
    module: str
    names: tuple[tuple[str, str | None], ...]
    node: ast.stmt | ast.Constant
    top: ast.stmt
    place: ast.expr | None = None


class Use(NamedTuple):
    """A place in the repository that the code means, and for what: syspath, chdir, cwd, define or other."""

    where: Where
    context: str
    scope: Scope
    defines: str = ""


class Word(NamedTuple):
    """A string that may name a file. *context* is file (a function takes it that takes a `Path`, too), open, command, call,
    define, syspath, word (no path) or other.

    In a *pattern*, `*` stands for the unknown.
    """

    text: str
    line: int
    context: str
    node: ast.expr
    pattern: bool
    defines: str = ""


class Facts:
    """What one file says of itself."""

    def __init__(self, source: Source, exists: Callable[[str], bool]) -> None:
        self.source = source
        self.imports: list[Import] = []
        self.uses: list[Use] = []
        self.words: list[Word] = []
        self.tests: list[str] = []
        self.fixtures: dict[str, int] = {}
        self.asked: set[str] = set()
        self.evaluator = Evaluator(source.path, {}, exists)
        self.module = Scope()
        self._todo: list[tuple[ast.expr, Scope, str, ast.stmt, str]] = []
        self._statements(source.tree.body, self.module, None)
        for expression, scope, context, top, defines in self._todo:
            self._visit(expression, scope, context, top, defines)

    @property
    def uses_pytest(self) -> bool:
        return any(each.module.split(".")[0] in ("pytest", "unittest") for each in self.imports)

    @property
    def changes_folder(self) -> bool:
        return any(use.context == "chdir" for use in self.uses)

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
        if isinstance(node, ast.Import):
            for alias in node.names:
                self.imports.append(Import(node.lineno, 0, alias.name, ((alias.name, alias.asname),), node, top))
                self._alias(alias.asname or alias.name.split(".")[0], alias.name if alias.asname else alias.name.split(".")[0], scope)
            return
        names = tuple((alias.name, alias.asname) for alias in node.names)
        self.imports.append(Import(node.lineno, node.level, node.module or "", names, node, top))
        for name, asname in names:
            self._alias(asname or name, f"{node.module}.{name}" if not node.level else "", scope)

    def _alias(self, name: str, means: str, scope: Scope) -> None:
        scope.bind(name, None)
        self.evaluator.aliases.setdefault(name, means)

    def _function(self, node: ast.FunctionDef | ast.AsyncFunctionDef, scope: Scope, top: ast.stmt) -> None:
        scope.bind(node.name, None)
        inner = Scope(scope, "function")
        every = [*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs, node.args.vararg, node.args.kwarg]
        for argument in every:
            if argument:
                inner.bind(argument.arg, None)
        is_fixture = any("fixture" in ast.unparse(each) for each in node.decorator_list)
        if is_fixture:
            self.fixtures[node.name] = node.lineno
        if scope.kind != "function" and node.name.startswith("test") and not is_fixture:
            self.tests.append(node.name)
        if is_fixture or node.name.startswith("test"):
            self.asked |= {argument.arg for argument in every if argument}
        defaults = [each for each in (*node.args.defaults, *node.args.kw_defaults) if each]
        self._later([*node.decorator_list, *defaults], scope, "other", top)
        self._statements(node.body, inner, top)

    def _class(self, node: ast.ClassDef, scope: Scope, top: ast.stmt) -> None:
        before = len(self.tests)
        self._statements(node.body, Scope(scope, "class"), top)
        is_test = node.name.startswith("Test") or any("TestCase" in ast.unparse(base) for base in node.bases)
        if not is_test:
            del self.tests[before:]
        self.tests[before:] = [f"{node.name}::{name}" for name in self.tests[before:]]

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
        if node.value is not None:
            syspath = any(_is_search_path(target) for target in targets)
            self._later([node.value], scope, "syspath" if syspath else "define" if name else "other", top, name)

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

    # expressions: places, names of files, modules by name

    def _visit(self, node: ast.expr, scope: Scope, context: str, top: ast.stmt, defines: str = "") -> None:
        if type(node) in _PLACES and (value := self.evaluator.value(node, scope)):
            self.uses.append(Use(value, context, scope, defines if not value.tail else ""))
            if value.tail and value.base != "file":
                self.words.append(Word(value.tail, node.lineno, "open", node, True))
            return
        if isinstance(node, ast.Constant):
            if isinstance(node.value, str) and node.value:
                self._word(node, node.value, context, defines)
        elif isinstance(node, ast.Call):
            self._call(node, scope, top)
        elif isinstance(node, (ast.JoinedStr, ast.BinOp)):
            self._pattern(node, scope, context, top)
        elif isinstance(node, ast.Compare):
            for each in (node.left, *node.comparators):
                self._visit(each, scope, "word", top)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)):
            self._visit_all(node, _hiding(node, scope), top)
        else:
            kept = context if isinstance(node, (ast.List, ast.Tuple, ast.Starred)) and context != "call" or context == "word" else "other"
            for child in _expressions(node):
                self._visit(child, scope, kept, top, defines if isinstance(node, (ast.List, ast.Tuple)) else "")

    def _visit_all(self, node: ast.expr, scope: Scope, top: ast.stmt) -> None:
        for child in _expressions(node):
            self._visit(child, scope, "other", top)

    def _word(self, node: ast.Constant, text: str, context: str, defines: str) -> None:
        if len(text) < 500 and "\n" not in text:
            self.words.append(Word(text, node.lineno, context, node, False, defines))

    def _pattern(self, node: ast.JoinedStr | ast.BinOp, scope: Scope, context: str, top: ast.stmt) -> None:
        text = self.evaluator.text(node, scope)
        if text and "*" in text and "\n" not in text:
            self.words.append(Word(text, node.lineno, context if context == "word" else "open", node, True))
        for child in _expressions(node):
            if not isinstance(child, ast.Constant):
                self._visit(child, scope, "other", top)
            elif isinstance(child.value, str):
                part = isinstance(node, ast.JoinedStr) or isinstance(node.op, ast.Div)
                self._word(child, child.value, "word" if part else context, "")

    def _call(self, node: ast.Call, scope: Scope, top: ast.stmt) -> None:
        called = self.evaluator.dotted(node.func)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else called.rsplit(".", 1)[-1]
        self._module_by_name(node, called, last, top)
        if isinstance(node.func, ast.Attribute):
            self._visit(node.func.value, scope, "word" if last in _WORDS else "other", top)
        context = _context_of(called, last)
        for argument in node.args:
            self._visit(argument, scope, context, top)
        for keyword in node.keywords:
            self._visit(keyword.value, scope, "cwd" if keyword.arg == "cwd" else context, top)

    def _module_by_name(self, node: ast.Call, called: str, last: str, top: ast.stmt) -> None:
        first = node.args[0] if node.args else None
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            return
        text = first.value
        if called in _MODULE_BY_NAME and _is_dotted(text):
            self.imports.append(Import(node.lineno, 0, text, (), first, top, node))
        elif last in _PATCHES and "." in text and _is_dotted(text):
            self.imports.append(Import(node.lineno, 0, text.rsplit(".", 1)[0], (), first, top, node))


_PLACES = {ast.Name, ast.Attribute, ast.Subscript, ast.BinOp, ast.JoinedStr, ast.Call}


def _context_of(called: str, last: str) -> str:
    if called in _SEARCH_PATH:
        return "syspath"
    if last == "chdir":
        return "chdir"
    if last in _COMMANDS:
        return "command"
    if last in _FILE_FUNCTIONS:
        return "file"
    if last in _OPENERS:
        return "open"
    return "word" if last in _WORDS else "call"


def _hiding(node: ast.expr, scope: Scope) -> Scope:
    """The scope of a comprehension or lambda, whose own names hide those outside."""
    inner = Scope(scope, "function")
    if isinstance(node, ast.Lambda):
        names = [argument.arg for argument in ast.walk(node.args) if isinstance(argument, ast.arg)]
    else:
        names = [each.id for each in ast.walk(node) if isinstance(each, ast.Name) and isinstance(each.ctx, ast.Store)]
    inner.names = dict.fromkeys(names)
    return inner


def _is_dotted(text: str) -> bool:
    return all(part.isidentifier() for part in text.split("."))


def _is_search_path(target: ast.expr) -> bool:
    inner = target.value if isinstance(target, ast.Subscript) else target
    return isinstance(inner, ast.Attribute) and inner.attr == "path" and isinstance(inner.value, ast.Name) and inner.value.id == "sys"


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif not isinstance(child, ast.expr_context):
            yield from _expressions(child)
