"""The host repository: the git work tree that keeps a team's workflows."""

from __future__ import annotations

import os
from pathlib import Path

from workflow_template.core.errors import UserError

# What a command that was killed leaves in `Host.room`: marks of folders that were being rendered, and a transaction.
RENDERING, TRANSACTION = "rendering", "txn"


class Host:
    """A git work tree. `git_dir` is this work tree's own git folder, `common_dir` the one it shares with its siblings.

    A plain class, as all things that cookiecutter's hooks need: importing `typing` or `dataclasses` is a tenth of their time.
    """

    def __init__(self, top: Path, git_dir: Path, common_dir: Path) -> None:
        self.top, self.git_dir, self.common_dir = top, git_dir, common_dir

    @property
    def room(self) -> Path:
        """The folder for journals, marks and the lock: inside git's own where that is on the same disk as the files."""
        if not self.git_dir.exists():
            return self.top / ".workflow-template"
        same_disk = os.stat(self.git_dir).st_dev == os.stat(self.top).st_dev
        return self.git_dir / "workflow-template" if same_disk else self.top / ".workflow-template"

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


def find_host(start: Path | None = None) -> Host | None:
    """Find the git work tree that *start* (default: the current folder) lies in; None outside of one."""
    start = Path(os.path.abspath(start or Path.cwd()))
    for folder in (start, *start.parents):
        mark = folder / ".git"
        if mark.is_dir():
            return Host(folder, mark, mark)
        if mark.is_file():
            return _linked(folder, mark)
    return None


def require_host(start: Path | None = None) -> Host:
    """Find the host as `find_host` does.

    Raises:
        UserError: *start* is in no git repository.
    """
    host = find_host(start)
    if host is None:
        raise UserError(f"{start or Path.cwd()} is in no git repository", "run this in your team's repository, or make one: git init")
    return host


def _linked(folder: Path, mark: Path) -> Host:
    """Read the `.git` file of a linked work tree or a submodule."""
    text = mark.read_text(encoding="utf-8").strip()
    if not text.startswith("gitdir: "):
        raise UserError(f"{mark}: not a git file", "repair the repository, or remove that file")
    git_dir = (folder / text.removeprefix("gitdir: ")).resolve()
    shared = git_dir / "commondir"
    common = (git_dir / shared.read_text(encoding="utf-8").strip()).resolve() if shared.is_file() else git_dir
    return Host(folder, git_dir, common)
