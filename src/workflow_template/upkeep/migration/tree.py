"""What lies in the work tree, as git sees it: read once, asked often."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from functools import cached_property

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host
from workflow_template.upkeep.migration.git import Entry, entries, listed
from workflow_template.upkeep.migration.source import LARGEST, Text, read_text

_LINK, _SUBMODULE = "120000", "160000"


class Tree:
    """The files of a host.

    *files* are ordinary ones that git tracks or would track; *odd* says of every other path what it is.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self.index = entries(host)
        self.untracked: set[str] = set()
        self.files: set[str] = set()
        self.links: dict[str, str] = {}
        self.odd: dict[str, str] = {}
        missing = set(listed(host, "ls-files", "-z", "-d"))
        intended = set(listed(host, "diff-files", "--name-only", "-z", "--diff-filter=A")) if self.index else set()
        for path, entry in self.index.items():
            self._tracked(path, entry, path in missing, path in intended)
        for path in listed(host, "ls-files", "-z", "-o", "--exclude-standard"):
            if "__pycache__" not in path:  # what Python compiled comes and goes by itself
                self._untracked(path)
        self.folders = _folders(self.files | self.links.keys())

    def _tracked(self, path: str, entry: Entry, missing: bool, intended: bool) -> None:
        if entry.mode == _SUBMODULE:
            self.odd[path] = "a submodule"
        elif entry.mode == _LINK:
            self._link(path)
        elif entry.tag in ("S", "s"):
            self.odd[path] = "left out by a sparse checkout"
        elif missing:
            self.odd[path] = "deleted in the work tree, but not in git"
        else:
            self.files.add(path)
            if intended:
                self.odd[path] = "marked by `git add -N`, but not added"
            elif entry.tag.islower():
                self.odd[path] = "marked as assume-unchanged in git"

    def _untracked(self, path: str) -> None:
        if path.endswith("/"):
            self.odd[path.rstrip("/")] = "a git repository of its own"
            return
        mode = os.lstat(self.host.top / path).st_mode
        if stat.S_ISLNK(mode):
            self._link(path)
        elif not stat.S_ISREG(mode):
            self.odd[path] = "no ordinary file"
        else:
            self.untracked.add(path)
            self.files.add(path)

    def _link(self, path: str) -> None:
        self.odd[path] = "a link"
        self.links[path] = os.path.realpath(self.host.top / path)

    @cached_property
    def ignored(self) -> list[str]:
        """Files in `scripts/` that git ignores, without what Python compiled."""
        found = listed(self.host, "ls-files", "-z", "-o", "-i", "--exclude-standard", "--", "scripts")
        return [path for path in found if "__pycache__" not in path]

    @cached_property
    def link_targets(self) -> dict[str, str]:
        """Which file of the host each link leads to, {target: link}."""
        top = os.path.realpath(self.host.top) + os.sep
        return {real.removeprefix(top).replace(os.sep, "/"): link for link, real in self.links.items() if real.startswith(top)}

    def exists(self, path: str) -> bool:
        """Whether something is there, whether git knows it or not."""
        return path in self.files or path in self.folders or os.path.lexists(self.host.top / path)

    def below(self, folder: str) -> Iterator[str]:
        """The files below *folder*."""
        for name in sorted(self.folders.get(folder, ())):
            path = f"{folder}/{name}" if folder else name
            if path in self.folders:
                yield from self.below(path)
            elif path in self.files:
                yield path

    def read(self, path: str) -> bytes:
        """The bytes of a file.

        Raises:
            UserError: it may not be read, so that nobody can tell what it uses.
        """
        try:
            return (self.host.top / path).read_bytes()
        except OSError as error:
            raise UserError(f"{path}: {error.strerror}", "make it readable for you, then try again") from error

    def text(self, path: str) -> Text | None:
        """The text of a file; None for what is not text, or is too long."""
        try:
            large = os.stat(self.host.top / path).st_size > LARGEST
        except OSError:
            return None
        return None if large else read_text(self.read(path))


def _folders(paths: Iterable[str]) -> dict[str, set[str]]:
    """The names in each folder, {folder: names}; the top is the empty string."""
    found: dict[str, set[str]] = {"": set()}
    for path in paths:
        while path:
            folder, _, name = path.rpartition("/")
            names = found.setdefault(folder, set())
            if name in names:
                break
            names.add(name)
            path = folder
    return found
