"""Which file of the repository an import means."""

from __future__ import annotations

import ast
import configparser
import posixpath
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from workflow_template.upkeep.migration.facts import Facts, Import
from workflow_template.upkeep.migration.kinds import is_test_like
from workflow_template.upkeep.migration.many import read_many, read_one
from workflow_template.upkeep.migration.tree import Tree


class Target(NamedTuple):
    """A file that an import means: found from *folder* by *dotted*, its name from there. *named* is what the import calls it."""

    imported: Import
    path: str
    folder: str
    dotted: str


class Library:
    """The Python files of a host, each read and parsed once, when it is first asked for."""

    def __init__(self, tree: Tree) -> None:
        self.tree = tree
        self.broken: dict[str, str] = {}
        self._facts: dict[str, Facts | None] = {}
        self._targets: dict[str, list[Target]] = {}

    def facts(self, path: str) -> Facts | None:
        """What a file says; None where it is not Python, and `broken` says why."""
        if path not in self._facts:
            self._keep(path, read_one(path, self.tree.read(path), self.tree.exists))
        return self._facts[path]

    def prepare(self, paths: Sequence[str]) -> None:
        """Read many files at once, before each is asked for."""
        for path, found in read_many(self.tree, [path for path in paths if path not in self._facts]):
            self._keep(path, found)

    def _keep(self, path: str, found: Facts | str) -> None:
        self._facts[path] = None if isinstance(found, str) else found
        if isinstance(found, str):
            self.broken[path] = found

    def add(self, path: str, facts: Facts) -> None:
        """Keep the facts of what is no file of its own: the code of a notebook."""
        self._facts[path] = facts

    def known(self) -> Iterator[tuple[str, Facts]]:
        """All files that have been read so far."""
        yield from ((path, facts) for path, facts in self._facts.items() if facts)

    def targets(self, path: str) -> list[Target]:
        """The files of the repository that *path* imports."""
        if path not in self._targets:
            facts = self.facts(path)
            found = [target for each in facts.imports for target in self._resolve(path, each)] if facts else []
            self._targets[path] = found
        return self._targets[path]

    def search_path(self, path: str) -> list[str]:
        """Folders in which Python looks for what *path* imports, in order."""
        facts = self.facts(path)
        folders = inserted(facts) if facts else []
        folder = posixpath.dirname(path)
        folders += [folder, self.package_root(folder), *self.from_conftests(path), *self.from_settings, *workflow_folder(path), ""]
        return list(dict.fromkeys(folders))

    def package_root(self, folder: str) -> str:
        """The folder that pytest puts on the search path for a test in *folder*: the first that is no package."""
        while folder and f"{folder}/__init__.py" in self.tree.files:
            folder = posixpath.dirname(folder)
        return folder

    def from_conftests(self, path: str) -> list[str]:
        """What the `conftest.py` files above a test add to the search path."""
        found: list[str] = []
        if not is_test_like(path):
            return found
        for each in self.conftests(path):
            facts = self.facts(each)
            found += (inserted(facts) if facts else []) + [self.package_root(posixpath.dirname(each))]
        return found

    def conftests(self, path: str) -> list[str]:
        """The `conftest.py` files that serve *path*."""
        found, folder = [], posixpath.dirname(path)
        while True:
            each = f"{folder}/conftest.py" if folder else "conftest.py"
            if each in self.tree.files and each != path:
                found.append(each)
            if not folder:
                return found
            folder = posixpath.dirname(folder)

    @cached_property
    def _own_names(self) -> set[str]:
        """What a module or package of this repository can be called."""
        return {path.rsplit("/", 1)[-1].removesuffix(".py") for path in self.tree.files if path.endswith(".py")} | {
            folder.rsplit("/", 1)[-1] for folder in self.tree.folders
        }

    @cached_property
    def from_settings(self) -> list[str]:
        """What pytest's own `pythonpath` setting adds to the search path."""
        return [folder for folder in pytest_setting(self.tree, "pythonpath") if folder in self.tree.folders]

    def _resolve(self, path: str, imported: Import) -> Iterator[Target]:
        if imported.level:
            yield from self._relative(path, imported)
            return
        if imported.module.split(".")[0] not in self._own_names:
            return
        for folder in self.search_path(path):
            found = list(self._from(folder, imported))
            if found:
                yield from found
                return

    def _relative(self, path: str, imported: Import) -> Iterator[Target]:
        folder = posixpath.dirname(path)
        for _ in range(imported.level - 1):
            folder = posixpath.dirname(folder)
        yield from self._from(folder, imported)

    def _from(self, folder: str, imported: Import) -> Iterator[Target]:
        """The files that an import means when it is looked up in *folder*."""
        names = [name for name, _ in imported.names] if isinstance(imported.node, ast.ImportFrom) else []
        dotted = [f"{imported.module}.{name}" if imported.module else name for name in names]
        found = [Target(imported, path, folder, each) for each in dotted if (path := self.find(folder, each))]
        if len(found) < max(len(names), 1) and imported.module and (path := self.find(folder, imported.module)):
            yield Target(imported, path, folder, imported.module)
        yield from found

    def find(self, folder: str, dotted: str) -> str:
        """The file of the module *dotted* when Python looks in *folder*; empty when there is none."""
        base = posixpath.join(folder, dotted.replace(".", "/"))
        return next((path for path in (f"{base}/__init__.py", f"{base}.py") if path in self.tree.files), "")


def workflow_folder(path: str) -> list[str]:
    """The folder of the workflow that a file lies in, from where `python -m pytest` may be called."""
    parts = path.split("/")
    return ["/".join(parts[:2])] if parts[0] == "scripts" and len(parts) > 3 else []


def inserted(facts: Facts) -> list[str]:
    """Folders that a file puts on the search path itself."""
    found = [use.where.path for use in facts.uses if use.context == "syspath" and not use.where.tail]
    for word in facts.words:
        here = not word.text.strip("./\\") and ".." not in word.text  # wherever the program runs: says nothing of the repository
        if word.context == "syspath" and not here and (value := facts.evaluator.literal(word.node, word.text)):
            found.append(value.path)
    return found


def pytest_setting(tree: Tree, key: str) -> list[str]:
    """The words of one setting of pytest, from whichever file holds it."""
    for name in ("pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg"):
        if name in tree.files and (text := tree.text(name)):
            value = _toml_setting(text.text, key) if name.endswith(".toml") else _ini_setting(text.text, name, key)
            if value:
                return [posixpath.normpath(word) if word != "." else "" for word in value]
    return []


def _toml_setting(text: str, key: str) -> list[str]:
    try:
        value = tomllib.loads(text).get("tool", {}).get("pytest", {}).get("ini_options", {}).get(key, [])
    except tomllib.TOMLDecodeError:
        return []
    return value.split() if isinstance(value, str) else [str(each) for each in value]


def _ini_setting(text: str, name: str, key: str) -> list[str]:
    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except configparser.Error:
        return []
    section = "tool:pytest" if name == "setup.cfg" else "pytest"
    return re.split(r"\s+", parser.get(section, key, fallback="").strip()) if parser.has_option(section, key) else []
