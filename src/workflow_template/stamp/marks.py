"""The mark that says "cookiecutter is rendering here", by which a killed rendering is recognised and taken away."""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Iterator
from pathlib import Path

from workflow_template.core import transaction
from workflow_template.core.errors import UserError
from workflow_template.core.host import RENDERING, Host

ABANDONED_AFTER = 600  # seconds, where the system cannot tell whether cookiecutter still runs


@contextlib.contextmanager
def at_work(host: Host) -> Iterator[list[str]]:
    """Hold the host as `transaction.locked` does and take away what a killed stamp left; yields what was done, in words."""
    with transaction.locked(host):
        yield sweep(host)


def leave(host: Host, folder: Path, owner: int) -> Path:
    """Mark *folder* as being rendered by the process *owner*."""
    marks = host.room / RENDERING
    marks.mkdir(parents=True, exist_ok=True)
    mark = marks / f"{folder.name}.json"
    said = {"folder": folder.relative_to(host.top).as_posix(), "inode": _inode(folder), "owner": str(owner), "born": _born(owner)}
    aside = marks / f"{folder.name}.{os.getpid()}.tmp"
    aside.write_text(json.dumps(said), encoding="utf-8")
    os.replace(aside, mark)
    return mark


def mark_of(host: Host, folder: Path) -> Path:
    return host.room / RENDERING / f"{folder.name}.json"


def half_rendered(host: Host) -> list[str]:
    """Folders of the host that cookiecutter began and never handed over, relative to its top."""
    return [said["folder"] for mark, said in _marks(host) if _is_ours(host, said) and any(host.top.joinpath(said["folder"]).iterdir())]


def sweep(host: Host) -> list[str]:
    """Take away what killed stamps left. Nothing is deleted: the folder moves into the git folder."""
    done = []
    for mark, said in _marks(host):
        if _is_at_work(mark, said):
            continue
        if _is_ours(host, said):
            done += _take_away(host, host.top / said["folder"])
        mark.unlink(missing_ok=True)
    return done


def _take_away(host: Host, folder: Path) -> list[str]:
    with contextlib.suppress(OSError):
        folder.rmdir()
        return []
    kept = host.room / "abandoned" / f"{folder.name}-{time.time_ns()}"
    kept.parent.mkdir(exist_ok=True)
    try:
        os.rename(folder, kept)
    except OSError as error:
        raise UserError(f"{folder}: {error.strerror}", "a stamp was killed here: remove the folder by hand") from error
    return [f"took away {folder.relative_to(host.top).as_posix()}, which a killed stamp had left half done (kept in {kept})"]


def _marks(host: Host) -> Iterator[tuple[Path, dict[str, str]]]:
    for mark in sorted((host.room / RENDERING).glob("*.json")):
        try:
            said = json.loads(mark.read_text(encoding="utf-8"))
        except (ValueError, OSError):
            continue
        if isinstance(said, dict) and {"folder", "inode", "owner", "born"} <= said.keys():
            yield mark, said


def _is_ours(host: Host, said: dict[str, str]) -> bool:
    """Whether the folder is still the one that was marked, and not one that somebody made since."""
    folder = host.top / said["folder"]
    return folder.is_dir() and not folder.is_symlink() and _inode(folder) == said["inode"]


def _inode(folder: Path) -> str:
    return str(os.stat(folder).st_ino)


def _is_at_work(mark: Path, said: dict[str, str]) -> bool:
    if said["born"]:
        return _born(int(said["owner"])) == said["born"]
    if os.name == "nt":
        return time.time() - mark.stat().st_mtime < ABANDONED_AFTER
    try:
        os.kill(int(said["owner"]), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _born(process: int) -> str:
    """When a process was started, so that a number that the system gave out again is not mistaken; empty if unknown."""
    try:
        text = Path(f"/proc/{process}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return "" if not Path("/proc/self/stat").exists() else "gone"
    return text.rpartition(")")[2].split()[19]
