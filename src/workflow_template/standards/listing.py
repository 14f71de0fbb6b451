"""Which files the repository has, and what each holds: from git's index where it is as in the index, else from the file itself.

Git knows in milliseconds which of ten thousand files are as they were; the id it gives their content is what verdicts are kept by.
"""

from __future__ import annotations

import errno
import importlib
import os
import stat
from collections.abc import Iterator
from typing import Any

from workflow_template.core.host import Host
from workflow_template.standards.git import Question, git
from workflow_template.standards.source import Source

_SKIPPED = frozenset(
    (".git", ".venv", "venv", "node_modules", "__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache")
)
_LINK, _MODULE = "120000", "160000"


class Listing:
    """Path -> id of its content; empty where only the file itself tells."""

    def __init__(self, files: dict[str, str]) -> None:
        self.files = files


class Disk:
    """Reads files of the work tree."""

    def __init__(self, top: str, largest: float) -> None:
        self.top, self.largest = top, largest * 1e6

    def __call__(self, path: str) -> bytes:
        return self.source(path).data

    def source(self, path: str, limits: dict[str, object] | None = None) -> Source:
        """The file at *path*; one that cannot or should not be read is empty, and says so."""
        try:
            data, trouble = _read(f"{self.top}/{path}", self.largest)
        except OSError as error:
            data, trouble = b"", error.strerror or type(error).__name__
        return Source(path, data, trouble, limits)


# A link is not followed, a pipe not waited for; Windows has neither, and would change the ends of lines.
_FLAGS = sum(getattr(os, name, 0) for name in ("O_RDONLY", "O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


def _read(path: str, largest: float) -> tuple[bytes, str]:
    """What a file holds, and why that was not read; few calls of the system, as there are thousands of files.

    Raises:
        OSError: it cannot be read.
    """
    if os.name == "nt" and os.path.islink(path):
        return b"", "link"
    try:
        file = os.open(path, _FLAGS)
    except OSError as error:
        if error.errno in (errno.ELOOP, errno.EMLINK) and os.path.islink(path):
            return b"", "link"
        raise
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            return b"", "it is no regular file"
        if about.st_size > largest:
            return b"", "large"
        return _all_of(file, about.st_size), ""
    finally:
        os.close(file)


def _all_of(file: int, size: int) -> bytes:
    """Read to the end: one call where the file is as long as it says."""
    data = os.read(file, size + 1)
    if len(data) == size:
        return data
    parts = [data]
    while parts[-1]:
        parts.append(os.read(file, 1 << 20))
    return b"".join(parts)


class Index(Disk):
    """Reads what is staged; where the work tree has the same, from there."""

    def __init__(self, top: str, largest: float, ids: dict[str, str]) -> None:
        super().__init__(top, largest)
        self.ids = ids
        self.differing: dict[str, bytes] = {}  # what is staged of files that are another on disk

    def source(self, path: str, limits: dict[str, object] | None = None) -> Source:
        found = super().source(path, limits)
        wanted = self.ids.get(path, "")
        if not wanted or found.trouble in ("link", "large") or blob_id(found.data, wanted) == wanted:
            return found
        data = self.differing[path] = git(self.top, "cat-file", "blob", wanted)
        return Source(path, data, "", limits) if len(data) <= self.largest else Source(path, b"", "large", limits)


def list_files(host: Host) -> Listing:
    """Every file that git tracks and has, or does not ignore; without git, every file outside of well-known folders."""
    if not (host.top / ".git").exists():
        return Listing(dict.fromkeys(_walk(host.folder), ""))
    words = (
        "--no-optional-locks",
        "-c",
        "core.quotepath=off",
        "status",
        "--porcelain",
        "-z",
        "-uall",
        "--no-renames",
        "--ignore-submodules=all",
    )
    status = Question(host.folder, *words)
    files = dict(_entries(git(host.folder, "ls-files", "-s", "-v", "-z")))
    for entry in status.answer().decode("utf-8", "surrogateescape").split("\0"):
        state, path = entry[:2], entry[3:]
        if state[1:] == "D" or state == "D ":
            files.pop(path, None)
        elif path and path[-1] != "/" and (state[1:] != " " or state == "AA"):
            files[path] = ""
    return Listing({path: files[path] for path in sorted(files) if path})


def changed_paths(host: Host, *words: str) -> list[str]:
    """What `git diff` with these words names."""
    told = git(host.folder, "diff", *words, "--name-only", "--no-renames", "--no-ext-diff", "-z")
    return [path for path in told.decode("utf-8", "surrogateescape").split("\0") if path]


def blob_id(data: bytes, like: str) -> str:
    """The id that git gives to this content; SHA-1, or SHA-256 where *like* is one."""
    digest = _hash("sha256" if len(like) == 64 else "sha1")
    digest.update(b"blob %d\0" % len(data))
    digest.update(data)
    return str(digest.hexdigest())


def _hash(name: str) -> Any:
    """A hash; SHA-1 without all of `hashlib`, whose import takes longer than judging a file."""
    try:
        return importlib.import_module(f"_{name}").sha1(usedforsecurity=False)
    except (ImportError, AttributeError):
        return importlib.import_module("hashlib").new(name, usedforsecurity=False)


def _entries(told: bytes) -> Iterator[tuple[str, str]]:
    """Read `git ls-files -s -v -z`. What git was told to take as unchanged, or holds in conflict, has no id."""
    for entry in told.decode("utf-8", "surrogateescape").split("\0"):
        if entry:
            about, _, path = entry.partition("\t")
            tag, mode, content, number = about.split(" ")
            if mode != _MODULE:
                yield path, content if tag == "H" and number == "0" else ""


def _walk(top: str) -> Iterator[str]:
    for parent, folders, names in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in _SKIPPED)
        for name in sorted(names):
            yield os.path.relpath(os.path.join(parent, name), top).replace(os.sep, "/")
