"""Judge what is staged, as a commit hook does: each staged file, and what the whole workflow must be after the commit.

It is asked at every commit, so it starts as few processes and reads as few files as it can, and keeps nothing.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cached_property, partial

from workflow_template.core.host import Host
from workflow_template.standards import finish, ruff
from workflow_template.standards.finish import Report, half_done, print_of
from workflow_template.standards.git import Question, what_is_staged
from workflow_template.standards.listing import Index
from workflow_template.standards.rules import RULES
from workflow_template.standards.settings import FILE as SETTINGS
from workflow_template.standards.settings import Settings, read_settings
from workflow_template.standards.source import LIMITS
from workflow_template.standards.unit import COMMON, judge, judge_repository, name_of, units
from workflow_template.standards.workflow import INDEX, PLANS, Repository


class Lines:
    """What `git ls-files -s -v -z` lists, a hundred thousand lines perhaps: searched and not read, as it is in order of the paths."""

    def __init__(self, told: bytes) -> None:
        self._told = b"\0" + told

    def below(self, path: str) -> Iterator[tuple[str, str]]:
        """Path and id of the file *path*, or of each file in the folder *path*."""
        name = path.encode("utf-8", "surrogateescape")
        for wanted, ends in ((name, b"\0"), (name + b"/", b"")):
            at = self._first(wanted)
            while (tab := self._told.find(b"\t", at) + 1) and self._told.startswith(wanted + ends, tab):
                _, mode, content, _ = self._told[at : tab - 1].decode("ascii").split(" ")
                at = self._told.index(b"\0", tab) + 1
                if mode != "160000":
                    yield self._told[tab : at - 1].decode("utf-8", "surrogateescape"), content

    def _first(self, wanted: bytes) -> int:
        """Where the first line begins whose path is not before *wanted*."""
        told, low, high = self._told, 1, len(self._told)
        while low < high:
            start = told.rfind(b"\0", 0, (low + high) // 2) + 1
            end = told.index(b"\0", start)
            if told[told.index(b"\t", start) + 1 : end] < wanted:
                low = end + 1
            else:
                high = start
        return low


class Staged(Repository):
    """The repository as it is in git's index."""

    def __init__(self, host: Host, listed: bytes, read: Index) -> None:
        super().__init__((), read.source, half_done(host))
        self._top = host.folder
        self._listed = Lines(listed)

    def has(self, path: str) -> bool:
        return any(True for _ in self._listed.below(path))

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
        """Path -> id of what is staged, for these files and all files in these folders."""
        return {path: content for place in places for path, content in self._listed.below(place)}


def _folders_in(folder: str) -> list[str]:
    try:
        with os.scandir(folder) as entries:
            return sorted(entry.name for entry in entries if entry.is_dir(follow_symlinks=False))
    except OSError:
        return []


def check_staged(host: Host, today: date | None = None, asked: tuple[Question, Question] | None = None) -> Report:
    """Judge what is staged.

    Raises:
        UserError: the configuration or the baseline is wrong.
        CouldNotJudge: git or ruff is missing or failed.
    """
    index, differing = asked or what_is_staged(host.folder)
    changed = frozenset(differing.answer().decode("utf-8", "surrogateescape").split("\0")) - {""}
    read = Index(host.folder, LIMITS["largest_file_mb"], {})
    staged = Staged(host, index.answer(), read)
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
    general = ruff.Run(host.folder, python, settings.ruff) if python else None
    verdicts = [judge(unit, staged, partial(read.source, limits=settings.limits), changed) for unit in units(wanted)]
    found = finish.with_proofs([row for verdict in verdicts for row in verdict.found], None)
    if staged.pending or any(path.startswith(PLANS) or path.endswith("workflow.toml") for path in changed):
        found += judge_repository(staged)
    told = [each for each in general.findings() if each.path not in read.differing] if general else []
    for path in set(python) & read.differing.keys():
        told += ruff.Run(host.folder, [path], settings.ruff, read.differing[path]).findings()
    unparsed = {row[0] for row in found if row[3] == "WF001"}
    rows = [[each.path, each.line, each.column, each.rule, each.message, list(each.fixes)] for each in told]
    found += [row for row in rows if not (row[3] == "WF001" and row[0] in unparsed)]
    return finish.Raw(found, [row for verdict in verdicts for row in verdict.comments], changed)


_KNOWN = (*COMMON, INDEX, finish.BASELINE)


def _folders(changed: Iterable[str]) -> list[str]:
    """What must be read: the workflows that staged files belong to, whole, and the other staged files."""
    found: dict[str, None] = {}
    for path in sorted(changed):
        name = name_of(path)
        for each in (f"dev/{name}", f"scripts/{name}", f"{PLANS}/{name}.md") if name else (path,):
            found[each] = None
    return list(found)
