"""The pieces that are judged and kept one by one: a workflow with all its files, or another folder."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

from workflow_template.standards.cache import digest
from workflow_template.standards.rule import Problem, Rule
from workflow_template.standards.rules import RULES
from workflow_template.standards.source import Kind, Source, place_of
from workflow_template.standards.suppression import suppressions
from workflow_template.standards.workflow import INDEX, PLANS, Repository, Workflow

# Files that say something of every workflow: what they hold is part of what each verdict is made from.
COMMON = (
    "config/settings.toml",
    "config/standards.toml",
    f"{PLANS}/template_plan.md",
    "dev/checklists/workflow_development_checklist.md",
    "dev/checklists/testing_checklist.md",
    "dev/checklists/deployment_checklist.md",
)
MOST_TOGETHER = 1_000_000  # bytes of files that are asked for words at once; of more, each is asked
FAULT = "could not be judged by a fault of"
MOST = 500  # problems of one rule in one file that are worth reading
_WORKFLOW_RULES = tuple(rule for rule in RULES if rule.subject == "workflow")
Read = Callable[[str], Source]


class Unit:
    """A workflow of this *name* with its files in both places and its plan, or a folder outside of any (*name* is empty)."""

    def __init__(self, folder: str, name: str, paths: tuple[str, ...]) -> None:
        self.folder, self.name, self.paths = folder, name, paths


class Verdict(NamedTuple):
    """What was found in a unit. It is made of lists, texts and numbers, so that it can be kept as JSON.

    *found* has path, line, column, rule, message and edits of each problem; *comments* path and fields of each `Suppression`; *probes* the
    paths that rules asked for, and whether they were there.
    """

    found: list[list[Any]]
    comments: list[list[Any]]
    probes: dict[str, bool]


def units(paths: Iterable[str]) -> list[Unit]:
    """Put all files into units, by folder."""
    workflows: dict[str, list[str]] = {}
    folders: dict[str, list[str]] = {}
    for path in paths:
        name = name_of(path)
        if name:
            workflows.setdefault(name, []).append(path)
        else:
            folders.setdefault(path.rpartition("/")[0], []).append(path)
    found = [Unit(f"workflow {name}", name, tuple(each)) for name, each in workflows.items()]
    return found + [Unit(folder or ".", "", tuple(each)) for folder, each in folders.items()]


def key_of(unit: Unit, ids: Mapping[str, str], repository: Repository, context: str) -> str:
    """What the verdict on a unit is made from, as one key."""
    own = [text for path in unit.paths for text in (path, ids[path])]
    return digest(context, unit.folder, repository.rows.get(unit.name, ""), *own)


def judge(unit: Unit, repository: Repository, read: Read, only: frozenset[str] | None = None) -> Verdict:
    """Judge a unit by all rules of ours. With *only* these files changed: rules on one file judge them, the others what they change."""
    sources = {path: read(path) for path in unit.paths}
    found: list[list[Any]] = []
    comments: list[list[Any]] = []
    probes: dict[str, bool] = {}
    if only is None:
        _ask_together(sources.values())
    for path, source in sources.items():
        if only is None or path in only:
            found += [_row(rule, problem, path) for rule, problem in judge_file(source)]
        comments += [[path, *each] for each in suppressions(source)]
    workflows = _workflows(unit, repository, sources)
    for workflow in workflows:
        for rule in _WORKFLOW_RULES if only is None else _changed_by(only):
            found += [_row(rule.id, problem, "") for problem in _all(rule, workflow, workflow.path("workflow.toml"))]
        probes |= workflow.probes
    for workflow in workflows:
        workflow.other = None  # a circle would keep all that was read until somebody looks for circles
    return Verdict(found, comments, probes)


def _ask_together(sources: Iterable[Source]) -> None:
    """Look for the words that hardly any file holds in all of them at once: a call for each word and file would take longer."""
    from workflow_template.standards.secrets.places import words_held

    for is_python, some in itertools.groupby(sorted(sources, key=_is_python), key=_is_python):
        group = list(some)
        if sum(len(source.data) for source in group) <= MOST_TOGETHER:
            held = words_held("\n".join(source.text for source in group), in_python=is_python)
            for source in group:
                source.held = held


def _is_python(source: Source) -> bool:
    return source.path.endswith((".py", ".pyi"))


def _changed_by(paths: frozenset[str]) -> list[Rule]:
    """The rules on workflows whose verdict may be another after these files changed."""
    return [rule for rule in _WORKFLOW_RULES if not rule.reads or any(path.endswith(rule.reads) for path in paths)]


def judge_repository(repository: Repository) -> list[list[Any]]:
    """Judge the names of all files; rows as in `Verdict.found`."""
    rules = [rule for rule in RULES if rule.subject == "repository"]
    return [_row(rule.id, problem, "") for rule in rules for problem in _all(rule, repository, ".")]


def _row(rule: str, problem: Problem, path: str) -> list[Any]:
    return [problem.path or path, problem.line, problem.column, rule, problem.message, [problem.fix] if problem.fix else []]


def judge_file(source: Source) -> Iterator[tuple[str, Problem]]:
    """Judge one file by its path and content alone."""
    rules, text = _rules_for(source.kind), source.text
    chosen = [rules.always] if source.is_plain else [rules.on_odd, rules.always]
    if not _is_known_name(source, rules):
        chosen.append(rules.on_names)
    chosen += [needing for word, needing in rules.by_word if word in text]
    for rule in dict.fromkeys(itertools.chain(*chosen, rules.at_last)):
        for problem in _all(rule, source, source.path):
            yield rule.id, problem


class _Rules:
    """The rules on files of one kind, by when they must be asked; whether a file parses comes last, as others parse what they need."""

    def __init__(
        self,
        on_names: tuple[Rule, ...],
        on_odd: tuple[Rule, ...],
        always: tuple[Rule, ...],
        by_word: tuple[tuple[str, tuple[Rule, ...]], ...],
        at_last: tuple[Rule, ...],
    ) -> None:
        self.on_names, self.on_odd, self.always, self.by_word, self.at_last = on_names, on_odd, always, by_word, at_last


@lru_cache(maxsize=1024)
def _rules_for(kind: Kind) -> _Rules:
    chosen = [rule for rule in RULES if rule.subject in ("name", "odd", "file") and rule.applies(kind)]
    named, odd = (tuple(rule for rule in chosen if rule.subject == subject) for subject in ("name", "odd"))
    content = [rule for rule in chosen if rule.subject == "file" and rule.id != "WF001"]
    words = dict.fromkeys(word for rule in content for word in rule.words)
    by_word = tuple((word, tuple(rule for rule in content if word in rule.words)) for word in words)
    always = tuple(rule for rule in content if not rule.words)
    return _Rules(named, odd, always, by_word, tuple(rule for rule in chosen if rule.id == "WF001"))


_clean_names: set[tuple[Kind, str]] = set()


def _is_known_name(source: Source, rules: _Rules) -> bool:
    """Whether a file of this kind with this path inside its workflow was found to break no rule on names."""
    key = (source.kind, "/".join(source.inner) if source.inner else source.path)
    if key not in _clean_names:
        if any(True for rule in rules.on_names for _ in rule.judge(source)):
            return False
        _clean_names.add(key)
    return True


def _all(rule: Rule, subject: Any, path: str) -> list[Problem]:
    try:
        return list(itertools.islice(rule.judge(subject), MOST))
    except RecursionError:
        return [Problem(1, f"could not be judged by {rule.id}: it is nested too deeply", path=path)]
    except Exception as error:  # noqa: BLE001 - one odd file must not keep a team from committing all others
        return [Problem(1, f"{FAULT} {rule.id}: {type(error).__name__}: {error}; please tell its makers", path=path)]


def name_of(path: str) -> str:
    return "" if path == INDEX else place_of(path)[0]


def _workflows(unit: Unit, repository: Repository, sources: Mapping[str, Source]) -> list[Workflow]:
    places = repository.places_of(unit.name) if unit.name else ()
    plan = sources.get(f"{PLANS}/{unit.name}.md")
    made = []
    for place in places:
        start = f"{place}/{unit.name}/"
        made.append(
            Workflow(
                repository,
                place,
                unit.name,
                {path.removeprefix(start): each for path, each in sources.items() if path.startswith(start)},
                plan,
            )
        )
    if len(made) == 2:
        made[0].other, made[1].other = made[1], made[0]
    return made
