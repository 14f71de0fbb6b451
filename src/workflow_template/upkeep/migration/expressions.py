"""Read the expressions of a Python file: places, names of files, modules by name, and what is called."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from workflow_template.upkeep.migration.acts import deeds
from workflow_template.upkeep.migration.facts import Facts, Import, Use, Word
from workflow_template.upkeep.migration.scope import Scope

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
_HIDDEN = {
    *("inspect.getfile", "inspect.getsourcefile", "pkg_resources.resource_filename", "pkg_resources.resource_string", "pkgutil.get_data"),
    *("importlib.resources.files", "importlib.resources.path", "importlib.resources.open_text", "importlib.resources.read_text"),
}
_WORDS = {
    *("startswith", "endswith", "replace", "split", "rsplit", "strip", "lstrip", "rstrip", "find", "index", "count", "format", "join"),
    *("debug", "info", "warning", "error", "exception", "critical", "log", "print", "raises", "match", "get", "pop", "assertEqual"),
    *(
        "assertIn",
        "add_argument",
        "getenv",
        "setenv",
        "compile",
        "search",
        "fullmatch",
        "sub",
        "partition",
        "rpartition",
        "assertTrue",
        "fail",
        "skip",
    ),
}


class Expressions:
    """Puts into *facts* what expressions say."""

    def __init__(self, facts: Facts) -> None:
        self.facts, self.evaluator = facts, facts.evaluator

    def visit(self, node: ast.expr, scope: Scope, context: str, top: ast.stmt, defines: str = "") -> None:
        if type(node) in _PLACES and (value := self.evaluator.value(node, scope)):
            self.facts.uses.append(Use(value, context, scope, defines if not value.tail else ""))
            if value.tail and value.base != "file":
                self.facts.words.append(Word(value.tail, node.lineno, "open", node, True))
            return
        if isinstance(node, ast.Constant):
            self._word(node, context, defines)
        elif isinstance(node, ast.Call):
            self._call(node, scope, top)
        elif isinstance(node, (ast.JoinedStr, ast.BinOp)):
            self._pattern(node, scope, context, top)
        elif isinstance(node, ast.Compare):
            self._compare(node, scope, top)
        elif isinstance(node, (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp, ast.Lambda)):
            self._visit_all(node, _hiding(node, scope), "other", top)
        else:
            listed = isinstance(node, (ast.List, ast.Tuple, ast.Starred)) and context != "call"
            self._visit_all(node, scope, context if listed or context == "word" else "other", top, defines if listed else "")

    def _visit_all(self, node: ast.expr, scope: Scope, context: str, top: ast.stmt, defines: str = "") -> None:
        for child in _expressions(node):
            self.visit(child, scope, context, top, defines)

    def _compare(self, node: ast.Compare, scope: Scope, top: ast.stmt) -> None:
        for each in (node.left, *node.comparators):
            if isinstance(each, ast.Name):
                self.facts.compared.add(each.id)
            self.visit(each, scope, "word", top)

    def _word(self, node: ast.Constant, context: str, defines: str) -> None:
        text = node.value
        if isinstance(text, str) and text and len(text) < 500 and "\n" not in text:
            self.facts.words.append(Word(text, node.lineno, context, node, False, defines))

    def _pattern(self, node: ast.JoinedStr | ast.BinOp, scope: Scope, context: str, top: ast.stmt) -> None:
        if isinstance(node, ast.JoinedStr):
            self.evaluator.formatted.append(node)
        text = self.evaluator.text(node, scope)
        if text and "*" in text and _FILE_LIKE.fullmatch(text):
            self.facts.words.append(Word(text, node.lineno, context if context == "word" else "open", node, True))
        for child in _expressions(node):
            if not isinstance(child, ast.Constant):
                self.visit(child, scope, "other", top)
            else:
                part = isinstance(node, ast.JoinedStr) or isinstance(node.op, ast.Div)
                self._word(child, "word" if part else context, "")

    def _call(self, node: ast.Call, scope: Scope, top: ast.stmt) -> None:
        called = self.evaluator.dotted(node.func)
        last = node.func.attr if isinstance(node.func, ast.Attribute) else called.rsplit(".", 1)[-1]
        self._module_by_name(node, called, last, top)
        if called in _HIDDEN:
            self.facts.hidden.append(node.lineno)
        for deed in deeds(node):
            self.facts.acts = self.facts.acts.seen(deed, node.lineno)
        if isinstance(node.func, ast.Attribute):
            self.visit(node.func.value, scope, "word" if last in _WORDS else "other", top)
        context = _context_of(called, last)
        for argument in node.args:
            self.visit(argument, scope, context, top)
        for keyword in node.keywords:
            self.visit(keyword.value, scope, "cwd" if keyword.arg == "cwd" else context, top)

    def _module_by_name(self, node: ast.Call, called: str, last: str, top: ast.stmt) -> None:
        first = node.args[0] if node.args else None
        if not (isinstance(first, ast.Constant) and isinstance(first.value, str)):
            return
        text = first.value
        if called in _MODULE_BY_NAME and _is_dotted(text):
            self.facts.imports.append(Import(node.lineno, 0, text, (), first, top.lineno, False))
        elif last in _PATCHES and "." in text and _is_dotted(text):
            self.facts.imports.append(Import(node.lineno, 0, text.rsplit(".", 1)[0], (), first, top.lineno, False))


_FILE_LIKE = re.compile(r"\S*(\.\w+|/)\S*")
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


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.expr):
            yield child
        elif not isinstance(child, ast.expr_context):
            yield from _expressions(child)
