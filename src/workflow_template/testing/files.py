"""Which files the result of a workflow's tests depends on before they say so themselves."""

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from workflow_template.core.host import Host

SETTINGS = frozenset((".coveragerc", ".coveragerc.toml", "pyproject.toml", "setup.cfg", "tox.ini"))
SETTINGS |= {".pytest.ini", ".pytest.toml", "pytest.ini", "pytest.toml"}
_NOT_WALKED = frozenset(("__pycache__", ".git", ".pytest_cache", ".ruff_cache", ".mypy_cache", ".venv", "node_modules"))


class Files(NamedTuple):
    """Paths relative to the host: what all workflows share, and each workflow's own."""

    common: list[str]
    own: dict[str, list[str]]


def find_files(host: Host) -> Files:
    """Find the files that tests depend on as far as the layout of a host tells.

    A workflow's own `checklists/` are left out: a proof ticks items there, and must not undo itself.
    What git ignores belongs to nobody, such as logs and bytecode; all of `config/` counts, ignored secrets too.
    """
    common, own = set(_settings(host)), defaultdict(list)
    for path in _listed(host, ("dev", "utils", "config")):
        first, _, rest = path.partition("/")
        name, deeper, inner = rest.partition("/")
        if first != "dev" or name == "shared" or not deeper:
            common.add(path)
        elif not inner.startswith("checklists/"):
            own[name].append(path)
    common |= set(_walk(host, "config"))
    return Files(sorted(common), {name: sorted(paths) for name, paths in own.items()})


def all_files(host: Host) -> list[str]:
    """Every file of the repository that git does not ignore."""
    return sorted(_listed(host, (".",)))


def _settings(host: Host) -> Iterator[str]:
    with os.scandir(host.top) as entries:
        for entry in entries:
            if (entry.name in SETTINGS or entry.name.endswith(".py")) and entry.is_file():
                yield entry.name


def _listed(host: Host, places: Iterable[str]) -> list[str]:
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *places]
    try:
        done = subprocess.run(command, cwd=host.top, capture_output=True, check=True)  # noqa: S603 - constants
    except (OSError, subprocess.CalledProcessError):  # no git here, or a repository it does not want to read
        return [path for place in places for path in _walk(host, place)]
    listed = {os.fsdecode(path) for path in done.stdout.split(b"\0") if path}
    return sorted(path for path in listed if _NOT_WALKED.isdisjoint(path.split("/")))  # also where git is not told to ignore them


def _walk(host: Host, place: str) -> Iterator[str]:
    for parent, folders, names in os.walk(host.top / place):
        folders[:] = [name for name in folders if name not in _NOT_WALKED]
        inner = os.path.relpath(parent, host.top).replace(os.sep, "/")
        yield from (f"{inner}/{name}" if inner != "." else name for name in names if not name.endswith(".pyc"))
