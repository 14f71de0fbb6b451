"""Judge what is staged, as a commit hook does: each staged file, and what the whole workflow must be after the commit.

It is asked at every commit, so it starts as few processes and reads as few files as it can, and keeps nothing.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import date
from functools import cached_property, partial

from workflow_template.core.host import Host
from workflow_template.standards import finish, ruff
from workflow_template.standards.finish import Report, half_done, print_of
from workflow_template.standards.listing import CouldNotJudge, Index
from workflow_template.standards.rules import RULES
from workflow_template.standards.settings import FILE as SETTINGS
from workflow_template.standards.settings import Settings, read_settings
from workflow_template.standards.source import LIMITS
from workflow_template.standards.unit import COMMON, judge, judge_repository, name_of, units
from workflow_template.standards.workflow import INDEX, PLANS, Repository


class Staged(Repository):
    """The repository as it is in git's index, whose listing is searched and not read: it may have a hundred thousand lines."""

    def __init__(self, host: Host, listed: bytes, read: Index) -> None:
        super().__init__((), read.source, half_done(host))
        self._top = host.top
        self._listed = b"\0" + listed

    def has(self, path: str) -> bool:
        name = b"\t" + path.encode("utf-8", "surrogateescape")
        return name + b"\0" in self._listed or name + b"/" in self._listed

    @cached_property
    def names(self) -> dict[str, tuple[str, ...]]:
        """As folders on disk have them, which is quicker to see than in the index."""
        found: dict[str, tuple[str, ...]] = {}
        for place in ("dev", "scripts"):
            for name in _folders_in(os.path.join(self._top, place)):
                if name not in ("shared", "checklists") and name[0] not in "._":
                    found[name] = (*found.get(name, ()), place)
        return found

    def places_of(self, name: str) -> tuple[str, ...]:
        return tuple(place for place in ("dev", "scripts") if self.has(f"{place}/{name}"))

    @cached_property
    def plans(self) -> frozenset[str]:
        found = {path.rpartition("/")[2].removesuffix(".md") for path in self.entries([PLANS])}
        return frozenset(found) - {"index", "template_plan"}

    def entries(self, places: Iterable[str]) -> dict[str, str]:
        """Path -> id of what is staged, for these files and all files in these folders. Git lists them in order of their paths."""
        found = {}
        for place in places:
            name = b"\t" + place.encode("utf-8", "surrogateescape")
            for wanted in (name + b"\0", name + b"/"):
                at = self._listed.find(wanted)
                while at >= 0:
                    start, end = self._listed.rfind(b"\0", 0, at) + 1, self._listed.index(b"\0", at)
                    _, mode, content, _ = self._listed[start:at].decode("ascii").split(" ")
                    if mode != "160000":
                        found[self._listed[at + 1 : end].decode("utf-8", "surrogateescape")] = content
                    at = self._listed.find(b"\t", end)
                    at = at if self._listed.startswith(wanted, at) else -1
        return found


def _folders_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def check_staged(host: Host, today: date | None = None) -> Report:
    """Judge what is staged.

    Raises:
        UserError: the configuration or the baseline is wrong.
        CouldNotJudge: git or ruff is missing or failed.
    """
    listing = _start(host, "ls-files", "-s", "-v", "-z")
    named = _told(_start(host, "diff", "--cached", "--name-only", "--no-renames", "--no-ext-diff", "-z"))
    changed = frozenset(named.decode("utf-8", "surrogateescape").split("\0")) - {""}
    read = Index(str(host.top), LIMITS["largest_file_mb"], {})
    staged = Staged(host, _told(listing), read)
    wanted = staged.entries(_folders(changed)) if changed else {}
    read.ids = staged.entries(_KNOWN) | wanted
    settings = read_settings(staged.read(SETTINGS), [rule.id for rule in RULES])
    read.largest = settings.limits["largest_file_mb"] * 1e6
    raw = _judge(host, staged, wanted, changed, settings, read)
    known = finish.read_baseline(staged.read(finish.BASELINE))
    done = finish.finish(raw, settings, today or date.today(), False, known, partial(print_of, read, {}))
    names = sorted({name for path in wanted if (name := name_of(path))})
    return Report(done.findings, names, len(changed), done.passed_over, done.known)


def _judge(host: Host, staged: Staged, wanted: dict[str, str], changed: frozenset[str], settings: Settings, read: Index) -> finish.Raw:
    python = [path for path in sorted(changed) if path in wanted and ruff.is_for_ruff(path)]
    general = ruff.Run(host.top, python, settings.ruff) if python else None
    verdicts = [judge(unit, staged, partial(read.source, limits=settings.limits), changed) for unit in units(wanted)]
    found = [row for verdict in verdicts for row in verdict.found]
    if staged.pending or any(path.startswith(PLANS) or path.endswith("workflow.toml") for path in changed):
        found += judge_repository(staged)
    told = [each for each in general.findings() if each.path not in read.differing] if general else []
    for path in set(python) & read.differing.keys():
        told += ruff.Run(host.top, [path], settings.ruff, read.differing[path]).findings()
    unparsed = {row[0] for row in found if row[3] == "WF001"}
    rows = [[each.path, each.line, each.column, each.rule, each.message, list(each.fixes)] for each in told]
    found += [row for row in rows if not (row[3] == "WF001" and row[0] in unparsed)]
    return finish.Raw(found, [row for verdict in verdicts for row in verdict.comments], changed)


_KNOWN = (*COMMON, INDEX, finish.BASELINE)


def _start(host: Host, *words: str) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(["git", *words], cwd=host.top, stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # noqa: S603, S607
    except OSError as error:
        raise CouldNotJudge(f"git cannot be started: {error.strerror}", "install git, and put it into PATH") from error


def _told(process: subprocess.Popen[bytes]) -> bytes:
    told, problem = process.communicate()
    if process.returncode:
        raise CouldNotJudge(f"git: {problem.decode(errors='replace').strip()}", "repair the repository first")
    return told


def _folders(changed: Iterable[str]) -> list[str]:
    """What must be read: the workflows that staged files belong to, whole, and the other staged files."""
    found: dict[str, None] = {}
    for path in sorted(changed):
        name = name_of(path)
        for each in (f"dev/{name}", f"scripts/{name}", f"{PLANS}/{name}.md") if name else (path,):
            found[each] = None
    return list(found)


def main() -> int:
    """`workflow check --staged` without the reading of options: print what was found. Returns the exit code."""
    from workflow_template.core.errors import UserError
    from workflow_template.core.host import require_host
    from workflow_template.standards import report

    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    try:
        found = check_staged(require_host())
    except UserError as error:
        sys.stderr.write(f"Error: {error}\n")
        return CouldNotJudge.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("stopped: nothing was left half done\n")
        return 130
    sys.stdout.write(report.text(found, report.has_colour()) + "\n")
    return 1 if found.failed else 0
