"""A file of the repository, read once and parsed at most once for all rules."""

from __future__ import annotations

import ast
import bisect
import codecs
import collections
import functools
import itertools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeVar

LONGEST_CODE = 600_000  # bytes, some 15,000 lines; judging more could take longer than anybody waits
LIMITS: dict[str, Any] = {
    "largest_file_mb": 5,  # nobody reviews a larger text, and judging it would hold everybody up
    "log_format": "%(asctime)s %(levelname)s %(name)s %(message)s",
    "longest_sleep_seconds": 1,
}
LANGUAGES = {
    **{"py": "python", "pyw": "python", "md": "markdown", "toml": "toml", "yml": "yaml", "yaml": "yaml", "sql": "sql", "sh": "shell"},
    "ipynb": "notebook",
}
AREAS = ("testing", "debugging", "validation", "docs", "checklists", "logs")
_SIGNS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


T = TypeVar("T")


class Kind(NamedTuple):
    """What a file is, by its path alone; rules say by it which files they judge.

    *place* is `dev` or `scripts` for a file of a workflow, else its first folder; *area* is the folder inside the workflow: `main` for
    the script with the workflow's own name, `production` for all else that runs in production, `plan` for a plan.
    """

    language: str
    place: str
    area: str
    is_test: bool

    @property
    def is_script(self) -> bool:
        """Python of a workflow, tests and debugging scripts included."""
        return self.language == "python" and self.area != "other"

    @property
    def is_production(self) -> bool:
        """Python that runs in production, or will."""
        return self.language == "python" and self.area in ("main", "production")


class Source:
    """One file. *path* is relative to the host, with `/`; *data* is what it holds.

    *trouble* says why it was not read: `link`, `large`, or what the system said. *limits* are the thresholds that a host may set.
    """

    def __init__(self, path: str, data: bytes, trouble: str = "", limits: Mapping[str, Any] | None = None) -> None:
        self.path, self.data, self.trouble = path, data, trouble
        self._kept: dict[str, Any] = {}
        self.held: frozenset[bytes] | None = None  # words of the search for secrets that it or files beside it hold; None: not asked
        self.limits = LIMITS if limits is None else limits
        self.workflow, self.inner, self.kind = place_of(path)

    @functools.cached_property
    def _decoded(self) -> tuple[str, str]:
        for sign, encoding in _SIGNS:
            if self.data.startswith(sign):
                return encoding, self.data.decode(encoding, errors="replace")
        if b"\0" in self.data:
            return "", ""
        try:
            return "utf-8", self.data.decode()
        except UnicodeDecodeError:
            return "latin-1", self.data.decode("latin-1")

    @property
    def encoding(self) -> str:
        """How the text is written; empty where it is no text."""
        return self._decoded[0]

    @functools.cached_property
    def text(self) -> str:
        """What the file says; empty for a binary or very large file."""
        return self._decoded[1]

    @functools.cached_property
    def folded(self) -> str:
        return self.text.lower()

    @functools.cached_property
    def lines(self) -> list[str]:
        return self.text.split("\n")

    @functools.cached_property
    def _parsed(self) -> tuple[ast.Module, tuple[int, str] | None]:
        if not self.encoding or self.is_too_long:
            return ast.Module([], []), None
        try:
            return ast.parse(self.data if self.encoding == "latin-1" else self.text), None
        except SyntaxError as error:
            return ast.Module([], []), (error.lineno or 1, error.msg)
        except (ValueError, RecursionError, MemoryError) as error:
            return ast.Module([], []), (1, str(error) or "it is nested too deeply")

    @property
    def is_plain(self) -> bool:
        """Whether it was read as what every machine reads: UTF-8, and not too much of it."""
        return self.encoding == "utf-8" and not self.trouble and not self.is_too_long

    @property
    def is_too_long(self) -> bool:
        """Whether it is Python that is not parsed, as that could take longer than anybody waits."""
        return self.kind.language == "python" and len(self.data) > LONGEST_CODE

    @property
    def is_parsed(self) -> bool:
        """Whether a rule has asked for the tree already."""
        return "_parsed" in self.__dict__

    @property
    def tree(self) -> ast.Module:
        """The parsed file; empty where it does not parse, and `error` says where and why."""
        return self._parsed[0]

    @property
    def error(self) -> tuple[int, str] | None:
        return self._parsed[1]

    @functools.cached_property
    def _by_type(self) -> dict[type, list[Any]]:
        found: dict[type, list[Any]] = collections.defaultdict(list)
        waiting: list[Any] = [self.tree]
        for node in waiting:  # grows while it is read; as `everything`, which would need a second round
            kind = node.__class__
            found[kind].append(node)
            for name in _CHILDREN[kind]:
                value = node.__dict__[name]
                if value.__class__ is list:
                    waiting += filter(None, value)
                elif value is not None:
                    waiting.append(value)
        return found

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """What *make* gave when it was first asked for under this name: work that several rules share."""
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found

    def all(self, *types: type[ast.AST]) -> list[Any]:
        """Every node of these types, as they stand in the file."""
        found = [node for each in types for node in self._by_type.get(each, ())]
        return sorted(found, key=_place) if found and hasattr(found[0], "lineno") else found

    @functools.cached_property
    def calls(self) -> list[tuple[str, ast.Call]]:
        """Every call, with the dotted name of what is called; empty where that is no name."""
        return [(dotted(node.func), node) for node in self.all(ast.Call)]

    @functools.cached_property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        return self.all(ast.FunctionDef, ast.AsyncFunctionDef)

    @functools.cached_property
    def strings(self) -> list[ast.Constant]:
        """Every text constant that is not a docstring."""
        said = {id(node.value) for node in self.all(ast.Expr)}
        return [node for node in self.all(ast.Constant) if isinstance(node.value, str) and id(node) not in said]

    @functools.cached_property
    def _starts(self) -> list[int]:
        """The offset at which each line begins."""
        return [0, *itertools.accumulate(len(line) + 1 for line in self.lines[:-1])]

    def start_of(self, line: int) -> int:
        """The offset at which a line (from 1) begins; one behind the last begins where the text ends."""
        return self._starts[line - 1] if line <= len(self._starts) else len(self.text)

    def line_of(self, offset: int) -> int:
        """The line (from 1) that holds the character at *offset*."""
        return bisect.bisect_right(self._starts, offset)

    def column_of(self, offset: int) -> int:
        """The column (from 1) of the character at *offset*."""
        return offset - self._starts[self.line_of(offset) - 1] + 1

    def offset_of(self, line: int, bytes_before: int) -> int:
        """The offset of a place as `ast` gives it: a line from 1, and the UTF-8 bytes before it in that line."""
        return self._starts[line - 1] + len(self.lines[line - 1].encode()[:bytes_before].decode(errors="ignore"))

    def written(self, node: ast.expr | ast.stmt) -> str:
        """How *node* is written in the file."""
        return self.text[slice(*self.span(node))]

    def span(self, node: ast.expr | ast.stmt) -> tuple[int, int]:
        """Offsets of the first character of *node* and of the one behind its last."""
        start = self.offset_of(node.lineno, node.col_offset)
        return start, self.offset_of(node.end_lineno or node.lineno, node.end_col_offset or node.col_offset)


def _place(node: Any) -> tuple[int, int]:
    return node.lineno, node.col_offset


@functools.lru_cache(maxsize=4096)
def _kind(language: str, place: str, area: str, is_test: bool) -> Kind:
    return Kind(language, place, area, is_test)


@functools.lru_cache(maxsize=65536)
def place_of(path: str) -> tuple[str, tuple[str, ...], Kind]:
    """The name of the workflow that a path belongs to (or empty), the parts of the path inside it, and what kind of file it is."""
    parts = path.split("/")
    name = parts[-1]
    language = LANGUAGES.get(name.rpartition(".")[2].lower(), "text")
    if path.startswith("dev/checklists/workflow_plans/") and len(parts) == 4 and name.endswith(".md"):
        workflow = name[:-3]
        return (workflow, (), _kind(language, "dev", "plan", False)) if workflow not in ("index", "template_plan") else ("", (), OTHER_PLAN)
    if len(parts) < 3 or parts[0] not in ("dev", "scripts") or parts[1] in ("shared", "checklists") or parts[1][0] in "._":
        return "", (), _kind(language, parts[0] if len(parts) > 1 else "", "other", name.startswith("test_"))
    inner = tuple(parts[2:])
    is_test = language == "python" and name.startswith("test_")
    if inner[0] in AREAS and len(inner) > 1:
        area = inner[0]
    elif inner == (parts[1].replace("-", "_") + ".py",):
        return parts[1], inner, _kind(language, parts[0], "main", False)
    else:
        area = "stray" if is_test or name.startswith(("debug_", "sample_")) or name == "conftest.py" else "production"
    return parts[1], inner, _kind(language, parts[0], area, is_test)


OTHER_PLAN = Kind("markdown", "dev", "other", False)


def dotted(node: ast.AST) -> str:
    """The name that a call or attribute is written with: `pyodbc.connect`; `?.commit` where it does not begin with a name."""
    if node.__class__ is ast.Name:
        return node.id
    name = ""
    while node.__class__ is ast.Attribute:
        name, node = f".{node.attr}{name}", node.value
    if not name:
        return ""
    return (node.id if node.__class__ is ast.Name else "?") + name


def everything(node: ast.AST) -> list[Any]:
    """*node* and all below it, as `ast.walk` gives, but in a quarter of the time and in no particular order."""
    found: list[Any] = [node]
    for each in found:  # grows while it is read
        for name in _CHILDREN[each.__class__]:
            value = each.__dict__[name]
            if value.__class__ is list:
                found += filter(None, value)
            elif value is not None:
                found.append(value)
    return found


def walk(node: ast.AST) -> list[Any]:
    """*node* and all below it, but not what is inside nested functions and classes."""
    found: list[Any] = [node]
    for each in found:
        for name in _CHILDREN[each.__class__]:
            value = each.__dict__[name]
            if value.__class__ is list:
                found += [part for part in value if part is not None and part.__class__ not in _SCOPES]
            elif value is not None and value.__class__ not in _SCOPES:
                found.append(value)
    return found


_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
# Fields that hold texts, numbers, or operators, which have nothing below them.
_LEAVES = {
    *[
        "id",
        "attr",
        "arg",
        "name",
        "asname",
        "module",
        "level",
        "ctx",
        "op",
        "ops",
        "value",
        "kind",
        "type_comment",
        "conversion",
        "simple",
        "is_async",
        "rest",
        "kwd_attrs",
        "tag",
    ]
}
_CHILDREN = {
    kind: tuple(
        name
        for name in kind._fields
        if (name not in _LEAVES or name == "value" and kind is not ast.Constant and kind is not ast.MatchSingleton)
        and not (name == "names" and kind in (ast.Global, ast.Nonlocal))
        or name == "name"
        and kind.__name__ == "TypeAlias"
    )
    for kind in vars(ast).values()
    if isinstance(kind, type) and issubclass(kind, ast.AST)
}
