"""The Kestra flow: it parses, runs this script, keeps its budget, and shows no secret."""

from __future__ import annotations

import functools
import re
from collections.abc import Iterator
from typing import Any

from workflow_template.standards.pattern import Pattern
from workflow_template.standards.rule import Fix, Problem, at_offset, workflow_rule
from workflow_template.standards.source import Source
from workflow_template.standards.workflow import Workflow

FILE = "kestra_flow.yml"
BUDGETS = {"standard": 600, "critical": 30}  # seconds, at 150 % of volume
_DURATION = Pattern(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_SCRIPT = Pattern(r"scripts/([\w-]+)/([\w./-]+\.py)")
_PEBBLE = Pattern(r"\{\{(.{0,2000}?)\}\}", re.DOTALL)
_INPUT = Pattern(r"\binputs\.(\w+)|\binputs\[\s*['\"](\w+)['\"]\s*\]")
_SECRET_NAME = Pattern(
    r"(?i)(^|_)(pass(word|wd|phrase)?|pwd|secret|token|api_?key|access_?key|private_?key|credentials?)$|(^|_)DATABASE__?URL$"
)
_RUNS = ("commands", "script", "beforeCommands")


@workflow_rule("WF801", "The flow is one that Kestra can read", reads=("kestra_flow.yml", "workflow.toml"))
def can_be_read(workflow: Workflow) -> Iterator[Problem]:
    """Kestra refuses it when it is deployed, which is the worst moment to find out.

    Fix: mend the YAML at the line that is named; a flow has an `id`, a `namespace` and at least one task with `id` and `type`.
    """
    source = workflow.files.get(FILE)
    if source is None:
        return
    flow, error = read_flow(source)
    if error is not None:
        yield error._replace(path=source.path)
        return
    for key in ("id", "namespace", "tasks"):
        if not flow.get(key):
            yield Problem(1, f"has no {key}", path=source.path)
    seen: set[str] = set()
    for task in tasks_of(flow):
        name = str(task.get("id", ""))
        if not name or not task.get("type"):
            yield _at_word(source, name or "tasks", f"a task has no {'type' if name else 'id'}")
        elif name in seen:
            yield _at_word(source, name, f'two tasks have the id "{name}"')
        seen.add(name)


@workflow_rule("WF802", "The flow runs this script", reads=("kestra_flow.yml", "workflow.toml"))
def runs_the_script(workflow: Workflow) -> Iterator[Problem]:
    """A flow that was copied runs the script that it was copied from.

    Fix: `python scripts/NAME/SCRIPT.py` under `commands`.
    """
    source, flow = _flow(workflow)
    if source is None:
        return
    wanted = f"scripts/{workflow.name}/{workflow.script}.py"
    said = "\n".join(str(task.get(key, "")) for task in tasks_of(flow) for key in _RUNS)
    named = [found[0] for found in _SCRIPT.finditer(said)]
    if wanted not in named:
        yield _at_word(source, named[0] if named else "commands", f"does not run {wanted}")
    for other in named:
        if not other.startswith(f"scripts/{workflow.name}/"):
            yield _at_word(source, other, f"runs {other}, which belongs to another workflow: start its flow instead")


@workflow_rule("WF803", "The time-out is that of the criticality", reads=("kestra_flow.yml", "workflow.toml"), fixes=True)
def has_a_timeout(workflow: Workflow) -> Iterator[Problem]:
    """A run that hangs holds its place until somebody looks; a limit above the budget is none.

    Fix: `timeout: PT10M` for a standard workflow, `PT30S` for a critical one, on the task that runs the script.
    """
    source, flow = _flow(workflow)
    budget = BUDGETS.get(workflow.answer("criticality"))
    if source is None or budget is None:
        return
    for task in _running(flow):
        yield from _wrong_duration(source, task, "timeout", task.get("timeout"), budget, str(task.get("id", "tasks")))


@workflow_rule("WF804", "The flow tells when the budget is not kept", reads=("kestra_flow.yml", "workflow.toml"), fixes=True)
def has_an_agreement(workflow: Workflow) -> Iterator[Problem]:
    """Without an SLA a run that is late every day is late in silence.

    Fix: `sla` with `type: MAX_DURATION` and the duration of the criticality.
    """
    source, flow = _flow(workflow)
    budget = BUDGETS.get(workflow.answer("criticality"))
    if source is None or budget is None:
        return
    agreements = [each for each in flow.get("sla") or [] if isinstance(each, dict) and each.get("type") == "MAX_DURATION"]
    if not agreements:
        yield Problem(1, f"has no sla of type MAX_DURATION: duration {_iso(budget)}", path=source.path)
    for each in agreements:
        yield from _wrong_duration(source, each, "duration", each.get("duration"), budget, "sla")


@workflow_rule("WF805", "A failed run is tried again, and not for ever", reads=("kestra_flow.yml", "workflow.toml"))
def is_tried_again(workflow: Workflow) -> Iterator[Problem]:
    """A database that restarts is back in a minute; without a retry somebody is called for it.

    Fix: `retry` with `type`, `interval` and `maxAttempts` on the task, or on the flow.
    """
    source, flow = _flow(workflow)
    if source is None:
        return
    for task in _running(flow):
        retry = task.get("retry") or flow.get("retry")
        if not isinstance(retry, dict):
            yield _at_word(source, str(task.get("id", "tasks")), "has no retry: type, interval and maxAttempts")
        elif not (retry.get("maxAttempts") or retry.get("maxAttempt") or retry.get("maxDuration")):
            yield _at_word(source, "retry", "tries again for ever: maxAttempts")


@workflow_rule("WF806", "Secrets reach the flow by secret() only", reads=("kestra_flow.yml", "workflow.toml"))
def hides_its_secrets(workflow: Workflow) -> Iterator[Problem]:
    """Inputs, variables and labels stand in clear in every execution, and in its history.

    Bad:
        env:
          DB_PASSWORD: "{{ inputs.password }}"
    Good:
        env:
          DB_PASSWORD: "{{ secret('DB_PASSWORD') }}"

    Fix: keep it among the secrets of Kestra, and write `{{ secret('NAME') }}`.
    """
    source, flow = _flow(workflow)
    if source is None:
        return
    for name, value in _named_values(flow):
        if isinstance(value, str) and "secret(" not in value and _names_a_secret(name) and value.strip():
            yield _at_word(source, name, f"{name} does not come from secret(): {{{{ secret('{name.upper()}') }}}}")
    for each in _listed(flow, "inputs"):
        if _names_a_secret(str(each.get("id", ""))) and each.get("type") != "SECRET":
            yield _at_word(
                source, str(each["id"]), f"the input {each['id']} is shown in clear in every execution: type SECRET, or secret()"
            )


@workflow_rule("WF807", "Inputs are declared", reads=("kestra_flow.yml", "workflow.toml"))
def declares_its_inputs(workflow: Workflow) -> Iterator[Problem]:
    """An input that is not declared is empty, or stops the execution when it is first used.

    Fix: add it under `inputs`, with `id` and `type`.
    """
    source, flow = _flow(workflow)
    if source is None:
        return
    declared = {str(each.get("id")) for each in _listed(flow, "inputs")}
    missing = set()
    for expression in _PEBBLE.finditer(source.text):
        for found in _INPUT.finditer(expression[1]):
            name = found[1] or found[2]
            if name not in declared and name not in missing:
                missing.add(name)
                yield at_offset(source, expression.start(), f"inputs.{name} is not declared under inputs")._replace(path=source.path)
    if source.text.count("{{") != source.text.count("}}"):
        yield Problem(1, "an expression {{ … }} is not closed", path=source.path)


@workflow_rule("WF808", "The flow has the name and the schedule of workflow.toml", reads=("kestra_flow.yml", "workflow.toml"), fixes=True)
def is_scheduled_as_agreed(workflow: Workflow) -> Iterator[Problem]:
    """Two schedules, of which one is believed and the other runs.

    Fix: `cron` as `schedule` in workflow.toml (no trigger for "none"); `id` as the name of the workflow. `--fix` writes the cron.
    """
    source, flow = _flow(workflow)
    if source is None:
        return
    if flow.get("id") and str(flow["id"]).replace("_", "-") != workflow.name.replace("_", "-"):
        yield _at_word(source, str(flow["id"]), f'the id is "{flow["id"]}", the workflow is {workflow.name}')
    wanted = " ".join(workflow.answer("schedule").split())
    crons = [" ".join(str(each["cron"]).split()) for each in _listed(flow, "triggers") if each.get("cron")]
    if not wanted:
        return
    if wanted != "none" and not crons:
        yield Problem(1, f'has no trigger with the schedule of workflow.toml: cron: "{wanted}"', path=source.path)
    for cron in crons:
        if cron != wanted:
            found = re.search(rf"cron:\s*([\"']?)({re.escape(cron)})\1", source.text)
            fix = Fix(found.start(2), found.end(2), wanted) if found and wanted != "none" else None
            problem = at_offset(source, found.start(2) if found else 0, f'runs at "{cron}", workflow.toml says "{wanted}"', fix)
            yield problem._replace(path=source.path)


PROVING = (
    *(can_be_read, runs_the_script, has_a_timeout, has_an_agreement, is_tried_again, hides_its_secrets, declares_its_inputs),
    is_scheduled_as_agreed,
)


def read_flow(source: Source) -> tuple[dict[str, Any], Problem | None]:
    """Read the YAML once for all rules. Returns the flow, and what is wrong with it as a whole."""
    return source.kept("flow", lambda: _read(source))


def tasks_of(flow: Any) -> Iterator[dict[str, Any]]:
    """Every task, also those inside of others."""
    for key in ("tasks", "errors", "finally", "then", "else", "afterExecution"):
        for task in _listed(flow, key):
            yield task
            yield from tasks_of(task)


def _listed(flow: Any, key: str) -> list[dict[str, Any]]:
    """The mappings in the list *key* of a flow, which may be anything else."""
    found = flow.get(key) if isinstance(flow, dict) else None
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def _read(source: Source) -> tuple[dict[str, Any], Problem | None]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    if source.text.count("*") + source.text.count("&") > 2000 or len(source.text) > 500_000:
        return {}, Problem(1, "is too large for a flow")
    try:
        content = yaml.load(source.text, loader)  # noqa: S506 - a safe loader, in C where there is one
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        return {}, Problem(mark.line + 1 if mark else 1, f"is not YAML: {error.problem}", mark.column + 1 if mark else 1)
    except (yaml.YAMLError, ValueError, RecursionError, TypeError) as error:
        return {}, Problem(1, f"is not YAML: {str(error).partition(chr(10))[0]}")
    return (content, None) if isinstance(content, dict) else ({}, Problem(1, "is no flow: it has no id, namespace and tasks"))


def _flow(workflow: Workflow) -> tuple[Source | None, dict[str, Any]]:
    """The flow, where it can be read at all."""
    source = workflow.files.get(FILE)
    flow = read_flow(source)[0] if source else {}
    return (source, flow) if flow else (None, {})


def _running(flow: dict[str, Any]) -> list[dict[str, Any]]:
    """The tasks that run a script."""
    return [task for task in tasks_of(flow) if any(task.get(key) for key in ("commands", "script"))]


def _wrong_duration(source: Source, holder: dict[str, Any], key: str, value: object, budget: int, near: str) -> Iterator[Problem]:
    seconds = _seconds(str(value)) if value else None
    if value and isinstance(value, str) and "{{" in value:
        return
    if seconds is None:
        said = f"{key} {value!r} is no duration" if value else f"{holder.get('id', near)} has no {key}"
        yield _at_word(source, str(value) if value else near, f"{said}: {key}: {_iso(budget)}")
    elif seconds > budget:
        problem = _at_word(source, str(value), f"{key} {value} is more than the budget: {_iso(budget)}")
        found = re.search(rf"\b{key}:\s*[\"']?({re.escape(str(value))})\b", source.text)
        yield problem._replace(fix=Fix(found.start(1), found.end(1), _iso(budget)) if found else None)


def _seconds(text: str) -> float | None:
    found = _DURATION.fullmatch(text)
    if not found or not any(found.groups()):
        return None
    days, hours, minutes, seconds = (float(each or 0) for each in found.groups())
    return days * 86400 + hours * 3600 + minutes * 60 + seconds


def _iso(seconds: int) -> str:
    return f"PT{seconds // 60}M" if seconds >= 60 else f"PT{seconds}S"


@functools.lru_cache(maxsize=1024)
def _names_a_secret(name: str) -> bool:
    return _SECRET_NAME.search(name) is not None


def _named_values(place: Any) -> Iterator[tuple[str, Any]]:
    """Every key of the flow that holds a plain value, however deep, with what it holds."""
    stack = [place]
    while stack:
        each = stack.pop()
        if isinstance(each, dict):
            for key, value in each.items():
                if isinstance(value, dict | list):
                    stack.append(value)
                else:
                    yield str(key), value
        elif isinstance(each, list):
            stack += each


def _at_word(source: Source, word: str, message: str) -> Problem:
    found = re.search(rf"(?<![\w-]){re.escape(word)}(?![\w-])", source.text)
    return at_offset(source, found.start() if found else 0, message)._replace(path=source.path)
