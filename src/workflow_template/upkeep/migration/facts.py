"""What one Python file says of itself: what it imports, which places and names of files it uses, what it does and tests."""

from __future__ import annotations

import ast
from functools import cached_property
from typing import NamedTuple

from workflow_template.upkeep.migration.acts import Acts
from workflow_template.upkeep.migration.scope import Scope
from workflow_template.upkeep.migration.source import Source
from workflow_template.upkeep.migration.where import Evaluator, Where


class Import(NamedTuple):
    """One module that is imported. *module* is empty in `from . import name`; *names* are what is taken from it, with their `as`.

    *top* is the line where the outermost statement around it begins; *outside* says that it is that statement.
    """

    line: int
    level: int
    module: str
    names: tuple[tuple[str, str | None], ...]
    node: ast.stmt | ast.Constant
    top: int
    outside: bool


class Use(NamedTuple):
    """A place in the repository that the code means, and for what: syspath, chdir, cwd, define or other."""

    where: Where
    context: str
    scope: Scope
    defines: str = ""


class Word(NamedTuple):
    """A string that may name a file. In a *pattern*, `*` stands for the unknown.

    *context* says what is done with it: file (given to a function that takes a `Path`, too), open, command, call, define, syspath,
    word (it is no path) or other.
    """

    text: str
    line: int
    context: str
    node: ast.expr
    pattern: bool
    defines: str = ""


class Head(NamedTuple):
    """A statement at the beginning of a module, and whether it is `import name`."""

    line: int
    plain: bool


class Facts:
    """What one file says; `reader.read` fills it."""

    def __init__(self, source: Source, evaluator: Evaluator) -> None:
        self.source, self.evaluator = source, evaluator
        self.imports: list[Import] = []
        self.uses: list[Use] = []
        self.words: list[Word] = []
        self.tests: list[str] = []
        self.fixtures: dict[str, int] = {}
        self.asked: set[str] = set()
        self.compared: set[str] = set()
        self.heads: list[Head] = []
        self.data_only = False
        self.hidden: list[int] = []  # lines that find files in a way that cannot be followed
        self.acts = Acts(0, 0, 0)

    @cached_property
    def uses_pytest(self) -> bool:
        return any(each.module.split(".")[0] in ("pytest", "unittest") for each in self.imports)

    @cached_property
    def changes_folder(self) -> bool:
        return any(use.context == "chdir" for use in self.uses)

    @cached_property
    def formatted(self) -> list[tuple[int, int]]:
        """Where the f-strings are."""
        return [self.source.span(each) for each in self.evaluator.formatted]

    @cached_property
    def inside_formatted(self) -> set[int]:
        """The identities of all nodes inside of f-strings."""
        return {id(node) for each in self.evaluator.formatted for node in ast.walk(each) if node is not each}
