"""What tests read beside the files that are known to be theirs, as the journal of a run tells."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path
from typing import NamedTuple

from workflow_template.core.host import Host
from workflow_template.testing import files, trace
from workflow_template.testing.contents import Contents

_BYTECODE = re.compile(r"^(.*?)/?__pycache__/([^/]+?)\.(?:cpython|pypy)[^/]*\.pyc$")
_COVERED = ("dev/shared", "utils", "config")  # every file of these is known
_HARMLESS = frozenset(  # what `platform`, `ctypes` and `uuid` start
    ("arp", "cc", "gcc", "ifconfig", "ip", "ld", "ldconfig", "lsb_release", "netstat", "objdump", "uname")
)
_PROVENANCE = frozenset(("--version", "describe", "rev-parse", "status", "symbolic-ref"))  # git's answers change with every commit
_REPOSITORY, _FILES = "repository", "files"
_DATABASES = (".db", ".sqlite", ".sqlite3")
_TABLES = (".arrow", ".avro", ".csv", ".duckdb", ".feather", ".json", ".jsonl", ".ndjson", ".orc", ".parquet", ".tsv", ".xlsx")
_OPENED_IN_C = {"databases": _DATABASES, "data files": (*_DATABASES, *_TABLES)}


class Needs(NamedTuple):
    """What else a result depends on, each as `kind path`; *test* is the one that was running last."""

    keys: list[str]
    test: str


def read(lines: Iterable[tuple[str, str]], host: Host, name: str, known: frozenset[str]) -> Needs:
    """Read a journal: which files, listings and programs count for the tests of workflow *name*."""
    keys, written, test = set(), set(), ""
    tops = tuple(os.path.join(top, "") for top in (str(host.top), os.path.realpath(host.top)))
    for kind, text in lines:
        path = _relative(text, tops)
        if kind == trace.WRITTEN:
            written.add(path)
        elif kind == trace.READ:
            path = _source(path)
            if path not in known and path not in written and not _ours(path):
                keys.add(f"{kind} {path}")
        elif kind in (trace.LISTED, trace.IMPORTABLE):
            if not _inside(path, (f"dev/{name}", *_COVERED)) and not _ours(path):
                keys.add(f"{kind} {path}")
        elif kind == trace.PROGRAM and _reaches(text.split("\t"), tops):
            keys |= {_REPOSITORY, *(f"{trace.READ} {path}" for path in _named(text.split("\t"), tops) if path not in known)}
        elif kind == trace.LOADED:
            keys.add(f"{_FILES} {'databases' if text == 'sqlite3' else 'data files'}")
        elif kind == "test":
            test = text
    return Needs(sorted(keys), test)


def code(keys: Iterable[str]) -> list[str]:
    """Python files among what tests read besides."""
    return [path for kind, _, path in (key.partition(" ") for key in keys) if kind == trace.READ and path.endswith(".py")]


class Digests:
    """What these needs are now; each is looked at once."""

    def __init__(self, host: Host, contents: Contents) -> None:
        self._host, self._contents = host, contents
        self._known: dict[str, str] = {}

    def __getitem__(self, key: str) -> str:
        if key not in self._known:
            self._known[key] = self._look(key)
        return self._known[key]

    def touched(self, key: str, moment: int) -> bool:
        """Whether something of this was written at or after *moment*, so that nobody can say what the tests have seen."""
        kind, _, path = key.partition(" ")
        paths = self._all if kind == _REPOSITORY else [path] if kind == trace.READ else []
        return any(self._contents.younger(each, moment) for each in paths)

    @cached_property
    def _all(self) -> list[str]:
        return files.all_files(self._host)

    def _look(self, key: str) -> str:
        kind, _, path = key.partition(" ")
        if kind == trace.READ:
            return self._contents[path].sha
        if kind == _REPOSITORY:
            return _digest(f"{each} {self._contents[each].sha}" for each in self._all)
        if kind == _FILES:
            data = [each for each in self._all if each.endswith(_OPENED_IN_C[path]) and not each.startswith("dev/")]
            return _digest(f"{each} {self._contents[each].sha}" for each in data)
        return _digest(_names(os.path.join(self._host.top, path), kind == trace.IMPORTABLE))


def _names(folder: str, importable: bool) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if not importable or _importable(entry))
    except OSError:
        return ["absent"]


def _importable(entry: os.DirEntry[str]) -> bool:
    if entry.name.endswith((".py", ".pyd", ".so", ".dist-info", ".egg-info")):
        return True
    return entry.is_dir() and os.path.exists(os.path.join(entry.path, "__init__.py"))


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\0".join(lines).encode("utf-8", "surrogateescape")).hexdigest()


def _relative(text: str, tops: tuple[str, ...]) -> str:
    for top in tops:
        if (text + os.sep).startswith(top):
            return text[len(top) :].replace(os.sep, "/")
    return text.replace(os.sep, "/")


def _source(path: str) -> str:
    """The file that bytecode was made from."""
    found = _BYTECODE.match(path)
    return "/".join(filter(None, (found[1], f"{found[2]}.py"))) if found else path


def _inside(path: str, folders: Iterable[str]) -> bool:
    return any(path == folder or path.startswith(f"{folder}/") for folder in folders)


def _ours(path: str) -> bool:
    """What git and this command keep for themselves."""
    return _inside(path, (".git/workflow-template", ".workflow-template"))


def _reaches(words: list[str], tops: tuple[str, ...]) -> bool:
    """Whether a program works in the repository, or is told of a file in it."""
    folder, *command = words
    program = os.path.basename(command[0] if command else "").lower().removesuffix(".exe")
    if program in _HARMLESS or (program == "git" and _asked_of_git(command) in _PROVENANCE):
        return False
    return any(f"{os.path.join(folder, word)}{os.sep}".startswith(tops) for word in ("", *command[1:])) or any(
        top.rstrip(os.sep) in word for top in tops for word in command
    )


def _named(words: list[str], tops: tuple[str, ...]) -> set[str]:
    """Files of the repository that stand in a command line, also those that git ignores."""
    folder, *command = words
    paths = {os.path.normpath(os.path.join(folder, word)) for part in command for word in re.split(r"[\s'\"=;|<>&]+", part) if word}
    return {_relative(path, tops) for path in paths if path.startswith(tops) and Path(path).is_file()}


def _asked_of_git(command: list[str]) -> str:
    """Git's own command: what follows its options."""
    words = iter(command[1:])
    for word in words:
        if word in ("-C", "-c"):
            next(words, "")
        elif not word.startswith("-") or word in _PROVENANCE:
            return word
    return ""
