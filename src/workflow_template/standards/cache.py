"""Verdicts of earlier runs, kept by what they were made from: content, rules and configuration."""

from __future__ import annotations

import contextlib
import os
import sys
from typing import Any

from workflow_template.core.host import Host

_FORMAT = 1


class Cache:
    """Key -> verdict, in one file inside of git's own folder. What cannot be read or written is made anew: no run depends on it."""

    def __init__(self, host: Host) -> None:
        self._path = host.room / "standards.json"
        self._writes = host.git_dir.exists()  # without git nothing would ignore what is written
        self._kept: dict[str, Any] = {}
        import json

        with contextlib.suppress(OSError, ValueError):
            content = json.loads(self._path.read_bytes())
            if isinstance(content, dict) and content.get("format") == _FORMAT and isinstance(content.get("verdicts"), dict):
                self._kept = content["verdicts"]

    def get(self, key: str) -> Any:
        return self._kept.get(key)

    def keep(self, verdicts: dict[str, Any], *, whole: bool) -> None:
        """Keep these verdicts; the others too, unless these are of the *whole* repository. What is kept already is not written again."""
        if not self._writes or verdicts.keys() <= self._kept.keys() and (not whole or len(verdicts) == len(self._kept)):
            return
        kept = verdicts if whole else self._kept | verdicts
        import json

        aside = self._path.with_suffix(f".{os.getpid()}")
        with contextlib.suppress(OSError):
            self._path.parent.mkdir(parents=True, exist_ok=True)
            aside.write_text(json.dumps({"format": _FORMAT, "verdicts": kept}, separators=(",", ":")), encoding="utf-8")
            os.replace(aside, self._path)


def digest(*parts: str) -> str:
    """One key for all these texts."""
    import hashlib

    made = hashlib.blake2b(digest_size=16)
    for part in parts:
        data = part.encode("utf-8", "surrogateescape")
        made.update(b"%d:" % len(data))
        made.update(data)
    return made.hexdigest()


JUDGING = ("core", "stamp", "standards", "standards/rules", "standards/sqlflow", "standards/secrets")  # what verdicts are made by


def rules_digest() -> str:
    """What changes with every change of the rules themselves, and with the Python that they run on."""
    parts, package = [sys.version], os.path.dirname(os.path.dirname(__file__))
    for folder in JUDGING:
        with os.scandir(os.path.join(package, folder)) as entries:
            parts += sorted(
                f"{entry.name} {entry.stat().st_size} {entry.stat().st_mtime_ns}" for entry in entries if entry.name.endswith(".py")
            )
    return digest(*parts)
