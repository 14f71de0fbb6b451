"""What a workflow says of itself: `workflow.toml`, its plan, its row in the index, and that production is what was tested."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from workflow_template.stamp.answers import CRITICALITIES, problem_with
from workflow_template.stamp.plans import index_with
from workflow_template.standards.rule import Fix, Problem, at_offset, nearest, repository_rule, workflow_rule
from workflow_template.standards.source import Source
from workflow_template.standards.workflow import INDEX, PLANS, Repository, Workflow

KEYS = {"workflow": ("name", "title", "description", "owner", "criticality", "schedule"), "tables": ("reads", "writes")}


@workflow_rule("WF102", "A workflow is registered with a plan")
def is_registered(workflow: Workflow) -> Iterator[Problem]:
    """A workflow without a plan has no requirements that tests could prove, and no owner to call.

    Fix: `workflow register NAME` writes the plan and the row in dev/checklists/workflow_plans/index.md.
    """
    if workflow.place == "dev" and (workflow.plan is None or workflow.name not in workflow.repository.rows):
        yield Problem(0, f"has no plan or index row: workflow register {workflow.name}", path=f"dev/{workflow.name}")


@repository_rule("WF103", "No command was killed half way")
def nothing_is_half_done(repository: Repository) -> Iterator[Problem]:
    """A stamp or a deployment that was killed leaves a note; until the next command has finished or undone it, nothing else is sure.

    Fix: run any command that writes, such as `workflow list`.
    """
    for folder in repository.pending:
        yield Problem(0, "a command was killed here and left it half done: `workflow list` finishes or undoes it", path=folder)


@repository_rule("WF108", "No two workflows differ only in case or in - and _")
def has_no_twin(repository: Repository) -> Iterator[Problem]:
    """Two such names are one folder on Windows, or one module in Python.

    Fix: rename one of them: folder, script, and `name` in workflow.toml.
    """
    seen: dict[str, str] = {}
    for name, places in repository.names.items():
        first = seen.setdefault(name.replace("-", "_").casefold(), name)
        if first != name:
            yield Problem(0, f'is the same name as "{first}" for Windows or Python: rename one', path=f"{places[0]}/{name}")


@repository_rule("WF110", "Every plan and every row of the index belongs to a workflow")
def has_no_orphans(repository: Repository) -> Iterator[Problem]:
    """A plan without its workflow is read as one, and an index that lists what is gone is not believed any more.

    Fix: remove the plan or the row; or bring the workflow back.
    """
    for name in sorted(repository.plans - repository.names.keys()):
        yield Problem(0, f"is the plan of no workflow: there is no dev/{name}", path=f"{PLANS}/{name}.md")
    lines = repository.read(INDEX).splitlines()
    for name in sorted(repository.rows.keys() - repository.names.keys()):
        yield Problem(lines.index(repository.rows[name]) + 1, f"lists {name}, and there is no such workflow", path=INDEX)


@workflow_rule("WF111", "workflow.toml says what the workflow is", reads=("workflow.toml",), fixes=True)
def describes_itself(workflow: Workflow) -> Iterator[Problem]:
    """The budget, the owner and the tables that a workflow may touch are read from this file by tests, gates and people.

    Fix: write the keys as in a newly stamped workflow: [workflow] name, title, description, owner, criticality, schedule; [tables] reads
    and writes.
    """
    source = workflow.files.get("workflow.toml")
    if source is None:
        return
    content, error = workflow.manifest
    if error:
        found = re.search(r"line (\d+)", error)
        yield Problem(int(found[1]) if found else 1, f"is not TOML: {error}", path=source.path)
        return
    for problem in _wrong_keys(workflow, content, source):
        yield problem._replace(path=source.path)


@workflow_rule("WF112", "What runs in scripts/ is developed in dev/", severity="warning")
def has_a_source(workflow: Workflow) -> Iterator[Problem]:
    """A workflow without its dev/ folder has no tests, and the next change is made in production.

    Fix: `workflow migrate NAME` makes dev/NAME/ and moves there what is not production.
    """
    if workflow.place == "scripts" and workflow.other is None:
        yield Problem(0, f"has no dev/{workflow.name}: workflow migrate {workflow.name}", path=f"scripts/{workflow.name}")


@workflow_rule("WF113", "Production is a version that was in dev/", severity="info")
def is_what_was_tested(workflow: Workflow) -> Iterator[Problem]:
    """A file that was changed in scripts/ by hand was never tested, and the next deployment takes the change away.

    While a change is being developed the two differ for good reason: this is told, and fails nothing.

    Fix: bring the change into dev/NAME/, test it there, and `workflow deploy NAME`.
    """
    inner = f"{workflow.script}.py"
    if workflow.place != "scripts" or workflow.other is None:
        return
    here, there = workflow.files.get(inner), workflow.other.files.get(inner)
    if here and there and here.data != there.data:
        yield Problem(0, f"differs from dev/{workflow.name}/{inner}: workflow deploy {workflow.name}", path=here.path)


@workflow_rule("WF115", "The index says what workflow.toml says", reads=("workflow.toml", "index.md"), fixes=True)
def is_indexed_as_it_is(workflow: Workflow) -> Iterator[Problem]:
    """The index is where people look who is called at night, and how critical a workflow is.

    Fix: `workflow register NAME` renews the row, and `workflow check --fix` does so too.
    """
    row = workflow.repository.rows.get(workflow.name)
    answers = {key: workflow.answer(key) for key in KEYS["workflow"]} | {"workflow_name": workflow.name}
    if workflow.place != "dev" or row is None or not all(answers.values()):
        return
    index = workflow.repository.read(INDEX)
    wanted = next(line for line in index_with(index, answers).splitlines() if line.startswith(f"| [{workflow.name}]"))
    if wanted != row:
        start = index.index(row)
        message = f"the row of {workflow.name} differs from its workflow.toml: workflow register {workflow.name}"
        yield Problem(index.count("\n", 0, start) + 1, message, path=INDEX, fix=Fix(start, start + len(row), wanted))


def _wrong_keys(workflow: Workflow, content: dict[str, Any], source: Source) -> Iterator[Problem]:
    for section in content:
        if section not in KEYS:
            yield _unknown(source, section, tuple(KEYS), f"[{section}]")
    for section, keys in KEYS.items():
        given = content.get(section)
        if not isinstance(given, dict):
            yield Problem(1, f"has no [{section}]: it needs {', '.join(keys)}")
            continue
        missing = set(keys) - given.keys()
        for key in sorted(given.keys() - set(keys)):
            yield _unknown(source, key, tuple(missing), f"[{section}] {key}")
            missing.discard(nearest(key, missing))
        for key in keys:
            if key in missing:
                yield Problem(1, f"[{section}] has no {key}")
            elif key not in given:
                continue
            elif problem := _wrong_value(workflow, section, key, given[key]):
                yield Problem(_line_of_key(source, key), problem)


def _unknown(source: Source, key: str, known: tuple[str, ...], shown: str) -> Problem:
    near = nearest(key, known)
    found = re.search(rf"^\s*\[?\s*({re.escape(key)})\s*[=\]]", source.text, re.MULTILINE)
    message = f"{shown} is not known" + (f', did you mean "{near}"?' if near else "")
    if not found:
        return Problem(1, message)
    return at_offset(source, found.start(1), message, Fix(found.start(1), found.end(1), near) if near else None)


def _wrong_value(workflow: Workflow, section: str, key: str, value: object) -> str:
    if section == "tables":
        return (
            "" if isinstance(value, list) and all(isinstance(each, str) for each in value) else f'{key} must be a list, such as ["orders"]'
        )
    if key == "name":
        return "" if value == workflow.name else f'name is "{value}", the folder is {workflow.name}'
    if key == "criticality":
        return "" if value in CRITICALITIES else f"criticality is {value!r}: write standard (10 minutes) or critical (30 seconds)"
    if not isinstance(value, str) or not value.strip():
        return f"{key} must be text, and not empty"
    return problem_with("schedule", value) if key == "schedule" else ""


def _line_of_key(source: Source, key: str) -> int:
    found = re.search(rf"^[ \t]*{re.escape(key)}\s*=", source.text, re.MULTILINE)
    return source.line_of(found.start()) if found else 1
