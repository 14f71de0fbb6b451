"""All or nothing over many files: whatever stops a command, the host is as before or as after.

Every new file, and a copy of every file it replaces, is staged on the same disk; then a journal is renamed into place,
which is the commit point; then staged files are renamed to where they belong; the journal goes last. The next
transaction first finishes what a killed one left: forward where all of it is there, else back.

Renames only, after the commit point: a full disk can stop the staging, not the applying. The method is that of the
redo journal of databases; the order of `fsync` follows Pillai et al., OSDI 2014.
"""

from __future__ import annotations

import contextlib
import errno
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from workflow_template.core import gitindex
from workflow_template.core.errors import UserError
from workflow_template.core.host import TRANSACTION, Host

LOCK_SECONDS = 30.0


class Change:
    """Write *data* to *path* (None: remove it). *path* is relative to the host, with `/`; `Host.base_of` knows its prefixes.

    Only with *over* may it take the place of a file that is there; *mode* None keeps the mode of that file.
    With *source*, the file or folder of that name is moved to *path* instead.
    """

    def __init__(self, path: str, data: bytes | None, mode: int | None = None, over: bool = False, source: str = "") -> None:
        self.path, self.data, self.mode, self.over, self.source = path, data, mode, over, source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Change) and vars(self) == vars(other)


Step = tuple[str, str, str, str]  # create, replace, remove or move; path; source of a move; what tells an edited file


@contextlib.contextmanager
def locked(host: Host, wait: float = LOCK_SECONDS) -> Iterator[None]:
    """Hold the host for one command, after finishing what a killed one left. The system frees the lock of the dead.

    Raises:
        UserError: another command holds the host for longer than *wait* seconds, or the git folder cannot be written.
    """
    try:
        host.room.mkdir(parents=True, exist_ok=True)
        handle = open(host.room / "lock", "a+b")
    except OSError as error:
        raise UserError(f"{host.room}: {error.strerror}", "make the repository writable for you") from error
    with handle:
        _wait_for(handle.fileno(), host, time.monotonic() + wait)
        recover(host)
        gitindex.free(host)
        _sweep(host.room / "scratch")
        yield


def apply(host: Host, changes: Iterable[Change], drop: Sequence[Path] = (), needs: Sequence[str] = (), emptied: Sequence[str] = ()) -> None:
    """Carry out all *changes* or none; files in *drop* (marks in the room) vanish with the commit.

    *needs* are files of others that must still be there when a killed command is finished; else it is undone.
    *emptied* are folders, innermost first, that vanish where the changes leave nothing in them.

    Must be called inside `locked`.

    Raises:
        UserError: a target is there already (and `over` is not set), lies behind a link, or cannot be written.
    """
    work = list(changes)
    try:
        journal = _stage(host, work, drop, needs, emptied)
    except OSError as error:
        _drop(host)
        raise UserError(f"{error.filename or host.top}: {error.strerror}", "nothing was changed") from error
    except BaseException:
        _drop(host)
        raise
    with _uninterrupted():
        try:
            _forward(host, journal)
        except OSError as error:
            _undo(host, journal)
            raise UserError(f"{error.filename2 or error.filename}: {error.strerror}", "nothing was changed") from error


def recover(host: Host) -> str:
    """Finish or undo what a killed command left. Returns `clean`, `finished` or `undone`."""
    txn = _txn(host)
    if not txn.is_dir():
        return "clean"
    if (txn / "undo").is_file():
        _back(host, _read(txn / "undo"))
        return "undone"
    if not (txn / "journal").is_file():
        finished = (txn / "done").is_file()
        _drop(host)
        return "finished" if finished else "undone"
    journal = _read(txn / "journal")
    if _complete(host, journal):
        _forward(host, journal)
        return "finished"
    _back(host, journal)
    return "undone"


def _sweep(scratch: Path) -> None:
    """Remove the folder that a killed command worked in; nothing depends on it."""
    if scratch.is_dir():
        import shutil  # here, since hooks wait for every import

        shutil.rmtree(scratch, ignore_errors=True)


def pending(host: Host) -> bool:
    """Whether a killed command left a transaction that is committed but not applied."""
    return (_txn(host) / "journal").is_file() or (_txn(host) / "undo").is_file()


def _txn(host: Host) -> Path:
    return host.room / TRANSACTION


def _read(path: Path) -> dict[str, list[list[str]]]:
    journal: dict[str, list[list[str]]] = json.loads(path.read_bytes())
    return journal


def _stage(
    host: Host, work: list[Change], drop: Sequence[Path], needs: Sequence[str], emptied: Sequence[str]
) -> dict[str, list[list[str]]]:
    txn = _txn(host)
    (txn / "new").mkdir(parents=True, exist_ok=True)
    (txn / "old").mkdir(exist_ok=True)
    steps = [_stage_one(host, number, change) for number, change in enumerate(work)]
    _sync_folder(txn / "new")
    _sync_folder(txn / "old")
    folders = _missing_folders(host, [path for kind, path, *_ in steps if kind != "remove"])
    journal = {
        "steps": [list(step) for step in steps],
        "folders": [folders],
        "drop": [[str(path) for path in drop]],
        "needs": [list(needs)],
        "emptied": [[name for name in emptied if host.resolve(name).is_dir()]],
    }
    _write(txn / "journal.tmp", json.dumps(journal).encode())
    os.replace(txn / "journal.tmp", txn / "journal")
    _sync_folder(txn)
    return journal


def _stage_one(host: Host, number: int, change: Change) -> Step:
    target = host.resolve(change.path)
    _refuse_links(host, change.path)
    there = os.path.lexists(target)
    if there and not change.over and (change.data is not None or change.source):
        raise UserError(f"{change.path} exists already", "choose another name, or move that file away")
    if change.source:
        _refuse_links(host, change.source)
        return "move", change.path, change.source, ""
    if change.data is None:
        return "remove", change.path, "", _stamp(target)
    mode = change.mode
    if there:
        mode = os.stat(target).st_mode & 0o7777 if mode is None else mode
        _write(_txn(host) / "old" / str(number), target.read_bytes(), os.stat(target).st_mode & 0o7777)
    _write(_txn(host) / "new" / str(number), change.data, mode)
    return "replace" if there else "create", change.path, "", _stamp(target)


def _stamp(path: Path) -> str:
    """What changes when a file is edited; empty when it is not there."""
    try:
        about = os.lstat(path)
    except FileNotFoundError:
        return ""
    return f"{about.st_size} {about.st_mtime_ns}"


def _refuse_links(host: Host, name: str) -> None:
    """Nothing is written through a link, since it may lead out of the host."""
    _, base = host.base_of(name)
    folder = base
    for part in host.resolve(name).relative_to(base).parts:
        if not os.access(folder, os.W_OK):
            raise UserError(f"{folder}: {os.strerror(errno.EACCES)}", "make the folder writable for you; nothing was changed")
        folder = folder / part
        if part == ".." or folder.is_symlink():
            raise UserError(f"{folder} is a link", "this command writes to real files and folders only")
        if not folder.is_dir():
            break
    if folder != host.resolve(name) and os.path.lexists(folder):
        raise UserError(f"{folder} is a file where a folder should be", "move it away")


def _missing_folders(host: Host, names: list[str]) -> list[str]:
    """Names of the folders that these files need and that are not there, outermost first."""
    missing: dict[str, None] = {}
    known: set[str] = set()
    for name in names:
        prefix, _ = host.base_of(name)
        parts = name.removeprefix(prefix).split("/")[:-1]
        for depth in range(1, len(parts) + 1):
            folder = prefix + "/".join(parts[:depth])
            if folder not in known and not host.resolve(folder).is_dir():
                missing[folder] = None
            known.add(folder)
    return list(missing)


def _complete(host: Host, journal: dict[str, list[list[str]]]) -> bool:
    """Whether a killed command can be finished: all of it is there, and nobody has edited since what it would replace."""
    if not all(host.resolve(path).exists() for path in journal["needs"][0]):
        return False
    return all(_can_be_done(host, number, *step) for number, step in enumerate(journal["steps"]))


def _can_be_done(host: Host, number: int, kind: str, path: str, source: str, stamp: str) -> bool:
    txn, target = _txn(host), host.resolve(path)
    if kind == "move":
        return target.exists() or host.resolve(source).exists()
    waits = not (txn / "old" / str(number)).exists() if kind == "remove" else (txn / "new" / str(number)).exists()
    if waits:
        return _stamp(target) == stamp
    return kind == "remove" or target.exists()


def _forward(host: Host, journal: dict[str, list[list[str]]]) -> None:
    new, old = _txn(host) / "new", _txn(host) / "old"
    for folder in journal["folders"][0]:
        host.resolve(folder).mkdir(exist_ok=True)
    for number, (kind, path, source, _) in enumerate(journal["steps"]):
        if kind == "remove":
            _move_aside(host.resolve(path), old / str(number))
        elif kind == "move" and not host.resolve(path).exists():
            os.rename(host.resolve(source), host.resolve(path))
        elif (new / str(number)).exists():
            os.replace(new / str(number), host.resolve(path))
    for folder in sorted({str(host.resolve(name).parent) for _, *names, _ in journal["steps"] for name in names if name}):
        _sync_folder(Path(folder))
    for folder in journal["emptied"][0]:
        _remove_if_empty(host.resolve(folder))
    for mark in journal["drop"][0]:
        Path(mark).unlink(missing_ok=True)
    os.replace(_txn(host) / "journal", _txn(host) / "done")
    _drop(host)


def _move_aside(path: Path, kept: Path) -> None:
    if os.path.lexists(path) and not kept.exists():
        os.replace(path, kept)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError as error:
        if error.errno not in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT):
            raise


def _undo(host: Host, journal: dict[str, list[list[str]]]) -> None:
    """Go back after a failed step; where even that fails, the next command tries again."""
    try:
        _back(host, journal)
    except OSError as error:
        raise UserError(
            f"{error.filename2 or error.filename}: {error.strerror}",
            "the change is half-way: mend the cause, then run `workflow list`, which undoes or finishes it",
        ) from error


def _back(host: Host, journal: dict[str, list[list[str]]]) -> None:
    txn = _txn(host)
    if (txn / "journal").exists():
        os.replace(txn / "journal", txn / "undo")
    for folder in reversed(journal["emptied"][0]):
        host.resolve(folder).mkdir(exist_ok=True)
    for number, (kind, path, source, _) in enumerate(journal["steps"]):
        target, old = host.resolve(path), txn / "old" / str(number)
        if kind == "move" and not host.resolve(source).exists() and target.exists():
            os.rename(target, host.resolve(source))
        elif kind == "remove":
            _move_aside(old, target)
        elif not (txn / "new" / str(number)).exists():
            _restore(kind, old, target)
    for folder in reversed(journal["folders"][0]):
        with contextlib.suppress(OSError):
            host.resolve(folder).rmdir()
    os.replace(txn / "undo", txn / "done")
    _drop(host)


def _restore(kind: str, old: Path, target: Path) -> None:
    if kind == "create":
        target.unlink(missing_ok=True)
    elif old.exists():
        os.replace(old, target)


def _drop(host: Host) -> None:
    """Remove what was staged. What cannot be removed now is removed by the next command: nothing depends on it."""
    txn = _txn(host)
    with contextlib.suppress(OSError):
        for folder in ("new", "old"):
            _empty(txn / folder)
        for name in ("journal.tmp", "journal", "done"):
            (txn / name).unlink(missing_ok=True)
        txn.rmdir()


def _empty(folder: Path) -> None:
    if folder.is_dir():
        for entry in os.scandir(folder):
            os.unlink(entry)
        folder.rmdir()


def _write(path: Path, data: bytes, mode: int | None = None) -> None:
    with open(path, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    if mode is not None:
        os.chmod(path, mode)


def _sync_folder(folder: Path) -> None:
    """Make renames in *folder* last; Windows has no such call and needs none."""
    if os.name == "nt" or not folder.is_dir():
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _uninterrupted() -> Iterator[None]:
    """Let Ctrl-C wait: past the commit point the fastest way to a sound host is to go on."""
    import signal  # here, since a hook that only looks needs it not

    try:
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    except ValueError:  # in a thread, which Ctrl-C does not reach
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _wait_for(handle: int, host: Host, deadline: float) -> None:
    while not _lock(handle):
        if time.monotonic() > deadline:
            raise UserError(f"another workflow command is at work in {host.top}", "wait for it to end, then try again")
        time.sleep(0.02)


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        try:
            os.lseek(handle, 0, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
            return False
        return True
