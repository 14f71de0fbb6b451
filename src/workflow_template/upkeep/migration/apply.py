"""Carry out a plan, files and git's index together, in one transaction; and take it back in another."""

from __future__ import annotations

import ast
import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from workflow_template.core import gitindex, transaction
from workflow_template.core.errors import UserError
from workflow_template.core.host import Host
from workflow_template.core.transaction import Change
from workflow_template.upkeep.migration.git import Entry, entries, git, under_way
from workflow_template.upkeep.migration.index import NewIndex, merge
from workflow_template.upkeep.migration.plan import Plan
from workflow_template.upkeep.migration.record import Record, digest, last, record_of


class Done(NamedTuple):
    """What was changed, and what the user should be told."""

    moves: dict[str, str]
    written: list[str]
    notes: list[str]


def apply(host: Host, plan: Plan) -> Done:
    """Carry out *plan*. Must be called inside `transaction.locked`.

    Raises:
        UserError: something stands in the way; nothing was changed.
    """
    _refuse(host)
    with _named_failures(), gitindex.held(host), _scratch(host) as room:
        _still_true(host, plan)
        index = NewIndex(host, plan, room)
        made = index.make()
        folders = _new_folders(host, plan)
        old = (host.git_dir / "index").read_bytes() if (host.git_dir / "index").exists() else None
        record = record_of(host, plan, folders, old, index.before, index.entries())
        changes = [*_changes(host, plan), Change("gitdir:index", made, over=True), Change(record.name, record.pack())]
        transaction.apply(host, changes, emptied=_parents(move.source for move in plan.moves))
    written = [path for path in plan.contents if path not in record.moves] + list(plan.creates)
    return Done(record.moves, written, index.notes)


def _refuse(host: Host) -> None:
    if word := under_way(host):
        raise UserError(f"{word} is under way", "finish or abort it first; nothing was changed")
    if os.stat(host.git_dir).st_dev != os.stat(host.top).st_dev:
        raise UserError(
            f"{host.git_dir} is on another disk than {host.top}", "both cannot change at once: clone the repository to one disk"
        )


def _still_true(host: Host, plan: Plan) -> None:
    """Whether all files are as they were when the plan was made."""
    for path, data in plan.before.items():
        if (host.top / path).read_bytes() != data:
            raise UserError(f"{path} was changed while the plan was made", "run the command again; nothing was changed")
        if path.endswith(".py"):
            _check_python(path, plan.contents[path])


def _check_python(path: str, data: bytes) -> None:
    """A repair that is no Python any more is our mistake; it must not reach a file."""
    try:
        compile(data, path, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
    except (SyntaxError, ValueError) as error:
        told = f"{path}: its repair would be no Python ({error})"
        raise UserError(told, f"leave it out: --decide {path}=stay; nothing was changed") from error


def _changes(host: Host, plan: Plan) -> Iterator[Change]:
    moved = {move.source: move.target for move in plan.moves}
    for source, target in moved.items():
        if source in plan.contents:
            yield Change(target, plan.contents[source], mode=os.stat(host.top / source).st_mode & 0o7777)
            yield Change(source, None)
        else:
            yield Change(target, None, source=source)
    yield from (Change(path, data, over=True) for path, data in plan.contents.items() if path not in moved)
    yield from (Change(path, data, over=(host.top / path).exists()) for path, data in plan.creates.items())


def _parents(paths: Iterator[str]) -> list[str]:
    """The folders of these files that may be empty afterwards, innermost first; `scripts/<name>` itself goes, too."""
    found: dict[str, None] = {}
    for path in paths:
        parts = path.split("/")[:-1]
        found |= {"/".join(parts[:depth]): None for depth in range(len(parts), 1, -1)}
    return sorted(found, key=lambda folder: -folder.count("/"))


def _new_folders(host: Host, plan: Plan) -> list[str]:
    """The folders that the plan makes, innermost first."""
    paths = [*(move.target for move in plan.moves), *plan.creates]
    found = {"/".join(path.split("/")[:depth]) for path in paths for depth in range(1, path.count("/") + 1)}
    return sorted((folder for folder in found if not (host.top / folder).is_dir()), key=lambda folder: (-folder.count("/"), folder))


@contextlib.contextmanager
def _named_failures() -> Iterator[None]:
    """What fails here fails before the transaction begins, which names its own failures."""
    try:
        yield
    except OSError as error:
        place = error.filename2 or error.filename
        raise UserError(f"{place}: {error.strerror}", "mend that, then try again; nothing was changed") from error


@contextlib.contextmanager
def _scratch(host: Host) -> Iterator[Path]:
    """An empty folder beside the files; what a killed command left there goes first."""
    room = host.room / "scratch"
    shutil.rmtree(room, ignore_errors=True)
    room.mkdir()
    try:
        yield room
    finally:
        shutil.rmtree(room, ignore_errors=True)


def undo(host: Host) -> Done:
    """Take back the last migration. Must be called inside `transaction.locked`.

    Raises:
        UserError: there is none, or what it did was changed since in a way that cannot be kept.
    """
    record = last(host)
    _refuse(host)
    with _named_failures(), gitindex.held(host), _scratch(host) as room:
        back = _Back(host, record, room)
        changes = back.changes()
        changes += back.index()
        changes.append(Change(record.name, None))
        transaction.apply(host, changes, emptied=record.folders)
    return Done({new: old for old, new in record.moves.items()}, sorted(record.texts.keys() - record.moves.keys()), back.notes)


class _Back:
    """The way back from one migration."""

    def __init__(self, host: Host, record: Record, room: Path) -> None:
        self.host, self.record, self.room = host, record, room
        self.notes: list[str] = []

    def changes(self) -> list[Change]:
        """The changes of files.

        Raises:
            UserError: a file is gone, or changed where the migration had changed it.
        """
        found: list[Change] = []
        for old, new in self.record.moves.items():
            if not (self.host.top / new).is_file() or os.path.lexists(self.host.top / old):
                told = "is there again" if os.path.lexists(self.host.top / old) else f"is not in {new} any more"
                raise UserError(f"{old} {told}", "undo by git: git revert, or git checkout; nothing was changed")
            if old in self.record.texts:
                mode = os.stat(self.host.top / new).st_mode & 0o7777
                found += [Change(old, self._restored(old, new), mode=mode), Change(new, None)]
            else:
                found.append(Change(old, None, source=new))
        for path in self.record.texts.keys() - self.record.moves.keys():
            found.append(Change(path, self._restored(path, path), over=True))
        return found + list(self._created())

    def _restored(self, old: str, new: str) -> bytes:
        """The old text, with whatever was changed in it since."""
        now, (before, after) = (self.host.top / new).read_bytes(), self.record.texts[old]
        if now == after:
            return before
        merged = merge(self.room, now, after, before)
        if merged is None:
            raise UserError(f"{new} was changed since, where the migration had repaired it", "put that change aside, then try again")
        self.notes.append(f"kept what was changed in {new} since")
        return merged

    def _created(self) -> Iterator[Change]:
        for path, made in self.record.made.items():
            file = self.host.top / path
            if file.is_file() and digest(file.read_bytes()) == made:
                yield Change(path, None)
            elif file.is_file():
                self.notes.append(f"kept {path}, which was changed since")

    def index(self) -> list[Change]:
        """The change of git's index: the old one where nothing else was staged since, else entry by entry."""
        before = self._entries_before()
        now = entries(self.host)
        expected = {path: entry for path, entry in before.items() if path not in self.record.staged}
        expected |= {path: new for path, (_, new) in self.record.staged.items() if new}
        if now == expected:
            return [Change("gitdir:index", self.record.old_index, over=True)]
        file = self.room / "index"
        shutil.copyfile(self.host.git_dir / "index", file)
        lines = b"".join(self._reversed(now))
        if lines:
            git(self.host, "update-index", "-z", "--index-info", data=lines, extra={"GIT_INDEX_FILE": str(file)})
        return [Change("gitdir:index", file.read_bytes(), over=True)]

    def _entries_before(self) -> dict[str, Entry]:
        if self.record.old_index is None:
            return {}
        file = self.room / "before"
        file.write_bytes(self.record.old_index)
        return entries(self.host, file)

    def _reversed(self, now: dict[str, Entry]) -> Iterator[bytes]:
        for path, (old, new) in self.record.staged.items():
            if now.get(path) != new and not (old is None and path in now):
                self.notes.append(f"{path} was staged since: its entry in the index stays")
            elif old is None:
                yield b"0 " + b"0" * 40 + b"\t" + os.fsencode(path) + b"\0"
            else:
                yield f"{old.mode} {old.blob}\t".encode() + os.fsencode(path) + b"\0"


__all__ = ["Done", "apply", "merge", "undo"]
