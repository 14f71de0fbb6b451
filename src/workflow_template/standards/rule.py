"""What a rule is: an id and a title that say what, a docstring that says why, problems that say where and what to do."""

from __future__ import annotations

import ast
import functools
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from workflow_template.core.host import Host
from workflow_template.core.transaction import pending
from workflow_template.stamp import marks, plans


class Problem(NamedTuple):
    """One place where a rule is broken; *path* is relative to the host, *line* counts from 1 (0: the whole file)."""

    path: str
    line: int
    message: str


class Rule(NamedTuple):
    id: str
    title: str
    why: str
    judge: Callable[[Workflow], Iterator[Problem]]


class Finding(NamedTuple):
    rule: str
    path: str
    line: int
    message: str


class Script(NamedTuple):
    """A Python file of a workflow; *tree* is None where it does not parse, and *error* says where and why."""

    path: str
    parts: tuple[str, ...]
    text: str
    tree: ast.Module | None
    error: tuple[int, str] | None


class Workflow:
    """One workflow folder, each file read and parsed once for all rules."""

    def __init__(self, host: Host, place: str, name: str) -> None:
        self.host, self.place, self.name = host, place, name
        self.folder = host.top / place / name

    @functools.cached_property
    def files(self) -> list[str]:
        """Paths of all files in the folder, relative to it; what tools leave behind is passed over."""
        found = (path.relative_to(self.folder) for path in sorted(self.folder.rglob("*")) if path.is_file())
        return [path.as_posix() for path in found if "__pycache__" not in path.parts]

    @functools.cached_property
    def scripts(self) -> list[Script]:
        return [_read_script(self.folder / path, f"{self.place}/{self.name}/{path}") for path in self.files if path.endswith(".py")]

    @functools.cached_property
    def registered(self) -> bool:
        index = self.host.plans / "index.md"
        return index.is_file() and self.name in plans.registered(index.read_text(encoding="utf-8", errors="replace"))


def host_problems(host: Host) -> Iterator[Finding]:
    """What is wrong with the host as a whole: a stamp that was killed half way."""
    for folder in marks.half_rendered(host):
        message = "a stamp was killed here and left it half done: `workflow list` takes it away"
        yield Finding("WF103", folder, 0, message)
    if pending(host):
        yield Finding("WF103", ".", 0, "a command was killed half way: `workflow list` finishes or undoes it")


def _read_script(path: Path, shown: str) -> Script:
    data = path.read_bytes()
    text = data.decode("utf-8", errors="replace")
    parts = tuple(shown.split("/"))
    try:
        return Script(shown, parts, text, ast.parse(data), None)
    except SyntaxError as error:
        return Script(shown, parts, text, None, (error.lineno or 0, error.msg))
    except (ValueError, RecursionError, MemoryError) as error:
        return Script(shown, parts, text, None, (0, str(error) or type(error).__name__))
