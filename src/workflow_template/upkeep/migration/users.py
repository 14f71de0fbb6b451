"""Who uses the files that may move: imports, places, names, patterns and mentions."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import NamedTuple

from workflow_template.upkeep.migration.facts import Facts, Word
from workflow_template.upkeep.migration.kinds import is_data
from workflow_template.upkeep.migration.mentions import Mention, Names, kind_of, workflow_of
from workflow_template.upkeep.migration.modules import Library
from workflow_template.upkeep.migration.source import Text
from workflow_template.upkeep.migration.tree import Tree
from workflow_template.upkeep.migration.where import normal

_TOKEN = re.compile(rb"[\w-]+")
_ELSEWHERE = re.compile(rb"scripts|\.\.[/\\]|import_module|runpy|parent\.parent /|parents\[1\]|pardir|[\"']\.\.[\"']|__import__")
_LISTS = (b"glob", b"listdir", b"iterdir", b"scandir", b"os.walk")
_RUNS = re.compile(r"pytest|unittest|testpaths|pythonpath|working-directory|\bcd scripts|scripts/[\w./-]*[*?]")
_NOT_TEXT = (".py", ".ipynb", ".pyc", ".png", ".jpg", ".jpeg", ".gif", ".pdf", ".zip", ".gz", ".svg")


class User(NamedTuple):
    """A line of *path* that uses a file: *what* it does, in words. A *vague* one may mean another file of the same name."""

    path: str
    line: int
    what: str
    vague: bool = False


class Users:
    """The users of every file in *paths*, and all mentions in text."""

    def __init__(self, tree: Tree, library: Library, paths: Iterable[str]) -> None:
        self.tree, self.library = tree, library
        self.paths = set(paths)
        self.names = Names(sorted(self.paths), tree.files, tree.host.top.name)
        self.of: dict[str, list[User]] = {path: [] for path in self.paths}
        self.mentions: dict[str, list[Mention]] = {}
        self.texts: dict[str, Text] = {}
        self.runs: dict[str, Text] = {}
        self.naming_folders: dict[str, Text] = {}  # that may say where a whole folder is
        self.by_workflow: dict[str, list[str]] = {}
        for path in sorted(self.paths):
            self.by_workflow.setdefault(workflow_of(path), []).append(path)
        self._read_python()
        self._read_text()
        for target, link in tree.link_targets.items():
            if target in self.of:
                self.of[target].append(User(link, 0, "is a link to it"))

    def _read_python(self) -> None:
        paths = [path for path in sorted(self.tree.files) if path.endswith(".py") and (path in self.paths or self._may_use(path))]
        self.library.prepare(paths)
        for path in paths:
            if facts := self.library.facts(path):
                self.add_python(path, facts)

    def _may_use(self, path: str) -> bool:
        """Whether a file may have to do with what moves: a look at its bytes, so that few must be parsed."""
        data = self.tree.read(path)
        own = self.by_workflow.get(workflow_of(path), ())
        if any(_stem(each) in data for each in own):
            return True
        if any(is_data(each) for each in own) and (_has_ending(data, own) or any(word in data for word in _LISTS)):
            return True
        if b"pytest" in data or b"unittest" in data:
            return True
        if path.startswith("scripts/") and not _ELSEWHERE.search(data):
            return False
        return not self._stems.isdisjoint(_TOKEN.findall(data))

    @property
    def _stems(self) -> set[bytes]:
        if not hasattr(self, "_kept_stems"):
            self._kept_stems = {found[0] for path in self.paths if (found := _TOKEN.search(_stem(path)))}
        return self._kept_stems

    def add_python(self, path: str, facts: Facts) -> None:
        """Note what one file of Python uses."""
        for target in self.library.targets(path):
            self._note(target.path, User(path, target.imported.line, "imports it"))
        for use in facts.uses:
            if use.where.tail:
                self._note_pattern(path, use.where.node.lineno, use.where.path, use.where.tail, use.where.lists)
            else:
                self._note(use.where.path, User(path, use.where.node.lineno, "uses it"))
                if use.context != "syspath" and self._is_inner(use.where.path):
                    self._note_pattern(path, use.where.node.lineno, use.where.path, "*")
        for word in facts.words:
            self._note_word(path, word)

    def _is_inner(self, path: str) -> bool:
        """Whether this is a folder within that of a workflow: whoever has it may read all that lies there."""
        return path.count("/") > 1 and path in self.tree.folders

    def _note(self, target: str, user: User) -> None:
        if target in self.of and user.path != target and user not in self.of[target]:
            self.of[target].append(user)

    def _note_word(self, path: str, word: Word) -> None:
        text = word.text.replace("\\", "/")
        if word.pattern:
            folder, _, name = text.rpartition("/")
            if "*" not in folder and (place := normal(posixpath.dirname(path), folder)) is not None:
                self._note_pattern(path, word.line, place, name)
            return
        name = text.rsplit("/", 1)[-1]
        for target in self.names.by_name.get(name, ()):
            if text == target or text.endswith(f"/{target}") or normal(posixpath.dirname(path), text) == target:
                self._note(target, User(path, word.line, "names it"))
            elif workflow_of(path) in ("", workflow_of(target)) and (workflow_of(path) or self.names.count[name] == 1):
                self._note(target, User(path, word.line, "names it", vague=True))

    def _note_pattern(self, path: str, line: int, folder: str, tail: str, lists: bool = False) -> None:
        """A pattern of names. It says much where the folder is searched by it, or where it is more than an ending."""
        vague = tail.split(".")[0] == "*" and not (lists and tail != "*")
        for target in self.by_workflow.get(workflow_of(folder + "/x"), ()) if workflow_of(folder + "/x") else ():
            inside = target.removeprefix(folder + "/")
            if target.startswith(folder + "/") and (fnmatchcase(inside, tail) or fnmatchcase(inside, tail.replace("**/", ""))):
                self._note(target, User(path, line, "uses the files of its folder" if tail == "*" else f"uses files like {tail}", vague))

    def _read_text(self) -> None:
        for path in sorted(self.tree.files):
            if path.lower().endswith(_NOT_TEXT) or is_data(path):
                continue
            text = self.tree.text(path)
            if text is None:
                continue
            if ("scripts" in text.text or path.startswith("scripts/")) and (
                path.endswith(".pre-commit-config.yaml") or _RUNS.search(text.text)
            ):
                self.runs[path] = text
            if "scripts" in text.text and kind_of(path, text.text) in ("ci", "tool", "document"):
                self.naming_folders[path] = text
            if not self._may_mention(path, text.text):
                continue
            kind = kind_of(path, text.text)
            found = list(self.names.find(path, text.text, kind, self.tree.folders))
            if found:
                self.texts[path], self.mentions[path] = text, found
            for mention in found:
                if mention.uses:
                    self._note(mention.target, User(path, mention.line, "names it", vague=not mention.exact))

    def _may_mention(self, path: str, text: str) -> bool:
        if not path.startswith(("scripts/", "dev/")):
            return True
        own = self.by_workflow.get(workflow_of(path), ())
        return "scripts" in text or "../" in text or any(each.rsplit("/", 1)[-1] in text for each in own)

    def staying(self, target: str, moving: Iterable[str]) -> Iterator[User]:
        """Those users of *target* that do not move."""
        yield from (user for user in self.of.get(target, ()) if user.path not in moving)


def _stem(path: str) -> bytes:
    return path.rsplit("/", 1)[-1].split(".")[0].encode()


def _has_ending(data: bytes, paths: Iterable[str]) -> bool:
    return any(f".{path.rsplit('.', 1)[-1]}".encode() in data for path in paths)


def said_by(user: User) -> str:
    """Where and how a file is used, in words."""
    return f"{user.path}{f':{user.line}' if user.line else ''} {user.what}"
