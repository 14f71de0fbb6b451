"""`workflow test`: the tests of workflows, side by side, with branch coverage and proofs."""

from __future__ import annotations

import functools
import json
from typing import Any

import click

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, require_host
from workflow_template.core.workflow import dev_names, find_folder
from workflow_template.testing import as_json, text
from workflow_template.testing.progress import Progress
from workflow_template.testing.run import Wish, cores, prove
from workflow_template.testing.verdict import LEAST_COVERAGE, judge


@click.command("test")
@click.argument("names", nargs=-1)
@click.option("-n", "--jobs", type=click.IntRange(1), default=cores, help="Workflows to run side by side (default: one for each core).")
@click.option("--rerun", is_flag=True, help="Run also what is proved already.")
@click.option("-k", "expression", default="", metavar="EXPRESSION", help="Run only the tests that match, as pytest's -k; proves nothing.")
@click.option("--fail-under", type=click.FloatRange(0, 100), default=LEAST_COVERAGE, show_default=True, help="Least coverage in percent.")
@click.option("--timeout", type=click.FloatRange(0), default=900, show_default=True, help="Seconds for one workflow; 0: no limit.")
@click.option("--json", "json_wanted", is_flag=True, help="Print the results as JSON.")
@click.option("-v", "--verbose", is_flag=True, help="Show also what pytest prints.")
def command(names: tuple[str, ...], fail_under: float, json_wanted: bool, verbose: bool, expression: str, **how: Any) -> int:
    """Run the tests of workflows (default: all in dev/) with line and branch coverage.

    A workflow whose files and environment are as they were when it last passed is not run again.

    \b
    Examples:
      workflow test
      workflow test daily_sales
      workflow test --rerun --jobs 4
      workflow test daily_sales -k since
    """
    host = require_host()
    verdict_of = functools.partial(judge, least=fail_under, part=bool(expression))
    progress = Progress(verdict_of)
    try:
        outcomes = prove(host, _chosen(host, names), Wish(expression=expression, **how), progress)
    except UserError as error:
        progress.clear()
        click.echo(f"Error: {error}", err=True)
        return 2
    progress.clear()
    judged = [(outcome, verdict_of(outcome.facts)) for outcome in outcomes]
    click.echo(json.dumps(as_json.describe(judged), indent=2) if json_wanted else text.render(judged, host.top, verbose))
    return max(verdict.code for _, verdict in judged)


def _chosen(host: Host, names: tuple[str, ...]) -> list[str]:
    chosen = [find_folder(host, name).name for name in names] or dev_names(host)
    if not chosen:
        raise UserError("there is no workflow in dev/", "start one: workflow new")
    return list(dict.fromkeys(chosen))
