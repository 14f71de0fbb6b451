"""`workflow check`: judge workflows and the repository around them by the standards."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import click

from workflow_template.core import transaction
from workflow_template.core.errors import UserError
from workflow_template.core.host import Host, require_host
from workflow_template.stamp import marks
from workflow_template.standards import finish, fixes, judge, report
from workflow_template.standards.finish import Report
from workflow_template.standards.git import CouldNotJudge
from workflow_template.standards.judge import Scope, check
from workflow_template.standards.listing import Disk
from workflow_template.standards.rule import Rule
from workflow_template.standards.rules import RULES
from workflow_template.standards.settings import check_id
from workflow_template.standards.staged import check_staged

ROUNDS = 10  # of fixing: a fix may make room for another; none needs more than two


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME|PATH]...")
@click.option("--staged", is_flag=True, help="Only what is staged, and what its workflows must be after the commit.")
@click.option("--since", metavar="REF", help="Only what differs from where this branch left REF.")
@click.option("--fix", is_flag=True, help="Fix what can be fixed, in one transaction, and report the rest.")
@click.option("--diff", "as_diff", is_flag=True, help="Show what --fix would change, and change nothing.")
@click.option("--select", multiple=True, metavar="ID", help="Only these rules, by id or its beginning: WF201, WF2, S.")
@click.option("--ignore", multiple=True, metavar="ID", help="All but these rules.")
@click.option("--format", "form", type=click.Choice(list(report.FORMATS)), default="text", show_default=True)
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="Write the report to a file.")
@click.option("--statistics", is_flag=True, help="Count the findings of each rule.")
@click.option("--baseline", is_flag=True, help=f"Freeze today's findings in {finish.BASELINE}: only new ones fail from now on.")
@click.option("--list", "as_list", is_flag=True, help="List the rules.")
@click.option("--explain", metavar="ID", help="Say what a rule demands, why, and how to keep it.")
def command(
    names: tuple[str, ...],
    staged: bool,
    since: str | None,
    fix: bool,
    as_diff: bool,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    form: str,
    output: Path | None,
    statistics: bool,
    baseline: bool,
    as_list: bool,
    explain: str | None,
) -> int:
    """Check workflows (default: the whole repository) against the standards.

    Exit code: 0 clean, 1 findings, 2 could not judge.

    \b
    Examples:
      workflow check                              everything
      workflow check daily_sales                  one workflow, in dev/ and scripts/
      workflow check dev/daily_sales/testing      a folder
      workflow check --staged                     what pre-commit runs
      workflow check --since origin/main          what this branch changes
      workflow check --fix --diff                 what would be fixed
      workflow check --format sarif --output standards.sarif
      workflow check --explain WF201
    """
    if as_list or explain:
        return _tell_rules(explain)
    chosen = (_ids(select), _ids(ignore))
    try:
        host = require_host()
        scope = _scope(host, names, since)
        if staged and not (scope.whole and not fix and not as_diff and not baseline):
            raise UserError("--staged judges what is staged, and nothing else goes with it", "leave the other words away")
        if baseline:
            return _freeze(host, scope)
        if fix and not as_diff:
            _fix(host, scope, chosen)
        found = _selected(check_staged(host) if staged else _check(host, scope), chosen)
        if as_diff:
            return _show_fixes(host, found)
    except UserError as error:
        raise CouldNotJudge(error.problem, error.hint) from error
    _show(found, form, output, statistics)
    return 1 if found.failed else 0


def _scope(host: Host, names: tuple[str, ...], since: str | None) -> Scope:
    """Turn names of workflows and paths into what is asked for."""
    known = host.workflow_names()
    workflows = frozenset(name for name in names if name in known)
    paths = frozenset(_path(host, name, known) for name in names if name not in known)
    changed = judge.changed_since(host, since) if since else None
    return Scope(workflows if names else None, paths, changed)


def _path(host: Host, name: str, known: list[str]) -> str:
    whole = os.path.abspath(name)
    path = os.path.relpath(whole, host.top).replace(os.sep, "/")
    if os.path.lexists(whole) and not path.startswith(".."):
        return path
    import difflib

    near = difflib.get_close_matches(name, known, n=1)
    hint = f'did you mean "{near[0]}"?' if near else f"there are: {', '.join(known[:12])}" if known else "start one: workflow new"
    raise UserError(f'there is no workflow and no file "{name}"', hint)


def _ids(given: tuple[str, ...]) -> tuple[str, ...]:
    ids = frozenset(rule.id for rule in RULES)
    found = tuple(filter(None, (each.strip() for many in given for each in many.split(","))))
    for each in found:
        if problem := check_id(each, ids):
            raise CouldNotJudge(problem, "workflow check --list")
    return found


def _check(host: Host, scope: Scope, baseline: bool = True) -> Report:
    start = time.monotonic()

    def progress(done: int, count: int) -> None:
        if time.monotonic() - start > 0.5:
            bar = "█" * (30 * done // count)
            click.echo(f"\r{bar:░<30} {done:,} of {count:,}\033[K", nl=False, err=True)

    try:
        return check(host, scope, progress=progress if sys.stderr.isatty() else None, baseline=baseline, proofs=_proofs(host))
    finally:
        if sys.stderr.isatty():
            click.echo("\r\033[K", nl=False, err=True)


def _proofs(host: Host) -> finish.Proofs | None:
    """Who can tell whether tests were run; nobody in a work tree where none ever were, such as that of CI."""
    if not (host.room / "tests").is_dir():
        return None

    def doubts(names: Iterable[str]) -> dict[str, str]:
        from workflow_template.testing.proof_state import proof_states
        from workflow_template.testing.verdict import LEAST_COVERAGE

        found = {}
        for name, state in proof_states(host, names, files_only=True).items():
            if state.status != "present":
                found[name] = f"its proof is {state.status}: {state.why}"
            elif state.coverage < LEAST_COVERAGE:
                found[name] = f"its coverage is {state.coverage:.0f} %"
        return found

    return doubts


def _selected(found: Report, chosen: tuple[tuple[str, ...], tuple[str, ...]]) -> Report:
    select, ignore = chosen
    return found._replace(
        findings=[
            each
            for each in found.findings
            if (not select or each.rule.startswith(select)) and not (ignore and each.rule.startswith(ignore))
        ]
    )


def _fix(host: Host, scope: Scope, chosen: tuple[tuple[str, ...], tuple[str, ...]]) -> None:
    """Fix what can be fixed until nothing more can, all of it or nothing."""
    written: dict[str, str] = {}
    with marks.at_work(host):
        for _ in range(ROUNDS):
            disk = Disk(str(host.top), judge.read_host_settings(host).limits["largest_file_mb"])
            made = fixes.fixed_files(_selected(check(host, scope), chosen).findings, disk)
            if not made:
                break
            transaction.apply(host, [fixes.change_of(source, text) for source, text in made.values()])
            written |= dict.fromkeys(made, "")
    for path in sorted(written):
        click.echo(f"fixed {path}", err=True)


def _show_fixes(host: Host, found: Report) -> int:
    disk = Disk(str(host.top), judge.read_host_settings(host).limits["largest_file_mb"])
    made = fixes.fixed_files(found.findings, disk)
    for path in sorted(made):
        click.echo(fixes.diff(*made[path]), nl=False)
    click.echo(f"{len(made)} file{'s' * (len(made) != 1)} would change: --fix writes them", err=True)
    return 1 if made else 0


def _freeze(host: Host, scope: Scope) -> int:
    if not scope.whole:
        raise UserError("a baseline is of the whole repository", "workflow check --baseline")
    found = _check(host, scope, baseline=False)
    disk = Disk(str(host.top), judge.read_host_settings(host).limits["largest_file_mb"])
    texts: dict[str, list[str]] = {}
    text = finish.baseline_text(found.findings, lambda finding: finish.print_of(disk, texts, finding))
    with marks.at_work(host):
        transaction.apply(host, [transaction.Change(finish.BASELINE, text.encode(), over=True)])
    count = len(found.findings)
    click.echo(f"froze {count} finding{'s' * (count != 1)} in {finish.BASELINE}: commit it; only new ones fail from now on")
    return 0


def _show(found: Report, form: str, output: Path | None, statistics: bool) -> None:
    if statistics and form == "text":
        text = report.statistics(found) + ("\n" if found.findings else "") + report.summary_line(found)
    elif form == "text" and output is None:
        text = report.text(found, report.has_colour())
    else:
        text = report.FORMATS[form](found)
    if output is None:
        click.echo(text)
        return
    try:
        output.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise CouldNotJudge(f"{output}: {error.strerror}", "name a file that can be written") from error
    click.echo(report.summary_line(found), err=True)


def _tell_rules(wanted: str | None) -> int:
    """Explain one rule, or list all, or those whose ids begin so."""
    exact = [rule for rule in RULES if rule.id == wanted]
    chosen = exact or [rule for rule in RULES if rule.id.startswith(wanted or "WF")]
    for rule in chosen:
        severity = "" if rule.severity == "error" else f"  ({rule.severity})"
        click.echo(_explanation(rule) if exact else f"{rule.id}  {rule.title}{severity}")
    if not chosen:
        known = [rule.id for rule in RULES]
        problem = check_id(str(wanted), frozenset(known)) or f'"{wanted}" is a rule of ruff'
        click.echo(
            f"Error: {problem}\n  hint: workflow check --list{'' if problem.startswith('there') else f', or ruff rule {wanted}'}", err=True
        )
    return 0 if chosen else 2


def _explanation(rule: Rule) -> str:
    parts = [f"{rule.id}  {rule.title}  ({rule.severity})", rule.why]
    for name, said in (("Bad", rule.bad), ("Good", rule.good)):
        if said:
            parts.append(f"{name}:\n\n" + "\n".join(f"    {line}".rstrip() for line in said.splitlines()))
    return "\n\n".join([*parts, f"Fix: {rule.remedy}"])
