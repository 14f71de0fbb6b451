"""`workflow list`: the workflows of this repository and where each stands."""

from __future__ import annotations

import json

import click

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, require_host
from workflow_template.core.workflow import read_answers
from workflow_template.stamp import marks, plans

COLUMNS = ("workflow", "title", "owner", "criticality", "schedule", "where", "plan")


@click.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print a list of objects.")
def command(as_json: bool) -> int:
    """List the workflows of this repository.

    \b
    Examples:
      workflow list
      workflow list --json
    """
    host = require_host()
    with marks.at_work(host) as notes:
        index = host.plans / "index.md"
        known = plans.registered(index.read_text(encoding="utf-8", errors="replace")) if index.is_file() else []
        rows = [_row(host, name, known) for name in host.workflow_names()]
    for note in notes:
        click.echo(f"note: {note}", err=True)
    if as_json:
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
    elif rows:
        _print(rows)
    else:
        click.echo("no workflows yet: start one with `workflow new`", err=True)
    return 0


def _row(host: Host, name: str, known: list[str]) -> dict[str, str]:
    places = [place for place in ("dev", "scripts") if (host.top / place / name).is_dir()]
    try:
        about = read_answers(host.top / places[0] / name)
    except UserError:
        about = {}
    row = {column: " ".join(about.get(column, "?").split()) for column in COLUMNS}
    return row | {"workflow": name, "where": "+".join(places), "plan": "registered" if name in known else "not registered"}


def _print(rows: list[dict[str, str]]) -> None:
    table = [list(COLUMNS), *([row[column][:40] for column in COLUMNS] for row in rows)]
    widths = [max(len(line[at]) for line in table) for at in range(len(COLUMNS))]
    for number, line in enumerate(table):
        text = "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        click.secho(text, bold=number == 0)
