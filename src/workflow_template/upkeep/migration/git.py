"""Ask git what it knows of the work tree; nothing here changes anything."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host

_UNDER_WAY = {
    "MERGE_HEAD": "a merge",
    "rebase-merge": "a rebase",
    "rebase-apply": "a rebase",
    "CHERRY_PICK_HEAD": "a cherry-pick",
    "REVERT_HEAD": "a revert",
}


class Entry(NamedTuple):
    """One file of the index; *tag* is git's own: H, S where the work tree leaves it out, lower case where changes are not looked for."""

    mode: str
    blob: str
    tag: str


def git(host: Host, *words: str, data: bytes = b"", extra: Mapping[str, str] | None = None) -> bytes:
    """Run git at the top of the host. Returns what it printed.

    Raises:
        UserError: git is not installed, or failed.
    """
    environment = os.environ | {"GIT_OPTIONAL_LOCKS": "0", "LC_ALL": "C"} | dict(extra or {})
    try:
        done = subprocess.run(["git", *words], cwd=host.top, env=environment, input=data, capture_output=True, check=False)  # noqa: S603, S607
    except OSError as error:
        raise UserError(f"git: {error.strerror}", "install git, then try again") from error
    if done.returncode:
        said = done.stderr.decode(errors="replace").strip()
        raise UserError(f"git {words[0]} failed: {said}", "mend that, then try again; nothing was changed")
    return done.stdout


def listed(host: Host, *words: str, data: bytes = b"") -> list[str]:
    """Run a git command that prints NUL-separated paths."""
    return [os.fsdecode(path) for path in git(host, *words, data=data).split(b"\0") if path]


def entries(host: Host, index: Path | None = None) -> dict[str, Entry]:
    """The files of the index (default: the host's own), {path: entry}.

    Raises:
        UserError: the index holds a conflict.
    """
    extra = {"GIT_INDEX_FILE": str(index)} if index else {}
    found: dict[str, Entry] = {}
    for line in git(host, "ls-files", "-z", "-s", "-v", extra=extra).split(b"\0")[:-1]:
        about, _, path = line.partition(b"\t")
        tag, mode, blob, stage = about.decode("ascii").split()
        if stage != "0":
            raise UserError(f"{os.fsdecode(path)} has a merge conflict", "resolve it and add it, then try again")
        found[os.fsdecode(path)] = Entry(mode, blob, tag)
    return found


def under_way(host: Host) -> str:
    """What git is in the middle of, in words; empty when nothing."""
    return next((word for name, word in _UNDER_WAY.items() if (host.git_dir / name).exists()), "")
