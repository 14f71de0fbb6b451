"""Make the index that git shall have afterwards, beside the one it has: renames, repairs and new files as `git mv` and `git add` would."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from workflow_template.core.host import Host
from workflow_template.upkeep.migration.git import Entry, entries, git, listed
from workflow_template.upkeep.migration.plan import Plan

LEAST_ALIKE = 0.55  # git takes two files for one that moved from 0.5 on, by its own way of counting
_NOTHING = "0" * 40


class NewIndex:
    """The index after a plan; *notes* say what could not be staged as one would wish."""

    def __init__(self, host: Host, plan: Plan, room: Path) -> None:
        """*room* is an empty folder to work in."""
        self.host, self.plan, self.room = host, plan, room
        self.notes: list[str] = []
        self.before = entries(host)
        self.targets = {move.source: move.target for move in plan.moves if move.tracked}
        self._sources = {target: source for source, target in self.targets.items()}
        self._file = room / "index"
        if (host.git_dir / "index").exists():
            shutil.copyfile(host.git_dir / "index", self._file)

    def make(self) -> bytes:
        """Write it and read it back."""
        lines = b"".join(self._renames())
        (self.room / "tree").mkdir()
        if lines:
            self._update("--index-info", data=lines)
        staged = self._stage()
        if staged:
            self._update("--add", "--stdin", data=b"".join(os.fsencode(path) + b"\0" for path in staged))
        return self._file.read_bytes() if self._file.exists() else b""

    def entries(self) -> dict[str, Entry]:
        return entries(self.host, self._file)

    def _update(self, *words: str, data: bytes) -> None:
        extra = {"GIT_DIR": str(self.host.git_dir), "GIT_WORK_TREE": str(self.room / "tree"), "GIT_INDEX_FILE": str(self._file)}
        settings = (f"core.hooksPath={self.room / 'none'}", "core.fsmonitor=false", "core.splitIndex=false", "core.fsyncMethod=batch")
        quiet = [word for setting in settings for word in ("-c", setting)]
        git(self.host, *quiet, "update-index", "-z", *words, data=data, extra=extra)

    def _renames(self) -> Iterator[bytes]:
        for source, target in self.targets.items():
            entry = self.before[source]
            yield f"0 {_NOTHING}\t".encode() + os.fsencode(source) + b"\0"
            yield f"{entry.mode} {entry.blob}\t".encode() + os.fsencode(target) + b"\0"

    def _stage(self) -> list[str]:
        """Put new content under its new name into the folder that git is shown. Returns the paths."""
        changed = set(listed(self.host, "diff", "--no-renames", "--name-only", "-z")) if self.before else set()
        hidden = self._hidden()
        if hidden:
            self.notes.append(f"git ignores {min(hidden)}{f' and {len(hidden) - 1} more' * (len(hidden) > 1)}: look at .gitignore")
        found = []
        for path, content in self._contents(changed):
            if path not in hidden:
                self._show(path, content)
                found.append(path)
        for path in self.before:
            if path.rsplit("/", 1)[-1] == ".gitattributes" and path not in found and (self.host.top / path).is_file():
                self._show(path, (self.host.top / path).read_bytes())
        return found

    def _contents(self, changed: set[str]) -> Iterator[tuple[str, bytes]]:
        unlike = 0
        for source, content in self.plan.contents.items():
            if source not in self.before:
                continue
            target = self.targets.get(source, source)
            if target != source and alike(self.plan.before[source], content) < LEAST_ALIKE:
                unlike += 1
            elif source not in changed:
                yield target, content
            elif (merged := self._merged(source, content)) is not None:
                yield target, merged
            else:
                self.notes.append(f"{target}: its repair is not staged, because of your own changes there that are not")
        if unlike:
            many = f"{unlike} small file{'s' * (unlike > 1)}"
            self.notes.append(
                f"{many}: git would not see that they moved if their repairs were staged; commit twice (git commit, git commit -a)"
            )
        yield from self.plan.creates.items()

    def _merged(self, source: str, content: bytes) -> bytes | None:
        """The repair put into what is staged of a file that has other changes, too."""
        staged = git(self.host, "cat-file", "blob", self.before[source].blob)
        return merge(self.room, staged, self.plan.before[source], content)

    def _hidden(self) -> set[str]:
        """New files that git ignores."""
        data = b"".join(os.fsencode(path) + b"\0" for path in self.plan.creates)
        command = ["git", "check-ignore", "-z", "--stdin"]
        done = subprocess.run(command, cwd=self.host.top, input=data, capture_output=True, check=False)  # noqa: S603
        return {os.fsdecode(path) for path in done.stdout.split(b"\0") if path}

    def _show(self, path: str, content: bytes) -> None:
        file = self.room / "tree" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        source = self._sources.get(path, path)
        if (self.host.top / source).exists():
            shutil.copymode(self.host.top / source, file)


def merge(room: Path, ours: bytes, base: bytes, theirs: bytes) -> bytes | None:
    """What becomes of *ours* when the change from *base* to *theirs* is made there, too; None where they clash."""
    names = [room / name for name in ("ours", "base", "theirs")]
    for name, data in zip(names, (ours, base, theirs), strict=True):
        name.write_bytes(data)
    done = subprocess.run(["git", "merge-file", "-p", "-q", *map(str, names)], capture_output=True, check=False)  # noqa: S603, S607
    return done.stdout if done.returncode == 0 else None


def alike(before: bytes, after: bytes) -> float:
    """How much two texts have in common, counted as git does: bytes of equal lines, of the larger one."""
    counts: dict[bytes, int] = {}
    for line in _chunks(before):
        counts[line] = counts.get(line, 0) + 1
    common = 0
    for line in _chunks(after):
        if counts.get(line, 0):
            counts[line] -= 1
            common += len(line)
    return common / max(len(before), len(after), 1)


def _chunks(data: bytes) -> Iterator[bytes]:
    for line in data.splitlines(keepends=True):
        yield from (line[at : at + 64] for at in range(0, len(line), 64))
