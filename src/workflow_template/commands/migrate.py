"""`workflow migrate`: move what belongs to development out of scripts/."""

from __future__ import annotations

import contextlib
import json
import sys
from collections.abc import Iterator

import click

from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, require_host
from workflow_template.stamp import marks
from workflow_template.upkeep import migrate
from workflow_template.upkeep.migration import words

KINDS = ("stay", "testing", "samples", "debugging")
_COLOURS: dict[str, dict[str, object]] = {
    "head": {"bold": True},
    "move": {"fg": "green"},
    "unsure": {"fg": "yellow", "bold": True},
    "quiet": {"dim": True},
}


@click.command("migrate")
@click.argument("names", nargs=-1)
@click.option("--plan", "mode", flag_value="plan", default="plan", help="Say what would be done, and change nothing (default).")
@click.option("--apply", "mode", flag_value="apply", help="Do exactly that.")
@click.option("--undo", "mode", flag_value="undo", help="Take back the last migration that was applied.")
@click.option(
    "--decide", "decisions", multiple=True, metavar="PATH=KIND", help=f"Decide on a file yourself: {', '.join(KINDS)}. May be repeated."
)
@click.option("--json", "as_json", is_flag=True, help="Print the plan, or what was done, as JSON.")
def command(names: tuple[str, ...], mode: str, decisions: tuple[str, ...], as_json: bool) -> int:
    """Move tests, debug scripts, notebooks and samples from scripts/<name>/ to dev/<name>/ (default: of all workflows).

    The plan says for each file where it goes and why: by its name, by what it does and by who uses it. Production files
    stay; what is unsure is listed, not moved. Applying moves files as `git mv` does, repairs imports, paths, links, flows and
    CI files, and writes what dev/<name>/ lacks: all of it or nothing.

    Exit code: 0 nothing to do or done, 1 something is unsure or was refused, 2 could not judge.

    \b
    Examples:
      workflow migrate                       the plan for all workflows
      workflow migrate monday-boards         for one
      workflow migrate --json > plan.json
      workflow migrate --apply
      workflow migrate --decide scripts/daily_sales/test_feed.py=stay --apply
      workflow migrate --undo
    """
    try:
        if mode == "undo":
            return _undo(as_json)
        return _migrate(_host(), names, _decided(decisions), mode == "apply", as_json)
    except _CouldNotJudge as error:
        click.echo(f"Error: {error}", err=True)
        return 2


class _CouldNotJudge(UserError):
    """The plan could not be made."""


def _host() -> Host:
    try:
        return require_host()
    except UserError as error:
        raise _CouldNotJudge(error.problem, error.hint) from error


def _decided(decisions: tuple[str, ...]) -> dict[str, str]:
    decided = {}
    for said in decisions:
        path, _, kind = said.rpartition("=")
        if kind not in KINDS or not path:
            raise click.BadParameter(f'"{said}" is not PATH=KIND, with one of {", ".join(KINDS)}', param_hint="--decide")
        decided[path.replace("\\", "/").removeprefix("./")] = kind
    return decided


def _plan(host: Host, names: tuple[str, ...], decided: dict[str, str]) -> migrate.Plan:
    try:
        with _progress("reading scripts/ ..."):
            return migrate.make_plan(host, names, decided)
    except UserError as error:
        raise _CouldNotJudge(error.problem, error.hint) from error


@contextlib.contextmanager
def _progress(text: str) -> Iterator[None]:
    """Tell a person at a terminal what takes so long."""
    watched = sys.stderr.isatty()
    if watched:
        click.echo(f"{text}\r", nl=False, err=True)
    try:
        yield
    finally:
        if watched:
            click.echo(" " * len(text) + "\r", nl=False, err=True)


def _migrate(host: Host, names: tuple[str, ...], decided: dict[str, str], apply: bool, as_json: bool) -> int:
    if not apply:
        plan = _plan(host, names, decided)
        click.echo(words.as_json(plan) if as_json else words.table(plan, _styled))
        if plan.moves and not as_json:
            click.echo(f"next: workflow migrate{''.join(' ' + name for name in names)} --apply")
        return 1 if plan.unsure else 0
    with marks.at_work(host):
        plan = _plan(host, names, decided)
        with _progress(f"moving {len(plan.moves):,} files ..."):
            done = migrate.apply(host, plan) if plan.moves else None
    click.echo(words.as_json(plan) if as_json else words.table(plan, _styled))
    for note in done.notes if done else ():
        click.echo(f"note: {note}", err=True)
    if done and not as_json:
        click.echo(f"moved {len(done.moves)} files. Look at it: git status; take it back: workflow migrate --undo")
    return 1 if plan.unsure else 0


def _undo(as_json: bool) -> int:
    host = require_host()
    with marks.at_work(host), _progress("moving files back ..."):
        done = migrate.undo(host)
    if as_json:
        click.echo(
            json.dumps({"moves": [{"source": old, "target": new} for old, new in done.moves.items()], "written": done.written}, indent=2)
        )
    else:
        click.echo(f"moved {len(done.moves)} files back")
    for note in done.notes:
        click.echo(f"note: {note}", err=True)
    return 0


def _styled(text: str, role: str) -> str:
    return click.style(text, **_COLOURS.get(role, {}))  # type: ignore[arg-type]
