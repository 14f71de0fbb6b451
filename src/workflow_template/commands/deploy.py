"""`workflow deploy`: standards clean, tests green, then the production files are in scripts/, all of them or none."""

from __future__ import annotations

import json

import click

from workflow_template.core import transaction
from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, require_host
from workflow_template.core.transaction import Change
from workflow_template.core.workflow import find_folder
from workflow_template.delivery.proof import run_tests
from workflow_template.delivery.release import plan_release
from workflow_template.stamp import marks
from workflow_template.standards.judge import findings_of


@click.command("deploy")
@click.argument("names", nargs=-1, required=True)
@click.option("--dry-run", is_flag=True, help="Show the files that would be written, and write none.")
@click.option("--json", "as_json", is_flag=True, help="Print what was done as JSON.")
def command(names: tuple[str, ...], dry_run: bool, as_json: bool) -> int:
    """Copy the production files of checked and tested workflows from dev/ to scripts/.

    Nothing of testing/, debugging/, validation/ and checklists/ goes along.

    \b
    Examples:
      workflow deploy daily_sales --dry-run
      workflow deploy daily_sales
    """
    host = require_host()
    chosen = [find_folder(host, name).name for name in names]
    changes = _plan(host, chosen)
    for name in chosen:
        _gate(host, name)
    with marks.at_work(host):
        if _plan(host, chosen) != changes:
            raise UserError("files changed while their tests ran", "run the command again: only what was tested is deployed")
        if not dry_run:
            transaction.apply(host, changes)
    _show(chosen, changes, dry_run, as_json)
    return 0


def _plan(host: Host, names: list[str]) -> list[Change]:
    return [change for name in names for change in plan_release(host, name)]


def _gate(host: Host, name: str) -> None:
    """Refuse a workflow that breaks a standard or whose tests fail."""
    if findings := findings_of(host, name):
        first, many = findings[0], "s" * (len(findings) > 1)
        told = f"{name} breaks {len(findings)} standard{many}: {first.path}: {first.rule} {first.message}"
        raise UserError(told, f"workflow check {name}")
    run = run_tests(host, name)
    if not run.ok:
        raise UserError(f"{name}: {run.reason}", f"workflow test {name} shows what failed; scripts/ was not changed")


def _show(names: list[str], changes: list[Change], dry_run: bool, as_json: bool) -> None:
    written = [change.path for change in changes]
    if as_json:
        click.echo(json.dumps({"workflows": names, "dry_run": dry_run, "written": written}, indent=2))
        return
    for path in written:
        click.echo(f"  {'would write' if dry_run else 'written'}  {path}")
    for name in names:
        new = any(path.startswith(f"scripts/{name}/") for path in written)
        click.echo(
            f"deployed scripts/{name}" if new and not dry_run else f"scripts/{name}: {'not changed (--dry-run)' if new else 'up to date'}"
        )
