"""`workflow init`: seed the host and install pre-commit, without a workflow."""

from __future__ import annotations

import click

from workflow_template.core import transaction
from workflow_template.core.host import require_host
from workflow_template.stamp import marks, place, render, words


@click.command("init")
@click.option("--dry-run", is_flag=True, help="Show the files that would be written, and write none.")
def command(dry_run: bool) -> int:
    """Give this repository the files every host has, where they are missing.

    \b
    Example:
      cd data-orchestration && workflow init
    """
    host = require_host()
    with marks.at_work(host) as notes:
        stamp = place.plan_host(host, render.find_root())
        if not dry_run:
            transaction.apply(host, stamp.changes)
    click.echo(words.report("", stamp, notes))
    click.echo("nothing was written (--dry-run)" if dry_run else "next: workflow new")
    return 0
