"""`workflow test`: the tests of workflows, side by side, with branch coverage and proofs."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, require_host
from workflow_template.core.workflow import dev_names, find_folder
from workflow_template.testing import as_json, junit, pages, places, text
from workflow_template.testing.changed import Changed, find_changed
from workflow_template.testing.plan import Wish, cores
from workflow_template.testing.pool import FORKS
from workflow_template.testing.progress import Progress
from workflow_template.testing.run import prove
from workflow_template.testing.verdict import LEAST_COVERAGE, Limits, judge_all

_PERCENT = click.FloatRange(0, 100)
_FILE, _FOLDER = click.Path(dir_okay=False, path_type=Path), click.Path(file_okay=False, path_type=Path)


def _options(command: Callable[..., int]) -> Callable[..., int]:
    """What can be asked for, in the order of `--help`."""
    least = {"type": _PERCENT, "default": LEAST_COVERAGE, "show_default": True}
    for option in reversed(
        (
            click.option("-n", "--jobs", type=click.IntRange(1), default=cores, help="How many at a time (default: one for each core)."),
            click.option("--rerun", is_flag=True, help="Run also what is proved already."),
            click.option("--failed", is_flag=True, help="Only the workflows whose tests failed last."),
            click.option("-k", "expression", default="", metavar="EXPRESSION", help="Only tests that match, as in pytest; proves nothing."),
            click.option("--timeout", type=click.FloatRange(0), default=900, show_default=True, help="Seconds for each; 0: no limit."),
            click.option("--fail-under", help="Least coverage of lines and branches in percent.", **least),  # type: ignore[arg-type]
            click.option("--fail-under-changed", help="Least coverage of changed lines in percent.", **least),  # type: ignore[arg-type]
            click.option("--since", default="", metavar="REF", help="Changed since when (default: where this branch left the main one)."),
            click.option("--spawn", is_flag=True, help="Start Python anew for each workflow, as on Windows, instead of forking."),
            click.option("--junit", type=_FILE, help="Write a JUnit file, one test suite for each workflow."),
            click.option("--html", type=_FOLDER, help="Write pages to look at into this folder: index.html, and coverage line by line."),
            click.option("--json", "json_wanted", is_flag=True, help="Print the results as JSON."),
            click.option("-v", "--verbose", is_flag=True, help="Show also what pytest prints."),
        )
    ):
        command = option(command)
    return command


@click.command("test")
@click.argument("names", nargs=-1)
@_options
def command(names: tuple[str, ...], failed: bool, fail_under: float, fail_under_changed: float, since: str, **rest: Any) -> int:
    """Run the tests of workflows (default: all in dev/) with line and branch coverage.

    A workflow whose files and environment are as they were when it last passed is not run again.

    \b
    Examples:
      workflow test
      workflow test daily_sales
      workflow test --failed
      workflow test --rerun --jobs 4 --junit reports/junit.xml --html reports/tests
      workflow test daily_sales -k since

    Exit codes: 0 all passed, 1 a workflow failed or too little of it is covered, 2 could not judge.
    """
    limits = Limits(fail_under, fail_under_changed, part=bool(rest["expression"]))
    try:
        host = require_host()
        chosen = _chosen(host, names, failed)
        if not chosen:
            click.echo("no workflow failed last time")
            return 0
        return _test(host, chosen, limits, since, **rest)
    except UserError as error:
        click.echo(f"Error: {error}", err=True)
        return 2


def _test(host: Host, names: list[str], limits: Limits, since: str, *, spawn: bool, json_wanted: bool, verbose: bool, **rest: Any) -> int:
    into_file, into_folder = rest.pop("junit"), rest.pop("html")
    wish = Wish(fork=FORKS and not spawn, **rest)
    with Progress(limits) as progress:
        outcomes = prove(host, names, wish, progress)
        changed = Changed("", {}) if limits.part else find_changed(host, outcomes, since)
    judged = judge_all(outcomes, changed, limits)
    places.note_failed(host, {each.outcome.workflow: each.verdict.code > 0 for each in judged})
    if into_file:
        _write(into_file, junit.render(judged))
    if into_folder:
        pages.write(host, judged, changed, into_folder, limits.coverage, wish)
    click.echo(json.dumps(as_json.describe(judged, changed), indent=2) if json_wanted else text.render(judged, changed, host.top, verbose))
    return max((each.verdict.code for each in judged), default=0)


def _chosen(host: Host, names: tuple[str, ...], failed: bool) -> list[str]:
    there = dev_names(host)
    chosen = [name if name in there else find_folder(host, name).name for name in names] or there
    if not chosen:
        raise UserError("there is no workflow in dev/", "start one: workflow new")
    chosen = list(dict.fromkeys(chosen))
    return [name for name in chosen if name in places.failed(host)] if failed else chosen


def _write(path: Path, data: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    except OSError as error:
        raise UserError(f"{error.filename or path}: {error.strerror}", "name a file that you can write") from error
