"""`workflow test`: the tests of workflows, with branch coverage."""

from __future__ import annotations

import json
import sys

import click

from workflow_template.core.errors import UserError
from workflow_template.core.host import require_host
from workflow_template.core.workflow import dev_names, find_folder
from workflow_template.delivery.proof import LEAST_COVERAGE, Outcome, run_tests


@click.command("test")
@click.argument("names", nargs=-1)
@click.option("--fail-under", type=click.FloatRange(0, 100), default=LEAST_COVERAGE, show_default=True, help="Least coverage in percent.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Show what pytest prints, also when all is well.")
def command(names: tuple[str, ...], fail_under: float, as_json: bool, verbose: bool) -> int:
    """Run the tests of workflows (default: all in dev/) with line and branch coverage.

    \b
    Examples:
      workflow test daily_sales
      workflow test --json
    """
    host = require_host()
    chosen = [find_folder(host, name).name for name in names] or dev_names(host)
    if not chosen:
        raise UserError("there is no workflow in dev/", "start one: workflow new")
    runs = []
    for number, name in enumerate(chosen, 1):
        if sys.stderr.isatty():
            click.echo(f"\r[{number}/{len(chosen)}] testing {name} ...\033[K", nl=False, err=True)
        runs.append(run_tests(host, name, fail_under))
    if sys.stderr.isatty():
        click.echo("\r\033[K", nl=False, err=True)
    click.echo(json.dumps([run._asdict() for run in runs], indent=2) if as_json else _text(runs, verbose))
    return 0 if all(run.ok for run in runs) else 1


def _text(runs: list[Outcome], verbose: bool) -> str:
    width = max(len(run.workflow) for run in runs)
    lines = [run.output for run in runs if verbose or not run.ok]
    for run in runs:
        verdict = click.style("passed", fg="green") if run.ok else click.style("FAILED", fg="red")
        lines.append(f"{run.workflow:{width}}  {verdict}  coverage {run.coverage:5.1f} %  {run.seconds:5.1f} s  {run.reason}".rstrip())
    return "\n".join(lines)
