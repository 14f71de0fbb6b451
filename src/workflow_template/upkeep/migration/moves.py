"""Where everything goes, and what that makes of a place in the old tree."""

from __future__ import annotations

import os
import posixpath
import unicodedata
from collections.abc import Container, Iterator, Mapping
from functools import cache

from workflow_template.upkeep.migration.git import git
from workflow_template.upkeep.migration.kinds import target_of
from workflow_template.upkeep.migration.tree import Tree
from workflow_template.upkeep.migration.verdict import Verdict

_ATTRIBUTES = ("filter", "text", "eol", "working-tree-encoding", "ident")


class Moves:
    """The moves of a plan, {old path: new path}."""

    def __init__(self, tree: Tree, new: Mapping[str, str], decided: Container[str] = ()) -> None:
        """*decided* are the files that a person has decided on."""
        self.decided = decided
        self.tree, self.new = tree, dict(new)
        self.place = cache(self._place)
        self.conftests = {old: each for old, each in self.new.items() if posixpath.basename(old) == "conftest.py"}

    def _place(self, path: str) -> str:
        """Where a file or folder is found afterwards; a folder moves when all that it holds moves into one other."""
        if path in self.new:
            return self.new[path]
        if not path or path not in self.tree.folders or any(each.startswith(f"{path}/") for each in self.tree.ignored):
            return path
        places = set()
        for each in self.tree.below(path):
            inside = each[len(path) :]
            if not self.new.get(each, "").endswith(inside):
                return path
            places.add(self.new[each].removesuffix(inside))
        return places.pop() if len(places) == 1 else path

    def exists_after(self, path: str) -> bool:
        """Whether there is a file at *path* when all is done."""
        return path in self._targets or (path in self.tree.files and path not in self.new)

    def may_stand_for(self, path: str) -> bool:
        """Whether a place can be used to find others: no folder that everything has moved out of."""
        return path not in self.tree.folders or any(each not in self.new for each in self.tree.below(path))

    @property
    def _targets(self) -> set[str]:
        if not hasattr(self, "_kept_targets"):
            self._kept_targets = set(self.new.values())
        return self._kept_targets


def targets(moving: Mapping[str, Verdict]) -> dict[str, str]:
    """Where each of these files goes."""
    found = {}
    for path, verdict in moving.items():
        if path == "scripts/conftest.py":
            found[path] = "dev/conftest.py"
        else:
            found[path] = target_of(verdict.workflow, path.removeprefix(f"scripts/{verdict.workflow}/"), verdict.kind)
    return found


def clashes(tree: Tree, wanted: Mapping[str, str]) -> dict[str, str]:
    """Which of these moves cannot be made, and why."""
    found: dict[str, str] = {}
    landing: dict[str, list[str]] = {}
    for path, target in wanted.items():
        landing.setdefault(_folded(target), []).append(path)
    for path, target in wanted.items():
        others = [each for each in landing[_folded(target)] if each != path]
        if others:
            found[path] = f"{target} is where {others[0]} would go, too"
        elif reason := _taken(tree, path, target):
            found[path] = reason
    return found | {path: why for path, why in _differing(tree, wanted) if path not in found}


def _taken(tree: Tree, path: str, target: str) -> str:
    """What is in the way at *target*, in words."""
    there = os.path.lexists(tree.host.top / target)
    if there:
        same = target in tree.files and tree.read(target) == tree.read(path)
        return f"{target} is there already, with {'the same content: remove one of the two' if same else 'other content'}"
    folder, name = posixpath.split(target)
    while folder:
        if folder in tree.odd:
            return f"{folder} is {tree.odd[folder]}"
        if folder in tree.files:
            return f"{folder} is a file where a folder should be"
        twin = next((each for each in tree.folders.get(folder, ()) if each != name and _folded(each) == _folded(name)), "")
        if twin:
            return f"{folder}/{twin} is there already: on some systems both are one name"
        folder, name = posixpath.split(folder)
    return ""


def _differing(tree: Tree, wanted: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Moves to where git would treat the file in another way: other filters or line ends, or not at all."""
    untracked = {path: target for path, target in wanted.items() if path in tree.untracked}
    hidden = _ignored(tree, untracked.values())
    yield from ((path, f"git would ignore it as {target}") for path, target in untracked.items() if target in hidden)
    if not any(path.rsplit("/", 1)[-1] == ".gitattributes" for path in tree.files):
        return
    known = _attributes(tree, [*wanted, *wanted.values()])
    for path, target in wanted.items():
        if known.get(path) != known.get(target):
            yield path, f".gitattributes treats {target} in another way: give dev/ the same line first"


def _ignored(tree: Tree, paths: object) -> set[str]:
    data = b"".join(os.fsencode(str(path)) + b"\0" for path in paths)  # type: ignore[attr-defined]
    if not data:
        return set()
    try:
        said = git(tree.host, "check-ignore", "-z", "--stdin", data=data)
    except Exception:  # noqa: BLE001
        return set()
    return {os.fsdecode(path) for path in said.split(b"\0") if path}


def _attributes(tree: Tree, paths: list[str]) -> dict[str, tuple[tuple[str, str], ...]]:
    data = b"".join(os.fsencode(path) + b"\0" for path in paths)
    words = git(tree.host, "check-attr", "-z", "--stdin", *_ATTRIBUTES, data=data).split(b"\0")[:-1]
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for path, name, value in zip(words[::3], words[1::3], words[2::3], strict=True):
        found[os.fsdecode(path)] = (*found.get(os.fsdecode(path), ()), (name.decode(), value.decode()))
    return found


def _folded(path: str) -> str:
    return unicodedata.normalize("NFC", path).casefold()
