"""git's own lock on its index, held while a command changes files and index together."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host

SIGNATURE = b"held by the workflow command\n"


@contextlib.contextmanager
def held(host: Host) -> Iterator[None]:
    """Keep git from changing the index. What is left behind, by a kill or a failure, is known by its text, and freed by `free`.

    Must be called inside `transaction.locked`.

    Raises:
        UserError: git, or something that uses it, is at work.
    """
    lock, mine = host.git_dir / "index.lock", host.room / "index.mine"
    mine.write_bytes(SIGNATURE)
    try:
        _claim(mine, lock)
    finally:
        _remove(mine)
    try:
        yield
    finally:
        _remove(lock)


def free(host: Host) -> None:
    """Take away the lock of a command that was killed; that of anybody else stays."""
    _remove(host.room / "index.mine")
    lock = host.git_dir / "index.lock"
    with contextlib.suppress(OSError):
        if lock.read_bytes() == SIGNATURE:
            lock.unlink()


def _remove(path: Path) -> None:
    with contextlib.suppress(OSError):
        path.unlink()


def _claim(mine: Path, lock: Path) -> None:
    """Give the lock its whole text and its name in one step: a kill leaves no lock that nobody could tell is ours."""
    try:
        os.link(mine, lock)
    except FileExistsError as error:
        raise UserError(f"{lock} exists: git is at work in this repository", "wait for it to end, then try again") from error
