"""What of a workflow goes to production: everything that is not for developing it."""

from __future__ import annotations

import os
from pathlib import Path

from workflow_template.core.host import Host
from workflow_template.core.transaction import Change

DEVELOPMENT = frozenset({"testing", "debugging", "validation", "checklists", "logs", "__pycache__"})


def plan_release(host: Host, name: str) -> list[Change]:
    """Plan the copy of `dev/<name>` to `scripts/<name>`; files that are there already with the same bytes are left alone."""
    source = host.top / "dev" / name
    changes = []
    for path in production_files(source):
        target = f"scripts/{name}/{path}"
        data = (source / path).read_bytes()
        there = host.top / target
        if not (there.is_file() and there.read_bytes() == data):
            changes.append(Change(target, data, mode=os.stat(source / path).st_mode & 0o777, over=True))
    return changes


def production_files(folder: Path) -> list[str]:
    """Paths of the production files of a workflow, relative to its folder, sorted."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sorted(path.as_posix() for path in found if not DEVELOPMENT & set(path.parts[:-1]) and not path.name.startswith("."))
