"""`workflow register`: the plan, the checklists and the index row of workflows that are already in dev/."""

from __future__ import annotations

import click

from workflow_template.core import transaction
from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, require_host
from workflow_template.core.workflow import dev_names, find_folder, read_answers
from workflow_template.stamp import answers as rules
from workflow_template.stamp import marks, place, render, words


@click.command("register")
@click.argument("names", nargs=-1)
def command(names: tuple[str, ...]) -> int:
    """Give workflows (default: all in dev/) their plan, checklists and index row, and the host its files.

    What is there is kept; registering twice changes nothing.

    \b
    Example:
      workflow register daily_sales
    """
    host = require_host()
    with marks.at_work(host) as notes:
        for name in names or dev_names(host):
            _register(host, find_folder(host, name).name, notes)
            notes = []
    return 0


def _register(host: Host, name: str, notes: list[str]) -> None:
    answers = read_answers(host.top / "dev" / name)
    if answers["workflow_name"] != name:
        raise UserError(f'dev/{name}/workflow.toml: name is "{answers["workflow_name"]}"', f'write name = "{name}"')
    if found := rules.problems(answers):
        raise UserError(f"dev/{name}/workflow.toml: {found[0]}")
    stamp = place.plan_workflow(host, render.find_root(), answers, {})
    transaction.apply(host, stamp.changes)
    if said := words.report(name, stamp, notes):
        click.echo(said)
    click.echo(f"registered {name}" if stamp.changes else f"{name} was registered already")
