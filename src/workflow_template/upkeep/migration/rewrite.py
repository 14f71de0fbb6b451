"""Write an expression that means a place anew, in the manner in which it was written."""

from __future__ import annotations

import ast
import posixpath

from workflow_template.upkeep.migration.facts import Facts
from workflow_template.upkeep.migration.where import Where


class Pen:
    """Writes for the file of *facts*, which will lie at *here*; `needs_path` when what it wrote needs an import of `Path`."""

    imports_path = True

    def __init__(self, facts: Facts, here: str) -> None:
        self.facts, self.source, self.here = facts, facts.source, here
        self.folder = posixpath.dirname(here)
        self.needs_path = False

    def search_line(self, folder: str, path: str, quote: str) -> str:
        """The statement that puts *folder* on the search path, where `Path` is called *path*."""
        way_there = f"{path}(__file__)" + steps(self.folder, folder, quote, ups=1)
        return f"sys.path.insert(0, str({way_there}))"

    def knows(self, node: ast.expr) -> bool:
        """Whether the text at the position of *node* is that node; inside f-strings older Pythons tell wrong positions."""
        if id(node) not in self.facts.inside_formatted:
            return "#" not in self.source.segment(node)
        try:
            written = ast.parse(f"({self.source.segment(node)}\n)", mode="eval").body
        except (SyntaxError, ValueError, UnicodeDecodeError):
            return False
        return ast.dump(written) == ast.dump(node)

    def write(self, where: Where, root: str, target: str, as_path: bool = False) -> str:
        """The text for the core of *where*, so that it means *target* when its root means *root*; *as_path* where a `Path` does."""
        text = ""
        if where.base in ("file", "root") and not (where.form == "text" and where.core is where.root):
            text = {"pathlib": self._pathlib, "os": self._os, "text": self._text}[where.form](where, root, target)
        return text or self.direct(where.core, target, as_text=where.form != "pathlib" and not as_path)

    def direct(self, node: ast.expr, target: str, as_text: bool) -> str:
        """A fresh expression for *target*, from the place of the file itself, for the position of *node*."""
        path = path_name(self.facts, node.lineno)
        if not path:
            self.needs_path = True
            path = "Path"
        joinpath = self._is_called_on(node) and not as_text
        text = f"{path}(__file__)" + steps(posixpath.dirname(self.here), target, self.quote(node), ups=1, joinpath=joinpath)
        return f"str({text})" if as_text else text

    def quote(self, node: ast.expr) -> str:
        """The quote to use at *node*: as there, or as in the file; inside an f-string the one that does not end it."""
        start, end = self.source.span(node)
        for first, last in self.facts.formatted:
            if first < start and end < last:
                return "'" if self.source.text[first:start].lstrip("rRfFbB")[:1] == '"' else '"'
        segment = self.source.text[start:end]
        return "'" if "'" in segment and '"' not in segment else '"' if '"' in segment else self.source.quote

    def _pathlib(self, where: Where, root: str, target: str) -> str:
        is_file = where.root_path == self.source.path
        core = self.source.segment(where.core)
        joinpath = ".joinpath(" in core or self._is_called_on(where.core)
        folder = posixpath.dirname(root) if is_file else root
        shown = self.source.segment(where.root)
        if not is_file and ".." in way(folder, target) and self._may_hold_dots(where):
            return ""
        if len(way(folder, target)) > len(way(posixpath.dirname(self.here), target)) + 1:
            return ""
        return shown + steps(folder, target, self.quote(where.core), int(is_file), ".parents[" in core, joinpath)

    def _may_hold_dots(self, where: Where) -> bool:
        """Whether the text of the root may hold `..`, so that `.parent` would not lead up from it."""
        return where.dots or not isinstance(where.root, (ast.Name, ast.Attribute))

    def _is_called_on(self, node: ast.expr) -> bool:
        """Whether something is read from *node* as it stands, so that no operator may take its place."""
        _, end = self.source.span(node)
        return not isinstance(node, ast.BinOp) and self.source.text[end : end + 1] in (".", "[", "(")

    def _os(self, where: Where, root: str, target: str) -> str:
        if where.root_path == self.source.path:
            return ""
        core, shown, quote = where.core, self.source.segment(where.root), self.quote(where.core)
        ups, names = _relative(root, target)
        if not ups and not names:
            return shown
        join = self._join_function(core)
        if isinstance(core, ast.Call) and self.facts.evaluator.dotted(core.func) == "os.path.dirname" and core is not where.root:
            shown = f"{self.source.segment(core.func)}(" * ups + shown + ")" * ups
            ups = 0
        parts = [*[".."] * ups, *names]
        if not parts:
            return shown
        one = isinstance(core, ast.Call) and len(core.args) == 2 and "/" in str(getattr(core.args[1], "value", ""))
        listed = quote + "/".join(parts) + quote if one else ", ".join(f"{quote}{part}{quote}" for part in parts)
        return f"{join}({shown}, {listed})" if join else ""

    def _join_function(self, core: ast.expr) -> str:
        """What this file calls `os.path.join`."""
        for node in ast.walk(core):
            called = self.facts.evaluator.dotted(node.func) if isinstance(node, ast.Call) else ""
            if called == "os.path.join":
                return self.source.segment(node.func)  # type: ignore[attr-defined]
            if called.startswith("os.path.") and isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                return self.source.segment(node.func.value) + ".join"
        aliases = self.facts.evaluator.aliases.items()
        names = [name for name, means in aliases if means == "os.path.join"]
        names += [f"{name}.join" for name, means in aliases if means == "os.path"]
        return next(iter([*names, *(f"{name}.path.join" for name, means in aliases if means == "os")]), "")

    def _text(self, where: Where, root: str, target: str) -> str:
        core, shown = where.core, self.source.segment(where.root)
        rest = "/" + "/".join(way(root, target))
        segment = self.source.segment(core)
        if isinstance(core, ast.BinOp):
            quote = self.quote(core)
            slash = "/" if str(getattr(core.right, "value", "")).endswith("/") else ""
            return f"{shown} + {quote}{rest}{slash}{quote}"
        if isinstance(core, ast.JoinedStr) and segment[:1] in "fF" and segment[1:4] not in ('"""', "'''"):
            return f"{segment[:2]}{{{shown}}}{rest}{segment[1]}"
        return ""


def path_name(facts: Facts, line: int) -> str:
    """What this file calls `pathlib.Path` at *line*; empty when it does not."""
    for each in facts.imports:
        if each.line < line and each.outside and each.module == "pathlib":
            for name, asname in each.names:
                if name in ("Path", "pathlib"):
                    return (asname or name) + ("" if name == "Path" else ".Path")
    return ""


def steps(folder: str, target: str, quote: str, ups: int = 0, parents: bool = False, joinpath: bool = False) -> str:
    """How a `Path` of *folder* gets to *target*, after *ups* steps up that lead to *folder* itself."""
    climb, names = _relative(folder, target)
    ups += climb
    text = f".parents[{ups - 1}]" if parents and ups > 1 else ".parent" * ups
    if joinpath and names:
        return text + f".joinpath({', '.join(quote + name + quote for name in names)})"
    return text + "".join(f" / {quote}{name}{quote}" for name in names)


def way(folder: str, target: str) -> list[str]:
    """The steps from a folder to *target*, with `..`."""
    ups, names = _relative(folder, target)
    return [*[".."] * ups, *names]


def _relative(folder: str, target: str) -> tuple[int, list[str]]:
    parts = posixpath.relpath("/" + target, "/" + folder).split("/")
    return sum(part == ".." for part in parts), [part for part in parts if part not in ("..", ".")]
