"""Where proofs are kept: inside the git folder, so that they are this machine's own and never committed."""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

from workflow_template.core.host import Host


def folder(host: Host) -> Path:
    """The folder of all that is kept between runs."""
    return host.room / "tests"


def write(path: Path, data: bytes) -> bool:
    """Put a whole file in its place, or leave what is there. Returns whether it is in place: what is kept here can be missed."""
    temporary = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".", suffix=".tmp")
        with open(handle, "wb") as file:
            file.write(data)
        _replace(temporary, path)
    except OSError:
        if temporary:
            with contextlib.suppress(OSError):
                os.unlink(temporary)
        return False
    return True


def _replace(source: str, target: Path) -> None:
    """Rename over *target*; on Windows that fails while another process reads it, so try for a moment."""
    for _ in range(20 if os.name == "nt" else 0):
        with contextlib.suppress(PermissionError):
            os.replace(source, target)
            return
        time.sleep(0.01)
    os.replace(source, target)


def file_system_time(host: Host) -> int:
    """What the clock of the host's file system says, in nanoseconds: on a network drive it is not this machine's."""
    probe = folder(host) / "clock"
    try:
        probe.parent.mkdir(parents=True, exist_ok=True)
        probe.write_bytes(b"")
        os.utime(probe)
        return probe.stat().st_mtime_ns
    except OSError:
        return 0  # nothing can be kept here


def key(host: Host) -> bytes:
    """A secret of this machine: digests of environment variables, which may hold passwords, tell nothing without it."""
    path = folder(host) / "key"
    with contextlib.suppress(OSError):
        if len(known := path.read_bytes()) == 32:
            return known
    fresh = secrets.token_bytes(32)
    with contextlib.suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(handle, "wb") as file:
            file.write(fresh)
    return fresh


def failed(host: Host) -> set[str]:
    """Names of the workflows that failed when they were tested last."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        return set(json.loads((folder(host) / "failed.json").read_text(encoding="utf-8")))
    return set()


def note_failed(host: Host, results: Mapping[str, bool]) -> None:
    """Keep which of these workflows failed; what is known of others stays."""
    before = failed(host)
    after = (before - results.keys()) | {name for name, bad in results.items() if bad}
    if after != before:
        write(folder(host) / "failed.json", json.dumps(sorted(after)).encode())
