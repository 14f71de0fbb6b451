"""Repair the imports of one Python file, when it or what it imports moves: the search path, dotted names, relative imports."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflow_template.upkeep.migration.facts import Facts
from workflow_template.upkeep.migration.modules import Library, Target, inserted, workflow_folder
from workflow_template.upkeep.migration.moves import Moves
from workflow_template.upkeep.migration.rewrite import Pen, path_name
from workflow_template.upkeep.migration.source import Edit


class Found(NamedTuple):
    """How an import shall find its module afterwards: *dotted* from *folder*."""

    target: Target
    folder: str
    dotted: str


class Imports:
    """Finds the edits for the imports in *facts*."""

    def __init__(self, facts: Facts, library: Library, moves: Moves, is_test: bool, pen: Pen) -> None:
        """*is_test*: pytest runs it, and does not always put its folder on the search path."""
        self.pen = pen
        self.facts, self.library, self.moves, self.is_test = facts, library, moves, is_test
        self.old = facts.source.path
        self.here = moves.new.get(self.old, self.old)
        self.folder = posixpath.dirname(self.here)
        self.problems: list[str] = []
        self.found = [found for target in library.targets(self.old) if (found := self._found(target))]

    def _found(self, target: Target) -> Found | None:
        new = self.moves.new.get(target.path, target.path)
        if target.imported.level:
            return self._relative(target, new)
        file = posixpath.join(target.folder, target.dotted.replace(".", "/"))
        ending = target.path.removeprefix(file)
        inside = target.dotted.replace(".", "/") + ending
        if new == inside or new.endswith(f"/{inside}"):
            return Found(target, new[: -len(inside)].rstrip("/"), target.dotted)
        folder = self._package_root(new) if target.folder else ""
        dotted = _dotted(posixpath.relpath("/" + new, "/" + folder))
        if not all(part.isidentifier() for part in dotted.split(".")):
            folder, dotted = posixpath.dirname(new), _dotted(posixpath.basename(new))
        return Found(target, folder, dotted)

    def _package_root(self, path: str) -> str:
        """The folder from which a module is imported by its whole name."""
        folder = posixpath.dirname(path)
        while folder and self.moves.exists_after(f"{folder}/__init__.py"):
            folder = posixpath.dirname(folder)
        return folder

    def _relative(self, target: Target, new: str) -> Found | None:
        """A relative import holds as long as the two stay together, in a package; else it becomes an absolute one."""
        if self.here == self.old and new == target.path:
            return None
        before = posixpath.relpath("/" + target.path, "/" + posixpath.dirname(self.old))
        packaged = self.moves.exists_after(f"{self.folder}/__init__.py") or not self.is_test
        if packaged and posixpath.relpath("/" + new, "/" + self.folder) == before:
            return None
        folder = self._package_root(new)
        dotted = _dotted(posixpath.relpath("/" + new, "/" + folder))
        if all(part.isidentifier() for part in dotted.split(".")):
            return Found(target, folder, dotted)
        if self._imports_relatively(target.path):
            self.problems.append(
                f"line {target.imported.line} imports {target.path} as a part of a package whose name is no name of Python"
            )
        return Found(target, posixpath.dirname(new), _dotted(posixpath.basename(new)))

    def _imports_relatively(self, path: str) -> bool:
        return any(each.imported.level for each in self.library.targets(path))

    def search_targets(self) -> dict[str, str]:
        """Where each folder that the file puts on the search path has to be afterwards, {old: new}."""
        found = {}
        for folder in inserted(self.facts):
            wanted = {each.folder for each in self.found if each.target.folder == folder and not each.target.imported.level}
            if folder in wanted or not wanted:
                found[folder] = folder if wanted else self.moves.place(folder)
            else:
                found[folder] = min(wanted)
        return found

    def edits(self, search_targets: dict[str, str], wants_path: bool) -> Iterator[Edit]:
        """All edits; *wants_path* says that something else needs `Path` to be imported."""
        yield from self._names()
        lacking = self._lacking(search_targets)
        if wants_path:
            yield self._before(self._head(), "from pathlib import Path", "for the repaired paths")
        if lacking:
            first = min(each.target.imported.top for each in self.found if each.folder in lacking)
            yield from self._lines(first, lacking, wants_path)

    def _lacking(self, search_targets: dict[str, str]) -> list[str]:
        """Folders that must be on the search path, and that nothing puts there."""
        given = {*search_targets.values(), *self._given_by_others()}
        if not self.is_test or self.here == self.old:
            given.add(self.folder)
        wanted = [each.folder for each in self.found if each.folder not in given and self._was_found_by_itself(each)]
        return list(dict.fromkeys(wanted))

    def _was_found_by_itself(self, found: Found) -> bool:
        """Whether the file itself, its place or pytest led to the module, and not the settings of whoever runs it."""
        target = found.target
        if self.here == self.old and target.path not in self.moves.new:
            return False
        own = {posixpath.dirname(self.old), *inserted(self.facts), *workflow_folder(self.old)}
        if self.is_test:
            own |= {self.library.package_root(posixpath.dirname(self.old)), *self.library.from_conftests(self.old)}
        return bool(target.imported.level) or target.folder in own or found.folder != target.folder

    def _given_by_others(self) -> Iterable[str]:
        yield from self.library.from_settings
        if self.is_test:
            moved = [
                old for old, new in self.moves.conftests.items() if self.here.startswith(posixpath.dirname(new) + "/") and old != self.old
            ]
            for each in [*self.library.conftests(self.here), *moved]:
                facts = self.library.facts(each)
                yield from (self.moves.place(folder) for folder in (inserted(facts) if facts else ()))

    def _lines(self, first: int, lacking: list[str], has_path: bool) -> Iterator[Edit]:
        """The statements that put folders on the search path, with the imports that they need, before the line *first*."""
        quote, path = self.facts.source.quote, "Path" if has_path else path_name(self.facts, first)
        lines = [] if self._has_sys(first) else ["import sys"]
        if not path and self.pen.imports_path:
            lines.append("from pathlib import Path")
            path = "Path"
        lines += [""] if lines else []
        lines += [self.pen.search_line(folder, path, quote) for folder in lacking]
        yield self._before(first, self.facts.source.newline.join(lines), "leads to " + ", ".join(lacking))

    def _has_sys(self, line: int) -> bool:
        known = (each for each in self.facts.imports if each.module == "sys" and each.line < line and each.outside)
        return any(("sys", None) in each.names for each in known)

    def _head(self) -> int:
        """The line before which an import may be put: behind the docstring, `from __future__` and the first plain imports."""
        local = {each.target.imported.top for each in self.found}
        heads = self.facts.heads
        return next((each.line for each in heads if not each.plain or each.line in local), heads[-1].line)

    def _before(self, line: int, text: str, why: str) -> Edit:
        start = self.facts.source.starts[line - 1]
        return Edit(start, start, text + self.facts.source.newline, why)

    # what is written in the imports themselves

    def _names(self) -> Iterator[Edit]:
        renamed: dict[int, list[Found]] = {}
        for each in self.found:
            if each.dotted != each.target.dotted or each.target.imported.level:
                renamed.setdefault(id(each.target.imported), []).append(each)
        for group in renamed.values():
            yield from self._rename(group)

    def _rename(self, group: list[Found]) -> Iterator[Edit]:
        imported = group[0].target.imported
        if isinstance(imported.node, ast.Constant):
            yield from self._rename_text(group[0])
        elif isinstance(imported.node, ast.Import):
            yield from self._rename_plain(group[0])
        else:
            yield from self._rename_from(group)

    def _rename_text(self, found: Found) -> Iterator[Edit]:
        node = found.target.imported.node
        if isinstance(node, ast.Constant) and str(node.value).startswith(found.target.dotted):
            start, end = self.facts.source.span(node)
            shown = self.facts.source.text[start:end].replace(found.target.dotted, found.dotted, 1)
            yield Edit(start, end, shown, f"is {found.dotted} now")

    def _rename_plain(self, found: Found) -> Iterator[Edit]:
        (name, asname) = found.target.imported.names[0]
        if not asname and "." in name:
            self.problems.append(f"line {found.target.imported.line} imports {name}, which becomes {found.dotted}: write it by hand")
            return
        start, end = self.facts.source.span(found.target.imported.node)
        shown = re.sub(rf"(?<![\w.]){re.escape(name)}(?![\w.])", found.dotted, self.facts.source.text[start:end], count=1)
        yield Edit(start, end, shown, f"is {found.dotted} now")

    def _rename_from(self, group: list[Found]) -> Iterator[Edit]:
        """`from .module import name`, and `from . import module, other`."""
        imported = group[0].target.imported
        start, end = self.facts.source.span(imported.node)
        shown = self.facts.source.text[start:end]
        head = re.match(r"from\s*(\.*\s*[\w.]*)\s*import\b", shown)
        packages = {each.dotted if each.target.dotted == imported.module else each.dotted.rpartition(".")[0] for each in group}
        if head is None or len(packages) > 1:
            self.problems.append(f"line {imported.line} imports from {len(packages)} places at once: split it by hand")
            return
        package = packages.pop()
        if package:
            yield Edit(start, start + head.end(), f"from {package} import", f"is {package} now")
        elif len(group) < len(imported.names) or "\n" in shown:
            self.problems.append(f"line {imported.line} imports modules and other names at once: split it by hand")
        else:
            names = ", ".join(each.dotted + (f" as {_asname(each)}" if _asname(each) else "") for each in group)
            yield Edit(start, end, f"import {names}", "is no part of a package any more")


def _asname(found: Found) -> str | None:
    return dict(found.target.imported.names).get(found.target.dotted.rpartition(".")[2])


def _dotted(path: str) -> str:
    return path.removesuffix("/__init__.py").removesuffix(".py").replace("/", ".")
