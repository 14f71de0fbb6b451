"""Judge workflows by all rules."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable, Iterator

from workflow_template.core.host import Host
from workflow_template.standards.rule import Finding, Workflow, host_problems
from workflow_template.standards.rules import RULES


def workflows(host: Host, names: Iterable[str]) -> Iterator[Workflow]:
    """The folders of these workflows, in dev/ and in scripts/."""
    for name in names:
        for place in ("dev", "scripts"):
            if (host.top / place / name).is_dir():
                yield Workflow(host, place, name)


def judge(host: Host, names: Iterable[str]) -> list[Finding]:
    """All findings of the host and of these workflows, by path and line."""
    found = list(host_problems(host))
    for workflow in workflows(host, names):
        for rule in RULES:
            found += [Finding(rule.id, *problem) for problem in rule.judge(workflow)]
    return sorted(found, key=lambda finding: (finding.path, finding.line, finding.rule))


def staged_names(host: Host) -> list[str]:
    """Names of the workflows that the staged files belong to: a rule about a missing file must fire too."""
    command = ["git", "diff", "--cached", "--name-only", "--no-renames", "-z"]
    paths = subprocess.run(command, cwd=host.top, capture_output=True, check=True).stdout.decode(errors="replace").split("\0")  # noqa: S603
    touched = {parts[1] for path in paths if len(parts := path.split("/")) > 2 and parts[0] in ("dev", "scripts")}
    plans = {path.rsplit("/", 1)[-1].removesuffix(".md") for path in paths if path.startswith("dev/checklists/workflow_plans/")}
    return [name for name in host.workflow_names() if name in touched | plans]
