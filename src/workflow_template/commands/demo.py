"""`workflow demo`: the whole way on real flight data, in a new repository in a temporary folder."""

from __future__ import annotations

import sys
import tempfile
import textwrap
import time
from pathlib import Path

import click

from workflow_template.core.errors import UserError
from workflow_template.delivery.demo import NAME, Demo, timed
from workflow_template.stamp import render

PLACES = (
    ("the workflow", f"dev/{NAME}/"),
    ("its plan", f"dev/checklists/workflow_plans/{NAME}.md"),
    ("in production", f"scripts/{NAME}/"),
    ("pages to open", f"reports/{NAME}_quality.html, reports/performance/{NAME}/performance.html"),
)


@click.command("demo")
@click.option("--folder", type=click.Path(file_okay=False, path_type=Path), help="Where to work (default: a new temporary folder).")
@click.option("--template", help="The template to stamp from (default: this one).")
def command(folder: Path | None, template: str | None) -> int:
    """Show the whole way on real flight data, in a new repository: stamp, fill, load, run, validate, test, commit, deploy.

    \b
    Examples:
      workflow demo
      workflow demo --folder try-it
    """
    where = (folder or Path(tempfile.mkdtemp(prefix="workflow-demo-"))).absolute()
    if where.exists() and any(where.iterdir()):
        raise UserError(f"{where} is not empty", "name a new folder")
    where.mkdir(parents=True, exist_ok=True)
    demo = Demo(where, template or str(render.find_root()))
    start = time.perf_counter()
    steps = demo.steps()
    for number, step in enumerate(steps, 1):
        _show(f"[{number:2}/{len(steps)}] {step.title} ...")
        said, seconds = timed(step)
        _show(f"[{number:2}/{len(steps)}] {step.title:40} {seconds:5.1f} s  {textwrap.shorten(said, 64, placeholder=' ...')}", done=True)
    click.echo(f"\ndone in {time.perf_counter() - start:.0f} s. Everything lies in {demo.top}")
    for title, path in PLACES:
        click.echo(f"  {title:14} {path}")
    click.echo(f"  what each command printed: {demo.log}")
    return 0


def _show(text: str, done: bool = False) -> None:
    """A line that is written over while its step runs; without a terminal, one line when it is done."""
    if sys.stdout.isatty():
        click.echo(f"\r\033[K{text}", nl=done)
    elif done:
        click.echo(text)
