"""What was done by a migration, kept in the git folder so that it can be taken back."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any, NamedTuple

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host
from workflow_template.upkeep.migration.git import Entry
from workflow_template.upkeep.migration.plan import Plan

FOLDER = "gitdir:workflow-template/migrations"


class Record(NamedTuple):
    """One applied migration. *texts* holds what was repaired, before and after, by its old path; *made* the digests of new files.

    *old_index* is git's index as it was (None: there was none), *staged* what changed in it: {path: (before, after)}.
    """

    number: int
    moves: dict[str, str]
    texts: dict[str, tuple[bytes, bytes]]
    made: dict[str, str]
    folders: list[str]
    old_index: bytes | None
    staged: dict[str, tuple[Entry | None, Entry | None]]

    @property
    def name(self) -> str:
        return f"{FOLDER}/{self.number:04}.zip"

    def pack(self) -> bytes:
        """Write it as a zip file, in which a person may look, too."""
        about = {"moves": self.moves, "made": self.made, "folders": self.folders, "staged": self.staged, "texts": list(self.texts)}
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as pack:
            _put(pack, "record.json", json.dumps(about, indent=1).encode())
            if self.old_index is not None:
                _put(pack, "index", self.old_index)
            for number, (before, after) in enumerate(self.texts.values()):
                _put(pack, f"before/{number}", before)
                _put(pack, f"after/{number}", after)
        return made.getvalue()


def _put(pack: zipfile.ZipFile, name: str, data: bytes) -> None:
    pack.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), data, zipfile.ZIP_DEFLATED)


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def numbers(host: Host) -> list[int]:
    """The migrations that can be taken back, oldest first."""
    return sorted(int(path.stem) for path in host.resolve(FOLDER).glob("*.zip") if path.stem.isdigit())


def last(host: Host) -> Record:
    """Read the latest record.

    Raises:
        UserError: there is none, or it cannot be read.
    """
    found = numbers(host)
    if not found:
        raise UserError("no migration to undo in this repository", "git log shows what was committed")
    path = host.resolve(f"{FOLDER}/{found[-1]:04}.zip")
    try:
        return _read(path, found[-1])
    except (OSError, ValueError, KeyError, zipfile.BadZipFile) as error:
        raise UserError(f"{path}: {error}", "undo by git: git revert, or git checkout") from error


def _read(path: Path, number: int) -> Record:
    with zipfile.ZipFile(path) as pack:
        about: dict[str, Any] = json.loads(pack.read("record.json"))
        texts = {path: (pack.read(f"before/{at}"), pack.read(f"after/{at}")) for at, path in enumerate(about["texts"])}
        index = pack.read("index") if "index" in pack.namelist() else None
    staged = {path: (_entry(old), _entry(new)) for path, (old, new) in about["staged"].items()}
    return Record(number, about["moves"], texts, about["made"], about["folders"], index, staged)


def _entry(said: list[str] | None) -> Entry | None:
    return Entry(*said) if said else None


def record_of(host: Host, plan: Plan, folders: list[str], index: bytes | None, old: dict[str, Entry], new: dict[str, Entry]) -> Record:
    """The record of a plan that is about to be applied."""
    moves = {move.source: move.target for move in plan.moves}
    texts = {path: (plan.before[path], data) for path, data in plan.contents.items()}
    texts |= {path: ((host.top / path).read_bytes(), data) for path, data in plan.creates.items() if (host.top / path).exists()}
    made = {path: digest(data) for path, data in plan.creates.items() if path not in texts}
    staged = {path: (old.get(path), new.get(path)) for path in old.keys() | new.keys() if old.get(path) != new.get(path)}
    return Record((numbers(host) or [0])[-1] + 1, moves, texts, made, folders, index, dict(sorted(staged.items())))
