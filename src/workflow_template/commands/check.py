"""`workflow check`: judge workflows by the standards."""

from __future__ import annotations

import json

import click

from workflow_template.core.host import Host, require_host
from workflow_template.core.workflow import find_folder
from workflow_template.standards.judge import judge, staged_names
from workflow_template.standards.rule import Finding
from workflow_template.standards.rules import RULES


@click.command("check")
@click.argument("names", nargs=-1)
@click.option("--staged", is_flag=True, help="Only the workflows that staged files belong to.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
@click.option("--list", "as_list", is_flag=True, help="List the rules.")
@click.option("--explain", metavar="ID", help="Say why a rule is there.")
def command(names: tuple[str, ...], staged: bool, form: str, as_list: bool, explain: str | None) -> int:
    """Check workflows (default: all) against the standards. Exit code: 0 clean, 1 findings, 2 could not judge.

    \b
    Examples:
      workflow check
      workflow check daily_sales
      workflow check --staged             what pre-commit runs
      workflow check --explain WF201
    """
    if as_list or explain:
        return _tell_rules(explain)
    host = require_host()
    chosen = staged_names(host) if staged else [find_name(host, name) for name in names] or host.workflow_names()
    findings = judge(host, chosen)
    click.echo(_json(findings) if form == "json" else _text(findings, len(chosen)))
    return 1 if findings else 0


def find_name(host: Host, name: str) -> str:
    return name if name in host.workflow_names() else find_folder(host, name).name


def _tell_rules(wanted: str | None) -> int:
    chosen = [rule for rule in RULES if wanted in (None, rule.id)]
    for rule in chosen:
        click.echo(f"{rule.id}  {rule.title}" + (f"\n\n{rule.why}" if wanted else ""))
    if not chosen:
        click.echo(f'Error: there is no rule "{wanted}"\n  hint: workflow check --list', err=True)
    return 0 if chosen else 2


def _text(findings: list[Finding], count: int) -> str:
    lines = []
    for finding in findings:
        place = f"{finding.path}:{finding.line}" if finding.line else finding.path
        lines.append(f"{click.style(place, bold=True)}: {click.style(finding.rule, fg='red')} {finding.message}")
    what = f"{len(findings)} finding{'s' * (len(findings) != 1)}" if findings else "no findings"
    lines.append(f"{what} in {count} workflow{'s' * (count != 1)}, {len(RULES)} rules")
    return "\n".join(lines)


def _json(findings: list[Finding]) -> str:
    return json.dumps({"findings": [finding._asdict() for finding in findings], "summary": {"findings": len(findings)}}, indent=2)
