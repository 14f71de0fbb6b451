"""Read what the process of one workflow left behind, however it ended."""

from __future__ import annotations

import contextlib
import json
import signal
from pathlib import Path

from workflow_template.testing import facts
from workflow_template.testing.facts import Facts
from workflow_template.testing.pool import Ended

_MUCH = 100_000  # characters of output that are kept, the last ones
_NOT_TOLD = ("/_pytest/", "/pluggy/", "/pytest/__main__", "/workflow_template/testing/", "<frozen runpy>", "/runpy.py")


def read(ended: Ended, test: str) -> Facts:
    """What a job found; *test* is the one that was running when it ended."""
    aside = ended.job.aside
    output = _text(aside / "output")
    with contextlib.suppress(OSError, ValueError, TypeError, KeyError):
        found = facts.from_json(json.loads((aside / "result.json").read_text(encoding="utf-8")))
        return found._replace(output=output)
    where = f" in {test}" if test else ""
    if ended.timed_out:
        told = f"timed out after {ended.job.timeout:g} s{where}"
        return Facts(-1, ended.job.timeout, [], {}, told, output=output + _stack(aside / "stack"))
    return Facts(-1, 0.0, [], {}, f"{_how(ended.status)}{where}", output=output + _text(aside.parent / "workers.log"))


def _how(status: int | None) -> str:
    if status is None:
        return "its worker was ended"
    if status < 0:
        return f"its process was ended by {signal.Signals(-status).name}"
    return f"its process ended itself (exit {status})"


def _stack(path: Path) -> str:
    """Where every thread stood, without what pytest and we do to come there."""
    return "\n".join(line for line in _text(path).splitlines() if not any(name in line.replace("\\", "/") for name in _NOT_TOLD)) + "\n"


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")[-_MUCH:]
    except OSError:
        return ""
