"""Judge a repository or a part of it: kept verdicts first, then our rules and ruff side by side."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from workflow_template.core.host import Host
from workflow_template.standards import finish, ruff
from workflow_template.standards.cache import Cache, digest, rules_digest
from workflow_template.standards.finish import Proofs, Report, half_done, print_of
from workflow_template.standards.git import git
from workflow_template.standards.listing import Disk, Listing, changed_paths, list_files
from workflow_template.standards.rule import Finding
from workflow_template.standards.rules import RULES
from workflow_template.standards.settings import FILE as SETTINGS
from workflow_template.standards.settings import Settings, read_settings
from workflow_template.standards.source import Source
from workflow_template.standards.unit import COMMON, Unit, Verdict, judge, judge_repository, key_of, name_of, units
from workflow_template.standards.workflow import Repository

IDS = tuple(rule.id for rule in RULES)
ALONE = 24  # units; fewer are judged in this process, as starting others takes longer
Progress = Callable[[int, int], None]


class Scope(NamedTuple):
    """What is asked for; None: everything. *names* are workflows, *paths* files and folders, *changed* files that are judged alone."""

    names: frozenset[str] | None = None
    paths: frozenset[str] = frozenset()
    changed: frozenset[str] | None = None

    @property
    def whole(self) -> bool:
        return self.names is None and not self.paths and self.changed is None

    def takes(self, unit: Unit) -> bool:
        """Whether a unit must be judged."""
        if self.whole or unit.name and unit.name in (self.names or ()):
            return True
        if self.changed is not None:
            return not self.changed.isdisjoint(unit.paths) or unit.name in _names_of(self.changed)
        return any(_within(path, self.paths) for path in unit.paths)

    def shows(self, finding: Finding) -> bool:
        """Whether a finding belongs to what was asked for."""
        if self.whole or self.changed is not None or finding.group and finding.group in (self.names or ()):
            return True
        return _within(finding.path, self.paths)


def check(
    host: Host,
    scope: Scope,
    *,
    today: date | None = None,
    progress: Progress | None = None,
    baseline: bool = True,
    proofs: Proofs | None = None,
) -> Report:
    """Judge what *scope* takes by all rules; *proofs* are asked whether what is ticked as tested was.

    Raises:
        UserError: the configuration or the baseline is wrong.
        CouldNotJudge: git or ruff is missing or failed.
    """
    settings = read_host_settings(host)
    disk = Disk(host.folder, settings.limits["largest_file_mb"])
    listing = list_files(host)
    repository = Repository(listing.files, disk.source, half_done(host))
    chosen = [unit for unit in units(listing.files) if scope.takes(unit)]
    verdicts = _verdicts(host, chosen, listing, repository, settings, partial(disk.source, limits=settings.limits), scope, progress)
    found = finish.with_proofs([row for verdict in verdicts for row in verdict.found], proofs)
    if scope.names is None or scope.whole:
        found += judge_repository(repository)
    if scope.changed is not None:
        found = [row for row in found if row[0] in scope.changed or not _judges_one_file(row[3])]
    raw = finish.Raw(found, [row for verdict in verdicts for row in verdict.comments], scope.changed)
    known = finish.read_baseline(disk(finish.BASELINE).decode("utf-8", "replace")) if baseline else Counter[str]()
    done = finish.finish(raw, settings, today or date.today(), scope.whole, known, partial(print_of, disk, {}))
    shown = [finding for finding in done.findings if scope.shows(finding)]
    names = sorted({unit.name for unit in chosen if unit.name})
    return Report(shown, names, sum(len(unit.paths) for unit in chosen), done.passed_over, done.known, tuple(done.removable))


def findings_of(host: Host, name: str) -> list[Finding]:
    """What stands in the way of a deployment of this workflow."""
    return [each for each in check(host, Scope(frozenset([name]))).findings if each.severity != "info"]


def read_host_settings(host: Host) -> Settings:
    """The choices of the host.

    Raises:
        UserError: they are wrong.
    """
    path = host.top / SETTINGS
    return read_settings(path.read_text(encoding="utf-8-sig", errors="replace") if path.is_file() else "", IDS)


def changed_since(host: Host, ref: str) -> frozenset[str]:
    """Files that differ from where this branch left *ref*, committed or not."""
    base = git(host.folder, "merge-base", ref, "HEAD").decode().strip()
    untracked = git(host.folder, "ls-files", "-o", "--exclude-standard", "-z").decode("utf-8", "surrogateescape").split("\0")
    return frozenset(changed_paths(host, base)) | frozenset(filter(None, untracked))


def _verdicts(
    host: Host,
    chosen: list[Unit],
    listing: Listing,
    repository: Repository,
    settings: Settings,
    read: Callable[[str], Source],
    scope: Scope,
    progress: Progress | None,
) -> list[Verdict]:
    cache = Cache(host)
    ids = _with_ids(chosen, listing.files, read)
    common = [f"{path} {listing.files[path] or _id(read(path))}" for path in COMMON if path in listing.files]
    context = digest(rules_digest(), ruff.version_of(ruff.find_ruff()), *common)
    keys = [key_of(unit, ids, repository, context) for unit in chosen]
    kept = {at: Verdict(*found) for at, key in enumerate(keys) if (found := cache.get(key)) and _still_holds(found[2], repository)}
    stale = [at for at in range(len(chosen)) if at not in kept]
    made = _judge_stale([chosen[at] for at in stale], repository, read, settings, host.folder, progress)
    found = kept | dict(zip(stale, made, strict=True))
    cache.keep({keys[at]: found[at] for at in range(len(chosen))}, whole=scope.whole)
    return [found[at] for at in range(len(chosen))]


def _with_ids(chosen: list[Unit], files: dict[str, str], read: Callable[[str], Source]) -> dict[str, str]:
    """The id of each file; where git has none, from what the file holds."""
    return {path: files[path] or _id(read(path)) for unit in chosen for path in unit.paths}


def _id(source: Source) -> str:
    return digest(source.trouble, source.data.decode("latin-1"))


def _still_holds(probes: dict[str, bool], repository: Repository) -> bool:
    return all(repository.has(path) is there for path, there in probes.items())


def _judge_stale(
    stale: list[Unit], repository: Repository, read: Callable[[str], Source], settings: Settings, top: str, progress: Progress | None
) -> list[Verdict]:
    if not stale:
        return []
    asked = (path for unit in stale for path in unit.paths if ruff.is_for_ruff(path))
    python = [path for path in asked if os.path.isfile(f"{top}/{path}")]  # noqa: PTH113 - there are thousands
    general = ruff.Run(top, python, settings.ruff) if python else None
    made: list[Verdict] = []
    for verdict in _judged(stale, repository, read):
        made.append(verdict)
        if progress:
            progress(len(made), len(stale))
    if general:
        at = {path: number for number, unit in enumerate(stale) for path in unit.paths}
        for each in general.findings():
            if each.path in at:
                _add(made[at[each.path]], each)
    return made


def _add(verdict: Verdict, found: Finding) -> None:
    row = [found.path, found.line, found.column, found.rule, found.message, list(found.fixes)]
    if not (found.rule == "WF001" and any(each[0] == found.path and each[3] == "WF001" for each in verdict.found)):
        verdict.found.append(row)


def _judged(stale: list[Unit], repository: Repository, read: Callable[[str], Source]) -> Iterator[Verdict]:
    """Judge units in order, over all processors where there are enough."""
    many = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    if len(stale) <= ALONE or many == 1:
        yield from (judge(unit, repository, read) for unit in stale)
        return
    import multiprocessing

    _load()
    repository.names, repository.rows, repository.config, repository.has("")  # made once, before the others start
    context = multiprocessing.get_context("fork" if "fork" in multiprocessing.get_all_start_methods() and os.name == "posix" else "spawn")
    with closing(context.Pool(many, _begin, (repository, read))) as pool:
        for verdicts in pool.imap(_work, _portions(stale, many)):
            yield from verdicts


def _portions(stale: list[Unit], many: int) -> Iterator[list[Unit]]:
    """Many units at first, so that processes hardly ever wait for the next ones; few at last, so that all end together."""
    at = 0
    while at < len(stale):
        size = max(1, min(32, (len(stale) - at) // (many * 4)))
        yield stale[at : at + size]
        at += size


def _load() -> None:
    """Load, once for all processes, what rules load when they first need it."""
    import importlib

    for name in ("json", "tomllib", "yaml", f"{__package__}.secrets.judge", f"{__package__}.sqlflow.judge"):
        importlib.import_module(name)


_mine: list[Any] = []


def _begin(repository: Repository, read: Callable[[str], Source]) -> None:
    import gc

    gc.freeze()
    gc.disable()  # what is read of a unit holds no circles, and looking for some is a fifth of the time
    _mine[:] = [repository, read]


def _work(some: list[Unit]) -> list[Verdict]:
    return [judge(unit, *_mine) for unit in some]


def _within(path: str, places: Iterable[str]) -> bool:
    return any(path == place or path.startswith(f"{place}/") or place == "." for place in places)


def _names_of(paths: Iterable[str]) -> set[str]:
    """Workflows that changed paths speak of, whether they are there any more or not."""
    return {name for path in paths if (name := name_of(path))}


def _judges_one_file(rule: str) -> bool:
    return _SUBJECTS.get(rule, "file") == "file"


_SUBJECTS = {rule.id: rule.subject for rule in RULES}
