"""On which machine something was measured: times of two machines are not to be compared without it."""

from __future__ import annotations

import os
import platform
import subprocess
from pathlib import Path
from typing import Any

from workflow_testing.stopwatch import now

LOOPS = 200_000


def fingerprint(database: str) -> dict[str, Any]:
    """What a reader needs to judge a time by; `reference_ms` is how long this machine takes for a fixed piece of work in Python."""
    return {
        "system": f"{platform.system()} {platform.release()}",
        "processor": _processor(),
        "cores": os.cpu_count(),
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "database": database,
        "load": _load(),
        "reference_ms": round(min(_reference() for _ in range(5)), 2),
    }


def commit_of(folder: Path) -> str:
    """The commit that a folder is at, with `+` behind it when files of the folder were changed since; empty outside of git."""
    head = _git(folder, "rev-parse", "--short=12", "HEAD")
    return head + ("+" if head and _git(folder, "status", "--porcelain", "--", ".") else "")


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603, S607 - a constant
    except OSError:
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    if described.is_file():
        models = [
            line.partition(":")[2].strip() for line in described.read_text(encoding="utf-8").splitlines() if line.startswith("model name")
        ]
        if models:
            return models[0]
    return platform.processor() or platform.machine()


def _load() -> float | None:
    """How many processes wanted to run in the last minute; unknown on Windows."""
    return round(os.getloadavg()[0], 1) if hasattr(os, "getloadavg") else None


def _reference() -> float:
    start = now()
    total = 0
    for number in range(LOOPS):
        total += number % 7
    return (now() - start) * 1000
