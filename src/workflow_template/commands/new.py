"""`workflow new`: ask, check each answer at once, show the files, write all of them or none."""

from __future__ import annotations

import difflib
import json
from pathlib import Path

import click

from workflow_template.core import transaction
from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, require_host
from workflow_template.stamp import answers as rules
from workflow_template.stamp import marks, place, render, words


@click.command("new")
@click.argument("name", required=False)
@click.argument("given", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--defaults", is_flag=True, help="Take the default for every answer that is not given.")
@click.option("--dry-run", is_flag=True, help="Show the files that would be written, and write none.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(name: str | None, given: tuple[str, ...], defaults: bool, dry_run: bool, as_json: bool) -> int:
    """Start a new workflow in dev/, with its plan and checklists.

    \b
    Answers: title, description, owner, criticality (standard, critical),
    schedule (five cron fields, or none), source_table, target_table.

    \b
    Examples:
      workflow new                                    asks for everything
      workflow new daily_sales --defaults
      workflow new daily_sales owner=sales-team source_table=dbo.orders
      workflow new daily_sales --defaults --dry-run
    """
    host, root = require_host(), render.find_root()
    known = _parse(name, given)
    answers = _checked(host, root, known) if defaults or as_json else _ask(host, root, known)
    with marks.at_work(host) as notes:
        _refuse(rules.problems(answers, host.workflow_names()))
        stamp = place.plan_workflow(host, root, answers, render.render(root, answers))
        if not dry_run:
            transaction.apply(host, stamp.changes)
    _show(answers, stamp, notes, dry_run, as_json)
    return 0


def _parse(name: str | None, given: tuple[str, ...]) -> dict[str, str]:
    known = {}
    if name and "=" in name:
        given, name = (name, *given), None
    if name is not None:
        known["workflow_name"] = name
    for pair in given:
        key, equals, value = pair.partition("=")
        if not equals:
            raise UserError(f'"{pair}" is not key=value', "write answers as owner=sales-team")
        if key not in rules.KEYS:
            near = difflib.get_close_matches(key, rules.KEYS, n=1)
            raise UserError(f'there is no answer "{key}"', f'did you mean "{near[0]}"?' if near else "answers are " + ", ".join(rules.KEYS))
        known[key] = value
    return known


def _checked(host: Host, root: Path, known: dict[str, str]) -> dict[str, str]:
    if "workflow_name" not in known:
        raise UserError("a workflow needs a name", "workflow new daily_sales --defaults")
    _refuse(rules.problems({**render.defaults(root, known)}, host.workflow_names()))
    return render.defaults(root, known)


def _ask(host: Host, root: Path, known: dict[str, str]) -> dict[str, str]:
    """Ask for what is not known; an answer that is refused is asked for again."""
    asked = render.questions(root).get("__prompts__", {})
    for key in rules.KEYS:
        if key in known:
            _refuse([rules.problem_with(key, known[key], host.workflow_names())])
        while key not in known:
            words_ = asked.get(key, key)
            text = words_ if isinstance(words_, str) else words_.get("__prompt__", key)
            answer = click.prompt(text, default=render.defaults(root, known)[key])
            if problem := rules.problem_with(key, answer, host.workflow_names()):
                click.echo(f"  {problem}", err=True)
            else:
                known[key] = answer
    return {key: known[key] for key in rules.KEYS}


def _refuse(found: list[str]) -> None:
    if found := [problem for problem in found if problem]:
        raise UserError("\n       ".join(found), "nothing was written")


def _show(answers: dict[str, str], stamp: place.Stamp, notes: list[str], dry_run: bool, as_json: bool) -> None:
    name = answers["workflow_name"]
    if as_json:
        created = [change.path for change in stamp.changes]
        told = [*notes, *stamp.notes]
        click.echo(json.dumps({"workflow": name, "dry_run": dry_run, "created": created, "kept": stamp.kept, "notes": told}, indent=2))
        return
    own = [change for change in stamp.changes if change.path.startswith(f"dev/{name}/")]
    for change in own:
        click.echo(f"  {'create' if dry_run else 'created'}  {change.path}  {len(change.data or b''):,} bytes")
    click.echo(words.report(name, stamp, notes))
    click.echo("nothing was written (--dry-run)" if dry_run else words.next_steps(name, rules.module_name(name)))
