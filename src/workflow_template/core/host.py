"""The host repository: the git work tree that keeps a team's workflows."""

from __future__ import annotations

import os
from functools import cached_property

from workflow_template.core.errors import UserError

TYPE_CHECKING = False  # `typing` itself would take time to load
if TYPE_CHECKING:
    from pathlib import Path

# What a command that was killed leaves in `Host.room`: marks of folders that were being rendered, and a transaction.
RENDERING, TRANSACTION = "rendering", "txn"


class Host:
    """A git work tree at *folder*. *git_dir* is this work tree's own git folder, *common_dir* the one it shares with its siblings.

    A plain class that keeps texts, as cookiecutter's hooks and the check of a commit wait for it: loading `typing`, `dataclasses` or
    `pathlib` is a tenth of their time, so paths are made when they are asked for.
    """

    def __init__(self, folder: str, git_dir: str, common_dir: str) -> None:
        self.folder, self._git_dir, self._common_dir = folder, git_dir, common_dir

    @cached_property
    def top(self) -> Path:
        return _path(self.folder)

    @cached_property
    def git_dir(self) -> Path:
        return _path(self._git_dir)

    @cached_property
    def common_dir(self) -> Path:
        return _path(self._common_dir)

    @property
    def room(self) -> Path:
        """The folder for journals, marks and the lock: inside git's own where that is on the same disk as the files."""
        return _path(self._room())

    def was_left(self, name: str) -> bool:
        """Whether the room has the folder *name*, as after a command that was killed."""
        return os.path.isdir(os.path.join(self._room(), name))

    def _room(self) -> str:
        if os.path.exists(self._git_dir) and os.stat(self._git_dir).st_dev == os.stat(self.folder).st_dev:
            return os.path.join(self._git_dir, "workflow-template")
        return os.path.join(self.folder, ".workflow-template")

    @property
    def plans(self) -> Path:
        return self.top / "dev" / "checklists" / "workflow_plans"

    def resolve(self, name: str) -> Path:
        """Turn a name of a transaction into a path; `base_of` says where it starts."""
        prefix, base = self.base_of(name)
        return base / name.removeprefix(prefix)

    def base_of(self, name: str) -> tuple[str, Path]:
        """The prefix of a name of a transaction, and the folder it stands for.

        `git:…` lies in the git folder that all work trees share, `gitdir:…` in this work tree's own, everything else in the work tree.
        """
        for prefix, base in (("git:", self.common_dir), ("gitdir:", self.git_dir)):
            if name.startswith(prefix):
                return prefix, base
        return "", self.top

    def workflow_names(self) -> list[str]:
        """Names of the folders in `dev/` and `scripts/` that are workflows: all but those that the process owns."""
        found = set()
        for parent in ("dev", "scripts"):
            if (self.top / parent).is_dir():
                with os.scandir(self.top / parent) as entries:
                    found |= {entry.name for entry in entries if entry.is_dir() and entry.name[0] not in "._"}
        return sorted(found - {"shared", "checklists"})


def find_host(start: str | Path | None = None) -> Host | None:
    """Find the git work tree that *start* (default: the current folder) lies in; None outside of one."""
    folder, below = os.path.abspath(start or os.getcwd()), ""
    while folder != below:
        mark = os.path.join(folder, ".git")
        if os.path.isdir(mark):
            return Host(folder, mark, mark)
        if os.path.isfile(mark):
            return _linked(folder, mark)
        folder, below = os.path.dirname(folder), folder
    return None


def require_host(start: str | Path | None = None) -> Host:
    """Find the host as `find_host` does.

    Raises:
        UserError: *start* is in no git repository.
    """
    host = find_host(start)
    if host is None:
        raise UserError(f"{start or os.getcwd()} is in no git repository", "run this in your team's repository, or make one: git init")
    return host


def _linked(folder: str, mark: str) -> Host:
    """Read the `.git` file of a linked work tree or a submodule."""
    text = _read(mark)
    if not text.startswith("gitdir: "):
        raise UserError(f"{mark}: not a git file", "repair the repository, or remove that file")
    git_dir = os.path.realpath(os.path.join(folder, text.removeprefix("gitdir: ")))
    shared = os.path.join(git_dir, "commondir")
    common = os.path.realpath(os.path.join(git_dir, _read(shared))) if os.path.isfile(shared) else git_dir
    return Host(folder, git_dir, common)


def _read(file: str) -> str:
    with open(file, encoding="utf-8") as text:
        return text.read().strip()


def _path(text: str) -> Path:
    from pathlib import Path

    return Path(text)
