"""What the files of a host hold, by SHA-256, without reading again what is as it was.

A file counts as unchanged when times, size and number in the file system are those it was last read with, and these were
already old then: one that is written twice within the clock's grain is read again (git calls such files racy).
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import re
from typing import Any, NamedTuple

from workflow_template.core.host import Host
from workflow_template.testing import places

_GRAIN = 2_100_000_000  # nanoseconds: FAT keeps times to two seconds
_FORMAT = 2
_WORDS = re.compile(rb"""["']([A-Z][A-Z0-9_]+)["']|(?:environ|getenv)[\w.\[( ]*["'](\w+)["']""")
_IMPORT = re.compile(rb"^\s*(?:from|import)\s+([A-Za-z_]\w*)", re.MULTILINE)

Signature = tuple[int, int, int, int]


class Held(NamedTuple):
    """One file: its digest, the environment variables that it may ask for, and the modules that it imports."""

    sha: str
    variables: list[str]
    imports: list[str]


ABSENT = Held("absent", [], [])


class Contents:
    """Files by path, relative to the host or absolute."""

    def __init__(self, host: Host) -> None:
        self._top = str(host.top)
        self._store = places.folder(host) / "files.json"
        self._now = places.file_system_time(host)
        self._known: dict[str, list[Any]] = _load(str(self._store))
        self._signatures: dict[str, Signature | None] = {}
        self._held: dict[str, Held] = {}
        self._changed = False

    def __getitem__(self, path: str) -> Held:
        if path not in self._held:
            self._held[path] = self._read(path)
        return self._held[path]

    def as_before(self, path: str) -> bool:
        """Whether the file is still the one that was looked at first."""
        return path not in self._signatures or self._signature(path) == self._signatures[path]

    def younger(self, path: str, moment: int) -> bool:
        """Whether the file was written at or after *moment*, by the file system's clock in nanoseconds."""
        signature = self._signature(path)
        return signature is not None and max(signature[:2]) >= moment

    def save(self) -> None:
        """Keep what was learned; a second run at the same time may do so too, the later one stays."""
        if self._changed:
            places.write(self._store, json.dumps({"format": _FORMAT, "files": self._known}, separators=(",", ":")).encode())

    def _read(self, path: str) -> Held:
        signature = self._signatures.setdefault(path, self._signature(path))
        if signature is None:
            return ABSENT
        known = self._known.get(path)
        if known and known[0] == list(signature):
            return Held(known[1], known[2], known[3])
        try:
            with open(os.path.join(self._top, path), "rb") as file:
                data = file.read()
        except OSError as error:
            return Held(f"unreadable: {error.strerror}", [], [])
        return self._learn(path, signature, _look(path, data))

    def _learn(self, path: str, signature: Signature, held: Held) -> Held:
        if max(signature[:2]) < self._now - _GRAIN and self._signature(path) == signature:
            self._known[path] = [list(signature), *held]
            self._changed = True
        elif self._known.pop(path, None):
            self._changed = True
        return held

    def _signature(self, path: str) -> Signature | None:
        try:
            about = os.stat(os.path.join(self._top, path))
        except OSError:
            return None
        return (about.st_mtime_ns, about.st_ctime_ns, about.st_size, about.st_ino)


def _look(path: str, data: bytes) -> Held:
    variables: set[bytes] = set()
    imports: set[bytes] = set()
    if path.endswith(".py"):
        variables = {one or other for one, other in _WORDS.findall(data)} if b"environ" in data or b"getenv" in data else set()
        imports = set(_IMPORT.findall(data))
    return Held(hashlib.sha256(data).hexdigest(), *(sorted(each.decode() for each in found) for found in (variables, imports)))


def _load(path: str) -> dict[str, list[Any]]:
    with contextlib.suppress(OSError, ValueError, AttributeError), open(path, encoding="utf-8") as file:
        content = json.load(file)
        if content.get("format") == _FORMAT:
            return dict(content["files"].items())
    return {}
