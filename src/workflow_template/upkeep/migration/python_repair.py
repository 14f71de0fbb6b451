"""Repair the places that one Python file means, when it or what it uses moves."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cached_property
from typing import NamedTuple

from workflow_template.upkeep.migration.facts import Facts, Use, Word
from workflow_template.upkeep.migration.modules import Library
from workflow_template.upkeep.migration.moves import Moves
from workflow_template.upkeep.migration.rewrite import Pen
from workflow_template.upkeep.migration.source import Edit
from workflow_template.upkeep.migration.tails import behind
from workflow_template.upkeep.migration.where import Where, normal


class Doubt(NamedTuple):
    """What could not be repaired with certainty, at a line of the old file."""

    line: int
    message: str


class Places:
    """Finds the edits for the places and names of files in *facts*. Imports are another matter, see `import_repair`."""

    def __init__(self, facts: Facts, library: Library, moves: Moves, produced: str, pen: Pen) -> None:
        """*produced* is the text of the production code of the same workflow: what it names is its own."""
        self.pen = pen
        self.facts, self.library, self.moves, self.produced = facts, library, moves, produced
        self.tree = library.tree
        self.old = facts.source.path
        self.here = moves.new.get(self.old, self.old)
        self.old_folder, self.folder = posixpath.dirname(self.old), posixpath.dirname(self.here)
        self.doubts: list[Doubt] = []
        self.search_targets: dict[str, str] = {}
        self._new: dict[int, str] = {}
        self._known: dict[int, Use | None] = {}

    def edits(self, search_targets: dict[str, str]) -> list[Edit]:
        """All edits; *search_targets* says where each folder that is put on the search path must be, {old: new}."""
        self.search_targets = search_targets
        found: list[Edit] = []
        for use in self._in_order():
            found += self._use(use)
        for word in self.facts.words:
            found += self._word(word)
        return found

    # names that are bound to a place

    @cached_property
    def definitions(self) -> dict[int, Use]:
        """The uses that give a place a name, by the identity of the expression."""
        return {id(use.where.node): use for use in self.facts.uses if use.context == "define" and use.defines and not use.where.tail}

    @cached_property
    def _users(self) -> dict[int, list[Use]]:
        found: dict[int, list[Use]] = {}
        for use in self.facts.uses:
            if (definition := self._definition_of(use)) is not None:
                found.setdefault(id(definition.where.node), []).append(use)
        return found

    def _definition_of(self, use: Use) -> Use | None:
        """The definition of the name that *use* starts from."""
        if id(use) not in self._known:
            self._known[id(use)] = self._find_definition(use)
        return self._known[id(use)]

    def _find_definition(self, use: Use) -> Use | None:
        for node in ast.walk(use.where.root):
            bound: ast.expr | None = None
            if isinstance(node, ast.Name):
                bound, _ = use.scope.find(node.id)
            elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in ("self", "cls"):
                bound, _ = use.scope.find_attribute(node.attr)
            if bound is not None and id(bound) in self.definitions:
                return self.definitions[id(bound)]
        return None

    def _in_order(self) -> Iterator[Use]:
        """Definitions before what stands on them."""
        done: set[int] = set()

        def visit(use: Use) -> Iterator[Use]:
            if id(use) in done:
                return
            done.add(id(use))
            if (definition := self._definition_of(use)) is not None:
                yield from visit(definition)
            yield use

        for use in self.facts.uses:
            yield from visit(use)

    # one use

    def _use(self, use: Use) -> Iterator[Edit]:
        unchanged = self._unchanged(use)
        if id(use.where.node) in self.definitions and use is self.definitions[id(use.where.node)]:
            wanted = self._choose(use, unchanged)
            self._new[id(use.where.node)] = wanted if wanted is not None else use.where.path
        else:
            wanted = self._wanted(use)
        if wanted is None or wanted == unchanged or (use.where.base in ("cwd", "top") and not self._cwd_matters(use, wanted)):
            return
        if use.where.tail and (edit := behind(self.facts, use.where, self._shift(use, use.where.path) or "", wanted)):
            yield edit
        elif use.where.tail and use.where.prefix:
            self.doubts.append(Doubt(use.where.node.lineno, f"write here by hand the way to {wanted}"))
        else:
            yield from self._write(use.where, self._root_now(use), wanted)

    def _write(self, where: Where, root: str, wanted: str, as_path: bool = False) -> Iterator[Edit]:
        if not self.pen.knows(where.core):
            self.doubts.append(Doubt(where.node.lineno, f"write here by hand the way to {wanted}"))
            return
        start, end = self.facts.source.span(where.core)
        text = self.pen.write(where, root, wanted, as_path)
        yield Edit(start, end, text, f"leads to {wanted or 'the top of the repository'}")

    def _root_now(self, use: Use) -> str:
        """What the root of *use* means in the new place, before *use* itself is written anew."""
        definition = self._definition_of(use)
        if definition is not None and definition is not use:
            before, after = definition.where.path, self._new.get(id(definition.where.node), definition.where.path)
        elif use.where.root_path == self.old:
            return self.here
        elif use.where.base == "root":
            return use.where.root_path
        else:
            before, after = self.old_folder, self.folder
        return _shifted(use.where.root_path, before, after) or ""

    def _unchanged(self, use: Use) -> str | None:
        """The place that *use* means when nobody touches it."""
        return self._shift(use, use.where.place)

    def _shift(self, use: Use, path: str) -> str | None:
        """What the place *path* becomes when what *use* starts from has moved."""
        definition = self._definition_of(use)
        if definition is not None and definition is not use:
            before, after = definition.where.path, self._new.get(id(definition.where.node), definition.where.path)
        elif use.where.base in ("top", "root") or (use.where.base == "cwd" and self._changes_folder):
            return path
        elif path == self.old:
            return self.here
        else:
            before, after = self.old_folder, self.folder
        return _shifted(path, before, after)

    def _choose(self, use: Use, unchanged: str | None) -> str | None:
        """The place that a name shall stand for: the one that leaves least to rewrite, best itself."""
        wanted = self._wanted(use)
        best = [unchanged, wanted] if use.where.path == self.old_folder else [wanted, unchanged]
        options = [option for option in (*best, use.where.path) if option is not None and self.moves.may_stand_for(option)]
        users = self._users.get(id(use.where.node), [])

        price = 2 if use.where.path == self.old_folder else 1

        def cost(option: str) -> int:
            rewritten = 0
            for each in users:
                aim = self._wanted(each)
                rewritten += aim is not None and _shifted(each.where.place, use.where.path, option) != aim
            alone = not users and wanted not in (None, option)
            return rewritten + price * (option != unchanged) + 3 * alone

        return min(options, key=cost, default=None)

    def _wanted(self, use: Use) -> str | None:
        """The place that *use* has to mean; None when any will do."""
        path = use.where.path
        if use.context == "syspath":
            return self.search_targets.get(path, self.moves.place(path))
        if use.where.tail:
            return self._wanted_pattern(use)
        if path in self.moves.new:
            return self.moves.new[path]
        if path == self.old_folder and use.context in ("chdir", "cwd"):
            return path if self.moves.may_stand_for(path) else None
        if path == self.old_folder and self.moves.place(path) == path:
            return self._by_names(path, "*")
        if self.tree.exists(path):
            return self.moves.place(path)
        mine = path.startswith(f"{self.old_folder}/") and posixpath.basename(path) not in self.produced
        return None if mine else path

    def _wanted_pattern(self, use: Use) -> str | None:
        path, tail = use.where.place, use.where.pattern
        if tail == "*" and path == self.old_folder:
            return self._by_names(path, tail)
        found = [each for each in self.tree.below(path) if self._matches(each, path, tail)] if path in self.tree.folders else []
        places = {self._base_of(each, path) for each in found}
        if len(places) > 1:
            line = use.where.node.lineno
            self.doubts.append(Doubt(line, f"files like {tail} in {path} part: {', '.join(sorted(map(str, places)))}"))
            return path
        if places:
            return places.pop()
        return None if path == self.old_folder else self.moves.place(path)

    def _matches(self, path: str, folder: str, tail: str) -> bool:
        inside = path.removeprefix(f"{folder}/")
        if tail == "*" and inside.endswith(".py"):
            return False
        return fnmatchcase(inside, tail) or fnmatchcase(inside, tail.replace("**/", ""))

    def _base_of(self, path: str, folder: str) -> str | None:
        """Which folder takes the place of *folder* for the file *path* in it."""
        new, inside = self.moves.new.get(path, path), path.removeprefix(f"{folder}/")
        return new.removesuffix(f"/{inside}") if new.endswith(f"/{inside}") else None

    def _by_names(self, folder: str, tail: str) -> str:
        """Where the files are that this code names, and looks for in *folder*."""
        named = [f"{folder}/{word.text}" for word in self.facts.words if not word.pattern and f"{folder}/{word.text}" in self.tree.files]
        places = {self._base_of(each, folder) for each in named if not each.endswith(".py")}
        return str(next(iter(places))) if len(places) == 1 and None not in places else folder

    def _cwd_matters(self, use: Use, wanted: str) -> bool:
        """Whether a place that depends on the current folder has to be written anew: it is there, and not by chance from the top."""
        if not self.tree.exists(use.where.place):
            return False
        return self.old != self.here or wanted != use.where.place

    # names of files in strings

    def _word(self, word: Word) -> Iterator[Edit]:
        if word.pattern or word.context in ("word", "chdir", "cwd") or not isinstance(word.node, ast.Constant):
            return
        if word.context == "syspath":
            yield from self._search_word(word)
            return
        where = self.facts.evaluator.literal(word.node, word.text) if "." in word.text else None
        if where is None or not self.tree.exists(where.path) or where.path in ("", self.old_folder):
            return
        wanted = self.moves.place(where.path)
        if where.base == "top":
            if wanted != where.path and self.pen.knows(word.node):
                start, end = self.facts.source.span(word.node)
                yield Edit(start, end, self.pen.quote(word.node) + wanted + self.pen.quote(word.node), f"leads to {wanted}")
            return
        yield from self._relative_word(word, where, wanted)

    def _search_word(self, word: Word) -> Iterator[Edit]:
        where = self.facts.evaluator.literal(word.node, word.text)
        if where is None or word.text in (".", "") or not self.tree.exists(where.path):
            return
        wanted = self.search_targets.get(where.path, self.moves.place(where.path))
        if wanted != (where.path if where.base == "top" else _shifted(where.path, self.old_folder, self.folder)):
            yield from self._write(where, self.folder, wanted)

    def _relative_word(self, word: Word, where: Where, wanted: str) -> Iterator[Edit]:
        """A path from the folder that the program runs in, which was that of the file."""
        if self._changes_folder and wanted == where.path:
            return
        if wanted == _shifted(where.path, self.old_folder, self.folder):
            return
        if word.context in ("call", "other") and self._joins_names:
            return
        if word.context == "other" or (word.context == "define" and not self._only_opened(word.defines)):
            self.doubts.append(Doubt(word.line, f'"{word.text}" is {wanted} now: see whether this is a path or only a word'))
            return
        if word.context == "command" and self._runs_elsewhere and wanted == where.path:
            return
        yield from self._write(where, self.folder, wanted, as_path=word.context == "file")

    @cached_property
    def _changes_folder(self) -> bool:
        """Whether the program runs in the folder that it changes to; to its own one it goes along when nothing is left in the old one."""
        goes_along = not self.moves.may_stand_for(self.old_folder) and any(
            use.context == "chdir" and use.where.path == self.old_folder for use in self.facts.uses
        )
        return self.facts.changes_folder and not goes_along

    @cached_property
    def _joins_names(self) -> bool:
        """Whether this code puts paths together from a folder and a name that comes from elsewhere."""
        return any(use.where.tail == "*" for use in self.facts.uses)

    @cached_property
    def _runs_elsewhere(self) -> bool:
        return any(use.context == "cwd" for use in self.facts.uses)

    def _only_opened(self, name: str) -> bool:
        """Whether a name stands for a path wherever it is read."""
        return bool(name) and name not in self.facts.compared


def _shifted(path: str, before: str, after: str) -> str | None:
    """What the place *path* becomes when all that leads there starts from *after* instead of *before*; None outside of the repository."""
    return normal(after, posixpath.relpath("/" + path, "/" + before))
