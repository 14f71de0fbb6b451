"""Which place in the repository an expression of Python means: `Path(__file__).parent / "utils"`, `os.path.join(HERE, "..")`.

Only what is certain is answered. A name counts when it is bound once; what is added at run time is a pattern, with `*` for the unknown.
"""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from workflow_template.upkeep.migration.scope import Scope

_SAME = {"os.path.abspath", "os.path.realpath", "os.path.normpath", "os.path.expanduser", "os.fspath", "str"}
_SETTLING = {"os.path.abspath", "os.path.realpath", "os.path.normpath"}
_PATHS = {"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath"}
_LISTING = {"os.listdir": "*", "os.scandir": "*", "os.walk": "*", "glob.glob": "", "glob.iglob": ""}
_OF_PYTEST = {"path", "fspath", "rootpath"}
_FIRST = re.compile(r"(\{0?\}|%s)[/\\]")
_BLANK = re.compile(r"\{[^{}]*\}|%[-+ #0-9.]*[a-z]")
_WILD = re.compile(r"[*?\[]")


class Where(NamedTuple):
    """A place that an expression means.

    *path* is relative to the top of the repository. *node* is the largest part of the expression that is known exactly, *tail* the
    pattern of what is added to it. *core* is the part of *node* to write anew, and *root* where that starts from.
    """

    path: str
    base: str  # "file"; "root": from the top; "cwd" or "top": from where the program runs, in the folder of the file or at the top
    form: str  # pathlib, os, text or literal
    node: ast.expr
    core: ast.expr
    root: ast.expr
    root_path: str
    tail: str = ""
    lists: bool = False  # the folder is searched for whatever matches
    dots: bool = False  # its text holds `..`, so that the parent of the text is not that of the place
    settled: bool = False  # `..` was taken out of it, as by `abspath`
    whole: ast.expr | None = None  # the expression with its tail

    @property
    def prefix(self) -> str:
        """The folders that the tail begins with, which are known."""
        known = _WILD.split(self.tail, maxsplit=1)[0]
        return known.rpartition("/")[0]

    @property
    def pattern(self) -> str:
        """What is looked for in the place."""
        return self.tail.removeprefix(self.prefix).lstrip("/")

    @property
    def place(self) -> str:
        """The place itself, or the innermost folder of it that is known."""
        return normal(self.path, self.prefix) or "" if self.tail and self.prefix else self.path


class Evaluator:
    """Evaluates expressions of the file *here*; *exists* knows the places of the repository."""

    def __init__(self, here: str, aliases: dict[str, str], exists: Callable[[str], bool]) -> None:
        self.here, self.aliases, self.exists = here, aliases, exists
        self.folder = posixpath.dirname(here)
        self._busy: set[int] = set()
        self.formatted: list[ast.JoinedStr] = []

    def dotted(self, node: ast.expr) -> str:
        """The full name of what is called or read, through the imports of the file; empty when it is none."""
        if isinstance(node, ast.Name):
            return self.aliases.get(node.id, node.id)
        if isinstance(node, ast.Attribute):
            left = self.dotted(node.value)
            return f"{left}.{node.attr}" if left else ""
        return ""

    def text(self, node: ast.expr, scope: Scope) -> str | None:
        """The string that *node* is; `*` stands for what is not known in it. None when nothing is known."""
        if isinstance(node, ast.Constant):
            return node.value if isinstance(node.value, str) else None
        if isinstance(node, ast.JoinedStr):
            return "".join(self.text(part, scope) or "*" for part in node.values)
        if isinstance(node, ast.BinOp) and isinstance(node.op, (ast.Add, ast.Mod)):
            return self._sum(node, scope)
        if isinstance(node, ast.Name):
            value, where = scope.find(node.id)
            return self.text(value, where) if isinstance(value, ast.Constant) else None
        return {"os.pardir": "..", "os.curdir": ".", "os.sep": "/", "os.path.sep": "/"}.get(self.dotted(node))

    def _sum(self, node: ast.BinOp, scope: Scope) -> str | None:
        left, right = self.text(node.left, scope), self.text(node.right, scope)
        if isinstance(node.op, ast.Mod):
            return re.sub(r"%[-+ #0-9.]*[a-z]", "*", left) if left else None
        return None if left is None and right is None else f"{left or '*'}{right or '*'}"

    def value(self, node: ast.expr, scope: Scope) -> Where | None:
        """The place that *node* means, or None."""
        work = _BY_NODE.get(type(node))
        if work is None or id(node) in self._busy:
            return None
        self._busy.add(id(node))
        try:
            return work(self, node, scope)
        finally:
            self._busy.discard(id(node))

    def literal(self, node: ast.expr, text: str) -> Where | None:
        """The place that a relative path means for a program that runs in the folder of its file, or else at the top."""
        text = text.replace("\\", "/")
        if not text or text.startswith(("/", "~")) or ":" in text:
            return None
        places = [normal(self.folder, text), normal("", text)]
        path = next((place for place in places if place is not None and self.exists(place)), places[0])
        base = "top" if path == places[1] and path != places[0] else "cwd"
        return None if path is None else Where(path, base, "literal", node, node, node, path)

    def _name(self, node: ast.Name, scope: Scope) -> Where | None:
        if node.id == "__file__":
            return Where(self.here, "file", "os", node, node, node, self.here)
        bound, where = scope.find(node.id)
        return self._bound(node, bound, where)

    def _bound(self, node: ast.expr, bound: ast.expr | None, scope: Scope) -> Where | None:
        value = self.value(bound, scope) if bound is not None else None
        if value is None or value.tail:
            return None
        form = "os" if self._is_text(bound, value) else value.form
        return value._replace(node=node, core=node, root=node, root_path=value.path, form=form)

    def _is_text(self, bound: ast.expr | None, value: Where) -> bool:
        """Whether a name stands for a string, made from a path or not."""
        return isinstance(bound, ast.Call) and self.dotted(bound.func) in _SAME or value.form in ("text", "os")

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Where | None:
        if node.attr in _OF_PYTEST and (place := self._of_pytest(node)):
            return place
        if node.attr == "parent" and (value := self.value(node.value, scope)):
            return self._up(self._as_path(value), node, 1)
        if isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
            bound, where = scope.find_attribute(node.attr)
            return self._bound(node, bound, where)
        return None

    def _of_pytest(self, node: ast.Attribute) -> Where | None:
        """What pytest tells of a test: the file that it is in, or the top of the repository."""
        called = self.dotted(node)
        if called in ("request.path", "request.fspath", "request.node.path", "request.node.fspath") and not self.here.endswith(
            "conftest.py"
        ):
            return Where(self.here, "file", "pathlib", node, node, node, self.here)
        if called in ("request.config.rootpath", "pytestconfig.rootpath"):
            return Where("", "root", "pathlib", node, node, node, "")
        return None

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Where | None:
        number = node.slice.value if isinstance(node.slice, ast.Constant) else None
        if not isinstance(number, int) or isinstance(number, bool) or number < 0:
            return None
        inner = node.value
        if isinstance(inner, ast.Attribute) and inner.attr == "parents" and (value := self.value(inner.value, scope)):
            return self._up(self._as_path(value), node, number + 1)
        split = isinstance(inner, ast.Call) and self.dotted(inner.func) == "os.path.split" and number == 0
        if split and isinstance(inner, ast.Call) and inner.args and (value := self.value(inner.args[0], scope)):
            return self._up(value, node, 1)
        return None

    def _up(self, value: Where, node: ast.expr, many: int) -> Where | None:
        if value.tail or value.dots:
            return None
        value = self._started_anew(value)
        path = normal(value.path, "/".join([".."] * many))
        if path is None:
            return None
        first = value.path == self.here and value.form == "os"
        value = value._replace(path=path, node=node, core=node)
        return value._replace(root=node, root_path=path) if first else value

    def _division(self, node: ast.BinOp, scope: Scope) -> Where | None:
        if isinstance(node.op, ast.Mod):
            first = node.right.elts[0] if isinstance(node.right, ast.Tuple) and node.right.elts else node.right
            return self._filled(node, node.left, first, scope)
        value = self.value(node.left, scope)
        if value is None:
            return None
        if isinstance(node.op, ast.Div):
            return self._join(self._as_path(value), node, [self.text(node.right, scope)])
        if isinstance(node.op, ast.Add) and (text := self.text(node.right, scope)) and text[0] in "/\\":
            return self._join(self._as_root(value, "text"), node, [text.lstrip("/\\")])
        return None

    def _formatted(self, node: ast.JoinedStr, scope: Scope) -> Where | None:
        self.formatted.append(node)
        first = node.values[0] if node.values else None
        if not isinstance(first, ast.FormattedValue):
            text = self.text(node, scope)
            return None if text is None or "*" not in text else self._pattern(node, text)
        value = self.value(first.value, scope) if first.format_spec is None and first.conversion == -1 else None
        rest = "".join(self.text(part, scope) or "*" for part in node.values[1:])
        if value is None or rest[:1] not in ("/", "\\"):
            return None
        return self._join(self._as_root(value, "text"), node, [rest.lstrip("/\\")])

    def _pattern(self, node: ast.expr, text: str) -> Where | None:
        """A relative path that is put together at run time."""
        folder, _, tail = text.replace("\\", "/").rpartition("/")
        if "*" in folder or not (base := self.literal(node, folder or ".")):
            return None
        return base._replace(tail=tail)

    def _as_root(self, value: Where, form: str) -> Where:
        """What follows is put behind the whole of *value*, whatever it is made of."""
        if value.form == form and value.core is value.node:
            return value
        return value._replace(form=form, root=value.node, root_path=value.path, core=value.node)

    def _as_path(self, value: Where) -> Where:
        """What is read from a `Path` that was made of a string."""
        return value if value.form == "pathlib" else self._as_root(value, "pathlib")

    def _started_anew(self, value: Where) -> Where:
        """What goes on from a path that was settled starts from there."""
        return self._as_root(value, value.form)._replace(settled=False) if value.settled else value

    def _join(self, value: Where, node: ast.expr, parts: Sequence[str | None]) -> Where | None:
        value = self._started_anew(value)
        if value.tail:
            return value._replace(tail="/".join([value.tail, *(part or "*" for part in parts)]), whole=node)
        known = "/".join(part if part is not None else "*" for part in parts).replace("\\", "/")
        if known.startswith("/"):
            return None
        if _WILD.search(known):
            return value._replace(tail=known, whole=node)
        path = normal(value.path, known)
        dots = value.dots or ".." in known.split("/")
        return None if path is None else value._replace(path=path, node=node, core=node, dots=dots)

    def _filled(self, node: ast.Call | ast.BinOp, template: ast.expr, first: ast.expr | None, scope: Scope) -> Where | None:
        """`"{}/x".format(HERE)` and `"%s/x" % HERE`: a place, and what the text puts behind it."""
        text = template.value if isinstance(template, ast.Constant) and isinstance(template.value, str) else ""
        found = _FIRST.match(text)
        value = self.value(first, scope) if found and first is not None else None
        if value is None or value.tail or found is None:
            return None
        tail = _BLANK.sub("*", text[found.end() :])
        return self._as_root(value, "text")._replace(tail=tail, whole=template)

    def _call(self, node: ast.Call, scope: Scope) -> Where | None:
        called = self.dotted(node.func)
        if isinstance(node.func, ast.Attribute) and node.func.attr == "format" and node.args:
            return self._filled(node, node.func.value, node.args[0], scope)
        if called in _PATHS:
            return self._new_path(node, scope)
        if called in ("os.getcwd", "pathlib.Path.cwd", "os.getcwdb") and not node.args:
            return Where(self.folder, "cwd", "pathlib" if "Path" in called else "os", node, node, node, self.folder)
        if called == "os.path.join" and node.args:
            return self._joined(node, scope)
        if called == "os.path.dirname" and len(node.args) == 1:
            inner = self._place(node.args[0], scope)
            return self._up(inner, node, 1) if inner else None
        if called in _SAME and len(node.args) == 1:
            return self._wrapped(node, self._place(node.args[0], scope) if called != "str" else self.value(node.args[0], scope))
        if called in _LISTING and node.args:
            return self._listing(self._place(node.args[0], scope), _LISTING[called], node)
        return self._method(node, scope)

    def _place(self, node: ast.expr, scope: Scope) -> Where | None:
        """A path expression, or a plain string where a path is meant."""
        if value := self.value(node, scope):
            return value
        text = self.text(node, scope)
        if text is None or isinstance(node, ast.Name):
            return None
        return self._pattern(node, text) if "*" in text else self.literal(node, text)

    def _new_path(self, node: ast.Call, scope: Scope) -> Where | None:
        if not node.args:
            return None
        first = self._place(node.args[0], scope)
        if first is None:
            return None
        if first.base == "file" and first.path == self.here and first.form == "os" and len(node.args) == 1:
            return Where(self.here, "file", "pathlib", node, node, node, self.here)
        if len(node.args) == 1:
            return self._wrapped_in_path(first, node)
        inner = first._replace(form="text", node=node, core=node, root=node, root_path=first.path)
        return self._join(inner, node, [self.text(each, scope) for each in node.args[1:]])

    def _wrapped_in_path(self, inner: Where, node: ast.Call) -> Where:
        """`Path(x)`: the string inside is what is written anew, as long as nothing is read from the path."""
        if inner.form == "literal":
            return inner._replace(form="pathlib", node=node, core=node, root=node)
        return inner._replace(node=node)

    def _joined(self, node: ast.Call, scope: Scope) -> Where | None:
        first = self._place(node.args[0], scope)
        if first is None:
            return None
        if first.form == "literal":
            first = first._replace(form="os")
        parts = [self.text(each, scope) for each in node.args[1:]]
        return self._join(self._as_root(first, "os"), node, parts)

    def _wrapped(self, node: ast.Call, value: Where | None) -> Where | None:
        """`abspath(x)`, `str(x)`, `x.resolve()`: the same place."""
        if value is None or value.tail:
            return value
        settles = self.dotted(node.func) in _SETTLING or (isinstance(node.func, ast.Attribute) and node.func.attr == "resolve")
        if settles and value.dots:
            value = value._replace(dots=False, settled=True)
        if value.form == "literal":
            return value._replace(form="os", node=node, core=node, root=node)
        whole = value.core is value.root and value.core is value.node and not (value.form == "pathlib" and self.dotted(node.func) in _SAME)
        return value._replace(node=node, core=node, root=node) if whole else value._replace(node=node)

    def _listing(self, value: Where | None, tail: str, node: ast.expr) -> Where | None:
        if value is None:
            return None
        return value._replace(tail=value.tail or tail, lists=bool(value.tail or tail), whole=value.whole or node)

    def _method(self, node: ast.Call, scope: Scope) -> Where | None:
        if not isinstance(node.func, ast.Attribute):
            return None
        name = node.func.attr
        if name not in ("resolve", "absolute", "expanduser", "as_posix", "joinpath", "with_name", "glob", "rglob", "iterdir"):
            return None
        value = self.value(node.func.value, scope)
        if value is None:
            return None
        texts = [self.text(each, scope) for each in node.args]
        if name == "joinpath":
            return self._join(self._as_path(value), node, texts)
        if name == "with_name":
            up = self._up(self._as_path(value), node, 1)
            return self._join(up, node, texts) if up else None
        if name in ("glob", "rglob", "iterdir"):
            return self._listing(value, (texts[0] or "*") if texts else "*", node)
        return self._wrapped(node, value)


_BY_NODE: dict[type, Callable[[Evaluator, ast.expr, Scope], Where | None]] = {
    ast.Name: Evaluator._name,  # type: ignore[dict-item]
    ast.Attribute: Evaluator._attribute,  # type: ignore[dict-item]
    ast.Subscript: Evaluator._subscript,  # type: ignore[dict-item]
    ast.BinOp: Evaluator._division,  # type: ignore[dict-item]
    ast.JoinedStr: Evaluator._formatted,  # type: ignore[dict-item]
    ast.Call: Evaluator._call,  # type: ignore[dict-item]
}


def normal(folder: str, path: str) -> str | None:
    """Join and normalise; the top of the repository is the empty string, None lies outside of it."""
    joined = posixpath.normpath(posixpath.join(folder or ".", path))
    if joined == ".":
        return ""
    return None if joined == ".." or joined.startswith(("../", "/")) else joined
