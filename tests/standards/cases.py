"""Files that break a rule and files that keep it, as `cases/*.txt` has them, and a stamped repository to judge them in.

A case begins with `#--- RULE PATH`: what follows is that file in the stamped repository (`-PATH`: the file is missing); `#--+ PATH` begins
another file of the same case. A line that the rule must name has the id of the rule in it. `!` says that the rule must name the whole file,
`!1` its first line; a path behind it says which file that is. `bytes:ENCODING` says how the file is written.
"""

from __future__ import annotations

import functools
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from workflow_template.standards.rule import Fix
from workflow_template.standards.source import Source
from workflow_template.standards.unit import judge, judge_repository, units
from workflow_template.standards.workflow import Repository

FOLDER = Path(__file__).parent / "cases"
_HEAD = re.compile(r"(?P<rule>WF\d+) (?P<gone>-?)(?P<path>.+?)(?: bytes:(?P<encoding>[\w-]+))?(?: !(?P<line>\d*)(?: (?P<where>.+))?)?")


class Case(NamedTuple):
    """*files* of the repository (None: missing), and the places that *rule* must name: path and line, 0 for the whole file."""

    rule: str
    files: dict[str, bytes | None]
    places: frozenset[tuple[str, int]]


def read_cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*.txt")):
        for text in path.read_text(encoding="utf-8").split("#--- ")[1:]:
            yield _read(text)


def _read(text: str) -> Case:
    head, _, body = text.partition("\n")
    found = _HEAD.fullmatch(head)
    assert found, head
    first, *more = body.split("#--+ ")
    files: dict[str, bytes | None] = {found["path"]: None if found["gone"] else first.encode(found["encoding"] or "utf-8")}
    for each in more:
        path, _, content = each.partition("\n")
        files[path] = content.encode()
    places = {(found["where"] or found["path"], int(found["line"] or 0))} if "!" in head.split() or found["line"] else set()
    for path, data in files.items():
        lines = (data or b"").decode(found["encoding"] or "utf-8").splitlines()
        places |= {(path, number) for number, line in enumerate(lines, 1) if found["rule"] in line}
    return Case(found["rule"], files, frozenset(places))


@functools.cache
def stamped() -> Mapping[str, bytes]:
    """Every file of a repository in which `daily_sales` was just stamped."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(["git", "init", "-q", folder], check=True)
        subprocess.run(
            [sys.executable, "-m", "workflow_template", "new", "daily_sales", "--defaults"], cwd=folder, check=True, capture_output=True
        )
        files = [path for path in Path(folder).rglob("*") if path.is_file() and ".git" not in path.relative_to(folder).parts]
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


def judged(files: Mapping[str, bytes | None]) -> list[tuple[str, str, int, str]]:
    """Judge the stamped repository with these files in it by our rules: rule, path, line and message of each finding."""
    return [(row[3], row[0], row[1], row[4]) for row in _rows(files)]


def judged_with_fixes(files: Mapping[str, bytes | None], rule: str) -> list[tuple[str, Fix]]:
    """The fixes of one rule in the stamped repository with these files in it, and the path of each."""
    return [(row[0], fix) for row in _rows(files) if row[3] == rule for fix in row[5]]


def _rows(files: Mapping[str, bytes | None]) -> list[list[Any]]:
    whole = {path: data for path, data in {**stamped(), **files}.items() if data is not None}
    repository = Repository(whole, lambda path: Source(path, whole[path]))
    rows = judge_repository(repository)
    for unit in units(whole):
        if unit.name or any(path in files for path in unit.paths):
            rows += judge(unit, repository, lambda path: Source(path, whole[path])).found
    return rows
